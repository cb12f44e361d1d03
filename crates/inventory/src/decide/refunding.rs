//! Money that comes late, and money that goes back: what becomes of the seats. Who is paid how is not
//! known here.

use boxoffice_model::Timestamp;

use super::holding::{check_buyer, expire_holders};
use super::{lapse, lapsed_attempt};
use crate::SeatIndex;
use crate::command::{Decision, Outcome, Refusal};
use crate::entry::Change;
use crate::inventory::{Inventory, REMEMBERED};
use crate::reservation::{AttemptState, Reservation, Standing, State};

/// Sells the same seats to an attempt that is past its limit, if nobody has them, nobody else is paying
/// for them, their owner has not given them back, and who pays has then no more than one buyer may.
pub(super) fn book_late(
    inventory: &Inventory,
    first: u64,
    attempt: u64,
    now: Timestamp,
) -> Decision {
    let void = |changes| Decision::of(Outcome::Refused(Refusal::AttemptVoid), changes);
    let Some(reservation) = inventory.reservation(first) else {
        return void(Vec::new());
    };
    if reservation.state == (State::Booked { attempt }) {
        return Decision::unchanged(Outcome::Booked);
    }
    let mut changes = Vec::new();
    // What time has made of it is said first.
    lapse(reservation, now, &mut changes);
    let may = match reservation.state {
        State::Paying { .. } => lapsed_attempt(reservation, now)
            .is_some_and(|lapsed| lapsed == attempt || reservation.timed_out(attempt)),
        _ => reservation.may_be_booked_late(attempt) && !is_as_good_as_forgotten(reservation, now),
    };
    let may = may && !inventory.cancelled && buyer_may_have_it(inventory, reservation, now);
    if !may || !seats_are_free(inventory, reservation, now, &mut changes) {
        return void(Vec::new());
    }
    changes.push(Change::BookedLate { first, attempt });
    Decision::of(Outcome::Booked, changes)
}

/// Whether it ended so long ago that the next entry forgets it. It has an attempt, and so a key.
fn is_as_good_as_forgotten(reservation: &Reservation, now: Timestamp) -> bool {
    reservation
        .ended
        .is_some_and(|at| now.since(at) >= REMEMBERED)
}

/// Whether its owner, and each mark by which the buyer is known, stays within the limit with its seats.
/// While it is alive they count already; afterwards the buyer may have taken others instead.
fn buyer_may_have_it(inventory: &Inventory, reservation: &Reservation, now: Timestamp) -> bool {
    let seats = u32::try_from(reservation.seats.len()).unwrap_or(u32::MAX);
    let counted = match reservation.standing(now) {
        Standing::Held => seats,
        _ => 0,
    };
    [&reservation.owner]
        .into_iter()
        .chain(&reservation.marks)
        .all(|buyer| check_buyer(inventory, buyer, seats, counted, now).is_ok())
}

/// Its own, or nobody's; of who has lapsed, that is said.
fn seats_are_free(
    inventory: &Inventory,
    reservation: &Reservation,
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> bool {
    let first = reservation.first;
    let alive = !reservation.lapsed(now);
    // Once it has expired, its seats are its own no longer: one that is no longer sold is lost.
    let free = |seat: SeatIndex| {
        inventory.free_at(seat, now) && inventory.price(seat).is_some()
            || alive && inventory.owner_of(seat) == Some(first)
    };
    if !reservation.seats.iter().all(|seat| free(seat.index)) {
        return false;
    }
    expire_holders(inventory, &reservation.seats, Some(first), now, changes);
    true
}

/// Takes sold seats back. Those that were taken back before are passed over.
pub(super) fn refund(
    inventory: &Inventory,
    first: u64,
    attempt: u64,
    wanted: Option<&[SeatIndex]>,
    resell: bool,
) -> Decision {
    let Some(reservation) = inventory.reservation(first) else {
        return Decision::refused(Refusal::NotBooked);
    };
    let is_its = |seat: &SeatIndex| reservation.seats.iter().any(|its| its.index == *seat);
    let unknown = wanted.into_iter().flatten().filter(|seat| !is_its(seat));
    let unknown: Vec<SeatIndex> = unknown.copied().collect();
    if !unknown.is_empty() {
        return Decision::refused(Refusal::UnknownSeats(unknown));
    }
    match reservation.attempt(attempt).map(|found| &found.state) {
        Some(AttemptState::Booked) => {}
        Some(AttemptState::Refunded) => return Decision::unchanged(Outcome::Done),
        _ => return Decision::refused(Refusal::NotBooked),
    }
    let meant = |seat: SeatIndex| wanted.is_none_or(|wanted| wanted.contains(&seat));
    let back = || reservation.kept_seats().filter(|seat| meant(seat.index));
    let seats: Vec<SeatIndex> = back().map(|seat| seat.index).collect();
    if seats.is_empty() {
        return Decision::unchanged(Outcome::Done);
    }
    let amount = back().map(|seat| seat.price).sum();
    let change = Change::Refunded {
        first,
        attempt,
        seats: seats.clone(),
        resell,
    };
    Decision::of(Outcome::Refunded { seats, amount }, vec![change])
}
