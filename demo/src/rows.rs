//! Rows that curve around a stage, with aisles. Which rows a house has is the house's business.

use crate::geometry::{Point, arc, chord_angle};

/// An aisle is at least this wide: well over two seats, so that nobody counts as sitting across it.
pub(crate) const AISLE: f64 = 52.0;

/// A fan of rows about a centre: blocks between radial aisles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fan<'a> {
    pub(crate) centre: Point,
    /// The angles where blocks begin and end: n + 1 for n blocks, from left to right.
    pub(crate) cuts: &'a [f64],
}

impl Fan<'_> {
    /// The places of the row at this radius, all blocks of it.
    pub(crate) fn row(&self, radius: f64) -> Vec<Point> {
        self.blocks(radius).into_iter().flatten().collect()
    }

    /// The same, block by block.
    pub(crate) fn blocks(&self, radius: f64) -> Vec<Vec<Point>> {
        let half_aisle = chord_angle(radius, AISLE) / 2.0;
        let last = self.cuts.len() - 1;
        let block = |at: usize| {
            let (from, to) = (self.cuts[at], self.cuts[at + 1]);
            let turn = half_aisle.copysign(to - from);
            let from = if at == 0 { from } else { from + turn };
            let to = if at + 1 == last { to } else { to - turn };
            let places = arc(self.centre, radius, from, to);
            // A seat or two alone between aisles is no block.
            if places.len() < 3 { Vec::new() } else { places }
        };
        (0..last).map(block).collect()
    }
}

/// `A` to `Z` without I and O, which look like numbers, then `AA` and so on.
pub(crate) fn letter(row: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let letter = char::from(LETTERS[row % LETTERS.len()]);
    letter.to_string().repeat(row / LETTERS.len() + 1)
}
