//! The steps of a payment as the saga takes them, in its order, each in a commit of its own; what happens
//! outside is chance. No test lives here.

use std::error::Error;

use boxoffice_inventory::{Command, FailReason, Outcome};
use boxoffice_store::{Booking, BookingStatus, Charge, ChargeStatus, Cleanup, Record, Store};

use super::{MINUTE, Sale, TestResult, World, charge_of, cleaned, put};

/// What is still to be done for an attempt to pay.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Authorize,
    /// The payer is told where to go to.
    Await,
    /// The payer is at the page.
    AtPage,
    Book,
    Decline,
    Capture,
    Confirm,
    /// Some seats come back, or none.
    TakeBack,
    /// The provider gives money back.
    PayBack,
    /// And that is written down.
    PaidBack,
    /// Give back what is set aside or taken, unless it can still buy its seats.
    Void,
    CleanUp,
}

/// An attempt to pay with what it costs and its next step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payment {
    pub(crate) sale: Sale,
    pub(crate) step: Step,
    pub(crate) total: u64,
}

type Next = Result<Option<Step>, Box<dyn Error>>;

impl World {
    /// Takes one step; gives the payment with its next, if there is one.
    pub(crate) async fn take_step(
        &mut self,
        store: &dyn Store,
        payment: Payment,
        choice: u64,
    ) -> Result<Option<Payment>, Box<dyn Error>> {
        let next = match payment.step {
            Step::Authorize => self.authorize(store, payment, choice).await?,
            Step::Await => self.send_to_page(store, payment).await?,
            Step::AtPage => self.pay_at_page(store, payment, choice).await?,
            Step::Decline => {
                let code = "card_declined".into();
                let reason = FailReason::Declined { code };
                self.fail(store, payment.sale, reason).await?
            }
            Step::Book => self.book(store, payment.sale).await?,
            Step::Capture => self.capture(store, payment, choice).await?,
            Step::Confirm => {
                let (event, attempt) = (self.desk.event(), payment.sale.attempt);
                let reference = None;
                let confirmed = Record::Confirmed {
                    event,
                    attempt,
                    reference,
                };
                put(store, confirmed).await?;
                Some(Step::TakeBack)
            }
            Step::TakeBack => self.take_back(store, payment.sale, choice).await?,
            Step::PayBack | Step::PaidBack => self.pay_back(store, payment).await?,
            Step::Void => self.void(store, payment, choice).await?,
            Step::CleanUp => {
                let booking = self.booking(store, payment.sale).await?;
                self.clean_up(store, &booking).await?
            }
        };
        Ok(next.map(|step| Payment { step, ..payment }))
    }

    async fn booking(&self, store: &dyn Store, sale: Sale) -> Result<Booking, Box<dyn Error>> {
        let booking = store.booking(self.desk.event(), sale.attempt).await?;
        booking.ok_or_else(|| "no booking".into())
    }

    /// Keeps a charge; so much of it has gone back.
    async fn charge(
        &self,
        store: &dyn Store,
        payment: Payment,
        status: ChargeStatus,
        refunded: u64,
    ) -> TestResult {
        let charge = Charge {
            amount: payment.total,
            refunded,
            ..charge_of(&self.desk, payment.sale, status)
        };
        put(store, Record::Charge(charge)).await
    }

    async fn authorize(&mut self, store: &dyn Store, payment: Payment, choice: u64) -> Next {
        let (status, next) = match choice % 8 {
            0 => {
                return self
                    .fail(store, payment.sale, FailReason::Unavailable)
                    .await;
            }
            1 => (ChargeStatus::Declined, Step::Decline),
            2 | 3 => (ChargeStatus::Open, Step::Await),
            _ => (ChargeStatus::Authorized, Step::Book),
        };
        self.charge(store, payment, status, 0).await?;
        Ok(Some(next))
    }

    async fn send_to_page(&mut self, store: &dyn Store, payment: Payment) -> Next {
        let Sale { first, attempt } = payment.sale;
        let redirect = Command::Redirect {
            first,
            attempt,
            limit: 5 * MINUTE,
        };
        if self.desk.act(store, &redirect).await? == Outcome::Done {
            let action = Record::ActionRequired {
                event: self.desk.event(),
                attempt,
                reference: None,
                redirect_url: "https://pay.example/1".into(),
            };
            put(store, action).await?;
        }
        Ok(Some(Step::AtPage))
    }

    async fn pay_at_page(&mut self, store: &dyn Store, payment: Payment, choice: u64) -> Next {
        let booking = self.booking(store, payment.sale).await?;
        if booking.status.under_way() && store.now() >= booking.limit {
            self.fail(store, payment.sale, FailReason::TimedOut).await?;
            return Ok(Some(Step::AtPage));
        }
        let over = !booking.status.under_way();
        let (status, next) = match choice % 4 {
            0 => (ChargeStatus::Declined, Step::Decline),
            // Only what is over anyway is taken at once: its page was of another kind.
            1 if over => (ChargeStatus::Captured, Step::Void),
            _ => (ChargeStatus::Authorized, Step::Book),
        };
        let next = if over { Step::Void } else { next };
        self.charge(store, payment, status, 0).await?;
        Ok(Some(next))
    }

    async fn book(&mut self, store: &dyn Store, sale: Sale) -> Next {
        let Sale { first, attempt } = sale;
        let book = Command::Book { first, attempt };
        let outcome = self.desk.act(store, &book).await?;
        if outcome == Outcome::Booked {
            return Ok(Some(Step::Capture));
        }
        self.fail(store, sale, FailReason::Unavailable).await
    }

    async fn capture(&mut self, store: &dyn Store, payment: Payment, choice: u64) -> Next {
        // Many sales are undone, so that there is always something to sell.
        if !choice.is_multiple_of(3) {
            self.charge(store, payment, ChargeStatus::Captured, 0)
                .await?;
            return Ok(Some(Step::Confirm));
        }
        let Sale { first, attempt } = payment.sale;
        let code = "capture_failed".into();
        let cancel = Command::CancelBooking {
            first,
            attempt,
            reason: FailReason::CaptureFailed { code },
        };
        self.desk.act(store, &cancel).await?;
        Ok(Some(Step::Void))
    }

    async fn fail(&mut self, store: &dyn Store, sale: Sale, reason: FailReason) -> Next {
        let Sale { first, attempt } = sale;
        let fail = Command::FailPayment {
            first,
            attempt,
            reason,
        };
        self.desk.act(store, &fail).await?;
        Ok(Some(Step::Void))
    }

    async fn take_back(&mut self, store: &dyn Store, sale: Sale, choice: u64) -> Next {
        let Sale { first, attempt } = sale;
        // One that is remembered no longer cannot be refunded here.
        let Some(reservation) = self.desk.inventory.reservation(first) else {
            return Ok(None);
        };
        let seat = reservation.kept_seats().next().map(|seat| seat.index);
        let seats = match choice % 4 {
            0 => return Ok(None),
            1 => None,
            _ => seat.map(|seat| vec![seat]),
        };
        let refund = Command::Refund {
            first,
            attempt,
            seats,
            resell: !choice.is_multiple_of(5),
        };
        match self.desk.act(store, &refund).await? {
            Outcome::Refunded { .. } => Ok(Some(Step::PayBack)),
            _ => Ok(None),
        }
    }

    /// In the order of the refunds: first the provider, then its row.
    async fn pay_back(&mut self, store: &dyn Store, payment: Payment) -> Next {
        let (event, attempt) = (self.desk.event(), payment.sale.attempt);
        let refunds = store.refunds(event, Some(attempt)).await?;
        let due = refunds.iter().find(|refund| !refund.done);
        let Some(version) = due.map(|refund| refund.version) else {
            let booking = self.booking(store, payment.sale).await?;
            self.clean_up(store, &booking).await?;
            return Ok(Some(Step::TakeBack));
        };
        if matches!(payment.step, Step::PayBack) {
            let so_far = refunds.iter().filter(|refund| refund.version <= version);
            let so_far = so_far.map(|refund| refund.amount).sum();
            self.charge(store, payment, ChargeStatus::Captured, so_far)
                .await?;
            return Ok(Some(Step::PaidBack));
        }
        let done = Record::Refunded {
            event,
            version,
            reference: None,
        };
        put(store, done).await?;
        Ok(Some(Step::PayBack))
    }

    async fn void(&mut self, store: &dyn Store, payment: Payment, choice: u64) -> Next {
        let Sale { first, attempt } = payment.sale;
        let booking = self.booking(store, payment.sale).await?;
        let charge = store.charge(self.desk.event(), attempt).await?;
        let status = charge.as_ref().map(|charge| charge.status);
        let ran_out = booking.status == BookingStatus::Voided && booking.decline_code.is_none();
        let has_money = match &charge {
            Some(charge) if charge.status == ChargeStatus::Captured => charge.refunded == 0,
            _ => status == Some(ChargeStatus::Authorized),
        };
        let is_due = booking.cleanup != Cleanup::None;
        if ran_out && has_money && is_due && choice.is_multiple_of(2) {
            let late = Command::BookLate { first, attempt };
            if self.desk.act(store, &late).await? == Outcome::Booked {
                return Ok(Some(match status {
                    Some(ChargeStatus::Captured) => Step::Confirm,
                    _ => Step::Capture,
                }));
            }
        }
        match status {
            Some(ChargeStatus::Captured) => {
                let (status, all) = (ChargeStatus::Captured, payment.total);
                self.charge(store, payment, status, all).await?;
            }
            Some(ChargeStatus::Voided | ChargeStatus::Declined) => {}
            _ => {
                self.charge(store, payment, ChargeStatus::Voided, 0).await?;
            }
        }
        Ok(Some(Step::CleanUp))
    }

    /// By a row that may be older than the last notice; then it is looked at again.
    async fn clean_up(&mut self, store: &dyn Store, booking: &Booking) -> Next {
        if booking.status.under_way() {
            return Ok(None);
        }
        put(store, cleaned(booking)).await?;
        let left = store.booking(booking.event, booking.attempt).await?;
        let left = left.ok_or("no booking")?.cleanup;
        Ok((left == Cleanup::Look).then_some(Step::Void))
    }
}
