//! What the catalogue fixes for sales: seats, prices, limits and times. They reach the inventory as
//! entries, so that every node decides on the same.

use boxoffice_model::{Currency, Digest, Timestamp};
use boxoffice_seating::Layout;
use serde::{Deserialize, Serialize};

/// The facts of an event from one `catalogue_revised` to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Content hash of the seating plan that the indexes belong to.
    pub plan: Digest,
    /// Rows and categories of every seat; none when they are as they were.
    pub layout: Option<Layout>,
    /// What prices are counted in.
    pub currency: Currency,
    /// By category: what a seat costs in minor units; none is not on sale.
    pub prices: Vec<Option<u64>>,
    /// When the event takes place.
    pub date: Timestamp,
    /// When sales begin; none is at once.
    pub on_sale_at: Option<Timestamp>,
    /// When sales end; none is at `date`.
    pub sale_ends_at: Option<Timestamp>,
    /// What the organiser says of it.
    pub status: SaleStatus,
    /// The most seats of one reservation.
    pub max_seats_per_reservation: u32,
    /// The most seats that one buyer holds, pays for and has, together.
    pub max_seats_per_buyer: Option<u32>,
}

/// What the organiser says of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaleStatus {
    /// It takes place as planned.
    Scheduled,
    /// It will take place, nobody knows when; nothing is sold meanwhile.
    Postponed,
    /// It has a new date.
    Rescheduled,
    /// It will not take place.
    Cancelled,
}

/// Why nothing is sold now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotOnSale {
    /// When sales begin, where that is to come.
    pub on_sale_at: Option<Timestamp>,
    /// Why not now.
    pub reason: NotOnSaleReason,
}

/// Why nothing is sold now, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOnSaleReason {
    /// Sales have not begun.
    NotYet,
    /// Sales are over.
    Ended,
    /// It has no date.
    Postponed,
    /// It will not take place.
    Cancelled,
}

impl NotOnSaleReason {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            NotOnSaleReason::NotYet => "not_yet",
            NotOnSaleReason::Ended => "ended",
            NotOnSaleReason::Postponed => "postponed",
            NotOnSaleReason::Cancelled => "cancelled",
        }
    }
}

impl Facts {
    /// When sales end.
    pub fn sale_end(&self) -> Timestamp {
        self.sale_ends_at.unwrap_or(self.date)
    }

    /// Whether seats may be taken at `now`.
    ///
    /// # Errors
    /// [`NotOnSale`] says why not.
    pub fn on_sale(&self, now: Timestamp) -> Result<(), NotOnSale> {
        self.status.on_sale(self.on_sale_at, self.sale_end(), now)
    }

    /// What a seat of `category` costs today; none is not on sale.
    pub fn price(&self, category: Option<u16>) -> Option<u64> {
        self.prices.get(usize::from(category?)).copied().flatten()
    }
}

impl SaleStatus {
    /// Whether an event of this status, on sale between two times, is on sale at `now`.
    ///
    /// # Errors
    /// [`NotOnSale`] says why not.
    pub fn on_sale(
        self,
        on_sale_at: Option<Timestamp>,
        sale_end: Timestamp,
        now: Timestamp,
    ) -> Result<(), NotOnSale> {
        let not = |reason| Err(NotOnSale { on_sale_at, reason });
        match self {
            SaleStatus::Cancelled => not(NotOnSaleReason::Cancelled),
            SaleStatus::Postponed => not(NotOnSaleReason::Postponed),
            _ if on_sale_at.is_some_and(|begin| now < begin) => not(NotOnSaleReason::NotYet),
            _ if now >= sale_end => not(NotOnSaleReason::Ended),
            _ => Ok(()),
        }
    }
}
