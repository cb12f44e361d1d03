//! The stored form of a plan: a versioned struct of columns in postcard, deflated, addressed by its
//! hash. A version once written is read for ever. Where the bytes are kept is the store's.

use std::borrow::Cow;
use std::fmt;
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::geometry::{Hundredths, Point};
use crate::id_table::IdTable;
use crate::plan::{
    Category, LabelPosition, NO_CATEGORY, Row, Run, SeatingPlan, Seats, Section, Size,
};
use crate::pretix::Shape;
use crate::runs::{run_lengths, steps};
use crate::text_arena::TextArena;
use crate::{CategoryIndex, MAX_SEATS, PlanDecodeError, SectionIndex};

/// The SHA-256 of a plan's stored bytes: its address, and that of its drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PlanHash(pub [u8; 32]);

impl PlanHash {
    /// The hash of these stored bytes.
    #[must_use]
    pub fn of(stored: &[u8]) -> Self {
        Self(Sha256::digest(stored).into())
    }
}

impl fmt::Display for PlanHash {
    /// Lower-case hex.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// All versions that were ever written. New ones come last.
#[derive(Serialize, Deserialize)]
enum Stored<'a> {
    V1(PlanV1<'a>),
}

/// The types of its fields are part of the stored form: who changes one writes a `V2`.
#[derive(Serialize, Deserialize)]
struct PlanV1<'a> {
    name: Cow<'a, str>,
    size: Option<Size>,
    categories: Cow<'a, [Category]>,
    sections: Cow<'a, [Section]>,
    shapes: Cow<'a, [Shape]>,
    rows: Vec<RowV1>,
    ids: Cow<'a, str>,
    id_lengths: Vec<u32>,
    numbers: Cow<'a, str>,
    number_lengths: Vec<u32>,
    seat_categories: Vec<(CategoryIndex, u32)>,
    /// Each seat's distance from the one before.
    xs: Vec<i32>,
    ys: Vec<i32>,
    radii: Vec<(Hundredths, u32)>,
}

#[derive(Serialize, Deserialize)]
struct RowV1 {
    section: SectionIndex,
    number: Option<Box<str>>,
    label: Option<Box<str>>,
    label_position: LabelPosition,
    /// From the index after the run before to this one's first, and its length.
    runs: Vec<(i32, u32)>,
}

/// More than any plan that can be read takes once inflated.
const MAX_INFLATED: u64 = 384 << 20;

impl SeatingPlan {
    /// The plan's stored bytes. Equal plans give equal bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let stored = Stored::V1(self.to_v1());
        let plain = postcard::to_stdvec(&stored).expect("plain structs of known length");
        let mut deflated = DeflateEncoder::new(Vec::new(), Compression::default());
        deflated
            .write_all(&plain)
            .expect("a vector takes all bytes");
        deflated.finish().expect("a vector takes all bytes")
    }

    /// The plan that [`Self::encode`] gave these bytes for.
    ///
    /// # Errors
    /// [`PlanDecodeError`] if the bytes are damaged or newer than this binary.
    pub fn decode(stored: &[u8]) -> Result<Self, PlanDecodeError> {
        let mut plain = Vec::new();
        let mut inflate = DeflateDecoder::new(stored).take(MAX_INFLATED);
        inflate
            .read_to_end(&mut plain)
            .map_err(PlanDecodeError::Inflate)?;
        match postcard::from_bytes(&plain).map_err(PlanDecodeError::Read)? {
            Stored::V1(plan) => plan.into_plan().map_err(PlanDecodeError::Inconsistent),
        }
    }

    fn to_v1(&self) -> PlanV1<'_> {
        let (ids, id_lengths) = self.seats.ids.to_parts();
        let (numbers, number_lengths) = self.seats.numbers.to_parts();
        let positions = &self.seats.positions;
        PlanV1 {
            name: Cow::Borrowed(&self.name),
            size: self.size,
            categories: Cow::Borrowed(&self.categories),
            sections: Cow::Borrowed(&self.sections),
            shapes: Cow::Borrowed(&self.shapes),
            rows: rows_v1(&self.rows),
            ids: Cow::Borrowed(ids),
            id_lengths,
            numbers: Cow::Borrowed(numbers),
            number_lengths,
            seat_categories: run_lengths(self.seats.categories.iter().copied()),
            xs: steps(positions.iter().map(|position| position.x)),
            ys: steps(positions.iter().map(|position| position.y)),
            radii: run_lengths(self.seats.radii.iter().copied()),
        }
    }
}

impl PlanV1<'_> {
    fn into_plan(self) -> Result<SeatingPlan, &'static str> {
        let seat_count = self.id_lengths.len();
        if seat_count > MAX_SEATS as usize {
            return Err("more seats than an event may have");
        }
        let positions = positions(&self.xs, &self.ys, seat_count)?;
        let ids = TextArena::from_parts(self.ids.into_owned(), &self.id_lengths);
        let numbers = TextArena::from_parts(self.numbers.into_owned(), &self.number_lengths);
        let mut seats = Seats {
            ids: ids.ok_or("ids that do not end where the text does")?,
            numbers: numbers.ok_or("numbers that do not end where the text does")?,
            rows: vec![u32::MAX; seat_count],
            categories: expand(&self.seat_categories, seat_count)?,
            positions,
            radii: expand(&self.radii, seat_count)?,
        };
        if seats.numbers.len() != seat_count {
            return Err("as many numbers as seats are needed");
        }
        let known = |&category: &CategoryIndex| {
            category == NO_CATEGORY || usize::from(category) < self.categories.len()
        };
        if !seats.categories.iter().all(known) {
            return Err("a seat's category is not listed");
        }
        let rows = rows_from_v1(self.rows, self.sections.len(), &mut seats.rows)?;
        let table = IdTable::build(&seats.ids).map_err(|_| "an id occurs twice")?;
        Ok(SeatingPlan {
            name: self.name.into_owned(),
            size: self.size,
            categories: self.categories.into_owned(),
            sections: self.sections.into_owned(),
            rows,
            seats,
            shapes: self.shapes.into_owned(),
            ids: table,
        })
    }
}

fn rows_v1(rows: &[Row]) -> Vec<RowV1> {
    let mut next = 0_u32;
    let stored = rows.iter().map(|row| RowV1 {
        section: row.section,
        number: row.number.clone(),
        label: row.label.clone(),
        label_position: row.label_position,
        runs: row
            .runs
            .iter()
            .map(|run| {
                // Indexes stay below MAX_SEATS, so their differences fit.
                let skip = run.first as i32 - next as i32;
                next = run.first + run.len;
                (skip, run.len)
            })
            .collect(),
    });
    stored.collect()
}

/// The rows, and in `row_of` the row of each seat, which must be in exactly one.
fn rows_from_v1(
    stored: Vec<RowV1>,
    sections: usize,
    row_of: &mut [u32],
) -> Result<Vec<Row>, &'static str> {
    let mut next = 0_i64;
    let mut rows = Vec::with_capacity(stored.len());
    for row in stored {
        if usize::from(row.section) >= sections {
            return Err("a row's section is not listed");
        }
        let mut runs = Vec::with_capacity(row.runs.len());
        for (skip, len) in row.runs {
            let first = next + i64::from(skip);
            next = first + i64::from(len);
            let seats = usize::try_from(first).ok().zip(usize::try_from(next).ok());
            let seats = seats.and_then(|(first, end)| row_of.get_mut(first..end));
            for row_of_seat in seats.ok_or("a row has a seat that is not there")? {
                if *row_of_seat != u32::MAX {
                    return Err("a seat is in two rows");
                }
                *row_of_seat = rows.len() as u32;
            }
            runs.push(Run {
                first: first as u32,
                len,
            });
        }
        rows.push(Row {
            section: row.section,
            number: row.number,
            label: row.label,
            label_position: row.label_position,
            runs,
        });
    }
    let homeless = row_of.contains(&u32::MAX);
    (!homeless).then_some(rows).ok_or("a seat is in no row")
}

fn expand<T: Copy>(runs: &[(T, u32)], count: usize) -> Result<Vec<T>, &'static str> {
    let total: u64 = runs.iter().map(|&(_, count)| u64::from(count)).sum();
    if total != count as u64 {
        return Err("a column is not as long as there are seats");
    }
    let mut values = Vec::with_capacity(count);
    for &(value, count) in runs {
        values.extend(std::iter::repeat_n(value, count as usize));
    }
    Ok(values)
}

fn positions(xs: &[i32], ys: &[i32], count: usize) -> Result<Vec<Point>, &'static str> {
    if xs.len() != count || ys.len() != count {
        return Err("as many positions as seats are needed");
    }
    let mut at = Point::default();
    let positions = xs.iter().zip(ys).map(|(&dx, &dy)| {
        at = Point {
            x: at.x.wrapping_add(dx),
            y: at.y.wrapping_add(dy),
        };
        at
    });
    Ok(positions.collect())
}
