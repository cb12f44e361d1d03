//! One event's bookings beside the report, and what the report says of no booking at all.

use std::collections::BTreeMap;

use boxoffice_model::EventNumber;
use boxoffice_store::BookingStatus;
use rustc_hash::FxHashMap;

use super::case::{Amounts, Case, Difference, Kind, UnderWay};
use super::judge::{Verdict, judge};
use super::report::{ProviderReport, Told};
use super::result::Reconciliation;
use super::rows::Row;

/// Compares the rows of an event, among which are all that the report names.
pub(super) fn event(
    event: EventNumber,
    id: &str,
    rows: &[Row],
    report: &ProviderReport,
    result: &mut Reconciliation,
) {
    let mut unknown: FxHashMap<u64, &Told> = report.of_event(event).collect();
    for row in rows {
        let told = unknown.remove(&row.attempt);
        if row.asked {
            result.bookings += 1;
            sum_up(row, told, result);
        }
        let case = || Case {
            status: Some(row.status),
            here: Some(here(row)),
            ..case(event, id, row.attempt, told)
        };
        match judge(row, told) {
            Verdict::Agrees => {}
            Verdict::UnderWay(why) => result.under_way.push(UnderWay { why, case: case() }),
            Verdict::Differs(kind) => result.differences.push(Difference { kind, case: case() }),
        }
    }
    for (attempt, told) in unknown {
        stranger(case(event, id, attempt, Some(told)), told, result);
    }
}

/// What the report says of events that the catalogue does not know, and its disputes.
pub(super) fn strangers(
    ids: &BTreeMap<EventNumber, String>,
    report: &ProviderReport,
    result: &mut Reconciliation,
) {
    for ((event, attempt), told) in &report.attempts {
        if !ids.contains_key(event) {
            stranger(case(*event, "?", *attempt, Some(told)), told, result);
        }
        // All of the report's sums, whoever's the attempt is.
        if let Some(currency) = told.currency {
            let sums = result.sums.entry(currency).or_default();
            sums.taken_there += i128::from(told.taken);
            sums.refunded_there += i128::from(told.refunded);
        }
    }
    result.disputes = disputes(ids, report);
}

fn disputes(ids: &BTreeMap<EventNumber, String>, report: &ProviderReport) -> Vec<super::Dispute> {
    let told = |disputed: &super::report::Disputed| {
        let (event, attempt) = disputed.name;
        super::Dispute {
            event,
            id: ids.get(&event).map_or("?", String::as_str).to_owned(),
            attempt,
            amount: disputed.amount.clone(),
            state: disputed.state.clone(),
        }
    };
    report.disputes.iter().map(told).collect()
}

/// An attempt that no booking has; whether any money was taken for it decides.
fn stranger(case: Case, told: &Told, result: &mut Reconciliation) {
    if told.has_money() {
        let kind = Kind::Unknown;
        result.differences.push(Difference { kind, case });
    }
}

fn case(event: EventNumber, id: &str, attempt: u64, told: Option<&Told>) -> Case {
    let there = told.and_then(|told| {
        told.currency.map(|currency| Amounts {
            taken: told.taken,
            refunded: told.refunded,
            currency,
        })
    });
    let reference = told.and_then(|told| told.reference.as_deref());
    Case {
        event,
        id: id.to_owned(),
        attempt,
        status: None,
        here: None,
        there,
        reference: reference.map(str::to_owned),
    }
}

fn here(row: &Row) -> Amounts {
    Amounts {
        taken: if row.status.is_paid() { row.amount } else { 0 },
        refunded: row.done,
        currency: row.currency,
    }
}

fn sum_up(row: &Row, told: Option<&Told>, result: &mut Reconciliation) {
    let sums = result.sums.entry(row.currency).or_default();
    let (taken, refunded) = told.map_or((0, 0), |told| (told.taken, told.refunded));
    if row.status.is_paid() {
        // Of a booking before the period the report may know refunds alone: only those are compared.
        let whole = row.in_period || taken != 0;
        sums.taken_here += i128::from(if whole { row.amount } else { 0 });
        sums.refunded_here += i128::from(if whole {
            row.done
        } else {
            row.done.min(refunded)
        });
    } else if row.status != BookingStatus::Booked && taken == refunded {
        sums.undone += i128::from(taken);
    }
}
