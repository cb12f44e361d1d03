//! A seating plan in memory, columns rather than objects, and what can be asked of it. How it is
//! read, stored, drawn and revised lives in modules of their own.

use serde::{Deserialize, Serialize};

use crate::geometry::{Hundredths, Point};
use crate::id_table::IdTable;
use crate::pretix::Shape;
use crate::text_arena::TextArena;
use crate::{CategoryIndex, SeatIndex, SectionIndex};

/// The plan of one event's seats and places. About 45 bytes a seat: ids and numbers lie end to end
/// in two texts, everything else in columns by index.
#[derive(Clone, Debug)]
pub struct SeatingPlan {
    pub(crate) name: String,
    pub(crate) size: Option<Size>,
    pub(crate) categories: Vec<Category>,
    pub(crate) sections: Vec<Section>,
    /// In the order of the latest file, empty ones in, areas last.
    pub(crate) rows: Vec<Row>,
    pub(crate) seats: Seats,
    pub(crate) shapes: Vec<Shape>,
    pub(crate) ids: IdTable,
}

/// A category of seats: what a price belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Its name, as prices name it.
    pub name: String,
    /// A CSS colour.
    pub color: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Size {
    pub(crate) width: Hundredths,
    pub(crate) height: Hundredths,
}

/// A zone of the plan, or a general-admission area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Section {
    pub(crate) name: String,
    pub(crate) is_area: bool,
}

/// A row of seats, or all places of an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) section: SectionIndex,
    pub(crate) number: Option<Box<str>>,
    pub(crate) label: Option<Box<str>>,
    pub(crate) label_position: LabelPosition,
    pub(crate) runs: Vec<Run>,
}

/// Where a row's number is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LabelPosition {
    #[default]
    None,
    Start,
    End,
    Both,
}

/// Seats of a row whose indexes follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) first: SeatIndex,
    pub(crate) len: u32,
}

/// Everything that is known of each seat, by index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seats {
    pub(crate) ids: TextArena,
    /// Empty where a seat has no number.
    pub(crate) numbers: TextArena,
    pub(crate) rows: Vec<u32>,
    /// [`NO_CATEGORY`] where a seat has none.
    pub(crate) categories: Vec<CategoryIndex>,
    pub(crate) positions: Vec<Point>,
    pub(crate) radii: Vec<Hundredths>,
}

/// Stands in [`Seats::categories`] for a seat that has none.
pub(crate) const NO_CATEGORY: CategoryIndex = CategoryIndex::MAX;

/// One seat, as the plan knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatRef<'a> {
    /// The `seat_guid`, or `<area>-<n>`.
    pub id: &'a str,
    /// The row's number.
    pub row: Option<&'a str>,
    /// The seat's number within the row.
    pub number: Option<&'a str>,
    /// The section's name, which may be empty.
    pub section: &'a str,
    /// The section; two of one name have different ones.
    pub section_index: SectionIndex,
    /// The category, if it has one that the plan lists.
    pub category: Option<CategoryIndex>,
}

/// One row of the plan, or all places of an area.
#[derive(Clone, Copy, Debug)]
pub struct RowRef<'a> {
    row: &'a Row,
    /// The section that it stands in.
    pub section_index: SectionIndex,
    /// The row's number.
    pub number: Option<&'a str>,
}

impl<'a> RowRef<'a> {
    /// Its seats, in the order of the file.
    pub fn seats(self) -> impl Iterator<Item = SeatIndex> + Clone + 'a {
        self.row.seats()
    }
}

impl SeatingPlan {
    /// The plan's own name, as its file has it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many seats and places there are, all in.
    #[must_use]
    pub fn seat_count(&self) -> u32 {
        self.seats.rows.len() as u32
    }

    /// The index of the seat with this id.
    #[must_use]
    pub fn index_of(&self, id: &str) -> Option<SeatIndex> {
        self.ids.find(&self.seats.ids, id)
    }

    /// The seat of this index.
    #[must_use]
    pub fn seat(&self, index: SeatIndex) -> Option<SeatRef<'_>> {
        let row = &self.rows[*self.seats.rows.get(index as usize)? as usize];
        Some(SeatRef {
            id: self.seats.ids.get(index)?,
            row: row.number.as_deref(),
            number: self.seats.numbers.get(index).filter(|n| !n.is_empty()),
            section: &self.sections[usize::from(row.section)].name,
            section_index: row.section,
            category: self.category_of(index),
        })
    }

    /// All seats, by index.
    pub fn seats(&self) -> impl Iterator<Item = SeatRef<'_>> {
        (0..self.seat_count()).filter_map(|index| self.seat(index))
    }

    /// The category of the seat of this index.
    #[must_use]
    pub fn category_of(&self, index: SeatIndex) -> Option<CategoryIndex> {
        let category = *self.seats.categories.get(index as usize)?;
        (category != NO_CATEGORY).then_some(category)
    }

    /// The names of the sections, by section index: zones, then areas, then what came later. Two
    /// may have the same name, and a name may be empty.
    pub fn sections(&self) -> impl ExactSizeIterator<Item = &str> {
        self.sections.iter().map(|section| section.name.as_str())
    }

    /// Whether this section is a general-admission area.
    #[must_use]
    pub fn is_area(&self, section: SectionIndex) -> bool {
        self.sections
            .get(usize::from(section))
            .is_some_and(|section| section.is_area)
    }

    /// The indexes of all seats in sections of this name, ascending.
    pub fn section_seats<'a>(&'a self, name: &'a str) -> impl Iterator<Item = SeatIndex> + 'a {
        let matching = self.rows.iter().map(move |row| {
            let section = &self.sections[usize::from(row.section)];
            section.name == name
        });
        let matching: Vec<bool> = matching.collect();
        (0..self.seat_count())
            .filter(move |&index| matching[self.seats.rows[index as usize] as usize])
    }

    /// The categories, by category index.
    #[must_use]
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// The index of the category with this name.
    #[must_use]
    pub fn category_index(&self, name: &str) -> Option<CategoryIndex> {
        let at = self.categories.iter().position(|c| c.name == name)?;
        CategoryIndex::try_from(at).ok()
    }

    /// About how many bytes of memory the plan takes, for those who cache plans.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        let rows = self.rows.capacity() * size_of::<Row>();
        let runs: usize = self.rows.iter().map(|row| row.runs.capacity()).sum();
        let shapes = self.shapes.capacity() * size_of::<Shape>();
        self.seats.heap_bytes() + self.ids.heap_bytes() + rows + shapes + runs * size_of::<Run>()
    }

    /// The rows that have seats, in the order of the latest file, areas last.
    pub fn rows(&self) -> impl Iterator<Item = RowRef<'_>> {
        let with_seats = self.rows.iter().filter(|row| !row.runs.is_empty());
        with_seats.map(|row| RowRef {
            row,
            section_index: row.section,
            number: row.number.as_deref(),
        })
    }
}

impl PartialEq for SeatingPlan {
    /// All but the table of ids, which follows from the ids.
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.size, &self.categories, &self.sections)
            == (&other.name, other.size, &other.categories, &other.sections)
            && (&self.rows, &self.seats, &self.shapes) == (&other.rows, &other.seats, &other.shapes)
    }
}

impl Row {
    pub(crate) fn seats(&self) -> impl Iterator<Item = SeatIndex> + Clone + '_ {
        self.runs
            .iter()
            .flat_map(|run| run.first..run.first + run.len)
    }

    /// Adds a seat at the end, to the last run if it follows on.
    pub(crate) fn push(&mut self, seat: SeatIndex) {
        match self.runs.last_mut() {
            Some(run) if run.first + run.len == seat => run.len += 1,
            _ => self.runs.push(Run {
                first: seat,
                len: 1,
            }),
        }
    }
}

impl Seats {
    fn heap_bytes(&self) -> usize {
        let columns = self.rows.capacity() * size_of::<u32>()
            + self.categories.capacity() * size_of::<CategoryIndex>()
            + self.positions.capacity() * size_of::<Point>()
            + self.radii.capacity() * size_of::<Hundredths>();
        self.ids.heap_bytes() + self.numbers.heap_bytes() + columns
    }

    pub(crate) fn shrink(&mut self) {
        self.ids.shrink();
        self.numbers.shrink();
        self.rows.shrink_to_fit();
        self.categories.shrink_to_fit();
        self.positions.shrink_to_fit();
        self.radii.shrink_to_fit();
    }
}
