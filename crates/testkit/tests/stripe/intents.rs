//! Payment intents: what comes of each payment method, and what can be done where.

use std::time::Duration;

use boxoffice_testkit::Money;

use super::{Shop, code, error, id};

#[test]
fn a_card_is_authorized_and_captured() {
    let shop = Shop::new();
    let intent = shop.authorized();
    assert!(!shop.fake.settled());
    assert_eq!(shop.fake.money()["a1"].authorized, 2000);
    let captured = shop.capture(&intent, "").expect_json(200);
    assert_eq!(captured["status"], "succeeded");
    assert_eq!(captured["amount_received"], 2000);
    let money = Money {
        captured: 2000,
        captures: 1,
        currency: "eur".into(),
        ..Money::default()
    };
    assert_eq!(shop.fake.money()["a1"], money);
    assert!(shop.fake.settled());
    let told = [
        "payment_intent.amount_capturable_updated",
        "payment_intent.succeeded",
    ];
    assert_eq!(shop.told(), told);
    let again = shop.capture(&intent, "");
    assert_eq!(code(&again, 400), "payment_intent_unexpected_state");
}

#[test]
fn automatic_capture_takes_the_money_at_once() {
    let shop = Shop::new();
    let intent = shop.intent("automatic");
    let confirmed = shop.confirm(&intent, "pm_card_visa").expect_json(200);
    assert_eq!(confirmed["status"], "succeeded");
    let form = "amount=500&currency=eur&confirm=true&payment_method=pm_card_mastercard";
    let at_once = shop.post("/v1/payment_intents", form).expect_json(200);
    assert_eq!(at_once["status"], "succeeded");
    assert_eq!(shop.fake.captured_total(), 2500);
}

#[test]
fn a_part_is_captured_and_the_rest_given_free() {
    let shop = Shop::new();
    let intent = shop.authorized();
    let too_much = shop.capture(&intent, "amount_to_capture=2001");
    assert_eq!(code(&too_much, 400), "amount_too_large");
    let part = shop
        .capture(&intent, "amount_to_capture=1500")
        .expect_json(200);
    assert_eq!(part["amount_received"], 1500);
    assert_eq!(part["amount_capturable"], 0);
}

#[test]
fn a_declined_card_says_why_and_another_may_follow() {
    let shop = Shop::new();
    let cards = [
        (
            "pm_card_visa_chargeDeclined",
            "card_declined",
            "generic_decline",
        ),
        (
            "pm_card_chargeDeclinedInsufficientFunds",
            "card_declined",
            "insufficient_funds",
        ),
        (
            "pm_card_chargeDeclinedExpiredCard",
            "expired_card",
            "expired_card",
        ),
    ];
    let intent = shop.intent("manual");
    for (method, code, decline_code) in cards {
        let error = error(&shop.confirm(&intent, method), 402);
        assert_eq!(error["type"], "card_error");
        assert_eq!(error["code"], code);
        assert_eq!(error["decline_code"], decline_code);
        let left = &error["payment_intent"];
        assert_eq!(left["status"], "requires_payment_method");
        assert_eq!(left["last_payment_error"]["code"], code);
    }
    assert_eq!(shop.told(), ["payment_intent.payment_failed"; 3]);
    shop.confirm(&intent, "pm_card_visa").expect_json(200);
}

#[test]
fn a_missing_method_changes_nothing() {
    let shop = Shop::new();
    let intent = shop.intent("manual");
    let answer = shop.confirm(&intent, "pm_missing");
    assert_eq!(code(&answer, 400), "resource_missing");
    assert_eq!(shop.status(&intent), "requires_payment_method");
}

#[test]
fn a_buyer_is_asked_whether_it_is_them() {
    let shop = Shop::new();
    let intent = shop.intent("manual");
    let method = "pm_card_authenticationRequired";
    let asked = shop.confirm(&intent, method).expect_json(200);
    assert_eq!(asked["status"], "requires_action");
    assert_eq!(asked["next_action"]["type"], "redirect_to_url");
    shop.fake.authenticate(&intent, false).unwrap();
    let failed = shop.get(&format!("/v1/payment_intents/{intent}"));
    assert_eq!(failed["status"], "requires_payment_method");
    let code = &failed["last_payment_error"]["code"];
    assert_eq!(code, "payment_intent_authentication_failure");
    shop.fake.authenticate(&intent, true).unwrap_err();
    shop.confirm(&intent, method).expect_json(200);
    shop.fake.authenticate(&intent, true).unwrap();
    assert_eq!(shop.status(&intent), "requires_capture");
}

#[test]
fn a_browser_comes_back_from_the_bank() {
    let shop = Shop::new();
    for (button, outcome) in [("pay", "succeeded"), ("decline", "failed")] {
        let intent = shop.intent("manual");
        shop.confirm(&intent, "pm_card_authenticationRequired");
        let browser = boxoffice_testkit::Client::new(shop.fake.address());
        let page = browser.get(&format!("/3ds/{intent}")).expect_text(200);
        let path = format!("/3ds/{intent}/{button}");
        assert!(page.contains(&format!("action=\"{path}\"")), "{page}");
        let back = browser.post(&path, "");
        assert_eq!(back.status, 303);
        let location = back.header("location").unwrap();
        let begin = format!("https://shop.test/back?payment_intent={intent}&");
        assert!(location.starts_with(&begin), "{location}");
        assert!(location.ends_with(&format!("&redirect_status={outcome}")));
        assert_eq!(browser.post(&path, "").status, 410);
    }
}

#[test]
fn a_bank_redirect_waits_for_no_capture() {
    let shop = Shop::new();
    let intent = shop.intent("manual");
    let asked = shop.confirm(&intent, "pm_bank_redirect").expect_json(200);
    let url = asked["next_action"]["redirect_to_url"]["url"]
        .as_str()
        .unwrap();
    assert_eq!(shop.fake.captured_total(), 0);
    shop.fake.pay_url(url).unwrap();
    assert_eq!(shop.status(&intent), "succeeded");
    assert_eq!(shop.fake.captured_total(), 2000);
}

#[test]
fn a_slow_bank_makes_up_its_mind_later() {
    let shop = Shop::new();
    for (ok, status) in [(true, "succeeded"), (false, "requires_payment_method")] {
        let intent = shop.intent("manual");
        let thinks = shop.confirm(&intent, "pm_processing").expect_json(200);
        assert_eq!(thinks["status"], "processing");
        assert_eq!(
            code(&shop.cancel(&intent), 400),
            "payment_intent_unexpected_state"
        );
        shop.fake.settle(&intent, ok).unwrap();
        assert_eq!(shop.status(&intent), status);
    }
}

#[test]
fn a_capture_may_fail_for_good() {
    let shop = Shop::new();
    let intent = shop.intent("manual");
    shop.confirm(&intent, "pm_card_capture_fails")
        .expect_json(200);
    assert_eq!(code(&shop.capture(&intent, ""), 402), "card_declined");
    assert_eq!(shop.status(&intent), "canceled");
    assert_eq!(
        code(&shop.capture(&intent, ""), 400),
        "payment_intent_unexpected_state"
    );
    assert_eq!(shop.fake.captured_total(), 0);
    assert!(shop.fake.settled());
}

#[test]
fn a_canceled_intent_stays_so() {
    let shop = Shop::new();
    let intent = shop.authorized();
    let canceled = shop.cancel(&intent).expect_json(200);
    assert_eq!(canceled["status"], "canceled");
    assert_eq!(canceled["amount_capturable"], 0);
    let unexpected = "payment_intent_unexpected_state";
    assert_eq!(
        code(&shop.confirm(&intent, "pm_card_visa"), 400),
        unexpected
    );
    assert_eq!(code(&shop.capture(&intent, ""), 400), unexpected);
    assert_eq!(code(&shop.cancel(&intent), 400), unexpected);
    let paid = shop.captured();
    assert_eq!(code(&shop.cancel(&paid), 400), unexpected);
}

#[test]
fn an_authorization_lapses_after_a_week() {
    let shop = Shop::new();
    let intent = shop.authorized();
    shop.fake.advance(Duration::from_secs(8 * 24 * 60 * 60));
    assert_eq!(shop.status(&intent), "canceled");
    assert!(shop.fake.settled());
}

#[test]
fn the_charge_is_an_id_until_it_is_expanded() {
    let shop = Shop::new();
    let prints = [
        ("pm_card_visa", "fp_visa"),
        ("pm_fp_ann", "ann"),
        ("pm_card_mastercard", "fp_card_mastercard"),
    ];
    for (method, print) in prints {
        let intent = shop.intent("manual");
        shop.confirm(&intent, method);
        let path = format!("/v1/payment_intents/{intent}");
        let charge = shop.get(&path)["latest_charge"].clone();
        let whole = shop.get(&format!("{path}?expand[]=latest_charge"));
        let whole = &whole["latest_charge"];
        assert_eq!(whole["id"], charge);
        let card = &whole["payment_method_details"]["card"];
        assert_eq!(card["fingerprint"], print);
    }
}

#[test]
fn lists_are_turned_page_by_page() {
    let shop = Shop::new();
    let made: Vec<String> = (0..3).map(|_| shop.intent("manual")).collect();
    let first = shop.get("/v1/payment_intents?limit=2&created[gte]=1");
    let ids = |page: &serde_json::Value| -> Vec<String> {
        page["data"].as_array().unwrap().iter().map(id).collect()
    };
    assert_eq!(ids(&first), [&*made[2], &*made[1]]);
    assert_eq!(first["has_more"], true);
    let path = format!("/v1/payment_intents?limit=2&starting_after={}", made[1]);
    let second = shop.get(&path);
    assert_eq!(ids(&second), [&*made[0]]);
    assert_eq!(second["has_more"], false);
    let later = shop.get("/v1/payment_intents?created[gte]=99999999999");
    assert!(ids(&later).is_empty());
}

#[test]
fn intents_are_found_by_their_metadata() {
    let shop = Shop::new();
    let intent = shop.intent("manual");
    shop.post("/v1/payment_intents", "amount=1&currency=eur")
        .expect_json(200);
    let search = |value: &str| {
        let query = format!("metadata%5B'boxoffice_attempt'%5D%3A'{value}'");
        shop.get(&format!("/v1/payment_intents/search?query={query}"))
    };
    let found = search("a1");
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    assert_eq!(found["data"][0]["id"], *intent);
    assert!(search("a2")["data"].as_array().unwrap().is_empty());
}
