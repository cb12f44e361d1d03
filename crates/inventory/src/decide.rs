//! What a command leads to, at one moment and on one inventory. Never fails: it answers. Nothing is
//! changed here; the entries it names are folded by whoever asked.

mod holding;
mod paying;
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
        Command::CancelEvent if inventory.cancelled => Decision::of(Outcome::Done, Vec::new()),
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
    if let State::Paying { attempt, limit } = reservation.state
        && now >= limit
    {
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
