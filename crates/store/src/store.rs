//! The store as its readers see it, and the door to its writers.

use async_trait::async_trait;
use boxoffice_inventory::StoredEntry;
use boxoffice_model::{Digest, EventNumber, KeyRing, Timestamp};

use crate::batch::Batch;
use crate::booking::{Booking, Charge, Refund, Ticket};
use crate::error::StoreError;
use crate::event::{Catalogue, EventHead, EventRecord, Stage, StagedEvent};

/// How many batches a store takes at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writers {
    /// One, for all events.
    One,
    /// One an event; other processes may write too.
    PerEvent,
}

/// What is remembered. Readers never wait for writers and see only what is committed.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// The store's time as this node knows it, for checks that a batch will repeat.
    fn now(&self) -> Timestamp;

    /// How many batches it takes at one time.
    fn writers(&self) -> Writers;

    /// Waits until another process has committed something, and says to which ledgers. One that is left
    /// out is found by looking, so look now and then. A store that does not tell waits for ever.
    async fn changed(&self) -> Vec<EventNumber>;

    /// Whether it can be read and written now.
    async fn ready(&self) -> Result<(), StoreError>;

    /// The keys, made when the store was set up.
    async fn keys(&self) -> Result<KeyRing, StoreError>;

    /// The events that changed after a revision; all of them after 0.
    async fn catalogue(&self, after: u64) -> Result<Catalogue, StoreError>;

    /// An event by its number.
    async fn event(&self, event: EventNumber) -> Result<Option<EventRecord>, StoreError>;

    /// The number that the next new event of a month would have.
    async fn next_number(&self, year: u16, month: u8) -> Result<EventNumber, StoreError>;

    /// Begins to make new events ready beside a running server. Waits for another import to end, and
    /// removes what one that never ended has left.
    async fn begin_stage(&self) -> Result<Stage, StoreError>;

    /// Writes new events in one short transaction; nobody sees them before [`Batch::show`]. Only a few
    /// at a time, so that the writer is not stalled.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when an id or a number is taken.
    async fn stage(&self, stage: &Stage, events: &[StagedEvent]) -> Result<(), StoreError>;

    /// Keeps a seating plan under its content hash, in pieces small enough not to stall the writer.
    /// A plan that is there already is left alone.
    async fn put_plan(&self, hash: &Digest, plan: &[u8]) -> Result<(), StoreError>;

    /// A seating plan, whole.
    async fn plan(&self, hash: &Digest) -> Result<Option<Vec<u8>>, StoreError>;

    /// Where all ledgers stand.
    async fn heads(&self) -> Result<Vec<EventHead>, StoreError>;

    /// Where some ledgers stand; those that are not there are left out.
    async fn heads_of(&self, events: &[EventNumber]) -> Result<Vec<EventHead>, StoreError>;

    /// Where one ledger stands.
    async fn head(&self, event: EventNumber) -> Result<Option<EventHead>, StoreError> {
        Ok(self.heads_of(&[event]).await?.pop())
    }

    /// The newest snapshot of an event's inventory, with its version.
    async fn snapshot(&self, event: EventNumber) -> Result<Option<(u64, Vec<u8>)>, StoreError>;

    /// Keeps a snapshot of an event's inventory, in pieces small enough not to stall the writer; the
    /// one before it goes. Called by one at a time for an event.
    async fn put_snapshot(
        &self,
        event: EventNumber,
        version: u64,
        snapshot: &[u8],
    ) -> Result<(), StoreError>;

    /// At most `limit` entries behind version `after`, in order.
    async fn tail(
        &self,
        event: EventNumber,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEntry>, StoreError>;

    /// All entries of a reservation, in order, by the version of its first.
    async fn reservation(
        &self,
        event: EventNumber,
        first: u64,
    ) -> Result<Vec<StoredEntry>, StoreError>;

    /// At most `limit` events in which something has run out at `now`, the longest due first.
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<EventNumber>, StoreError>;

    /// An attempt to pay.
    async fn booking(
        &self,
        event: EventNumber,
        attempt: u64,
    ) -> Result<Option<Booking>, StoreError>;

    /// At most `limit` attempts that still need a step and that no other node tends: those that have an end
    /// to find, then those that have something left to do, each the oldest first; not those in trouble. A node tends what it began, and what it was given here, for some seconds
    /// from each call.
    async fn unfinished(&self, limit: usize) -> Result<Vec<Booking>, StoreError>;

    /// Whether what this node tends is surely still its own, so that it may take a step.
    fn tends(&self) -> bool {
        true
    }

    /// At most `limit` bookings that an operator must look at, the oldest first.
    async fn troubled(&self, limit: usize) -> Result<Vec<Booking>, StoreError>;

    /// The refunds of an event, or of one booking of it, in order.
    async fn refunds(
        &self,
        event: EventNumber,
        attempt: Option<u64>,
    ) -> Result<Vec<Refund>, StoreError>;

    /// All bookings of an event behind attempt `after`, at most `limit`, in order: for the audit.
    async fn bookings(
        &self,
        event: EventNumber,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Booking>, StoreError>;

    /// At most `limit` orders of an event that were placed with an e-mail address, the newest first: those
    /// that are paid for or being paid for, and those whose money was given back since. White space around
    /// an address does not count, nor whether its letters from A to Z are capitals. Reads all bookings of
    /// the event: selling pays for no index that is needed so seldom.
    async fn orders_of(
        &self,
        event: EventNumber,
        email: &str,
        limit: usize,
    ) -> Result<Vec<Booking>, StoreError>;

    /// All tickets of an event, by seat: for the audit.
    async fn tickets(&self, event: EventNumber) -> Result<Vec<Ticket>, StoreError>;

    /// All charges of an event at the test provider, by attempt: for the audit.
    async fn charges(&self, event: EventNumber) -> Result<Vec<Charge>, StoreError>;

    /// A charge at the test provider.
    async fn charge(&self, event: EventNumber, attempt: u64) -> Result<Option<Charge>, StoreError>;

    /// Begins a batch; waits for the writer before it.
    async fn begin(&self) -> Result<Box<dyn Batch>, StoreError>;
}
