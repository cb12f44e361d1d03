//! One event's audit, in the order in which things must be read so that a server may go on beside
//! it: the ledger first, then each kind of row, and after each the entries that were appended
//! meanwhile. What a row says must then be what the ledger said at some moment between.

use boxoffice_model::EventNumber;
use boxoffice_store::{EventRecord, Store, StoreError};

use crate::replay::{Replay, Stop};
use crate::report::{AuditReport, Findings};
use crate::{Progress, bookings, charges, refunds, seats, snapshot, tickets};

pub(crate) async fn audit(
    store: &dyn Store,
    record: &EventRecord,
    report: &mut AuditReport,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), StoreError> {
    let event = record.number;
    let mut replay = Replay::new(store, event, report.entries, progress);
    let mut found = Findings::default();
    let mut read = 0;
    match everything(&mut replay, &mut read, &mut found).await {
        Ok(()) => {}
        Err(Stop::Store(error)) => return Err(error),
        Err(Stop::Breach(version, what)) => {
            let what = format!("{what}; nothing behind this could be checked");
            found.breach(version, what);
        }
    }
    report.events += 1;
    report.entries = replay.entries;
    report.seats += u64::from(replay.inventory.seat_count());
    report.seats_sold += u64::from(replay.inventory.counts().booked);
    report.bookings += read;
    report.add(event, record.id.as_str(), found);
    Ok(())
}

async fn everything(
    replay: &mut Replay<'_>,
    bookings_read: &mut u64,
    found: &mut Findings,
) -> Result<(), Stop> {
    let snapshot = snapshot::read(replay.store, replay.event, found).await?;
    let head = replay.head().await?;
    if let Some(snapshot) = snapshot {
        snapshot::check(&snapshot, replay, &head, found).await?;
    }
    replay.up_to(head.version).await?;
    seats::check(&head, &replay.inventory, &replay.history, found);
    replay.history.watch();
    *bookings_read = bookings::check(replay, head.version, found).await?;
    tickets::check(replay, found).await?;
    let paid_back = refunds::check(replay, found).await?;
    charges::check(replay, paid_back.as_ref(), found).await?;
    let last = replay.catch_up().await?;
    if last.version != head.version {
        seats::check(&last, &replay.inventory, &replay.history, found);
    }
    nothing_beyond(replay, found).await
}

/// Entries and head are of one commit, so an entry that can be read is no younger than the head that
/// is read after it.
async fn nothing_beyond(replay: &Replay<'_>, found: &mut Findings) -> Result<(), Stop> {
    let after = replay.inventory.version();
    let beyond = replay.store.tail(replay.event, after, 1).await?;
    let head = replay.head().await?;
    if let Some(entry) = beyond.first().filter(|entry| entry.version > head.version) {
        let what = format!(
            "it stands beyond the head, which says version {}",
            head.version
        );
        found.at(entry.version, what);
    }
    Ok(())
}

/// A ledger that the catalogue does not know.
pub(crate) fn stranger(event: EventNumber, version: u64, report: &mut AuditReport) {
    let mut found = Findings::default();
    found.at(version, "it has a ledger but is not in the catalogue");
    report.add(event, "?", found);
}
