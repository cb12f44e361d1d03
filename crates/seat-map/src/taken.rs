//! The check that keeps most of a stampede from the store: which seats are taken for sure. It may
//! refuse a hold, and never grants one.

use boxoffice_inventory::{Inventory, SeatIndex, SeatStatus, State};
use boxoffice_model::{Micros, OwnerHash, Timestamp};

/// A hold that ends within this time may have ended for the store already: its seats are not clearly
/// taken.
const CLEARLY: Micros = 2_000_000;

/// Those of `seats` that are taken, when a hold of them is refused for sure: every one of them is
/// booked, blocked, being paid for, or held until well after `now`, and no check that comes before
/// this one would have answered otherwise.
pub(crate) fn clearly_taken(
    inventory: &Inventory,
    seats: &[SeatIndex],
    owner: Option<&OwnerHash>,
    now: Timestamp,
) -> Option<Vec<SeatIndex>> {
    let facts = inventory.facts()?;
    let now = now.max(inventory.last_at());
    let quantity = u32::try_from(seats.len()).ok()?;
    if inventory.on_sale(now).is_err() || quantity > facts.max_seats_per_reservation {
        return None;
    }
    if let Some(limit) = facts.max_seats_per_buyer {
        let have = inventory.seats_of(owner?, now);
        if have + quantity > limit {
            return None;
        }
    }
    let mut taken = Vec::new();
    for seat in seats {
        match inventory.status(*seat)? {
            SeatStatus::Available => {}
            SeatStatus::Held if !clearly_held(inventory, *seat, now) => return None,
            _ => taken.push(*seat),
        }
    }
    (!taken.is_empty()).then_some(taken)
}

fn clearly_held(inventory: &Inventory, seat: SeatIndex, now: Timestamp) -> bool {
    let holder = inventory
        .owner_of(seat)
        .and_then(|first| inventory.reservation(first));
    holder.is_some_and(|holder| match holder.state {
        State::Held | State::Paying { .. } => holder
            .lapses_at()
            .is_some_and(|until| until > now.plus(CLEARLY)),
        _ => false,
    })
}
