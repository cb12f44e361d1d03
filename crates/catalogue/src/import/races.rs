//! What happens to an import when the store moves between its being prepared and its being written.

#[path = "../../tests/common/mod.rs"]
mod common;

use boxoffice_inventory::invariants;
use boxoffice_store::Store;
use serde_json::{Value, json};

use self::common::{Office, event, file, with};
use super::outcome::{Announce, ImportFailure, ImportReport};
use super::prepare::{Prepared, prepare};
use super::publish::{Published, make_ready, part, pieces, publish};

async fn prepared(office: &mut Office, events: Vec<Value>) -> Prepared {
    let parsed = office.parsed(&file(events)).expect("a catalogue");
    let undecided = Announce::Undecided;
    let prepared = prepare(&office.store, &mut office.rng, &parsed, undecided).await;
    prepared.expect("nothing is wrong yet")
}

async fn written(office: &Office, prepared: Prepared) -> Result<Published, ImportFailure> {
    publish(&office.store, prepared, Announce::Undecided).await
}

async fn club() -> Office {
    let mut office = Office::open();
    office.import(vec![event("club")]).await;
    office
}

fn changed(changes: Value) -> Vec<Value> {
    vec![with(event("club"), changes)]
}

#[tokio::test]
async fn a_hold_that_came_in_between_is_kept() {
    let mut office = club().await;
    let areas = json!([{"name": "Floor", "category": "Standing", "capacity": 110}]);
    let ready = prepared(&mut office, changed(json!({ "areas": areas }))).await;
    let first = office.hold("club", &[7]).await;
    office.turn_to("2027-01-01T00:00:05Z");
    let result = written(&office, ready).await.expect("written");
    assert!(matches!(result, Published::All(ImportReport { changed, .. }) if changed.len() == 1));
    let inventory = office.inventory("club").await;
    assert_eq!((inventory.version(), inventory.seat_count()), (3, 110));
    assert_eq!(inventory.owner_of(7), Some(first));
    assert_eq!(office.head("club").await.counts, inventory.counts());
    invariants::check(&inventory).expect("nothing is wrong");
}

#[tokio::test]
async fn a_booking_that_came_in_between_asks_for_a_word_on_the_new_date() {
    let mut office = club().await;
    let ready = prepared(
        &mut office,
        changed(json!({"date": "2027-06-01T20:00:00Z"})),
    )
    .await;
    office.book("club", &[7]).await;
    let result = written(&office, ready).await;
    assert!(matches!(result, Err(ImportFailure::Refused(_))));
    assert_eq!(
        office.head("club").await.version,
        4,
        "only the booking is there"
    );
}

#[tokio::test]
async fn a_hold_that_came_in_between_fixes_the_currency() {
    let mut office = club().await;
    let ready = prepared(&mut office, changed(json!({"currency": "CHF"}))).await;
    office.hold("club", &[7]).await;
    let result = written(&office, ready).await;
    assert!(matches!(result, Err(ImportFailure::Refused(_))));
    assert_eq!(office.head("club").await.version, 2);
}

#[tokio::test]
async fn another_import_that_came_in_between_is_seen() {
    let mut office = club().await;
    let ready = prepared(&mut office, changed(json!({"prices": {"Standing": 1}}))).await;
    office
        .import(changed(json!({"prices": {"Standing": 2}})))
        .await;
    let result = written(&office, ready).await.expect("no failure");
    assert!(matches!(result, Published::Raced));
    assert_eq!(office.inventory("club").await.price(0), Some(2));
}

#[tokio::test]
async fn an_id_and_a_number_are_given_once() {
    for other in ["club", "bar"] {
        let mut office = Office::open();
        let ready = prepared(&mut office, vec![event("club"), event("hall")]).await;
        office.import(vec![event(other)]).await;
        let result = written(&office, ready).await.expect("no failure");
        assert!(matches!(result, Published::Raced), "{other}");
        assert_eq!(
            office
                .store
                .catalogue(0)
                .await
                .expect("events")
                .events
                .len(),
            1
        );
        let report = office.import(vec![event("club"), event("hall")]).await;
        assert_eq!(report.new.last().expect("one").as_str(), "hall");
        let events = office.store.catalogue(0).await.expect("events").events;
        let numbers = events.iter().map(|event| event.number.get() % 1_000_000);
        assert!(numbers.eq(0..events.len() as u64));
    }
}

#[tokio::test]
async fn an_import_that_died_on_its_way_shows_nothing_and_may_be_repeated() {
    let mut office = club().await;
    let events: Vec<_> = (0..150).map(|at| event(&format!("night-{at}"))).collect();
    let ready = prepared(&mut office, events.clone()).await;
    let (new, _) = part(ready.steps);
    for (hash, bytes) in &ready.plans {
        office.store.put_plan(hash, bytes).await.expect("a plan");
    }
    drop(make_ready(&office.store, &new).await);
    assert_eq!(
        office
            .store
            .catalogue(0)
            .await
            .expect("events")
            .events
            .len(),
        1
    );
    let report = office.import(events).await;
    assert_eq!(report.new.len(), 150);
    let inventory = office.inventory("night-149").await;
    invariants::check(&inventory).expect("nothing is wrong");
    assert_eq!(office.head("night-149").await.head, inventory.head());
}

#[tokio::test]
async fn new_events_are_written_in_small_pieces() {
    let mut office = Office::open();
    let large = json!({"description": "d".repeat(20_000)});
    let small = (0..250).map(|at| event(&format!("small-{at}")));
    let large = (0..50).map(|at| with(event(&format!("large-{at}")), large.clone()));
    let ready = prepared(&mut office, small.chain(large).collect()).await;
    let (new, _) = part(ready.steps);
    let pieces: Vec<_> = pieces(&new).collect();
    assert_eq!(pieces.concat().len(), 300);
    for piece in pieces {
        let bytes: usize = piece.iter().map(|event| event.record.document.len()).sum();
        assert!(
            piece.len() <= 100 && bytes <= 256 << 10,
            "{} {bytes}",
            piece.len()
        );
    }
}
