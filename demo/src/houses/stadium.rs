//! A football stadium of exactly 50,000 seats: three tiers of blocks around a full-size pitch. One
//! metre is 44 units, because a seat is half a metre wide.

use serde_json::Value;

use crate::bowl::{Block, Bowl, Part};
use crate::geometry::{Point, ROW};
use crate::plan::{Plan, Zone};
use crate::shapes::{GRASS, LINES, PLAIN, circle, polygon, rectangle, words};

const CENTRE: Point = Point::new(4650.0, 3850.0);
const METRE: f64 = 44.0;
const SEATS: usize = 50_000;

const CATEGORIES: [(&str, &str); 5] = [
    ("Club", "#7b2d8b"),
    ("Category 1", "#c2273d"),
    ("Category 2", "#e07b1f"),
    ("Category 3", "#2b7fb8"),
    ("Category 4", "#3c9a6a"),
];

/// A ring of blocks.
struct Tier {
    /// The hundreds of its block numbers.
    hundreds: usize,
    /// How far its first row is behind the first of all.
    depth: f64,
    rows: usize,
    /// Blocks in each corner.
    wedges: usize,
}

/// A walkway between tiers, wide enough for the names of the blocks.
const WALKWAY: f64 = 120.0;

const TIERS: [Tier; 3] = [
    Tier {
        hundreds: 1,
        depth: 0.0,
        rows: 22,
        wedges: 3,
    },
    Tier {
        hundreds: 2,
        depth: 22.0 * ROW + WALKWAY,
        rows: 12,
        wedges: 4,
    },
    Tier {
        hundreds: 3,
        depth: 34.0 * ROW + 2.0 * WALKWAY,
        rows: 22,
        wedges: 5,
    },
];

/// Chosen so that three tiers hold a handful more than 50,000 seats.
const BOWL: Bowl = Bowl {
    centre: CENTRE,
    half_width: 59.5 * METRE,
    half_height: 41.5 * METRE,
    corner: 23.5 * METRE,
};

pub(super) fn plan() -> Plan {
    let mut blocks = Vec::new();
    for tier in &TIERS {
        for (at, block) in BOWL.blocks(5, 3, tier.wedges).into_iter().enumerate() {
            let category = category(tier.hundreds, &block);
            let name = tier.hundreds * 100 + at + 1;
            blocks.push((
                category,
                name,
                zone(tier, &block, name, CATEGORIES[category].0),
            ));
        }
    }
    // The best seats come first in the file, because that is the order in which they are offered.
    blocks.sort_by_key(|&(category, name, _)| (category, name));
    let mut zones: Vec<Zone> = blocks.into_iter().map(|(_, _, zone)| zone).collect();
    trim(&mut zones, SEATS);
    zones[0].shapes.extend(pitch());
    Plan {
        name: "Hollowmere Park",
        width: 2.0 * CENTRE.x,
        height: 2.0 * CENTRE.y,
        categories: &CATEGORIES,
        zones,
    }
}

fn zone(tier: &Tier, block: &Block, name: usize, category: &'static str) -> Zone {
    let mut zone = Zone::new(format!("Block {name}"), name.to_string());
    for row in 0..tier.rows {
        let places = block.row(tier.depth + ROW * row as f64);
        zone.row((row + 1).to_string(), places, category);
    }
    let behind = block.middle(tier.depth + ROW * tier.rows as f64 + WALKWAY / 2.0 - ROW / 2.0);
    zone.shapes
        .push(words(behind, &name.to_string(), 56.0, 0.0));
    zone
}

/// The category of a block, 0 the dearest: the long sides see best, corners and height cost less.
fn category(hundreds: usize, block: &Block) -> usize {
    let side = match block.part {
        Part::Top | Part::Bottom => 0,
        Part::Left | Part::Right => 2,
        _ => 3,
    };
    match (hundreds, side) {
        (2, 0) if block.off_centre < 0.5 => 0,
        (1 | 2, 0) => 1,
        (3, 0) if block.off_centre < 0.5 => 2,
        (2, _) | (1, 2) => 2,
        (3, 0) | (1, _) => 3,
        _ => 4,
    }
}

/// Takes single seats off the upper tier's last rows, block by block in turn, until the house has as
/// many as it should.
fn trim(zones: &mut [Zone], seats: usize) {
    let mut surplus = zones.iter().map(Zone::seat_count).sum::<usize>() - seats;
    while surplus > 0 {
        let upper = zones.iter_mut().filter(|zone| zone.prefix.starts_with('3'));
        for row in upper.filter_map(|zone| zone.rows.last_mut()).take(surplus) {
            surplus -= usize::from(row.seats.pop().is_some());
        }
    }
}

/// A pitch of 105 by 68 metres with its markings.
fn pitch() -> Vec<Value> {
    let area = |from_goal: f64, width: f64, left: bool| {
        let middle = (52.5 - from_goal / 2.0) * METRE;
        let x = if left { -middle } else { middle };
        let at = Point::new(CENTRE.x + x, CENTRE.y);
        rectangle(at, from_goal * METRE, width * METRE, LINES, "", 16.0)
    };
    let spot = |x: f64| {
        circle(
            Point::new(CENTRE.x + x * METRE, CENTRE.y),
            9.0,
            (LINES.1, LINES.1),
            "",
            16.0,
        )
    };
    let mut shapes = vec![
        polygon(&BOWL.edge(-30.0), PLAIN, "", CENTRE, 16.0),
        rectangle(CENTRE, 105.0 * METRE, 68.0 * METRE, GRASS, "", 16.0),
        rectangle(CENTRE, 4.0, 68.0 * METRE, (LINES.1, LINES.1), "", 16.0),
        circle(CENTRE, 9.15 * METRE, LINES, "", 16.0),
    ];
    shapes.extend([-41.5, 0.0, 41.5].map(spot));
    for left in [true, false] {
        shapes.push(area(16.5, 40.3, left));
        shapes.push(area(5.5, 18.3, left));
    }
    shapes
}
