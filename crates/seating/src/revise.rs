//! Importing a plan again: seats that exist keep their index, new ones get the next. What would
//! remove, move or renumber a seat is refused, because somebody may hold a ticket for it.

mod merge;

use crate::geometry::Point;
use crate::plan::{Row, SeatingPlan};
use crate::{MAX_ERRORS, MAX_SEATS, PlanError, SeatIndex, SectionIndex};

impl SeatingPlan {
    /// This plan as `newer` has it, which [`SeatingPlan::from_pretix`] has just read: its names,
    /// categories, shapes, order of rows, and its seats beside those that there are. Existing seats,
    /// sections and categories keep their index whatever the order of the file; new ones follow in
    /// that order. A seat may change its category and its radius, a row its label.
    ///
    /// # Errors
    /// All that would remove a seat, move it to another section, row or position, or give it or its
    /// row another number; up to [`MAX_ERRORS`], with paths in the newer file.
    pub fn revise(&self, newer: Self) -> Result<Self, Vec<PlanError>> {
        let mut revision = Revision::new(self, &newer);
        revision.check_missing();
        revision.check_seats();
        revision.check_rows();
        revision.check_sections();
        revision.check_total();
        if revision.errors.is_empty() {
            Ok(revision.merge())
        } else {
            Err(revision.errors)
        }
    }
}

struct Revision<'a> {
    old: &'a SeatingPlan,
    new: &'a SeatingPlan,
    /// For each seat of the newer plan, its index in the older one.
    known: Vec<Option<SeatIndex>>,
    /// For each section of the newer plan, its index in the older one.
    sections: Vec<Option<SectionIndex>>,
    errors: Vec<PlanError>,
}

impl<'a> Revision<'a> {
    fn new(old: &'a SeatingPlan, new: &'a SeatingPlan) -> Self {
        let known = new.seats().map(|seat| old.index_of(seat.id)).collect();
        Self {
            old,
            new,
            known,
            sections: vec![None; new.sections.len()],
            errors: Vec::new(),
        }
    }

    fn refuse(&mut self, path: String, found: String, expected: String) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(PlanError {
                path,
                found,
                expected,
            });
        }
    }

    /// Every seat that there is must be in the newer plan; an area that shrank is one error.
    fn check_missing(&mut self) {
        let mut shrunk: Vec<SectionIndex> = Vec::new();
        for seat in self.old.seats() {
            if self.errors.len() == MAX_ERRORS {
                return;
            }
            if self.new.index_of(seat.id).is_some() || shrunk.contains(&seat.section_index) {
                continue;
            }
            if self.old.is_area(seat.section_index) {
                shrunk.push(seat.section_index);
                self.refuse_shrunk_area(seat.section_index);
            } else {
                let row = seat
                    .row
                    .map_or(String::new(), |row| format!(" of row {row:?}"));
                let expected = format!(
                    "seat {:?}{row} in section {:?}, which may be on sale or sold",
                    seat.id, seat.section
                );
                self.refuse(
                    "zones".to_owned(),
                    format!("no seat {:?}", seat.id),
                    expected,
                );
            }
        }
    }

    fn refuse_shrunk_area(&mut self, section: SectionIndex) {
        let name = &self.old.sections[usize::from(section)].name;
        let capacity = capacity(self.old, name);
        let expected = format!("area {name:?} with a capacity of at least {capacity}");
        let areas = self.new.sections.iter().filter(|section| section.is_area);
        match areas.enumerate().find(|(_, area)| area.name == *name) {
            Some((at, _)) => {
                let found = format!("a capacity of {}", self::capacity(self.new, name));
                self.refuse(format!("areas[{at}].capacity"), found, expected);
            }
            None => self.refuse("areas".to_owned(), format!("no area {name:?}"), expected),
        }
    }

    /// Every seat must stand where it stood and be called what it was called.
    fn check_seats(&mut self) {
        for index in 0..self.new.seat_count() {
            let Some(old) = self.known[index as usize] else {
                continue;
            };
            if let Some((path, found, expected)) = self.difference(old, index) {
                self.refuse(path, found, expected);
            }
            if self.errors.len() == MAX_ERRORS {
                return;
            }
        }
    }

    /// Where a seat of the newer plan differs from what it was: path, found, expected.
    fn difference(&self, old: SeatIndex, new: SeatIndex) -> Option<(String, String, String)> {
        let (was, is) = self.old.seat(old).zip(self.new.seat(new))?;
        let area_then = self.old.is_area(was.section_index);
        let area_now = self.new.is_area(is.section_index);
        if (was.section, area_then) != (is.section, area_now) {
            let expected = format!("section {:?}, where seat {:?} is", was.section, was.id);
            let found = format!("section {:?}", is.section);
            return Some((self.seat_path(new, ""), found, expected));
        }
        if was.row != is.row {
            let expected = format!("{}, the row of seat {:?}", quoted(was.row), was.id);
            return Some((self.row_path(new), quoted(is.row), expected));
        }
        if was.number != is.number {
            let expected = format!("{}, the number of seat {:?}", quoted(was.number), was.id);
            let path = self.seat_path(new, ".seat_number");
            return Some((path, quoted(is.number), expected));
        }
        let then = self.old.seats.positions[old as usize];
        let now = self.new.seats.positions[new as usize];
        let expected = || {
            format!(
                "{} of the whole plan, where seat {:?} is",
                units(then),
                was.id
            )
        };
        (then != now).then(|| (self.seat_path(new, ".position"), units(now), expected()))
    }

    /// Seats that share a row still do, and seats that do not still do not.
    fn check_rows(&mut self) {
        let mut old_of_new = vec![None; self.new.rows.len()];
        let mut new_of_old = vec![None; self.old.rows.len()];
        for (index, known) in self.known.clone().into_iter().enumerate() {
            let Some(old) = known else { continue };
            let new_row = self.new.seats.rows[index];
            let old_row = self.old.seats.rows[old as usize];
            let same = *old_of_new[new_row as usize].get_or_insert(old_row) == old_row
                && *new_of_old[old_row as usize].get_or_insert(new_row) == new_row;
            if !same {
                let index = index as SeatIndex;
                let id = self.new.seats.ids.get(index).unwrap_or_default();
                let expected = format!("seat {id:?} in one row with the seats that it was with");
                self.refuse(
                    self.seat_path(index, ""),
                    "another row".to_owned(),
                    expected,
                );
                return;
            }
        }
    }

    /// Finds each section's older self: through its seats, or, without any, by its name.
    fn check_sections(&mut self) {
        let mut taken = vec![false; self.old.sections.len()];
        for (index, known) in self.known.clone().into_iter().enumerate() {
            let Some(old) = known else { continue };
            let section = self.new.rows[self.new.seats.rows[index] as usize].section;
            let before = self.old.rows[self.old.seats.rows[old as usize] as usize].section;
            let match_ = &mut self.sections[usize::from(section)];
            let fresh = match_.is_none() && !taken[usize::from(before)];
            if fresh {
                *match_ = Some(before);
                taken[usize::from(before)] = true;
            } else if *match_ != Some(before) {
                let index = index as SeatIndex;
                let id = self.new.seats.ids.get(index).unwrap_or_default();
                let expected = format!("seat {id:?} in one zone with the seats that it was with");
                self.refuse(
                    self.seat_path(index, ""),
                    "another zone".to_owned(),
                    expected,
                );
                return;
            }
        }
        for (at, section) in self.new.sections.iter().enumerate() {
            if self.sections[at].is_some() {
                continue;
            }
            let mut old = self.old.sections.iter().enumerate();
            if let Some((before, _)) = old.find(|(at, old)| !taken[*at] && *old == section) {
                taken[before] = true;
                self.sections[at] = Some(before as SectionIndex);
            }
        }
    }

    fn check_total(&mut self) {
        let added = self.known.iter().filter(|known| known.is_none()).count();
        let total = self.old.seat_count() as usize + added;
        if total > MAX_SEATS as usize {
            let found = format!("{total} seats with the new ones");
            let expected = format!("at most {MAX_SEATS} seats in one event");
            self.refuse("zones".to_owned(), found, expected);
        }
        let fresh = self.sections.iter().filter(|known| known.is_none()).count();
        let sections = self.old.sections.len() + fresh;
        if sections > usize::from(SectionIndex::MAX) {
            let found = format!("{sections} with those that were once there");
            let expected = format!("at most {} zones and areas", SectionIndex::MAX);
            self.refuse("zones".to_owned(), found, expected);
        }
    }

    /// `zones[z].rows[r]` of the newer file, or `areas[a]`.
    fn row_path(&self, seat: SeatIndex) -> String {
        let row = self.new.seats.rows[seat as usize] as usize;
        let section = self.new.rows[row].section;
        let earlier = &self.new.sections[..usize::from(section)];
        if self.new.is_area(section) {
            let areas = earlier.iter().filter(|section| section.is_area).count();
            return format!("areas[{areas}]");
        }
        let same_zone = |other: &&Row| other.section == section;
        let at = self.new.rows[..row].iter().filter(same_zone).count();
        format!("zones[{section}].rows[{at}].row_number")
    }

    fn seat_path(&self, seat: SeatIndex, field: &str) -> String {
        let path = self.row_path(seat);
        let Some(row) = path.strip_suffix(".row_number") else {
            return path;
        };
        let mut seats = self.new.rows[self.new.seats.rows[seat as usize] as usize].seats();
        let at = seats.position(|other| other == seat).unwrap_or_default();
        format!("{row}.seats[{at}]{field}")
    }
}

fn quoted(text: Option<&str>) -> String {
    text.map_or("none".to_owned(), |text| format!("{text:?}"))
}

fn units(at: Point) -> String {
    format!("{}, {}", f64::from(at.x) / 100.0, f64::from(at.y) / 100.0)
}

/// How many places all areas of this name have.
fn capacity(plan: &SeatingPlan, area: &str) -> usize {
    let matching =
        |seat: &crate::SeatRef<'_>| seat.section == area && plan.is_area(seat.section_index);
    plan.seats().filter(matching).count()
}
