//! The unit of work: everything between locking an event and a commit, as a whole or not at all.

use async_trait::async_trait;
use boxoffice_inventory::{Entry, FailReason, SeatIndex, StoredEntry};
use boxoffice_model::{EventNumber, Timestamp};

use crate::booking::{Booking, Charge, Cleanup, Receipt, Refund};
use crate::error::{CommitError, StoreError};
use crate::event::{EventHead, EventRecord, Stage};

/// One transaction. Dropped without a commit, it leaves no trace. After an error nothing but
/// [`Batch::undo`] may follow.
#[async_trait]
pub trait Batch: Send {
    /// The store's time.
    fn now(&self) -> Timestamp;

    /// Locks an event's row until the end of the batch; then reads where its ledger stands and what it
    /// has behind version `after`, which sees all that was committed while the lock was waited for. From
    /// here to [`Self::keep`] or [`Self::undo`] everything concerns this event. `None`: there is no
    /// such event.
    async fn lock(&mut self, event: EventNumber, after: u64) -> Result<Option<Locked>, StoreError>;

    /// Appends entries and their side rows, and says where the ledger stands now. The version must
    /// be the one that was locked.
    async fn append(&mut self, append: &Append) -> Result<(), StoreError>;

    /// Writes rows of the locked event that no entry stands for, in order.
    async fn record(&mut self, records: &[Record]) -> Result<(), StoreError>;

    /// Publishes an event: new, or what the catalogue says of it from now on. A new one begins with
    /// an empty ledger.
    async fn put_event(&mut self, record: &EventRecord) -> Result<(), StoreError>;

    /// Shows what was staged, together with whatever else this batch publishes. However many events
    /// those are, it is quick.
    async fn show(&mut self, stage: &Stage) -> Result<(), StoreError>;

    /// Keeps what was done since [`Self::lock`].
    async fn keep(&mut self) -> Result<(), StoreError>;

    /// Undoes what was done since [`Self::lock`]; the other events of the batch go on.
    async fn undo(&mut self) -> Result<(), StoreError>;

    /// Makes the batch durable. Only after this may anyone be told of it.
    async fn commit(self: Box<Self>) -> Result<(), CommitError>;
}

/// The most entries that are read under a lock: whoever is further behind catches up without one first.
pub const MOST_BEHIND: usize = 10_000;

/// A ledger that stands still for as long as the batch lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    pub head: EventHead,
    /// The entries behind the version that was asked for, in order, the first [`MOST_BEHIND`] of them.
    pub tail: Vec<StoredEntry>,
}

/// Entries for one event's ledger.
#[derive(Clone, Debug)]
pub struct Append {
    /// The version that the first entry follows.
    pub after: u64,
    /// The entries as they are kept, with what they say.
    pub entries: Vec<(StoredEntry, Entry)>,
    /// What must be written with them.
    pub side_rows: Vec<SideRow>,
    /// Where the ledger stands behind them.
    pub head: EventHead,
}

/// What is written in the same commit as the entry it follows from.
#[derive(Clone, Debug)]
pub enum SideRow {
    /// With `paying`.
    BookingOpened(Box<Booking>),
    /// With `payment_failed`.
    BookingFailed { attempt: u64, reason: FailReason },
    /// With `redirected`.
    BookingRedirected { attempt: u64, limit: Timestamp },
    /// With `booked` and `booked_late`: the tickets stand under a unique key (event, seat).
    BookingBooked {
        attempt: u64,
        seats: Vec<SeatIndex>,
        receipt: Receipt,
    },
    /// With `booking_cancelled`: the tickets go.
    BookingCancelled { attempt: u64, reason: FailReason },
    /// With `refunded`: the tickets of these seats go.
    BookingRefunded {
        refund: Refund,
        seats: Vec<SeatIndex>,
        /// Whether they were the last of the booking.
        whole: bool,
    },
    /// With `event_cancelled`: every attempt under way is void.
    PaymentsVoided,
}

/// A row that no entry stands for.
#[derive(Clone, Debug)]
pub enum Record {
    /// The money of a booked attempt was collected.
    Confirmed {
        event: EventNumber,
        attempt: u64,
        /// The provider's name for the payment.
        reference: Option<String>,
    },
    /// The payer of an attempt under way must go to another page.
    ActionRequired {
        event: EventNumber,
        attempt: u64,
        reference: Option<String>,
        redirect_url: String,
    },
    /// What was to be done at the provider is done; unless more has become due since the booking was
    /// read with this cleanup and so many notices.
    CleanedUp {
        event: EventNumber,
        attempt: u64,
        cleanup: Cleanup,
        notices: u32,
    },
    /// The provider has taken a refund on.
    Refunded {
        event: EventNumber,
        version: u64,
        reference: Option<String>,
    },
    /// The provider tells that something has happened to a payment. The first time, a booking that has
    /// ended without money is to be looked at, and steps that are no longer tried are tried again; told
    /// again, nothing changes.
    Noticed {
        event: EventNumber,
        attempt: u64,
        /// The provider's name for the notice.
        id: String,
        at: Timestamp,
        /// What an operator must look at.
        trouble: Option<String>,
    },
    /// Its steps are no longer tried, and why; or they are again.
    Troubled {
        event: EventNumber,
        attempt: u64,
        trouble: Option<String>,
    },
    /// A charge of the test provider, new or changed.
    Charge(Charge),
}

impl Record {
    /// Whose row it is.
    pub fn event(&self) -> EventNumber {
        match self {
            Record::Confirmed { event, .. }
            | Record::ActionRequired { event, .. }
            | Record::CleanedUp { event, .. }
            | Record::Refunded { event, .. }
            | Record::Noticed { event, .. }
            | Record::Troubled { event, .. } => *event,
            Record::Charge(charge) => charge.event,
        }
    }
}
