//! Points and lengths as whole hundredths of a plan's unit, so that two readings of one file agree
//! to the bit. No shapes, no seats.

use serde::{Deserialize, Serialize};

/// A length or coordinate in hundredths of a plan's unit.
pub(crate) type Hundredths = i32;

/// Beyond this many units from the origin nothing is drawn; keeps all sums far from overflow.
pub(crate) const MAX_COORDINATE: f64 = 1_000_000.0;

/// A point of the plan: x to the right, y downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Point {
    pub(crate) x: Hundredths,
    pub(crate) y: Hundredths,
}

impl Point {
    /// From units, which callers have checked against [`MAX_COORDINATE`].
    pub(crate) fn from_units(x: f64, y: f64) -> Self {
        Self {
            x: hundredths(x),
            y: hundredths(y),
        }
    }

    /// The distance to another point, in hundredths.
    pub(crate) fn distance(self, other: Self) -> f64 {
        let dx = f64::from(self.x) - f64::from(other.x);
        let dy = f64::from(self.y) - f64::from(other.y);
        dx.hypot(dy)
    }
}

/// Units to hundredths, half away from zero.
pub(crate) fn hundredths(units: f64) -> Hundredths {
    (units * 100.0).round() as Hundredths
}

/// Hundredths to tenths, half away from zero: what browsers draw.
pub(crate) fn tenths(length: Hundredths) -> i32 {
    let half = if length < 0 { -5 } else { 5 };
    length.saturating_add(half) / 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_round_half_away_from_zero() {
        assert_eq!([104, 105, -104, -105, 0].map(tenths), [10, 11, -10, -11, 0]);
    }
}
