//! Refunds against the seats that the ledger took back: one for each time, of exactly what they cost, and no
//! other.

use boxoffice_store::{Cleanup, Refund, StoreError};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::history::History;
use crate::replay::{Replay, Stop};
use crate::report::Findings;

/// What was paid back of each attempt, by its refunds that are done.
pub(crate) type PaidBack = FxHashMap<u64, u64>;

/// Compares all refunds; gives what was paid back. Read behind the bookings: where one says that nothing is
/// left to do, its refunds were done by then. None, if they cannot be read.
pub(crate) async fn check(
    replay: &mut Replay<'_>,
    found: &mut Findings,
) -> Result<Option<PaidBack>, Stop> {
    let from = replay.inventory.version();
    let refunds = match replay.store.refunds(replay.event, None).await {
        Ok(refunds) => refunds,
        Err(error @ StoreError::Damaged { .. }) => {
            found.breach(None, error.to_string());
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    replay.catch_up().await?;
    let history = &replay.history;
    let mut seen = FxHashSet::default();
    for refund in &refunds {
        if !seen.insert(refund.version) {
            found.at(refund.version, "the refund is there twice");
        }
        row(history, refund, found);
    }
    for version in history.refunds.range(..=from).map(|(version, _)| version) {
        if !seen.contains(version) {
            found.at(*version, "seats were taken back, but no money is owed");
        }
    }
    not_too_much(history, &refunds, found);
    due(history, &refunds, found);
    let mut paid_back = PaidBack::default();
    for refund in refunds.iter().filter(|refund| refund.done) {
        let sum = paid_back.entry(refund.attempt).or_default();
        *sum = sum.saturating_add(refund.amount);
    }
    Ok(Some(paid_back))
}

fn row(history: &History, refund: &Refund, found: &mut Findings) {
    let version = refund.version;
    let Some(owed) = history.refunds.get(&version) else {
        found.at(version, "a refund without seats that were taken back");
        return;
    };
    if refund.attempt != owed.attempt {
        let what = format!(
            "the refund is {}'s, its seats {}'s",
            refund.attempt, owed.attempt
        );
        found.at(version, what);
    }
    if refund.amount != owed.amount {
        let what = format!(
            "the refund is of {}, its seats cost {}",
            refund.amount, owed.amount
        );
        found.at(version, what);
    }
    if refund.created_at != owed.at {
        found.at(version, "the refund's time differs from its entry");
    }
}

/// Nobody gets back more than was paid.
fn not_too_much(history: &History, refunds: &[Refund], found: &mut Findings) {
    let mut sums: FxHashMap<u64, u64> = FxHashMap::default();
    for refund in refunds {
        let sum = sums.entry(refund.attempt).or_default();
        *sum = sum.saturating_add(refund.amount);
    }
    for (version, attempt) in &history.attempts {
        let (sum, amount) = (sums.get(version).copied().unwrap_or(0), attempt.amount);
        if sum > amount {
            let what = format!("{sum} are to be paid back of {amount}");
            found.at(*version, what);
        }
    }
}

/// What is not done yet must be known to its booking.
fn due(history: &History, refunds: &[Refund], found: &mut Findings) {
    let mut due = refunds.iter().filter(|refund| !refund.done).peekable();
    let first = due.peek().map(|refund| refund.version);
    let mut count = 0;
    for refund in due {
        count += 1;
        let attempt = history.attempts.get(&refund.attempt);
        // One that moved may have had nothing to do when its row was read.
        let forgotten = attempt.is_some_and(|attempt| {
            let nothing = |row: crate::attempt::Row| row.cleanup == Cleanup::None;
            attempt.row.is_some_and(nothing) && !attempt.moved()
        });
        if forgotten {
            let what = "the refund is due, but its booking says that nothing is left to do";
            found.at(refund.version, what);
        }
    }
    if let Some(first) = first {
        found.warn(format!(
            "{count} refunds wait to be paid back, the first of {first}"
        ));
    }
}
