//! Small plans for the tests: zones of rows of seats, built as JSON in the pretix layout.
#![allow(dead_code, reason = "each test file uses what it needs")]

use boxoffice_seating::{AreaSpec, PlanError, SeatingPlan};
use serde_json::{Value, json};

pub(crate) const ODD: &str = include_str!("../plans/odd.json");
pub(crate) const GALA: &str = include_str!("../plans/gala.json");
pub(crate) const THEATRE: &str = include_str!("../plans/theatre.json");

pub(crate) fn parse(json: &str) -> Value {
    serde_json::from_str(json).expect("JSON")
}

/// Reads a plan that has nothing wrong with it.
pub(crate) fn read(plan: &Value) -> SeatingPlan {
    SeatingPlan::from_pretix(Some(plan), &[]).expect("a plan").0
}

/// Reads a plan that has something wrong with it.
pub(crate) fn errors(plan: &Value, areas: &[AreaSpec]) -> Vec<PlanError> {
    SeatingPlan::from_pretix(Some(plan), areas).expect_err("errors")
}

pub(crate) fn area(name: &str, capacity: u64) -> AreaSpec {
    AreaSpec {
        name: name.to_owned(),
        category: Some("Standing".to_owned()),
        capacity,
    }
}

pub(crate) fn seat(id: &str, number: &str, x: f64) -> Value {
    json!({"seat_guid": id, "seat_number": number, "position": {"x": x, "y": 0}, "category": "A"})
}

/// A row of this name at this height, its seats 20 apart and called `<row>-<n>`.
pub(crate) fn row(name: &str, y: f64, seats: u32) -> Value {
    let seats =
        (1..=seats).map(|n| seat(&format!("{name}-{n}"), &n.to_string(), f64::from(n) * 20.0));
    json!({"row_number": name, "position": {"x": 0, "y": y}, "seats": seats.collect::<Vec<_>>()})
}

pub(crate) fn zone(name: &str, rows: Vec<Value>) -> Value {
    json!({"name": name, "position": {"x": 0, "y": 0}, "rows": rows})
}

pub(crate) fn plan(zones: Vec<Value>) -> Value {
    let categories = json!([{"name": "A", "color": "#c00"}, {"name": "B", "color": "#00c"}]);
    json!({"name": "Test", "categories": categories, "zones": zones})
}
