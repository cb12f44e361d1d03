//! Inventories in and out of the store, beside the lane: neither folding a long ledger nor writing
//! down a stadium may keep a buyer waiting.

use std::future::Future;
use std::sync::Arc;

use boxoffice_inventory::Inventory;
use boxoffice_model::EventNumber;
use boxoffice_store::{LoadError, Store, StoreError, load_with_snapshot};
use tokio::sync::mpsc;

/// Events that may wait for their snapshot; others ask again with their next batch.
const MOST_WAITING: usize = 64;

/// Folds an event's ledger on a thread that may block; says also at which version the store's newest
/// snapshot of it stands, 0 without one.
///
/// # Errors
/// [`LoadError::Damaged`] names the entry that cannot be folded.
pub async fn load_aside(
    store: Arc<dyn Store>,
    event: EventNumber,
) -> Result<(Inventory, u64), LoadError> {
    aside(async move { load_with_snapshot(store.as_ref(), event).await }).await
}

/// Runs what computes for long on a thread that may.
async fn aside<T: Send + 'static>(
    work: impl Future<Output = Result<T, LoadError>> + Send + 'static,
) -> Result<T, LoadError> {
    let runtime = tokio::runtime::Handle::current();
    match tokio::task::spawn_blocking(move || runtime.block_on(work)).await {
        Ok(done) => done,
        Err(error) => Err(StoreError::unavailable("folding a ledger", error).into()),
    }
}

/// Asks for snapshots; they are a cache, so nobody waits for one.
pub(crate) struct Snapshots {
    /// After how many entries an inventory is written down again.
    pub(crate) every: u64,
    events: mpsc::Sender<EventNumber>,
}

impl Snapshots {
    /// Starts the task that writes them, one after the other; it ends with the lane.
    pub(crate) fn start(store: Arc<dyn Store>, every: u64) -> Self {
        let (events, mut asked) = mpsc::channel(MOST_WAITING);
        tokio::spawn(async move {
            while let Some(event) = asked.recv().await {
                if let Err(error) = aside(write(Arc::clone(&store), event)).await {
                    tracing::warn!(event.number = %event, %error, "Cannot write a snapshot");
                }
            }
        });
        Snapshots { every, events }
    }

    /// Whether it was taken down.
    pub(crate) fn ask(&self, event: EventNumber) -> bool {
        self.events.try_send(event).is_ok()
    }
}

/// Folds the ledger once more, from the snapshot before: the lane's own copy would have to be copied
/// or encoded while the lane waits.
async fn write(store: Arc<dyn Store>, event: EventNumber) -> Result<(), LoadError> {
    let (inventory, before) = load_with_snapshot(store.as_ref(), event).await?;
    let version = inventory.version();
    if version > before {
        let snapshot = inventory.snapshot();
        store.put_snapshot(event, version, &snapshot).await?;
    }
    Ok(())
}
