//! The entries of a ledger and their encoding. An entry says what happened, with the facts fixed; it
//! holds no name, address or card.

use boxoffice_model::{Micros, OwnerHash, SecretHash, Timestamp};
use serde::{Deserialize, Serialize};

use crate::SeatIndex;
use crate::facts::Facts;

/// The format that is written today; the first byte of each entry. What stands behind it is the
/// [postcard](https://postcard.jamesmunns.com/wire-format) form of [`Entry`].
const FORMAT: u8 = 1;

/// A caller's idempotency key, hashed with what scopes it.
pub type IdempotencyKey = [u8; 16];

/// A hash of the request that came with an idempotency key.
pub type RequestHash = [u8; 16];

/// One line of an event's ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, by the store's clock; never before the entry ahead of it.
    pub at: Timestamp,
    /// Of the batch that appended it: tells after a lost commit whether the batch is there, and
    /// keeps the addresses in it unguessable.
    pub nonce: u64,
    /// What happened.
    pub change: Change,
}

/// What happened. Reservations are named by the version of their `Held` (`first`), attempts to pay
/// by the version of their `Paying` (`attempt`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Seats were taken for a while; this begins a reservation.
    Held(Held),
    /// A reservation has another set of seats, whole.
    SeatsChanged { first: u64, seats: Vec<HeldSeat> },
    /// A hold ends later.
    Extended { first: u64, until: Timestamp },
    /// An attempt to pay began.
    Paying(Paying),
    /// An attempt to pay ended without money.
    PaymentFailed {
        first: u64,
        attempt: u64,
        reason: FailReason,
    },
    /// Its owner gave a hold back.
    Released { first: u64 },
    /// A hold's time ran out.
    Expired { first: u64 },
    /// The seats are sold: to this attempt, for good.
    Booked { first: u64, attempt: u64 },
    /// A booking was undone; its seats are free again.
    BookingCancelled {
        first: u64,
        attempt: u64,
        reason: FailReason,
    },
    /// Seats were taken off general sale.
    Blocked { seats: Vec<SeatIndex> },
    /// Blocked seats are on sale again.
    Unblocked { seats: Vec<SeatIndex> },
    /// Prices, limits, times or seats are these from now on. The first entry of every ledger.
    CatalogueRevised(Box<Facts>),
    /// The event will not take place: nothing more is sold, what is held is free, and attempts to pay
    /// that are under way are void.
    EventCancelled,
    /// A payment waits for its payer at another page: the seats wait longer for it.
    Redirected {
        first: u64,
        attempt: u64,
        limit: Timestamp,
    },
    /// Who pays is known by these marks, each a hash under the event's key: of an e-mail address, of a
    /// card. Said only where the event limits what one buyer may have.
    BuyerKnown { first: u64, marks: Vec<OwnerHash> },
    /// The money of an attempt came after its limit, and its seats were still free: sold after all.
    BookedLate { first: u64, attempt: u64 },
    /// Sold seats were taken back; their price is owed to the buyer.
    Refunded {
        first: u64,
        attempt: u64,
        seats: Vec<SeatIndex>,
        /// Whether they are on sale again; else they are blocked.
        resell: bool,
    },
}

/// How a reservation begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Whose: a hash under the event's key.
    pub owner: OwnerHash,
    /// Whether it answers to its owner only. A hold made without a session answers to its id.
    pub bound: bool,
    /// When it lapses unless extended or paid.
    pub until: Timestamp,
    /// Proves the reservation's id.
    pub secret: SecretHash,
    /// So that a retry finds it.
    pub idempotency: Option<(IdempotencyKey, RequestHash)>,
    /// The seats, each with its price fixed.
    pub seats: Vec<HeldSeat>,
}

/// A seat in somebody's hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldSeat {
    /// Which.
    pub index: SeatIndex,
    /// What it costs, in minor units of the event's currency, whatever the catalogue says later.
    pub price: u64,
    /// Which of the category's ticket types; 0 is the first.
    pub ticket_type: u16,
    /// Through which sales channel; 0 is the public sale.
    pub channel: u16,
    /// From which allotment, counted from 1; 0 is none.
    pub allotment: u16,
}

/// How an attempt to pay begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paying {
    /// For which reservation.
    pub first: u64,
    /// The attempt's idempotency key, hashed.
    pub key: IdempotencyKey,
    /// The request it came with.
    pub request: RequestHash,
    /// Proves the booking's id.
    pub secret: SecretHash,
    /// For how long from now the seats wait for the payment.
    pub limit: Micros,
}

/// Why an attempt to pay, or a booking, came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailReason {
    /// The payer's side refused; the code is the provider's.
    Declined { code: String },
    /// It passed the method's limit.
    TimedOut,
    /// The provider could not be asked at all: the attempt never began and is not remembered.
    Unavailable,
    /// The money was promised but could not be collected.
    CaptureFailed { code: String },
    /// The event was called off.
    EventCancelled,
    /// Whoever pays has as many seats as one buyer may, by other marks than the owner's.
    BuyerLimit,
}

/// The bytes are no entry that this version can read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Written by a newer version, or damaged in its first byte.
    #[error("entry format {0} is unknown (this version reads up to {FORMAT})")]
    Format(u8),
    /// Damaged.
    #[error("the entry's bytes do not decode: {0}")]
    Bytes(String),
}

impl Entry {
    /// The entry's bytes: what the chain hashes and the store keeps.
    pub fn encode(&self) -> Vec<u8> {
        let bytes = Vec::with_capacity(160);
        postcard::to_extend(&(FORMAT, self), bytes).expect("a growing buffer takes every entry")
    }

    /// Reads an entry back.
    ///
    /// # Errors
    /// [`DecodeError`] when the bytes are of an unknown format, damaged or too many.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        match bytes.split_first() {
            Some((&FORMAT, body)) => match postcard::take_from_bytes(body) {
                Ok((entry, [])) => Ok(entry),
                Ok((_, rest)) => Err(DecodeError::Bytes(format!("{} bytes too many", rest.len()))),
                Err(error) => Err(DecodeError::Bytes(error.to_string())),
            },
            Some((&format, _)) => Err(DecodeError::Format(format)),
            None => Err(DecodeError::Bytes("it is empty".into())),
        }
    }
}

impl Change {
    /// The entry's name, as the design has it.
    pub fn kind(&self) -> &'static str {
        match self {
            Change::Held(_) => "held",
            Change::SeatsChanged { .. } => "seats_changed",
            Change::Extended { .. } => "extended",
            Change::Paying(_) => "paying",
            Change::PaymentFailed { .. } => "payment_failed",
            Change::Released { .. } => "released",
            Change::Expired { .. } => "expired",
            Change::Booked { .. } => "booked",
            Change::BookingCancelled { .. } => "booking_cancelled",
            Change::Blocked { .. } => "blocked",
            Change::Unblocked { .. } => "unblocked",
            Change::CatalogueRevised(_) => "catalogue_revised",
            Change::EventCancelled => "event_cancelled",
            Change::Redirected { .. } => "redirected",
            Change::BuyerKnown { .. } => "buyer_known",
            Change::BookedLate { .. } => "booked_late",
            Change::Refunded { .. } => "refunded",
        }
    }

    /// The reservation that this continues; none for its beginning and for what concerns no
    /// reservation. The store indexes entries by it.
    pub fn continues(&self) -> Option<u64> {
        match self {
            Change::SeatsChanged { first, .. }
            | Change::Extended { first, .. }
            | Change::PaymentFailed { first, .. }
            | Change::Released { first }
            | Change::Expired { first }
            | Change::Booked { first, .. }
            | Change::BookingCancelled { first, .. }
            | Change::Redirected { first, .. }
            | Change::BuyerKnown { first, .. }
            | Change::BookedLate { first, .. }
            | Change::Refunded { first, .. } => Some(*first),
            Change::Paying(paying) => Some(paying.first),
            _ => None,
        }
    }
}
