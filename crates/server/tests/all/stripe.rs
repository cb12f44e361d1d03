//! Payments by Stripe when nothing goes wrong there: cards, 3-D Secure, its own page, and what is paid
//! back.

use std::time::Duration;

use serde_json::json;

use crate::house::{catalogue, held, id, pay, seat_status};
use crate::stripe_shop::{Shop, path, redirect_url, until};

#[test]
fn a_card_is_authorised_booked_and_captured() {
    let shop = Shop::open(&[]);
    let client = shop.client();
    let reservation = held(&client, &["1-1", "1-2"]);
    let body = pay(&reservation, "pm_card_visa", "k");
    let booking = client.post("/v1/bookings", &body).expect_json(201);
    assert_eq!(booking["status"], "CONFIRMED");
    let again = client.post("/v1/bookings", &body);
    assert_eq!(again.expect_json(201)["booking_id"], booking["booking_id"]);
    let fake = shop.close();
    let money: Vec<_> = fake.money().into_values().collect();
    assert_eq!(money.len(), 1);
    assert_eq!((money[0].captured, money[0].captures), (10_000, 1));
    assert_eq!(money[0].currency.to_uppercase(), "EUR");
    for call in fake.calls().iter().filter(|call| call.method == "POST") {
        assert!(call.idempotency_key.is_some(), "{}", call.path);
    }
}

#[test]
fn a_declined_card_leaves_the_hold_for_another() {
    let shop = Shop::open(&[]);
    let client = shop.client();
    let reservation = held(&client, &["1-1"]);
    for (token, code) in [
        ("pm_card_visa_chargeDeclined", "generic_decline"),
        (
            "pm_card_chargeDeclinedInsufficientFunds",
            "insufficient_funds",
        ),
        ("pm_missing", "resource_missing"),
    ] {
        let declined = client.post("/v1/bookings", &pay(&reservation, token, token));
        assert_eq!(declined.problem(402), "payment-declined", "{token}");
        assert_eq!(declined.json()["decline_code"], code);
    }
    let paid = client.post("/v1/bookings", &pay(&reservation, "pm_card_visa", "k"));
    paid.expect_json(201);
    shop.close();
}

#[test]
fn a_capture_that_fails_frees_the_seats() {
    let shop = Shop::open(&[]);
    let client = shop.client();
    let reservation = held(&client, &["1-1"]);
    let refused = client.post(
        "/v1/bookings",
        &pay(&reservation, "pm_card_capture_fails", "k"),
    );
    assert_eq!(refused.problem(402), "payment-declined");
    held(&client, &["1-1"]);
    assert_eq!(shop.close().captured_total(), 0);
}

#[test]
fn three_d_secure_sends_the_payer_to_the_bank_and_back() {
    // Without webhooks: the bank is asked again at least every five seconds.
    let shop = Shop::without_webhooks(&["--public-url", "http://tickets.example"]);
    let client = shop.client();
    let reservation = held(&client, &["1-1"]);
    let body = pay(&reservation, "pm_card_authenticationRequired", "k");
    let asked = client.post("/v1/bookings", &body).expect_json(202);
    assert_eq!(asked["status"], "REQUIRES_ACTION");
    let again = client.post("/v1/bookings", &body).expect_json(202);
    assert_eq!(redirect_url(&again), redirect_url(&asked));
    let confirm = shop.fake.calls();
    let confirm = confirm.iter().find(|call| call.path.ends_with("/confirm"));
    let back = confirm.expect("it was confirmed").params["return_url"].clone();
    let id = asked["booking_id"].as_str().expect("an id");
    assert_eq!(back, format!("http://tickets.example/orders/{id}"));
    shop.fake
        .pay_url(redirect_url(&asked))
        .expect("the payer says yes");
    let booked = until(&client, &asked, "CONFIRMED");
    assert!(booked["next_action"].is_null());
    shop.close();
}

#[test]
fn who_fails_at_the_bank_is_declined_and_may_try_again() {
    let shop = Shop::open(&[]);
    let client = shop.client();
    let reservation = held(&client, &["1-1"]);
    let body = pay(&reservation, "pm_card_authenticationRequired", "k");
    let asked = client.post("/v1/bookings", &body).expect_json(202);
    let intent = shop.fake.intents()[0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    shop.fake
        .authenticate(&intent, false)
        .expect("the payer says no");
    until(&client, &asked, "DECLINED");
    let paid = client.post("/v1/bookings", &pay(&reservation, "pm_card_visa", "k2"));
    paid.expect_json(201);
    shop.close();
}

#[test]
fn a_bank_redirect_is_taken_at_once_and_booked() {
    let shop = Shop::open(&[]);
    let client = shop.client();
    let reservation = held(&client, &["1-1"]);
    let asked = client.post("/v1/bookings", &pay(&reservation, "pm_bank_redirect", "k"));
    let asked = asked.expect_json(202);
    shop.fake
        .pay_url(redirect_url(&asked))
        .expect("the payer says yes");
    until(&client, &asked, "CONFIRMED");
    assert_eq!(shop.close().captured_total(), 5_000);
}

#[test]
fn stripes_own_page_takes_the_money() {
    let shop = Shop::open(&[]);
    let client = shop.client();
    let reservation = held(&client, &["1-1", "1-2"]);
    let asked = client.post("/v1/bookings", &pay(&reservation, "checkout", "k"));
    let asked = asked.expect_json(202);
    assert_eq!(asked["status"], "REQUIRES_ACTION");
    let held = client.get(&format!("/v1/reservations/{}", id(&reservation)));
    assert_eq!(held.json()["status"], "paying");
    shop.fake
        .pay_url(redirect_url(&asked))
        .expect("the payer pays");
    until(&client, &asked, "CONFIRMED");
    assert_eq!(shop.close().captured_total(), 10_000);
}

#[test]
fn a_page_that_nobody_pays_at_is_closed_before_the_seats_are_free() {
    let shop = Shop::open(&["--redirect-limit", "4s", "--hold", "2s"]);
    let client = shop.client();
    let reservation = held(&client, &["1-1"]);
    let asked = client.post("/v1/bookings", &pay(&reservation, "checkout", "k"));
    let asked = asked.expect_json(202);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(
        seat_status(&client, "1-1"),
        "held",
        "it waits for its payer"
    );
    until(&client, &asked, "VOIDED");
    let late = shop.fake.pay_url(redirect_url(&asked));
    assert!(late.is_err(), "the page is closed");
    held(&client, &["1-1"]);
    shop.close();
}

#[test]
fn money_that_comes_late_books_the_same_seats_if_they_are_free() {
    let shop = Shop::open(&["--payment-limit", "2s"]);
    let client = shop.client();
    let kept = held(&client, &["1-1"]);
    let body = pay(&kept, "pm_processing", "k");
    let pending = client.post("/v1/bookings", &body).json();
    until(&client, &pending, "VOIDED");
    settle(&shop);
    until(&client, &pending, "CONFIRMED");
    assert_eq!(seat_status(&client, "1-1"), "booked");
    assert_eq!(shop.close().captured_total(), 5_000);
}

#[test]
fn money_that_comes_late_for_seats_of_others_goes_back() {
    let shop = Shop::open(&["--payment-limit", "2s", "--hold", "2s"]);
    let client = shop.client();
    let lost = held(&client, &["1-1"]);
    let pending = client.post("/v1/bookings", &pay(&lost, "pm_processing", "k"));
    let pending = pending.json();
    until(&client, &pending, "VOIDED");
    let taken = held(&client, &["1-1"]);
    let paid = client.post("/v1/bookings", &pay(&taken, "pm_card_visa", "k"));
    paid.expect_json(201);
    settle(&shop);
    let fake = shop.fake.clone();
    let back = || {
        fake.money()
            .into_values()
            .any(|money| money.refunded == 5_000)
    };
    let begun = std::time::Instant::now();
    while !back() {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{:?}",
            fake.money()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(client.get(&path(&pending)).json()["status"], "VOIDED");
    shop.close();
}

/// The bank has thought about it, and says yes.
fn settle(shop: &Shop) {
    let processing = shop.fake.intents();
    let processing = processing
        .iter()
        .find(|intent| intent["status"] == "processing")
        .expect("a payment that the bank thinks about");
    let id = processing["id"].as_str().expect("an id");
    shop.fake.settle(id, true).expect("it was processing");
}

#[test]
fn a_card_has_no_more_seats_than_one_buyer_may_have() {
    let mut limited = catalogue();
    limited["events"][0]["limits"] = json!({"max_seats_per_buyer": 2});
    let shop = Shop::with(boxoffice_testkit::StripeFake::start(), &limited, &[]);
    let (ann, ben, cat) = (
        shop.client().with_session(),
        shop.client().with_session(),
        shop.client().with_session(),
    );
    let body = |reservation, token, email: &str| {
        let mut body: serde_json::Value =
            serde_json::from_str(&pay(reservation, token, "k")).expect("JSON");
        body["email"] = email.into();
        body.to_string()
    };
    let first = held(&ann, &["1-1", "1-2"]);
    let paid = ann.post(
        "/v1/bookings",
        &body(&first, "pm_fp_gold", "ann@example.org"),
    );
    paid.expect_json(201);
    // Another session, another spelling of the address.
    let second = held(&ben, &["1-3"]);
    let refused = ben.post(
        "/v1/bookings",
        &body(&second, "pm_card_visa", "Ann+2@Example.org"),
    );
    assert_eq!(refused.problem(403), "buyer-limit-reached");
    assert_eq!(
        (&refused.json()["limit"], &refused.json()["have"]),
        (&json!(2), &json!(2))
    );
    // Another session and address, the same card.
    let third = held(&cat, &["1-4"]);
    let declined = cat.post(
        "/v1/bookings",
        &body(&third, "pm_fp_gold", "cat@example.org"),
    );
    assert_eq!(declined.problem(402), "payment-declined");
    assert_eq!(declined.json()["decline_code"], "buyer_limit_reached");
    assert_eq!(shop.close().captured_total(), 10_000);
}
