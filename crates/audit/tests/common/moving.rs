//! A store that does not stand still: before each reading the box office takes a few steps, and on
//! demand it tells a row twice or publishes an event. No test lives here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use boxoffice_inventory::StoredEntry;
use boxoffice_model::{Digest, EventNumber, KeyRing, Timestamp};
use boxoffice_store::conformance::{TurnedClock, record};
use boxoffice_store::{
    Batch, Booking, Catalogue, Charge, EventHead, EventRecord, Refund, Stage, StagedEvent, Store,
    StoreError, Ticket, Writers,
};
use boxoffice_store_sqlite::SqliteStore;
use futures::lock::Mutex;

use super::World;

/// The store of a box office that goes on.
pub(crate) struct Moving {
    pub(crate) inner: Arc<SqliteStore>,
    pub(crate) clock: Arc<TurnedClock>,
    pub(crate) world: Mutex<World>,
    /// Chance, by a seed.
    pub(crate) dice: AtomicU64,
    /// The most steps before a reading.
    pub(crate) steps: u64,
    /// The most entries in one reading, so that there are several.
    pub(crate) page: usize,
    /// Tells tickets, refunds and charges twice, as a store without keys might.
    pub(crate) stutters: bool,
    /// Publishes an event as soon as the events were read for the first time.
    pub(crate) publishes: AtomicBool,
}

impl Moving {
    /// SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>, public domain).
    pub(crate) fn throw(&self) -> u64 {
        let step = 0x9e37_79b9_7f4a_7c15;
        let sum = self
            .dice
            .fetch_add(step, Ordering::SeqCst)
            .wrapping_add(step);
        let mixed = (sum ^ (sum >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) async fn go_on(&self, steps: u64) {
        let mut world = self.world.lock().await;
        for _ in 0..steps {
            let dice = self.throw();
            let step = world.step(self.inner.as_ref(), &self.clock, dice).await;
            step.expect("the box office goes on");
        }
    }

    async fn meanwhile(&self) {
        if self.steps > 0 {
            self.go_on(self.throw() % (self.steps + 1)).await;
        }
    }

    async fn publish(&self) -> Result<(), StoreError> {
        if self.publishes.swap(false, Ordering::SeqCst) {
            let mut batch = self.inner.begin().await?;
            batch.put_event(&record(1)).await?;
            batch.commit().await.expect("an event is published");
        }
        Ok(())
    }

    fn stutter<T: Clone>(&self, mut rows: Vec<T>) -> Vec<T> {
        if self.stutters {
            rows.extend(rows.first().cloned());
        }
        rows
    }
}

#[async_trait]
impl Store for Moving {
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
        self.meanwhile().await;
        let catalogue = self.inner.catalogue(after).await;
        self.publish().await?;
        catalogue
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
        self.meanwhile().await;
        let heads = self.inner.heads().await;
        self.publish().await?;
        heads
    }

    async fn heads_of(&self, events: &[EventNumber]) -> Result<Vec<EventHead>, StoreError> {
        self.meanwhile().await;
        self.inner.heads_of(events).await
    }

    async fn snapshot(&self, event: EventNumber) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        self.meanwhile().await;
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
        self.meanwhile().await;
        self.inner.tail(event, after, limit.min(self.page)).await
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
        self.meanwhile().await;
        Ok(self.stutter(self.inner.refunds(event, attempt).await?))
    }

    async fn bookings(
        &self,
        event: EventNumber,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Booking>, StoreError> {
        self.meanwhile().await;
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
        self.meanwhile().await;
        Ok(self.stutter(self.inner.tickets(event).await?))
    }

    async fn charges(&self, event: EventNumber) -> Result<Vec<Charge>, StoreError> {
        self.meanwhile().await;
        Ok(self.stutter(self.inner.charges(event).await?))
    }

    async fn charge(&self, event: EventNumber, attempt: u64) -> Result<Option<Charge>, StoreError> {
        self.inner.charge(event, attempt).await
    }

    async fn begin(&self) -> Result<Box<dyn Batch>, StoreError> {
        self.inner.begin().await
    }
}
