//! Payment as the inventory sees it: an attempt begins, and ends with the seats sold or not.

use boxoffice_model::{Address, Micros, OwnerHash, Timestamp};

use super::{MOST_ATTEMPTS, lapse};
use crate::command::{Decision, Idempotency, Moment, Outcome, Refusal};
use crate::entry::{Change, FailReason, Paying};
use crate::facts::{NotOnSale, NotOnSaleReason};
use crate::inventory::Inventory;
use crate::reservation::{Standing, State};

pub(super) fn pay(
    inventory: &Inventory,
    first: u64,
    idempotency: Idempotency,
    limit: Micros,
    moment: &Moment<'_>,
) -> Decision {
    let Some(reservation) = inventory.reservation(first) else {
        return Decision::refused(Refusal::UnknownReservation);
    };
    if let Some(known) = reservation.attempt_with_key(&idempotency.key) {
        return match known.request == idempotency.request {
            true => Decision::unchanged(Outcome::AttemptKnown {
                attempt: known.version,
            }),
            false => Decision::refused(Refusal::KeyReused),
        };
    }
    match reservation.standing(moment.now) {
        Standing::Held => {}
        Standing::Paying { .. } => return Decision::refused(Refusal::PaymentInProgress),
        Standing::Booked { .. } => return Decision::refused(Refusal::AlreadyBooked),
        Standing::Released | Standing::Expired => return Decision::refused(Refusal::Ended),
    }
    if inventory.cancelled {
        let reason = NotOnSaleReason::Cancelled;
        return Decision::refused(Refusal::NotOnSale(NotOnSale {
            on_sale_at: None,
            reason,
        }));
    }
    let mut changes = Vec::new();
    lapse(reservation, moment.now, &mut changes);
    if reservation.failed_attempts() + changes.len() >= MOST_ATTEMPTS as usize {
        return Decision::refused(Refusal::TooManyAttempts {
            limit: MOST_ATTEMPTS,
        });
    }
    let version = inventory.version + 1 + changes.len() as u64;
    let address = Address::seal(moment.key, inventory.event, version, moment.nonce);
    changes.push(Change::Paying(Paying {
        first,
        key: idempotency.key,
        request: idempotency.request,
        secret: address.secret_hash(),
        limit,
    }));
    Decision::of(
        Outcome::Paying {
            address,
            total: reservation.total(),
        },
        changes,
    )
}

pub(super) fn book(inventory: &Inventory, first: u64, attempt: u64, now: Timestamp) -> Decision {
    let Some(reservation) = inventory.reservation(first) else {
        return Decision::refused(Refusal::AttemptVoid);
    };
    match reservation.state {
        State::Booked { attempt: booked } if booked == attempt => {
            Decision::unchanged(Outcome::Booked)
        }
        State::Paying {
            attempt: current,
            limit,
        } if current == attempt => {
            if now < limit && !inventory.cancelled {
                Decision::of(Outcome::Booked, vec![Change::Booked { first, attempt }])
            } else {
                // Past its limit: say that it is void, so that the money is given back at once.
                let mut changes = Vec::new();
                lapse(reservation, now, &mut changes);
                Decision::of(Outcome::Refused(Refusal::AttemptVoid), changes)
            }
        }
        _ => Decision::refused(Refusal::AttemptVoid),
    }
}

/// The seats wait for who pays elsewhere: until `limit` after the attempt's beginning.
pub(super) fn redirect(
    inventory: &Inventory,
    first: u64,
    attempt: u64,
    limit: Micros,
    now: Timestamp,
) -> Decision {
    let void = || Decision::refused(Refusal::AttemptVoid);
    let Some(reservation) = inventory.reservation(first) else {
        return void();
    };
    if reservation.standing(now) != (Standing::Paying { attempt }) {
        return void();
    }
    let Some(known) = reservation.attempt(attempt) else {
        return void();
    };
    let limit = known.started.plus(limit);
    if limit <= known.limit {
        return Decision::unchanged(Outcome::Done);
    }
    let change = Change::Redirected {
        first,
        attempt,
        limit,
    };
    Decision::of(Outcome::Done, vec![change])
}

/// Remembers by what else a buyer is known, unless one of the marks has as many seats as one buyer may.
pub(super) fn know_buyer(
    inventory: &Inventory,
    first: u64,
    marks: &[OwnerHash],
    now: Timestamp,
) -> Decision {
    let Some(reservation) = inventory.reservation(first) else {
        return Decision::refused(Refusal::UnknownReservation);
    };
    match reservation.standing(now) {
        Standing::Held | Standing::Paying { .. } => {}
        Standing::Booked { .. } => return Decision::refused(Refusal::AlreadyBooked),
        Standing::Released | Standing::Expired => return Decision::refused(Refusal::Ended),
    }
    let limit = inventory
        .facts()
        .and_then(|facts| facts.max_seats_per_buyer);
    let Some(limit) = limit else {
        return Decision::unchanged(Outcome::Done);
    };
    let mut fresh: Vec<OwnerHash> = Vec::new();
    for mark in marks {
        if !reservation.is_by(mark) && !fresh.contains(mark) {
            fresh.push(*mark);
        }
    }
    let quantity = u32::try_from(reservation.seats.len()).unwrap_or(u32::MAX);
    for mark in &fresh {
        let have = inventory.seats_of(mark, now);
        if have.saturating_add(quantity) > limit {
            return Decision::refused(Refusal::BuyerLimit { limit, have });
        }
    }
    if fresh.is_empty() {
        return Decision::unchanged(Outcome::Done);
    }
    let change = Change::BuyerKnown {
        first,
        marks: fresh,
    };
    Decision::of(Outcome::Done, vec![change])
}

pub(super) fn fail(
    inventory: &Inventory,
    first: u64,
    attempt: u64,
    reason: &FailReason,
    now: Timestamp,
) -> Decision {
    let Some(reservation) = inventory.reservation(first) else {
        return Decision::unchanged(Outcome::Done);
    };
    match reservation.state {
        State::Paying {
            attempt: current,
            limit,
        } if current == attempt => {
            if *reason == FailReason::TimedOut && now < limit {
                return Decision::refused(Refusal::PaymentInProgress);
            }
            let mut changes = vec![Change::PaymentFailed {
                first,
                attempt,
                reason: reason.clone(),
            }];
            if now >= reservation.until {
                changes.push(Change::Expired { first });
            }
            Decision::of(Outcome::Done, changes)
        }
        State::Booked { attempt: booked } if booked == attempt => {
            Decision::refused(Refusal::AlreadyBooked)
        }
        _ => Decision::unchanged(Outcome::Done),
    }
}

pub(super) fn cancel(
    inventory: &Inventory,
    first: u64,
    attempt: u64,
    reason: &FailReason,
) -> Decision {
    match inventory
        .reservation(first)
        .map(|reservation| reservation.state)
    {
        Some(State::Booked { attempt: booked }) if booked == attempt => Decision::of(
            Outcome::Done,
            vec![Change::BookingCancelled {
                first,
                attempt,
                reason: reason.clone(),
            }],
        ),
        _ => Decision::unchanged(Outcome::Done),
    }
}
