//! The houses that are sold here, and how their seats are asked for.

use serde_json::{Value, json};

/// Seats of a stadium.
pub(super) const STADIUM: u64 = 50_000;

/// A catalogue of `count` events of `seats` seats each, named `<name>-0` and so on.
pub(super) fn catalogue(name: &str, count: usize, seats: u64) -> Value {
    let plan = plan(seats);
    let event = |house: usize| {
        json!({
            "id": format!("{name}-{house}"), "name": "Bench", "date": "2099-05-01T20:00:00Z",
            "currency": "EUR", "prices": {"Seat": 5000}, "plan": plan,
            "venue": {"name": "Bowl", "city": "Bern", "country": "CH", "time_zone": "Europe/Zurich"},
        })
    };
    json!({"events": (0..count).map(event).collect::<Vec<_>>()})
}

/// Rows of 200 seats, named `s0` and so on in order.
fn plan(seats: u64) -> Value {
    let row = |row: u64| {
        let seat = |at: u64| {
            json!({
                "seat_guid": format!("s{}", row * 200 + at), "seat_number": (at + 1).to_string(),
                "position": {"x": at * 20, "y": 0}, "category": "Seat",
            })
        };
        json!({
            "row_number": (row + 1).to_string(), "position": {"x": 0, "y": row * 25},
            "seats": (0..(seats - row * 200).min(200)).map(seat).collect::<Vec<_>>(),
        })
    };
    json!({
        "name": "House", "categories": [{"name": "Seat", "color": "#888"}],
        "zones": [{"name": "Bowl", "position": {"x": 0, "y": 0},
            "rows": (0..seats.div_ceil(200)).map(row).collect::<Vec<_>>(), "areas": []}],
        "size": {"width": 4000, "height": 6500},
    })
}

/// Writes a request that holds the `pair`th two seats of an event.
pub(super) fn hold(event: &str, pair: u64, request: &mut Vec<u8>) {
    let (left, right) = (2 * pair, 2 * pair + 1);
    let body = format!(r#"{{"event_id":"{event}","seat_ids":["s{left}","s{right}"]}}"#);
    let head = format!(
        "POST /v1/reservations HTTP/1.1\r\nhost: bench\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    request.extend_from_slice(head.as_bytes());
    request.extend_from_slice(body.as_bytes());
}

/// The id of the reservation that an answer tells of.
pub(super) fn reservation(body: &[u8]) -> Option<&str> {
    let body = std::str::from_utf8(body).ok()?;
    let (_, rest) = body.split_once(r#""reservation_id":""#)?;
    rest.split('"').next()
}
