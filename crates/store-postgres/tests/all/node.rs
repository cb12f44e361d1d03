//! A node without its doors: a store and a sequencer. It asserts nothing.

use std::sync::Arc;
use std::time::Duration;

use boxoffice_inventory::{Command, Hold, Idempotency, Inventory, Outcome, Wanted};
use boxoffice_model::{EventNumber, Key};
use boxoffice_sequencer::{Decided, Options, Sequencer, SequencerError};
use boxoffice_store::conformance::{BEGIN, Desk, Given, TurnedClock, publish};
use boxoffice_store::load_inventory;
use boxoffice_store_postgres::PostgresStore;
use boxoffice_testkit::{PostgresServer, PostgresVersion};

use crate::common::{OnSystem, Opened, options};

pub(crate) const HOLD: i64 = 600_000_000;
pub(crate) const KEY: Key = Key::new([7; 32]);

/// As `serve` has it.
pub(crate) const PATIENCE: Duration = Duration::from_millis(900);

pub(crate) struct Node {
    pub(crate) store: Arc<PostgresStore>,
    pub(crate) sequencer: Sequencer,
}

impl Node {
    /// Another node on a store, whose batches bear numbers of its own.
    pub(crate) fn on(opened: Opened, number: u64, patience: Option<Duration>) -> Self {
        let store = Arc::new(opened.store);
        let mut nonce = number << 32;
        let options = Options {
            lane_capacity: 10_000,
            snapshot_every: 50,
            most_inventories: 8,
            key: KEY,
            nonce: Box::new(move || {
                nonce += 1;
                nonce
            }),
            patience,
            listeners: Vec::new(),
        };
        let sequencer = Sequencer::start(store.clone(), options).expect("it starts");
        Node { store, sequencer }
    }

    pub(crate) async fn submit(
        &self,
        event: EventNumber,
        command: Command,
    ) -> Result<Decided, SequencerError> {
        self.sequencer.submit(event, command).await
    }

    /// What the store's ledger says.
    pub(crate) async fn folded(&self, event: EventNumber) -> Inventory {
        let folded = load_inventory(self.store.as_ref(), event).await;
        folded.expect("a ledger that folds")
    }
}

/// A new database on the system's server, with one event of twelve seats.
pub(crate) async fn house() -> (Opened, Desk) {
    house_at(PostgresServer::shared(PostgresVersion::System).new_database()).await
}

/// The same in a database of the test's choice.
pub(crate) async fn house_at(url: String) -> (Opened, Desk) {
    let clock = Arc::new(TurnedClock::new(BEGIN));
    let opened = tokio::task::spawn_blocking(move || Opened::at(url, clock)).await;
    let opened = opened.expect("it opens");
    let given = Given {
        clock: Arc::clone(&opened.clock),
        harness: OnSystem(opened),
    };
    let desk = publish(&given, 0).await.expect("an event");
    (given.harness.0, desk)
}

/// Another node on the same database.
pub(crate) async fn beside(opened: &Opened, number: u64) -> Node {
    let another = opened.another(&options());
    Node::on(another, number, Some(PATIENCE))
}

pub(crate) fn hold(seats: &[u32]) -> Command {
    hold_with(seats, None)
}

/// The same with an idempotency key.
pub(crate) fn hold_once(seats: &[u32], key: u8) -> Command {
    hold_with(
        seats,
        Some(Idempotency {
            key: [key; 16],
            request: [key; 16],
        }),
    )
}

fn hold_with(seats: &[u32], idempotency: Option<Idempotency>) -> Command {
    Command::Hold(Hold {
        owner: [1; 16],
        bound: false,
        idempotency,
        wanted: Wanted::Seats(seats.to_vec()),
        hold: HOLD,
    })
}

/// Whether it is a hold.
pub(crate) fn is_held(decided: &Result<Decided, SequencerError>) -> bool {
    let outcome = decided.as_ref().map(|decided| &decided.outcome);
    matches!(outcome, Ok(Outcome::Held { .. }))
}
