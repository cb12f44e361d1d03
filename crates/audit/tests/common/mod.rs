//! A store in which a bit of everything has happened, and hands that get at its file. No test lives
//! here.
#![allow(
    dead_code,
    unused_imports,
    reason = "each test file uses what it needs"
)]

mod moving;
mod returns;
mod saga;
mod world;

use std::error::Error;
use std::sync::Arc;

use boxoffice_audit::{AuditReport, Breach};
use boxoffice_inventory::{Command, FailReason, Idempotency, Outcome, SeatIndex};
use boxoffice_model::EventNumber;
use boxoffice_store::conformance::{Desk, Given, Harness, TurnedClock, publish};
use boxoffice_store::{Booking, Charge, ChargeStatus, Record, Store};
use boxoffice_store_sqlite::{Options, SqliteStore};
use futures::executor::block_on;
use rusqlite::{Connection, Params};
use tempfile::TempDir;

pub(crate) use moving::Moving;
pub(crate) use returns::Returns;
pub(crate) use world::World;

pub(crate) type TestResult = Result<(), Box<dyn Error>>;

pub(crate) const MINUTE: i64 = 60_000_000;

/// A store in a folder of its own.
pub(crate) struct Files {
    pub(crate) store: Arc<SqliteStore>,
    folder: TempDir,
}

impl Harness for Files {
    fn set_up(clock: Arc<TurnedClock>) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the store");
        let path = folder.path().join("box.db");
        let store = SqliteStore::open(path, &Options::serve(), clock, &mut |key| key.fill(1));
        Files {
            store: Arc::new(store.expect("the store opens")),
            folder,
        }
    }

    fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    fn reopen(self) -> Self {
        unreachable!("an audit needs no restart")
    }
}

/// One event, sold by hand.
pub(crate) struct House {
    pub(crate) given: Given<Files>,
    pub(crate) desk: Desk,
}

/// A sale by its entries: the reservation, the attempt to pay.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sale {
    pub(crate) first: u64,
    pub(crate) attempt: u64,
}

/// Where things stand in [`House::lively`].
pub(crate) struct Scene {
    pub(crate) house: House,
    /// Seats 0 and 1, paid for.
    pub(crate) confirmed: Sale,
    /// Seat 2; the money is set aside.
    pub(crate) booked: Sale,
    /// Seat 3; the money is set aside.
    pub(crate) pending: Sale,
    /// Seat 4; still held.
    pub(crate) declined: Sale,
    /// Seat 5; the provider was away, what was set aside has been given back.
    pub(crate) voided: Sale,
    /// Seat 6; the money could not be collected and has been given back.
    pub(crate) cancelled: Sale,
    /// The version of the snapshot, which is some entries old.
    pub(crate) snapshot: u64,
}

impl House {
    pub(crate) fn open() -> Self {
        let given = Given::new();
        let desk = block_on(publish(&given, 0)).expect("an event is published");
        House { given, desk }
    }

    /// A bit of everything, payments in the middle of their way.
    pub(crate) fn lively() -> Result<Scene, Box<dyn Error>> {
        let mut house = House::open();
        let confirmed = house.sell(&[0, 1])?;
        house.charge(confirmed, ChargeStatus::Captured)?;
        house.confirm(confirmed)?;
        let booked = house.sell(&[2])?;
        house.charge(booked, ChargeStatus::Authorized)?;
        house.keep_snapshot()?;
        let snapshot = house.desk.inventory.version();
        let voided = house.pay(&[5])?;
        house.fail(voided, FailReason::Unavailable)?;
        house.charge(voided, ChargeStatus::Voided)?;
        house.clean_up(voided)?;
        let cancelled = house.sell(&[6])?;
        house.charge(cancelled, ChargeStatus::Authorized)?;
        house.cancel(cancelled)?;
        house.charge(cancelled, ChargeStatus::Voided)?;
        house.clean_up(cancelled)?;
        house.some_holds()?;
        let declined = house.pay(&[4])?;
        house.charge(declined, ChargeStatus::Declined)?;
        let code = "card_declined".into();
        house.fail(declined, FailReason::Declined { code })?;
        let pending = house.pay(&[3])?;
        house.charge(pending, ChargeStatus::Authorized)?;
        Ok(Scene {
            house,
            confirmed,
            booked,
            pending,
            declined,
            voided,
            cancelled,
            snapshot,
        })
    }

    /// Holds that lapse, end, change and grow, and a seat that nobody gets.
    fn some_holds(&mut self) -> TestResult {
        self.hold(&[7, 8])?;
        self.given.clock.turn(11 * MINUTE);
        self.act(&Command::Sweep { at_most: 10 })?;
        let released = self.hold(&[7])?;
        self.act(&Command::Release { first: released })?;
        let first = self.hold(&[8])?;
        let seats = vec![8, 9];
        self.act(&Command::ChangeSeats { first, seats })?;
        self.act(&Command::Extend { first })?;
        self.act(&Command::Block {
            seats: vec![10, 11],
        })?;
        self.act(&Command::Unblock { seats: vec![10] })?;
        Ok(())
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.given.store()
    }

    pub(crate) fn event(&self) -> EventNumber {
        self.desk.event()
    }

    pub(crate) fn act(&mut self, command: &Command) -> Result<Outcome, Box<dyn Error>> {
        block_on(self.desk.act(self.given.store(), command))
    }

    pub(crate) fn hold(&mut self, seats: &[SeatIndex]) -> Result<u64, Box<dyn Error>> {
        block_on(self.desk.hold(self.given.store(), seats))
    }

    pub(crate) fn pay(&mut self, seats: &[SeatIndex]) -> Result<Sale, Box<dyn Error>> {
        let (first, attempt) = block_on(self.desk.pay(self.given.store(), seats))?;
        Ok(Sale { first, attempt })
    }

    pub(crate) fn sell(&mut self, seats: &[SeatIndex]) -> Result<Sale, Box<dyn Error>> {
        let sale = self.pay(seats)?;
        let Sale { first, attempt } = sale;
        let outcome = self.act(&Command::Book { first, attempt })?;
        assert_eq!(outcome, Outcome::Booked);
        Ok(sale)
    }

    pub(crate) fn fail(&mut self, sale: Sale, reason: FailReason) -> TestResult {
        let Sale { first, attempt } = sale;
        self.act(&Command::FailPayment {
            first,
            attempt,
            reason,
        })?;
        Ok(())
    }

    pub(crate) fn cancel(&mut self, sale: Sale) -> TestResult {
        let Sale { first, attempt } = sale;
        let code = "capture_failed".into();
        self.act(&Command::CancelBooking {
            first,
            attempt,
            reason: FailReason::CaptureFailed { code },
        })?;
        Ok(())
    }

    pub(crate) fn charge(&self, sale: Sale, status: ChargeStatus) -> TestResult {
        self.put(Record::Charge(charge_of(&self.desk, sale, status)))
    }

    pub(crate) fn confirm(&self, sale: Sale) -> TestResult {
        let (event, attempt) = (self.event(), sale.attempt);
        let reference = None;
        self.put(Record::Confirmed {
            event,
            attempt,
            reference,
        })
    }

    pub(crate) fn clean_up(&self, sale: Sale) -> TestResult {
        let booking = block_on(self.store().booking(self.event(), sale.attempt))?;
        self.put(cleaned(&booking.ok_or("no booking")?))
    }

    pub(crate) fn put(&self, record: Record) -> TestResult {
        block_on(put(self.store(), record))
    }

    pub(crate) fn keep_snapshot(&self) -> TestResult {
        let inventory = &self.desk.inventory;
        self.put_snapshot(inventory.version(), &inventory.snapshot())
    }

    pub(crate) fn put_snapshot(&self, version: u64, bytes: &[u8]) -> TestResult {
        let event = self.event();
        Ok(block_on(self.store().put_snapshot(event, version, bytes))?)
    }

    /// Somebody else's hands on the file; says how many rows they changed.
    pub(crate) fn tamper(&self, sql: &str, values: impl Params) -> rusqlite::Result<usize> {
        let connection = Connection::open(self.given.harness.folder.path().join("box.db"))?;
        connection.pragma_update(None, "foreign_keys", "off")?;
        connection.execute(sql, values)
    }

    /// What a column of an entry's row holds.
    pub(crate) fn entry(&self, column: &str, version: u64) -> rusqlite::Result<Vec<u8>> {
        let connection = Connection::open(self.given.harness.folder.path().join("box.db"))?;
        let sql = format!("SELECT {column} FROM ledger WHERE version = ?1");
        connection.query_row(&sql, [version as i64], |row| row.get(0))
    }

    pub(crate) fn audit(&self) -> AuditReport {
        audit(self.store())
    }

    /// So many breaches, and among them one of the entry at `version`, in words that contain `what`.
    pub(crate) fn expect_among(&self, count: usize, version: impl Into<Option<u64>>, what: &str) {
        let report = self.audit();
        assert_eq!(report.breaches.len(), count, "{what}: {report}");
        let version = version.into();
        let named = |breach: &&Breach| breach.version == version && breach.what.contains(what);
        let breach = report.breaches.iter().find(named);
        let breach = breach.unwrap_or_else(|| panic!("{version:?} {what} is not in {report}"));
        assert_eq!(
            (breach.event, breach.id.as_str()),
            (self.event(), "event-0")
        );
        assert!(report.to_string().contains(&format!("BREACH {breach}")));
    }
}

pub(crate) fn audit(store: &dyn Store) -> AuditReport {
    block_on(boxoffice_audit::audit(store, &mut |_| ())).expect("the store can be read")
}

/// The charge that the test provider keeps of an attempt.
pub(crate) fn charge_of(desk: &Desk, sale: Sale, status: ChargeStatus) -> Charge {
    let reservation = desk.inventory.reservation(sale.first);
    Charge {
        event: desk.event(),
        attempt: sale.attempt,
        token: "tok_visa".into(),
        amount: reservation.map_or(0, |reservation| reservation.total()),
        currency: "EUR".parse().expect("a currency"),
        status,
        decline_code: None,
        refunded: 0,
    }
}

/// Nothing is left to do, by what the row says.
pub(crate) fn cleaned(booking: &Booking) -> Record {
    Record::CleanedUp {
        event: booking.event,
        attempt: booking.attempt,
        cleanup: booking.cleanup,
        notices: booking.notices,
    }
}

pub(crate) fn pay(first: u64, number: u64) -> Command {
    let mut key = [3; 16];
    key[..8].copy_from_slice(&number.to_be_bytes());
    Command::Pay {
        first,
        idempotency: Idempotency {
            key,
            request: [4; 16],
        },
        limit: 2 * MINUTE,
    }
}

/// Writes a row that no entry stands for, in a batch of its own.
pub(crate) async fn put(store: &dyn Store, record: Record) -> TestResult {
    let mut batch = store.begin().await?;
    batch.lock(record.event(), u64::MAX).await?;
    batch.record(std::slice::from_ref(&record)).await?;
    batch.keep().await?;
    batch.commit().await?;
    Ok(())
}

/// The one breach that damage leads to: of the entry at `version`, in words that contain `what`.
pub(crate) fn expect(scene: &Scene, version: impl Into<Option<u64>>, what: &str) {
    expect_among(1, scene, version, what);
}

/// The same, when the damage shows in several places.
pub(crate) fn expect_among(
    count: usize,
    scene: &Scene,
    version: impl Into<Option<u64>>,
    what: &str,
) {
    scene.house.expect_among(count, version, what);
}

/// Damages one row of a new scene.
pub(crate) fn damaged(
    sql: &str,
    values: impl FnOnce(&Scene) -> u64,
) -> Result<Scene, Box<dyn Error>> {
    let scene = House::lively()?;
    let key = values(&scene) as i64;
    let changed = scene.house.tamper(sql, [key])?;
    assert_eq!(changed, 1, "{sql}");
    Ok(scene)
}

pub(crate) fn tampered(sql: &str, values: impl Params) -> Result<Scene, Box<dyn Error>> {
    let scene = House::lively()?;
    assert_eq!(scene.house.tamper(sql, values)?, 1, "{sql}");
    Ok(scene)
}

pub(crate) fn version(scene: &Scene) -> u64 {
    scene.house.desk.inventory.version()
}

/// How many random cases a property gets: more by `BOXOFFICE_LONG=1`.
pub(crate) fn cases(usual: u32) -> u32 {
    let long = std::env::var_os("BOXOFFICE_LONG").is_some_and(|value| value != "0");
    if long { usual * 50 } else { usual }
}
