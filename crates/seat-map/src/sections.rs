//! How the sections of a house stand at one version: what a list of them shows before anybody looks at
//! seats.

use boxoffice_inventory::{SeatIndex, SeatStatus};
use boxoffice_seating::SeatingPlan;
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::cut::Cut;

/// One section, or several of one name: they are asked for by it.
#[derive(Serialize)]
struct Section<'a> {
    section: &'a str,
    /// Whether it has places instead of seats.
    area: bool,
    seats: u32,
    available: u32,
    held: u32,
    min_price: Option<u64>,
    max_price: Option<u64>,
}

impl Section<'_> {
    fn count(&mut self, status: SeatStatus, price: Option<u64>) {
        self.seats += 1;
        match status {
            SeatStatus::Available => self.available += 1,
            SeatStatus::Held => self.held += 1,
            SeatStatus::Booked => {}
            // Nobody is told a price of what is not on sale.
            SeatStatus::Blocked => return,
        }
        let Some(price) = price else {
            return;
        };
        self.min_price = Some(self.min_price.map_or(price, |least| least.min(price)));
        self.max_price = Some(self.max_price.map_or(price, |most| most.max(price)));
    }
}

/// The sections that have seats, in the order of the plan.
pub(crate) fn sections_json(plan: &SeatingPlan, cut: &Cut) -> Vec<u8> {
    let (mut sections, places) = empty(plan);
    for row in plan.rows() {
        let section = &mut sections[places[usize::from(row.section_index)]];
        // The plan may be a step ahead of the cut.
        let shown = |seat: &SeatIndex| *seat < cut.seat_count();
        for seat in row.seats().filter(shown) {
            let price = cut.price(plan.category_of(seat));
            section.count(cut.status(seat), price);
        }
    }
    sections.retain(|section| section.seats > 0);
    serde_json::to_vec(&sections).expect("texts and numbers")
}

/// A section for each name, and which of them each section of the plan is.
fn empty(plan: &SeatingPlan) -> (Vec<Section<'_>>, Vec<usize>) {
    let mut sections: Vec<Section<'_>> = Vec::new();
    let mut known = FxHashMap::default();
    let mut place = |(index, name)| {
        let area = plan.is_area(index);
        let at = *known.entry(name).or_insert_with(|| {
            sections.push(Section {
                section: name,
                area,
                seats: 0,
                available: 0,
                held: 0,
                min_price: None,
                max_price: None,
            });
            sections.len() - 1
        });
        sections[at].area &= area;
        at
    };
    let places = (0..).zip(plan.sections()).map(&mut place).collect();
    (sections, places)
}
