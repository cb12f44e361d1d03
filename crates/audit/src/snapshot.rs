//! The snapshot of an inventory against the fold at the same version. One that does not read back is
//! only a cache gone bad; one that reads back and lies would be sold from.

use std::collections::BTreeMap;

use boxoffice_inventory::{Change, Command, Inventory, Moment, Reservation, decide, invariants};
use boxoffice_model::{EventNumber, Key};
use boxoffice_store::{EventHead, Store, StoreError};

use crate::replay::{Replay, Stop};
use crate::report::Findings;

/// A snapshot that read back.
pub(crate) struct Snapshot {
    /// The version that its row says.
    version: u64,
    restored: Inventory,
}

/// Read before the head, so that it cannot be younger.
pub(crate) async fn read(
    store: &dyn Store,
    event: EventNumber,
    found: &mut Findings,
) -> Result<Option<Snapshot>, Stop> {
    let (version, bytes) = match store.snapshot(event).await {
        Ok(Some(snapshot)) => snapshot,
        Ok(None) => return Ok(None),
        Err(error @ StoreError::Damaged { .. }) => {
            found.breach(None, error.to_string());
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    match Inventory::from_snapshot(&bytes) {
        Ok(restored) => Ok(Some(Snapshot { version, restored })),
        Err(error) => {
            found.warn(format!("version {version}: {error}; it will be dropped"));
            Ok(None)
        }
    }
}

/// Replays up to the snapshot and compares.
pub(crate) async fn check(
    snapshot: &Snapshot,
    replay: &mut Replay<'_>,
    head: &EventHead,
    found: &mut Findings,
) -> Result<(), Stop> {
    let Snapshot { version, restored } = snapshot;
    let (version, inside) = (*version, restored.version());
    if restored.event() != replay.event {
        found.at(
            version,
            format!("the snapshot is of event {}", restored.event()),
        );
    } else if inside != version {
        found.at(version, format!("the snapshot is of version {inside}"));
    } else if version > head.version {
        let what = format!(
            "the snapshot is beyond the head, which says {}",
            head.version
        );
        found.at(version, what);
    } else {
        replay.up_to(version).await?;
        let lies = differences(restored, &replay.inventory);
        if !lies.is_empty() {
            let what = format!("the snapshot's {} differ from the ledger", lies.join(", "));
            found.at(version, what);
        }
        if let Err(what) = invariants::check(restored) {
            found.at(version, format!("in the snapshot {what}"));
        }
    }
    Ok(())
}

fn differences(snapshot: &Inventory, ledger: &Inventory) -> Vec<&'static str> {
    let same = [
        ("head", snapshot.head() == ledger.head()),
        ("last time", snapshot.last_at() == ledger.last_at()),
        ("facts", snapshot.facts() == ledger.facts()),
        ("layout", snapshot.layout() == ledger.layout()),
        ("seats", snapshot.statuses() == ledger.statuses()),
        ("owners", owners(snapshot).eq(owners(ledger))),
        ("counts", snapshot.counts() == ledger.counts()),
        ("due times", snapshot.next_due() == ledger.next_due()),
        (
            "reservations",
            reservations(snapshot) == reservations(ledger),
        ),
        ("idempotency keys", keys(snapshot, ledger)),
        ("blocked seats", blocked(snapshot) == blocked(ledger)),
        ("cancellation", cancelled(snapshot) == cancelled(ledger)),
    ];
    let differs = same.into_iter().filter(|(_, same)| !same);
    differs.map(|(name, _)| name).collect()
}

fn owners(inventory: &Inventory) -> impl Iterator<Item = Option<u64>> {
    (0..inventory.seat_count()).map(|seat| inventory.owner_of(seat))
}

fn reservations(inventory: &Inventory) -> BTreeMap<u64, &Reservation> {
    let all = inventory.reservations();
    all.map(|reservation| (reservation.first, reservation))
        .collect()
}

/// Whether both answer a retry of each hold alike.
fn keys(snapshot: &Inventory, ledger: &Inventory) -> bool {
    let all = snapshot.reservations().chain(ledger.reservations());
    let mut keys = all.filter_map(|reservation| reservation.idempotency);
    keys.all(|(key, _)| snapshot.with_key(&key) == ledger.with_key(&key))
}

/// What only `decide` tells of an inventory: nothing is sealed by what is asked here, so any key will
/// do.
fn changes(inventory: &Inventory, command: &Command) -> Vec<Change> {
    let moment = Moment {
        now: inventory.last_at(),
        nonce: 0,
        key: &Key::new([0; 32]),
    };
    decide(inventory, command, &moment).changes
}

/// The seats taken off sale by hand, under those that no price puts on sale.
fn blocked(inventory: &Inventory) -> Vec<Change> {
    let seats = (0..inventory.seat_count()).collect();
    changes(inventory, &Command::Unblock { seats })
}

fn cancelled(inventory: &Inventory) -> bool {
    changes(inventory, &Command::CancelEvent).is_empty()
}
