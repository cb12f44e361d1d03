//! Payments: every token of the test provider, replays, and tickets.

use crate::house::{held, id, pay, seat_status, workshop};

#[test]
fn a_paid_hold_is_booked_with_tickets() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let reservation = held(&client, &["1-1", "1-2"]);
    let body = pay(&reservation, "tok_visa", "k");
    let first = client.post("/v1/bookings", &body);
    let booking = first.expect_json(201);
    assert_eq!(booking["status"], "CONFIRMED");
    let again = client.post("/v1/bookings", &body);
    assert_eq!(again.expect_json(201), booking);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(first.header("idempotency-replayed"), None);
    let other = client.post("/v1/bookings", &pay(&reservation, "tok_visa", "other"));
    assert_eq!(other.problem(409), "already-booked");
    let reused = client.post("/v1/bookings", &pay(&reservation, "tok_else", "k"));
    assert_eq!(reused.problem(422), "idempotency-key-reused");
    let path = format!(
        "/v1/bookings/{}",
        booking["booking_id"].as_str().expect("an id")
    );
    assert_eq!(
        client.get(&path).expect_json(200)["receipt"],
        booking["receipt"]
    );
    let tickets = client.get(&format!("{path}/tickets")).expect_json(200);
    assert_eq!(tickets.as_array().map(Vec::len), Some(2));
    assert_eq!(seat_status(&client, "1-1"), "booked");
    let release = client.delete(&format!("/v1/reservations/{}", id(&reservation)));
    assert_eq!(release.problem(409), "already-booked");
    assert!(office.stop());
    assert!(workshop.audit().contains("2 sold"));
}

#[test]
fn a_declined_payment_leaves_the_hold_for_another_try() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let reservation = held(&client, &["1-1"]);
    let declines = [
        ("tok_chargeDeclined", "generic_decline"),
        ("tok_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("tok_chargeDeclinedExpiredCard", "expired_card"),
    ];
    for (token, code) in declines {
        let refused = client.post("/v1/bookings", &pay(&reservation, token, token));
        assert_eq!(refused.problem(402), "payment-declined");
        assert_eq!(refused.json()["decline_code"], code);
        let again = client.post("/v1/bookings", &pay(&reservation, token, token));
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
    }
    let away = client.post(
        "/v1/bookings",
        &pay(&reservation, "tok_unavailable", "away"),
    );
    assert_eq!(away.problem(503), "payment-provider-unavailable");
    client
        .post("/v1/bookings", &pay(&reservation, "tok_visa", "paid"))
        .expect_json(201);
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn five_failed_attempts_are_enough() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let reservation = held(&client, &["1-1"]);
    for attempt in 0..5 {
        let body = pay(&reservation, "tok_chargeDeclined", &format!("k{attempt}"));
        assert_eq!(
            client.post("/v1/bookings", &body).problem(402),
            "payment-declined"
        );
    }
    let sixth = client.post("/v1/bookings", &pay(&reservation, "tok_visa", "k6"));
    assert_eq!(sixth.problem(409), "too-many-attempts");
}

#[test]
fn a_capture_that_fails_frees_the_seats_and_takes_no_money() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let reservation = held(&client, &["1-1"]);
    let refused = client.post("/v1/bookings", &pay(&reservation, "tok_capture_fails", "k"));
    assert_eq!(refused.problem(402), "payment-declined");
    held(&client, &["1-1"]);
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn a_payment_under_way_survives_a_crash() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let reservation = held(&client, &["1-1"]);
    let body = pay(&reservation, "tok_timeout", "k");
    let asking = std::thread::spawn({
        let client = client.clone();
        let body = body.clone();
        move || client.send("POST", "/v1/bookings", Some(body.as_bytes()))
    });
    let path = format!("/v1/reservations/{}", id(&reservation));
    let paying = (0..100_000).any(|_| client.get(&path).json()["status"] == "paying");
    assert!(paying, "the payment never began");
    let other = client.post("/v1/bookings", &pay(&reservation, "tok_visa", "other"));
    assert_eq!(other.problem(409), "payment-in-progress");
    assert_eq!(client.delete(&path).problem(409), "payment-in-progress");
    assert_eq!(
        client.post("/v1/bookings", &body).expect_json(202)["status"],
        "PENDING"
    );
    office.kill();
    assert!(asking.join().expect("no panic").is_err());
    let office = workshop.serve(&[]);
    let client = office.client();
    let ended = (0..1_000_000)
        .map(|_| client.get(&path))
        .find(|found| found.json()["status"] != "paying");
    let ended = ended.expect("the recovery ends it").json();
    assert!(
        ["booked", "held"].contains(&ended["status"].as_str().expect("a status")),
        "{ended}"
    );
    assert!(office.stop());
    workshop.audit();
}
