//! A store that cannot be written, because its disk is full or another process has locked it: writing
//! is refused and says so, reading goes on, and it works again by itself.

use boxoffice_testkit::{Answer, Client, FullDisk, Office};
use serde_json::{Value, json};

use crate::crowd::{Crowd, Told};
use crate::house::{
    catalogue_of, held, hold, id, pay, rounds, seat_status, workshop, workshop_with,
};

const RESERVATIONS: &str = "/v1/reservations";

/// The store's trouble in the words of the contract.
#[track_caller]
fn assert_unavailable(answer: &Answer) {
    assert_eq!(answer.problem(503), "store-unavailable");
    assert!(answer.header("retry-after").is_some(), "{}", answer.text());
}

/// The server says that it is not ready, and why.
#[track_caller]
fn assert_not_ready(client: &Client, why: &str) {
    let answer = client.get("/readyz");
    assert_unavailable(&answer);
    assert!(answer.text().contains(why), "{}", answer.text());
}

/// What a buyer has before the trouble.
struct Before {
    kept: Value,
    booking: Value,
}

impl Before {
    fn of(client: &Client) -> Self {
        let (kept, sold) = (held(client, &["1-1"]), held(client, &["1-2"]));
        let paid = client.post("/v1/bookings", &pay(&sold, "tok_visa", "k"));
        Before {
            kept,
            booking: paid.expect_json(201),
        }
    }

    fn kept_path(&self) -> String {
        format!("{RESERVATIONS}/{}", id(&self.kept))
    }

    /// All that does not write goes on.
    #[track_caller]
    fn assert_readable(&self, client: &Client) {
        let booking = self.booking["booking_id"].as_str().expect("an id");
        let paths = [
            "/healthz".to_owned(),
            "/metrics".to_owned(),
            "/v1/events".to_owned(),
            "/v1/events/night".to_owned(),
            "/v1/events/night/seats".to_owned(),
            "/v1/events/night/availability".to_owned(),
            self.kept_path(),
            format!("/v1/bookings/{booking}/tickets"),
        ];
        for path in paths {
            let answer = client.get(&path);
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        }
        let statuses = ["1-1", "1-2", "1-3"].map(|seat| seat_status(client, seat));
        assert_eq!(statuses, ["held", "booked", "available"]);
        // A seat that is gone needs no store to be refused.
        let taken = client.post(RESERVATIONS, &hold(&["1-2"]));
        assert_eq!(taken.problem(409), "seats-taken");
    }

    /// Everything that was true before still is, and everything works.
    #[track_caller]
    fn assert_sells_again(&self, client: &Client) {
        held(client, &["1-3"]);
        assert_eq!(client.get("/readyz").status, 200);
        let found = client.get(&self.kept_path()).expect_json(200);
        assert_eq!(
            (&found["status"], &found["seats"]),
            (&json!("held"), &self.kept["seats"])
        );
        let paid = client.post("/v1/bookings", &pay(&self.kept, "tok_visa", "again"));
        paid.expect_json(201);
        let booking = self.booking["booking_id"].as_str().expect("an id");
        let found = client.get(&format!("/v1/bookings/{booking}"));
        assert_eq!(found.expect_json(200)["receipt"], self.booking["receipt"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_stops_the_sale_until_there_is_room() {
    let (workshop, tools) = (workshop(), tempfile::tempdir().expect("a folder"));
    let disk = FullDisk::of(workshop.folder(), tools.path()).expect("a disk");
    let office = Office::start(disk.preload(&mut workshop.server(&[]))).expect("it serves");
    let client = office.client();
    let before = Before::of(&client);
    for _ in 0..2 {
        assert_eq!(client.get("/readyz").status, 200);
        disk.fill().expect("a sign");
        // Every way to write, one after the other.
        let kept = before.kept_path();
        assert_unavailable(&client.post(RESERVATIONS, &hold(&["1-3"])));
        assert_unavailable(&client.post(&format!("{kept}/extend"), ""));
        assert_unavailable(&client.put(&format!("{kept}/seats"), r#"{"seat_ids":["1-4"]}"#));
        assert_unavailable(&client.delete(&kept));
        assert_unavailable(&client.post("/v1/bookings", &pay(&before.kept, "tok_visa", "full")));
        assert_not_ready(&client, "disk is full");
        before.assert_readable(&client);
        disk.make_room().expect("no sign");
        // Nobody has to ask whether it is ready.
        let free = held(&client, &["1-3"]);
        let released = client.delete(&format!("{RESERVATIONS}/{}", id(&free)));
        assert_eq!(released.status, 204);
    }
    before.assert_sells_again(&client);
    assert!(office.stop());
    workshop.audit();
}

#[cfg(target_os = "linux")]
#[test]
fn a_crash_on_a_full_disk_loses_nothing() {
    let (workshop, tools) = (workshop(), tempfile::tempdir().expect("a folder"));
    let disk = FullDisk::of(workshop.folder(), tools.path()).expect("a disk");
    let office = Office::start(disk.preload(&mut workshop.server(&[]))).expect("it serves");
    let before = Before::of(&office.client());
    disk.fill().expect("a sign");
    assert_unavailable(&office.client().post(RESERVATIONS, &hold(&["1-3"])));
    office.kill();
    disk.make_room().expect("no sign");
    workshop.audit();
    let office = Office::start(disk.preload(&mut workshop.server(&[]))).expect("it serves");
    before.assert_readable(&office.client());
    before.assert_sells_again(&office.client());
    assert!(office.stop());
    workshop.audit();
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_under_a_crowd_loses_nothing() {
    let tools = tempfile::tempdir().expect("a folder");
    let workshop = workshop_with(&catalogue_of(40, 20));
    let disk = FullDisk::of(workshop.folder(), tools.path()).expect("a disk");
    let office = Office::start(disk.preload(&mut workshop.server(&[]))).expect("it serves");
    let mut told = Told::default();
    for _ in 0..rounds(4, 40) {
        let crowd = Crowd::gather(&office.client(), 8);
        crowd.wait_for_holds(8);
        disk.fill().expect("a sign");
        // They leave at the first answer that is no success.
        told.join(crowd.told());
        assert_eq!(told.missing(&office.client()), [""; 0], "on a full disk");
        disk.make_room().expect("no sign");
        let last = held(&office.client(), &["40-20"]);
        let path = format!("{RESERVATIONS}/{}", id(&last));
        assert_eq!(office.client().delete(&path).status, 204);
        assert_eq!(told.missing(&office.client()), [""; 0], "with room again");
        workshop.audit();
    }
    assert!(office.stop());
    workshop.audit();
}

#[cfg(target_os = "linux")]
#[test]
fn an_import_without_room_says_so_and_changes_nothing() {
    let (workshop, tools) = (workshop(), tempfile::tempdir().expect("a folder"));
    let disk = FullDisk::of(workshop.folder(), tools.path()).expect("a disk");
    let office = workshop.serve(&[]);
    let mut other = catalogue_of(20, 20);
    other["events"][0]["id"] = json!("day");
    let import = |full: bool| {
        let mut importer = workshop.importer(&other.to_string());
        if full {
            disk.fill().expect("a sign");
        }
        let output = disk.preload(&mut importer).output().expect("it runs");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, said) = import(true);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("disk is full"), "{said}");
    assert_eq!(
        office.client().get("/v1/events/day").problem(404),
        "unknown-event"
    );
    workshop.audit();
    disk.make_room().expect("no sign");
    assert_eq!(import(false).0, Some(0));
    workshop.audit();
}

#[test]
fn a_locked_file_stops_the_sale_until_it_is_let_go() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let before = Before::of(&client);
    // To the server, this is another process.
    let other = rusqlite::Connection::open(workshop.path("store.sqlite3")).expect("a file");
    other.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
    assert_unavailable(&client.post(RESERVATIONS, &hold(&["1-3"])));
    assert_not_ready(&client, "database is locked");
    before.assert_readable(&client);
    other.execute_batch("ROLLBACK").expect("no lock");
    before.assert_sells_again(&client);
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn a_store_that_cannot_be_read_shows_the_last_map_with_its_age() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    held(&client, &["1-1"]);
    let seats = || client.get("/v1/events/night/seats");
    let before = seats();
    assert_eq!(before.header("seat-map-age"), None);
    for file in std::fs::read_dir(workshop.folder()).expect("a folder") {
        let file = file.expect("a file");
        let name = file.file_name().into_string().expect("text");
        if name.starts_with("store.sqlite3") {
            let length = file.metadata().expect("a length").len();
            let rubbish = vec![0xa5; usize::try_from(length).expect("a small file")];
            std::fs::write(file.path(), rubbish).expect("it is written");
        }
    }
    // A hang is found by the test's own end.
    let old = loop {
        let answer = seats();
        if answer.header("seat-map-age").is_some() {
            break answer;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    let age: u64 = old
        .header("seat-map-age")
        .expect("it is old")
        .parse()
        .expect("seconds");
    assert!(age >= 2);
    assert_eq!(old.body, before.body);
    assert_eq!(old.header("etag"), before.header("etag"));
    // Not even what the map knows is taken is said without the store.
    for seat in ["1-1", "1-2"] {
        assert_unavailable(&client.post(RESERVATIONS, &hold(&[seat])));
    }
}
