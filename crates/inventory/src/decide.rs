//! What a command leads to, at one moment and on one inventory. Never fails: it answers. Nothing is
//! changed here; the entries it names are folded by whoever asked.

mod holding;
mod paying;
mod refunding;
mod tending;

use boxoffice_model::Timestamp;

use crate::command::{Command, Decision, Moment, Outcome, Refusal};
use crate::entry::{Change, FailReason};
use crate::inventory::Inventory;
use crate::reservation::{Reservation, State};

/// The most attempts to pay for one reservation that may fail.
const MOST_ATTEMPTS: u32 = 5;

/// Decides a command. `moment.now` must not be before the inventory's last entry.
pub fn decide(inventory: &Inventory, command: &Command, moment: &Moment<'_>) -> Decision {
    match command {
        Command::Hold(hold) => holding::hold(inventory, hold, moment),
        Command::Recall(idempotency) => holding::recall(inventory, idempotency),
        Command::ChangeSeats { first, seats } => {
            holding::change_seats(inventory, *first, seats, moment.now)
        }
        Command::Extend { first } => tending::extend(inventory, *first, moment.now),
        Command::Release { first } => tending::release(inventory, *first, moment.now),
        Command::Pay {
            first,
            idempotency,
            limit,
        } => paying::pay(inventory, *first, *idempotency, *limit, moment),
        Command::Book { first, attempt } => paying::book(inventory, *first, *attempt, moment.now),
        Command::FailPayment {
            first,
            attempt,
            reason,
        } => paying::fail(inventory, *first, *attempt, reason, moment.now),
        Command::Redirect {
            first,
            attempt,
            limit,
        } => paying::redirect(inventory, *first, *attempt, *limit, moment.now),
        Command::KnowBuyer { first, marks } => {
            paying::know_buyer(inventory, *first, marks, moment.now)
        }
        Command::BookLate { first, attempt } => {
            refunding::book_late(inventory, *first, *attempt, moment.now)
        }
        Command::Refund {
            first,
            attempt,
            seats,
            resell,
        } => refunding::refund(inventory, *first, *attempt, seats.as_deref(), *resell),
        Command::CancelBooking {
            first,
            attempt,
            reason,
        } => paying::cancel(inventory, *first, *attempt, reason),
        Command::Sweep { at_most } => tending::sweep(inventory, *at_most, moment.now),
        Command::Block { seats } => tending::block(inventory, seats),
        Command::Unblock { seats } => tending::unblock(inventory, seats),
        Command::Revise(facts) => {
            Decision::of(Outcome::Done, vec![Change::CatalogueRevised(facts.clone())])
        }
        // The catalogue may have said so before: then it is the holds and attempts that this ends.
        Command::CancelEvent if inventory.cancelled && inventory.next_due().is_none() => {
            Decision::unchanged(Outcome::Done)
        }
        Command::CancelEvent => Decision::of(Outcome::Done, vec![Change::EventCancelled]),
    }
}

impl Decision {
    fn of(outcome: Outcome, changes: Vec<Change>) -> Self {
        Decision { outcome, changes }
    }

    fn unchanged(outcome: Outcome) -> Self {
        Decision {
            outcome,
            changes: Vec::new(),
        }
    }

    fn refused(refusal: Refusal) -> Self {
        Decision::unchanged(Outcome::Refused(refusal))
    }
}

/// What must be said of a reservation whose time has run out, before anything else is: that its
/// attempt to pay is void, and that it has expired.
fn lapse(reservation: &Reservation, now: Timestamp, changes: &mut Vec<Change>) {
    let first = reservation.first;
    if let Some(attempt) = lapsed_attempt(reservation, now) {
        changes.push(Change::PaymentFailed {
            first,
            attempt,
            reason: FailReason::TimedOut,
        });
    }
    if reservation.lapsed(now) {
        changes.push(Change::Expired { first });
    }
}

/// The attempt that has passed its limit although no entry has said so.
fn lapsed_attempt(reservation: &Reservation, now: Timestamp) -> Option<u64> {
    match reservation.state {
        State::Paying { attempt, limit } if now >= limit => Some(attempt),
        _ => None,
    }
}
