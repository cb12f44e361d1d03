//! Browsing, import, and what operators ask.

use serde_json::json;

use crate::house::{catalogue, held, hold, workshop};

#[test]
fn an_event_is_found_by_what_people_type() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    for query in [
        "",
        "?keyword=one",
        "?keyword=usher%20zurich",
        "?city=zuri",
        "?from=2099-05-01&to=2099-05-02",
    ] {
        let found = client.get(&format!("/v1/events{query}")).expect_json(200);
        assert_eq!(found[0]["event_id"], "night", "{query}");
    }
    assert_eq!(
        client.get("/v1/events?keyword=opera").expect_json(200),
        json!([])
    );
    assert_eq!(
        client.get("/v1/events?limit=0").problem(400),
        "invalid-request"
    );
    assert_eq!(
        client.get("/v1/events?limit=1&limit=2").problem(400),
        "invalid-request"
    );
    assert_eq!(
        client.get("/v1/events?keyword=%ff").status / 100,
        2,
        "read with a substitute"
    );
    assert_eq!(client.get("/v1/events/day").problem(404), "unknown-event");
    assert_eq!(client.get("/v1/events/%ff").problem(404), "not-found");
    let event = client.get("/v1/events/night").expect_json(200);
    assert_eq!(
        (&event["available"], &event["min_price"]),
        (&json!(120), &json!(2000))
    );
    let plan = client.get(event["plan_url"].as_str().expect("a url"));
    assert_eq!(
        plan.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
}

#[test]
fn the_map_is_cached_by_its_version() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let map = client.get("/v1/events/night/seats");
    let tag = map.header("etag").expect("a tag").to_owned();
    assert_eq!(
        client
            .with("if-none-match", &tag)
            .get("/v1/events/night/seats")
            .status,
        304
    );
    let packed = client
        .with("accept-encoding", "gzip")
        .get("/v1/events/night/seats");
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    held(&client, &["1-1"]);
    let bits = (0..100_000)
        .map(|_| client.get("/v1/events/night/availability").body)
        .find(|bits| bits[0] == 1);
    assert_eq!(bits.map(|bits| bits.len()), Some(30));
    assert_eq!(
        client
            .with("if-none-match", &tag)
            .get("/v1/events/night/seats")
            .status,
        200
    );
}

#[test]
fn an_import_beside_a_server_is_seen() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    held(&client, &["1-1"]);
    let mut more = catalogue();
    more["events"][0]["areas"][0]["capacity"] = json!(30);
    workshop.import(&more);
    // Counts and plan come with the same look at the store, but not in the same moment.
    let new_place = hold(&["Floor-30"]);
    let seen = (0..1_000_000).any(|_| client.post("/v1/reservations", &new_place).status == 201);
    assert!(seen);
    let mut fewer = catalogue();
    fewer["events"][0]["areas"][0]["capacity"] = json!(10);
    let refused = workshop.try_import(&fewer.to_string());
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("events[0]"));
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn a_half_good_file_imports_nothing() {
    let workshop = workshop();
    let mut two = catalogue();
    let mut second = two["events"][0].clone();
    second["id"] = json!("second");
    second["date"] = json!("soon");
    let mut third = second.clone();
    third["id"] = json!("third");
    third["date"] = json!("2099-06-01T20:00:00Z");
    two["events"] = json!([third, second]);
    let output = workshop.try_import(&two.to_string());
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("catalogue.json") && said.contains("events[1].date"),
        "{said}"
    );
    let office = workshop.serve(&[]);
    assert_eq!(office.client().get("/v1/events/third").status, 404);
}

#[test]
fn the_operator_s_questions_are_answered() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    assert_eq!(
        (client.get("/healthz").status, client.get("/readyz").status),
        (200, 200)
    );
    client.get("/v1/events");
    assert!(
        client
            .get("/metrics")
            .text()
            .contains("http_requests_total")
    );
    assert_eq!(
        client.get("/openapi.json").expect_json(200)["openapi"],
        "3.1.0"
    );
    assert_eq!(client.get("/docs/").status, 200);
    let store = workshop.store();
    let second = workshop.run(&["serve", "--listen", "127.0.0.1:0", "--store", &store]);
    assert_eq!(
        second.status.code(),
        Some(1),
        "a second server must not start"
    );
    assert_eq!(
        workshop.run(&["serve", "--store", "mysql:x"]).status.code(),
        Some(2)
    );
}
