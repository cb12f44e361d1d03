//! An indoor arena with a stage at one end: two tiers around the other three sides, and a floor to
//! stand on (areas `Floor` and `Front Pit`, which events add).

use crate::bowl::{Block, Bowl, Part};
use crate::geometry::{Point, ROW};
use crate::plan::{Plan, Zone};
use crate::shapes::{PLAIN, STAGE, rectangle, words};

const CENTRE: Point = Point::new(1580.0, 1640.0);

const CATEGORIES: [(&str, &str); 3] = [
    ("Lower tier", "#c0392b"),
    ("Side view", "#8e6bbf"),
    ("Upper tier", "#2980b9"),
];

pub(super) fn plan() -> Plan {
    let bowl = Bowl {
        centre: CENTRE,
        half_width: 1150.0,
        half_height: 640.0,
        corner: 380.0,
    };
    let lower_end = 14.0 * ROW;
    let mut zones = tier(&bowl, 100, 0.0, 14, 2);
    zones.extend(tier(&bowl, 200, lower_end + 110.0, 12, 3));
    zones[0].shapes.extend(floor());
    Plan {
        name: "Kestrel Arena",
        width: 3720.0,
        height: 2.0 * CENTRE.y,
        categories: &CATEGORIES,
        zones,
    }
}

/// The blocks of a tier that see the stage from the front.
fn tier(bowl: &Bowl, hundreds: usize, depth: f64, rows: usize, wedges: usize) -> Vec<Zone> {
    let blocks = bowl.blocks(4, 1, wedges).into_iter();
    let facing =
        blocks.filter(|block| !matches!(block.part, Part::Left | Part::TopLeft | Part::BottomLeft));
    let mut zones: Vec<(u8, Zone)> = facing
        .enumerate()
        .map(|(at, block)| zone(&block, hundreds + at + 1, depth, rows))
        .collect();
    // Those who look straight at the stage come first.
    zones.sort_by_key(|&(aside, _)| aside);
    zones.into_iter().map(|(_, zone)| zone).collect()
}

fn zone(block: &Block, name: usize, depth: f64, rows: usize) -> (u8, Zone) {
    let mut zone = Zone::new(format!("Block {name}"), name.to_string());
    let aside = u8::from(block.middle(0.0).x < CENTRE.x - 500.0);
    let category = match (name < 200, aside) {
        (_, 1) => "Side view",
        (true, _) => "Lower tier",
        _ => "Upper tier",
    };
    for row in 0..rows {
        let places = block.row(depth + ROW * row as f64);
        zone.row((row + 1).to_string(), places, category);
    }
    let behind = block.middle(depth + ROW * rows as f64 + 38.0);
    zone.shapes
        .push(words(behind, &name.to_string(), 44.0, 0.0));
    (aside, zone)
}

fn floor() -> Vec<serde_json::Value> {
    let at = |x: f64| Point::new(CENTRE.x + x, CENTRE.y);
    vec![
        rectangle(at(-1280.0), 420.0, 1000.0, STAGE, "Stage", 60.0),
        rectangle(at(-870.0), 320.0, 1000.0, PLAIN, "Front Pit", 48.0),
        rectangle(at(100.0), 1560.0, 1140.0, PLAIN, "Floor", 60.0),
    ]
}
