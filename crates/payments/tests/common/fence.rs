//! A store whose node may lose what it tends. All else goes to the store inside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use boxoffice_inventory::StoredEntry;
use boxoffice_model::{Digest, EventNumber, KeyRing, Timestamp};
use boxoffice_store::{
    Batch, Booking, Catalogue, Charge, EventHead, EventRecord, Refund, Stage, StagedEvent, Store,
    StoreError, Ticket, Writers,
};

pub struct Fence {
    inner: Arc<dyn Store>,
    tends: Arc<AtomicBool>,
}

impl Fence {
    /// What is told by `tends` may change.
    pub fn new(inner: Arc<dyn Store>, tends: Arc<AtomicBool>) -> Self {
        Fence { inner, tends }
    }
}

#[async_trait]
impl Store for Fence {
    fn tends(&self) -> bool {
        self.tends.load(Ordering::SeqCst)
    }

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
        self.inner.begin().await
    }
}
