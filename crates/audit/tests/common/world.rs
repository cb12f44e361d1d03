//! A box office that goes on: random commands, and payments that take the saga's steps in its order,
//! each in a commit of its own. No test lives here.

use boxoffice_inventory::{Command, FailReason, Outcome, SeatIndex};
use boxoffice_model::Micros;
use boxoffice_store::conformance::{Desk, SEATS, TurnedClock};
use boxoffice_store::{ChargeStatus, Record, Store};

use super::{MINUTE, Sale, TestResult, charge_of, pay, put};

/// What is still to be done for an attempt to pay.
#[derive(Clone, Copy, Debug)]
enum Stage {
    Authorize,
    Book,
    Decline,
    Capture,
    Confirm,
    /// Give back what is set aside, if anything is.
    Void,
    CleanUp,
}

/// One event, sold by chance.
pub(crate) struct World {
    pub(crate) desk: Desk,
    held: Vec<u64>,
    sales: Vec<(Sale, Stage, u64)>,
    /// Steps taken, for keys that are used once.
    steps: u64,
}

impl World {
    pub(crate) fn new(desk: Desk) -> Self {
        World {
            desk,
            held: Vec::new(),
            sales: Vec::new(),
            steps: 0,
        }
    }

    /// One step, chosen by `dice`.
    pub(crate) async fn step(
        &mut self,
        store: &dyn Store,
        clock: &TurnedClock,
        dice: u64,
    ) -> TestResult {
        self.steps += 1;
        let (kind, choice) = (dice % 16, dice / 16);
        match kind {
            0..=2 => self.hold(store, choice).await,
            3..=5 => self.pay(store, choice).await,
            6..=11 => self.go_on(store, choice).await,
            12 => self.end(store, choice).await,
            13 => self.block(store, choice).await,
            14 => self.wait(store, clock, choice as Micros % 4 * MINUTE).await,
            _ => self.keep_snapshot(store).await,
        }
    }

    async fn hold(&mut self, store: &dyn Store, choice: u64) -> TestResult {
        let seat = |n: u64| (choice + n) as SeatIndex % SEATS;
        let seats: Vec<SeatIndex> = (0..1 + choice / 100 % 3).map(seat).collect();
        // Taken or not: who comes first has them.
        if let Ok(first) = self.desk.hold(store, &seats).await {
            self.held.push(first);
        }
        Ok(())
    }

    async fn pay(&mut self, store: &dyn Store, choice: u64) -> TestResult {
        let Some(&first) = pick(&self.held, choice) else {
            return Ok(());
        };
        let outcome = self.desk.act(store, &pay(first, self.steps)).await?;
        if let Outcome::Paying { address, total } = outcome {
            let attempt = address.version;
            self.sales
                .push((Sale { first, attempt }, Stage::Authorize, total));
        }
        Ok(())
    }

    /// The next step of some attempt.
    async fn go_on(&mut self, store: &dyn Store, choice: u64) -> TestResult {
        if self.sales.is_empty() {
            return Ok(());
        }
        let at = choice as usize % self.sales.len();
        let (sale, stage, total) = self.sales.swap_remove(at);
        if let Some(next) = self.take(store, sale, stage, total, choice / 64).await? {
            self.sales.push((sale, next, total));
        }
        Ok(())
    }

    async fn take(
        &mut self,
        store: &dyn Store,
        sale: Sale,
        stage: Stage,
        total: u64,
        choice: u64,
    ) -> Result<Option<Stage>, Box<dyn std::error::Error>> {
        let (event, attempt) = (self.desk.event(), sale.attempt);
        let charge = |status| {
            let charge = charge_of(&self.desk, sale, status);
            Record::Charge(boxoffice_store::Charge {
                amount: total,
                ..charge
            })
        };
        let next = match stage {
            Stage::Authorize if choice.is_multiple_of(8) => {
                self.fail(store, sale, FailReason::Unavailable).await?;
                Stage::Void
            }
            Stage::Authorize if choice.is_multiple_of(5) => {
                put(store, charge(ChargeStatus::Declined)).await?;
                Stage::Decline
            }
            Stage::Authorize => {
                put(store, charge(ChargeStatus::Authorized)).await?;
                Stage::Book
            }
            Stage::Decline => {
                let code = "card_declined".into();
                self.fail(store, sale, FailReason::Declined { code })
                    .await?;
                return Ok(None);
            }
            Stage::Book => {
                let first = sale.first;
                let book = Command::Book { first, attempt };
                let outcome = self.desk.act(store, &book).await?;
                match outcome {
                    Outcome::Booked => Stage::Capture,
                    _ => {
                        self.fail(store, sale, FailReason::Unavailable).await?;
                        Stage::Void
                    }
                }
            }
            // Most sales are undone, so that there is always something to sell.
            Stage::Capture if !choice.is_multiple_of(6) => {
                self.cancel(store, sale).await?;
                Stage::Void
            }
            Stage::Capture => {
                put(store, charge(ChargeStatus::Captured)).await?;
                Stage::Confirm
            }
            Stage::Confirm => {
                put(store, Record::Confirmed { event, attempt }).await?;
                return Ok(None);
            }
            Stage::Void => {
                let known = store.charge(event, attempt).await?;
                if known.is_none_or(|known| known.status == ChargeStatus::Authorized) {
                    put(store, charge(ChargeStatus::Voided)).await?;
                }
                Stage::CleanUp
            }
            Stage::CleanUp => {
                let booking = store.booking(event, attempt).await?.ok_or("no booking")?;
                if !booking.status.under_way() {
                    put(store, Record::CleanedUp { event, attempt }).await?;
                }
                return Ok(None);
            }
        };
        Ok(Some(next))
    }

    async fn fail(&mut self, store: &dyn Store, sale: Sale, reason: FailReason) -> TestResult {
        let Sale { first, attempt } = sale;
        let command = Command::FailPayment {
            first,
            attempt,
            reason,
        };
        self.desk.act(store, &command).await?;
        Ok(())
    }

    async fn cancel(&mut self, store: &dyn Store, sale: Sale) -> TestResult {
        let Sale { first, attempt } = sale;
        let code = "capture_failed".into();
        let command = Command::CancelBooking {
            first,
            attempt,
            reason: FailReason::CaptureFailed { code },
        };
        self.desk.act(store, &command).await?;
        Ok(())
    }

    /// A hold ends, grows or changes; what may not is refused.
    async fn end(&mut self, store: &dyn Store, choice: u64) -> TestResult {
        let Some(&first) = pick(&self.held, choice / 4) else {
            return Ok(());
        };
        let command = match choice % 4 {
            0 => Command::Release { first },
            1 => Command::Extend { first },
            _ => Command::ChangeSeats {
                first,
                seats: vec![(choice / 64) as SeatIndex % SEATS],
            },
        };
        self.desk.act(store, &command).await?;
        Ok(())
    }

    async fn block(&mut self, store: &dyn Store, choice: u64) -> TestResult {
        let seats = vec![(choice / 2) as SeatIndex % SEATS];
        let command = match choice % 2 {
            0 => Command::Block { seats },
            _ => Command::Unblock { seats },
        };
        self.desk.act(store, &command).await?;
        Ok(())
    }

    async fn wait(&mut self, store: &dyn Store, clock: &TurnedClock, span: Micros) -> TestResult {
        clock.turn(span);
        self.desk.act(store, &Command::Sweep { at_most: 3 }).await?;
        Ok(())
    }

    async fn keep_snapshot(&mut self, store: &dyn Store) -> TestResult {
        let (event, inventory) = (self.desk.event(), &self.desk.inventory);
        let (version, snapshot) = (inventory.version(), inventory.snapshot());
        Ok(store.put_snapshot(event, version, &snapshot).await?)
    }
}

fn pick<T>(all: &[T], choice: u64) -> Option<&T> {
    all.get(choice as usize % all.len().max(1))
}
