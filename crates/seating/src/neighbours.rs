//! Which seats of a row stand side by side, worked out from where they are; gives the [`Layout`].
//! Who sits on them is not asked here.

use crate::SeatIndex;
use crate::layout::{Layout, LayoutRow, LayoutRun, RunEnd};
use crate::plan::{Row, SeatingPlan};

/// Two seats further apart than this many times the row's usual distance have an aisle between
/// them. Real gangways are at least two seats wide; the wider spacing of a curve or of a love seat
/// is less.
const AISLE: f64 = 2.0;

impl SeatingPlan {
    /// What deciding about seats needs: see [`Layout`].
    #[must_use]
    pub fn layout(&self) -> Layout {
        let mut layout = Layout {
            seat_count: self.seat_count(),
            section_count: self.sections.len() as u32,
            ..Layout::default()
        };
        for row in self.rows.iter().filter(|row| !row.runs.is_empty()) {
            let together = self.is_area(row.section);
            let start = layout.runs.len() as u32;
            self.push_runs(row, together, &mut layout.runs);
            layout.rows.push(LayoutRow {
                section: row.section,
                together,
                runs: start..layout.runs.len() as u32,
            });
        }
        for index in 0..self.seat_count() {
            let category = self.category_of(index);
            let same = |&(_, last): &(SeatIndex, _)| last == category;
            if !layout.categories.last().is_some_and(same) {
                layout.categories.push((index, category));
            }
        }
        layout
    }

    fn push_runs(&self, row: &Row, together: bool, runs: &mut Vec<LayoutRun>) {
        let limit = if together {
            f64::INFINITY
        } else {
            self.aisle_limit(row)
        };
        let start = runs.len();
        let mut before: Option<SeatIndex> = None;
        for seat in row.seats() {
            let aisle = before.is_some_and(|before| self.distance(before, seat) > limit);
            match runs[start..].last_mut() {
                Some(run) if !aisle && run.first + run.len == seat => run.len += 1,
                last => {
                    if let Some(run) = last {
                        run.end = if aisle {
                            RunEnd::Aisle
                        } else {
                            RunEnd::Neighbour
                        };
                    }
                    runs.push(LayoutRun {
                        first: seat,
                        len: 1,
                        end: RunEnd::Row,
                    });
                }
            }
            before = Some(seat);
        }
    }

    /// The distance from which on there is an aisle; seats drawn on top of each other have none.
    fn aisle_limit(&self, row: &Row) -> f64 {
        let next = row.seats().skip(1);
        let mut distances: Vec<f64> = row
            .seats()
            .zip(next)
            .map(|(seat, next)| self.distance(seat, next))
            .collect();
        if distances.is_empty() {
            return f64::INFINITY;
        }
        let middle = (distances.len() - 1) / 2;
        let (_, &mut median, _) = distances.select_nth_unstable_by(middle, f64::total_cmp);
        if median > 0.0 {
            AISLE * median
        } else {
            f64::INFINITY
        }
    }

    fn distance(&self, seat: SeatIndex, other: SeatIndex) -> f64 {
        let at = |seat: SeatIndex| self.seats.positions[seat as usize];
        at(seat).distance(at(other))
    }
}
