//! Several nodes on one database: the houses they sell, and waiting until something is so.

use std::time::{Duration, Instant};

use boxoffice_testkit::{Client, Office, PostgresServer, PostgresVersion, Workshop};
use serde_json::Value;

use crate::house::seat_status;

/// Longer than anything may take: a test that gets here has found a hang.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Who can wait no longer than this for an answer of a database that is gone has found a hang: it is to
/// come within one second.
pub(crate) const SOON: Duration = Duration::from_secs(5);

/// The store at this URL.
pub(crate) fn again(url: &str) -> Workshop {
    Workshop::on(env!("CARGO_BIN_EXE_boxoffice"), url)
}

/// The store at this URL with this catalogue in it.
#[track_caller]
pub(crate) fn workshop_at(url: &str, catalogue: &Value) -> Workshop {
    let workshop = again(url);
    workshop.import(catalogue);
    workshop
}

/// The server of all tests that do it no harm.
pub(crate) fn shared() -> &'static PostgresServer {
    PostgresServer::shared(PostgresVersion::System)
}

/// A store in a database of its own on the server that all tests share.
pub(crate) fn workshop_beside_others(catalogue: &Value) -> Workshop {
    workshop_at(&shared().new_database(), catalogue)
}

/// So many nodes.
pub(crate) fn nodes<const N: usize>(workshop: &Workshop, more: &[&str]) -> [Office; N] {
    std::array::from_fn(|_| workshop.serve(more))
}

/// Asks again and again until it is so; gives back how long that took.
#[track_caller]
pub(crate) fn until(what: &str, so: impl FnMut() -> bool) -> Duration {
    until_within(PATIENCE, what, so)
}

/// The same with a bound that is promised.
#[track_caller]
pub(crate) fn until_within(bound: Duration, what: &str, mut so: impl FnMut() -> bool) -> Duration {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < bound, "in vain, waited until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
    begun.elapsed()
}

/// The version of the map that somebody is shown.
#[track_caller]
pub(crate) fn version(client: &Client) -> u64 {
    let answer = client.get("/v1/events/night/availability");
    let version = answer.header("seat-map-version").expect("a version");
    version.parse().expect("a number")
}

/// Waits until all nodes show everything that has happened so far: a place to stand that is taken last of
/// all.
#[track_caller]
pub(crate) fn until_all_show_the_same(nodes: &[&Office]) {
    let body = r#"{"event_id":"night","best_available":{"quantity":1,"section":"Floor"}}"#;
    let last = nodes[0].client().post("/v1/reservations", body);
    let last = last.expect_json(201)["seats"][0]["seat_id"].clone();
    let last = last.as_str().expect("an id");
    for node in nodes {
        let client = node.client();
        until("the node shows the newest map", || {
            seat_status(&client, last) == "held"
        });
    }
}
