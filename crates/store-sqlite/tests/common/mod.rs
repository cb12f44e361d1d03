//! A store in a folder of its own, and hands that get at its file. No test lives here.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary takes what it needs"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use boxoffice_inventory::Command;
use boxoffice_model::Clock;
use boxoffice_store::conformance::{BEGIN, Desk, Harness, TurnedClock};
use boxoffice_store::{Store, StoreError};
use boxoffice_store_sqlite::{Options, SqliteStore};
use rusqlite::Connection;
use tempfile::TempDir;

pub type TestResult = Result<(), Box<dyn std::error::Error>>;

/// A store that is served, in a folder of its own.
pub struct Served {
    pub store: SqliteStore,
    pub clock: Arc<TurnedClock>,
    pub folder: TempDir,
}

impl Harness for Served {
    fn set_up(clock: Arc<TurnedClock>) -> Self {
        Served::open(
            tempfile::tempdir().expect("a folder for the store"),
            clock,
            &Options::serve(),
        )
    }

    fn store(&self) -> &dyn Store {
        &self.store
    }

    fn reopen(self) -> Self {
        let Served {
            store,
            clock,
            folder,
        } = self;
        drop(store);
        Served::open(folder, clock, &Options::serve())
    }
}

impl Served {
    /// A store in a folder of the test's choice.
    pub fn in_folder(folder: TempDir) -> Self {
        Served::open(folder, clock(), &Options::serve())
    }

    /// A store that waits for other processes for a moment only.
    pub fn impatient() -> Self {
        let options = Options {
            patience: Duration::from_millis(5),
            ..Options::serve()
        };
        Served::open(
            tempfile::tempdir().expect("a folder for the store"),
            clock(),
            &options,
        )
    }

    fn open(folder: TempDir, clock: Arc<TurnedClock>, options: &Options) -> Self {
        let path = folder.path().join("box.db");
        let store = open_at(&path, options, clock.clone()).expect("the store opens");
        Served {
            store,
            clock,
            folder,
        }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("box.db")
    }

    /// Somebody else's hands on the file.
    pub fn tamper(&self, sql: &str) -> rusqlite::Result<()> {
        Connection::open(self.path())?.execute_batch(sql)
    }
}

/// A clock that stands where the cases begin.
pub fn clock() -> Arc<TurnedClock> {
    Arc::new(TurnedClock::new(BEGIN))
}

pub fn open(path: &Path, options: &Options) -> Result<SqliteStore, StoreError> {
    open_at(path, options, clock())
}

fn open_at(
    path: &Path,
    options: &Options,
    clock: Arc<dyn Clock>,
) -> Result<SqliteStore, StoreError> {
    let mut next = 0;
    let mut draw = |bytes: &mut [u8]| {
        next += 1;
        bytes.fill(next);
    };
    SqliteStore::open(path, options, clock, &mut draw)
}

pub fn refusal(result: Result<SqliteStore, StoreError>) -> String {
    result
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

/// Holds one seat in a batch of its own; retries nothing.
pub async fn hold(desk: &mut Desk, store: &dyn Store, seat: u32) -> TestResult {
    let mut trial = desk.clone();
    trial.hold(store, &[seat]).await?;
    *desk = trial;
    Ok(())
}

/// Commands that each lead to an entry.
pub fn block_or_not(number: u32) -> Command {
    let seats = vec![0];
    if number.is_multiple_of(2) {
        Command::Block { seats }
    } else {
        Command::Unblock { seats }
    }
}
