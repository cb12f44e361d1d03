//! Idempotency keys: the first answer counts, for a day.

use std::time::Duration;

use boxoffice_testkit::Fault;

use super::{Shop, code, error, id};

const PATH: &str = "/v1/payment_intents";
const FORM: &str = "amount=2000&currency=eur";

#[test]
fn the_same_key_gets_the_same_answer() {
    let shop = Shop::new();
    let first = shop.post_as("k", PATH, FORM);
    assert_eq!(first.header("idempotent-replayed"), None);
    let second = shop.post_as("k", PATH, FORM);
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
    assert_eq!(first.body, second.body);
    assert_eq!(shop.fake.intents().len(), 1);
}

#[test]
fn the_first_answer_stays_when_the_world_goes_on() {
    let shop = Shop::new();
    let intent = shop.intent("manual");
    let path = format!("{PATH}/{intent}/confirm");
    let form = "payment_method=pm_card_visa";
    shop.post_as("k", &path, form).expect_json(200);
    shop.cancel(&intent).expect_json(200);
    let replayed = shop.post_as("k", &path, form).expect_json(200);
    assert_eq!(replayed["status"], "requires_capture");
}

#[test]
fn a_decline_is_kept_but_not_a_mistake() {
    let shop = Shop::new();
    let declined = "amount=1&currency=eur&confirm=true&payment_method=pm_card_visa_chargeDeclined";
    for _ in 0..2 {
        error(&shop.post_as("declined", PATH, declined), 402);
    }
    assert_eq!(shop.fake.intents().len(), 1);
    error(&shop.post_as("mistake", PATH, "amount=1"), 400);
    shop.post_as("mistake", PATH, FORM).expect_json(200);
}

#[test]
fn another_request_with_the_same_key_is_refused() {
    let shop = Shop::new();
    let intent = id(&shop.post_as("k", PATH, FORM).expect_json(200));
    let other = shop.post_as("k", PATH, "amount=2001&currency=eur");
    assert_eq!(error(&other, 400)["type"], "idempotency_error");
    let elsewhere = shop.post_as("k", &format!("{PATH}/{intent}/cancel"), FORM);
    assert_eq!(error(&elsewhere, 400)["type"], "idempotency_error");
}

#[test]
fn a_key_in_use_is_a_conflict() {
    let shop = Shop::new();
    shop.fake
        .script(&[Fault::Slow(Duration::from_millis(1500))]);
    std::thread::scope(|threads| {
        let first = threads.spawn(|| shop.post_as("k", PATH, FORM));
        while shop.fake.unplayed() > 0 {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(100));
        let second = shop.post_as("k", PATH, FORM);
        assert_eq!(code(&second, 409), "idempotency_key_in_use");
        let first = first.join().unwrap();
        assert_eq!(first.status, 200);
        assert_eq!(shop.post_as("k", PATH, FORM).body, first.body);
    });
    assert_eq!(shop.fake.intents().len(), 1);
}

#[test]
fn a_key_is_forgotten_after_a_day() {
    let shop = Shop::new();
    let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
    shop.post_as("k", PATH, FORM).expect_json(200);
    shop.fake.advance(hours(23));
    shop.post_as("k", PATH, FORM).expect_json(200);
    assert_eq!(shop.fake.intents().len(), 1);
    shop.fake.advance(hours(2));
    shop.post_as("k", PATH, FORM).expect_json(200);
    assert_eq!(shop.fake.intents().len(), 2);
}
