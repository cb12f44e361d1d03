//! Holds: the contract's table, who owns what, and what bad input gets.

use serde_json::json;

use crate::house::{held, hold, id, pay, seat_status, workshop};

#[test]
fn a_hold_takes_all_seats_or_none() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let reservation = held(&client, &["1-1", "1-2"]);
    assert_eq!(
        (&reservation["total"], &reservation["status"]),
        (&json!(10000), &json!("held"))
    );
    let refused = client.post("/v1/reservations", &hold(&["1-2", "1-3"]));
    assert_eq!(refused.problem(409), "seats-taken");
    assert_eq!(refused.json()["seat_ids"], json!(["1-2"]));
    assert_eq!(seat_status(&client, "1-3"), "available");
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn a_released_seat_is_free_at_once() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let reservation = held(&client, &["1-1"]);
    let path = format!("/v1/reservations/{}", id(&reservation));
    assert_eq!(client.delete(&path).status, 204);
    assert_eq!(client.delete(&path).status, 204);
    held(&client, &["1-1"]);
    assert_eq!(client.get(&path).expect_json(200)["status"], "released");
    assert_eq!(
        client.post(&format!("{path}/extend"), "").problem(400),
        "reservation-expired"
    );
}

#[test]
fn a_lapsed_hold_gives_its_seat_to_the_next() {
    let workshop = workshop();
    let office = workshop.serve(&["--hold", "1s"]);
    let client = office.client();
    let reservation = held(&client, &["1-1"]);
    let path = format!("/v1/reservations/{}", id(&reservation));
    // Asked again and again until the second is over; the very next hold has the seat.
    let free = (0..10_000).find(|_| client.post("/v1/reservations", &hold(&["1-1"])).status == 201);
    assert!(free.is_some_and(|tries| tries > 0));
    assert_eq!(client.get(&path).expect_json(200)["status"], "expired");
    let late = client.post("/v1/bookings", &pay(&reservation, "tok_visa", "k"));
    assert_eq!(late.problem(400), "reservation-expired");
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn a_retry_with_its_key_gets_the_first_success() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let buyer = office.client().with_session();
    let keyed = buyer.with("idempotency-key", "once");
    let first = held(&keyed, &["1-1"]);
    assert_eq!(held(&keyed, &["1-1"]), first);
    let other = keyed.post("/v1/reservations", &hold(&["1-2"]));
    assert_eq!(other.problem(422), "idempotency-key-reused");
    let nobody = office.client().with("idempotency-key", "once");
    assert_eq!(
        nobody
            .post("/v1/reservations", &hold(&["1-5"]))
            .problem(400),
        "invalid-request"
    );
}

#[test]
fn a_session_s_reservation_answers_to_it_alone() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let (owner, stranger) = (
        office.client().with_session(),
        office.client().with_session(),
    );
    let path = format!("/v1/reservations/{}", id(&held(&owner, &["1-1"])));
    assert_eq!(owner.get(&path).status, 200);
    assert_eq!(stranger.get(&path).problem(404), "reservation-not-found");
    assert_eq!(stranger.delete(&path).problem(404), "reservation-not-found");
    assert_eq!(
        office.client().get(&path).problem(404),
        "reservation-not-found"
    );
    let open = format!("/v1/reservations/{}", id(&held(&office.client(), &["1-2"])));
    assert_eq!(stranger.get(&open).status, 200);
    let forged = office.client().with("authorization", "Bearer ses_forged");
    assert_eq!(forged.get(&path).problem(401), "unauthenticated");
}

#[test]
fn a_hold_says_whether_it_can_be_extended() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let reservation = held(&client, &["1-1"]);
    let path = format!("/v1/reservations/{}", id(&reservation));
    let change = |seat: &str| {
        let seats = json!({"seat_ids": [seat]}).to_string();
        client
            .put(&format!("{path}/seats"), &seats)
            .expect_json(200)
    };
    let shown = || client.get(&path).expect_json(200);
    for fresh in [reservation, shown(), change("1-2")] {
        assert_eq!(fresh["extendable"], true);
        assert_eq!(fresh.get("booking_id"), None);
    }
    let extended = client.post(&format!("{path}/extend"), "").expect_json(200);
    for extended in [extended, shown(), change("1-3")] {
        assert_eq!(extended["extendable"], false);
    }
    let other = held(&client, &["2-1"]);
    let path = format!("/v1/reservations/{}", id(&other));
    assert_eq!(client.delete(&path).status, 204);
    assert_eq!(client.get(&path).expect_json(200)["extendable"], false);
}

#[test]
fn a_reservation_leads_to_its_order() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let reservation = held(&client, &["1-1"]);
    let path = format!("/v1/reservations/{}", id(&reservation));
    let declined = client.post(
        "/v1/bookings",
        &pay(&reservation, "tok_chargeDeclined", "k1"),
    );
    assert_eq!(declined.problem(402), "payment-declined");
    let held = client.get(&path).expect_json(200);
    assert_eq!(held.get("booking_id"), None, "nothing is under way");
    let asked = client.post("/v1/bookings", &pay(&reservation, "checkout", "k2"));
    let asked = asked.expect_json(202);
    let paying = client.get(&path).expect_json(200);
    assert_eq!(paying["status"], "paying");
    assert_eq!(paying["extendable"], false);
    assert_eq!(paying["booking_id"], asked["booking_id"]);
    let order = format!(
        "/v1/bookings/{}",
        asked["booking_id"].as_str().expect("an id")
    );
    let paid = client.post(&format!("{order}/test-payment"), r#"{"answer":"pay"}"#);
    assert_eq!(paid.status, 204);
    crate::stripe_shop::until(&client, &asked, "CONFIRMED");
    let booked = client.get(&path).expect_json(200);
    assert_eq!(
        (&booked["status"], &booked["booking_id"]),
        (&json!("booked"), &asked["booking_id"])
    );
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn changed_seats_keep_their_end_and_their_price() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let reservation = held(&client, &["1-1", "1-2"]);
    let path = format!("/v1/reservations/{}/seats", id(&reservation));
    let changed = client
        .put(&path, r#"{"seat_ids":["1-2","9-1"]}"#)
        .expect_json(200);
    assert_eq!(changed["total"], 8000);
    assert_eq!(changed["expires_at"], reservation["expires_at"]);
    assert_eq!(seat_status(&client, "1-1"), "available");
    held(&client, &["1-1"]);
    assert_eq!(
        client.put(&path, r#"{"seat_ids":["1-1"]}"#).problem(409),
        "seats-taken"
    );
}

#[test]
fn the_best_seats_are_side_by_side_in_the_best_row() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let ask = |best: &str| {
        let body = format!(r#"{{"event_id":"night","best_available":{best}}}"#);
        client.post("/v1/reservations", &body)
    };
    let ids = |answer: &serde_json::Value| {
        let seats = answer["seats"].as_array().expect("seats").clone();
        seats
            .iter()
            .map(|seat| seat["seat_id"].as_str().expect("an id").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        ids(&ask(r#"{"quantity":2}"#).expect_json(201)),
        ["1-5", "1-6"]
    );
    let back = ask(r#"{"quantity":2,"category":"Back"}"#).expect_json(201);
    assert_eq!(ids(&back), ["6-5", "6-6"]);
    let floor = ask(r#"{"quantity":3,"section":"Floor"}"#).expect_json(201);
    assert_eq!(ids(&floor), ["Floor-1", "Floor-2", "Floor-3"]);
    assert_eq!(ask(r#"{"quantity":9}"#).problem(400), "too-many-seats");
    assert_eq!(
        ask(r#"{"quantity":2,"max_price":1}"#).problem(409),
        "not-enough-together"
    );
}

#[test]
fn bad_input_gets_a_clear_error_and_changes_nothing() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let ask = |body: &str| client.post("/v1/reservations", body);
    assert_eq!(ask("{").problem(400), "invalid-request");
    assert_eq!(
        ask(r#"{"event_id":1,"seat_ids":["1-1"]}"#).problem(400),
        "invalid-request"
    );
    assert_eq!(
        ask(r#"{"event_id":"night","seat_ids":[]}"#).problem(400),
        "invalid-request"
    );
    assert_eq!(
        ask(r#"{"event_id":"night","seat_ids":["1-1","1-1"]}"#).problem(400),
        "invalid-request"
    );
    assert_eq!(
        ask(r#"{"event_id":"day","seat_ids":["1-1"]}"#).problem(400),
        "unknown-event"
    );
    let unknown = ask(r#"{"event_id":"night","seat_ids":["1-1","77-1"]}"#);
    assert_eq!(unknown.problem(400), "unknown-seat");
    assert_eq!(unknown.json()["seat_ids"], json!(["77-1"]));
    let pointed = ask(r#"{"event_id":"night","seat_ids":["1-1",2]}"#).expect_json(400);
    assert_eq!(pointed["errors"][0]["pointer"], "/seat_ids/1");
    let many: Vec<String> = (0..5000).map(|seat| format!("s{seat}")).collect();
    let many = json!({"event_id": "night", "seat_ids": many}).to_string();
    assert_eq!(ask(&many).problem(400), "too-many-seats");
    assert_eq!(ask(&"x".repeat(70_000)).problem(413), "too-large");
    let deep = format!(
        r#"{{"event_id":"night","seat_ids":["1-1"],"x":{}}}"#,
        "[".repeat(30_000)
    );
    assert_eq!(ask(&deep).problem(400), "invalid-request");
    let bytes = client
        .send("POST", "/v1/reservations", Some(b"\xff\xfe"))
        .expect("an answer");
    assert_eq!(bytes.problem(400), "invalid-request");
    assert_eq!(
        client.get("/v1/reservations/res_x").problem(404),
        "reservation-not-found"
    );
    assert_eq!(client.get("/v1/nothing").problem(404), "not-found");
    assert_eq!(seat_status(&client, "1-1"), "available");
}

#[test]
fn a_session_that_is_renewed_keeps_what_it_reserved() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let guest = office.client().with_session();
    let held = guest
        .post("/v1/reservations", &hold(&["1-1"]))
        .expect_json(201);
    let path = format!("/v1/reservations/{}", id(&held));
    let with_session_of = |body: &str| {
        let session = guest.post("/v1/sessions", body).expect_json(201);
        let token = session["session_token"].as_str().expect("a token");
        let bearer = format!("Bearer {token}");
        office.client().with("authorization", &bearer)
    };
    assert_eq!(with_session_of(r#"{"renew":true}"#).get(&path).status, 200);
    assert_eq!(with_session_of("{}").get(&path).status, 404);
    assert_eq!(with_session_of("").get(&path).status, 404);
    let nobody = office.client();
    assert_eq!(
        nobody.post("/v1/sessions", r#"{"renew":true}"#).status,
        201,
        "there is nothing to go on with"
    );
    let wrong = nobody.post("/v1/sessions", r#"{"renew":"yes"}"#);
    assert_eq!(wrong.problem(400), "invalid-request");
    assert!(office.stop());
}
