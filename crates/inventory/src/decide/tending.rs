//! What keeps a house in order: longer holds, given back seats, what has run out, what is blocked.

use boxoffice_model::Timestamp;

use super::holding::check_known;
use super::lapse;
use crate::SeatIndex;
use crate::command::{Decision, Outcome, Refusal};
use crate::entry::Change;
use crate::inventory::{Inventory, SeatStatus};
use crate::reservation::Standing;

/// Once: to `now` + hold time, but not past the start + twice the hold time. Repeated, the answer
/// is the same.
pub(super) fn extend(inventory: &Inventory, first: u64, now: Timestamp) -> Decision {
    let Some(reservation) = inventory.reservation(first) else {
        return Decision::refused(Refusal::UnknownReservation);
    };
    match reservation.standing(now) {
        Standing::Held => {}
        Standing::Paying { .. } => return Decision::refused(Refusal::PaymentInProgress),
        Standing::Booked { .. } => return Decision::refused(Refusal::AlreadyBooked),
        Standing::Released | Standing::Expired => return Decision::refused(Refusal::Ended),
    }
    let seats = reservation.seats.clone();
    if reservation.extended {
        return Decision::unchanged(Outcome::Changed {
            seats,
            until: reservation.until,
        });
    }
    let hold = reservation.first_until.since(reservation.started);
    let until = now
        .plus(hold)
        .min(reservation.started.plus(hold.saturating_mul(2)));
    let mut changes = Vec::new();
    lapse(reservation, now, &mut changes);
    changes.push(Change::Extended { first, until });
    Decision::of(Outcome::Changed { seats, until }, changes)
}

pub(super) fn release(inventory: &Inventory, first: u64, now: Timestamp) -> Decision {
    let Some(reservation) = inventory.reservation(first) else {
        return Decision::refused(Refusal::UnknownReservation);
    };
    match reservation.standing(now) {
        Standing::Paying { .. } => Decision::refused(Refusal::PaymentInProgress),
        Standing::Booked { .. } => Decision::refused(Refusal::AlreadyBooked),
        Standing::Released => Decision::unchanged(Outcome::Released),
        Standing::Held => {
            let mut changes = Vec::new();
            lapse(reservation, now, &mut changes);
            changes.push(Change::Released { first });
            Decision::of(Outcome::Released, changes)
        }
        Standing::Expired => {
            let mut changes = Vec::new();
            lapse(reservation, now, &mut changes);
            Decision::of(Outcome::Released, changes)
        }
    }
}

pub(super) fn sweep(inventory: &Inventory, at_most: usize, now: Timestamp) -> Decision {
    let mut changes = Vec::new();
    let mut due = inventory.due_by(now);
    let count = due
        .by_ref()
        .take(at_most)
        .map(|found| lapse(found, now, &mut changes))
        .count();
    let more = due.next().is_some();
    Decision::of(Outcome::Swept { count, more }, changes)
}

/// Blocks seats that are free; all or none.
pub(super) fn block(inventory: &Inventory, seats: &[SeatIndex]) -> Decision {
    if let Err(unknown) = check_known(inventory, seats) {
        return Decision::refused(unknown);
    }
    let blockable = |seat: &SeatIndex| {
        matches!(
            inventory.status(*seat),
            Some(SeatStatus::Available | SeatStatus::Blocked)
        )
    };
    let taken: Vec<_> = seats
        .iter()
        .copied()
        .filter(|seat| !blockable(seat))
        .collect();
    if !taken.is_empty() {
        return Decision::refused(Refusal::SeatsTaken(taken));
    }
    let fresh: Vec<_> = seats
        .iter()
        .copied()
        .filter(|seat| !inventory.killed.contains(seat))
        .collect();
    changed(fresh, |seats| Change::Blocked { seats })
}

pub(super) fn unblock(inventory: &Inventory, seats: &[SeatIndex]) -> Decision {
    if let Err(unknown) = check_known(inventory, seats) {
        return Decision::refused(unknown);
    }
    let blocked: Vec<_> = seats
        .iter()
        .copied()
        .filter(|seat| inventory.killed.contains(seat))
        .collect();
    changed(blocked, |seats| Change::Unblocked { seats })
}

fn changed(seats: Vec<SeatIndex>, change: impl Fn(Vec<SeatIndex>) -> Change) -> Decision {
    let changes = if seats.is_empty() {
        Vec::new()
    } else {
        vec![change(seats)]
    };
    Decision::of(Outcome::Done, changes)
}
