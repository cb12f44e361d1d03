//! Several nodes on one PostgreSQL: none is special, each may die, freeze or come back, and what was
//! acknowledged by one is known to all.

use std::time::{Duration, Instant};

use boxoffice_testkit::{Client, Office};
use serde_json::Value;

use crate::cluster::{
    SOON, nodes, shared, until_all_show_the_same, until_within, version, workshop_beside_others,
};
use crate::house::{catalogue, catalogue_of, held, hold, id, pay, seat_status};
use crate::shoppers::Shoppers;
use crate::stream::Line;

#[test]
fn three_nodes_sell_one_house_though_one_dies_one_freezes_and_one_restarts() {
    let workshop = workshop_beside_others(&catalogue_of(60, 30));
    let [mut first, second, third] = nodes(&workshop, &[]);
    let shoppers = Shoppers::gather(&[first.address, second.address, third.address], 4);
    shoppers.wait_for(300);
    third.kill();
    shoppers.wait_for(300);
    second.freeze();
    shoppers.wait_for(300);
    assert!(first.stop());
    first = workshop.serve(&[]);
    shoppers.moved(0, first.address);
    shoppers.wait_for(300);
    second.thaw();
    shoppers.wait_for(300);
    let told = shoppers.told();
    println!("{}", told.summary());
    until_all_show_the_same(&[&first, &second]);
    told.assert_kept(first.address);
    told.assert_kept(second.address);
    told.assert_refused_soon();
    workshop.audit();
    assert!(first.stop() && second.stop());
    workshop.audit();
}

#[test]
fn a_killed_nodes_holds_live_on_and_run_out_on_time() {
    let workshop = workshop_beside_others(&catalogue());
    let [dies, stays] = nodes(&workshop, &["--hold", "3s"]);
    let begun = Instant::now();
    let buyer = dies.client().with_session();
    let lapses = held(&buyer, &["1-1", "1-2"]);
    let sold = held(&buyer, &["2-1"]);
    dies.kill();
    let (buyer, other) = (buyer.at(stays.address), stays.client());
    let taken = other.post("/v1/reservations", &hold(&["1-1"]));
    assert_eq!(taken.problem(409), "seats-taken");
    let path = format!("/v1/reservations/{}", id(&lapses));
    assert_eq!(other.get(&path).status, 404);
    assert_eq!(buyer.get(&path).expect_json(200)["status"], "held");
    buyer
        .post("/v1/bookings", &pay(&sold, "tok_visa", "k"))
        .expect_json(201);
    let hold_time = Duration::from_secs(3);
    until_within(hold_time + SOON, "the hold runs out", || {
        seat_status(&other, "1-1") == "available"
    });
    assert!(begun.elapsed() >= hold_time, "it ran out early");
    assert_eq!(buyer.get(&path).expect_json(200)["status"], "expired");
    held(&other, &["1-1", "1-2"]);
    assert_eq!(seat_status(&other, "2-1"), "booked");
    workshop.audit();
}

#[test]
fn a_change_made_at_one_node_is_shown_by_another() {
    let workshop = workshop_beside_others(&catalogue());
    let [here, there] = nodes(&workshop, &[]);
    let (buyer, watcher) = (here.client(), there.client());
    let mut line = Line::open(there.address, "", "");
    line.expect("id: 1");
    let shows = |seat: &str, status: &str| {
        until_within(SOON, "the other node shows it", || {
            seat_status(&watcher, seat) == status
        });
    };
    let reservation = held(&buyer, &["1-1"]);
    shows("1-1", "held");
    line.expect("id: 2\nevent: seats\ndata: {\"version\":2,\"changes\":[[0,\"held\"]]}");
    assert_eq!(watcher.get("/v1/events/night/availability").body[0], 0b01);
    buyer
        .delete(&format!("/v1/reservations/{}", id(&reservation)))
        .expect_text(204);
    shows("1-1", "available");
    line.expect("id: 3\nevent: seats\ndata: {\"version\":3,\"changes\":[[0,\"available\"]]}");
    let reservation = held(&buyer, &["1-2"]);
    let body = pay(&reservation, "tok_visa", "k");
    buyer.post("/v1/bookings", &body).expect_json(201);
    shows("1-2", "booked");
    assert_eq!(watcher.get("/v1/events/night/availability").body[0], 0b1000);
    // What the other knows already it refuses itself.
    let taken = watcher.post("/v1/reservations", &hold(&["1-2"]));
    assert_eq!(taken.problem(409), "seats-taken");
    workshop.audit();
}

/// Nobody may send one: what others did is found by looking.
#[test]
fn without_notifications_a_change_is_shown_all_the_same() {
    let workshop = workshop_beside_others(&catalogue());
    let store = workshop.store();
    let (_, database) = store.rsplit_once('/').expect("a URL");
    let silence = "REVOKE EXECUTE ON FUNCTION pg_notify(text, text) FROM PUBLIC";
    shared().sql(database, silence).expect("no notifications");
    let [here, there] = nodes(&workshop, &[]);
    let (buyer, watcher) = (here.client(), there.client());
    let mut line = Line::open(there.address, "", "");
    line.expect("id: 1");
    for seat in ["1-1", "1-2", "2-1"] {
        held(&buyer, &[seat]);
        until_within(SOON, "the other node shows it", || {
            seat_status(&watcher, seat) == "held"
        });
    }
    line.expect("id: 2\nevent: seats\ndata: {\"version\":2,\"changes\":[[0,\"held\"]]}");
    let metrics = here.client().get("/metrics");
    let metrics = String::from_utf8_lossy(&metrics.body).into_owned();
    assert!(
        metrics.contains("postgres_notifications_lost_total"),
        "{metrics}"
    );
    workshop.audit();
}

#[test]
fn watchers_of_two_nodes_rebuild_the_same_map() {
    let workshop = workshop_beside_others(&catalogue());
    let offices: [Office; 2] = nodes(&workshop, &[]);
    let mut watchers = offices.each_ref().map(Watcher::come);
    let addresses = offices.each_ref().map(|office| office.address);
    let shoppers = Shoppers::gather(&addresses, 3);
    shoppers.wait_for(300);
    let told = shoppers.told();
    println!("{}", told.summary());
    let [first, second] = &offices;
    until_all_show_the_same(&[first, second]);
    let last = version(&first.client());
    for (watcher, office) in watchers.iter_mut().zip(&offices) {
        watcher.watch_until(last);
        let shown = office.client().get("/v1/events/night/availability");
        assert_eq!(watcher.map, shown.body);
    }
    told.assert_kept(second.address);
}

/// Somebody who has loaded the map once and heard each change since.
struct Watcher {
    line: Line,
    version: u64,
    /// Two bits a seat.
    map: Vec<u8>,
}

impl Watcher {
    fn come(office: &Office) -> Self {
        let client: Client = office.client();
        let version = version(&client);
        Watcher {
            line: Line::open(office.address, &format!("?since={version}"), ""),
            version,
            map: client.get("/v1/events/night/availability").body,
        }
    }

    fn watch_until(&mut self, last: u64) {
        while self.version < last {
            let block = self.line.block();
            let Some((_, data)) = block.split_once("data: ") else {
                continue;
            };
            let frame: Value = serde_json::from_str(data).expect("JSON");
            let version = frame["version"].as_u64().expect("a version");
            assert!(version > self.version, "{block}");
            self.version = version;
            for change in frame["changes"].as_array().expect("changes") {
                let index = change[0].as_u64().expect("an index") as usize;
                let status = ["available", "held", "booked"];
                let status = status.iter().position(|status| change[1] == *status);
                let (byte, shift) = (&mut self.map[index / 4], index % 4 * 2);
                *byte &= !(0b11 << shift);
                *byte |= (status.expect("a status") as u8) << shift;
            }
        }
        assert_eq!(self.version, last);
    }
}
