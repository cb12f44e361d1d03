//! A ballroom laid for a gala: a top table, a dance floor, and round tables of ten.

use crate::geometry::Point;
use crate::plan::{Plan, Zone};
use crate::shapes::{PLAIN, STAGE, rectangle};
use crate::tables;

const CATEGORIES: [(&str, &str); 3] = [
    ("Top table", "#8c6d1f"),
    ("Dance floor", "#0a7d4f"),
    ("Ballroom", "#3f7f9f"),
];

/// The tables of each line from the front: how far down, and how far across.
const ACROSS: [f64; 6] = [150.0, 330.0, 510.0, 890.0, 1070.0, 1250.0];

pub(super) fn plan() -> Plan {
    let mut top = Zone::new("Top Table", "TT");
    top.table(
        "1",
        tables::long(Point::new(700.0, 250.0), 10, "Top table"),
        "Top table",
    );
    let mut ballroom = Zone::new("Ballroom", "B");
    let mut number = 0;
    for (line, y) in [430.0, 610.0, 790.0, 970.0, 1150.0].into_iter().enumerate() {
        // The dance floor takes the middle of the first three lines.
        let middle = (line >= 3).then_some(700.0);
        let (left, right) = ACROSS.split_at(3);
        let places = left.iter().copied().chain(middle);
        for x in places.chain(right.iter().copied()) {
            number += 1;
            let label = number.to_string();
            let near = line <= 3 && (x - 700.0).abs() < 200.0;
            let category = if near { "Dance floor" } else { "Ballroom" };
            ballroom.table(
                label.clone(),
                tables::round(Point::new(x, y), 10, &label),
                category,
            );
        }
    }
    let stage = rectangle(
        Point::new(700.0, 110.0),
        520.0,
        120.0,
        STAGE,
        "Orchestra",
        26.0,
    );
    let floor = rectangle(
        Point::new(700.0, 610.0),
        220.0,
        480.0,
        PLAIN,
        "Dance floor",
        24.0,
    );
    ballroom.shapes.extend([stage, floor]);
    Plan {
        name: "Winter Garden Ballroom",
        width: 1400.0,
        height: 1260.0,
        categories: &CATEGORIES,
        zones: vec![top, ballroom],
    }
}
