//! The fake of Stripe is as strict, as forgetful and as unreliable as the real one can be.
#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod checkout;
mod doors;
mod faults;
mod idempotency;
mod intents;
#[cfg(unix)]
mod local;
mod refunds;
mod webhooks;

use boxoffice_testkit::{Answer, Client, StripeFake};
use serde_json::Value;

/// A fake, and a shop that has its key.
struct Shop {
    fake: StripeFake,
    client: Client,
}

impl Shop {
    fn new() -> Shop {
        let fake = StripeFake::start();
        let client = Client::new(fake.address())
            .with("authorization", &format!("Bearer {}", fake.key()))
            .with("stripe-version", "2025-03-31.basil")
            .with("content-type", "application/x-www-form-urlencoded");
        Shop { fake, client }
    }

    fn post(&self, path: &str, form: &str) -> Answer {
        self.client.post(path, form)
    }

    /// The same under an idempotency key.
    fn post_as(&self, key: &str, path: &str, form: &str) -> Answer {
        self.client.with("idempotency-key", key).post(path, form)
    }

    fn get(&self, path: &str) -> Value {
        self.client.get(path).expect_json(200)
    }

    /// An intent of 20 euros for the attempt `a1`, with this capture method.
    fn intent(&self, capture: &str) -> String {
        let form = format!(
            "amount=2000&currency=eur&capture_method={capture}&payment_method_types[]=card\
             &metadata[boxoffice_attempt]=a1"
        );
        let intent = self.post("/v1/payment_intents", &form).expect_json(200);
        assert_eq!(intent["status"], "requires_payment_method");
        id(&intent)
    }

    fn confirm(&self, intent: &str, method: &str) -> Answer {
        let form = format!("payment_method={method}&return_url=https://shop.test/back");
        self.post(&format!("/v1/payment_intents/{intent}/confirm"), &form)
    }

    /// An intent whose money is promised.
    fn authorized(&self) -> String {
        let intent = self.intent("manual");
        let confirmed = self.confirm(&intent, "pm_card_visa").expect_json(200);
        assert_eq!(confirmed["status"], "requires_capture");
        intent
    }

    /// An intent whose money has moved.
    fn captured(&self) -> String {
        let intent = self.authorized();
        self.capture(&intent, "").expect_json(200);
        intent
    }

    fn capture(&self, intent: &str, form: &str) -> Answer {
        self.post(&format!("/v1/payment_intents/{intent}/capture"), form)
    }

    fn cancel(&self, intent: &str) -> Answer {
        self.post(&format!("/v1/payment_intents/{intent}/cancel"), "")
    }

    fn status(&self, intent: &str) -> Value {
        self.get(&format!("/v1/payment_intents/{intent}"))["status"].clone()
    }

    /// The types of all events so far, without the one of the intent's beginning.
    fn told(&self) -> Vec<String> {
        let events = self.fake.events();
        let kinds = events
            .iter()
            .map(|event| event["type"].as_str().unwrap().to_owned());
        kinds
            .filter(|kind| kind != "payment_intent.created")
            .collect()
    }
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// The error of an answer that must be one.
#[track_caller]
fn error(answer: &Answer, status: u16) -> Value {
    answer.expect_json(status)["error"].clone()
}

/// The error's code.
#[track_caller]
fn code(answer: &Answer, status: u16) -> String {
    let error = error(answer, status);
    error["code"].as_str().unwrap_or_default().to_owned()
}
