//! Random histories and the reports that a provider would give of them: they agree, in each layout, and
//! whatever line is changed, its attempt is named and no other.

use std::fmt::Write as _;

use boxoffice_model::{Currency, EventNumber};
use boxoffice_store::{BookingStatus, Cleanup};
use proptest::prelude::*;

use super::amount::show;
use super::rows::Row;
use super::{ProviderReport, Reconciliation, compare};

/// A booking and its refunds, and what the provider gave back where it came to nothing.
#[derive(Clone, Debug)]
struct Sold {
    row: Row,
    refunds: Vec<i64>,
    /// How the provider's own words are for it.
    taken: bool,
}

/// A line of a report: whose it is, and what it says.
#[derive(Clone, Debug)]
struct Said {
    attempt: u64,
    kind: Say,
    amount: i64,
    refunded: i64,
    currency: Currency,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Say {
    Charge,
    Refund,
    Failed,
}

fn event() -> EventNumber {
    EventNumber::new(2027, 5, 1).expect("a month")
}

fn sold() -> impl Strategy<Value = Sold> {
    let currency = prop::sample::select(vec!["EUR", "JPY", "KWD"]);
    (currency, 0u8..6, 2i64..5_000_000, 0.0..1.0f64).prop_map(|(currency, case, amount, part)| {
        use BookingStatus::{Confirmed, Declined, PartlyRefunded, Refunded, Voided};
        let part = ((amount as f64 * part) as i64).clamp(1, amount - 1);
        let (status, refunds, taken) = match case {
            0 | 1 => (Confirmed, vec![], true),
            2 => (PartlyRefunded, vec![part], true),
            3 => (Refunded, vec![part, amount - part], true),
            4 => (Voided, vec![amount], true),
            _ => (Declined, vec![], false),
        };
        let done = if status.is_paid() {
            refunds.iter().sum()
        } else {
            0
        };
        let row = Row {
            attempt: 0,
            status,
            cleanup: Cleanup::None,
            troubled: false,
            amount,
            currency: currency.parse().expect("a currency"),
            asked: true,
            in_period: true,
            done,
            younger: 0,
            due: 0,
        };
        Sold {
            row,
            refunds,
            taken,
        }
    })
}

fn history() -> impl Strategy<Value = Vec<Sold>> {
    let gaps = prop::collection::vec((sold(), 1u64..5), 1..30);
    gaps.prop_map(|sales| {
        let mut attempt = 0;
        let number = |(mut sold, gap): (Sold, u64)| {
            attempt += gap;
            sold.row.attempt = attempt;
            sold
        };
        sales.into_iter().map(number).collect()
    })
}

/// What the provider says, a line a payment or a line a movement.
fn said(history: &[Sold], by_movement: bool) -> Vec<Said> {
    let mut lines = Vec::new();
    for sold in history {
        let Row {
            attempt,
            amount,
            currency,
            ..
        } = sold.row;
        let kind = if sold.taken { Say::Charge } else { Say::Failed };
        let all: i64 = sold.refunds.iter().sum();
        let refunded = if by_movement { 0 } else { all };
        lines.push(Said {
            attempt,
            kind,
            amount,
            refunded,
            currency,
        });
        if by_movement {
            let refunds = sold.refunds.iter().map(|refund| Said {
                attempt,
                kind: Say::Refund,
                amount: 0,
                refunded: *refund,
                currency,
            });
            lines.extend(refunds);
        }
    }
    lines
}

fn decimal(amount: i64, currency: Currency) -> String {
    let shown = show(amount.into(), currency);
    let number = shown.split(' ').next().expect("a number");
    // As spreadsheets like it: thousands apart, in quotes.
    let (whole, rest) = number
        .split_once('.')
        .map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::new();
    for (at, digit) in whole.char_indices() {
        let left = whole.len() - at;
        if at > 0 && whole.as_bytes()[at - 1] != b'-' && left.is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let rest = rest.map(|rest| format!(".{rest}")).unwrap_or_default();
    format!("\"{grouped}{rest}\"")
}

fn payments(lines: &[Said]) -> String {
    let mut text = "\u{feff}id,Amount,Amount Refunded,Currency,Captured,Status,boxoffice_attempt (metadata)\r\n".to_owned();
    for (at, line) in lines.iter().enumerate() {
        let (captured, status) = match line.kind {
            Say::Failed => (false, "Failed"),
            _ if line.refunded == 0 => (true, "Paid"),
            _ if line.refunded < line.amount => (true, "Partial refund"),
            _ => (true, "Refunded"),
        };
        let (amount, refunded) = (
            decimal(line.amount, line.currency),
            decimal(line.refunded, line.currency),
        );
        let (currency, attempt) = (line.currency.to_string().to_lowercase(), line.attempt);
        write!(
            text,
            "ch_{at},{amount},{refunded},{currency},{captured},{status},{}:{attempt}\r\n",
            event()
        )
        .expect("text");
    }
    text
}

fn balance(lines: &[Said]) -> String {
    let mut text = "reporting_category,gross,currency,payment_metadata[boxoffice_attempt],balance_transaction_id\n".to_owned();
    for (at, line) in lines.iter().enumerate() {
        let (category, gross) = match line.kind {
            Say::Charge => ("charge", line.amount),
            Say::Refund => ("refund", -line.refunded),
            Say::Failed => continue,
        };
        let gross = decimal(gross, line.currency);
        let (currency, attempt) = (line.currency.to_string().to_lowercase(), line.attempt);
        writeln!(
            text,
            "{category},{gross},{currency},{}:{attempt},txn_{at}",
            event()
        )
        .expect("text");
    }
    text
}

fn plain(lines: &[Said]) -> String {
    let mut text = "attempt,currency,taken,refunded\n".to_owned();
    for line in lines {
        let taken = if line.kind == Say::Failed {
            0
        } else {
            line.amount
        };
        let Said {
            attempt,
            refunded,
            currency,
            ..
        } = line;
        writeln!(text, "{}:{attempt},{currency},{taken},{refunded}", event()).expect("text");
    }
    text
}

fn text(layout: usize, lines: &[Said]) -> String {
    [payments, balance, plain][layout](lines)
}

fn compared(history: &[Sold], report: &str) -> Reconciliation {
    let report = ProviderReport::read(report.as_bytes()).expect("a report");
    let rows: Vec<Row> = history.iter().map(|sold| sold.row.clone()).collect();
    let mut result = Reconciliation::of(&report);
    compare::event(event(), "night", &rows, &report, &mut result);
    let ids = [(event(), "night".to_owned())].into();
    compare::strangers(&ids, &report, &mut result);
    result.sort();
    result
}

/// Changes one line that speaks of money; gives its attempt.
fn change(lines: &mut Vec<Said>, at: usize, how: usize, by_movement: bool) -> Option<u64> {
    let money: Vec<usize> = (0..lines.len())
        .filter(|at| lines[*at].kind != Say::Failed)
        .collect();
    let at = *money.get(at % money.len().max(1))?;
    let line = &mut lines[at];
    let attempt = line.attempt;
    match (how, line.kind) {
        (0, Say::Charge) => line.amount += 1,
        (1, Say::Charge) if by_movement => line.amount -= 1,
        (0 | 1, _) => line.refunded += 1,
        (2, _) => line.currency = "USD".parse().expect("a currency"),
        (3, _) => {
            let again = line.clone();
            lines.push(again);
        }
        _ => {
            lines.remove(at);
        }
    }
    Some(attempt)
}

proptest! {
    #[test]
    fn a_report_of_the_same_history_agrees(history in history(), layout in 0usize..3) {
        let lines = said(&history, layout == 1);
        let result = compared(&history, &text(layout, &lines));
        prop_assert_eq!(&result.differences, &[], "{}", result);
        prop_assert_eq!(&result.under_way, &[]);
        prop_assert_eq!(result.bookings, history.len() as u64);
        for sums in result.sums.values() {
            prop_assert_eq!(sums.taken_here + sums.undone, sums.taken_there);
            prop_assert_eq!(sums.refunded_here + sums.undone, sums.refunded_there);
        }
    }

    #[test]
    fn whatever_line_is_changed_its_attempt_alone_is_named(
        history in history(), layout in 0usize..3, at: usize, how in 0usize..5,
    ) {
        let mut lines = said(&history, layout == 1);
        let Some(attempt) = change(&mut lines, at, how, layout == 1) else {
            return Ok(());
        };
        let result = compared(&history, &text(layout, &lines));
        let named: Vec<u64> = result.differences.iter().map(|found| found.case.attempt).collect();
        // A line with all of its money back does no harm twice, nor where it is missing if nothing was sold.
        let of = history.iter().find(|sold| sold.row.attempt == attempt).expect("its booking");
        let harmless = layout != 1 && match of.row.status {
            BookingStatus::Voided => how >= 3,
            BookingStatus::Refunded => how == 3,
            _ => false,
        };
        prop_assert_eq!(named, if harmless { vec![] } else { vec![attempt] }, "{}", result);
    }
}
