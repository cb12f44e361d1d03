//! A desk at which one event is sold straight through the store: decide, fold, append. What a
//! sequencer does, without lanes or waiting.

use boxoffice_inventory::{
    Command, Entry, Facts, Inventory, Moment, Outcome, SaleStatus, SeatIndex, decide,
};
use boxoffice_model::{Clock, EventNumber, Key, Timestamp};
use boxoffice_seating::{AreaSpec, Layout, SeatingPlan};

use super::wishes::{HOLD, draft, hold, pay};
use super::{BEGIN, Given, Harness};
use crate::batch::{Append, Batch};
use crate::event::{EventHead, EventRecord};
use crate::side_row::side_row;
use crate::store::Store;

/// How many seats a house of the suite has.
pub const SEATS: u32 = 12;

const KEY: Key = Key::new([7; 32]);

/// An event of May 2027 as the catalogue might have it.
pub fn record(sequence: u32) -> EventRecord {
    EventRecord {
        number: number(sequence),
        id: format!("event-{sequence}")
            .parse()
            .expect("letters, a dash and digits"),
        plan: [9; 32],
        document: format!(r#"{{"title":"Event {sequence}"}}"#),
        owner_key: Key::new([sequence as u8; 32]),
    }
}

/// Publishes an event with [`SEATS`] seats on sale.
///
/// # Errors
/// Whatever the store says.
pub async fn publish<H: Harness>(
    given: &Given<H>,
    sequence: u32,
) -> Result<Desk, Box<dyn std::error::Error>> {
    let mut batch = given.store().begin().await?;
    let record = record(sequence);
    batch.put_event(&record).await?;
    batch.lock(record.number, 0).await?;
    let (desk, append) = opened(record.number, given.clock.now());
    batch.append(&append).await?;
    batch.keep().await?;
    batch.commit().await?;
    Ok(desk)
}

/// A new event's desk, and the entry that puts its seats on sale.
pub(crate) fn opened(event: EventNumber, now: Timestamp) -> (Desk, Append) {
    let mut desk = Desk::new(event);
    let facts = Command::Revise(Box::new(facts()));
    let (_, append) = desk.decide(&facts, now);
    (desk, append)
}

fn number(sequence: u32) -> EventNumber {
    EventNumber::new(2027, 5, sequence).expect("May has room")
}

fn facts() -> Facts {
    Facts {
        plan: [9; 32],
        layout: Some(layout()),
        currency: "EUR".parse().expect("a currency"),
        prices: vec![Some(2_500)],
        date: BEGIN.plus(1_000_000 * HOLD),
        on_sale_at: None,
        sale_ends_at: None,
        status: SaleStatus::Scheduled,
        max_seats_per_reservation: 10,
        max_seats_per_buyer: Some(1_000),
    }
}

fn layout() -> Layout {
    let area = AreaSpec {
        name: "Floor".into(),
        category: Some("All".into()),
        capacity: u64::from(SEATS),
    };
    let (plan, _) = SeatingPlan::from_pretix(None, &[area]).expect("an area of one category");
    plan.layout()
}

/// One event and the inventory it is decided on.
#[derive(Clone, Debug)]
pub struct Desk {
    /// At the version that the store should be at.
    pub inventory: Inventory,
    /// The next entry's nonce; high bits are set, as random ones have them.
    nonce: u64,
}

impl Desk {
    fn new(event: EventNumber) -> Self {
        Desk {
            inventory: Inventory::new(event),
            nonce: u64::MAX - 1_000_000,
        }
    }

    pub fn event(&self) -> EventNumber {
        self.inventory.event()
    }

    /// Decides a command and folds what follows; gives the answer and what is to be appended.
    pub fn decide(&mut self, command: &Command, now: Timestamp) -> (Outcome, Append) {
        let (after, nonce) = (self.inventory.version(), self.nonce);
        self.nonce += 1;
        let now = now.max(self.inventory.last_at());
        let decision = decide(
            &self.inventory,
            command,
            &Moment {
                now,
                nonce,
                key: &KEY,
            },
        );
        let (mut entries, mut side_rows) = (Vec::new(), Vec::new());
        for change in decision.changes {
            let entry = Entry {
                at: now,
                nonce,
                change,
            };
            let stored = self
                .inventory
                .append(&entry)
                .expect("decide and fold agree");
            let draft = draft(stored.version);
            side_rows.extend(side_row(&self.inventory, &stored, &entry, Some(&draft)));
            entries.push((stored, entry));
        }
        let head = self.head();
        (
            decision.outcome,
            Append {
                after,
                entries,
                side_rows,
                head,
            },
        )
    }

    /// Decides a command in a batch of its own.
    ///
    /// # Errors
    /// Whatever the store says.
    pub async fn act(
        &mut self,
        store: &dyn Store,
        command: &Command,
    ) -> Result<Outcome, Box<dyn std::error::Error>> {
        let mut batch = store.begin().await?;
        let outcome = self.act_in(batch.as_mut(), command).await?;
        batch.commit().await?;
        Ok(outcome)
    }

    /// Decides commands in one batch, with one append for all of them, as a lane does.
    ///
    /// # Errors
    /// Whatever the store says.
    pub async fn act_at_once(
        &mut self,
        store: &dyn Store,
        commands: &[Command],
    ) -> Result<Vec<Outcome>, Box<dyn std::error::Error>> {
        let mut batch = store.begin().await?;
        let now = batch.now();
        batch.lock(self.event(), self.inventory.version()).await?;
        let mut decided = commands.iter().map(|command| self.decide(command, now));
        let (first, mut append) = decided.next().ok_or("no command")?;
        let mut outcomes = vec![first];
        for (outcome, next) in decided {
            outcomes.push(outcome);
            append.follow(next);
        }
        batch.append(&append).await?;
        batch.keep().await?;
        batch.commit().await?;
        Ok(outcomes)
    }

    /// Decides a command within a batch, and keeps it.
    ///
    /// # Errors
    /// Whatever the store says.
    pub async fn act_in(
        &mut self,
        batch: &mut dyn Batch,
        command: &Command,
    ) -> Result<Outcome, Box<dyn std::error::Error>> {
        let now = batch.now();
        batch.lock(self.event(), self.inventory.version()).await?;
        let (outcome, append) = self.decide(command, now);
        batch.append(&append).await?;
        batch.keep().await?;
        Ok(outcome)
    }

    /// Holds seats and gives the reservation's first version.
    ///
    /// # Errors
    /// Whatever the store says.
    pub async fn hold(
        &mut self,
        store: &dyn Store,
        seats: &[SeatIndex],
    ) -> Result<u64, Box<dyn std::error::Error>> {
        match self.act(store, &hold(seats)).await? {
            Outcome::Held { address, .. } => Ok(address.version),
            other => Err(format!("seats {seats:?} are not held: {other:?}").into()),
        }
    }

    /// Holds seats and begins to pay; gives the reservation and the attempt.
    ///
    /// # Errors
    /// Whatever the store says.
    pub async fn pay(
        &mut self,
        store: &dyn Store,
        seats: &[SeatIndex],
    ) -> Result<(u64, u64), Box<dyn std::error::Error>> {
        let first = self.hold(store, seats).await?;
        match self.act(store, &pay(first)).await? {
            Outcome::Paying { address, .. } => Ok((first, address.version)),
            other => Err(format!("no attempt to pay began: {other:?}").into()),
        }
    }

    /// Holds seats and sells them; gives the reservation and the attempt.
    ///
    /// # Errors
    /// Whatever the store says.
    pub async fn sell(
        &mut self,
        store: &dyn Store,
        seats: &[SeatIndex],
    ) -> Result<(u64, u64), Box<dyn std::error::Error>> {
        let (first, attempt) = self.pay(store, seats).await?;
        match self.act(store, &Command::Book { first, attempt }).await? {
            Outcome::Booked => Ok((first, attempt)),
            other => Err(format!("seats {seats:?} are not sold: {other:?}").into()),
        }
    }

    /// Where the ledger stands.
    pub fn head(&self) -> EventHead {
        EventHead {
            event: self.event(),
            version: self.inventory.version(),
            head: self.inventory.head(),
            counts: self.inventory.counts(),
            next_due: self.inventory.next_due(),
        }
    }
}

impl Append {
    /// Goes on with what was decided behind it.
    pub(super) fn follow(&mut self, next: Append) {
        self.entries.extend(next.entries);
        self.side_rows.extend(next.side_rows);
        self.head = next.head;
    }
}
