//! Points and directions on the page: x to the right, y downwards. Angles are degrees from straight
//! down, growing to the right, so that a stage at the top looks into the house at 0 and sees it from
//! -90 at the left of the page to 90 at its right. No seats are sold here.

/// How far apart neighbouring seats stand.
pub(crate) const SEAT: f64 = 22.0;
/// How far apart rows stand.
pub(crate) const ROW: f64 = 28.0;

/// A place on the page, or a step across it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Point {
    pub(crate) const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// This far in this direction.
    pub(crate) fn towards(self, angle: f64, distance: f64) -> Self {
        let (sin, cos) = angle.to_radians().sin_cos();
        Self::new(self.x + distance * sin, self.y + distance * cos)
    }

    /// So many times a step away.
    pub(crate) fn plus(self, step: Self, times: f64) -> Self {
        Self::new(self.x + step.x * times, self.y + step.y * times)
    }
}

/// Places on an arc about a centre, `SEAT` apart, as many as fit between two angles, in the middle
/// of it, from the left as the audience sees it drawn.
pub(crate) fn arc(centre: Point, radius: f64, from: f64, to: f64) -> Vec<Point> {
    let step = chord_angle(radius, SEAT);
    let seats = ((to - from).abs() / step + 1e-9).floor() as usize;
    let middle = f64::midpoint(from, to);
    let step = if to < from { -step } else { step };
    let angle = |n: usize| middle + step * (n as f64 - (seats as f64 - 1.0) / 2.0);
    (0..seats)
        .map(|n| centre.towards(angle(n), radius))
        .collect()
}

/// So many places in a straight line, `SEAT` apart, centred on a point.
pub(crate) fn line(middle: Point, seats: usize) -> Vec<Point> {
    let left = middle.x - SEAT * (seats as f64 - 1.0) / 2.0;
    (0..seats)
        .map(|n| Point::new(left + SEAT * n as f64, middle.y))
        .collect()
}

/// The angle at which a chord of this length is seen from the centre.
pub(crate) fn chord_angle(radius: f64, chord: f64) -> f64 {
    2.0 * (chord / 2.0 / radius).asin().to_degrees()
}
