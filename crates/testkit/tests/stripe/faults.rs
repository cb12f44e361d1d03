//! What befalls calls: whether it has happened, what the client sees, and what a retry gets.

use std::time::{Duration, Instant};

use boxoffice_testkit::{Fault, Faults};

use super::{Shop, code, error};

const PATH: &str = "/v1/payment_intents";
const FORM: &str = "amount=2000&currency=eur";

/// A call that gets no answer.
fn lost(shop: &Shop) -> bool {
    let client = shop.client.with("idempotency-key", "k");
    let sent = client.send("POST", PATH, Some(FORM.as_bytes()));
    sent.is_err()
}

#[test]
fn nothing_happens_before_an_effect() {
    let shop = Shop::new();
    shop.fake.script(&[
        Fault::Refused,
        Fault::ErrorBefore,
        Fault::TooMany,
        Fault::Conflict,
    ]);
    assert!(lost(&shop));
    error(&shop.post_as("k", PATH, FORM), 500);
    assert_eq!(code(&shop.post_as("k", PATH, FORM), 429), "rate_limit");
    assert_eq!(code(&shop.post_as("k", PATH, FORM), 409), "lock_timeout");
    assert!(shop.fake.intents().is_empty() && shop.fake.events().is_empty());
    let done = shop.post_as("k", PATH, FORM);
    assert_eq!(done.header("idempotent-replayed"), None);
    assert_eq!(shop.fake.intents().len(), 1);
    let seen: Vec<u16> = shop.fake.calls().iter().map(|call| call.status).collect();
    assert_eq!(seen, [0, 500, 429, 409, 200]);
}

#[test]
fn a_saved_error_comes_again_though_it_has_happened() {
    let shop = Shop::new();
    shop.fake.script(&[Fault::ErrorAfterSaved]);
    for _ in 0..2 {
        error(&shop.post_as("k", PATH, FORM), 500);
        assert_eq!(shop.fake.intents().len(), 1);
    }
    shop.post_as("another", PATH, FORM).expect_json(200);
    assert_eq!(shop.fake.intents().len(), 2);
}

#[test]
fn a_lost_error_is_mended_by_a_retry() {
    let shop = Shop::new();
    shop.fake.script(&[Fault::ErrorAfterLost]);
    error(&shop.post_as("k", PATH, FORM), 500);
    assert_eq!(shop.fake.intents().len(), 1);
    let retried = shop.post_as("k", PATH, FORM);
    assert_eq!(retried.header("idempotent-replayed"), Some("true"));
    retried.expect_json(200);
    assert_eq!(shop.fake.intents().len(), 1);
}

#[test]
fn a_lost_answer_is_had_by_a_retry() {
    let shop = Shop::new();
    shop.fake.script(&[Fault::LostAfter]);
    assert!(lost(&shop));
    assert_eq!(shop.fake.intents().len(), 1);
    let retried = shop.post_as("k", PATH, FORM);
    assert_eq!(retried.header("idempotent-replayed"), Some("true"));
    assert_eq!(shop.fake.intents().len(), 1);
}

#[test]
fn a_slow_call_comes_to_its_end() {
    let shop = Shop::new();
    shop.fake.script(&[Fault::Slow(Duration::from_millis(200))]);
    let begun = Instant::now();
    shop.post(PATH, FORM).expect_json(200);
    assert!(begun.elapsed() >= Duration::from_millis(200));
}

#[test]
fn a_script_strikes_the_paths_it_names() {
    let shop = Shop::new();
    shop.fake
        .script_for("capture", &[Fault::None, Fault::ErrorBefore]);
    let (one, two) = (shop.authorized(), shop.authorized());
    shop.capture(&one, "").expect_json(200);
    error(&shop.capture(&two, ""), 500);
    assert_eq!(shop.fake.unplayed(), 0);
    shop.capture(&two, "").expect_json(200);
}

#[test]
fn the_same_seed_brings_the_same_faults() {
    let statuses = || {
        let shop = Shop::new();
        shop.fake.set_faults(Faults {
            seed: Some(7),
            error_before: 300,
            too_many: 300,
            conflict: 100,
            ..Faults::default()
        });
        let calls = (0..40).map(|_| shop.client.get("/v1/balance").status);
        calls.collect::<Vec<u16>>()
    };
    let seen = statuses();
    assert_eq!(seen, statuses());
    for status in [200, 409, 429, 500] {
        assert!(seen.contains(&status), "{status} in {seen:?}");
    }
}

#[test]
fn a_persistent_client_comes_through_and_pays_once() {
    let shop = Shop::new();
    shop.fake.set_faults(Faults {
        refused: 150,
        error_before: 150,
        too_many: 100,
        error_after_lost: 150,
        lost_after: 150,
        conflict: 100,
        ..Faults::default()
    });
    let form = "amount=2000&currency=eur&confirm=true&payment_method=pm_card_visa\
                &metadata[boxoffice_attempt]=a1";
    let client = shop.client.with("idempotency-key", "k");
    let send = || client.send("POST", PATH, Some(form.as_bytes()));
    let mut tries = 0;
    while !send().is_ok_and(|answer| answer.status == 200) {
        tries += 1;
        assert!(tries < 1000, "it never comes through");
    }
    shop.fake.set_faults(Faults::default());
    let money = &shop.fake.money()["a1"];
    assert_eq!((money.captured, money.captures), (2000, 1));
}
