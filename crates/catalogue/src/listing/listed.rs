//! One event as listings show it: its document, its live counts, and what follows from both. Which
//! events are shown, and in which order, is the listing's.

use std::cmp::Ordering;
use std::sync::Arc;

use boxoffice_inventory::{Counts, SaleStatus};
use boxoffice_model::{Digest, EventId, EventNumber, Key, Timestamp};
use boxoffice_store::{EventRecord, StoreError};
use jiff::civil::Date;
use parking_lot::Mutex;

use crate::document::EventDocument;

/// An event of the catalogue in memory.
#[derive(Debug)]
pub struct Listed {
    /// The key of everything that belongs to it.
    pub number: EventNumber,
    /// Its id on the wire.
    pub id: EventId,
    /// What the catalogue says of it.
    pub document: EventDocument,
    /// The content hash of its plan.
    pub plan: Digest,
    /// Hashes the owners of its reservations.
    pub owner_key: Key,
    /// The day of its date in the venue's zone.
    pub local_date: Date,
    /// Shared with the revisions before and after this one.
    live: Arc<LiveCounts>,
}

/// How an event stands, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListingStatus {
    /// Sales have not begun.
    Scheduled,
    /// Seats may be taken.
    OnSale,
    /// Sales have begun, and nothing is available and nothing held.
    SoldOut,
    /// Sales are over.
    SaleEnded,
    /// It has no date; nothing is sold meanwhile.
    Postponed,
    /// It has a new date, and sales for it have not begun. Once they have, it is listed like any
    /// other: whoever looks for tickets wants to know whether there are any.
    Rescheduled,
    /// It will not take place.
    Cancelled,
}

/// Counts as of the newest version that anybody told.
#[derive(Debug, Default)]
pub(super) struct LiveCounts(Mutex<(u64, Counts)>);

impl LiveCounts {
    /// Takes in the counts at a version, unless newer ones are known.
    pub(super) fn set(&self, version: u64, counts: Counts) {
        let mut known = self.0.lock();
        if version >= known.0 {
            *known = (version, counts);
        }
    }
}

impl Listed {
    pub(super) fn new(record: EventRecord, live: Arc<LiveCounts>) -> Result<Self, StoreError> {
        let document = EventDocument::from_json(&record.document);
        let document = document.map_err(|error| StoreError::Damaged {
            table: "events",
            what: format!("event {}: {error}", record.number),
        })?;
        let zone = document.venue.zone();
        Ok(Listed {
            local_date: document.date.to_jiff().to_zoned_datetime(zone).date(),
            number: record.number,
            id: record.id,
            document,
            plan: record.plan,
            owner_key: record.owner_key,
            live,
        })
    }

    /// How many seats stand where, as of some moment of the last seconds.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.live.0.lock().1
    }

    /// How many seats there are in all, whoever has them.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        let Counts {
            available,
            held,
            booked,
            blocked,
        } = self.counts();
        available + held + booked + blocked
    }

    /// The lowest price that a seat has, in minor units; none when no seat has one.
    #[must_use]
    pub fn min_price(&self) -> Option<u64> {
        self.document.price_range.map(|(low, _)| low)
    }

    /// The highest price that a seat has, in minor units; none when no seat has one.
    #[must_use]
    pub fn max_price(&self) -> Option<u64> {
        self.document.price_range.map(|(_, high)| high)
    }

    /// How it stands at `now`. The organiser's word goes first, then the time of the sale. Sold out
    /// is sold out even when the sale has ended since.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> ListingStatus {
        let document = &self.document;
        let counts = self.counts();
        match document.status {
            SaleStatus::Cancelled => ListingStatus::Cancelled,
            SaleStatus::Postponed => ListingStatus::Postponed,
            status if document.on_sale_at.is_some_and(|begin| now < begin) => match status {
                SaleStatus::Rescheduled => ListingStatus::Rescheduled,
                _ => ListingStatus::Scheduled,
            },
            _ if counts.available == 0 && counts.held == 0 => ListingStatus::SoldOut,
            _ if now >= document.sale_end() => ListingStatus::SaleEnded,
            _ => ListingStatus::OnSale,
        }
    }

    pub(super) fn live(&self) -> &Arc<LiveCounts> {
        &self.live
    }

    /// By date, then id: the order of listings.
    pub(super) fn by_date(&self, other: &Self) -> Ordering {
        (self.document.date, &self.id).cmp(&(other.document.date, &other.id))
    }
}

impl ListingStatus {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ListingStatus::Scheduled => "scheduled",
            ListingStatus::OnSale => "on_sale",
            ListingStatus::SoldOut => "sold_out",
            ListingStatus::SaleEnded => "sale_ended",
            ListingStatus::Postponed => "postponed",
            ListingStatus::Rescheduled => "rescheduled",
            ListingStatus::Cancelled => "cancelled",
        }
    }
}
