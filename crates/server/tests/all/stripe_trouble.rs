//! Payments by Stripe when something goes wrong: it is away, or slow, webhooks are not its own, tokens are
//! none, cards stand where they must not.

use std::time::Duration;

use boxoffice_testkit::{Office, StripeFake, Workshop, stripe_signature};
use serde_json::json;

use crate::house::{catalogue, held, pay};
use crate::stripe_shop::{Shop, path, serve, until};

#[test]
fn a_stripe_that_is_away_at_the_start_stops_no_hold() {
    let fake = StripeFake::start();
    fake.go_away();
    let shop = Shop::with(fake, &catalogue(), &[]);
    let client = shop.client();
    let reservation = held(&client, &["1-1"]);
    let body = pay(&reservation, "pm_card_visa", "k");
    let away = client.post("/v1/bookings", &body);
    assert_eq!(away.problem(503), "payment-provider-unavailable");
    held(&client, &["1-2"]);
    shop.fake.come_back();
    client.post("/v1/bookings", &body).expect_json(201);
    shop.close();
}

#[test]
fn a_wrong_key_pays_nothing_and_stops_no_hold() {
    let fake = StripeFake::start();
    let workshop = Workshop::new(env!("CARGO_BIN_EXE_boxoffice")).paying_by("stripe");
    workshop.import(&catalogue());
    let base = fake.base();
    let mut server = workshop.server(&["--stripe-api-base", &base]);
    server.env("BOXOFFICE_STRIPE_KEY", "sk_test_wrong");
    let office = Office::start(&mut server).expect("it serves");
    let client = office.client();
    let reservation = held(&client, &["1-1"]);
    let refused = client.post("/v1/bookings", &pay(&reservation, "pm_card_visa", "k"));
    assert_eq!(refused.problem(503), "payment-provider-unavailable");
    assert!(office.stop());
}

#[test]
fn stripe_without_a_key_is_wrong_usage() {
    let workshop = Workshop::new(env!("CARGO_BIN_EXE_boxoffice")).paying_by("stripe");
    let mut server = workshop.server(&[]);
    server.env_remove("BOXOFFICE_STRIPE_KEY");
    let ended = server.output().expect("it runs");
    assert_eq!(ended.status.code(), Some(2));
}

#[test]
fn a_webhook_that_is_not_stripes_is_refused_and_counted() {
    let shop = Shop::without_webhooks(&[]);
    let client = shop.client();
    let event = json!({"id": "evt_1", "object": "event", "type": "invoice.paid", "created": 1,
        "livemode": false, "data": {"object": {"id": "in_1", "object": "invoice"}}})
    .to_string();
    let now = seconds();
    let secret = shop.fake.webhook_secret();
    let send = |signature: &str| {
        client
            .with("stripe-signature", signature)
            .post("/v1/webhooks/payments", &event)
            .status
    };
    assert_eq!(client.post("/v1/webhooks/payments", &event).status, 400);
    let good = stripe_signature(secret, now, event.as_bytes());
    assert_eq!(send(&good), 200, "an unknown kind is taken and ignored");
    assert_eq!(send(&good.replace("v1=", "v1=0")), 400);
    assert_eq!(
        send(&stripe_signature("whsec_other", now, event.as_bytes())),
        400
    );
    assert_eq!(
        send(&stripe_signature(secret, now - 600, event.as_bytes())),
        400
    );
    let metrics = client.get("/metrics").expect_text(200);
    let refused = r#"payment_webhooks_total{result="refused"} 4"#;
    assert!(metrics.contains(refused), "{metrics}");
}

fn seconds() -> u64 {
    let since = std::time::UNIX_EPOCH.elapsed();
    since.expect("it is past 1970").as_secs()
}

#[test]
fn tokens_of_another_shape_and_absurd_keys_are_refused() {
    let shop = Shop::without_webhooks(&[]);
    let client = shop.client();
    let reservation = held(&client, &["1-1"]);
    let long = "k".repeat(256);
    for (token, key) in [
        ("tok_visa", "k"),
        ("pm_", "k"),
        ("pm_a b", "k"),
        ("", "k"),
        ("pm_card_visa", ""),
        ("pm_card_visa", "a key"),
        ("pm_card_visa", "schlüssel"),
        ("pm_card_visa", &long),
        ("4242424242424242", "k"),
    ] {
        let refused = client.post("/v1/bookings", &pay(&reservation, token, key));
        assert_eq!(refused.problem(400), "invalid-request", "{token} {key}");
        assert!(!refused.text().contains("4242424242424242"));
    }
    let posts = shop.fake.calls();
    assert!(!posts.iter().any(|call| call.method == "POST"), "{posts:?}");
    shop.close();
}

#[test]
fn a_card_number_is_refused_wherever_it_stands_and_kept_nowhere() {
    let workshop = Workshop::new(env!("CARGO_BIN_EXE_boxoffice")).paying_by("stripe");
    workshop.import(&catalogue());
    let fake = StripeFake::start();
    let log = workshop.path("log");
    let base = fake.base();
    let mut server = workshop.server(&["--stripe-api-base", &base]);
    server
        .env("BOXOFFICE_STRIPE_KEY", fake.key())
        .env("RUST_LOG", "trace")
        .stderr(std::fs::File::create(&log).expect("a file"));
    let office = Office::start(&mut server).expect("it serves");
    let client = office.client();
    let reservation = held(&client, &["1-1"]);
    let whole: serde_json::Value =
        serde_json::from_str(&pay(&reservation, "pm_card_visa", "k")).expect("JSON");
    for (field, value) in [
        ("name", json!("4242 4242 4242 4242")),
        ("card", json!({"number": "4242424242424242", "cvc": "123"})),
        ("attendees", json!([{"note": "5555-5555-5555-4444"}])),
        ("number", json!(4_242_424_242_424_242_u64)),
    ] {
        let mut body = whole.clone();
        body[field] = value;
        let refused = client.post("/v1/bookings", &body.to_string());
        assert_eq!(refused.problem(400), "invalid-request", "{field}");
        assert!(!refused.text().contains("4242"), "{}", refused.text());
    }
    let paid = client.post("/v1/bookings", &whole.to_string());
    paid.expect_json(201);
    assert!(office.stop());
    let mut kept = std::fs::read(&log).expect("a log");
    kept.extend(std::fs::read(workshop.path("store.sqlite3")).expect("a store"));
    let kept = String::from_utf8_lossy(&kept);
    for secret in ["4242424242424242", "4242 4242", "5555-5555", "sk_test_fake"] {
        assert!(!kept.contains(secret), "{secret}");
    }
    assert!(!kept.contains("pm_card_visa"), "a token was kept");
}

#[test]
fn a_slow_stripe_is_pending_and_then_confirmed() {
    let shop = Shop::open(&[]);
    let client = shop.client();
    let reservation = held(&client, &["1-1"]);
    let slow = boxoffice_testkit::Fault::Slow(Duration::from_secs(12));
    shop.fake.script_for("confirm", &[slow]);
    let body = pay(&reservation, "pm_card_visa", "k");
    let pending = client.post("/v1/bookings", &body).expect_json(202);
    assert_eq!(pending["status"], "PENDING");
    until(&client, &pending, "CONFIRMED");
    let again = client.post("/v1/bookings", &body);
    assert_eq!(again.expect_json(201)["status"], "CONFIRMED");
    let fake = shop.close();
    assert_eq!(fake.captured_total(), 5_000);
}

#[test]
fn a_capture_that_failed_for_good_is_seen_though_its_answer_was_not() {
    let shop = Shop::open(&[]);
    let client = shop.client();
    let kept = boxoffice_testkit::Fault::ErrorAfterSaved;
    shop.fake.script_for("capture", &[kept]);
    let reservation = held(&client, &["1-1"]);
    let body = pay(&reservation, "pm_card_capture_fails", "k");
    let answer = client.post("/v1/bookings", &body);
    if answer.status == 202 {
        until(&client, &answer.json(), "CANCELLED");
    } else {
        assert_eq!(answer.problem(402), "payment-declined");
    }
    held(&client, &["1-1"]);
    assert_eq!(shop.close().captured_total(), 0);
}

#[test]
fn a_payment_that_died_with_its_server_is_finished_by_the_next() {
    let shop = Shop::without_webhooks(&[]);
    let client = shop.client();
    let reservation = held(&client, &["1-1"]);
    let slow = boxoffice_testkit::Fault::Slow(Duration::from_secs(3));
    shop.fake.script_for("capture", &[slow]);
    let body = pay(&reservation, "pm_card_visa", "k");
    let asking = std::thread::spawn({
        let (client, body) = (client.clone(), body.clone());
        move || client.send("POST", "/v1/bookings", Some(body.as_bytes()))
    });
    let captures = || {
        let calls = shop.fake.calls();
        calls.iter().any(|call| call.path.ends_with("/capture"))
    };
    let sold = || {
        let path = format!("/v1/reservations/{}", crate::house::id(&reservation));
        client.get(&path).json()["status"] == "booked"
    };
    while !captures() && !sold() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let Shop {
        workshop,
        fake,
        office,
    } = shop;
    office.kill();
    assert!(asking.join().expect("no panic").is_err());
    let office = serve(&workshop, &fake, &[]);
    let client = office.client();
    let booking = client.post("/v1/bookings", &body).json();
    until(&client, &booking, "CONFIRMED");
    assert_eq!(client.get(&path(&booking)).json()["status"], "CONFIRMED");
    assert!(office.stop());
    workshop.audit();
    assert_eq!(fake.captured_total(), 5_000);
}
