//! A box office to pay in: a store in a folder of its own, a house on sale, and time that stands
//! still until it is moved on. No test lives here.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary takes what it needs"
)]

pub mod books;
pub mod fake;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use boxoffice_inventory::{
    Command, Facts, Hold, Idempotency, Outcome, Reservation, SaleStatus, Wanted,
};
use boxoffice_model::{EventNumber, Key, Micros};
use boxoffice_payments::{PayError, PayResult, PaymentConfig, PaymentProvider, Payments};
use boxoffice_seating::{AreaSpec, Layout, SeatingPlan};
use boxoffice_sequencer::{Options, Sequencer};
use boxoffice_store::conformance::{BEGIN, CommitFault, FaultyStore, TurnedClock, record};
use boxoffice_store::{Booking, BookingDraft, Store, load_reservation};
use boxoffice_store_sqlite::{SqliteStore, Synchronous};
use tempfile::TempDir;
use tokio_util::task::TaskTracker;

pub type TestResult = Result<(), Box<dyn std::error::Error>>;

pub const SECOND: Micros = 1_000_000;
/// For how long a hold lasts.
pub const HOLD: Micros = 600 * SECOND;
const SEATS: u32 = 20_000;

/// One store with one event, and the processes that come and go on it.
pub struct Office {
    pub store: Arc<FaultyStore>,
    pub clock: Arc<TurnedClock>,
    pub event: EventNumber,
    pub sequencer: Sequencer,
    next_seat: AtomicU32,
    _folder: TempDir,
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
        let event = record(0).number;
        let mut batch = store.begin().await?;
        batch.put_event(&record(0)).await?;
        batch.commit().await?;
        let sequencer = start(&store)?;
        let revise = Command::Revise(Box::new(facts()?));
        sequencer.submit(event, revise).await?;
        Ok(Office {
            store,
            clock,
            event,
            sequencer,
            next_seat: AtomicU32::new(0),
            _folder: folder,
            _still: None,
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

    /// Two seats that nobody had.
    pub async fn hold(&self) -> Result<Reservation, Box<dyn std::error::Error>> {
        let seat = self.next_seat.fetch_add(2, Ordering::Relaxed);
        self.hold_seats(vec![seat, seat + 1]).await
    }

    pub async fn hold_seats(
        &self,
        seats: Vec<u32>,
    ) -> Result<Reservation, Box<dyn std::error::Error>> {
        let hold = Hold {
            owner: [1; 16],
            bound: false,
            idempotency: None,
            wanted: Wanted::Seats(seats),
            hold: HOLD,
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
            .pay(self.event, reservation, idempotency, draft(), token.into())
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

pub fn idempotency(key: u8, request: u8) -> Idempotency {
    Idempotency {
        key: [key; 16],
        request: [request; 16],
    }
}

pub fn draft() -> BookingDraft {
    BookingDraft {
        provider: String::new(),
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

fn facts() -> Result<Facts, Box<dyn std::error::Error>> {
    Ok(Facts {
        plan: [9; 32],
        layout: Some(layout()?),
        currency: "EUR".parse()?,
        prices: vec![Some(2_500)],
        date: BEGIN.plus(1_000_000 * HOLD),
        on_sale_at: None,
        sale_ends_at: None,
        status: SaleStatus::Scheduled,
        max_seats_per_reservation: 10,
        max_seats_per_buyer: None,
    })
}

fn layout() -> Result<Layout, Box<dyn std::error::Error>> {
    let area = AreaSpec {
        name: "Floor".into(),
        category: Some("All".into()),
        capacity: u64::from(SEATS),
    };
    let (plan, _) =
        SeatingPlan::from_pretix(None, &[area]).map_err(|error| format!("{error:?}"))?;
    Ok(plan.layout())
}
