//! Bad input for every route that takes some: a problem of the client's making, and nothing has
//! changed. What good input does is tested elsewhere.

use std::collections::BTreeSet;

use boxoffice_testkit::{Answer, Client};
use serde_json::{Value, json};

use crate::bad_bodies::{WRONG_EVENTS, WRONG_PAYMENTS, WRONG_SEATS, wrong_everywhere};
use crate::house::{held, id, pay, workshop};

/// What a bad request must leave as it is.
#[derive(Debug, PartialEq)]
struct State {
    seats: Vec<u8>,
    version: Option<String>,
    reservation: Value,
    booking: Value,
}

/// A house in which one has a hold and another a booking.
struct House {
    client: Client,
    reservation: String,
    booking: String,
}

impl House {
    fn new(client: Client) -> Self {
        let (kept, sold) = (held(&client, &["1-1", "1-2"]), held(&client, &["2-1"]));
        let paid = client.post("/v1/bookings", &pay(&sold, "tok_visa", "k"));
        let booking = paid.expect_json(201)["booking_id"].clone();
        House {
            client,
            reservation: id(&kept).to_owned(),
            booking: booking.as_str().expect("an id").to_owned(),
        }
    }

    fn state(&self) -> State {
        let get = |path: &str| self.client.get(path);
        let map = get("/v1/events/night/availability");
        State {
            version: map.header("seat-map-version").map(str::to_owned),
            seats: map.body,
            reservation: get(&format!("/v1/reservations/{}", self.reservation)).expect_json(200),
            booking: get(&format!("/v1/bookings/{}", self.booking)).expect_json(200),
        }
    }

    /// A route's path with real ids in it.
    fn path(&self, route: &str) -> String {
        route
            .replace("{reservation_id}", &self.reservation)
            .replace("{booking_id}", &self.booking)
            .replace("{event_id}", "night")
    }

    fn send(&self, method: &str, route: &str, body: &[u8]) -> Answer {
        let answer = self.client.send(method, &self.path(route), Some(body));
        answer.expect("an answer")
    }
}

/// Whether it is a problem that the client has made.
fn is_refusal(answer: &Answer) -> bool {
    let problem = answer.json();
    (400..500).contains(&answer.status)
        && answer.header("content-type") == Some("application/problem+json")
        && problem["status"] == answer.status
        && ["type", "title", "detail"]
            .iter()
            .all(|part| problem[part].is_string())
}

/// The routes that the description lists, with their methods; those with a body, or without.
fn routes(client: &Client, with_body: bool) -> BTreeSet<(String, String)> {
    let description = client.get("/openapi.json").expect_json(200);
    let paths = description["paths"].as_object().expect("paths");
    let all = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().expect("methods");
        methods.iter().map(move |(method, operation)| {
            let takes_body = !operation["requestBody"].is_null();
            (method.to_uppercase(), path.clone(), takes_body)
        })
    });
    let found: BTreeSet<_> = all
        .filter(|(_, _, takes_body)| *takes_body == with_body)
        .map(|(method, path, _)| (method, path))
        .collect();
    assert!(found.len() >= 3, "{found:?}");
    found
}

/// Everything wrong that one route is sent.
fn wrong(house: &House, method: &str, route: &str) -> Vec<(String, Vec<u8>)> {
    let everywhere = wrong_everywhere().into_iter();
    // A session needs no body, and of one with fields it looks at its own alone.
    let lenient = |body: &[u8]| body.is_empty() || body.starts_with(b"{");
    let is_wrong = |body: &[u8]| route != "/v1/sessions" || !lenient(body);
    let mut bodies: Vec<_> = everywhere
        .filter(|(_, body)| is_wrong(body))
        .map(|(what, body)| (what.to_owned(), body))
        .collect();
    let mut add = |members: String| {
        let body = format!("{{{members}}}");
        bodies.push((body.clone(), body.into_bytes()));
    };
    match (method, route) {
        ("POST", "/v1/reservations") => {
            for seats in WRONG_SEATS {
                add(format!(r#""event_id":"night",{seats}"#));
            }
            for event in WRONG_EVENTS {
                add(format!(r#"{event},"seat_ids":["1-3"]"#));
            }
        }
        ("PUT", "/v1/reservations/{reservation_id}/seats") => {
            WRONG_SEATS
                .iter()
                .for_each(|seats| add((*seats).to_owned()));
            add(r#""best_available":{"quantity":1}"#.to_owned());
        }
        ("POST", "/v1/bookings") => {
            for payment in WRONG_PAYMENTS {
                add(format!(
                    r#""reservation_id":"{}",{payment}"#,
                    house.reservation
                ));
            }
            for name in ["payment_token", "idempotency_key", "name", "email"] {
                let mut body = json!({
                    "reservation_id": house.reservation, "payment_token": "tok_visa", "idempotency_key": "k",
                });
                body[name] = "x".repeat(300).into();
                let body = body.to_string();
                add(body[1..body.len() - 1].to_owned());
            }
            for reservation in ["\"\"", "7", "null", "\"res_x\"", "\"../../etc\""] {
                let rest = r#""payment_token":"tok_visa","idempotency_key":"k""#;
                add(format!(r#""reservation_id":{reservation},{rest}"#));
            }
        }
        ("POST", "/v1/order-links") => {
            let events = WRONG_EVENTS.iter();
            for event in events.filter(|event| !event.contains("access_code")) {
                add(format!(r#"{event},"email":"ada@example.org""#));
            }
            for email in [
                "\"\"",
                "7",
                "null",
                "\"ada\"",
                "\"@\"",
                "\"a\\r\\nb@c.example\"",
                "[]",
            ] {
                add(format!(r#""event_id":"night","email":{email}"#));
            }
            let right = r#""event_id":"night","email":"ada@example.org""#;
            add(format!(r#"{right},"language":7"#));
            add(format!(
                r#""event_id":"night","email":"{}@b.example""#,
                "x".repeat(300)
            ));
        }
        ("POST", "/v1/sessions") => {
            for renew in ["1", "\"true\"", "[]", "{}"] {
                add(format!(r#""renew":{renew}"#));
            }
        }
        ("POST", "/v1/bookings/{booking_id}/test-payment") => {
            for answer in ["perhaps", "", "PAY"] {
                add(format!(r#""answer":"{answer}""#));
            }
            // What is right finds nothing to be paid here.
            for answer in ["null", "1", r#"["pay"]"#, r#""pay""#] {
                add(format!(r#""answer":{answer}"#));
            }
        }
        // The test provider sends none.
        ("POST", "/v1/webhooks/payments") => add(r#""id":"evt_1","type":"charge.updated""#.into()),
        other => panic!("{other:?} takes a body: say here what is wrong for it"),
    }
    bodies
}

#[test]
fn a_wrong_body_is_refused_everywhere_and_changes_nothing() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let house = House::new(office.client());
    let before = house.state();
    for (method, route) in routes(&house.client, true) {
        for (what, body) in wrong(&house, &method, &route) {
            let answer = house.send(&method, &route, &body);
            assert!(
                is_refusal(&answer),
                "{method} {route} with {what}: {} {}",
                answer.status,
                answer.text()
            );
        }
        assert_eq!(house.state(), before, "{method} {route}");
    }
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn a_wrong_id_is_not_found_whatever_is_wanted() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let house = House::new(office.client());
    let before = house.state();
    let long = "x".repeat(5_000);
    let swapped = house.reservation.replacen("res_", "bok_", 1);
    let last = if house.reservation.ends_with('A') {
        "B"
    } else {
        "A"
    };
    let forged = format!(
        "{}{last}",
        &house.reservation[..house.reservation.len() - 1]
    );
    let ids = [
        "x",
        "0",
        "%00",
        "%ff",
        "%2e%2e%2f",
        "res_",
        "bok_x",
        &long,
        &swapped,
        &forged,
    ];
    let both = [routes(&house.client, true), routes(&house.client, false)];
    for (method, route) in both.into_iter().flatten() {
        let (Some(begin), Some(end)) = (route.find('{'), route.find('}')) else {
            continue;
        };
        for id in ids {
            let path = format!("{}{id}{}", &route[..begin], &route[end + 1..]);
            let body = br#"{"seat_ids":["1-3"]}"#;
            let answer = house
                .client
                .send(&method, &path, Some(body))
                .expect("an answer");
            assert!(is_refusal(&answer), "{method} {path}: {}", answer.text());
            assert_eq!(answer.status, 404, "{method} {path}");
        }
    }
    assert_eq!(house.state(), before);
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn a_method_that_is_not_there_changes_nothing() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let house = House::new(office.client());
    let before = house.state();
    let known: BTreeSet<_> = [true, false]
        .into_iter()
        .flat_map(|with_body| routes(&house.client, with_body))
        .collect();
    for (_, route) in &known {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"] {
            if known.contains(&(method.to_owned(), route.clone())) {
                continue;
            }
            let answer = house.send(method, route, b"{}");
            assert_eq!(
                answer.problem(405),
                "method-not-allowed",
                "{method} {route}"
            );
        }
    }
    assert_eq!(house.state(), before);
}

#[test]
fn headers_that_make_no_sense_are_refused() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let house = House::new(office.client());
    let before = house.state();
    let long = "x".repeat(300);
    let wrong = [
        ("authorization", "Bearer"),
        ("authorization", "Bearer x"),
        ("authorization", "Basic YTpi"),
        ("authorization", ""),
        ("idempotency-key", ""),
        ("idempotency-key", &long),
        ("idempotency-key", "without a session"),
    ];
    for (name, value) in wrong {
        let client = house.client.with(name, value);
        let answer = client.post(
            "/v1/reservations",
            r#"{"event_id":"night","seat_ids":["1-3"]}"#,
        );
        assert!(is_refusal(&answer), "{name}: {value}: {}", answer.text());
    }
    assert_eq!(house.state(), before);
}
