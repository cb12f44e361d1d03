//! What a store's readings and batches have in common: the pools, the clock, and who is told of commits.

use std::sync::atomic::AtomicBool;

use boxoffice_model::EventNumber;
use boxoffice_store::StoreError;
use deadpool_postgres::Pool;
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::clock::ServerClock;
use crate::connection::{Connector, take};
use crate::error::in_time;
use crate::money;
use crate::news::Teller;
use crate::options::{LEASE, MIGRATION, READING};
use crate::partitions::Partitions;
use crate::reader::Readers;

pub(crate) struct Shared {
    /// This node's name: a number drawn when it opened the store.
    pub(crate) node: u64,
    pub(crate) connector: Connector,
    pub(crate) clock: ServerClock,
    pub(crate) writers: Pool,
    pub(crate) readers: Readers,
    pub(crate) partitions: Partitions,
    pub(crate) teller: Option<Teller>,
    /// Whether the last commit has not succeeded, or not yet.
    pub(crate) failing: AtomicBool,
    /// When the last word that this node tends its payments was sent, of those that arrived.
    pub(crate) tended: Mutex<Option<Instant>>,
}

impl Shared {
    /// Other nodes hear that these ledgers have grown; nobody waits for that.
    pub(crate) fn tell(&self, events: &[EventNumber]) {
        if let Some(teller) = &self.teller {
            teller.tell(events);
        }
    }

    /// Says which payments this node tends, and takes over what nobody tends any more.
    pub(crate) async fn tend(&self) -> Result<(), StoreError> {
        let tending = async {
            let client = take(&self.writers).await?;
            let sent = Instant::now();
            money::tend(&client, self.node).await?;
            *self.tended.lock() = Some(sent);
            Ok(())
        };
        in_time(READING, tending).await
    }

    /// Whether no other node can have taken over what this one tends: each payment was its own for half
    /// the lease at least when that was last said.
    pub(crate) fn tends(&self) -> bool {
        self.tended
            .lock()
            .is_some_and(|sent| sent.elapsed() < LEASE / 2)
    }

    /// Sees to it that there is a place for what belongs to an event.
    pub(crate) async fn ensure_month(&self, event: EventNumber) -> Result<(), StoreError> {
        in_time(MIGRATION, self.partitions.ensure(&self.writers, event)).await
    }
}
