//! Replays the ledger and proves that everything derived from it agrees: seats, holds, bookings,
//! tickets, payments, refunds, counts and the chain of hashes. It reads in short pages, so it works beside a
//! running server, and writes nothing. One event at a time is kept in memory.
//!
//! A server goes on while rows are read, so a row may be younger than the ledger that was replayed.
//! Therefore the ledger is replayed on after each reading, to where it stands then, and each attempt
//! to pay remembers how it stood since the first: a row must say one of these things. What does not
//! is a breach, however busy the event; nothing is read again in the hope that it looks better.
//!
//! # Adding a check
//! 1. What it needs from the entries is gathered in `history.rs` and `attempt.rs` while they are replayed.
//! 2. The check itself is a function beside its kind of row that names the version and what is wrong.
//! 3. Its test damages a healthy store by hand and expects to be told where.

mod attempt;
mod bookings;
mod charges;
mod event;
mod history;
mod reconcile;
mod refunds;
mod replay;
mod report;
mod seats;
mod snapshot;
mod tickets;

use boxoffice_model::EventNumber;
use boxoffice_store::{Store, StoreError};
use rustc_hash::FxHashSet;

pub use reconcile::{
    Amounts, Case, Difference, Dispute, Kind, Layout, Period, ProviderReport, Reconciliation,
    ReportError, Sums, UnderWay, Why, reconcile,
};
pub use report::{AuditReport, Breach};

/// How far an audit has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The event that is being replayed.
    pub event: EventNumber,
    /// Entries replayed so far, all events together.
    pub entries: u64,
}

/// Audits every event of a store; `progress` hears of every page that was replayed.
///
/// # Errors
/// When the store cannot be read; what is wrong with its content is in the report.
pub async fn audit(
    store: &dyn Store,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<AuditReport, StoreError> {
    let mut report = AuditReport::default();
    // Before the catalogue, so that no event is published between that this would call a stranger.
    let heads = store.heads().await;
    let events = store.catalogue(0).await?.events;
    for record in &events {
        event::audit(store, record, &mut report, progress).await?;
    }
    match heads {
        Ok(heads) => {
            let known: FxHashSet<EventNumber> = events.iter().map(|event| event.number).collect();
            for head in heads.iter().filter(|head| !known.contains(&head.event)) {
                event::stranger(head.event, head.version, &mut report);
            }
        }
        // A damaged row: its event has been named above, unless it is one that nobody knows.
        Err(StoreError::Damaged { .. }) if !report.breaches.is_empty() => {}
        Err(error) => return Err(error),
    }
    Ok(report)
}
