//! What is left to do at the provider for a booking that has ended: authorisations that go back, money
//! that came late or for nothing, refunds. The seats' side of it is decided by the ledger.

use boxoffice_inventory::{Command, Outcome};
use boxoffice_store::{Booking, BookingStatus, Cleanup, Record, Refund};

use crate::provider::{ChargeState, ProviderCharge, Returned};
use crate::saga::{Came, Saga, Steps, Stuck, count, is_free};

/// The refund of money that came for nothing has no entry, and so no version of its own.
const WHOLE: u64 = 0;

impl Saga {
    /// Cleans up after an end that was recorded a moment ago: by the row as it stands now.
    pub(crate) async fn clean_up_now(&self, booking: &Booking) -> Steps {
        let store = self.sequencer.store();
        match store.booking(booking.event, booking.attempt).await? {
            Some(booking) if matches!(booking.cleanup, Cleanup::Void | Cleanup::Look) => {
                self.clean_up(&booking).await
            }
            _ => Ok(Came::ToTheEnd),
        }
    }

    /// Gives back what may have been set aside or taken, and makes sure; unless it came late and the
    /// seats can still be had for it.
    pub(crate) async fn clean_up(&self, booking: &Booking) -> Steps {
        if is_free(booking) {
            return self.cleaned(booking).await;
        }
        let found = self.find(booking).await?;
        let late = found
            .as_ref()
            .is_some_and(|charge| came_late(booking, charge));
        if late && self.book_late(booking).await? {
            // It is a sale like any other from here on.
            return Ok(Came::SoFar);
        }
        match found {
            Some(charge) if charge.state == ChargeState::Captured => {
                self.return_whole(booking, &charge).await?;
            }
            Some(charge) if is_over(&charge.state) => return self.cleaned(booking).await,
            _ => self.void(booking).await?,
        }
        match self.find(booking).await? {
            Some(charge) if is_back(booking, &charge) => self.cleaned(booking).await,
            None => self.cleaned(booking).await,
            Some(_) => Ok(Came::SoFar),
        }
    }

    /// Whether the money that came after the limit has bought the same seats.
    async fn book_late(&self, booking: &Booking) -> Result<bool, Stuck> {
        let (first, attempt) = (booking.first, booking.attempt);
        let command = Command::BookLate { first, attempt };
        let decided = self.sequencer.submit(booking.event, command).await?;
        let booked = decided.outcome == Outcome::Booked;
        if booked {
            count("booked_late");
        }
        Ok(booked)
    }

    /// Money that was taken and bought nothing.
    async fn return_whole(&self, booking: &Booking, charge: &ProviderCharge) -> Result<(), Stuck> {
        let rest = booking.amount.saturating_sub(charge.refunded);
        if rest > 0 {
            self.pay_back(booking, WHOLE, rest).await?;
            count("returned");
        }
        Ok(())
    }

    /// Pays back what is owed for seats that were taken back.
    pub(crate) async fn give_back(&self, booking: &Booking) -> Steps {
        let store = self.sequencer.store();
        let mut due = store.refunds(booking.event, Some(booking.attempt)).await?;
        due.retain(|refund| !refund.done);
        let free = is_free(booking);
        if !free && due.iter().any(|refund| refund.amount > 0) {
            let found = self.find(booking).await?;
            if !found
                .as_ref()
                .is_some_and(|charge| charge.state == ChargeState::Captured)
            {
                return self.settle_before_refunds(booking, found, &due).await;
            }
        }
        for refund in due {
            let reference = match free || refund.amount == 0 {
                true => None,
                false => {
                    self.pay_back(booking, refund.version, refund.amount)
                        .await?
                }
            };
            self.refunded(&refund, reference).await?;
        }
        self.cleaned(booking).await
    }

    /// Seats were taken back before their money was collected. It is collected for those that stay sold,
    /// and paid back in the next try; where none stay, it is given up, and nothing is owed.
    async fn settle_before_refunds(
        &self,
        booking: &Booking,
        found: Option<ProviderCharge>,
        due: &[Refund],
    ) -> Steps {
        if booking.status == BookingStatus::PartlyRefunded {
            let charge = found.unwrap_or(ChargeState::Authorized.into());
            self.collect(booking, &charge).await?;
            return Ok(Came::SoFar);
        }
        self.void(booking).await?;
        match self.find(booking).await? {
            Some(charge) if !is_over(&charge.state) => Ok(Came::SoFar),
            _ => {
                for refund in due {
                    self.refunded(refund, None).await?;
                }
                self.cleaned(booking).await
            }
        }
    }

    async fn refunded(&self, refund: &Refund, reference: Option<String>) -> Result<(), Stuck> {
        let refunded = Record::Refunded {
            event: refund.event,
            version: refund.version,
            reference,
        };
        self.sequencer.record(refunded).await?;
        count("refunded");
        Ok(())
    }

    async fn pay_back(
        &self,
        booking: &Booking,
        version: u64,
        amount: u64,
    ) -> Result<Option<String>, Stuck> {
        let attempt = self.attempt(booking);
        let provider = self.provider(booking)?;
        match self
            .call(provider.refund(&attempt, version, amount))
            .await?
        {
            Returned::Done { reference } => Ok(reference),
            Returned::FailedForGood { code } => Err(Stuck::ForGood(format!(
                "{amount} {} cannot be paid back: {code}",
                booking.currency
            ))),
        }
    }

    /// Nothing is left to do, unless something has come up since the row was read.
    async fn cleaned(&self, booking: &Booking) -> Steps {
        let cleaned = Record::CleanedUp {
            event: booking.event,
            attempt: booking.attempt,
            cleanup: booking.cleanup,
            notices: booking.notices,
        };
        self.sequencer.record(cleaned).await?;
        Ok(Came::ToTheEnd)
    }
}

/// Whether money has come for an attempt that ran out of time. An authorisation counts where the payer
/// gave it at the provider's page, and was told there that it went well.
fn came_late(booking: &Booking, charge: &ProviderCharge) -> bool {
    let ran_out = booking.status == BookingStatus::Voided && booking.decline_code.is_none();
    let came = match charge.state {
        ChargeState::Captured => charge.refunded == 0,
        ChargeState::Authorized => booking.redirect_url.is_some(),
        _ => false,
    };
    ran_out && came
}

/// Whether nothing more can come of it.
fn is_over(state: &ChargeState) -> bool {
    matches!(state, ChargeState::Voided | ChargeState::Declined { .. })
}

/// Whether the payer has everything back.
fn is_back(booking: &Booking, charge: &ProviderCharge) -> bool {
    is_over(&charge.state)
        || charge.state == ChargeState::Captured && charge.refunded >= booking.amount
}
