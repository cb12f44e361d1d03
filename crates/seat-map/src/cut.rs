//! A map at one version, as everybody reads it: never changed once it is there, so that encoding a
//! stadium keeps nobody waiting, the lane least of all.

use std::sync::{Arc, OnceLock};

use boxoffice_inventory::{Inventory, SeatIndex, SeatStatus};
use boxoffice_seating::{CategoryIndex, SeatingPlan};
use tokio::time::Instant;

use crate::encode::availability_bits;
use crate::parts::{Coding, Encoded, Packed};
use crate::sections::sections_json;

/// What moved since the cut before.
pub(crate) struct Moves {
    /// The version behind them.
    pub(crate) version: u64,
    /// Each seat once, as it is now.
    pub(crate) changes: Vec<(SeatIndex, SeatStatus)>,
    /// What a seat of each category costs, where that is different now.
    pub(crate) prices: Option<Vec<Option<u64>>>,
}

/// A map at one version.
pub(crate) struct Cut {
    pub(crate) version: u64,
    /// Which cut of its follower this is, from 1.
    pub(crate) number: u32,
    pub(crate) made: Instant,
    /// By seat.
    pub(crate) statuses: Vec<SeatStatus>,
    /// By seat: in which cut its JSON last became another.
    changed_in: Vec<u32>,
    /// By category, in minor units.
    prices: Arc<[Option<u64>]>,
    availability: OnceLock<Packed>,
    sections: OnceLock<Packed>,
}

impl Cut {
    pub(crate) fn first(inventory: &Inventory) -> Self {
        let prices = inventory.facts().map(|facts| facts.prices.clone());
        Cut {
            version: inventory.version(),
            number: 1,
            made: Instant::now(),
            statuses: inventory.statuses().to_vec(),
            changed_in: vec![1; inventory.statuses().len()],
            prices: prices.unwrap_or_default().into(),
            availability: OnceLock::new(),
            sections: OnceLock::new(),
        }
    }

    /// This one with `moves`, which have been taken out.
    pub(crate) fn next(&self, moves: &Moves) -> Self {
        let number = self.number + 1;
        let mut statuses = self.statuses.clone();
        let mut changed_in = match moves.prices {
            Some(_) => vec![number; self.changed_in.len()],
            None => self.changed_in.clone(),
        };
        for (seat, status) in &moves.changes {
            statuses[*seat as usize] = *status;
            changed_in[*seat as usize] = number;
        }
        let prices = moves.prices.as_deref().map(Arc::from);
        Cut {
            version: moves.version,
            number,
            made: Instant::now(),
            statuses,
            changed_in,
            prices: prices.unwrap_or_else(|| Arc::clone(&self.prices)),
            availability: OnceLock::new(),
            sections: OnceLock::new(),
        }
    }

    /// Seats in all; they are indexed from 0.
    pub(crate) fn seat_count(&self) -> SeatIndex {
        // An inventory counts its seats with the same type.
        self.statuses.len() as SeatIndex
    }

    /// What the map shows of a seat.
    pub(crate) fn status(&self, seat: SeatIndex) -> SeatStatus {
        let status = self.statuses.get(seat as usize);
        status.copied().unwrap_or(SeatStatus::Blocked)
    }

    /// What a seat of a category costs, in minor units; none is not on sale.
    pub(crate) fn price(&self, category: Option<CategoryIndex>) -> Option<u64> {
        self.prices.get(usize::from(category?)).copied().flatten()
    }

    /// Whether a seat's JSON is another than in the cut of that number.
    pub(crate) fn changed_since(&self, number: u32, seat: SeatIndex) -> bool {
        let changed = self.changed_in.get(seat as usize);
        changed.is_some_and(|changed| *changed > number)
    }

    /// Two bits a seat.
    pub(crate) fn availability(&self, coding: Coding) -> Encoded {
        let packed = self
            .availability
            .get_or_init(|| Packed::new(availability_bits(&self.statuses)));
        packed.encoded(self.version, coding)
    }

    /// How each section of its plan stands, as JSON.
    pub(crate) fn sections(&self, plan: &SeatingPlan, coding: Coding) -> Encoded {
        let packed = self
            .sections
            .get_or_init(|| Packed::new(sections_json(plan, self)));
        packed.encoded(self.version, coding)
    }
}
