//! Who is let in, what is understood, and whether anybody is there.

use std::io::{Read, Write};
use std::net::TcpStream;

use boxoffice_testkit::{Client, StripeFake};
use serde_json::json;

use super::{Shop, code, error};

#[test]
fn a_strange_key_is_not_let_in() {
    let shop = Shop::new();
    let stranger = Client::new(shop.fake.address())
        .with("authorization", "Bearer sk_live_mine")
        .with("stripe-version", "2025-03-31.basil");
    let error = error(&stranger.get("/v1/balance"), 401);
    assert_eq!(error["type"], "invalid_request_error");
    shop.get("/v1/balance");
}

#[test]
fn a_call_names_its_version() {
    let shop = Shop::new();
    let bearer = format!("Bearer {}", shop.fake.key());
    let careless = Client::new(shop.fake.address()).with("authorization", &bearer);
    error(&careless.get("/v1/balance"), 400);
}

#[test]
fn unknown_words_and_urls_are_refused() {
    let shop = Shop::new();
    let form = "amount=2000&currency=eur&metdata[seat]=A1";
    let answer = shop.post("/v1/payment_intents", form);
    assert_eq!(code(&answer, 400), "parameter_unknown");
    assert_eq!(error(&answer, 400)["param"], "metdata");
    error(&shop.post("/v1/charges", "amount=1"), 404);
    let missing = shop.post("/v1/payment_intents", "amount=2000");
    assert_eq!(code(&missing, 400), "parameter_missing");
    assert_eq!(shop.fake.intents().len(), 0);
}

#[test]
fn calls_are_seen_with_what_they_said() {
    let shop = Shop::new();
    let form = "amount=2000&currency=eur&metadata[name]=A+%26+B&payment_method_types[0]=card";
    shop.post_as("k1", "/v1/payment_intents", form);
    let call = shop.fake.calls().pop().unwrap();
    assert_eq!(
        (&*call.method, &*call.path),
        ("POST", "/v1/payment_intents")
    );
    assert_eq!(call.idempotency_key.as_deref(), Some("k1"));
    assert_eq!(call.status, 200);
    let said = json!({
        "amount": "2000",
        "currency": "eur",
        "metadata": { "name": "A & B" },
        "payment_method_types": ["card"],
    });
    assert_eq!(call.params, said);
}

#[test]
fn a_connection_is_kept() {
    let shop = Shop::new();
    let mut stream = TcpStream::connect(shop.fake.address()).unwrap();
    for _ in 0..2 {
        let key = shop.fake.key();
        let head = format!(
            "GET /v1/balance HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {key}\r\n\
             stripe-version: 2025-03-31.basil\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"}") {
            let mut some = [0; 1024];
            let length = stream.read(&mut some).unwrap();
            assert!(length > 0, "the connection has ended");
            answer.extend_from_slice(&some[..length]);
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 "));
    }
}

#[test]
fn whoever_comes_while_it_is_away_is_refused() {
    let shop = Shop::new();
    let intent = shop.authorized();
    let mut kept = TcpStream::connect(shop.fake.address()).unwrap();
    shop.get("/v1/balance");
    shop.fake.go_away();
    assert_eq!(kept.read(&mut [0]).unwrap_or_default(), 0);
    let refused = TcpStream::connect(shop.fake.address()).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    shop.fake.come_back();
    assert_eq!(shop.status(&intent), "requires_capture");
}

#[test]
fn it_ends_with_its_last_handle() {
    let fake = StripeFake::start();
    let (address, other) = (fake.address(), fake.clone());
    drop(fake);
    TcpStream::connect(address).unwrap();
    drop(other);
    TcpStream::connect(address).unwrap_err();
    let again = StripeFake::start_on(address.port());
    assert_eq!(again.base(), format!("http://{address}"));
}
