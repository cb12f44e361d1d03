//! A box office for the tests: a store in a directory of its own, a clock that is turned by hand, and
//! catalogue files built as JSON.
#![allow(dead_code, reason = "each test file uses what it needs")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use boxoffice_catalogue::{
    Announce, Catalogue, ImportErrors, ImportFailure, ImportReport, Listed, Parsed, Query,
};
use boxoffice_inventory::{
    Command, Decision, Entry, Hold, Idempotency, Inventory, Moment, Outcome, Wanted, decide,
};
use boxoffice_model::{Clock, Key, Timestamp};
use boxoffice_store::{Append, EventHead, EventRecord, Store, load_inventory, side_row};
use boxoffice_store_sqlite::{Options, SqliteStore};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const THEATRE: &str = include_str!("../../../seating/tests/plans/theatre.json");
pub(crate) const GALA: &str = include_str!("../../../seating/tests/plans/gala.json");
pub(crate) const ODD: &str = include_str!("../../../seating/tests/plans/odd.json");

pub(crate) struct ManualClock(AtomicI64);

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
}

pub(crate) struct Office {
    pub(crate) dir: TempDir,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: SqliteStore,
    pub(crate) rng: StdRng,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

impl Office {
    /// An empty one, at the beginning of 2027.
    pub(crate) fn open() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let clock = Arc::new(ManualClock(AtomicI64::new(at("2027-01-01T00:00:00Z").0)));
        let mut rng = StdRng::seed_from_u64(7);
        let path = dir.path().join("store.db");
        let mut draw = |bytes: &mut [u8]| rng.fill_bytes(bytes);
        let store = SqliteStore::open(path, &Options::serve(), clock.clone(), &mut draw);
        Office {
            dir,
            clock,
            store: store.expect("a store"),
            rng,
        }
    }

    pub(crate) fn turn_to(&self, time: &str) {
        self.clock.0.store(at(time).0, Ordering::Relaxed);
    }

    /// Where the tests' catalogue file would be.
    pub(crate) fn file(&self) -> PathBuf {
        self.dir.path().join("catalogue.json")
    }

    pub(crate) fn parsed(&self, catalogue: &Value) -> Result<Parsed, ImportErrors> {
        boxoffice_catalogue::parse(&self.file(), catalogue.to_string().as_bytes())
    }

    pub(crate) async fn try_import(
        &mut self,
        catalogue: &Value,
        announce: Announce,
    ) -> Result<ImportReport, ImportFailure> {
        let parsed = self.parsed(catalogue)?;
        boxoffice_catalogue::import(&self.store, &mut self.rng, &parsed, announce).await
    }

    pub(crate) async fn import(&mut self, events: Vec<Value>) -> ImportReport {
        let report = self.try_import(&file(events), Announce::Undecided).await;
        report.expect("an import")
    }

    /// An import that is refused.
    pub(crate) async fn refusal(&mut self, events: Vec<Value>) -> ImportErrors {
        match self.try_import(&file(events), Announce::Undecided).await {
            Err(ImportFailure::Refused(errors)) => errors,
            other => panic!("a refusal is expected, not {other:?}"),
        }
    }

    pub(crate) async fn listing(&self) -> Catalogue {
        Catalogue::load(&self.store).await.expect("a listing")
    }

    pub(crate) async fn record(&self, id: &str) -> EventRecord {
        let events = self.store.catalogue(0).await.expect("events").events;
        let found = events.into_iter().find(|record| record.id.as_str() == id);
        found.expect("the event")
    }

    pub(crate) async fn head(&self, id: &str) -> EventHead {
        let number = self.record(id).await.number;
        self.store.head(number).await.expect("a head").expect("one")
    }

    pub(crate) async fn inventory(&self, id: &str) -> Inventory {
        let number = self.record(id).await.number;
        load_inventory(&self.store, number)
            .await
            .expect("an inventory")
    }

    /// Decides and commits a command as the sequencer would.
    pub(crate) async fn command(&self, id: &str, command: Command) -> Outcome {
        let mut inventory = self.inventory(id).await;
        let mut batch = self.store.begin().await.expect("a batch");
        let event = inventory.event();
        batch
            .lock(event, u64::MAX)
            .await
            .expect("a lock")
            .expect("the event");
        let after = inventory.version();
        let key = Key::new([1; 32]);
        let now = batch.now();
        let moment = Moment {
            now,
            nonce: 1,
            key: &key,
        };
        let Decision { outcome, changes } = decide(&inventory, &command, &moment);
        let (mut entries, mut side_rows) = (Vec::new(), Vec::new());
        for change in changes {
            let entry = Entry {
                at: now,
                nonce: 1,
                change,
            };
            let stored = inventory.append(&entry).expect("it follows");
            side_rows.extend(side_row(&inventory, &stored, &entry, None));
            entries.push((stored, entry));
        }
        let head = EventHead {
            event,
            version: inventory.version(),
            head: inventory.head(),
            counts: inventory.counts(),
            next_due: inventory.next_due(),
        };
        let append = Append {
            after,
            entries,
            side_rows,
            head,
        };
        batch.append(&append).await.expect("appended");
        batch.keep().await.expect("kept");
        batch.commit().await.expect("committed");
        outcome
    }

    pub(crate) async fn hold(&self, id: &str, seats: &[u32]) -> u64 {
        let hold = Hold {
            owner: [1; 16],
            bound: false,
            idempotency: None,
            wanted: Wanted::Seats(seats.to_vec()),
            hold: 600_000_000,
        };
        match self.command(id, Command::Hold(hold)).await {
            Outcome::Held { address, .. } => address.version,
            other => panic!("a hold is expected, not {other:?}"),
        }
    }

    pub(crate) async fn pay(&self, id: &str, first: u64) -> u64 {
        let idempotency = Idempotency {
            key: [2; 16],
            request: [3; 16],
        };
        let pay = Command::Pay {
            first,
            idempotency,
            limit: 180_000_000,
        };
        match self.command(id, pay).await {
            Outcome::Paying { address, .. } => address.version,
            other => panic!("an attempt is expected, not {other:?}"),
        }
    }

    /// Sells seats.
    pub(crate) async fn book(&self, id: &str, seats: &[u32]) {
        let first = self.hold(id, seats).await;
        let attempt = self.pay(id, first).await;
        let outcome = self.command(id, Command::Book { first, attempt }).await;
        assert_eq!(outcome, Outcome::Booked);
    }
}

pub(crate) fn file(events: Vec<Value>) -> Value {
    json!({ "events": events })
}

/// A club in Berlin with a floor of 100.
pub(crate) fn event(id: &str) -> Value {
    json!({
        "id": id,
        "name": format!("Night {id}"),
        "date": "2027-05-01T20:00:00Z",
        "currency": "EUR",
        "venue": {
            "name": "Kesselhaus", "city": "Berlin", "country": "DE", "time_zone": "Europe/Berlin"
        },
        "prices": {"Standing": 4500},
        "areas": [{"name": "Floor", "category": "Standing", "capacity": 100}]
    })
}

/// The same with some fields changed; `null` takes one out.
pub(crate) fn with(mut event: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().expect("an object") {
        event[name] = value.clone();
    }
    event
}

pub(crate) fn parse_plan(json: &str) -> Value {
    serde_json::from_str(json).expect("JSON")
}

/// A theatre, in its plan's own categories.
pub(crate) fn theatre(id: &str) -> Value {
    let prices = json!({"Premium": 12_000, "Standard": 8_000, "Restricted view": 3_000});
    let plan = parse_plan(THEATRE);
    with(
        event(id),
        json!({"areas": null, "plan": plan, "prices": prices}),
    )
}

/// Each error as (path, expected).
pub(crate) fn places(errors: &ImportErrors) -> Vec<(&str, &str)> {
    let errors = errors.errors.iter();
    errors
        .map(|error| (error.path.as_str(), error.expected.as_str()))
        .collect()
}

pub(crate) fn ids(events: &[Arc<Listed>]) -> Vec<&str> {
    events.iter().map(|event| event.id.as_str()).collect()
}

/// The ids that a query finds, all pages.
pub(crate) fn all_pages(catalogue: &Catalogue, query: &Query<'_>, now: Timestamp) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let query = Query {
            cursor: cursor.as_deref(),
            ..*query
        };
        let page = catalogue.list(&query, now).expect("a page");
        found.extend(page.events.iter().map(|event| event.id.to_string()));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return found,
        }
    }
}

pub(crate) fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("written");
}
