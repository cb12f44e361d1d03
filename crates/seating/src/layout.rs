//! What deciding about seats needs to know of a plan: rows, neighbours and categories by index, and
//! nothing else. Ids, names and geometry stay in the plan. The stored form is in `layout::wire`.

mod wire;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use self::wire::LayoutWire;
use crate::{CategoryIndex, SeatIndex, SectionIndex};

/// The rows of an event in the order of the file, best first, areas last. Written to ledgers: about
/// three bytes a row, so 50,000 seats take less than 10 KB.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "LayoutWire", try_from = "LayoutWire")]
pub struct Layout {
    pub(crate) seat_count: u32,
    pub(crate) section_count: u32,
    pub(crate) rows: Vec<LayoutRow>,
    pub(crate) runs: Vec<LayoutRun>,
    /// The first seat of each run of seats with one category, ascending from 0.
    pub(crate) categories: Vec<(SeatIndex, Option<CategoryIndex>)>,
}

/// A row of seats, or all places of an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutRow {
    /// The section that it stands in.
    pub section: SectionIndex,
    /// A general-admission area: its places always count as together.
    pub together: bool,
    pub(crate) runs: Range<u32>,
}

/// Seats of a row that stand side by side and whose indexes follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LayoutRun {
    pub(crate) first: SeatIndex,
    pub(crate) len: u32,
    pub(crate) end: RunEnd,
}

/// What comes after a run of seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunEnd {
    /// The row's next run, right beside it: only the indexes jump.
    Neighbour,
    /// An aisle, and then the row's next run.
    Aisle,
    /// The end of the row.
    Row,
}

/// Why stored bytes are no layout.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// More seats than an event may have.
    #[error("the layout has {0} seats, more than an event may have")]
    TooManySeats(u64),
    /// A seat that is in no row, in two, or beyond the last.
    #[error("seat {0} of the layout is not in exactly one row")]
    Seat(u64),
    /// A row in a section beyond the last.
    #[error("the layout names section {0}, which it does not have")]
    Section(SectionIndex),
    /// Categories for more or fewer seats than there are.
    #[error("the layout's categories are those of {0} seats")]
    Categories(u64),
    /// The last row does not end.
    #[error("the layout's last row has no end")]
    Unfinished,
}

impl Layout {
    /// How many seats and places there are.
    #[must_use]
    pub fn seat_count(&self) -> u32 {
        self.seat_count
    }

    /// How many sections the plan has, empty ones in.
    #[must_use]
    pub fn section_count(&self) -> u32 {
        self.section_count
    }

    /// The rows, best first.
    #[must_use]
    pub fn rows(&self) -> &[LayoutRow] {
        &self.rows
    }

    /// A row's seats in the order of the file.
    pub fn seats(&self, row: &LayoutRow) -> impl Iterator<Item = SeatIndex> + Clone + '_ {
        seats_of(self.runs_of(row))
    }

    /// A row's blocks: neighbouring seats between two aisles, in the order of the file.
    pub fn blocks(
        &self,
        row: &LayoutRow,
    ) -> impl Iterator<Item = impl Iterator<Item = SeatIndex> + Clone + '_> {
        self.runs_of(row)
            .split_inclusive(|run| run.end != RunEnd::Neighbour)
            .map(seats_of)
    }

    /// The category of a seat.
    #[must_use]
    pub fn category(&self, seat: SeatIndex) -> Option<CategoryIndex> {
        let after = self.categories.partition_point(|&(first, _)| first <= seat);
        self.categories.get(after.checked_sub(1)?)?.1
    }

    /// The section of every seat, by index.
    #[must_use]
    pub fn section_of_seats(&self) -> Vec<SectionIndex> {
        let mut sections = vec![0; self.seat_count as usize];
        for row in &self.rows {
            for seat in self.seats(row) {
                sections[seat as usize] = row.section;
            }
        }
        sections
    }

    /// Whether this layout is `older` with seats added: every older seat still stands in its
    /// section, and shares its row with the same older seats. Categories and order may differ.
    #[must_use]
    pub fn extends(&self, older: &Self) -> bool {
        if self.seat_count < older.seat_count {
            return false;
        }
        let (now, before) = (self.row_of_seats(), older.row_of_seats());
        let mut row_now = vec![None; older.rows.len()];
        let mut row_before = vec![None; self.rows.len()];
        before.iter().zip(&now).all(|(&before, &now)| {
            let (older_row, row) = (&older.rows[before], &self.rows[now]);
            *row_now[before].get_or_insert(now) == now
                && *row_before[now].get_or_insert(before) == before
                && (older_row.section, older_row.together) == (row.section, row.together)
        })
    }

    fn row_of_seats(&self) -> Vec<usize> {
        let mut rows = vec![0; self.seat_count as usize];
        for (at, row) in self.rows.iter().enumerate() {
            for seat in self.seats(row) {
                rows[seat as usize] = at;
            }
        }
        rows
    }

    pub(crate) fn runs_of(&self, row: &LayoutRow) -> &[LayoutRun] {
        &self.runs[row.runs.start as usize..row.runs.end as usize]
    }
}

fn seats_of(runs: &[LayoutRun]) -> impl Iterator<Item = SeatIndex> + Clone + '_ {
    runs.iter().flat_map(|run| run.first..run.first + run.len)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rows of three in one section, an area of two in another.
    fn layout() -> Layout {
        let run = |first, len| LayoutRun {
            first,
            len,
            end: RunEnd::Row,
        };
        let row = |section, together, at| LayoutRow {
            section,
            together,
            runs: at..at + 1,
        };
        Layout {
            seat_count: 8,
            section_count: 2,
            rows: vec![row(0, false, 0), row(0, false, 1), row(1, true, 2)],
            runs: vec![run(0, 3), run(3, 3), run(6, 2)],
            categories: vec![(0, Some(1)), (4, None), (6, Some(0))],
        }
    }

    /// The same with one more seat at the first row's end, and the rows the other way round.
    fn grown() -> Layout {
        let mut layout = layout();
        layout.seat_count = 9;
        layout.categories.push((8, Some(1)));
        layout.runs = vec![
            LayoutRun {
                first: 3,
                len: 3,
                end: RunEnd::Row,
            },
            LayoutRun {
                first: 0,
                len: 3,
                end: RunEnd::Neighbour,
            },
            LayoutRun {
                first: 8,
                len: 1,
                end: RunEnd::Row,
            },
            layout.runs[2],
        ];
        layout.rows[1].runs = 1..3;
        layout.rows[2].runs = 3..4;
        layout
    }

    #[test]
    fn a_layout_survives_both_its_stored_forms() {
        for layout in [layout(), grown(), Layout::default()] {
            let json = serde_json::to_string(&layout).expect("JSON");
            assert_eq!(
                serde_json::from_str::<Layout>(&json).expect("a layout"),
                layout
            );
            let bytes = postcard::to_stdvec(&layout).expect("bytes");
            assert_eq!(
                postcard::from_bytes::<Layout>(&bytes).expect("a layout"),
                layout
            );
        }
    }

    #[test]
    fn a_category_holds_from_its_first_seat_to_the_next_ones() {
        let categories: Vec<_> = (0..9).map(|seat| layout().category(seat)).collect();
        let expected = [
            Some(1),
            Some(1),
            Some(1),
            Some(1),
            None,
            None,
            Some(0),
            Some(0),
            Some(0),
        ];
        assert_eq!(categories, expected);
    }

    #[test]
    fn added_seats_and_another_order_of_rows_extend_a_layout() {
        assert!(grown().extends(&layout()));
        assert!(layout().extends(&layout()));
        assert!(!layout().extends(&grown()));
    }

    #[test]
    fn a_seat_in_another_row_or_section_does_not_extend_a_layout() {
        let mut joined = layout();
        joined.rows = vec![
            LayoutRow {
                runs: 0..2,
                ..joined.rows[0].clone()
            },
            joined.rows[2].clone(),
        ];
        joined.runs[0].end = RunEnd::Aisle;
        assert!(!joined.extends(&layout()));
        assert!(!layout().extends(&joined));
        let mut elsewhere = layout();
        elsewhere.rows[1].section = 1;
        assert!(!elsewhere.extends(&layout()));
    }
}
