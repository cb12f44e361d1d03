//! Seats that are taken back, and events that are called off: by the command line, beside a server.

use boxoffice_testkit::{Client, Workshop};
use serde_json::{Value, json};

use crate::house::{catalogue, held, id, pay, seat_status, workshop};
use crate::stripe_shop::{Shop, path, until};

/// Runs `boxoffice refund`; gives what it said.
#[track_caller]
fn refund(workshop: &Workshop, words: &[&str]) -> String {
    let store = workshop.store();
    let mut args = vec!["refund", "--store", &store];
    args.extend(words);
    let output = workshop.run(&args);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}{error}");
    said
}

fn bought(client: &Client, seats: &[&str], token: &str) -> Value {
    let reservation = held(client, seats);
    let paid = client.post("/v1/bookings", &pay(&reservation, token, "k"));
    paid.expect_json(201)
}

fn booking_id(booking: &Value) -> &str {
    booking["booking_id"].as_str().expect("an id")
}

#[test]
fn one_seat_and_then_the_rest_are_paid_back() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let booking = bought(&client, &["1-1", "1-2", "1-3"], "tok_visa");
    let one = [
        "--booking",
        booking_id(&booking),
        "--seat",
        "1-2",
        "--resell",
    ];
    assert!(refund(&workshop, &one).contains("1 seats of 1 bookings"));
    let partly = client.get(&path(&booking)).expect_json(200);
    assert_eq!(partly["status"], "PARTLY_REFUNDED");
    assert_eq!(partly["refunded_seat_ids"], json!(["1-2"]));
    assert_eq!(partly["refunded"], 5_000);
    let tickets = client
        .get(&format!("{}/tickets", path(&booking)))
        .expect_json(200);
    assert_eq!(tickets.as_array().map(Vec::len), Some(2));
    assert_eq!(seat_status(&client, "1-2"), "available");
    // Again is nothing.
    assert!(refund(&workshop, &one).contains("0 seats of 0 bookings"));
    bought(&client, &["1-2"], "tok_visa");
    refund(&workshop, &["--booking", booking_id(&booking)]);
    let whole = client.get(&path(&booking)).expect_json(200);
    assert_eq!(whole["status"], "REFUNDED");
    assert_eq!(seat_status(&client, "1-1"), "blocked");
    let tickets = client.get(&format!("{}/tickets", path(&booking)));
    assert_eq!(tickets.problem(409), "booking-not-confirmed");
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn what_is_no_sale_is_not_paid_back() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let booking = bought(&client, &["1-1"], "tok_visa");
    let store = workshop.store();
    for words in [
        vec!["--booking", "bkg_nonsense"],
        vec!["--booking", booking_id(&booking), "--seat", "1-2"],
        vec!["--booking", booking_id(&booking), "--seat", "9-99"],
        vec!["--event", "nowhere"],
    ] {
        let mut args = vec!["refund", "--store", &store];
        args.extend(&words);
        let ended = workshop.run(&args);
        assert_eq!(ended.status.code(), Some(1), "{words:?}");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(!said.contains(booking_id(&booking)), "{said}");
    }
    let both = workshop.run(&[
        "refund",
        "--store",
        &store,
        "--event",
        "night",
        "--booking",
        "x",
    ]);
    assert_eq!(both.status.code(), Some(2));
    assert_eq!(client.get(&path(&booking)).json()["status"], "CONFIRMED");
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn an_event_that_is_called_off_ends_its_holds_and_pays_everybody_back() {
    let shop = Shop::open(&[]);
    let client = shop.client();
    let first = bought(&client, &["1-1", "1-2"], "pm_card_visa");
    let second = bought(&client, &["1-3"], "pm_card_visa");
    let waiting = held(&client, &["2-1"]);
    let at_bank = held(&client, &["2-2"]);
    let asked = client.post("/v1/bookings", &pay(&at_bank, "checkout", "k"));
    let asked = asked.expect_json(202);
    let mut off = catalogue();
    off["events"][0]["status"] = json!("cancelled");
    let cancel = shop.workshop.importer(&off.to_string());
    let mut cancel = cancel;
    assert!(
        cancel
            .arg("--silent")
            .output()
            .expect("it runs")
            .status
            .success()
    );
    let voided = until(&client, &asked, "VOIDED");
    assert_eq!(voided["decline_code"], "event_cancelled");
    let reservation = format!("/v1/reservations/{}", id(&waiting));
    let begun = std::time::Instant::now();
    while client.get(&reservation).json()["status"] != "released" {
        assert!(begun.elapsed().as_secs() < 10, "the hold goes on");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(
        client
            .post("/v1/bookings", &pay(&waiting, "pm_card_visa", "k"))
            .status,
        400
    );
    let said = refund(&shop.workshop, &["--event", "night"]);
    assert!(said.contains("3 seats of 2 bookings"), "{said}");
    for booking in [&first, &second] {
        until(&client, booking, "REFUNDED");
    }
    let again = refund(&shop.workshop, &["--event", "night"]);
    assert!(again.contains("0 seats of 0 bookings"), "{again}");
    let fake = shop.close();
    assert!(
        fake.money()
            .values()
            .all(|money| money.captured == money.refunded)
    );
    assert_eq!(fake.captured_total(), 15_000);
}

#[test]
fn a_refund_that_stripe_refuses_is_for_an_operator() {
    let shop = Shop::open(&[]);
    let client = shop.client();
    let booking = bought(&client, &["1-1"], "pm_card_visa");
    // Somebody has paid it back by hand.
    let intent = shop.fake.intents()[0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let body = format!("payment_intent={intent}&amount=5000");
    let by_hand = Client::new(shop.fake.address())
        .with("authorization", &format!("Bearer {}", shop.fake.key()))
        .with("stripe-version", "2025-09-30.clover")
        .with("content-type", "application/x-www-form-urlencoded");
    by_hand.post("/v1/refunds", &body).expect_json(200);
    let store = shop.workshop.store();
    let words = [
        "refund",
        "--store",
        &store,
        "--booking",
        booking_id(&booking),
        "--wait",
        "3s",
    ];
    let ended = shop.workshop.run(&words);
    assert_eq!(ended.status.code(), Some(1));
    let stuck = shop
        .workshop
        .run(&["payments", "--store", &store, "--stuck"]);
    assert_eq!(stuck.status.code(), Some(1));
    let said = String::from_utf8_lossy(&stuck.stdout).into_owned();
    assert!(said.contains("charge_already_refunded"), "{said}");
    assert!(!said.contains(booking_id(&booking)), "{said}");
    let metrics = || client.get("/metrics").expect_text(200);
    let begun = std::time::Instant::now();
    while !metrics().contains("payments_stuck 1") {
        assert!(begun.elapsed().as_secs() < 15, "{}", metrics());
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let retried = shop
        .workshop
        .run(&["payments", "--store", &store, "--retry"]);
    assert!(retried.status.success());
}

#[test]
fn bookings_are_compared_with_what_stripe_took() {
    let shop = Shop::open(&[]);
    let client = shop.client();
    let kept = bought(&client, &["1-1", "1-2"], "pm_card_visa");
    let returned = bought(&client, &["1-3"], "pm_card_visa");
    refund(&shop.workshop, &["--booking", booking_id(&returned)]);
    until(&client, &kept, "CONFIRMED");
    let report = |more: u64| {
        let mut csv = "attempt,currency,taken,refunded\n".to_owned();
        for (attempt, money) in shop.fake.money() {
            let taken = money.captured + more;
            csv += &format!("{attempt},EUR,{taken},{}\n", money.refunded);
        }
        let file = shop.workshop.path("report.csv");
        std::fs::write(&file, csv).expect("a file");
        let (store, file) = (shop.workshop.store(), file.display().to_string());
        shop.workshop
            .run(&["reconcile", "--store", &store, "--provider-report", &file])
    };
    let agrees = report(0);
    let said = String::from_utf8_lossy(&agrees.stdout).into_owned();
    assert!(agrees.status.success(), "{said}");
    let differs = report(1);
    assert_eq!(differs.status.code(), Some(1));
    let said = String::from_utf8_lossy(&differs.stdout).into_owned();
    assert_eq!(said.matches("DIFFERENCE").count(), 2, "{said}");
    assert!(!said.contains(booking_id(&kept)), "{said}");
    shop.close();
}
