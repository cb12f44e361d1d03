//! General-admission areas: places without a row or a number, `<area>-1` and so on.

use std::fmt::Write;

use super::json::{Path, shorten};
use super::{AreaSpec, MAX_ID, Reader};
use crate::geometry::Point;
use crate::plan::{LabelPosition, NO_CATEGORY, Row};
use crate::{CategoryIndex, MAX_AREA_CAPACITY, PlanWarningKind};

impl Reader<'_> {
    pub(super) fn read_areas(&mut self, areas: &[AreaSpec]) {
        let list_path = Path::Root.key("areas");
        for (at, area) in areas.iter().enumerate() {
            let path = list_path.index(at);
            if self.report.is_full() {
                return;
            }
            if self.is_sound(area, &path) {
                self.add_area(area, &path);
            }
        }
    }

    fn is_sound(&mut self, area: &AreaSpec, path: &Path<'_>) -> bool {
        let named = !area.name.is_empty() && area.name.len() + 10 <= MAX_ID;
        if !named {
            let expected = format!("a name of at most {} bytes", MAX_ID - 10);
            let found = format!("the text {:?}", shorten(&area.name));
            self.report.error(&path.key("name"), found, expected);
        }
        let sized = (1..=MAX_AREA_CAPACITY).contains(&area.capacity);
        if !sized {
            let found = format!("the number {}", area.capacity);
            let expected = format!("a number from 1 to {MAX_AREA_CAPACITY}");
            self.report.error(&path.key("capacity"), found, expected);
        }
        named && sized && self.has_room(area.capacity, &path.key("capacity"))
    }

    fn add_area(&mut self, area: &AreaSpec, path: &Path<'_>) {
        let Some(section) = self.add_section(&area.name, true, path) else {
            return;
        };
        let category = self.area_category(area, path);
        self.plan.rows.push(Row {
            section,
            number: None,
            label: None,
            label_position: LabelPosition::None,
            runs: Vec::new(),
        });
        let mut id = String::new();
        for place in 1..=area.capacity {
            id.clear();
            // Writing to a String cannot fail.
            let _ = write!(id, "{}-{place}", area.name);
            if self.plan.index_of(&id).is_some() {
                self.report_clash(&id, path);
                return;
            }
            let seats = &mut self.plan.seats;
            seats.numbers.push("");
            seats.positions.push(Point::default());
            seats.categories.push(category);
            seats.radii.push(0);
            self.add_to_last_row(&id);
        }
    }

    fn report_clash(&mut self, id: &str, path: &Path<'_>) {
        let first = self.place_of(id);
        let found = format!(
            "a place {:?}, an id that is already at {first}",
            shorten(id)
        );
        let expected = "a name whose places have ids of their own";
        self.report.error(&path.key("name"), found, expected);
    }

    fn area_category(&mut self, area: &AreaSpec, path: &Path<'_>) -> CategoryIndex {
        let path = path.key("category");
        match area.category.as_deref() {
            Some(name) if !name.is_empty() => self.category_named(name, None, &path),
            _ => {
                self.report.warn(&path, PlanWarningKind::NoCategory);
                NO_CATEGORY
            }
        }
    }
}
