//! A store whose commits wait, fail as planned or lose their answer, and whose appends fail for one
//! event. All else goes to the store inside.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use boxoffice_inventory::StoredEntry;
use boxoffice_model::{Digest, EventNumber, KeyRing, Timestamp};

use crate::batch::{Append, Batch, Locked, Record};
use crate::booking::{Booking, Charge, Refund, Ticket};
use crate::error::{CommitError, StoreError};
use crate::event::{Catalogue, EventHead, EventRecord, Stage, StagedEvent};
use crate::store::{Store, Writers};

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

/// What is planned, and what has happened so far.
#[derive(Default)]
struct Plan {
    faults: VecDeque<CommitFault>,
    /// Whose appends are refused.
    refused: Option<EventNumber>,
    /// Commits wait.
    closed: bool,
    /// Somebody waits to commit.
    waiting: bool,
    /// Loads wait.
    loads_wait: bool,
    /// What the node tends may be another's by now.
    fenced: bool,
    commits: usize,
    loads: usize,
}

#[derive(Default)]
struct Shared {
    plan: Mutex<Plan>,
    changed: Condvar,
}

impl Shared {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, until: impl Fn(&Plan) -> bool) -> MutexGuard<'_, Plan> {
        let waited = self.changed.wait_while(self.plan(), |plan| !until(plan));
        waited.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Another store, with faults.
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    shared: Arc<Shared>,
}

struct FaultyBatch {
    inner: Box<dyn Batch>,
    shared: Arc<Shared>,
}

impl FaultyStore {
    /// Without any, for now.
    pub fn new(inner: Arc<dyn Store>) -> Self {
        let shared = Arc::default();
        FaultyStore { inner, shared }
    }

    /// From now on these befall the next commits; those after them go well.
    pub fn plan(&self, faults: &[CommitFault]) {
        self.shared.plan().faults = faults.iter().copied().collect();
    }

    /// From now on appends to this event's ledger fail.
    pub fn refuse_appends_to(&self, event: Option<EventNumber>) {
        self.shared.plan().refused = event;
    }

    /// From now on commits wait.
    pub fn close_gate(&self) {
        self.shared.plan().closed = true;
    }

    /// Lets commits go on.
    pub fn open_gate(&self) {
        self.shared.plan().closed = false;
        self.shared.changed.notify_all();
    }

    /// Blocks until somebody waits to commit.
    pub fn wait_for_somebody_at_the_gate(&self) {
        drop(self.shared.wait(|plan| plan.waiting));
    }

    /// From now on loads of inventories wait, or go on again.
    pub fn let_loads_wait(&self, wait: bool) {
        self.shared.plan().loads_wait = wait;
        self.shared.changed.notify_all();
    }

    /// From now on the node has lost the payments that it tends, or has them again.
    pub fn fence_off(&self, fenced: bool) {
        self.shared.plan().fenced = fenced;
    }

    /// How many commits were tried so far.
    pub fn commits(&self) -> usize {
        self.shared.plan().commits
    }

    /// How often an inventory was loaded so far.
    pub fn loads(&self) -> usize {
        self.shared.plan().loads
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

    async fn lock(&mut self, event: EventNumber, after: u64) -> Result<Option<Locked>, StoreError> {
        self.inner.lock(event, after).await
    }

    async fn append(&mut self, append: &Append) -> Result<(), StoreError> {
        if self.shared.plan().refused == Some(append.head.event) {
            return Err(StoreError::unavailable("appending", "as planned"));
        }
        self.inner.append(append).await
    }

    async fn record(&mut self, records: &[Record]) -> Result<(), StoreError> {
        self.inner.record(records).await
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
        let fault = {
            self.shared.plan().waiting = true;
            self.shared.changed.notify_all();
            let mut plan = self.shared.wait(|plan| !plan.closed);
            plan.waiting = false;
            plan.commits += 1;
            plan.faults.pop_front().unwrap_or(CommitFault::None)
        };
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

    fn writers(&self) -> Writers {
        self.inner.writers()
    }

    async fn changed(&self) -> Vec<EventNumber> {
        self.inner.changed().await
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

    async fn heads_of(&self, events: &[EventNumber]) -> Result<Vec<EventHead>, StoreError> {
        self.inner.heads_of(events).await
    }

    async fn snapshot(&self, event: EventNumber) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        self.shared.plan().loads += 1;
        drop(self.shared.wait(|plan| !plan.loads_wait));
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

    fn tends(&self) -> bool {
        !self.shared.plan().fenced && self.inner.tends()
    }

    async fn troubled(&self, limit: usize) -> Result<Vec<Booking>, StoreError> {
        self.inner.troubled(limit).await
    }

    async fn refunds(
        &self,
        event: EventNumber,
        attempt: Option<u64>,
    ) -> Result<Vec<Refund>, StoreError> {
        self.inner.refunds(event, attempt).await
    }

    async fn bookings(
        &self,
        event: EventNumber,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Booking>, StoreError> {
        self.inner.bookings(event, after, limit).await
    }

    async fn orders_of(
        &self,
        event: EventNumber,
        email: &str,
        limit: usize,
    ) -> Result<Vec<Booking>, StoreError> {
        self.inner.orders_of(event, email, limit).await
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
        let shared = Arc::clone(&self.shared);
        Ok(Box::new(FaultyBatch { inner, shared }))
    }
}
