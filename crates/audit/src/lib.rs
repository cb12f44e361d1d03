//! Replays the ledger and proves that everything derived from it agrees: seats, holds, bookings,
//! tickets, payments, counts and the chain of hashes. It reads in pages up to a fixed version, so it
//! works beside a running server, and writes nothing.
//!
//! # Adding a check
//! 1. What it needs from the entries is gathered in `history.rs` while they are replayed.
//! 2. The check itself is a function in `compare.rs` that names event, version and what is wrong.
//! 3. Its test damages a healthy store by hand and expects to be told where.

mod compare;
mod event;
mod history;
mod report;

use boxoffice_model::EventNumber;
use boxoffice_store::{Store, StoreError};

pub use report::{AuditReport, Breach};

/// How far an audit has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The event that was finished last.
    pub event: EventNumber,
    /// Entries replayed so far, all events together.
    pub entries: u64,
}

/// Audits every event of a store.
///
/// # Errors
/// When the store cannot be read; what is wrong with its content is in the report.
pub async fn audit(
    store: &dyn Store,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<AuditReport, StoreError> {
    let mut report = AuditReport::default();
    let ids = store.catalogue(0).await?.events;
    for record in &ids {
        event::audit_event(store, record, &mut report).await?;
        progress(Progress {
            event: record.number,
            entries: report.entries,
        });
    }
    for head in store.heads().await? {
        if !ids.iter().any(|record| record.number == head.event) {
            report.breach(
                head.event,
                "?",
                None,
                "it has a ledger but is not in the catalogue",
            );
        }
    }
    Ok(report)
}
