//! How an inventory, or one reservation, comes out of a store: the newest snapshot and the tail, or
//! the reservation's own entries.

use boxoffice_inventory::{Change, Entry, FoldError, Inventory, Problem, Reservation};
use boxoffice_model::EventNumber;

use crate::error::StoreError;
use crate::store::Store;

/// Entries folded in one reading transaction.
const PAGE: usize = 10_000;

/// Why an inventory did not come out of the store.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Damaged(#[from] FoldError),
}

/// An event's inventory at its newest version, from the snapshot and the tail behind it. A snapshot
/// that does not read back is dropped, and the whole ledger folded.
///
/// # Errors
/// [`LoadError::Damaged`] names the entry that cannot be folded.
pub async fn load_inventory(store: &dyn Store, event: EventNumber) -> Result<Inventory, LoadError> {
    load_with_snapshot(store, event)
        .await
        .map(|(inventory, _)| inventory)
}

/// [`load_inventory`], and the version of the snapshot that it began with; 0 without one.
///
/// # Errors
/// [`LoadError::Damaged`] names the entry that cannot be folded.
pub async fn load_with_snapshot(
    store: &dyn Store,
    event: EventNumber,
) -> Result<(Inventory, u64), LoadError> {
    let snapshot = store.snapshot(event).await?;
    let restored = snapshot.and_then(|(_, bytes)| Inventory::from_snapshot(&bytes).ok());
    let mut inventory = restored
        .filter(|inventory| inventory.event() == event)
        .unwrap_or_else(|| Inventory::new(event));
    let snapshot = inventory.version();
    loop {
        let page = store.tail(event, inventory.version(), PAGE).await?;
        for entry in &page {
            inventory.replay(entry)?;
        }
        if page.len() < PAGE {
            return Ok((inventory, snapshot));
        }
    }
}

/// A reservation by its address, however old: folded from its own entries. `None`: no hold began at
/// that version.
///
/// # Errors
/// [`LoadError::Damaged`] names the entry that cannot follow.
pub async fn load_reservation(
    store: &dyn Store,
    event: EventNumber,
    first: u64,
) -> Result<Option<(Reservation, u64)>, LoadError> {
    let entries = store.reservation(event, first).await?;
    let mut found: Option<(Reservation, u64)> = None;
    for stored in &entries {
        let version = stored.version;
        let damaged = |problem| FoldError {
            event,
            version,
            problem,
        };
        let entry =
            Entry::decode(&stored.bytes).map_err(|error| damaged(Problem::Decode(error)))?;
        match (&mut found, &entry.change) {
            (None, Change::Held(held)) => {
                found = Some((Reservation::begin(version, entry.at, held), entry.nonce));
            }
            (None, _) => return Ok(None),
            (Some((reservation, _)), change) => {
                reservation
                    .apply(version, entry.at, change)
                    .map_err(damaged)?;
            }
        }
    }
    Ok(found)
}
