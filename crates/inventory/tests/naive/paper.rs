//! What the notebook is written on: the lines of a seat's history and the cards of reservations.

use boxoffice_inventory::{FailReason, HeldSeat};
use boxoffice_model::{Micros, OwnerHash, Timestamp};

/// One line of a seat's history.
#[derive(Clone, Copy)]
pub(super) enum Note {
    Taken(u64),
    Sold(u64),
    Left,
    OffSale,
    BackOnSale,
}

/// What is written on a reservation's card.
pub(crate) struct Card {
    pub(crate) first: u64,
    pub(crate) owner: OwnerHash,
    pub(crate) key: Option<([u8; 16], [u8; 16])>,
    pub(crate) made: Timestamp,
    pub(crate) hold: Micros,
    pub(crate) until: Timestamp,
    pub(crate) extended: bool,
    pub(crate) seats: Vec<HeldSeat>,
    /// By what else its buyer is known.
    pub(crate) marks: Vec<OwnerHash>,
    /// Those of its seats that were sold and taken back.
    pub(crate) returned: Vec<u32>,
    pub(crate) tries: Vec<Try>,
    pub(crate) end: Option<End>,
    pub(crate) ended_at: Option<Timestamp>,
    /// A day after its end its key may be used again,
    pub(super) key_gone: bool,
    /// and unless it is sold the card is thrown away.
    pub(crate) gone: bool,
}

/// An attempt to pay.
pub(crate) struct Try {
    pub(crate) version: u64,
    pub(crate) key: [u8; 16],
    pub(crate) request: [u8; 16],
    pub(crate) from: Timestamp,
    pub(crate) limit: Timestamp,
    /// The card had other seats then.
    pub(crate) for_others: bool,
    pub(crate) over: Option<Over>,
}

#[derive(Clone, PartialEq)]
pub(crate) enum Over {
    Failed(FailReason),
    Sold,
    Undone(FailReason),
    Refunded,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum End {
    Sold(u64),
    GivenBack,
    RanOut,
}

/// How a card reads at some moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reads {
    Held,
    Paying(u64),
    Sold(u64),
    GivenBack,
    RanOut,
}

impl Card {
    pub(super) fn is_by(&self, buyer: OwnerHash) -> bool {
        self.owner == buyer || self.marks.contains(&buyer)
    }

    /// Its seats that were not taken back.
    pub(super) fn kept(&self) -> Vec<HeldSeat> {
        let mut kept = self.seats.clone();
        kept.retain(|seat| !self.returned.contains(&seat.index));
        kept
    }

    /// The attempt that has not ended by any entry.
    pub(crate) fn open(&self) -> Option<&Try> {
        self.tries.iter().find(|attempt| attempt.over.is_none())
    }

    /// When something must be said of it.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        match (self.end, self.open()) {
            (Some(_), _) => None,
            (None, Some(open)) => Some(open.limit),
            (None, None) => Some(self.until),
        }
    }

    /// The attempts for its seats as they are whose time ran out, whether that is written or not.
    pub(crate) fn timed_out(&self, now: Timestamp) -> Vec<u64> {
        let mut late = Vec::new();
        for known in &self.tries {
            let ran_out = match &known.over {
                None => now >= known.limit,
                Some(over) => *over == Over::Failed(FailReason::TimedOut),
            };
            if ran_out && !known.for_others {
                late.push(known.version);
            }
        }
        late
    }
}
