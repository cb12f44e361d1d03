//! Webhooks: signed, sent again until they are taken, and confused on demand.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use boxoffice_testkit::{WebhookChaos, stripe_signature};
use serde_json::Value;

use super::{Shop, id};

/// Somebody who takes webhooks.
struct Receiver {
    address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
}

#[derive(Clone)]
struct Got {
    first_line: String,
    signature: String,
    body: String,
}

impl Got {
    fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn kind(&self) -> String {
        self.event()["type"].as_str().unwrap().to_owned()
    }
}

impl Receiver {
    /// Refuses the first few.
    fn refusing(refused: usize) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let seen = Arc::clone(&got);
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let stream = stream.unwrap();
                seen.lock()
                    .unwrap()
                    .push(read(&mut BufReader::new(&stream)));
                let status = if number < refused { 503 } else { 200 };
                let answer = format!("HTTP/1.1 {status} Test\r\ncontent-length: 0\r\n\r\n");
                (&stream).write_all(answer.as_bytes()).unwrap();
            }
        });
        Receiver { address, got }
    }

    fn new(shop: &Shop) -> Receiver {
        let receiver = Receiver::refusing(0);
        shop.fake
            .send_webhooks_to(receiver.address, "/hooks/stripe");
        receiver
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    fn kinds(&self) -> Vec<String> {
        self.got().iter().map(Got::kind).collect()
    }
}

fn read(reader: &mut impl BufRead) -> Got {
    let mut lines = reader.by_ref().lines().map(Result::unwrap);
    let head: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
    let header = |name: &str| {
        let mut pairs = head.iter().filter_map(|line| line.split_once(": "));
        let found = pairs.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.unwrap().1.to_owned()
    };
    let mut body = vec![0; header("content-length").parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    Got {
        first_line: head[0].clone(),
        signature: header("stripe-signature"),
        body: String::from_utf8(body).unwrap(),
    }
}

#[test]
fn a_signature_is_as_stripe_makes_it() {
    // Made with OpenSSL: `printf '%s' '1492774577.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test`.
    let made = stripe_signature("whsec_test", 1_492_774_577, b"{\"id\":\"evt_1\"}");
    assert_eq!(
        made,
        "t=1492774577,v1=7656fc2882a7ca0a651666b36bf2f2f22ee204f54f608f227498a2419f2890b2"
    );
}

#[test]
fn changes_are_told_in_order_and_signed() {
    let shop = Shop::new();
    let receiver = Receiver::new(&shop);
    let intent = shop.captured();
    shop.fake.wait_for_webhooks();
    let kinds = ["created", "amount_capturable_updated", "succeeded"];
    assert_eq!(
        receiver.kinds(),
        kinds.map(|kind| format!("payment_intent.{kind}"))
    );
    let got = receiver.got();
    assert!(got[0].first_line.starts_with("POST /hooks/stripe "));
    for (got, event) in got.iter().zip(shop.fake.events()) {
        assert_eq!(got.event(), event);
        assert_eq!(event["data"]["object"]["id"], *intent);
        let time = got.signature.strip_prefix("t=").unwrap();
        let time = time.split_once(',').unwrap().0.parse().unwrap();
        let secret = shop.fake.webhook_secret();
        assert_eq!(
            got.signature,
            stripe_signature(secret, time, got.body.as_bytes())
        );
    }
}

#[test]
fn a_refused_event_comes_again() {
    let shop = Shop::new();
    let receiver = Receiver::refusing(2);
    shop.fake.send_webhooks_to(receiver.address, "/");
    shop.intent("manual");
    shop.fake.wait_for_webhooks();
    let ids: Vec<String> = receiver.got().iter().map(|got| id(&got.event())).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|one| *one == ids[0]));
}

#[test]
fn an_event_may_come_twice() {
    let shop = Shop::new();
    let receiver = Receiver::new(&shop);
    shop.fake.set_webhook_chaos(WebhookChaos {
        twice: 1000,
        ..WebhookChaos::default()
    });
    shop.intent("manual");
    shop.fake.wait_for_webhooks();
    assert_eq!(receiver.kinds(), ["payment_intent.created"; 2]);
}

#[test]
fn an_event_may_never_come() {
    let shop = Shop::new();
    let receiver = Receiver::new(&shop);
    shop.fake.set_webhook_chaos(WebhookChaos {
        drop: 1000,
        ..WebhookChaos::default()
    });
    shop.intent("manual");
    shop.fake.wait_for_webhooks();
    assert!(receiver.got().is_empty());
    assert_eq!(shop.fake.events().len(), 1);
}

#[test]
fn events_may_come_out_of_order() {
    let shop = Shop::new();
    let receiver = Receiver::new(&shop);
    shop.fake.set_webhook_chaos(WebhookChaos {
        seed: Some(3),
        out_of_order: 500,
        ..WebhookChaos::default()
    });
    for _ in 0..5 {
        shop.captured();
    }
    shop.fake.wait_for_webhooks();
    let came: Vec<String> = receiver.got().iter().map(|got| id(&got.event())).collect();
    let mut told: Vec<String> = shop.fake.events().iter().map(id).collect();
    assert_ne!(came, told);
    told.sort();
    let mut sorted = came.clone();
    sorted.sort();
    assert_eq!(sorted, told);
}

#[test]
fn an_event_may_come_before_the_answer() {
    let shop = Shop::new();
    let receiver = Receiver::new(&shop);
    shop.fake.set_webhook_chaos(WebhookChaos {
        before_answer: 1000,
        ..WebhookChaos::default()
    });
    shop.intent("manual");
    assert_eq!(receiver.kinds(), ["payment_intent.created"]);
    shop.fake.wait_for_webhooks();
    assert_eq!(receiver.got().len(), 1);
}

#[test]
fn what_a_buyer_does_is_told() {
    let shop = Shop::new();
    let intent = shop.intent("manual");
    shop.confirm(&intent, "pm_card_authenticationRequired");
    let receiver = Receiver::new(&shop);
    shop.fake.authenticate(&intent, true).unwrap();
    shop.fake.wait_for_webhooks();
    assert_eq!(
        receiver.kinds(),
        ["payment_intent.amount_capturable_updated"]
    );
}
