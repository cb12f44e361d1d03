//! A desk at which one event is sold straight through the store: decide, fold, append. What a
//! sequencer does, without lanes or waiting.

use boxoffice_inventory::{
    Change, Command, Entry, Facts, Hold, Idempotency, Inventory, Moment, Outcome, SaleStatus,
    SeatIndex, Wanted, decide,
};
use boxoffice_model::{Clock, EventNumber, Key, Timestamp};
use boxoffice_seating::{AreaSpec, Layout, SeatingPlan};

use super::{BEGIN, CaseResult, Given, Harness};
use crate::batch::{Append, Batch, Record, SideRow};
use crate::booking::{Booking, BookingDraft, BookingStatus, Cleanup, Receipt};
use crate::event::{EventHead, EventRecord};
use crate::store::Store;

/// How many seats a house of the suite has.
pub const SEATS: u32 = 12;

/// For how long a hold lasts, in microseconds.
pub(crate) const HOLD: i64 = 600_000_000;

/// For how long seats wait for a payment, in microseconds.
pub(crate) const PAYMENT: i64 = 120_000_000;

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
        max_seats_per_buyer: None,
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
            side_rows.extend(self.side_row(stored.version, &entry));
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

    fn side_row(&self, version: u64, entry: &Entry) -> Option<SideRow> {
        let receipt = Receipt {
            version,
            head: self.inventory.head(),
        };
        Some(match &entry.change {
            Change::Paying(_) => SideRow::BookingOpened(Box::new(self.booking(version, entry)?)),
            Change::PaymentFailed {
                attempt, reason, ..
            } => SideRow::BookingFailed {
                attempt: *attempt,
                reason: reason.clone(),
            },
            Change::Booked { first, attempt } => {
                let reservation = self.inventory.reservation(*first)?;
                let seats = reservation.seats.iter().map(|seat| seat.index).collect();
                SideRow::BookingBooked {
                    attempt: *attempt,
                    seats,
                    receipt,
                }
            }
            Change::BookingCancelled {
                attempt, reason, ..
            } => SideRow::BookingCancelled {
                attempt: *attempt,
                reason: reason.clone(),
            },
            _ => return None,
        })
    }

    /// The booking that begins with a `paying` entry.
    pub(crate) fn booking(&self, version: u64, entry: &Entry) -> Option<Booking> {
        let Change::Paying(paying) = &entry.change else {
            return None;
        };
        Some(Booking {
            event: self.event(),
            attempt: version,
            first: paying.first,
            nonce: entry.nonce,
            secret: paying.secret,
            key: paying.key,
            request: paying.request,
            draft: draft(version),
            amount: self.inventory.reservation(paying.first)?.total(),
            currency: self.inventory.facts()?.currency,
            created_at: entry.at,
            limit: entry.at.plus(paying.limit),
            status: BookingStatus::Pending,
            decline_code: None,
            cleanup: Cleanup::None,
            receipt: None,
        })
    }
}

/// What a caller says of the buyer; every other one says nothing.
pub(crate) fn draft(attempt: u64) -> BookingDraft {
    let said = attempt.is_multiple_of(2);
    BookingDraft {
        provider: "test".into(),
        email: said.then(|| "zoë@example.org".to_owned()),
        name: said.then(|| "Zoë 🎟 'Quote\" ok".to_owned()),
        attendees: said.then(|| r#"[{"name":"A"}]"#.to_owned()),
    }
}

/// A wish for these seats, without a session.
pub(crate) fn hold(seats: &[SeatIndex]) -> Command {
    Command::Hold(Hold {
        owner: [1; 16],
        bound: false,
        idempotency: None,
        wanted: Wanted::Seats(seats.to_vec()),
        hold: HOLD,
    })
}

/// A wish to pay for a reservation; each wish is an attempt of its own.
pub(crate) fn pay(first: u64) -> Command {
    let mut key = [3; 16];
    key[..8].copy_from_slice(&first.to_be_bytes());
    Command::Pay {
        first,
        idempotency: Idempotency {
            key,
            request: [4; 16],
        },
        limit: PAYMENT,
    }
}

/// Writes a row that no entry stands for, in a batch of its own.
pub(crate) async fn put(store: &dyn Store, record: Record) -> CaseResult {
    let mut batch = store.begin().await?;
    batch.lock(record.event(), u64::MAX).await?;
    batch.record(&[record]).await?;
    batch.keep().await?;
    batch.commit().await?;
    Ok(())
}
