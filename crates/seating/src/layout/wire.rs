//! The stored form of a layout: plain structs whose fields never change their meaning. Small
//! because most runs begin where the one before ended.

use serde::{Deserialize, Serialize};

use super::{Layout, LayoutError, LayoutRow, LayoutRun, RunEnd};
use crate::{CategoryIndex, MAX_SEATS, SeatIndex, SectionIndex};

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct LayoutWire {
    section_count: u32,
    /// Rows in order; neighbours that share section and kind share an entry.
    groups: Vec<Group>,
    /// How many seats each category has in a row, by index.
    categories: Vec<(Option<CategoryIndex>, u32)>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Group {
    section: SectionIndex,
    together: bool,
    runs: Vec<GroupRun>,
}

#[derive(Clone, Serialize, Deserialize)]
struct GroupRun {
    /// From the index after the run before to this one's first.
    skip: i32,
    len: u32,
    end: RunEnd,
}

impl From<Layout> for LayoutWire {
    fn from(layout: Layout) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        let mut next: SeatIndex = 0;
        for row in &layout.rows {
            let same =
                |group: &&mut Group| (group.section, group.together) == (row.section, row.together);
            let runs = layout.runs_of(row).iter().map(|run| {
                // Indexes stay below MAX_SEATS, so their differences fit.
                let skip = run.first as i32 - next as i32;
                next = run.first + run.len;
                GroupRun {
                    skip,
                    len: run.len,
                    end: run.end,
                }
            });
            match groups.last_mut().filter(same) {
                Some(group) => group.runs.extend(runs),
                None => groups.push(Group {
                    section: row.section,
                    together: row.together,
                    runs: runs.collect(),
                }),
            }
        }
        Self {
            section_count: layout.section_count,
            groups,
            categories: category_counts(&layout),
        }
    }
}

fn category_counts(layout: &Layout) -> Vec<(Option<CategoryIndex>, u32)> {
    let ends = layout.categories.iter().skip(1).map(|&(first, _)| first);
    let ends = ends.chain([layout.seat_count]);
    let starts = layout.categories.iter();
    starts
        .zip(ends)
        .map(|(&(first, category), end)| (category, end - first))
        .collect()
}

impl TryFrom<LayoutWire> for Layout {
    type Error = LayoutError;

    fn try_from(wire: LayoutWire) -> Result<Self, LayoutError> {
        let seat_count = wire.count_seats()?;
        let mut layout = Self {
            seat_count,
            section_count: wire.section_count,
            ..Self::default()
        };
        let mut seen = vec![false; seat_count as usize];
        let mut next = 0;
        for group in wire.groups {
            if u32::from(group.section) >= wire.section_count {
                return Err(LayoutError::Section(group.section));
            }
            layout.add_group(group, &mut next, &mut seen)?;
        }
        let mut first = 0;
        for (category, count) in wire.categories {
            layout.categories.push((first, category));
            first += count;
        }
        Ok(layout)
    }
}

impl LayoutWire {
    /// The seats of all rows, which must be as many as those of all categories.
    fn count_seats(&self) -> Result<u32, LayoutError> {
        let runs = self.groups.iter().flat_map(|group| &group.runs);
        let seats: u64 = runs.map(|run| u64::from(run.len)).sum();
        let counts = self.categories.iter().map(|&(_, count)| u64::from(count));
        let categories: u64 = counts.sum();
        if categories != seats {
            return Err(LayoutError::Categories(categories));
        }
        let fits = u32::try_from(seats).ok().filter(|&n| n <= MAX_SEATS);
        fits.ok_or(LayoutError::TooManySeats(seats))
    }
}

impl Layout {
    fn add_group(
        &mut self,
        group: Group,
        next: &mut i64,
        seen: &mut [bool],
    ) -> Result<(), LayoutError> {
        let mut start = self.runs.len() as u32;
        for run in group.runs {
            let first = *next + i64::from(run.skip);
            *next = first + i64::from(run.len);
            for seat in first..*next {
                let place = usize::try_from(seat).ok().and_then(|at| seen.get_mut(at));
                match place {
                    Some(seen @ false) => *seen = true,
                    _ => return Err(LayoutError::Seat(seat.unsigned_abs())),
                }
            }
            self.runs.push(LayoutRun {
                first: u32::try_from(first).map_err(|_| LayoutError::Seat(first.unsigned_abs()))?,
                len: run.len,
                end: run.end,
            });
            if run.end == RunEnd::Row {
                let end = self.runs.len() as u32;
                self.rows.push(LayoutRow {
                    section: group.section,
                    together: group.together,
                    runs: start..end,
                });
                start = end;
            }
        }
        let finished = start as usize == self.runs.len();
        finished.then_some(()).ok_or(LayoutError::Unfinished)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(runs: &[(i32, u32, RunEnd)], seats: u32) -> LayoutWire {
        let runs = runs
            .iter()
            .map(|&(skip, len, end)| GroupRun { skip, len, end });
        LayoutWire {
            section_count: 1,
            groups: vec![Group {
                section: 0,
                together: false,
                runs: runs.collect(),
            }],
            categories: vec![(None, seats)],
        }
    }

    #[test]
    fn a_damaged_layout_is_refused_with_its_reason() {
        let refusal = |wire| Layout::try_from(wire).expect_err("damaged");
        let row = RunEnd::Row;
        assert_eq!(refusal(wire(&[(1, 2, row)], 2)), LayoutError::Seat(2));
        assert_eq!(refusal(wire(&[(-1, 2, row)], 2)), LayoutError::Seat(1));
        let twice = wire(&[(0, 2, row), (-2, 2, row)], 4);
        assert_eq!(refusal(twice), LayoutError::Seat(0));
        assert_eq!(refusal(wire(&[(0, 2, row)], 3)), LayoutError::Categories(3));
        let open = wire(&[(0, 2, RunEnd::Aisle)], 2);
        assert_eq!(refusal(open), LayoutError::Unfinished);
        let huge = wire(&[(0, u32::MAX, row)], u32::MAX);
        assert_eq!(
            refusal(huge),
            LayoutError::TooManySeats(u64::from(u32::MAX))
        );
        let mut foreign = wire(&[(0, 2, row)], 2);
        foreign.groups[0].section = 1;
        assert_eq!(refusal(foreign), LayoutError::Section(1));
    }
}
