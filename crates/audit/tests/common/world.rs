//! A box office that goes on: random commands, and payments that take their steps (see `saga`), each in a
//! commit of its own. No test lives here.

use boxoffice_inventory::{Command, Outcome, SaleStatus, SeatIndex};
use boxoffice_model::Micros;
use boxoffice_store::conformance::{Desk, SEATS, TurnedClock};
use boxoffice_store::{Cleanup, Record, Store};

use super::saga::{Payment, Step};
use super::{MINUTE, Sale, TestResult, pay, put};

/// One event, sold by chance.
pub(crate) struct World {
    pub(crate) desk: Desk,
    held: Vec<u64>,
    /// What still has a step to take.
    payments: Vec<Payment>,
    /// All that ever began, with what it costs.
    begun: Vec<(Sale, u64)>,
    /// Steps taken, for keys that are used once.
    steps: u64,
}

impl World {
    pub(crate) fn new(desk: Desk) -> Self {
        World {
            desk,
            held: Vec::new(),
            payments: Vec::new(),
            begun: Vec::new(),
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
        let (kind, choice) = (dice % 64, dice / 64);
        match kind {
            0..=11 => self.hold(store, choice).await,
            12..=22 => self.pay(store, choice).await,
            23..=46 => self.go_on(store, choice).await,
            47..=50 => self.end(store, choice).await,
            51..=53 => self.block(store, choice).await,
            54..=56 => self.wait(store, clock, choice as Micros % 4 * MINUTE).await,
            57..=59 => self.news(store, choice).await,
            60 | 61 => self.call_off(store, choice).await,
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
            let (sale, step) = (Sale { first, attempt }, Step::Authorize);
            self.payments.push(Payment { sale, step, total });
            self.begun.push((sale, total));
        }
        Ok(())
    }

    /// The next step of some attempt.
    async fn go_on(&mut self, store: &dyn Store, choice: u64) -> TestResult {
        if self.payments.is_empty() {
            return Ok(());
        }
        let at = choice as usize % self.payments.len();
        let payment = self.payments.swap_remove(at);
        if let Some(next) = self.take_step(store, payment, choice / 64).await? {
            self.payments.push(next);
        }
        Ok(())
    }

    /// The provider tells of some payment, or it is looked at.
    async fn news(&mut self, store: &dyn Store, choice: u64) -> TestResult {
        let Some(&(sale, total)) = pick(&self.begun, choice / 8) else {
            return Ok(());
        };
        let (event, attempt) = (self.desk.event(), sale.attempt);
        let trouble = choice.is_multiple_of(4).then(|| "odd".to_owned());
        if choice.is_multiple_of(8) {
            let troubled = Record::Troubled {
                event,
                attempt,
                trouble,
            };
            return put(store, troubled).await;
        }
        let notice = Record::Noticed {
            event,
            attempt,
            id: format!("evt_{}", choice % 64),
            at: store.now(),
            trouble,
        };
        put(store, notice).await?;
        let booking = store.booking(event, attempt).await?.ok_or("no booking")?;
        let known = |payment: &Payment| payment.sale.attempt == attempt;
        if booking.cleanup == Cleanup::Look && !self.payments.iter().any(known) {
            let step = Step::Void;
            self.payments.push(Payment { sale, step, total });
        }
        Ok(())
    }

    /// The event is called off, or takes place after all.
    async fn call_off(&mut self, store: &dyn Store, choice: u64) -> TestResult {
        let inventory = &self.desk.inventory;
        let command = if inventory.on_sale(store.now()).is_err() {
            let mut facts = inventory.facts().ok_or("no facts")?.clone();
            facts.status = SaleStatus::Scheduled;
            Command::Revise(Box::new(facts))
        } else if choice.is_multiple_of(4) {
            Command::CancelEvent
        } else {
            return Ok(());
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
