//! A box office to pay in: a store in a folder of its own, a house on sale, and time that stands
//! still until it is moved on. No test lives here.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary takes what it needs"
)]

pub mod books;
pub mod fake;
pub mod play;
pub mod scene;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use boxoffice_inventory::{
    Command, Facts, Hold, Idempotency, Outcome, Reservation, SaleStatus, Wanted,
};
use boxoffice_model::{EventNumber, Key, Micros, OwnerHash};
use boxoffice_payments::{
    Attempt, PayError, PayResult, PaymentConfig, PaymentProvider, Payments, Purse,
};
use boxoffice_seating::{AreaSpec, Layout, SeatingPlan};
use boxoffice_sequencer::{Options, Sequencer};
use boxoffice_store::conformance::{BEGIN, CommitFault, FaultyStore, TurnedClock, record};
use boxoffice_store::{Booking, BookingDraft, PaymentMethod, Store, load_reservation};
use boxoffice_store_sqlite::{SqliteStore, Synchronous};
use tempfile::TempDir;
use tokio_util::task::TaskTracker;

pub type TestResult = Result<(), Box<dyn std::error::Error>>;

pub const SECOND: Micros = 1_000_000;
/// For how long a hold lasts.
pub const HOLD: Micros = 600 * SECOND;
/// For how long an attempt may be under way, and one whose payer is at another page.
pub const LIMIT: Micros = 180 * SECOND;
pub const REDIRECT_LIMIT: Micros = 900 * SECOND;
const SEATS: u32 = 20_000;
/// Of a house for one play. Two more in its gallery cost nothing.
pub const FEW_SEATS: u32 = 6;

/// One store with one event, and the processes that come and go on it.
pub struct Office {
    pub store: Arc<FaultyStore>,
    pub clock: Arc<TurnedClock>,
    pub event: EventNumber,
    pub sequencer: Sequencer,
    next_seat: AtomicU32,
    next_event: Arc<AtomicU32>,
    _folder: Arc<TempDir>,
    _still: Option<mpsc::Sender<()>>,
}

impl Office {
    /// Opens on a runtime whose time is paused, and keeps it so.
    pub async fn open() -> Result<Self, Box<dyn std::error::Error>> {
        let still = hold_time_still();
        let office = Office::open_in_flowing_time().await?;
        Ok(Office {
            _still: Some(still),
            ..office
        })
    }

    /// Opens on a runtime whose paused time jumps to the next timer when nothing can run.
    pub async fn open_in_flowing_time() -> Result<Self, Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let clock = Arc::new(TurnedClock::new(BEGIN));
        let options = boxoffice_store_sqlite::Options {
            synchronous: Synchronous::Off,
            ..boxoffice_store_sqlite::Options::serve()
        };
        let mut draw = |bytes: &mut [u8]| bytes.fill(7);
        let path = folder.path().join("box.db");
        let sqlite = SqliteStore::open(path, &options, clock.clone(), &mut draw)?;
        let store = Arc::new(FaultyStore::new(Arc::new(sqlite)));
        let sequencer = start(&store)?;
        let event = publish(&store, &sequencer, 0, facts(SEATS)?).await?;
        Ok(Office {
            store,
            clock,
            event,
            sequencer,
            next_seat: AtomicU32::new(0),
            next_event: Arc::new(AtomicU32::new(1)),
            _folder: Arc::new(folder),
            _still: None,
        })
    }

    /// The same store with another event: a house of few seats, so that all its books are soon read.
    pub async fn another_event(&self, facts: Facts) -> Result<Self, Box<dyn std::error::Error>> {
        let sequence = self.next_event.fetch_add(1, Ordering::Relaxed);
        Ok(Office {
            store: self.store.clone(),
            clock: self.clock.clone(),
            event: publish(&self.store, &self.sequencer, sequence, facts).await?,
            sequencer: self.sequencer.clone(),
            next_seat: AtomicU32::new(0),
            next_event: self.next_event.clone(),
            _folder: self._folder.clone(),
            _still: self._still.clone(),
        })
    }

    /// A process of its own: it knows nothing of what others are busy with.
    pub fn payments(&self, provider: Arc<dyn PaymentProvider>) -> Payments {
        self.payments_in(Some(provider), &TaskTracker::new())
    }

    /// A process whose tasks are tracked by `tasks`.
    pub fn payments_in(
        &self,
        provider: Option<Arc<dyn PaymentProvider>>,
        tasks: &TaskTracker,
    ) -> Payments {
        let config = PaymentConfig::default();
        Payments::new(self.sequencer.clone(), provider, config, tasks.clone())
    }

    /// A process that knows the house otherwise.
    pub fn payments_by(
        &self,
        provider: Arc<dyn PaymentProvider>,
        config: PaymentConfig,
    ) -> Payments {
        let tasks = TaskTracker::new();
        Payments::new(self.sequencer.clone(), Some(provider), config, tasks)
    }

    /// Two seats that nobody had.
    pub async fn hold(&self) -> Result<Reservation, Box<dyn std::error::Error>> {
        let seat = self.next_seat.fetch_add(2, Ordering::Relaxed);
        self.hold_seats(vec![seat, seat + 1]).await
    }

    pub async fn hold_seats(
        &self,
        seats: Vec<u32>,
    ) -> Result<Reservation, Box<dyn std::error::Error>> {
        self.hold_as([1; 16], seats).await
    }

    pub async fn hold_as(
        &self,
        owner: OwnerHash,
        seats: Vec<u32>,
    ) -> Result<Reservation, Box<dyn std::error::Error>> {
        self.hold_for(HOLD, owner, seats).await
    }

    pub async fn hold_for(
        &self,
        hold: Micros,
        owner: OwnerHash,
        seats: Vec<u32>,
    ) -> Result<Reservation, Box<dyn std::error::Error>> {
        let hold = Hold {
            owner,
            bound: false,
            idempotency: None,
            wanted: Wanted::Seats(seats),
            hold,
        };
        let held = self
            .sequencer
            .submit(self.event, Command::Hold(hold))
            .await?;
        match held.outcome {
            Outcome::Held { address, .. } => self.reservation(address.version).await,
            other => Err(format!("not held: {other:?}").into()),
        }
    }

    /// A reservation as it stands now.
    pub async fn reservation(&self, first: u64) -> Result<Reservation, Box<dyn std::error::Error>> {
        let found = load_reservation(self.store.as_ref(), self.event, first).await?;
        Ok(found.ok_or("no such reservation")?.0)
    }

    /// Pays with this key, as the reservation stands now.
    pub async fn pay(
        &self,
        payments: &Payments,
        first: u64,
        key: u8,
        token: &str,
    ) -> Result<PayResult, PayError> {
        let reservation = self.reservation(first).await.expect("it was held");
        self.pay_as(payments, &reservation, idempotency(key, key), token)
            .await
    }

    pub async fn pay_as(
        &self,
        payments: &Payments,
        reservation: &Reservation,
        idempotency: Idempotency,
        token: &str,
    ) -> Result<PayResult, PayError> {
        payments
            .pay(self.event, reservation, idempotency, draft(), purse(token))
            .await
    }

    /// A booking as it stands now.
    pub async fn booking(&self, attempt: u64) -> Result<Booking, Box<dyn std::error::Error>> {
        let booking = self.store.booking(self.event, attempt).await?;
        Ok(booking.ok_or("no such booking")?)
    }

    /// The newest attempt of all.
    pub async fn newest_booking(&self) -> Result<Booking, Box<dyn std::error::Error>> {
        let mut all = self.store.bookings(self.event, 0, 100_000).await?;
        Ok(all.pop().ok_or("no booking")?)
    }

    /// From now on these befall the next commits.
    pub fn plan_commits(&self, faults: &[CommitFault]) {
        self.store.plan(faults);
    }
}

/// A booking as its provider knows it.
pub fn attempt_of(booking: &Booking) -> Attempt {
    Attempt {
        event: booking.event,
        attempt: booking.attempt,
        amount: booking.amount,
        currency: booking.currency,
        method: booking.draft.method,
        reference: booking.reference.clone(),
        started: booking.created_at,
        age: 0,
    }
}

pub fn idempotency(key: u8, request: u8) -> Idempotency {
    Idempotency {
        key: [key; 16],
        request: [request; 16],
    }
}

pub fn purse(token: &str) -> Purse {
    Purse {
        token: Some(token.into()),
        description: "A night".into(),
        currency: "EUR".parse().ok(),
    }
}

pub fn draft() -> BookingDraft {
    BookingDraft {
        provider: String::new(),
        method: PaymentMethod::Token,
        email: Some("ada@example.org".into()),
        name: None,
        attendees: None,
    }
}

fn start(store: &Arc<FaultyStore>) -> std::io::Result<Sequencer> {
    let mut nonce = 0;
    let options = Options {
        lane_capacity: 64,
        patience: None,
        snapshot_every: 10_000,
        most_inventories: 4,
        key: Key::new([7; 32]),
        nonce: Box::new(move || {
            nonce += 1;
            nonce
        }),
        listeners: Vec::new(),
    };
    let store: Arc<dyn Store> = store.clone();
    Sequencer::start(store, options)
}

/// A paused clock moves on by itself when nothing can run, but not while a blocking task runs; the
/// lane has a thread that the runtime does not see. So one task blocks until the office closes.
fn hold_time_still() -> mpsc::Sender<()> {
    let (still, until) = mpsc::channel();
    tokio::task::spawn_blocking(move || {
        let _: Result<(), _> = until.recv();
    });
    still
}

/// Publishes an event.
async fn publish(
    store: &FaultyStore,
    sequencer: &Sequencer,
    sequence: u32,
    facts: Facts,
) -> Result<EventNumber, Box<dyn std::error::Error>> {
    let record = record(sequence);
    let mut batch = store.begin().await?;
    batch.put_event(&record).await?;
    batch.commit().await?;
    let revise = Command::Revise(Box::new(facts));
    sequencer.submit(record.number, revise).await?;
    Ok(record.number)
}

/// So many seats on the floor for 25.00 each, and two in the gallery that cost nothing.
pub fn facts(seats: u32) -> Result<Facts, Box<dyn std::error::Error>> {
    Ok(Facts {
        plan: [9; 32],
        layout: Some(layout(seats)?),
        currency: "EUR".parse()?,
        prices: vec![Some(2_500), Some(0)],
        date: BEGIN.plus(1_000_000 * HOLD),
        on_sale_at: None,
        sale_ends_at: None,
        status: SaleStatus::Scheduled,
        max_seats_per_reservation: 10,
        max_seats_per_buyer: None,
    })
}

fn layout(seats: u32) -> Result<Layout, Box<dyn std::error::Error>> {
    let area = |name: &str, capacity: u32| AreaSpec {
        name: name.into(),
        category: Some(name.into()),
        capacity: u64::from(capacity),
    };
    let areas = [area("Floor", seats), area("Gallery", 2)];
    let (plan, _) = SeatingPlan::from_pretix(None, &areas).map_err(|error| format!("{error:?}"))?;
    Ok(plan.layout())
}

/// How much is tried: all of it by `BOXOFFICE_LONG=1`.
pub fn long() -> bool {
    std::env::var_os("BOXOFFICE_LONG").is_some_and(|value| value != "0")
}
