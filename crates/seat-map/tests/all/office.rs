//! A house that is sold, its lane, another process at the same store, and the maps. It asserts nothing.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use boxoffice_inventory::{Command, Facts, Hold, Inventory, Outcome, SeatIndex, Wanted};
use boxoffice_model::{Digest, EventNumber, Key};
use boxoffice_seat_map::{Follower, Pace, PlanSource, SeatMaps};
use boxoffice_seating::{AreaSpec, SeatingPlan};
use boxoffice_sequencer::{Committed, Listener, Options, Sequencer, SequencerError};
use boxoffice_store::conformance::{Desk, FaultyStore, Given, Harness, TurnedClock, publish};
use boxoffice_store::{Store, StoreError, load_inventory};
use boxoffice_store_sqlite::{SqliteStore, Synchronous};
use tempfile::TempDir;

pub(crate) const HOLD: i64 = 600_000_000;

/// Cuts whenever there is something to cut, keeps little, and beats never.
pub(crate) const EAGER: Pace = Pace {
    frame: Duration::ZERO,
    beat: Duration::from_secs(3600),
    idle: Duration::from_secs(3600),
    frames: 5,
};

/// How a house may grow: places of its floor and of its balcony.
pub(crate) type Stage = (u64, u64);

pub(crate) const SMALL: Stage = (12, 8);

pub(crate) struct Office {
    pub(crate) store: Arc<FaultyStore>,
    pub(crate) clock: Arc<TurnedClock>,
    pub(crate) sequencer: Sequencer,
    /// Another process at the same store: nobody here hears of its commits.
    pub(crate) elsewhere: Sequencer,
    pub(crate) maps: Arc<SeatMaps>,
    desk: Desk,
    _folder: TempDir,
}

/// The house at a stage. Its places only ever become more, the newest last.
pub(crate) fn plan((floor, balcony): Stage) -> SeatingPlan {
    let area = |name: &str, category: &str, capacity| AreaSpec {
        name: name.into(),
        category: Some(category.into()),
        capacity,
    };
    let all = [area("Floor", "All", floor), area("Balcony", "Up", balcony)];
    let areas = &all[..if balcony == 0 { 1 } else { 2 }];
    SeatingPlan::from_pretix(None, areas).unwrap().0
}

fn digest((floor, balcony): Stage) -> Digest {
    let mut digest = [9; 32];
    if balcony > 0 {
        digest[..8].copy_from_slice(&floor.to_le_bytes());
        digest[8..16].copy_from_slice(&balcony.to_le_bytes());
    }
    digest
}

/// All plans there may be, read back from their names.
struct AllPlans;

#[async_trait]
impl PlanSource for AllPlans {
    async fn plan(&self, hash: &Digest) -> Result<Option<Arc<SeatingPlan>>, StoreError> {
        let number = |at: usize| u64::from_le_bytes(hash[at..at + 8].try_into().unwrap());
        let stage = match hash {
            [9, 9, 9, 9, 9, 9, 9, 9, ..] => (12, 0),
            _ => (number(0), number(8)),
        };
        Ok(Some(Arc::new(plan(stage))))
    }
}

/// The maps are made after the sequencer that tells them.
#[derive(Default)]
struct Told(OnceLock<Arc<SeatMaps>>);

impl Listener for Told {
    fn committed(&self, committed: &Committed) {
        if let Some(maps) = self.0.get() {
            maps.committed(committed);
        }
    }
}

struct Folder(Arc<SqliteStore>, TempDir);

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
        Folder(Arc::new(store), folder)
    }

    fn store(&self) -> &dyn Store {
        self.0.as_ref()
    }

    fn reopen(self) -> Self {
        self
    }
}

impl Office {
    /// Sells a house at this stage.
    pub(crate) async fn open(stage: Stage, pace: Pace) -> Self {
        let given = Given::<Folder>::new();
        let desk = publish(&given, 0).await.unwrap();
        let Given { harness, clock } = given;
        let Folder(store, folder) = harness;
        let store = Arc::new(FaultyStore::new(store));
        let told = Arc::new(Told::default());
        let office = Office {
            sequencer: start(&store, vec![told.clone()]),
            elsewhere: start(&store, Vec::new()),
            maps: Arc::new(SeatMaps::new(store.clone(), Arc::new(AllPlans), pace)),
            store,
            clock,
            desk,
            _folder: folder,
        };
        assert!(told.0.set(Arc::clone(&office.maps)).is_ok());
        office.revise(stage, [2_500, 1_000]).await;
        office
    }

    pub(crate) fn event(&self) -> EventNumber {
        self.desk.event()
    }

    pub(crate) async fn follower(&self) -> Arc<Follower> {
        self.maps.follow(self.event()).await.unwrap()
    }

    /// Another stage, or other prices for the floor and the balcony.
    pub(crate) async fn revise(&self, stage: Stage, prices: [u64; 2]) {
        let facts = self.desk.inventory.facts().unwrap();
        let facts = Facts {
            plan: digest(stage),
            layout: Some(plan(stage).layout()),
            prices: prices.map(Some).to_vec(),
            ..facts.clone()
        };
        self.submit(Command::Revise(Box::new(facts))).await.unwrap();
    }

    pub(crate) async fn submit(&self, command: Command) -> Result<Outcome, SequencerError> {
        let decided = self.sequencer.submit(self.event(), command).await;
        decided.map(|decided| decided.outcome)
    }

    /// Holds seats that must be free; gives the version it was made at.
    pub(crate) async fn hold(&self, seats: &[SeatIndex]) -> u64 {
        match self.submit(hold(seats)).await.unwrap() {
            Outcome::Held { address, .. } => address.version,
            other => panic!("not held: {other:?}"),
        }
    }

    /// What the store's ledger says.
    pub(crate) async fn folded(&self) -> Inventory {
        let folded = load_inventory(self.store.as_ref(), self.event()).await;
        folded.unwrap()
    }
}

fn start(store: &Arc<FaultyStore>, listeners: Vec<Arc<dyn Listener>>) -> Sequencer {
    let mut nonce = 0;
    let options = Options {
        lane_capacity: 1000,
        snapshot_every: 1_000_000,
        most_inventories: 8,
        key: Key::new([7; 32]),
        nonce: Box::new(move || {
            nonce += 1;
            nonce
        }),
        patience: None,
        listeners,
    };
    Sequencer::start(store.clone(), options).unwrap()
}

pub(crate) fn hold(seats: &[SeatIndex]) -> Command {
    Command::Hold(Hold {
        owner: [1; 16],
        bound: false,
        idempotency: None,
        wanted: Wanted::Seats(seats.to_vec()),
        hold: HOLD,
    })
}
