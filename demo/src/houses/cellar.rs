//! A jazz cellar: a dozen small tables before a corner stage, and stools along the bar.

use crate::geometry::{Point, line};
use crate::plan::{Plan, Zone};
use crate::shapes::{STAGE, WOOD, ellipse, rectangle};
use crate::tables;

const CATEGORIES: [(&str, &str); 2] = [("Table", "#7b3f8f"), ("Bar stool", "#b5792b")];

pub(super) fn plan() -> Plan {
    let mut room = Zone::new("Cellar", "C");
    for number in 0..12 {
        let (line, place) = (number / 4, number % 4);
        let shift = if line % 2 == 0 { 0.0 } else { 40.0 };
        let x = 95.0 + 110.0 * f64::from(place) + shift;
        let at = Point::new(x, 195.0 + 100.0 * f64::from(line));
        let label = (number + 1).to_string();
        room.table(label.clone(), tables::round(at, 4, &label), "Table");
    }
    let stage = Point::new(280.0, 80.0);
    room.shapes.push(ellipse(
        stage,
        Point::new(170.0, 48.0),
        STAGE,
        "Stage",
        22.0,
    ));
    let mut bar = Zone::new("Bar", "BAR");
    let counter = rectangle(Point::new(280.0, 540.0), 330.0, 34.0, WOOD, "Bar", 18.0);
    bar.row("1", line(Point::new(280.0, 500.0), 12), "Bar stool");
    bar.shapes.push(counter);
    Plan {
        name: "Blue Heron Cellar",
        width: 560.0,
        height: 590.0,
        categories: &CATEGORIES,
        zones: vec![room, bar],
    }
}
