//! Browsing, import, and what operators ask.

use serde_json::json;

use crate::house::{catalogue, held, hold, workshop, workshop_with};

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
fn a_page_can_say_what_there_is_for_how_much() {
    let mut sold = catalogue();
    let seller = json!({"name": "Usher Ltd", "address": "1 Row", "email": "a@usher.example", "terms_url": null});
    sold["events"][0]["seller"] = seller.clone();
    let workshop = workshop_with(&sold);
    let office = workshop.serve(&[]);
    let client = office.client();
    let found = |query: &str| {
        let found = client.get(&format!("/v1/events?{query}")).expect_json(200);
        found.as_array().expect("an array").len()
    };
    assert_eq!(found("max_price=2000"), 1);
    assert_eq!(found("max_price=1999"), 0);
    assert_eq!(found("max_price="), 1);
    for wrong in ["-1", "20.00", "cheap", "%2B1", "99999999999999999999"] {
        let refused = client.get(&format!("/v1/events?max_price={wrong}"));
        assert_eq!(refused.problem(400), "invalid-request", "{wrong}");
        assert_eq!(refused.json()["errors"][0]["pointer"], "/max_price");
    }
    let listed = client.get("/v1/events").expect_json(200)[0].clone();
    let detail = client.get("/v1/events/night").expect_json(200);
    for event in [&listed, &detail] {
        let seats = (&event["available"], &event["capacity"]);
        assert_eq!(seats, (&json!(120), &json!(120)));
    }
    let prices = json!({"Front": 5000, "Back": 3000, "Standing": 2000});
    assert_eq!((&detail["prices"], &detail["seller"]), (&prices, &seller));
}

#[test]
fn the_next_page_keeps_the_price_that_was_asked_for() {
    let mut two = catalogue();
    let mut second = two["events"][0].clone();
    second["id"] = json!("second");
    two["events"] = json!([two["events"][0], second]);
    let workshop = workshop_with(&two);
    let office = workshop.serve(&[]);
    let client = office.client();
    let first = client.get("/v1/events?limit=1&max_price=2500");
    let next = first.header("link").expect("another page").to_owned();
    let (_, rest) = next.split_once('<').expect("an address");
    let (next, _) = rest.split_once('>').expect("an address");
    assert!(next.contains("max_price=2500"), "{next}");
    let last = client.get(next);
    assert_eq!(last.expect_json(200)[0]["event_id"], "second");
    assert_eq!(last.header("link"), None);
}

#[test]
fn the_cities_are_those_where_something_is_on() {
    let mut three = catalogue();
    let night = three["events"][0].clone();
    let at = |id: &str, city: &str, date: &str| {
        let mut event = night.clone();
        (event["id"], event["date"]) = (json!(id), json!(date));
        event["venue"]["city"] = json!(city);
        event
    };
    three["events"] = json!([
        at("a", "Zürich", "2099-05-01T20:00:00Z"),
        at("b", "Aarau", "2099-05-02T20:00:00Z"),
        at("c", "Aarau", "2099-05-03T20:00:00Z"),
        at("d", "Yesterville", "2020-05-03T20:00:00Z"),
    ]);
    let workshop = workshop_with(&three);
    let office = workshop.serve(&[]);
    let answer = office.client().get("/v1/cities");
    assert_eq!(answer.header("cache-control"), Some("public, max-age=5"));
    let euro = json!([{"currency": "EUR", "currency_exponent": 2}]);
    let expected = json!([
        {"city": "Aarau", "country": "CH", "events": 2, "currencies": euro},
        {"city": "Zürich", "country": "CH", "events": 1, "currencies": euro},
    ]);
    assert_eq!(answer.expect_json(200), expected);
}

#[test]
fn the_sections_are_counted_live_and_cached_by_their_version() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let path = "/v1/events/night/sections";
    let stalls = |available: u32, held: u32| {
        json!({
            "section": "Stalls", "area": false, "seats": 100, "available": available, "held": held,
            "min_price": 3000, "max_price": 5000,
        })
    };
    let floor = json!({
        "section": "Floor", "area": true, "seats": 20, "available": 20, "held": 0,
        "min_price": 2000, "max_price": 2000,
    });
    let first = client.get(path);
    assert_eq!(first.expect_json(200), json!([stalls(100, 0), floor]));
    let map = client.get("/v1/events/night/seats");
    for name in ["etag", "seat-map-version", "cache-control"] {
        assert!(first.header(name).is_some(), "{name}");
        assert_eq!(first.header(name), map.header(name), "{name}");
    }
    let tag = first.header("etag").expect("a tag").to_owned();
    let known = client.with("if-none-match", &tag);
    assert_eq!(known.get(path).status, 304);
    for coding in ["gzip", "br"] {
        let packed = client.with("accept-encoding", coding).get(path);
        assert_eq!(packed.header("content-encoding"), Some(coding));
    }
    held(&client, &["1-1", "1-2"]);
    let newer = (0..100_000)
        .map(|_| known.get(path))
        .find(|answer| answer.status == 200);
    let newer = newer.expect("a new version").json();
    assert_eq!(newer, json!([stalls(98, 2), floor]));
    assert_eq!(
        client.get("/v1/events/day/sections").problem(404),
        "unknown-event"
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
