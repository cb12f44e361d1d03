//! A sequencer on a store in a folder of its own, and those who hold seats. It asserts nothing.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use boxoffice_inventory::{Command, Hold, Idempotency, Inventory, Outcome, Wanted};
use boxoffice_model::{EventNumber, Key};
use boxoffice_sequencer::{Committed, Listener, Options, Sequencer, SequencerError};
use boxoffice_store::conformance::{Desk, FaultyStore, Given, Harness, TurnedClock, publish};
use boxoffice_store::{Store, load_inventory};
use boxoffice_store_sqlite::{SqliteStore, Synchronous};
use tempfile::TempDir;

pub(crate) const HOLD: i64 = 600_000_000;

pub(crate) struct Office {
    pub(crate) store: Arc<FaultyStore>,
    pub(crate) clock: Arc<TurnedClock>,
    pub(crate) desks: Vec<Desk>,
    pub(crate) sequencer: Sequencer,
    pub(crate) heard: Arc<Heard>,
    _folder: TempDir,
}

/// What the listeners were told: events and versions.
#[derive(Default)]
pub(crate) struct Heard(pub(crate) Mutex<Vec<(EventNumber, u64)>>);

impl Listener for Heard {
    fn committed(&self, committed: &Committed) {
        let heard = (committed.head.event, committed.head.version);
        self.0.lock().unwrap().push(heard);
    }
}

pub(crate) struct Limits {
    pub(crate) lane: usize,
    pub(crate) inventories: usize,
    pub(crate) snapshot_every: u64,
    pub(crate) patience: Option<Duration>,
}

pub(crate) const WIDE: Limits = Limits {
    lane: 10_000,
    inventories: 8,
    snapshot_every: 1_000_000,
    patience: None,
};

/// A store, as the suite of stores wants to have it.
struct Folder {
    store: Arc<SqliteStore>,
    folder: TempDir,
}

impl Harness for Folder {
    fn set_up(clock: Arc<TurnedClock>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = boxoffice_store_sqlite::Options {
            synchronous: Synchronous::Off,
            ..boxoffice_store_sqlite::Options::serve()
        };
        let mut draw = |bytes: &mut [u8]| bytes.fill(7);
        let path = folder.path().join("box.db");
        let store = SqliteStore::open(path, &options, clock, &mut draw).unwrap();
        Folder {
            store: Arc::new(store),
            folder,
        }
    }

    fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    fn reopen(self) -> Self {
        self
    }
}

impl Office {
    /// With so many events of twelve seats each.
    pub(crate) async fn open(events: u32, limits: Limits) -> Self {
        let given = Given::<Folder>::new();
        let mut desks = Vec::new();
        for sequence in 0..events {
            desks.push(publish(&given, sequence).await.unwrap());
        }
        let Given { harness, clock } = given;
        let store = Arc::new(FaultyStore::new(harness.store));
        let heard = Arc::new(Heard::default());
        let sequencer = start(&store, limits, heard.clone());
        Office {
            store,
            clock,
            desks,
            sequencer,
            heard,
            _folder: harness.folder,
        }
    }

    pub(crate) fn event(&self, at: usize) -> EventNumber {
        self.desks[at].event()
    }

    /// Holds seats of an event, which ought to succeed; gives the version it was made at.
    pub(crate) async fn hold(&self, at: usize, seats: &[u32]) -> u64 {
        let decided = self.submit(at, hold(seats)).await.unwrap();
        let Outcome::Held { address, .. } = decided else {
            panic!("not held: {decided:?}");
        };
        address.version
    }

    pub(crate) async fn submit(
        &self,
        at: usize,
        command: Command,
    ) -> Result<Outcome, SequencerError> {
        let decided = self.sequencer.submit(self.event(at), command).await;
        decided.map(|decided| decided.outcome)
    }

    /// What the store's ledger says.
    pub(crate) async fn folded(&self, at: usize) -> Inventory {
        load_inventory(self.store.as_ref(), self.event(at))
            .await
            .unwrap()
    }
}

/// Another process on the same store, or the same one after a restart.
pub(crate) fn start(store: &Arc<FaultyStore>, limits: Limits, heard: Arc<Heard>) -> Sequencer {
    let mut nonce = 0;
    let options = Options {
        lane_capacity: limits.lane,
        snapshot_every: limits.snapshot_every,
        most_inventories: limits.inventories,
        key: Key::new([7; 32]),
        nonce: Box::new(move || {
            nonce += 1;
            nonce
        }),
        patience: limits.patience,
        listeners: vec![heard],
    };
    Sequencer::start(store.clone(), options).unwrap()
}

pub(crate) fn hold(seats: &[u32]) -> Command {
    Command::Hold(Hold {
        owner: [1; 16],
        bound: false,
        idempotency: None,
        wanted: Wanted::Seats(seats.to_vec()),
        hold: HOLD,
    })
}

/// The same with an idempotency key.
pub(crate) fn hold_once(seats: &[u32], key: u8) -> Command {
    let Command::Hold(hold) = hold(seats) else {
        unreachable!("it is a hold");
    };
    Command::Hold(Hold {
        idempotency: Some(Idempotency {
            key: [key; 16],
            request: [key; 16],
        }),
        ..hold
    })
}
