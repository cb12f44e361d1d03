//! A club: a floor to stand on (the area `Floor`, which events add), round tables on the raised
//! sides, and a gallery at the back.

use crate::geometry::{Point, line};
use crate::plan::{Plan, Zone};
use crate::shapes::{PLAIN, STAGE, WOOD, polygon, rectangle};
use crate::tables;

const CATEGORIES: [(&str, &str); 2] = [("Table", "#b9482f"), ("Gallery", "#3d6f9e")];

pub(super) fn plan() -> Plan {
    let mut sides = Zone::new("Tables", "T");
    for number in 0..14 {
        let left = number < 7;
        let row = (number % 7) as f64;
        // Every second table stands further in, so that all see past each other.
        let inwards = if number % 7 % 2 == 0 { 0.0 } else { 92.0 };
        let x = if left {
            90.0 + inwards
        } else {
            1110.0 - inwards
        };
        let label = (number + 1).to_string();
        let table = tables::round(Point::new(x, 150.0 + 82.0 * row), 4, &label);
        sides.table(label, table, "Table");
    }
    sides.shapes.extend(room());
    let mut gallery = Zone::new("Gallery", "G");
    for row in 0..3 {
        let y = 830.0 + 30.0 * f64::from(row);
        let (left, right) = (
            line(Point::new(400.0, y), 14),
            line(Point::new(800.0, y), 14),
        );
        let places = left.into_iter().chain(right).collect();
        gallery.row((row + 1).to_string(), places, "Gallery");
    }
    Plan {
        name: "The Copper Lantern",
        width: 1200.0,
        height: 960.0,
        categories: &CATEGORIES,
        zones: vec![sides, gallery],
    }
}

fn room() -> Vec<serde_json::Value> {
    let at = Point::new;
    let floor = [
        at(360.0, 190.0),
        at(840.0, 190.0),
        at(880.0, 330.0),
        at(880.0, 640.0),
        at(320.0, 640.0),
        at(320.0, 330.0),
    ];
    vec![
        rectangle(at(600.0, 105.0), 460.0, 110.0, STAGE, "Stage", 28.0),
        polygon(&floor, PLAIN, "Floor", at(600.0, 410.0), 34.0),
        rectangle(at(600.0, 730.0), 560.0, 56.0, WOOD, "Bar", 24.0),
    ]
}
