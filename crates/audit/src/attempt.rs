//! One attempt to pay as its entries tell it, and what is owed to who paid. Which seats are whose is kept in
//! `history`.

use std::fmt;

use boxoffice_inventory::{Entry, FailReason, HeldSeat, Paying, SeatIndex};
use boxoffice_model::{Currency, Timestamp};
use boxoffice_store::{BookingStatus, Cleanup, Receipt};

/// An attempt to pay.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) started: Timestamp,
    pub(crate) nonce: u64,
    pub(crate) paying: Paying,
    /// What the reservation's seats cost when it began.
    pub(crate) amount: u64,
    pub(crate) currency: Option<Currency>,
    pub(crate) seats: Vec<HeldSeat>,
    /// When it is void unless it has ended.
    limit: Timestamp,
    /// What its limit was before, since the history has been watched.
    earlier_limits: Vec<Timestamp>,
    pub(crate) end: End,
    /// How it stood before, since the history has been watched.
    earlier: Vec<End>,
    /// Where its sale stands; it stays when the sale is undone.
    pub(crate) receipt: Option<Receipt>,
    /// What is owed for seats that were taken back, all of it together.
    pub(crate) owed: u64,
    /// What its booking says, once that was read.
    pub(crate) row: Option<Row>,
}

/// How an attempt stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    UnderWay,
    Booked,
    Failed(FailReason),
    Cancelled(FailReason),
    /// Seats of it were taken back: all of them, or some.
    TakenBack {
        whole: bool,
    },
}

/// Money that is owed for seats that were taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owed {
    /// To whom.
    pub(crate) attempt: u64,
    pub(crate) amount: u64,
    /// Since when.
    pub(crate) at: Timestamp,
}

/// Of a booking's row, what its money is compared with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) status: BookingStatus,
    pub(crate) cleanup: Cleanup,
    /// Whether nothing was to be paid.
    pub(crate) free: bool,
    /// Whether its charge is kept in the store.
    pub(crate) test_provider: bool,
}

impl Attempt {
    /// An attempt to pay for `seats` begins.
    pub(crate) fn begin(
        entry: &Entry,
        paying: &Paying,
        currency: Option<Currency>,
        seats: &[HeldSeat],
    ) -> Self {
        let prices = seats.iter().map(|seat| seat.price);
        Attempt {
            started: entry.at,
            nonce: entry.nonce,
            paying: paying.clone(),
            amount: prices.fold(0, u64::saturating_add),
            currency,
            seats: seats.to_vec(),
            limit: entry.at.plus(paying.limit),
            earlier_limits: Vec::new(),
            end: End::UnderWay,
            earlier: Vec::new(),
            receipt: None,
            owed: 0,
            row: None,
        }
    }

    /// How it stands from now on; how it stood is remembered if rows may still say that.
    pub(crate) fn stand(&mut self, end: End, watched: bool) {
        let before = std::mem::replace(&mut self.end, end);
        if watched {
            self.earlier.push(before);
        }
    }

    /// Its limit moves.
    ///
    /// # Errors
    /// A sentence when it has ended, or would end sooner.
    pub(crate) fn wait_until(&mut self, limit: Timestamp, watched: bool) -> Result<(), String> {
        if self.end != End::UnderWay || limit <= self.limit {
            let (first, end, before) = (self.paying.first, &self.end, self.limit);
            return Err(format!(
                "the attempt for {first} is {end} with limit {before}, so it cannot wait until {limit}"
            ));
        }
        let before = std::mem::replace(&mut self.limit, limit);
        if watched {
            self.earlier_limits.push(before);
        }
        Ok(())
    }

    /// What these of its seats cost is owed to who paid.
    pub(crate) fn owe(&mut self, seats: &[SeatIndex]) -> u64 {
        let back = self.seats.iter().filter(|its| seats.contains(&its.index));
        let prices = back.map(|seat| seat.price);
        let amount = prices.fold(0, u64::saturating_add);
        self.owed = self.owed.saturating_add(amount);
        amount
    }

    /// How it stands, then how it stood before while the history was watched.
    pub(crate) fn stands(&self) -> impl Iterator<Item = &End> {
        std::iter::once(&self.end).chain(&self.earlier)
    }

    /// Whether this is, or was while the history was watched, its limit.
    pub(crate) fn has_limit(&self, limit: Timestamp) -> bool {
        self.limit == limit || self.earlier_limits.contains(&limit)
    }

    /// Whether it has moved while the history was watched.
    pub(crate) fn moved(&self) -> bool {
        !self.earlier.is_empty()
    }
}

impl End {
    /// Whether an attempt may stand so that stood as `before` says.
    pub(crate) fn follows(&self, before: &End) -> bool {
        let has_seats = matches!(before, End::Booked | End::TakenBack { whole: false });
        match self {
            End::UnderWay => false,
            End::Booked | End::Failed(_) => *before == End::UnderWay,
            End::Cancelled(_) | End::TakenBack { .. } => has_seats,
        }
    }

    /// Whether seats were sold to it for good, though some may have come back.
    pub(crate) fn is_sale(&self) -> bool {
        matches!(self, End::Booked | End::TakenBack { .. })
    }

    /// Whether it came to no sale, or to one that was undone.
    pub(crate) fn came_to_nothing(&self) -> bool {
        matches!(self, End::Failed(_) | End::Cancelled(_))
    }
}

impl Row {
    /// Whether money of it may still be set aside, or taken, at the provider: that is being seen to.
    pub(crate) fn is_being_cleaned_up(&self) -> bool {
        matches!(self.cleanup, Cleanup::Void | Cleanup::Look)
    }

    /// Whether the booking has ended without a sale.
    pub(crate) fn came_to_nothing(&self) -> bool {
        !self.status.under_way() && !self.status.is_paid()
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::UnderWay => f.write_str("under way"),
            End::Booked => f.write_str("booked"),
            End::Failed(reason) => write!(f, "failed ({reason:?})"),
            End::Cancelled(reason) => write!(f, "cancelled ({reason:?})"),
            End::TakenBack { whole: true } => f.write_str("refunded"),
            End::TakenBack { whole: false } => f.write_str("partly refunded"),
        }
    }
}
