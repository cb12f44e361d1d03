//! Who may see an order: its session, and whoever has its signed link. Whoever has its id alone may know
//! how it stands, and no more.

use boxoffice_testkit::Client;
use serde_json::{Value, json};

use crate::house::{held, pay, workshop};
use crate::stripe_shop::{path, until};

const PUBLIC: &str = "http://tickets.example";

/// Books seats in the name of a session.
fn booked(owner: &Client, seat: &str) -> Value {
    let reservation = held(owner, &[seat]);
    let paid = owner.post("/v1/bookings", &pay(&reservation, "tok_visa", seat));
    paid.expect_json(201)
}

/// The signature in the link of an order.
fn signature(booking: &Value) -> &str {
    let url = booking["order_url"].as_str().expect("a link");
    let id = booking["booking_id"].as_str().expect("an id");
    let begin = format!("{PUBLIC}/orders/{id}?signature=");
    url.strip_prefix(&begin).expect("the link of this order")
}

#[test]
fn the_signed_link_opens_the_order_and_its_tickets() {
    let workshop = workshop();
    let office = workshop.serve(&["--public-url", "http://tickets.example/"]);
    let (owner, friend) = (office.client().with_session(), office.client());
    let booking = booked(&owner, "1-1");
    let (order, signature) = (path(&booking), signature(&booking));
    assert_eq!(owner.get(&order).expect_json(200), booking);
    for stranger in [&friend, &office.client().with_session()] {
        let bare = stranger.get(&order);
        assert_eq!(bare.problem(404), "booking-not-found", "an id is no right");
        let opened = stranger.get(&format!("{order}?signature={signature}"));
        let opened = opened.expect_json(200);
        assert_eq!(opened["seats"], booking["seats"]);
        assert_eq!(opened.get("order_url"), None, "told to the owner alone");
        let tickets = opened["tickets_url"].as_str().expect("an address");
        let theirs = stranger.get(tickets).expect_json(200);
        let ours = owner.get(&format!("{order}/tickets")).expect_json(200);
        assert_eq!(theirs, ours);
    }
    // What the link opens is this order, to be looked at.
    let reservation = booking["reservation_id"].as_str().expect("an id");
    let reservation = friend.get(&format!(
        "/v1/reservations/{reservation}?signature={signature}"
    ));
    assert_eq!(reservation.problem(404), "reservation-not-found");
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn a_wrong_signature_is_no_right_and_harms_nobody() {
    let workshop = workshop();
    let office = workshop.serve(&["--public-url", PUBLIC]);
    let (owner, friend) = (office.client().with_session(), office.client());
    let (one, other) = (booked(&owner, "1-1"), booked(&owner, "1-2"));
    let good = signature(&one);
    let last = if good.ends_with('A') { "E" } else { "A" };
    let forged = format!("{}{last}", &good[..good.len() - 1]);
    let long = "A".repeat(5_000);
    for wrong in [
        "",
        "x",
        "%00",
        "%ff",
        signature(&other),
        &forged,
        &good[1..],
        &long,
    ] {
        for part in ["", "/tickets"] {
            let asked = format!("{}{part}?signature={wrong}", path(&one));
            assert_eq!(
                friend.get(&asked).problem(404),
                "booking-not-found",
                "{wrong}"
            );
            assert_eq!(owner.get(&asked).status, 200, "{wrong}");
        }
    }
    let forged = friend.with("authorization", "Bearer forged");
    let asked = format!("{}?signature={good}", path(&one));
    assert_eq!(forged.get(&asked).problem(401), "unauthenticated");
}

#[test]
fn whoever_has_an_orders_id_may_know_how_it_stands_and_no_more() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let (owner, other_browser) = (office.client().with_session(), office.client());
    let status = |booking: &Value| {
        let answer = other_browser.get(&format!("{}/status", path(booking)));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        answer.expect_json(200)
    };
    assert_eq!(
        status(&booked(&owner, "1-1")),
        json!({"status": "CONFIRMED"})
    );
    let reservation = held(&owner, &["1-2"]);
    let asked = owner.post("/v1/bookings", &pay(&reservation, "checkout", "k"));
    let asked = asked.expect_json(202);
    assert_eq!(status(&asked), json!({"status": "REQUIRES_ACTION"}));
    let page = format!("{}/test-payment", path(&asked));
    for wrong in ["", "{}", r#"{"answer":"perhaps"}"#, r#"{"answer":1}"#] {
        assert_eq!(
            other_browser.post(&page, wrong).problem(400),
            "invalid-request"
        );
    }
    let declined = other_browser.post(&page, r#"{"answer":"decline"}"#);
    assert_eq!(declined.status, 204);
    until(&owner, &asked, "DECLINED");
    let expected = json!({"status": "DECLINED", "decline_code": "generic_decline"});
    assert_eq!(status(&asked), expected);
    let late = other_browser.post(&page, r#"{"answer":"pay"}"#);
    assert_eq!(late.problem(404), "not-found", "the page is closed");
    for part in ["status", "test-payment"] {
        let nonsense = format!("/v1/bookings/bkg_nonsense/{part}");
        let answer = match part {
            "status" => other_browser.get(&nonsense),
            _ => other_browser.post(&nonsense, r#"{"answer":"pay"}"#),
        };
        assert_eq!(answer.problem(404), "booking-not-found");
    }
    assert!(office.stop());
    workshop.audit();
}
