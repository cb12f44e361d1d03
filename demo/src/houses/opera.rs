//! An opera house: a parterre, three rings of boxes in a horseshoe, and a gallery above them.

use crate::geometry::{Point, ROW};
use crate::plan::{Plan, Zone};
use crate::rows::{Fan, letter};
use crate::shapes::{PLAIN, STAGE, ellipse, rectangle, words};

/// The centre of the horseshoe's round end.
const CENTRE: Point = Point::new(1120.0, 700.0);
/// How far its straight sides reach from there towards the stage.
const SIDES: f64 = 330.0;

const CATEGORIES: [(&str, &str); 5] = [
    ("Parterre", "#8e1b3a"),
    ("First ring", "#b5862b"),
    ("Second ring", "#2f6f9f"),
    ("Third ring", "#4b8f5b"),
    ("Gallery", "#7a7f87"),
];

pub(super) fn plan() -> Plan {
    let rings = [
        ("First Ring", "R1", 560.0, "First ring"),
        ("Second Ring", "R2", 680.0, "Second ring"),
        ("Third Ring", "R3", 800.0, "Third ring"),
    ];
    let mut zones = vec![parterre()];
    zones
        .extend(rings.map(|(name, prefix, radius, category)| ring(name, prefix, radius, category)));
    zones.push(gallery());
    Plan {
        name: "Teatro Serafina",
        width: 2.0 * CENTRE.x,
        height: 1800.0,
        categories: &CATEGORIES,
        zones,
    }
}

/// Gently curved rows with an aisle in the middle, as wide as the horseshoe lets them be.
fn parterre() -> Zone {
    let mut zone = Zone::new("Parterre", "P");
    let focus = Point::new(CENTRE.x, -900.0);
    for row in 0..23 {
        let radius = 1370.0 + ROW * row as f64;
        let below = (focus.y + radius - CENTRE.y).max(0.0);
        let half_width = (500.0_f64.powi(2) - below.powi(2)).sqrt() - 70.0;
        let half_angle = (half_width / radius).asin().to_degrees();
        let fan = Fan {
            centre: focus,
            cuts: &[-half_angle, 0.0, half_angle],
        };
        zone.row(letter(row), fan.row(radius), "Parterre");
    }
    let stage = Point::new(CENTRE.x, 160.0);
    let pit = Point::new(CENTRE.x, 350.0);
    zone.shapes
        .push(rectangle(stage, 900.0, 220.0, STAGE, "Stage", 36.0));
    zone.shapes.push(ellipse(
        pit,
        Point::new(330.0, 62.0),
        PLAIN,
        "Orchestra pit",
        24.0,
    ));
    zone
}

/// Boxes side by side along the horseshoe, from the stage's left around to its right: two chairs at
/// the front of each, two behind.
fn ring(name: &str, prefix: &str, radius: f64, category: &'static str) -> Zone {
    const BOX: f64 = 68.0;
    let mut zone = Zone::new(name, prefix);
    let round = radius * std::f64::consts::PI;
    let boxes = ((2.0 * SIDES + round) / BOX).floor();
    let width = (2.0 * SIDES + round) / boxes;
    for number in 0..boxes as usize {
        let middle = width * (number as f64 + 0.5);
        let place = |along: f64, behind: f64| horseshoe(radius, middle + along, behind);
        let places = vec![
            place(-14.0, 0.0),
            place(14.0, 0.0),
            place(14.0, 26.0),
            place(-14.0, 26.0),
        ];
        let label = (number + 1).to_string();
        zone.shapes.push(words(place(0.0, 50.0), &label, 14.0, 0.0));
        zone.group("Box", label, places, category);
    }
    zone
}

/// The point so far along the horseshoe of this radius, and so far behind it.
fn horseshoe(radius: f64, along: f64, behind: f64) -> Point {
    let round = radius * std::f64::consts::PI;
    let out = radius + behind;
    if along < SIDES {
        return Point::new(CENTRE.x - out, CENTRE.y - SIDES + along);
    }
    if along > SIDES + round {
        let back = along - SIDES - round;
        return Point::new(CENTRE.x + out, CENTRE.y - back);
    }
    let angle = -90.0 + 180.0 * (along - SIDES) / round;
    CENTRE.towards(angle, out)
}

fn gallery() -> Zone {
    let mut zone = Zone::new("Gallery", "G");
    let fan = Fan {
        centre: CENTRE,
        cuts: &[-76.0, -46.0, -16.0, 16.0, 46.0, 76.0],
    };
    for row in 0..4 {
        let radius = 930.0 + ROW * row as f64;
        zone.row(letter(row), fan.row(radius), "Gallery");
    }
    zone
}
