//! Payment as the inventory sees it: an attempt begins, and ends with the seats sold or not.

use boxoffice_model::{Address, Micros, Timestamp};

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
