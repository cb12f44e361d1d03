//! An open-air amphitheatre: more than half a circle of stone rows around a round floor, in two
//! tiers with a walk between them.

use crate::geometry::{Point, ROW};
use crate::plan::{Plan, Zone};
use crate::rows::Fan;
use crate::shapes::{PLAIN, STAGE, circle, rectangle};

const CENTRE: Point = Point::new(1200.0, 420.0);

const CATEGORIES: [(&str, &str); 3] = [
    ("Cushioned", "#a8452f"),
    ("Lower steps", "#c98a3d"),
    ("Upper steps", "#6c8f5d"),
];

pub(super) fn plan() -> Plan {
    let mut lower = Zone::new("Lower Tier", "L");
    let fan = Fan {
        centre: CENTRE,
        cuts: &[-98.0, -70.0, -42.0, -14.0, 14.0, 42.0, 70.0, 98.0],
    };
    for row in 0..12 {
        let category = if row < 4 { "Cushioned" } else { "Lower steps" };
        let radius = 330.0 + ROW * row as f64;
        lower.row((row + 1).to_string(), fan.row(radius), category);
    }
    let mut upper = Zone::new("Upper Tier", "U");
    let fan = Fan {
        centre: CENTRE,
        cuts: &[
            -98.0, -84.0, -70.0, -56.0, -42.0, -28.0, -14.0, 0.0, 14.0, 28.0, 42.0, 56.0, 70.0,
            84.0, 98.0,
        ],
    };
    for row in 0..14 {
        let radius = 740.0 + ROW * row as f64;
        upper.row((row + 13).to_string(), fan.row(radius), "Upper steps");
    }
    let building = Point::new(CENTRE.x, 140.0);
    lower
        .shapes
        .push(rectangle(building, 760.0, 120.0, STAGE, "Stage", 36.0));
    lower
        .shapes
        .push(circle(CENTRE, 215.0, PLAIN, "Orchestra", 28.0));
    Plan {
        name: "Theatre of Lyskara",
        width: 2.0 * CENTRE.x,
        height: 1600.0,
        categories: &CATEGORIES,
        zones: vec![lower, upper],
    }
}
