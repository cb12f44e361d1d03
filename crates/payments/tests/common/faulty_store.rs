//! A store whose commits fail as planned, or lose their answer. All else goes to the store inside.

use std::collections::VecDeque;
use std::sync::Arc;

use async_trait::async_trait;
use boxoffice_inventory::StoredEntry;
use boxoffice_model::{Digest, EventNumber, KeyRing, Timestamp};
use boxoffice_store::{
    Append, Batch, Booking, Catalogue, Charge, CommitError, EventHead, EventRecord, Record, Stage,
    StagedEvent, Store, StoreError, Ticket,
};
use boxoffice_store_sqlite::SqliteStore;
use parking_lot::Mutex;

/// What befalls a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitFault {
    None,
    /// Surely nothing is kept.
    Failed,
    /// The answer is lost, and nothing is kept.
    LostBefore,
    /// The answer is lost, and all is kept.
    LostAfter,
}

pub const COMMIT_FAULTS: [CommitFault; 3] = [
    CommitFault::Failed,
    CommitFault::LostBefore,
    CommitFault::LostAfter,
];

type Plan = Arc<Mutex<VecDeque<CommitFault>>>;

pub struct FaultyStore {
    inner: SqliteStore,
    plan: Plan,
}

struct FaultyBatch {
    inner: Box<dyn Batch>,
    plan: Plan,
}

impl FaultyStore {
    pub fn new(inner: SqliteStore) -> Self {
        let plan = Plan::default();
        FaultyStore { inner, plan }
    }

    /// From now on these befall the next commits; those after them go well.
    pub fn plan(&self, faults: &[CommitFault]) {
        *self.plan.lock() = faults.iter().copied().collect();
    }
}

fn lost() -> StoreError {
    StoreError::unavailable("committing", "as planned")
}

#[async_trait]
impl Batch for FaultyBatch {
    fn now(&self) -> Timestamp {
        self.inner.now()
    }

    async fn lock(&mut self, event: EventNumber) -> Result<Option<EventHead>, StoreError> {
        self.inner.lock(event).await
    }

    async fn tail(
        &mut self,
        event: EventNumber,
        after: u64,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        self.inner.tail(event, after).await
    }

    async fn append(&mut self, append: &Append) -> Result<(), StoreError> {
        self.inner.append(append).await
    }

    async fn record(&mut self, record: &Record) -> Result<(), StoreError> {
        self.inner.record(record).await
    }

    async fn put_event(&mut self, record: &EventRecord) -> Result<(), StoreError> {
        self.inner.put_event(record).await
    }

    async fn show(&mut self, stage: &Stage) -> Result<(), StoreError> {
        self.inner.show(stage).await
    }

    async fn keep(&mut self) -> Result<(), StoreError> {
        self.inner.keep().await
    }

    async fn undo(&mut self) -> Result<(), StoreError> {
        self.inner.undo().await
    }

    async fn commit(self: Box<Self>) -> Result<(), CommitError> {
        let fault = self.plan.lock().pop_front().unwrap_or(CommitFault::None);
        match fault {
            CommitFault::None => self.inner.commit().await,
            CommitFault::Failed => Err(CommitError::Failed(lost())),
            CommitFault::LostBefore => Err(CommitError::Unknown(lost())),
            CommitFault::LostAfter => {
                self.inner.commit().await?;
                Err(CommitError::Unknown(lost()))
            }
        }
    }
}

#[async_trait]
impl Store for FaultyStore {
    fn now(&self) -> Timestamp {
        self.inner.now()
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.inner.ready().await
    }

    async fn keys(&self) -> Result<KeyRing, StoreError> {
        self.inner.keys().await
    }

    async fn catalogue(&self, after: u64) -> Result<Catalogue, StoreError> {
        self.inner.catalogue(after).await
    }

    async fn event(&self, event: EventNumber) -> Result<Option<EventRecord>, StoreError> {
        self.inner.event(event).await
    }

    async fn next_number(&self, year: u16, month: u8) -> Result<EventNumber, StoreError> {
        self.inner.next_number(year, month).await
    }

    async fn begin_stage(&self) -> Result<Stage, StoreError> {
        self.inner.begin_stage().await
    }

    async fn stage(&self, stage: &Stage, events: &[StagedEvent]) -> Result<(), StoreError> {
        self.inner.stage(stage, events).await
    }

    async fn put_plan(&self, hash: &Digest, plan: &[u8]) -> Result<(), StoreError> {
        self.inner.put_plan(hash, plan).await
    }

    async fn plan(&self, hash: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.plan(hash).await
    }

    async fn heads(&self) -> Result<Vec<EventHead>, StoreError> {
        self.inner.heads().await
    }

    async fn head(&self, event: EventNumber) -> Result<Option<EventHead>, StoreError> {
        self.inner.head(event).await
    }

    async fn snapshot(&self, event: EventNumber) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        self.inner.snapshot(event).await
    }

    async fn put_snapshot(
        &self,
        event: EventNumber,
        version: u64,
        snapshot: &[u8],
    ) -> Result<(), StoreError> {
        self.inner.put_snapshot(event, version, snapshot).await
    }

    async fn tail(
        &self,
        event: EventNumber,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        self.inner.tail(event, after, limit).await
    }

    async fn reservation(
        &self,
        event: EventNumber,
        first: u64,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        self.inner.reservation(event, first).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<EventNumber>, StoreError> {
        self.inner.due(now, limit).await
    }

    async fn booking(
        &self,
        event: EventNumber,
        attempt: u64,
    ) -> Result<Option<Booking>, StoreError> {
        self.inner.booking(event, attempt).await
    }

    async fn unfinished(&self, limit: usize) -> Result<Vec<Booking>, StoreError> {
        self.inner.unfinished(limit).await
    }

    async fn bookings(
        &self,
        event: EventNumber,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Booking>, StoreError> {
        self.inner.bookings(event, after, limit).await
    }

    async fn tickets(&self, event: EventNumber) -> Result<Vec<Ticket>, StoreError> {
        self.inner.tickets(event).await
    }

    async fn charges(&self, event: EventNumber) -> Result<Vec<Charge>, StoreError> {
        self.inner.charges(event).await
    }

    async fn charge(&self, event: EventNumber, attempt: u64) -> Result<Option<Charge>, StoreError> {
        self.inner.charge(event, attempt).await
    }

    async fn begin(&self) -> Result<Box<dyn Batch>, StoreError> {
        let inner = self.inner.begin().await?;
        let plan = Arc::clone(&self.plan);
        Ok(Box::new(FaultyBatch { inner, plan }))
    }
}
