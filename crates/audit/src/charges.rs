//! Money against seats: collected for what was sold, once and for exactly its price, given back for what
//! came back, and nothing else. Only the charges of the built-in test provider are known here.

use boxoffice_store::{Charge, ChargeStatus, StoreError};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::attempt::Attempt;
use crate::refunds::PaidBack;
use crate::replay::{Replay, Stop};
use crate::report::Findings;

/// Money that waits to go back: the attempts.
#[derive(Default)]
struct Waiting {
    authorized: Vec<u64>,
    captured: Vec<u64>,
}

/// Charges are read behind the bookings and their refunds: what a row says of its money had happened by then.
pub(crate) async fn check(
    replay: &mut Replay<'_>,
    paid_back: Option<&PaidBack>,
    found: &mut Findings,
) -> Result<(), Stop> {
    let charges = match replay.store.charges(replay.event).await {
        Ok(charges) => charges,
        Err(error @ StoreError::Damaged { .. }) => {
            found.breach(None, error.to_string());
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    replay.catch_up().await?;
    let attempts = &replay.history.attempts;
    let mut seen = FxHashSet::default();
    let mut paid_for: FxHashMap<u64, u64> = FxHashMap::default();
    let mut waiting = Waiting::default();
    for charge in &charges {
        let version = charge.attempt;
        if !seen.insert(version) {
            found.at(version, "the attempt was charged twice");
        }
        let Some(attempt) = attempts.get(&version) else {
            found.at(version, "a charge without an attempt to pay");
            continue;
        };
        price(attempt, charge, found);
        match charge.status {
            ChargeStatus::Captured => {
                captured(attempt, charge, &mut paid_for, &mut waiting, found);
                if let Some(paid_back) = paid_back {
                    refunded(attempt, charge, paid_back, found);
                }
            }
            ChargeStatus::Authorized => set_aside(attempt, charge, &mut waiting, found),
            ChargeStatus::Open => open(attempt, charge, found),
            ChargeStatus::Voided | ChargeStatus::Declined => {}
        }
        if charge.refunded > 0 && charge.status != ChargeStatus::Captured {
            found.at(version, "money was paid back that was never taken");
        }
    }
    paid(replay, &charges, found);
    waiting.warn(found);
    Ok(())
}

fn price(attempt: &Attempt, charge: &Charge, found: &mut Findings) {
    if charge.amount != attempt.amount || Some(charge.currency) != attempt.currency {
        let (money, currency, price) = (charge.amount, charge.currency, attempt.amount);
        let what = format!("the charge is of {money} {currency}, its seats cost {price}");
        found.at(charge.attempt, what);
    }
    if attempt.row.is_some_and(|row| row.free) {
        found.at(charge.attempt, "a booking that was free was charged");
    }
    if attempt.row.is_some_and(|row| !row.test_provider) {
        found.at(
            charge.attempt,
            "the test provider was charged for another provider's booking",
        );
    }
}

/// Money is collected behind `booked` only. A sale that was paid for is undone by refunds alone; whatever
/// else has money must give all of it back.
fn captured(
    attempt: &Attempt,
    charge: &Charge,
    paid_for: &mut FxHashMap<u64, u64>,
    waiting: &mut Waiting,
    found: &mut Findings,
) {
    let back = charge.refunded >= charge.amount;
    let all_is_well = attempt.end.is_sale() || attempt.end.came_to_nothing() && back;
    if !all_is_well {
        // Its row was read before: it may still have been on its way to this end.
        let ended = attempt.row.filter(|row| row.came_to_nothing());
        if ended.is_some_and(|row| row.is_being_cleaned_up()) {
            waiting.captured.push(charge.attempt);
        } else if !attempt.moved() {
            let what = format!("money was taken, but the attempt is {}", attempt.end);
            found.at(charge.attempt, what);
        }
    }
    if back {
        return;
    }
    let first = attempt.paying.first;
    if let Some(other) = paid_for.insert(first, charge.attempt) {
        let what = format!("reservation {first} was paid for by attempt {other} already");
        found.at(charge.attempt, what);
    }
}

/// Of a sale, what was paid back is what its refunds say: those that are done at least, and none beside those
/// that are owed. Of all else no more than was taken.
fn refunded(attempt: &Attempt, charge: &Charge, paid_back: &PaidBack, found: &mut Findings) {
    let back = charge.refunded;
    let done = paid_back.get(&charge.attempt).copied().unwrap_or(0);
    let most = match attempt.end.is_sale() {
        true => attempt.owed,
        false => charge.amount,
    };
    if back < done {
        let what = format!("{back} were paid back, its refunds say {done}");
        found.at(charge.attempt, what);
    }
    if back > most {
        let what = format!("{back} were paid back, {most} are owed");
        found.at(charge.attempt, what);
    }
}

fn set_aside(attempt: &Attempt, charge: &Charge, waiting: &mut Waiting, found: &mut Findings) {
    // Given back is recorded last: then nothing may be set aside any more.
    match attempt.row.filter(|row| row.came_to_nothing()) {
        Some(row) if row.is_being_cleaned_up() => waiting.authorized.push(charge.attempt),
        Some(_) => {
            let what = "money stays set aside for an attempt that came to nothing";
            found.at(charge.attempt, what);
        }
        None => {}
    }
}

/// A page at which nobody has paid yet is open while somebody may, or until it is closed.
fn open(attempt: &Attempt, charge: &Charge, found: &mut Findings) {
    let closes = attempt.row.is_some_and(|row| row.is_being_cleaned_up());
    if attempt.moved() || closes {
        return;
    }
    if attempt.end.is_sale() {
        found.at(charge.attempt, "it is sold, but its payer has not paid yet");
    }
    if attempt.end.came_to_nothing() {
        let what = "a page stays open for an attempt that came to nothing";
        found.at(charge.attempt, what);
    }
}

/// What was not free and is said to be paid, was paid.
fn paid(replay: &Replay<'_>, charges: &[Charge], found: &mut Findings) {
    let paid = charges
        .iter()
        .filter(|charge| charge.status == ChargeStatus::Captured);
    let paid: FxHashSet<u64> = paid.map(|charge| charge.attempt).collect();
    for (version, attempt) in &replay.history.attempts {
        let row = attempt.row.filter(|row| row.test_provider && !row.free);
        let Some(row) = row.filter(|row| row.status.is_paid()) else {
            continue;
        };
        if !paid.contains(version) {
            let status = row.status.code();
            let what = format!("the booking is {status}, but was not paid for");
            found.at(*version, what);
        }
    }
}

impl Waiting {
    fn warn(&self, found: &mut Findings) {
        let kinds = [
            ("authorisations wait to be given back", &self.authorized),
            ("payments for nothing wait to be paid back", &self.captured),
        ];
        for (what, attempts) in kinds {
            if let Some(first) = attempts.first() {
                let count = attempts.len();
                found.warn(format!("{count} {what}, the first of {first}"));
            }
        }
    }
}
