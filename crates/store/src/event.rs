//! Rows about events: what the catalogue says, and where each ledger stands.

use crate::batch::Append;
use crate::error::StoreError;
use boxoffice_inventory::{Counts, Head};
use boxoffice_model::{Digest, EventId, EventNumber, Key, Timestamp};

/// An event as the catalogue has it. The seats' facts are in its ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRecord {
    /// Its number: the key of everything that belongs to it.
    pub number: EventNumber,
    /// Its id in the catalogue; unique.
    pub id: EventId,
    /// The content hash of its seating plan.
    pub plan: Digest,
    /// What the catalogue says, as JSON; the catalogue room alone knows its shape.
    pub document: String,
    /// Hashes the owners of its reservations; destroyed with retention.
    pub owner_key: Key,
}

/// The number for a new event of a month, behind the last one that the month has given.
///
/// # Errors
/// [`StoreError::Unusable`] when the month has no more.
pub fn number_behind(last: Option<u64>, year: u16, month: u8) -> Result<EventNumber, StoreError> {
    let (begin, _) = EventNumber::month_range(year, month);
    let next = last.map_or(0, |last| last + 1 - begin);
    u32::try_from(next)
        .ok()
        .and_then(|next| EventNumber::new(year, month, next).ok())
        .ok_or_else(|| {
            StoreError::Unusable(format!(
                "{year:04}-{month:02} has no number for another event"
            ))
        })
}

/// A place for new events that nobody sees until a batch shows them: see
/// [`Store::begin_stage`](crate::Store::begin_stage).
pub struct Stage {
    /// Names it within the store.
    pub id: u64,
    /// Keeps other imports waiting for as long as it lives.
    pub guard: Box<dyn std::any::Any + Send + Sync>,
}

/// A new event with the first entries of its ledger.
#[derive(Clone, Debug)]
pub struct StagedEvent {
    pub record: EventRecord,
    pub append: Append,
}

/// What has changed in the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Rises with every publication; ask with it the next time.
    pub revision: u64,
    /// The events that changed since, whole.
    pub events: Vec<EventRecord>,
}

/// Where an event's ledger stands, with what is derived from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventHead {
    pub event: EventNumber,
    /// The last entry's; 0 of an empty ledger.
    pub version: u64,
    /// The chain's hash at that version.
    pub head: Head,
    /// How many seats stand where.
    pub counts: Counts,
    /// When the next reservation runs out.
    pub next_due: Option<Timestamp>,
}
