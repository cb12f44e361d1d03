//! One event's audit: its ledger to a fixed version, then everything that stands beside it.

use boxoffice_inventory::{Head, Inventory, invariants};
use boxoffice_store::{EventHead, EventRecord, Store, StoreError};
use rustc_hash::FxHashMap;

use crate::compare::{self, Rows};
use crate::history::History;
use crate::report::AuditReport;

/// Entries read in one go: short enough not to hold back the writer's checkpoints.
const PAGE: usize = 10_000;

/// Rows move on while a server runs. What disagrees is looked at again this often, if the ledger
/// has moved meanwhile, before it is called a breach.
const LOOKS: usize = 4;

/// A ledger that was replayed up to a version.
pub(crate) struct Replayed {
    pub(crate) inventory: Inventory,
    pub(crate) history: History,
    /// The heads at the versions that sold something: what receipts must say.
    pub(crate) receipts: FxHashMap<u64, Head>,
}

pub(crate) async fn audit_event(
    store: &dyn Store,
    record: &EventRecord,
    report: &mut AuditReport,
) -> Result<(), StoreError> {
    let id = record.id.as_str();
    report.events += 1;
    let mut replayed = Replayed {
        inventory: Inventory::new(record.number),
        history: History::default(),
        receipts: FxHashMap::default(),
    };
    for look in 1..=LOOKS {
        let Some(head) = store.head(record.number).await? else {
            report.breach(record.number, id, None, "it has no ledger");
            return Ok(());
        };
        if !replay(store, &head, &mut replayed, id, report).await? {
            return Ok(());
        }
        let rows = Rows::read(store, record.number).await?;
        let now = store.head(record.number).await?;
        let found = compare::all(&replayed, &head, &rows);
        // Rows that were read behind the head may belong to later entries: look again.
        let moved = now.is_none_or(|now| now.version != head.version);
        if found.is_empty() || !moved || look == LOOKS {
            for (version, what) in found {
                report.breach(record.number, id, version, what);
            }
            report.bookings += rows.bookings.len() as u64;
            break;
        }
    }
    let inventory = &replayed.inventory;
    report.seats += u64::from(inventory.seat_count());
    report.seats_sold += u64::from(inventory.counts().booked);
    snapshot(store, &replayed, id, report).await
}

/// Replays up to `head`; false when the ledger is damaged, which the report then says.
async fn replay(
    store: &dyn Store,
    head: &EventHead,
    replayed: &mut Replayed,
    id: &str,
    report: &mut AuditReport,
) -> Result<bool, StoreError> {
    while replayed.inventory.version() < head.version {
        let after = replayed.inventory.version();
        let page = store.tail(head.event, after, PAGE).await?;
        if page.is_empty() {
            let what = format!(
                "the ledger ends here, but its head says version {}",
                head.version
            );
            report.breach(head.event, id, Some(after), what);
            return Ok(false);
        }
        for stored in page
            .iter()
            .take_while(|stored| stored.version <= head.version)
        {
            let entry = match replayed.inventory.replay(stored) {
                Ok(entry) => entry,
                Err(damage) => {
                    let what = damage.problem.to_string();
                    report.breach(head.event, id, Some(damage.version), what);
                    return Ok(false);
                }
            };
            report.entries += 1;
            if let Err(what) = replayed.history.take_in(stored.version, &entry) {
                report.breach(head.event, id, Some(stored.version), what);
                return Ok(false);
            }
            if entry.change.kind() == "booked" {
                replayed
                    .receipts
                    .insert(stored.version, replayed.inventory.head());
            }
        }
    }
    if let Err(what) = invariants::check(&replayed.inventory) {
        report.breach(head.event, id, Some(head.version), what);
    }
    Ok(true)
}

/// A snapshot is a cache: one that does not read back is dropped. One that lies is a breach.
async fn snapshot(
    store: &dyn Store,
    replayed: &Replayed,
    id: &str,
    report: &mut AuditReport,
) -> Result<(), StoreError> {
    let event = replayed.inventory.event();
    let Some((version, bytes)) = store.snapshot(event).await? else {
        return Ok(());
    };
    let mut restored = match Inventory::from_snapshot(&bytes) {
        Ok(restored) => restored,
        Err(error) => {
            report
                .warnings
                .push(format!("event {id}: {error}; it will be dropped"));
            return Ok(());
        }
    };
    while restored.version() < replayed.inventory.version() {
        let page = store.tail(event, restored.version(), PAGE).await?;
        let wanted = replayed.inventory.version();
        let page: Vec<_> = page
            .into_iter()
            .filter(|stored| stored.version <= wanted)
            .collect();
        if page.is_empty() || page.iter().any(|stored| restored.replay(stored).is_err()) {
            report.breach(
                event,
                id,
                Some(version),
                "the ledger does not follow from the snapshot",
            );
            return Ok(());
        }
    }
    let same = restored.version() > replayed.inventory.version()
        || restored.head() == replayed.inventory.head()
            && restored.statuses() == replayed.inventory.statuses()
            && restored.counts() == replayed.inventory.counts();
    if !same {
        report.breach(
            event,
            id,
            Some(version),
            "the snapshot is not what the ledger says",
        );
    }
    Ok(())
}
