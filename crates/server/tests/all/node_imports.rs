//! Imports beside several nodes: each shows all of a file at once, and soon.

use std::process::Stdio;
use std::time::Duration;

use boxoffice_testkit::{Client, Office};
use serde_json::{Value, json};

use crate::cluster::{again, nodes, until_within, workshop_beside_others};
use crate::house::{catalogue, held};

/// So many events, with prices of this much.
fn season(name: &str, events: usize, price: u32) -> Value {
    let house = catalogue()["events"][0].take();
    let event = |number: usize| {
        let mut event = house.clone();
        event["id"] = json!(format!("{name}-{number}"));
        event["prices"]["Front"] = json!(price);
        event
    };
    json!({"events": (0..events).map(event).collect::<Vec<_>>()})
}

/// How many events of a season are listed.
fn listed(client: &Client, name: &str) -> usize {
    let events = client.get("/v1/events?limit=100").expect_json(200);
    let events = events.as_array().expect("events").iter();
    let ids = events.filter_map(|event| event["event_id"].as_str());
    ids.filter(|id| id.starts_with(name)).count()
}

/// Longer than an import takes to be shown, on a machine that does much else.
const SHOWN: Duration = Duration::from_secs(10);

#[track_caller]
fn until_shown(offices: &[Office], name: &str, events: usize) {
    for office in offices {
        let client = office.client();
        until_within(SHOWN, "the import is shown", || {
            let listed = listed(&client, name);
            assert!(
                listed == 0 || listed == events,
                "{listed} of {events} are shown"
            );
            listed == events
        });
    }
}

fn price(client: &Client, event: &str) -> Value {
    let seats = client.get(&format!("/v1/events/{event}/seats"));
    seats.expect_json(200)[0]["price"].clone()
}

#[test]
fn an_import_is_shown_by_all_nodes_whole() {
    let workshop = workshop_beside_others(&catalogue());
    let offices = nodes::<2>(&workshop, &[]);
    let mut import = workshop.importer(&season("spring", 40, 5_000).to_string());
    let mut importing = import
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary runs");
    until_shown(&offices, "spring", 40);
    assert!(importing.wait().expect("it ends").success());
    for office in &offices {
        assert_eq!(price(&office.client(), "spring-7"), 5_000);
    }
    let hold = json!({"event_id": "spring-7", "seat_ids": ["1-1"]}).to_string();
    let held_before = offices[0].client().post("/v1/reservations", &hold);
    assert_eq!(held_before.expect_json(201)["total"], 5_000);

    workshop.import(&season("spring", 40, 7_000));
    for office in &offices {
        let client = office.client();
        until_within(SHOWN, "the new price is shown", || {
            price(&client, "spring-7") == 7_000
        });
    }
    let hold = json!({"event_id": "spring-7", "seat_ids": ["1-2"]}).to_string();
    let held_after = offices[1].client().post("/v1/reservations", &hold);
    assert_eq!(held_after.expect_json(201)["total"], 7_000);
    held(&offices[1].client(), &["1-1"]);
    workshop.audit();
}

#[test]
fn two_imports_at_once_are_both_shown() {
    let workshop = workshop_beside_others(&catalogue());
    let offices = nodes::<2>(&workshop, &[]);
    let other = again(&workshop.store());
    let seasons = [(&workshop, "summer"), (&other, "winter")];
    let imports = seasons.map(|(workshop, name)| {
        let mut import = workshop.importer(&season(name, 40, 5_000).to_string());
        import
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary runs")
    });
    for mut import in imports {
        assert!(import.wait().expect("it ends").success());
    }
    for (_, name) in seasons {
        until_shown(&offices, name, 40);
    }
    workshop.audit();
}
