//! Which seats an entry may move on the map, so that whoever shows the map looks at those alone.

use crate::SeatIndex;
use crate::entry::{Change, HeldSeat};
use crate::inventory::Inventory;

/// The seats that a change may give another status or price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched {
    /// At most these; one may stand here twice.
    Seats(Vec<SeatIndex>),
    /// Perhaps every seat: the facts are others, or the event was called off.
    All,
}

impl Inventory {
    /// The seats that `change` may move. Asked before it is folded, for an entry may free seats that
    /// only the reservation before it names.
    pub fn touched_by(&self, change: &Change) -> Touched {
        let of = |seats: &[HeldSeat]| seats.iter().map(|seat| seat.index).collect::<Vec<_>>();
        let reserved = |first: u64| {
            let reservation = self.reservation(first);
            reservation.map_or_else(Vec::new, |reservation| of(&reservation.seats))
        };
        Touched::Seats(match change {
            Change::CatalogueRevised(_) | Change::EventCancelled => return Touched::All,
            Change::Held(held) => of(&held.seats),
            Change::SeatsChanged { first, seats } => {
                let mut both = reserved(*first);
                both.extend(seats.iter().map(|seat| seat.index));
                both
            }
            Change::Blocked { seats } | Change::Unblocked { seats } => seats.clone(),
            other => other.continues().map_or_else(Vec::new, reserved),
        })
    }
}
