//! The store itself: opened once, read by many, written through batches. Rows are read and written in
//! the modules beside it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use boxoffice_inventory::StoredEntry;
use boxoffice_model::{Clock, Digest, EventNumber, KeyRing, Timestamp};
use boxoffice_store::{
    Batch, Booking, Catalogue, Charge, EventHead, EventRecord, Refund, Stage, StagedEvent, Store,
    StoreError, Ticket, Writers,
};

use tokio::task::JoinHandle;

use crate::address::Address;
use crate::batch::PostgresBatch;
use crate::clock::ServerClock;
use crate::connection::{Connector, Purpose, take};
use crate::error::{Doing, in_time, too_slow};
use crate::news::{Listener, Teller};
use crate::options::{LEASE, MIGRATION, Options, POINT, READING};
use crate::partitions::Partitions;
use crate::reader::{Reader, Readers};
use crate::shared::Shared;
use crate::{keys, ledger, migrate, money, plans, publication, snapshots, stages};

/// For how long a check of the store waits.
const PATIENCE: Duration = Duration::from_secs(2);

/// A store in a PostgreSQL database.
pub struct PostgresStore {
    shared: Arc<Shared>,
    listener: Option<Listener>,
    _tending: Option<Tending>,
}

/// Says again and again that this node tends its payments, however long one of them takes. Ends when
/// dropped.
struct Tending(JoinHandle<()>);

impl Tending {
    fn start(shared: Arc<Shared>) -> Self {
        Tending(tokio::spawn(async move {
            loop {
                tokio::time::sleep(LEASE / 4).await;
                if let Err(error) = shared.tend().await {
                    tracing::debug!(error = %error, "Cannot say which payments are tended");
                }
            }
        }))
    }
}

impl Drop for Tending {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl PostgresStore {
    /// Connects to the database; sets the store up, or brings it up to date, where need be. `draw`
    /// fills bytes at random: this node's name, and the keys of a new store.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when the database refuses us, or is not one that we can trust;
    /// [`StoreError::Unavailable`] when it cannot be reached; [`StoreError::Newer`] when a newer binary
    /// set it up.
    pub async fn open(
        address: &Address,
        options: &Options,
        clock: Arc<dyn Clock>,
        draw: &mut (dyn FnMut(&mut [u8]) + Send),
    ) -> Result<Self, StoreError> {
        let connector = Connector::new(address, options.silent, tokio::runtime::Handle::current())?;
        let (mut client, _) = connector.connect(Purpose::Write, |_| ()).await?;
        let migrating = migrate::migrate(&mut client, options.create, draw);
        in_time(MIGRATION, migrating).await?;
        drop(client);
        let mut node = [0; 8];
        draw(&mut node);
        let node = u64::from_le_bytes(node);
        let shared = Shared {
            node,
            clock: ServerClock::new(clock, options.server_time),
            writers: connector.pool(Purpose::Write, options.writers.max(1))?,
            readers: Readers(connector.pool(Purpose::Read, options.readers.max(1))?),
            partitions: Partitions::default(),
            teller: options
                .notify
                .then(|| Teller::start(connector.clone(), node)),
            failing: AtomicBool::new(false),
            tended: parking_lot::Mutex::new(None),
            connector: connector.clone(),
        };
        let shared = Arc::new(shared);
        let store = PostgresStore {
            listener: options.notify.then(|| Listener::start(connector, node)),
            _tending: options.tend.then(|| Tending::start(Arc::clone(&shared))),
            shared,
        };
        store.hear_the_time().await?;
        Ok(store)
    }

    async fn reader(&self) -> Result<Reader, StoreError> {
        self.shared.readers.reader().await
    }

    /// So that the first reading of the clock is the server's.
    async fn hear_the_time(&self) -> Result<(), StoreError> {
        let now = ledger::now(&self.reader().await?).await?;
        self.shared.clock.hear(now);
        Ok(())
    }

    /// Writes a row and commits it, to see that it can be done.
    async fn probe(&self) -> Result<(), StoreError> {
        let client = take(&self.shared.writers).await?;
        let sql = "UPDATE state SET probes = probes + 1 WHERE id = 1";
        let written = client.execute(sql, &[]).await;
        written.map_err(Doing::writing("state").failed())?;
        self.shared.failing.store(false, Ordering::Relaxed);
        Ok(())
    }
}

/// What a buyer waits for.
async fn at_once<T>(reading: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    in_time(POINT, reading).await
}

#[async_trait]
impl Store for PostgresStore {
    fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    fn writers(&self) -> Writers {
        Writers::PerEvent
    }

    async fn changed(&self) -> Vec<EventNumber> {
        match &self.listener {
            Some(listener) => listener.hear().await,
            None => std::future::pending().await,
        }
    }

    /// Reads a row where it could be written; tries a write only if the last commit has not succeeded.
    async fn ready(&self) -> Result<(), StoreError> {
        let checking = async {
            self.hear_the_time().await?;
            let client = take(&self.shared.writers).await?;
            publication::writable(&client).await?;
            drop(client);
            match self.shared.failing.load(Ordering::Relaxed) {
                true => self.probe().await,
                false => Ok(()),
            }
        };
        match tokio::time::timeout(PATIENCE, checking).await {
            Ok(ready) => ready,
            Err(_) => Err(too_slow("reading and writing")),
        }
    }

    async fn keys(&self) -> Result<KeyRing, StoreError> {
        keys::read(&self.reader().await?).await
    }

    async fn catalogue(&self, after: u64) -> Result<Catalogue, StoreError> {
        publication::catalogue(&self.reader().await?, after).await
    }

    async fn event(&self, event: EventNumber) -> Result<Option<EventRecord>, StoreError> {
        publication::event(&self.reader().await?, event).await
    }

    async fn next_number(&self, year: u16, month: u8) -> Result<EventNumber, StoreError> {
        publication::next_number(&self.reader().await?, year, month).await
    }

    async fn begin_stage(&self) -> Result<Stage, StoreError> {
        let (client, _) = self
            .shared
            .connector
            .connect(Purpose::Write, |_| ())
            .await?;
        stages::wait_for_turn(&client).await?;
        let id = stages::begin(&self.shared.writers).await?;
        Ok(Stage {
            id: id.cast_unsigned(),
            guard: Box::new(client),
        })
    }

    async fn stage(&self, stage: &Stage, events: &[StagedEvent]) -> Result<(), StoreError> {
        for event in events {
            self.shared.ensure_month(event.record.number).await?;
        }
        let adding = stages::add(&self.shared.writers, stage.id.cast_signed(), events);
        in_time(READING, adding).await
    }

    async fn put_plan(&self, hash: &Digest, plan: &[u8]) -> Result<(), StoreError> {
        in_time(READING, plans::write(&self.shared.writers, hash, plan)).await
    }

    async fn plan(&self, hash: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        plans::read(&self.reader().await?, hash).await
    }

    async fn heads(&self) -> Result<Vec<EventHead>, StoreError> {
        ledger::heads(&self.reader().await?).await
    }

    async fn heads_of(&self, events: &[EventNumber]) -> Result<Vec<EventHead>, StoreError> {
        ledger::heads_of(&self.reader().await?, events).await
    }

    async fn snapshot(&self, event: EventNumber) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        snapshots::read(&self.reader().await?, event).await
    }

    async fn put_snapshot(
        &self,
        event: EventNumber,
        version: u64,
        snapshot: &[u8],
    ) -> Result<(), StoreError> {
        let writing = snapshots::write(&self.shared.writers, event, version, snapshot);
        in_time(READING, writing).await
    }

    async fn tail(
        &self,
        event: EventNumber,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        ledger::tail(&self.reader().await?, event, after, limit).await
    }

    async fn reservation(
        &self,
        event: EventNumber,
        first: u64,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        at_once(async { ledger::reservation(&self.reader().await?, event, first).await }).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<EventNumber>, StoreError> {
        ledger::due(&self.reader().await?, now, limit).await
    }

    async fn booking(
        &self,
        event: EventNumber,
        attempt: u64,
    ) -> Result<Option<Booking>, StoreError> {
        at_once(async { money::booking(&self.reader().await?, event, attempt).await }).await
    }

    async fn unfinished(&self, limit: usize) -> Result<Vec<Booking>, StoreError> {
        self.shared.tend().await?;
        money::unfinished(&self.reader().await?, self.shared.node, limit).await
    }

    fn tends(&self) -> bool {
        self.shared.tends()
    }

    async fn troubled(&self, limit: usize) -> Result<Vec<Booking>, StoreError> {
        money::troubled(&self.reader().await?, limit).await
    }

    async fn refunds(
        &self,
        event: EventNumber,
        attempt: Option<u64>,
    ) -> Result<Vec<Refund>, StoreError> {
        money::refunds(&self.reader().await?, event, attempt).await
    }

    async fn bookings(
        &self,
        event: EventNumber,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Booking>, StoreError> {
        money::bookings(&self.reader().await?, event, after, limit).await
    }

    async fn orders_of(
        &self,
        event: EventNumber,
        email: &str,
        limit: usize,
    ) -> Result<Vec<Booking>, StoreError> {
        money::orders_of(&self.reader().await?, event, email, limit).await
    }

    async fn tickets(&self, event: EventNumber) -> Result<Vec<Ticket>, StoreError> {
        money::tickets(&self.reader().await?, event).await
    }

    async fn charges(&self, event: EventNumber) -> Result<Vec<Charge>, StoreError> {
        money::charges(&self.reader().await?, event).await
    }

    async fn charge(&self, event: EventNumber, attempt: u64) -> Result<Option<Charge>, StoreError> {
        at_once(async { money::charge(&self.reader().await?, event, attempt).await }).await
    }

    /// Waits for a connection only; the batch itself begins with its first statement.
    async fn begin(&self) -> Result<Box<dyn Batch>, StoreError> {
        let client = take(&self.shared.writers).await?;
        let batch = PostgresBatch::new(client, Arc::clone(&self.shared));
        Ok(Box::new(batch))
    }
}
