//! Typed ids, money, time and addresses: the nouns every room shares. No I/O, no clock, no chance:
//! time comes in through [`Clock`], randomness as bytes that the caller drew.
//!
//! # Adding a noun
//! 1. Give it a module of its own that opens with what it is and what it is not.
//! 2. Make wrong values unrepresentable: parse at the door, carry the type inside.
//! 3. If it goes out on the wire, write its `Display` and `FromStr` as exact inverses and say so in
//!    a property test.

mod address;
mod event;
mod keys;
mod money;
mod order_link;
mod session;
mod time;

pub use address::{Address, BookingId, ReservationId, SECRET_BYTES, Secret, SecretHash};
pub use event::{EventId, EventIdError, EventNumber, EventNumberError};
pub use keys::{Digest, KEY_BYTES, Key, KeyRing, hmac_sha256, sha256};
pub use money::{Currency, CurrencyError};
pub use order_link::{is_order_link, sign_order_link};
pub use session::{OwnerHash, SessionError, SessionId, SessionToken};
pub use time::{Clock, Micros, Timestamp, TimestampError};
