//! Tables with chairs around them.

use serde_json::Value;

use crate::geometry::Point;
use crate::plan::Zone;
use crate::shapes::{WOOD, circle, rectangle};

/// The places around a round table, clockwise from the top, and the table itself.
pub(crate) fn round(centre: Point, seats: usize, number: &str) -> (Vec<Point>, Value) {
    // Chairs stand 26 apart, so that neighbours do not touch.
    let radius = (26.0 / 2.0 / (std::f64::consts::PI / seats as f64).sin()).max(30.0);
    let angle = |n: usize| 180.0 - 360.0 / seats as f64 * n as f64;
    let places = (0..seats).map(|n| centre.towards(angle(n), radius));
    let table = circle(centre, radius - 15.0, WOOD, number, 16.0);
    (places.collect(), table)
}

/// The places on both long sides of a table, and the table itself.
pub(crate) fn long(centre: Point, seats_a_side: usize, number: &str) -> (Vec<Point>, Value) {
    let width = 26.0 * seats_a_side as f64;
    let x = |n: usize| centre.x - width / 2.0 + 13.0 + 26.0 * n as f64;
    let side = |y: f64| move |n: usize| Point::new(x(n), centre.y + y);
    let upper = (0..seats_a_side).map(side(-29.0));
    let lower = (0..seats_a_side).rev().map(side(29.0));
    let table = rectangle(centre, width, 30.0, WOOD, number, 16.0);
    (upper.chain(lower).collect(), table)
}

impl Zone {
    /// Adds a table with its chairs.
    pub(crate) fn table(
        &mut self,
        number: impl Into<String>,
        (places, table): (Vec<Point>, Value),
        category: &'static str,
    ) {
        self.group("Table", number, places, category);
        self.shapes.push(table);
    }
}
