//! Zones, rows and seats of the pretix layout. Shapes and areas are read elsewhere.

use serde_json::Value;

use super::json::{Object, Path, describe, plain_number, read_point, shorten};
use super::{MAX_ID, MAX_TEXT, Reader};
use crate::geometry::{Hundredths, MAX_COORDINATE, Point, hundredths};
use crate::plan::{LabelPosition, NO_CATEGORY, Row, Section};
use crate::{CategoryIndex, PlanWarningKind, SectionIndex};

/// What the editor draws where a seat has no radius.
const DEFAULT_RADIUS: Hundredths = 1_000;

impl Reader<'_> {
    pub(super) fn read_zones(&mut self, plan: &Object<'_>) {
        let list_path = plan.path.key("zones");
        for (at, value) in plan.list("zones", &mut self.report).iter().enumerate() {
            let path = list_path.index(at);
            if self.report.is_full() {
                return;
            }
            if let Some(zone) = Object::read(value, &path, &mut self.report) {
                self.read_zone(&zone);
            }
        }
    }

    fn read_zone(&mut self, zone: &Object<'_>) {
        let name = zone.text("name", MAX_TEXT, &mut self.report);
        let Some(section) = self.add_section(&name.unwrap_or_default(), false, zone.path) else {
            return;
        };
        let origin = zone.point("position", &mut self.report);
        let list_path = zone.path.key("rows");
        for (at, value) in zone.list("rows", &mut self.report).iter().enumerate() {
            let path = list_path.index(at);
            if self.report.is_full() {
                return;
            }
            if let Some(row) = Object::read(value, &path, &mut self.report) {
                self.read_row(&row, section, origin);
            }
        }
        self.read_shapes(zone, origin);
    }

    /// Adds a section under the next index; none, and an error, if there are too many.
    pub(super) fn add_section(
        &mut self,
        name: &str,
        is_area: bool,
        path: &Path<'_>,
    ) -> Option<SectionIndex> {
        let index = SectionIndex::try_from(self.plan.sections.len());
        if index.is_err() {
            let expected = format!("at most {} zones and areas", SectionIndex::MAX);
            self.report.error(path, "one more", expected);
        }
        self.plan.sections.push(Section {
            name: name.to_owned(),
            is_area,
        });
        index.ok()
    }

    fn read_row(&mut self, row: &Object<'_>, section: SectionIndex, zone_origin: (f64, f64)) {
        let at = row.point("position", &mut self.report);
        let origin = (zone_origin.0 + at.0, zone_origin.1 + at.1);
        let number = row.text("row_number", MAX_TEXT, &mut self.report);
        let label = row.text("row_label", MAX_TEXT, &mut self.report);
        self.plan.rows.push(Row {
            section,
            number: number.map(|text| text.into()),
            label: label.map(|text| text.into()),
            label_position: label_position(row.get("row_number_position")),
            runs: Vec::new(),
        });
        let list_path = row.path.key("seats");
        for (at, value) in row.list("seats", &mut self.report).iter().enumerate() {
            let path = list_path.index(at);
            if self.report.is_full() || !self.has_room(1, &path) {
                return;
            }
            if let Some(seat) = Object::read(value, &path, &mut self.report) {
                self.read_seat(&seat, origin);
            }
        }
    }

    fn read_seat(&mut self, seat: &Object<'_>, origin: (f64, f64)) {
        let Some(id) = self.read_id(seat) else {
            return;
        };
        let number = seat.text("seat_number", MAX_ID, &mut self.report);
        let position = self.read_position(seat, origin);
        let category = self.read_seat_category(seat);
        let radius = seat.number("radius", &mut self.report);
        let drawable = radius.filter(|&radius| radius > 0.0);
        let seats = &mut self.plan.seats;
        seats.numbers.push(&number.unwrap_or_default());
        seats.positions.push(position);
        seats.categories.push(category);
        seats
            .radii
            .push(drawable.map_or(DEFAULT_RADIUS, hundredths));
        self.add_to_last_row(&id);
    }

    /// Enters the id of a seat whose other columns are filled; false, and no error, if it is there
    /// already.
    pub(super) fn add_to_last_row(&mut self, id: &str) -> bool {
        let plan = &mut self.plan;
        let index = plan.seat_count();
        plan.seats.ids.push(id);
        plan.seats.rows.push(plan.rows.len() as u32 - 1);
        if let Some(row) = plan.rows.last_mut() {
            row.push(index);
        }
        plan.ids.insert(&plan.seats.ids, index)
    }

    fn read_id<'v>(&mut self, seat: &Object<'v>) -> Option<std::borrow::Cow<'v, str>> {
        let path = seat.path.key("seat_guid");
        let errors_before = self.report.errors.len();
        let id = seat.text("seat_guid", MAX_ID, &mut self.report);
        let expected = "an id that no other seat of the event has";
        let Some(id) = id else {
            if self.report.errors.len() == errors_before {
                let found = seat.get("seat_guid").map_or("nothing".to_owned(), describe);
                self.report.error(&path, found, expected);
            }
            return None;
        };
        if self.plan.index_of(&id).is_some() {
            let first = self.place_of(&id);
            let found = format!("{:?}, which is already at {first}", shorten(&id));
            self.report.error(&path, found, expected);
            return None;
        }
        Some(id)
    }

    /// The path of the first seat in the file with this id.
    pub(super) fn place_of(&self, id: &str) -> String {
        let Some(plan) = self.source else {
            return "another area".to_owned();
        };
        for (z, zone) in list(plan, "zones").iter().enumerate() {
            for (r, row) in list(zone, "rows").iter().enumerate() {
                let seats = list(row, "seats");
                let same = |seat: &Value| seat.get("seat_guid").is_some_and(|guid| is(guid, id));
                if let Some(s) = seats.iter().position(same) {
                    return format!("zones[{z}].rows[{r}].seats[{s}].seat_guid");
                }
            }
        }
        "another area".to_owned()
    }

    fn read_position(&mut self, seat: &Object<'_>, origin: (f64, f64)) -> Point {
        let path = seat.path.key("position");
        let Some(value) = seat.get("position") else {
            self.report
                .error(&path, "nothing", "a position {\"x\": …, \"y\": …}");
            return Point::default();
        };
        let at = read_point(value, &path, &mut self.report);
        let (x, y) = (origin.0 + at.0, origin.1 + at.1);
        if x.abs().max(y.abs()) > MAX_COORDINATE {
            let expected = format!("within {MAX_COORDINATE} of the plan's origin");
            self.report
                .error(&path, format!("a seat at {x}, {y}"), expected);
            return Point::default();
        }
        Point::from_units(x, y)
    }

    fn read_seat_category(&mut self, seat: &Object<'_>) -> CategoryIndex {
        let path = seat.path.key("category");
        let Some(name) = seat.text("category", MAX_TEXT, &mut self.report) else {
            self.report.warn(&path, PlanWarningKind::NoCategory);
            return NO_CATEGORY;
        };
        if let Some(&known) = self.category_of_name.get(name.as_ref()) {
            return known;
        }
        let name = name.into_owned();
        self.report
            .warn(&path, PlanWarningKind::UnknownCategory { name });
        NO_CATEGORY
    }
}

/// The elements of a list, without a word if it is none.
fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    let list = value.get(key).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// Whether a `seat_guid` in the JSON is this id.
fn is(guid: &Value, id: &str) -> bool {
    match guid {
        Value::String(text) => text == id,
        Value::Number(number) => plain_number(number) == id,
        _ => false,
    }
}

fn label_position(value: Option<&Value>) -> LabelPosition {
    match value.and_then(Value::as_str) {
        Some("start") => LabelPosition::Start,
        Some("end") => LabelPosition::End,
        Some("both") => LabelPosition::Both,
        _ => LabelPosition::None,
    }
}
