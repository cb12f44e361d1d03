//! What is always true of an inventory. Called by unit tests, property tests and the audit.

use rustc_hash::FxHashMap;

use crate::inventory::{Counts, Inventory, SeatStatus};
use crate::reservation::State;

/// Checks everything that an inventory keeps twice against what it is derived from.
///
/// # Errors
/// A sentence that names the first breach.
pub fn check(inventory: &Inventory) -> Result<(), String> {
    each_seat_has_at_most_one_reservation(inventory)?;
    counts_sum_to_all_seats(inventory)?;
    owners_have_what_their_reservations_hold(inventory)?;
    whatever_can_run_out_is_due(inventory)
}

/// A seat that is held or booked belongs to exactly the one reservation that lists it.
fn each_seat_has_at_most_one_reservation(inventory: &Inventory) -> Result<(), String> {
    let mut listed = vec![0u64; inventory.status.len()];
    for reservation in inventory.reservations.values() {
        let status = match reservation.state {
            State::Held | State::Paying { .. } => SeatStatus::Held,
            State::Booked { .. } => SeatStatus::Booked,
            State::Released | State::Expired => continue,
        };
        for seat in reservation.kept_seats() {
            let at = seat.index as usize;
            let other = std::mem::replace(&mut listed[at], reservation.first);
            if other != 0 {
                let first = reservation.first;
                return Err(format!(
                    "seat {at} is both reservation {other}'s and {first}'s"
                ));
            }
            if inventory.status[at] != status {
                return Err(format!(
                    "seat {at} shows {:?}, but is {status:?}",
                    inventory.status[at]
                ));
            }
        }
    }
    match (0..listed.len()).find(|&seat| listed[seat] != inventory.owner[seat]) {
        Some(seat) => Err(format!(
            "seat {seat} is reservation {}'s by no list",
            inventory.owner[seat]
        )),
        None => Ok(()),
    }
}

/// Available + held + booked + blocked are all seats.
fn counts_sum_to_all_seats(inventory: &Inventory) -> Result<(), String> {
    let count = |wanted| {
        u32::try_from(
            inventory
                .status
                .iter()
                .filter(|status| **status == wanted)
                .count(),
        )
        .unwrap_or(u32::MAX)
    };
    let counts = Counts {
        available: count(SeatStatus::Available),
        held: count(SeatStatus::Held),
        booked: count(SeatStatus::Booked),
        blocked: count(SeatStatus::Blocked),
    };
    if counts == inventory.counts {
        return Ok(());
    }
    Err(format!(
        "the counts say {:?}, the seats say {counts:?}",
        inventory.counts
    ))
}

fn owners_have_what_their_reservations_hold(inventory: &Inventory) -> Result<(), String> {
    let mut seats_of: FxHashMap<_, u32> = FxHashMap::default();
    for reservation in inventory.reservations.values() {
        if !matches!(reservation.state, State::Released | State::Expired) {
            let seats = u32::try_from(reservation.kept_seats().count()).unwrap_or(u32::MAX);
            for buyer in [&reservation.owner].into_iter().chain(&reservation.marks) {
                *seats_of.entry(*buyer).or_default() += seats;
            }
        }
    }
    if seats_of == inventory.seats_of {
        return Ok(());
    }
    Err("what the owners have is not what their reservations hold".into())
}

fn whatever_can_run_out_is_due(inventory: &Inventory) -> Result<(), String> {
    let due: std::collections::BTreeSet<_> = inventory
        .reservations
        .values()
        .filter_map(|reservation| Some((reservation.due_at()?, reservation.first)))
        .collect();
    if due == inventory.due {
        Ok(())
    } else {
        Err("what runs out is not what is due".into())
    }
}
