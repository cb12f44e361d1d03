//! A small house to sell, and what everybody does with it.

use boxoffice_testkit::{Client, Workshop};
use serde_json::{Value, json};

/// Ten rows of ten seats and a floor of twenty places.
pub(crate) fn catalogue() -> Value {
    catalogue_of(10, 10)
}

/// So many rows of so many seats, the first five rows in front, and a floor of twenty places.
pub(crate) fn catalogue_of(rows: usize, seats: usize) -> Value {
    let seat = |row: usize, number: usize| {
        json!({
            "seat_guid": format!("{row}-{number}"), "seat_number": number.to_string(),
            "position": {"x": number * 20, "y": 0}, "category": if row <= 5 { "Front" } else { "Back" },
        })
    };
    let row = |row: usize| {
        json!({
            "row_number": row.to_string(), "position": {"x": 0, "y": row * 25},
            "seats": (1..=seats).map(|number| seat(row, number)).collect::<Vec<_>>(),
        })
    };
    json!({"events": [{
        "id": "night", "name": "Ōne Night", "artists": ["The Ushers"], "date": "2099-05-01T20:00:00Z",
        "currency": "EUR", "prices": {"Front": 5000, "Back": 3000, "Standing": 2000},
        "venue": {"name": "Hall", "city": "Zürich", "country": "CH", "time_zone": "Europe/Zurich"},
        "plan": {
            "name": "Hall", "categories": [{"name": "Front", "color": "#a00"}, {"name": "Back", "color": "#0a0"}],
            "zones": [{"name": "Stalls", "position": {"x": 0, "y": 0},
                "rows": (1..=rows).map(row).collect::<Vec<_>>(), "areas": []}],
            "size": {"width": 20 * seats + 100, "height": 25 * rows + 50},
        },
        "areas": [{"name": "Floor", "category": "Standing", "capacity": 20}],
    }]})
}

/// A store with the house in it.
pub(crate) fn workshop() -> Workshop {
    workshop_with(&catalogue())
}

/// A store with this catalogue in it.
pub(crate) fn workshop_with(catalogue: &Value) -> Workshop {
    let workshop = Workshop::new(env!("CARGO_BIN_EXE_boxoffice"));
    workshop.import(catalogue);
    workshop
}

/// How many rounds a test goes: the second with `BOXOFFICE_LONG=1`.
pub(crate) fn rounds(short: u64, long: u64) -> u64 {
    match std::env::var_os("BOXOFFICE_LONG").is_some_and(|value| value != "0") {
        true => long,
        false => short,
    }
}

/// The body that asks for these seats.
pub(crate) fn hold(seats: &[&str]) -> String {
    json!({"event_id": "night", "seat_ids": seats}).to_string()
}

/// Holds these seats, which must succeed; gives back the reservation.
#[track_caller]
pub(crate) fn held(client: &Client, seats: &[&str]) -> Value {
    client
        .post("/v1/reservations", &hold(seats))
        .expect_json(201)
}

/// The reservation's id.
pub(crate) fn id(reservation: &Value) -> &str {
    reservation["reservation_id"].as_str().expect("an id")
}

/// The body that pays for a reservation.
pub(crate) fn pay(reservation: &Value, token: &str, key: &str) -> String {
    json!({"reservation_id": id(reservation), "payment_token": token, "idempotency_key": key})
        .to_string()
}

/// The status of a seat on the map.
pub(crate) fn seat_status(client: &Client, seat: &str) -> String {
    let seats = client.get("/v1/events/night/seats").expect_json(200);
    let seats = seats.as_array().expect("an array");
    let found = seats
        .iter()
        .find(|found| found["seat_id"] == seat)
        .expect("a seat");
    found["status"].as_str().expect("a status").to_owned()
}
