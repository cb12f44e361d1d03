//! From the layout that pretix's plan editor writes, and an event's areas, to a [`SeatingPlan`].
//! Reads JSON values only; files, prices and events are the catalogue's.
//!
//! Field names follow the editor's own files: absolute positions are zone + row + seat, shapes are
//! turned clockwise about their position, texts are centred on theirs.

mod areas;
mod json;
mod shapes;
mod zones;

use std::collections::HashMap;

use serde_json::Value;

use self::json::{Object, Path, Report};
pub(crate) use self::shapes::{Outline, Shape, ShapeText};
use crate::geometry::hundredths;
use crate::id_table::IdTable;
use crate::plan::{Category, NO_CATEGORY, SeatingPlan, Seats, Size};
use crate::{CategoryIndex, MAX_SEATS, PlanError, PlanWarning, PlanWarningKind};

/// A general-admission area of an event, as the catalogue file has it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AreaSpec {
    /// Its name: the section of its places, and the first part of their ids.
    pub name: String,
    /// The category that its price belongs to; it need not be among the plan's.
    #[serde(default)]
    pub category: Option<String>,
    /// How many places it has.
    pub capacity: u64,
}

impl SeatingPlan {
    /// Reads a plan in the pretix layout, an event's areas, or both. Seats are numbered as the file
    /// has them, zone by zone and row by row, then come the areas' places.
    ///
    /// # Errors
    /// All that is wrong, up to [`crate::MAX_ERRORS`], each with its JSON path.
    pub fn from_pretix(
        plan: Option<&Value>,
        areas: &[AreaSpec],
    ) -> Result<(Self, Vec<PlanWarning>), Vec<PlanError>> {
        let mut reader = Reader::new(plan);
        if let Some(value) = plan {
            reader.read_plan(value);
        }
        reader.read_areas(areas);
        reader.finish()
    }
}

/// A plan that is being read.
struct Reader<'a> {
    /// The JSON itself, to name the first place of an id that occurs twice.
    source: Option<&'a Value>,
    report: Report,
    plan: SeatingPlan,
    category_of_name: HashMap<String, CategoryIndex>,
}

impl<'a> Reader<'a> {
    fn new(source: Option<&'a Value>) -> Self {
        let plan = SeatingPlan {
            name: String::new(),
            size: None,
            categories: Vec::new(),
            sections: Vec::new(),
            rows: Vec::new(),
            seats: Seats::default(),
            shapes: Vec::new(),
            ids: IdTable::default(),
        };
        Self {
            source,
            report: Report::default(),
            plan,
            category_of_name: HashMap::new(),
        }
    }

    fn read_plan(&mut self, value: &Value) {
        let Some(plan) = Object::read(value, &Path::Root, &mut self.report) else {
            return;
        };
        let name = plan.text("name", MAX_TEXT, &mut self.report);
        self.plan.name = name.unwrap_or_default().into_owned();
        self.plan.size = self.read_size(&plan);
        self.read_categories(&plan);
        self.read_zones(&plan);
    }

    fn read_size(&mut self, plan: &Object<'_>) -> Option<Size> {
        let path = plan.path.key("size");
        let size = Object::read(plan.get("size")?, &path, &mut self.report)?;
        let width = size.number("width", &mut self.report)?;
        let height = size.number("height", &mut self.report)?;
        let usable = width > 0.0 && height > 0.0;
        usable.then(|| Size {
            width: hundredths(width),
            height: hundredths(height),
        })
    }

    fn read_categories(&mut self, plan: &Object<'_>) {
        let list_path = plan.path.key("categories");
        for (at, value) in plan.list("categories", &mut self.report).iter().enumerate() {
            let path = list_path.index(at);
            let Some(category) = Object::read(value, &path, &mut self.report) else {
                continue;
            };
            let Some(name) = category.text("name", MAX_TEXT, &mut self.report) else {
                continue;
            };
            let color = self.read_color(&category, "color");
            self.category_named(&name, color, &path);
        }
    }

    /// The index of this category, which is added if it is new.
    fn category_named(
        &mut self,
        name: &str,
        color: Option<String>,
        path: &Path<'_>,
    ) -> CategoryIndex {
        if let Some(&known) = self.category_of_name.get(name) {
            return known;
        }
        let index = CategoryIndex::try_from(self.plan.categories.len()).unwrap_or(NO_CATEGORY);
        if index == NO_CATEGORY {
            let found = "one more category";
            self.report
                .error(path, found, format!("at most {NO_CATEGORY} categories"));
            return index;
        }
        self.category_of_name.insert(name.to_owned(), index);
        self.plan.categories.push(Category {
            name: name.to_owned(),
            color,
        });
        index
    }

    /// A CSS colour by name, number or function. Anything else may not reach a page's markup.
    fn read_color(&mut self, object: &Object<'_>, key: &str) -> Option<String> {
        let color = object.text(key, MAX_TEXT, &mut self.report)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "#(),.%/ -".contains(c);
        if color.len() <= 64 && color.chars().all(plain) {
            return Some(color.into_owned());
        }
        let color = json::shorten(&color).into_owned();
        let kind = PlanWarningKind::UnusableColor { color };
        self.report.warn(&object.path.key(key), kind);
        None
    }

    /// Whether so many more seats fit; says so once when they do not.
    fn has_room(&mut self, more: u64, path: &Path<'_>) -> bool {
        let total = u64::from(self.plan.seat_count()) + more;
        let fits = total <= u64::from(MAX_SEATS);
        if !fits {
            let expected = format!("at most {MAX_SEATS} seats in one event");
            self.report
                .error(path, format!("seat number {total} of the event"), expected);
        }
        fits
    }

    fn finish(mut self) -> Result<(SeatingPlan, Vec<PlanWarning>), Vec<PlanError>> {
        if self.report.errors.is_empty() && self.plan.seat_count() == 0 {
            let (found, expected) = ("no seats and no areas", "at least one seat or area");
            self.report.error(&Path::Root.key("zones"), found, expected);
        }
        if !self.report.errors.is_empty() {
            return Err(self.report.errors);
        }
        self.plan.seats.shrink();
        Ok((self.plan, self.report.warnings))
    }
}

/// Names, labels and texts may be this long, in bytes.
const MAX_TEXT: usize = 1_000;
/// Ids and numbers of seats may be this long, in bytes.
const MAX_ID: usize = 255;
