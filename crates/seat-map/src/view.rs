//! What of an inventory the map shows, copied: encoding a stadium takes milliseconds, copying it a tenth
//! of one, and whoever has the inventory keeps the lane waiting.

use boxoffice_inventory::{Inventory, SeatIndex, SeatStatus};

/// A map at one version.
pub(crate) struct View {
    pub(crate) version: u64,
    /// By seat.
    pub(crate) statuses: Vec<SeatStatus>,
    /// By seat, in minor units.
    prices: Vec<Option<u64>>,
}

impl View {
    pub(crate) fn of(inventory: &Inventory) -> Self {
        View {
            version: inventory.version(),
            statuses: inventory.statuses().to_vec(),
            prices: (0..inventory.seat_count())
                .map(|seat| inventory.price(seat))
                .collect(),
        }
    }

    /// Seats in all; they are indexed from 0.
    pub(crate) fn seat_count(&self) -> SeatIndex {
        // An inventory counts its seats with the same type.
        self.statuses.len() as SeatIndex
    }

    pub(crate) fn status(&self, seat: SeatIndex) -> SeatStatus {
        let status = self.statuses.get(seat as usize);
        status.copied().unwrap_or(SeatStatus::Blocked)
    }

    pub(crate) fn price(&self, seat: SeatIndex) -> Option<u64> {
        self.prices.get(seat as usize).copied().flatten()
    }
}
