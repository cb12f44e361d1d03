//! Reads an event's bookings and their refunds from the store, as far as they are to be compared.

use boxoffice_model::{Currency, EventNumber};
use boxoffice_store::{Booking, BookingStatus, Cleanup, PaymentMethod, Refund, Store, StoreError};
use rustc_hash::FxHashMap;

use super::Period;
use super::report::ProviderReport;

/// Bookings a reading.
const PAGE: usize = 1_000;

/// What is remembered here of one attempt, amounts in minor units.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) attempt: u64,
    pub(super) status: BookingStatus,
    pub(super) cleanup: Cleanup,
    /// Its steps are no longer tried.
    pub(super) troubled: bool,
    pub(super) amount: i64,
    pub(super) currency: Currency,
    /// Whether the report's provider was asked for it.
    pub(super) asked: bool,
    pub(super) in_period: bool,
    /// Refunds that are done.
    pub(super) done: i64,
    /// Those of them that are younger than the period: the report need not know them.
    pub(super) younger: i64,
    /// Refunds that are not done.
    pub(super) due: i64,
}

/// The bookings of an event that are in the period, or in the report. Refunds are read behind them: what a
/// status says had happened by then.
pub(super) async fn read(
    store: &dyn Store,
    event: EventNumber,
    report: &ProviderReport,
    period: Period,
) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::new();
    let mut after = 0;
    loop {
        let page = store.bookings(event, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.attempt;
        for booking in &page {
            let row = row(booking, report, period);
            let named = report.attempts.contains_key(&(event, booking.attempt));
            if named || (row.asked && row.in_period) {
                rows.push(row);
            }
        }
    }
    if rows.iter().any(|row| row.status.is_paid()) {
        refunds(&mut rows, store.refunds(event, None).await?, period);
    }
    Ok(rows)
}

fn row(booking: &Booking, report: &ProviderReport, period: Period) -> Row {
    let provider = report.layout.provider();
    let theirs = provider.is_none_or(|provider| booking.draft.provider == provider);
    Row {
        attempt: booking.attempt,
        status: booking.status,
        cleanup: booking.cleanup,
        troubled: booking.trouble.is_some()
            && (booking.status.under_way() || booking.cleanup != Cleanup::None),
        amount: minor(booking.amount),
        currency: booking.currency,
        asked: theirs && booking.draft.method != PaymentMethod::Free,
        in_period: period.contains(booking.created_at),
        done: 0,
        younger: 0,
        due: 0,
    }
}

fn refunds(rows: &mut [Row], refunds: Vec<Refund>, period: Period) {
    let mut by_attempt: FxHashMap<u64, &mut Row> =
        rows.iter_mut().map(|row| (row.attempt, row)).collect();
    for refund in refunds {
        let Some(row) = by_attempt.get_mut(&refund.attempt) else {
            continue;
        };
        let amount = minor(refund.amount);
        if !refund.done {
            row.due = row.due.saturating_add(amount);
            continue;
        }
        row.done = row.done.saturating_add(amount);
        if period.is_over(refund.created_at) {
            row.younger = row.younger.saturating_add(amount);
        }
    }
}

/// No amount of ours is that large; if one were, it would differ from whatever the report says.
fn minor(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}
