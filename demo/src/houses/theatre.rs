//! A proscenium theatre: curved stalls, circle and balcony, drawn one behind the other.

use crate::geometry::{Point, ROW};
use crate::plan::{Plan, Zone};
use crate::rows::{Fan, letter};
use crate::shapes::{STAGE, polygon, words};

/// Where the curves of all rows have their centre, far behind the stage.
const FOCUS: Point = Point::new(1140.0, -330.0);

const CATEGORIES: [(&str, &str); 4] = [
    ("Premium", "#b3123b"),
    ("Standard", "#1f6f8b"),
    ("Value", "#4f9d69"),
    ("Restricted view", "#8c8c8c"),
];

/// A level of the house.
struct Level {
    name: &'static str,
    prefix: &'static str,
    first_radius: f64,
    rows: usize,
    cuts: &'static [f64],
}

const LEVELS: [Level; 3] = [
    Level {
        name: "Stalls",
        prefix: "ST",
        first_radius: 590.0,
        rows: 20,
        cuts: &[-33.0, -14.0, 14.0, 33.0],
    },
    Level {
        name: "Dress Circle",
        prefix: "DC",
        first_radius: 1240.0,
        rows: 8,
        cuts: &[-37.0, -20.0, 0.0, 20.0, 37.0],
    },
    Level {
        name: "Balcony",
        prefix: "BA",
        first_radius: 1560.0,
        rows: 7,
        cuts: &[-37.0, -20.0, 0.0, 20.0, 37.0],
    },
];

pub(super) fn plan() -> Plan {
    let mut zones: Vec<Zone> = LEVELS.iter().map(level).collect();
    zones[0].shapes.push(stage());
    Plan {
        name: "The Aldermoor Theatre",
        width: 2280.0,
        height: 1460.0,
        categories: &CATEGORIES,
        zones,
    }
}

fn level(level: &Level) -> Zone {
    let mut zone = Zone::new(level.name, level.prefix);
    let fan = Fan {
        centre: FOCUS,
        cuts: level.cuts,
    };
    for row in 0..level.rows {
        let radius = level.first_radius + ROW * row as f64;
        zone.row_with(letter(row), fan.row(radius), |at| {
            category(level.name, row, at)
        });
    }
    let behind = FOCUS.towards(0.0, level.first_radius - 46.0);
    if level.name != "Stalls" {
        zone.shapes.push(words(behind, level.name, 24.0, 0.0));
    }
    zone
}

/// Near and central is dear; the ends of the upper levels see the stage from the side.
fn category(level: &str, row: usize, at: Point) -> &'static str {
    let aside = (at.x - FOCUS.x).atan2(at.y - FOCUS.y).to_degrees().abs();
    match (level, row) {
        (_, _) if level != "Stalls" && aside > 32.0 => "Restricted view",
        ("Stalls", 1..=11) if aside < 22.0 => "Premium",
        ("Dress Circle", 0..=2) if aside < 20.0 => "Premium",
        ("Stalls", 0..=15) | ("Dress Circle", 0..=5) => "Standard",
        _ => "Value",
    }
}

fn stage() -> serde_json::Value {
    let corner = |x: f64, y: f64| Point::new(FOCUS.x + x, y);
    let edge = (-10..=10).map(|n| FOCUS.towards(f64::from(n) * 2.6, 530.0));
    let mut points = vec![corner(330.0, 40.0), corner(-330.0, 40.0)];
    points.extend(edge);
    polygon(&points, STAGE, "Stage", corner(0.0, 115.0), 30.0)
}
