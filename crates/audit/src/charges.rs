//! Money against seats: collected for what was sold, once and for exactly its price, and for nothing
//! else. Only the charges of the built-in test provider are known here.

use boxoffice_store::{BookingStatus, Charge, ChargeStatus, Cleanup, StoreError};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::history::{Attempt, End};
use crate::replay::{Replay, Stop};
use crate::report::Findings;

/// Charges are read behind the bookings: what a booking says of its money had happened by then.
pub(crate) async fn check(replay: &mut Replay<'_>, found: &mut Findings) -> Result<(), Stop> {
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
    let mut pending = Vec::new();
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
            ChargeStatus::Captured => captured(attempt, charge, &mut paid_for, found),
            ChargeStatus::Authorized if set_aside(attempt, charge, found) => pending.push(version),
            _ => {}
        }
    }
    confirmed(replay, &charges, found);
    if let Some(first) = pending.first() {
        let count = pending.len();
        found.warn(format!(
            "{count} authorisations wait to be given back, the first of {first}"
        ));
    }
    Ok(())
}

fn price(attempt: &Attempt, charge: &Charge, found: &mut Findings) {
    if charge.amount != attempt.amount || Some(charge.currency) != attempt.currency {
        let (money, currency, price) = (charge.amount, charge.currency, attempt.amount);
        let what = format!("the charge is of {money} {currency}, its seats cost {price}");
        found.at(charge.attempt, what);
    }
    if attempt.row.is_some_and(|row| !row.test_provider) {
        found.at(
            charge.attempt,
            "the test provider was charged for another provider's booking",
        );
    }
}

/// Money is collected behind `booked` only, and a sale that was paid for is never undone.
fn captured(
    attempt: &Attempt,
    charge: &Charge,
    paid_for: &mut FxHashMap<u64, u64>,
    found: &mut Findings,
) {
    if attempt.end != End::Booked {
        let what = format!("money was taken, but the attempt is {}", attempt.end);
        found.at(charge.attempt, what);
    }
    let first = attempt.paying.first;
    if let Some(other) = paid_for.insert(first, charge.attempt) {
        let what = format!("reservation {first} was paid for by attempt {other} already");
        found.at(charge.attempt, what);
    }
}

/// Whether money that is set aside waits to be given back.
fn set_aside(attempt: &Attempt, charge: &Charge, found: &mut Findings) -> bool {
    match attempt.row {
        // Given back is recorded last: then nothing may be set aside any more.
        Some(row) if !row.status.under_way() && row.status != BookingStatus::Confirmed => {
            let waits = row.cleanup == Cleanup::Void;
            if !waits {
                let what = "money stays set aside for an attempt that came to nothing";
                found.at(charge.attempt, what);
            }
            waits
        }
        _ => false,
    }
}

fn confirmed(replay: &Replay<'_>, charges: &[Charge], found: &mut Findings) {
    let paid = charges
        .iter()
        .filter(|charge| charge.status == ChargeStatus::Captured);
    let paid: FxHashSet<u64> = paid.map(|charge| charge.attempt).collect();
    for (version, attempt) in &replay.history.attempts {
        let row = attempt.row.filter(|row| row.test_provider);
        let is_confirmed = row.is_some_and(|row| row.status == BookingStatus::Confirmed);
        if is_confirmed && !paid.contains(version) {
            found.at(*version, "the booking is confirmed, but was not paid for");
        }
    }
}
