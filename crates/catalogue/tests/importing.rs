//! What an import does to a store.

mod common;

use std::sync::Arc;

use boxoffice_catalogue::{Announce, EventDocument, ImportFailure};
use boxoffice_inventory::{Command, SaleStatus, SeatStatus};
use boxoffice_seating::SeatingPlan;
use boxoffice_store::{BookingStatus, Store};
use boxoffice_store_sqlite::{Options, SqliteStore};
use common::{Office, event, file, parse_plan, places, theatre, with};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

async fn plan(office: &Office, id: &str) -> SeatingPlan {
    let hash = office.record(id).await.plan;
    let stored = office
        .store
        .plan(&hash)
        .await
        .expect("read")
        .expect("a plan");
    SeatingPlan::decode(&stored).expect("it decodes")
}

async fn document(office: &Office, id: &str) -> EventDocument {
    EventDocument::from_json(&office.record(id).await.document).expect("a document")
}

fn floor(capacity: u32) -> Value {
    json!([{"name": "Floor", "category": "Standing", "capacity": capacity}])
}

#[tokio::test]
async fn a_new_event_has_its_plan_its_document_and_the_first_entry_of_its_ledger() {
    let mut office = Office::open();
    let report = office.import(vec![event("club"), theatre("play")]).await;
    let new: Vec<_> = report.new.iter().map(|id| id.as_str()).collect();
    assert_eq!(new, ["club", "play"]);
    assert_eq!(office.record("club").await.number.get(), 202_705_000_000);
    assert_eq!(office.record("play").await.number.get(), 202_705_000_001);
    let inventory = office.inventory("play").await;
    assert_eq!((inventory.version(), inventory.seat_count()), (1, 971));
    assert_eq!(inventory.price(0), Some(8_000));
    assert_eq!(office.head("play").await.counts, inventory.counts());
    assert_eq!(office.head("play").await.head, inventory.head());
    assert_eq!(plan(&office, "play").await.seat_count(), 971);
    let document = document(&office, "play").await;
    assert_eq!(document.price_range, Some((3_000, 12_000)));
    assert_eq!(document.limits.max_seats_per_reservation, 8);
    assert_ne!(
        office.record("club").await.owner_key,
        office.record("play").await.owner_key
    );
}

#[tokio::test]
async fn a_half_good_file_imports_nothing() {
    let mut office = Office::open();
    let errors = office
        .refusal(vec![event("good"), with(event("bad"), json!({"date": 3}))])
        .await;
    assert_eq!(places(&errors)[0].0, "events[1].date");
    let catalogue = office.store.catalogue(0).await.expect("events");
    assert_eq!((catalogue.revision, catalogue.events.len()), (0, 0));
}

#[tokio::test]
async fn a_refused_revision_keeps_the_rest_of_its_file_out() {
    let mut office = Office::open();
    office.import(vec![event("old")]).await;
    let smaller = with(event("old"), json!({"areas": floor(99)}));
    let errors = office.refusal(vec![event("new"), smaller]).await;
    assert_eq!(errors.errors[0].path, "events[1].areas[0].capacity");
    assert!(errors.errors[0].expected.contains("100"), "{errors}");
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
}

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    let mut office = Office::open();
    office.import(vec![event("club"), theatre("play")]).await;
    let revision = office.store.catalogue(0).await.expect("events").revision;
    let report = office.import(vec![event("club"), theatre("play")]).await;
    assert_eq!(
        (
            report.new.len(),
            report.changed.len(),
            report.unchanged.len()
        ),
        (0, 0, 2)
    );
    assert_eq!(
        office.store.catalogue(0).await.expect("events").revision,
        revision
    );
    assert_eq!(office.head("play").await.version, 1);
}

#[tokio::test]
async fn new_texts_need_no_entry_in_the_ledger() {
    let mut office = Office::open();
    office.import(vec![event("club")]).await;
    let report = office
        .import(vec![with(event("club"), json!({"name": "A better name"}))])
        .await;
    assert_eq!(report.changed.len(), 1);
    assert_eq!(document(&office, "club").await.name, "A better name");
    assert_eq!(office.head("club").await.version, 1);
}

#[tokio::test]
async fn a_larger_area_appends_its_places_behind_all_others() {
    let mut office = Office::open();
    let areas = |floor: u32| {
        json!([{"name": "Floor", "category": "Standing", "capacity": floor},
            {"name": "Gallery", "category": "Standing", "capacity": 10}])
    };
    office
        .import(vec![with(event("club"), json!({"areas": areas(100)}))])
        .await;
    let first = office.hold("club", &[99, 109]).await;
    office
        .import(vec![with(event("club"), json!({"areas": areas(103)}))])
        .await;
    let plan = plan(&office, "club").await;
    assert_eq!(plan.index_of("Gallery-10"), Some(109), "it keeps its index");
    assert_eq!(plan.index_of("Floor-103"), Some(112));
    let inventory = office.inventory("club").await;
    assert_eq!(inventory.seat_count(), 113);
    assert_eq!(inventory.owner_of(109), Some(first), "it keeps its owner");
    assert_eq!(inventory.status(112), Some(SeatStatus::Available));
    assert_eq!(inventory.counts(), office.head("club").await.counts);
}

#[tokio::test]
async fn whatever_removes_moves_or_renumbers_a_seat_is_refused() {
    type Change = (&'static str, fn(&mut Value));
    let changes: [Change; 3] = [
        ("plan.zones", |plan| {
            let seats = plan["zones"][0]["rows"][0]["seats"].as_array_mut();
            seats.expect("seats").pop();
        }),
        ("seats[3].position", |plan| {
            plan["zones"][0]["rows"][0]["seats"][3]["position"]["x"] = json!(1.0);
        }),
        ("seats[3].seat_number", |plan| {
            plan["zones"][0]["rows"][0]["seats"][3]["seat_number"] = json!("77");
        }),
    ];
    let mut office = Office::open();
    office.import(vec![theatre("play")]).await;
    for (place, change) in changes {
        let mut newer = theatre("play");
        change(&mut newer["plan"]);
        let errors = office.refusal(vec![newer]).await;
        assert!(
            errors.errors[0].path.starts_with("events[0].plan.zones"),
            "{errors}"
        );
        assert!(errors.errors[0].path.ends_with(place), "{errors}");
    }
    assert_eq!(office.head("play").await.version, 1);
}

#[tokio::test]
async fn new_prices_count_from_now_on() {
    let mut office = Office::open();
    office.import(vec![event("club")]).await;
    let first = office.hold("club", &[0]).await;
    office
        .import(vec![with(
            event("club"),
            json!({"prices": {"Standing": 5_000}}),
        )])
        .await;
    let inventory = office.inventory("club").await;
    assert_eq!(inventory.price(1), Some(5_000));
    assert_eq!(
        inventory.reservation(first).expect("the hold").seats[0].price,
        4_500
    );
    assert_eq!(
        document(&office, "club").await.price_range,
        Some((5_000, 5_000))
    );
}

#[tokio::test]
async fn seats_without_a_price_are_blocked_and_warned_of() {
    let mut office = Office::open();
    let prices = json!({"Premium": 12_000, "Standard": 8_000, "Royal box": 90_000});
    let report = office
        .import(vec![with(
            theatre("play"),
            json!({"prices": prices, "mood": 1}),
        )])
        .await;
    let said: Vec<String> = report.warnings.iter().map(ToString::to_string).collect();
    let about = |words: &[&str]| {
        said.iter()
            .any(|line| words.iter().all(|word| line.contains(word)))
    };
    assert!(
        about(&["events[0].prices[\"Royal box\"]", "no category"]),
        "{said:?}"
    );
    assert!(
        about(&["events[0].prices", "\"Restricted view\" has no price"]),
        "{said:?}"
    );
    assert!(about(&["events[0].mood", "ignored"]), "{said:?}");
    assert!(office.inventory("play").await.counts().blocked > 0);
}

#[tokio::test]
async fn an_event_without_prices_needs_no_currency() {
    let mut office = Office::open();
    office
        .import(vec![with(
            event("talk"),
            json!({"prices": null, "currency": null}),
        )])
        .await;
    let inventory = office.inventory("talk").await;
    assert_eq!(inventory.counts().blocked, 100);
    office.import(vec![event("talk")]).await;
    assert_eq!(office.head("talk").await.counts.available, 100);
}

#[tokio::test]
async fn once_seats_are_booked_a_new_date_must_be_announced_or_not_on_purpose() {
    let mut office = Office::open();
    office.import(vec![event("club")]).await;
    office.book("club", &[4, 5]).await;
    let later = || {
        let mut venue = event("club")["venue"].clone();
        venue["name"] = json!("Columbiahalle");
        let date = "2027-06-01T20:00:00Z";
        with(
            event("club"),
            json!({"date": date, "status": "rescheduled", "venue": venue}),
        )
    };
    let errors = office.refusal(vec![later()]).await;
    let paths: Vec<_> = places(&errors).into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        ["events[0].date", "events[0].status", "events[0].venue"]
    );
    assert!(
        errors.errors[0].expected.contains("--notify or --silent"),
        "{errors}"
    );
    let number = office.record("club").await.number;
    office
        .try_import(&file(vec![later()]), Announce::Silent)
        .await
        .expect("an import");
    assert_eq!(
        office.record("club").await.number,
        number,
        "an event keeps its number"
    );
    let facts = office
        .inventory("club")
        .await
        .facts()
        .cloned()
        .expect("facts");
    assert_eq!(
        (facts.date, facts.status),
        (common::at("2027-06-01T20:00:00Z"), SaleStatus::Rescheduled)
    );
}

#[tokio::test]
async fn without_bookings_the_date_may_change_without_a_word() {
    let mut office = Office::open();
    office.import(vec![event("club")]).await;
    office.hold("club", &[4]).await;
    office
        .import(vec![with(
            event("club"),
            json!({"date": "2027-06-01T20:00:00Z"}),
        )])
        .await;
    assert_eq!(office.head("club").await.version, 3);
}

#[tokio::test]
async fn the_currency_stays_once_anything_was_held() {
    let mut office = Office::open();
    let in_francs = || with(event("club"), json!({"currency": "CHF"}));
    office.import(vec![event("club")]).await;
    office.import(vec![in_francs()]).await;
    office.import(vec![event("club")]).await;
    let first = office.hold("club", &[0]).await;
    office.command("club", Command::Release { first }).await;
    let errors = office.refusal(vec![in_francs()]).await;
    assert_eq!(errors.errors[0].path, "events[0].currency");
    assert!(errors.errors[0].expected.starts_with("EUR"), "{errors}");
}

#[tokio::test]
async fn an_import_that_cancels_an_event_voids_its_payments_with_it() {
    let mut office = Office::open();
    office.import(vec![event("club"), event("pub")]).await;
    let mut attempts = Vec::new();
    for id in ["club", "pub"] {
        let held = office.hold(id, &[0]).await;
        attempts.push((office.record(id).await.number, office.pay(id, held).await));
    }
    office.book("club", &[1]).await;
    let cancelled = with(event("club"), json!({"status": "cancelled"}));
    let catalogue = file(vec![cancelled]);
    let imported = office.try_import(&catalogue, Announce::Silent).await;
    imported.expect("an import");
    let mut found = Vec::new();
    for (number, attempt) in attempts {
        let booking = office.store.booking(number, attempt).await.expect("read");
        let booking = booking.expect("a booking");
        found.push((booking.status, booking.decline_code));
    }
    let code = Some("event_cancelled".to_owned());
    let expected = [
        (BookingStatus::Voided, code),
        (BookingStatus::Pending, None),
    ];
    assert_eq!(found, expected);
    let club = office.record("club").await.number;
    assert_eq!(office.store.tickets(club).await.expect("read").len(), 1);
}

#[tokio::test]
async fn a_cancelled_event_is_told_as_such_and_can_come_back() {
    let mut office = Office::open();
    office.import(vec![event("club")]).await;
    office
        .import(vec![with(event("club"), json!({"status": "cancelled"}))])
        .await;
    let number = office.record("club").await.number;
    let tail = office.store.tail(number, 1, 10).await.expect("entries");
    let kinds = tail.iter().map(|stored| {
        let entry = boxoffice_inventory::Entry::decode(&stored.bytes).expect("an entry");
        entry.change.kind()
    });
    assert_eq!(
        kinds.collect::<Vec<_>>(),
        ["event_cancelled", "catalogue_revised"]
    );
    let now = office.store.now();
    assert!(office.inventory("club").await.on_sale(now).is_err());
    office.import(vec![event("club")]).await;
    assert!(office.inventory("club").await.on_sale(now).is_ok());
}

#[tokio::test]
async fn an_event_keeps_its_ledger_whole_through_many_imports() {
    let mut office = Office::open();
    for (seat, capacity) in [(0, 100), (99, 100), (119, 120), (149, 150)] {
        office
            .import(vec![with(event("club"), json!({"areas": floor(capacity)}))])
            .await;
        office.book("club", &[seat]).await;
    }
    let inventory = office.inventory("club").await;
    boxoffice_inventory::invariants::check(&inventory).expect("nothing is wrong");
    assert_eq!(inventory.counts().booked, 4);
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    let mut office = Office::open();
    let path = office.dir.path().join("nowhere.json");
    let result = boxoffice_catalogue::import_file(
        &office.store,
        &mut office.rng,
        &path,
        Announce::Undecided,
    );
    match result.await {
        Err(ImportFailure::Unreadable { file, .. }) => assert!(file.ends_with("nowhere.json")),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_plan_that_two_events_share_is_stored_once() {
    let mut office = Office::open();
    office
        .import(vec![theatre("monday"), theatre("tuesday")])
        .await;
    assert_eq!(
        office.record("monday").await.plan,
        office.record("tuesday").await.plan
    );
    let mut wider = theatre("tuesday");
    wider["plan"] = parse_plan(common::THEATRE);
    let seats = wider["plan"]["zones"][0]["rows"][0]["seats"]
        .as_array_mut()
        .expect("seats");
    let mut seat = seats.last().expect("a seat").clone();
    seat["seat_guid"] = json!("stalls-A-extra");
    seat["seat_number"] = json!("99");
    seat["position"]["x"] = json!(2000);
    seats.push(seat);
    office.import(vec![theatre("monday"), wider]).await;
    assert_eq!(office.inventory("monday").await.seat_count(), 971);
    assert_eq!(office.inventory("tuesday").await.seat_count(), 972);
    assert_eq!(
        plan(&office, "tuesday").await.index_of("stalls-A-extra"),
        Some(971)
    );
}

#[tokio::test]
async fn a_command_beside_the_server_imports_for_it() {
    let office = Office::open();
    let listing = office.listing().await;
    let mut rng = StdRng::seed_from_u64(9);
    let path = office.dir.path().join("store.db");
    let clock = office.clock.clone();
    let beside = SqliteStore::open(path, &Options::command(), clock, &mut |bytes| bytes.fill(1));
    let beside = beside.expect("the same store");
    let parsed = office.parsed(&file(vec![event("club"), theatre("play")]));
    let parsed = parsed.expect("a catalogue");
    let import = boxoffice_catalogue::import(&beside, &mut rng, &parsed, Announce::Undecided);
    import.await.expect("an import");
    listing.refresh(&office.store).await.expect("refreshed");
    assert_eq!(listing.all().len(), 2, "all of a file at once");
    assert_eq!(listing.by_id("play").expect("it").counts().available, 971);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_imports_at_once_one_is_first_and_the_other_changes_nothing() {
    let office = Arc::new(Office::open());
    let importing = |seed| {
        let office = office.clone();
        tokio::spawn(async move {
            let mut rng = StdRng::seed_from_u64(seed);
            let events = (0..20).map(|at| event(&format!("e{at}"))).collect();
            let parsed = office.parsed(&file(events)).expect("a catalogue");
            let undecided = Announce::Undecided;
            boxoffice_catalogue::import(&office.store, &mut rng, &parsed, undecided).await
        })
    };
    let (one, other) = tokio::join!(importing(1), importing(2));
    let new = |result: Result<Result<_, _>, _>| {
        let report: boxoffice_catalogue::ImportReport = result.expect("it ran").expect("imported");
        report.new.len()
    };
    assert_eq!(new(one) + new(other), 20);
    assert_eq!(
        office
            .store
            .catalogue(0)
            .await
            .expect("events")
            .events
            .len(),
        20
    );
}
