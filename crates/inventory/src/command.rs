//! What may be asked of an inventory and what it answers. Requests arrive here checked for form; the
//! words of the API stay outside.

use boxoffice_model::{Address, Key, Micros, OwnerHash, Timestamp};

use crate::SeatIndex;
use crate::entry::{Change, FailReason, HeldSeat, IdempotencyKey, RequestHash};
use crate::facts::{Facts, NotOnSale};

/// Something that someone wants of an event's seats.
#[derive(Clone, Debug)]
pub enum Command {
    /// Take seats for a while.
    Hold(Hold),
    /// Only ask whether a hold with this idempotency key was made.
    Recall(Idempotency),
    /// Have these seats instead, all or nothing.
    ChangeSeats { first: u64, seats: Vec<SeatIndex> },
    /// Keep the seats longer, once.
    Extend { first: u64 },
    /// Give the seats back.
    Release { first: u64 },
    /// Begin to pay; the seats wait for `limit`.
    Pay {
        first: u64,
        idempotency: Idempotency,
        limit: Micros,
    },
    /// The money is promised: sell.
    Book { first: u64, attempt: u64 },
    /// The attempt came to nothing.
    FailPayment {
        first: u64,
        attempt: u64,
        reason: FailReason,
    },
    /// The payer must do something at another page; the seats wait for `limit` from the attempt's
    /// beginning.
    Redirect {
        first: u64,
        attempt: u64,
        limit: Micros,
    },
    /// Who pays has these marks too: where a buyer's seats are limited, so are those of each mark.
    KnowBuyer { first: u64, marks: Vec<OwnerHash> },
    /// The money came after the limit: sell the same seats if they are still free.
    BookLate { first: u64, attempt: u64 },
    /// Take sold seats back, these or all that are left; their price is owed to the buyer.
    Refund {
        first: u64,
        attempt: u64,
        seats: Option<Vec<SeatIndex>>,
        /// On sale again, or blocked.
        resell: bool,
    },
    /// The money of a booking cannot be collected: undo it.
    CancelBooking {
        first: u64,
        attempt: u64,
        reason: FailReason,
    },
    /// Say of at most this many reservations that they have run out.
    Sweep { at_most: usize },
    /// Take seats off general sale.
    Block { seats: Vec<SeatIndex> },
    /// Put blocked seats on sale again.
    Unblock { seats: Vec<SeatIndex> },
    /// The catalogue says this from now on.
    Revise(Box<Facts>),
    /// The event will not take place.
    CancelEvent,
}

/// A wish for seats.
#[derive(Clone, Debug)]
pub struct Hold {
    /// Whose.
    pub owner: OwnerHash,
    /// Whether the reservation answers to its owner only.
    pub bound: bool,
    /// So that a retry gets the first success.
    pub idempotency: Option<Idempotency>,
    /// Which.
    pub wanted: Wanted,
    /// For how long.
    pub hold: Micros,
}

/// A caller's idempotency key with the request it came with, both hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idempotency {
    pub key: IdempotencyKey,
    pub request: RequestHash,
}

/// Which seats a hold is for.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// These, all or none.
    Seats(Vec<SeatIndex>),
    /// The best there are.
    Best(Best),
}

/// What the best seats must be like.
#[derive(Clone, Debug, Default)]
pub struct Best {
    pub quantity: u32,
    /// Only in these sections.
    pub sections: Option<Vec<u16>>,
    /// Only of these categories.
    pub categories: Option<Vec<u16>>,
    /// Each seat at most this dear, in minor units.
    pub max_price: Option<u64>,
    /// Apart, if there are none together.
    pub split: bool,
}

/// When and with which seal a command is decided.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// The store's time, never before the last entry's.
    pub now: Timestamp,
    /// The batch's.
    pub nonce: u64,
    /// Seals the addresses made here.
    pub key: &'a Key,
}

/// What a command leads to: an answer, and what must be appended before it may be given.
#[derive(Clone, Debug)]
pub struct Decision {
    pub outcome: Outcome,
    pub changes: Vec<Change>,
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The seats are held.
    Held {
        address: Address,
        seats: Vec<HeldSeat>,
        until: Timestamp,
    },
    /// The same request with the same key made this reservation before.
    Replayed { first: u64 },
    /// No hold was made with this key.
    Unknown,
    /// The reservation is like this now.
    Changed {
        seats: Vec<HeldSeat>,
        until: Timestamp,
    },
    /// The seats are free.
    Released,
    /// The attempt to pay may begin.
    Paying { address: Address, total: u64 },
    /// An attempt with this key was made before.
    AttemptKnown { attempt: u64 },
    /// The seats are sold.
    Booked,
    /// So much is owed to the buyer for the seats that were taken back.
    Refunded { seats: Vec<SeatIndex>, amount: u64 },
    /// It is done, or was done before.
    Done,
    /// This many reservations have run out; there may be more.
    Swept { count: usize, more: bool },
    /// Nothing was changed.
    Refused(Refusal),
}

/// Why a command changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    NotOnSale(NotOnSale),
    TooManySeats {
        limit: u32,
    },
    BuyerLimit {
        limit: u32,
        have: u32,
    },
    /// Those of the wanted seats that are not free.
    SeatsTaken(Vec<SeatIndex>),
    /// The most that could be had together, or at all where apart was allowed.
    NotEnoughTogether {
        available: u32,
    },
    /// The key was used with another request.
    KeyReused,
    /// There is no such reservation among those remembered.
    UnknownReservation,
    /// It has run out or was given back.
    Ended,
    PaymentInProgress,
    AlreadyBooked,
    TooManyAttempts {
        limit: u32,
    },
    /// The attempt is over: its money must be given back.
    AttemptVoid,
    /// There is no such sale.
    NotBooked,
    /// These seats do not exist at this version.
    UnknownSeats(Vec<SeatIndex>),
}
