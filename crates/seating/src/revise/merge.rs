//! Puts a revised plan together, once it is known that no seat was removed, moved or renumbered.

use std::collections::HashMap;

use super::Revision;
use crate::id_table::IdTable;
use crate::plan::{Category, NO_CATEGORY, Row, SeatingPlan, Seats, Section};
use crate::{CategoryIndex, SeatIndex, SectionIndex};

impl Revision<'_> {
    /// The newer plan's seats under the older plan's indexes, new ones after them.
    pub(super) fn merge(self) -> SeatingPlan {
        let (categories, category_map) = self.merge_categories();
        let (sections, section_map) = self.merge_sections();
        // For each seat of the newer plan its index in the merged one, and the reverse.
        let mut next = self.old.seat_count();
        let merged: Vec<SeatIndex> = self
            .known
            .iter()
            .map(|known| {
                known.unwrap_or_else(|| {
                    next += 1;
                    next - 1
                })
            })
            .collect();
        let mut source = vec![0; merged.len()];
        for (new, &index) in merged.iter().enumerate() {
            source[index as usize] = new;
        }
        let rows: Vec<Row> = self
            .new
            .rows
            .iter()
            .map(|row| {
                let mut revised = Row {
                    section: section_map[usize::from(row.section)],
                    runs: Vec::new(),
                    ..row.clone()
                };
                for seat in row.seats() {
                    revised.push(merged[seat as usize]);
                }
                revised
            })
            .collect();
        let seats = self.merge_seats(&source, &category_map);
        let ids = IdTable::build(&seats.ids).expect("ids were told apart when they were read");
        SeatingPlan {
            name: self.new.name.clone(),
            size: self.new.size,
            categories,
            sections,
            rows,
            seats,
            shapes: self.new.shapes.clone(),
            ids,
        }
    }

    /// The seats of the newer plan in the merged order.
    fn merge_seats(&self, source: &[usize], categories: &[CategoryIndex]) -> Seats {
        let new = &self.new.seats;
        let mut seats = Seats::default();
        for &at in source {
            let index = at as SeatIndex;
            let category = new.categories[at];
            let mapped = categories.get(usize::from(category)).copied();
            seats.ids.push(new.ids.get(index).unwrap_or_default());
            seats
                .numbers
                .push(new.numbers.get(index).unwrap_or_default());
            seats.rows.push(new.rows[at]);
            seats.categories.push(mapped.unwrap_or(NO_CATEGORY));
            seats.positions.push(new.positions[at]);
            seats.radii.push(new.radii[at]);
        }
        seats.shrink();
        seats
    }

    /// Older categories keep their index, also those that no seat has any more.
    fn merge_categories(&self) -> (Vec<Category>, Vec<CategoryIndex>) {
        let mut merged = self.old.categories.clone();
        let mut index_of: HashMap<String, usize> = HashMap::new();
        for (at, category) in merged.iter().enumerate() {
            index_of.insert(category.name.clone(), at);
        }
        let map = self
            .new
            .categories
            .iter()
            .map(|category| {
                let at = *index_of
                    .entry(category.name.clone())
                    .or_insert(merged.len());
                match merged.get_mut(at) {
                    Some(known) => known.color.clone_from(&category.color),
                    None => merged.push(category.clone()),
                }
                CategoryIndex::try_from(at).unwrap_or(NO_CATEGORY)
            })
            .collect();
        (merged, map)
    }

    /// Older sections keep their index, also those that are gone because they were empty.
    fn merge_sections(&self) -> (Vec<Section>, Vec<SectionIndex>) {
        let mut merged = self.old.sections.clone();
        let map = self
            .new
            .sections
            .iter()
            .zip(&self.sections)
            .map(|(section, known)| {
                known.unwrap_or_else(|| {
                    merged.push(section.clone());
                    merged.len() as SectionIndex - 1
                })
            })
            .collect();
        (merged, map)
    }
}
