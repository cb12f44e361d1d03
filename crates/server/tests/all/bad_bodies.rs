//! Bodies that are wrong, each in its own way. Where they are sent is not said here.

use serde_json::json;

/// Bodies that are wrong wherever they go, each with what is wrong with it.
pub(crate) fn wrong_everywhere() -> Vec<(&'static str, Vec<u8>)> {
    let nested = |begin: &str| begin.repeat(30_000).into_bytes();
    let seats: Vec<String> = (0..100_000).map(|seat| format!("1-{seat}")).collect();
    vec![
        ("nothing", Vec::new()),
        ("half", br#"{"event_id":"night","seat_ids":["1-3""#.to_vec()),
        ("two", b"{}{}".to_vec()),
        ("null", b"null".to_vec()),
        ("a list", b"[]".to_vec()),
        ("a number", b"1e999".to_vec()),
        ("a text", b"\"night\"".to_vec()),
        ("a form", b"event_id=night&seat_ids=1-3".to_vec()),
        ("NaN", br#"{"event_id":"night","seat_ids":NaN}"#.to_vec()),
        ("bytes", b"\xff\xfe\x00".to_vec()),
        (
            "bytes in a text",
            b"{\"event_id\":\"night\",\"seat_ids\":[\"\xc3\x28\"]}".to_vec(),
        ),
        (
            "half a surrogate",
            br#"{"event_id":"night","seat_ids":["\ud800"]}"#.to_vec(),
        ),
        ("deep lists", nested("[")),
        ("deep objects", nested("{\"a\":")),
        (
            "100,000 seats",
            json!({"event_id": "night", "seat_ids": seats})
                .to_string()
                .into_bytes(),
        ),
        ("too much", vec![b' '; 65_537]),
    ]
}

/// Wishes for seats that are wrong, as members of an object.
pub(crate) const WRONG_SEATS: &[&str] = &[
    r#""x":1"#,
    r#""seat_ids":null"#,
    r#""seat_ids":[]"#,
    r#""seat_ids":"1-3""#,
    r#""seat_ids":{"0":"1-3"}"#,
    r#""seat_ids":[1]"#,
    r#""seat_ids":[null]"#,
    r#""seat_ids":[["1-3"]]"#,
    r#""seat_ids":[""]"#,
    r#""seat_ids":["1-3","1-3"]"#,
    r#""seat_ids":["1-3","1-4","1-3"]"#,
    r#""seat_ids":["1-3","nowhere"]"#,
    r#""seat_ids":["1-3\u0000"]"#,
    r#""seat_ids":["1-3 "]"#,
    r#""seat_ids":["1-3"],"seat_ids":["1-4"]"#,
    r#""seat_ids":["1-3"],"seats":[{"seat_id":"1-3"}]"#,
    r#""seat_ids":["1-3"],"best_available":{"quantity":1}"#,
    r#""seat_ids":["2-1"]"#,
    r#""seats":[]"#,
    r#""seats":["1-3"]"#,
    r#""seats":[{}]"#,
    r#""seats":[{"seat_id":3}]"#,
    r#""seats":[{"seat_id":"1-3"},{"seat_id":"1-3"}]"#,
    r#""seats":[{"seat_id":"1-3","ticket_type":"Child"}]"#,
    r#""best_available":null"#,
    r#""best_available":2"#,
    r#""best_available":{}"#,
    r#""best_available":{"quantity":0}"#,
    r#""best_available":{"quantity":-1}"#,
    r#""best_available":{"quantity":1.5}"#,
    r#""best_available":{"quantity":"2"}"#,
    r#""best_available":{"quantity":1e3}"#,
    r#""best_available":{"quantity":99}"#,
    r#""best_available":{"quantity":4294967295}"#,
    r#""best_available":{"quantity":4294967296}"#,
    r#""best_available":{"quantity":99999999999999999999999999}"#,
    r#""best_available":{"quantity":2,"max_price":-1}"#,
    r#""best_available":{"quantity":2,"max_price":99999999999999999999999999}"#,
    r#""best_available":{"quantity":2,"category":7}"#,
    r#""best_available":{"quantity":2,"category":"Nowhere"}"#,
    r#""best_available":{"quantity":2,"section":"Nowhere"}"#,
    r#""best_available":{"quantity":2,"split":"yes"}"#,
    r#""best_available":{"quantity":2,"types":["Child","Child"]}"#,
    r#""best_available":{"quantity":2,"accessible":-1}"#,
];

/// Events that are wrong, as members of an object beside a good wish.
pub(crate) const WRONG_EVENTS: &[&str] = &[
    r#""x":1"#,
    r#""event_id":null"#,
    r#""event_id":1"#,
    r#""event_id":["night"]"#,
    r#""event_id":"""#,
    r#""event_id":"nights""#,
    r#""event_id":"NIGHT""#,
    r#""event_id":"night","access_code":1"#,
    r#""event_id":"night","access_code":"sesame""#,
];

/// Payments that are wrong but for the reservation, which is a real one unless another is named.
pub(crate) const WRONG_PAYMENTS: &[&str] = &[
    r#""payment_token":"tok_visa""#,
    r#""idempotency_key":"k""#,
    r#""payment_token":1,"idempotency_key":"k""#,
    r#""payment_token":"","idempotency_key":"k""#,
    r#""payment_token":null,"idempotency_key":"k""#,
    r#""payment_token":"tok_visa","idempotency_key":"""#,
    r#""payment_token":"tok_visa","idempotency_key":7"#,
    r#""payment_token":"tok_visa","idempotency_key":"k","email":7"#,
    r#""payment_token":"tok_visa","idempotency_key":"k","email":"nobody""#,
    r#""payment_token":"tok_visa","idempotency_key":"k","email":"a b@example.org""#,
    r#""payment_token":"tok_visa","idempotency_key":"k","name":{}"#,
    r#""payment_token":"tok_\u0000","idempotency_key":"k""#,
    r#""payment_token":"tok_visa","idempotency_key":"k","name":"Ada\u0000""#,
    r#""payment_token":"tok_visa","idempotency_key":"k","email":"a\u0000@example.org""#,
    r#""payment_token":"tok_visa","idempotency_key":"k","attendees":"Ada""#,
];
