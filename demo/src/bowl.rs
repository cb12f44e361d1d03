//! Tiers of blocks around a pitch or a floor: a rounded rectangle whose rows are further and further
//! out. Straight sides have equal rows, corners fan out.

use crate::geometry::{Point, SEAT, arc, chord_angle};

/// The inner edge of a bowl, where the first row stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bowl {
    pub(crate) centre: Point,
    /// From the centre to the first row, across the page and down it.
    pub(crate) half_width: f64,
    pub(crate) half_height: f64,
    /// The radius of the first row's corners.
    pub(crate) corner: f64,
}

/// Which part of the bowl a block is in, clockwise from the top as the page shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Top,
    TopRight,
    Right,
    BottomRight,
    Bottom,
    BottomLeft,
    Left,
    TopLeft,
}

/// A block of a bowl, between two gangways.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    pub(crate) part: Part,
    /// How far its middle is from that of its side, 0 to 1; 1 in the corners.
    pub(crate) off_centre: f64,
    edge: Edge,
}

#[derive(Clone, Copy, Debug)]
enum Edge {
    /// Along a side: the first row's left end as seen from the pitch, the step along it, its
    /// length, and the step outwards.
    Straight {
        start: Point,
        along: Point,
        length: f64,
        outwards: Point,
    },
    /// Around a corner: between two angles.
    Corner {
        centre: Point,
        radius: f64,
        from: f64,
        to: f64,
    },
}

/// Half of a gangway between two blocks.
const HALF_GANGWAY: f64 = 24.0;

impl Bowl {
    /// The blocks of one tier, clockwise from the left end of the top side: so many on each long
    /// side, short side and corner.
    pub(crate) fn blocks(&self, long: usize, short: usize, corner: usize) -> Vec<Block> {
        let Self {
            centre: Point { x, y },
            half_width: w,
            half_height: h,
            corner: r,
        } = *self;
        let (across, down) = (w - r, h - r);
        let at = Point::new;
        let mut blocks = Vec::new();
        let mut side = |part, start, along, length, outwards, count| {
            blocks.extend(straight(part, start, along, length, outwards, count));
        };
        side(
            Part::Top,
            at(x - across, y - h),
            at(1.0, 0.0),
            2.0 * across,
            at(0.0, -1.0),
            long,
        );
        side(
            Part::Right,
            at(x + w, y - down),
            at(0.0, 1.0),
            2.0 * down,
            at(1.0, 0.0),
            short,
        );
        side(
            Part::Bottom,
            at(x + across, y + h),
            at(-1.0, 0.0),
            2.0 * across,
            at(0.0, 1.0),
            long,
        );
        side(
            Part::Left,
            at(x - w, y + down),
            at(0.0, -1.0),
            2.0 * down,
            at(-1.0, 0.0),
            short,
        );
        let mut turn = |part, centre, from| {
            blocks.extend(wedges(part, centre, r, from, corner));
        };
        turn(Part::TopRight, at(x + across, y - down), 180.0);
        turn(Part::BottomRight, at(x + across, y + down), 90.0);
        turn(Part::BottomLeft, at(x - across, y + down), 0.0);
        turn(Part::TopLeft, at(x - across, y - down), 270.0);
        // Sides and corners in turn: a stable sort by part makes it clockwise.
        blocks.sort_by_key(|block| block.part as usize);
        blocks
    }

    /// The outline of everything within so much of the first row, as a polygon.
    pub(crate) fn edge(&self, depth: f64) -> Vec<Point> {
        let (across, down) = (
            self.half_width - self.corner,
            self.half_height - self.corner,
        );
        let corners = [
            (1.0, -1.0, 180),
            (1.0, 1.0, 90),
            (-1.0, 1.0, 0),
            (-1.0, -1.0, 270),
        ];
        let turn = |(right, below, from): (f64, f64, i32)| {
            let x = self.centre.x + across * right;
            let centre = Point::new(x, self.centre.y + down * below);
            (0..=10).map(move |n| centre.towards(f64::from(from - 9 * n), self.corner + depth))
        };
        corners.into_iter().flat_map(turn).collect()
    }
}

fn straight(
    part: Part,
    start: Point,
    along: Point,
    length: f64,
    outwards: Point,
    count: usize,
) -> impl Iterator<Item = Block> {
    let width = length / count as f64;
    (0..count).map(move |n| {
        let middle = (n as f64 + 0.5) / count as f64;
        Block {
            part,
            off_centre: (2.0 * middle - 1.0).abs(),
            edge: Edge::Straight {
                start: start.plus(along, width * n as f64),
                along,
                length: width,
                outwards,
            },
        }
    })
}

/// Clockwise on the page is towards smaller angles, which count from straight down.
fn wedges(
    part: Part,
    centre: Point,
    radius: f64,
    from: f64,
    count: usize,
) -> impl Iterator<Item = Block> {
    let width = 90.0 / count as f64;
    (0..count).map(move |n| Block {
        part,
        off_centre: 1.0,
        edge: Edge::Corner {
            centre,
            radius,
            from: from - width * n as f64,
            to: from - width * (n + 1) as f64,
        },
    })
}

impl Block {
    /// The places of the row so far behind the first, clockwise.
    pub(crate) fn row(&self, depth: f64) -> Vec<Point> {
        match self.edge {
            Edge::Straight {
                start,
                along,
                length,
                outwards,
            } => {
                let seats = ((length - 2.0 * HALF_GANGWAY) / SEAT).floor();
                let first = (length - SEAT * (seats - 1.0)) / 2.0;
                let origin = start.plus(outwards, depth);
                (0..seats as usize)
                    .map(|n| origin.plus(along, first + SEAT * n as f64))
                    .collect()
            }
            Edge::Corner {
                centre,
                radius,
                from,
                to,
            } => {
                let radius = radius + depth;
                let gangway = chord_angle(radius, HALF_GANGWAY);
                arc(centre, radius, from - gangway, to + gangway)
            }
        }
    }

    /// The middle of the block at this depth, for its name.
    pub(crate) fn middle(&self, depth: f64) -> Point {
        match self.edge {
            Edge::Straight {
                start,
                along,
                length,
                outwards,
            } => start.plus(outwards, depth).plus(along, length / 2.0),
            Edge::Corner {
                centre,
                radius,
                from,
                to,
            } => centre.towards(f64::midpoint(from, to), radius + depth),
        }
    }
}
