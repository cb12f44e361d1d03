//! Checkout sessions: made, paid, left, expired.

use std::time::Duration;

use boxoffice_testkit::Client;
use serde_json::Value;

use super::{Shop, code, id};

/// A session of two seats; `more` is added to the form.
fn session(shop: &Shop, more: &str) -> Value {
    shop.post("/v1/checkout/sessions", &form(more))
        .expect_json(200)
}

fn form(more: &str) -> String {
    format!(
        "mode=payment&line_items[0][price_data][currency]=eur\
         &line_items[0][price_data][unit_amount]=1000\
         &line_items[0][price_data][product_data][name]=Seat\
         &line_items[0][quantity]=2\
         &success_url=https://shop.test/done?session={{CHECKOUT_SESSION_ID}}\
         &cancel_url=https://shop.test/left&metadata[order]=o1\
         &payment_intent_data[metadata][boxoffice_attempt]=a1{more}"
    )
}

const MANUAL: &str = "&payment_intent_data[capture_method]=manual";

fn get(shop: &Shop, session: &Value, more: &str) -> Value {
    shop.get(&format!("/v1/checkout/sessions/{}{more}", id(session)))
}

/// What the fake's clock shows, as its objects say.
fn now(shop: &Shop) -> u64 {
    session(shop, "")["created"].as_u64().unwrap()
}

#[test]
fn a_paid_session_is_complete() {
    let shop = Shop::new();
    let made = session(&shop, "");
    assert_eq!(made["status"], "open");
    assert_eq!(made["payment_status"], "unpaid");
    assert_eq!(made["payment_intent"], Value::Null);
    assert_eq!(made["amount_total"], 2000);
    assert_eq!(made["metadata"]["order"], "o1");
    shop.fake.pay_url(made["url"].as_str().unwrap()).unwrap();
    let paid = get(&shop, &made, "?expand[]=payment_intent.latest_charge");
    assert_eq!(paid["status"], "complete");
    assert_eq!(paid["payment_status"], "paid");
    let intent = &paid["payment_intent"];
    assert_eq!(intent["metadata"]["boxoffice_attempt"], "a1");
    let details = &intent["latest_charge"]["payment_method_details"];
    assert_eq!(details["card"]["fingerprint"], "fp_visa");
    let told = ["payment_intent.succeeded", "checkout.session.completed"];
    assert_eq!(shop.told(), told);
    shop.fake
        .pay_session(&id(&made), "pm_card_visa")
        .unwrap_err();
}

#[test]
fn the_sessions_capture_rule_is_its_intents() {
    let shop = Shop::new();
    let cards = "&payment_method_options[card][capture_method]=manual";
    for (more, method, status) in [
        (MANUAL, "pm_card_visa", "requires_capture"),
        (cards, "pm_card_visa", "requires_capture"),
        ("", "pm_card_visa", "succeeded"),
    ] {
        let made = session(&shop, more);
        shop.fake.pay_session(&id(&made), method).unwrap();
        let paid = get(&shop, &made, "?expand[]=payment_intent");
        assert_eq!(paid["payment_intent"]["status"], status);
        assert_eq!(paid["status"], "complete");
    }
}

#[test]
fn a_declined_buyer_may_try_again() {
    let shop = Shop::new();
    let made = session(&shop, MANUAL);
    let pay = |method: &str| shop.fake.pay_session(&id(&made), method);
    pay("pm_card_visa_chargeDeclined").unwrap_err();
    assert_eq!(get(&shop, &made, "")["status"], "open");
    pay("pm_card_visa").unwrap();
    assert_eq!(shop.fake.intents().len(), 1);
}

#[test]
fn an_expired_session_takes_no_money() {
    let shop = Shop::new();
    let made = session(&shop, MANUAL);
    let method = "pm_card_authenticationRequired";
    shop.fake.pay_session(&id(&made), method).unwrap();
    let path = format!("/v1/checkout/sessions/{}/expire", id(&made));
    let expired = shop.post(&path, "").expect_json(200);
    assert_eq!(expired["status"], "expired");
    assert_eq!(expired["url"], Value::Null);
    assert_eq!(shop.fake.intents()[0]["status"], "canceled");
    shop.fake
        .pay_session(&id(&made), "pm_card_visa")
        .unwrap_err();
    shop.post(&path, "").expect_json(400);
    assert!(shop.told().contains(&"checkout.session.expired".to_owned()));
}

#[test]
fn a_paid_session_cannot_expire() {
    let shop = Shop::new();
    let made = session(&shop, "");
    shop.fake.pay_session(&id(&made), "pm_card_visa").unwrap();
    shop.fake.advance(Duration::from_secs(25 * 60 * 60));
    let path = format!("/v1/checkout/sessions/{}/expire", id(&made));
    shop.post(&path, "").expect_json(400);
    assert_eq!(get(&shop, &made, "")["status"], "complete");
}

#[test]
fn a_session_lives_from_half_an_hour_to_a_day() {
    let shop = Shop::new();
    let now = now(&shop);
    for (minutes, status) in [(28, 400), (30, 200), (24 * 60, 200), (24 * 60 + 2, 400)] {
        let more = format!("&expires_at={}", now + minutes * 60);
        let answer = shop.post("/v1/checkout/sessions", &form(&more));
        assert_eq!(answer.status, status, "{minutes} minutes");
    }
    shop.fake.advance(Duration::from_secs(45 * 60));
    let sessions = shop.fake.sessions();
    let expired = sessions.iter().filter(|one| one["status"] == "expired");
    assert_eq!(expired.count(), 1);
}

#[test]
fn a_slow_bank_completes_a_session_unpaid() {
    let shop = Shop::new();
    for (ok, paid, event) in [
        (true, "paid", "async_payment_succeeded"),
        (false, "unpaid", "async_payment_failed"),
    ] {
        let made = session(&shop, "");
        shop.fake.pay_session(&id(&made), "pm_processing").unwrap();
        let thinks = get(&shop, &made, "");
        assert_eq!(thinks["status"], "complete");
        assert_eq!(thinks["payment_status"], "unpaid");
        let intent = thinks["payment_intent"].as_str().unwrap();
        shop.fake.settle(intent, ok).unwrap();
        assert_eq!(get(&shop, &made, "")["payment_status"], paid);
        assert_eq!(
            shop.told().pop().unwrap(),
            format!("checkout.session.{event}")
        );
    }
}

#[test]
fn a_browser_pays_or_leaves() {
    let shop = Shop::new();
    let made = session(&shop, "");
    let browser = Client::new(shop.fake.address());
    let url = made["url"].as_str().unwrap();
    let path = url.strip_prefix(&shop.fake.base()).unwrap();
    let page = browser.get(path).expect_text(200);
    assert!(page.contains(&format!("action=\"{path}/pay\"")), "{page}");
    let left = browser.post(&format!("{path}/decline"), "");
    assert_eq!(left.header("location"), Some("https://shop.test/left"));
    let method = "payment_method=pm_card_authenticationRequired";
    let asked = browser.post(&format!("{path}/pay"), method);
    let bank = asked.header("location").unwrap().to_owned();
    assert!(bank.starts_with("/3ds/pi_"), "{bank}");
    let back = browser.post(&format!("{bank}/pay"), "");
    let done = format!("https://shop.test/done?session={}", id(&made));
    assert_eq!((back.status, back.header("location")), (303, Some(&*done)));
    assert_eq!(browser.get(path).status, 410);
}

#[test]
fn sessions_are_listed_newest_first() {
    let shop = Shop::new();
    let (first, second) = (session(&shop, ""), session(&shop, ""));
    let list = shop.get("/v1/checkout/sessions?limit=1&created[gte]=1");
    assert_eq!(list["data"][0]["id"], second["id"]);
    let after = format!("/v1/checkout/sessions?starting_after={}", id(&second));
    assert_eq!(shop.get(&after)["data"][0]["id"], first["id"]);
}

#[test]
fn a_session_needs_something_to_sell() {
    let shop = Shop::new();
    let form = "mode=payment&success_url=https://shop.test/";
    let answer = shop.post("/v1/checkout/sessions", form);
    assert_eq!(code(&answer, 400), "parameter_missing");
}
