//! The ids of reservations and bookings: an address in a ledger and a secret that proves the right to
//! use it. They are looked up by address, so no randomly keyed index stands on the hot path.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use subtle::ConstantTimeEq;

use crate::event::EventNumber;
use crate::keys::{Digest, Key, hmac_sha256, sha256};

/// Bytes of an address's secret.
pub const SECRET_BYTES: usize = 16;

/// What only the holder of an id knows.
pub type Secret = [u8; SECRET_BYTES];

/// What the ledger keeps of a secret: its SHA-256.
pub type SecretHash = Digest;

const EVENT_BYTES: usize = 6;
const VERSION_BYTES: usize = 5;
const ADDRESS_BYTES: usize = EVENT_BYTES + VERSION_BYTES + SECRET_BYTES;

/// An entry of an event's ledger, and the secret of whoever may speak for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address {
    /// Whose ledger.
    pub event: EventNumber,
    /// Which entry; below 2^40.
    pub version: u64,
    /// The proof.
    pub secret: Secret,
}

impl Address {
    /// The address of entry `version`, sealed with the server's key and the nonce of its batch.
    pub fn seal(key: &Key, event: EventNumber, version: u64, nonce: u64) -> Self {
        let tag = hmac_sha256(
            key,
            &[
                b"boxoffice/address/v1",
                &event.get().to_be_bytes(),
                &version.to_be_bytes(),
                &nonce.to_be_bytes(),
            ],
        );
        let mut secret = [0; SECRET_BYTES];
        secret.copy_from_slice(&tag[..SECRET_BYTES]);
        Address {
            event,
            version,
            secret,
        }
    }

    /// What the ledger keeps of the secret.
    pub fn secret_hash(&self) -> SecretHash {
        sha256(&[&self.secret])
    }

    /// Whether the secret is the one the ledger has the hash of; takes the same time either way.
    pub fn proves(&self, hash: &SecretHash) -> bool {
        self.secret_hash().ct_eq(hash).into()
    }

    fn encode(&self) -> String {
        let mut bytes = [0; ADDRESS_BYTES];
        bytes[..EVENT_BYTES].copy_from_slice(&self.event.get().to_be_bytes()[8 - EVENT_BYTES..]);
        bytes[EVENT_BYTES..EVENT_BYTES + VERSION_BYTES]
            .copy_from_slice(&self.version.to_be_bytes()[8 - VERSION_BYTES..]);
        bytes[EVENT_BYTES + VERSION_BYTES..].copy_from_slice(&self.secret);
        BASE64URL_NOPAD.encode(&bytes)
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let bytes: &[u8; ADDRESS_BYTES] = bytes.as_slice().try_into().ok()?;
        let number = |range: &[u8]| {
            range
                .iter()
                .fold(0u64, |sum, byte| sum << 8 | u64::from(*byte))
        };
        let event = EventNumber::try_from(number(&bytes[..EVENT_BYTES])).ok()?;
        let version = number(&bytes[EVENT_BYTES..EVENT_BYTES + VERSION_BYTES]);
        let mut secret = [0; SECRET_BYTES];
        secret.copy_from_slice(&bytes[EVENT_BYTES + VERSION_BYTES..]);
        Some(Address {
            event,
            version,
            secret,
        })
    }
}

/// Shows event and version only: the secret must not reach a log.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.event, self.version)
    }
}

macro_rules! id {
    ($name:ident, $prefix:literal, $what:literal) => {
        #[doc = concat!("The id of a ", $what, " on the wire: `", $prefix, "` and 36 of base64url.")]
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(pub Address);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $prefix, self.0.encode())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($what, " {:?}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = ();

            /// What is malformed is as unknown as what never was: both are answered alike.
            fn from_str(text: &str) -> Result<Self, ()> {
                text.strip_prefix($prefix)
                    .and_then(Address::decode)
                    .map($name)
                    .ok_or(())
            }
        }
    };
}

id!(ReservationId, "res_", "reservation");
id!(BookingId, "bkg_", "booking");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event() -> EventNumber {
        EventNumber::new(2027, 5, 1).expect("a month")
    }

    proptest! {
        #[test]
        fn an_id_reads_back_as_it_was_written(version in 0u64..1 << 40, nonce: u64) {
            let id = ReservationId(Address::seal(&Key::new([1; 32]), event(), version, nonce));
            prop_assert_eq!(id.to_string().parse::<ReservationId>(), Ok(id));
        }

        #[test]
        fn any_text_is_an_id_or_unknown_and_never_a_panic(text in ".{0,80}") {
            if let Ok(id) = text.parse::<BookingId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }

    #[test]
    fn a_reservation_is_no_booking() {
        let address = Address::seal(&Key::new([1; 32]), event(), 9, 9);
        assert!(
            ReservationId(address)
                .to_string()
                .parse::<BookingId>()
                .is_err()
        );
    }

    #[test]
    fn a_secret_proves_only_its_own_entry() {
        let key = Key::new([1; 32]);
        let (ours, other) = (
            Address::seal(&key, event(), 9, 4),
            Address::seal(&key, event(), 10, 4),
        );
        assert!(ours.proves(&ours.secret_hash()));
        assert!(!other.proves(&ours.secret_hash()));
    }

    #[test]
    fn debug_shows_event_and_version_only() {
        let id = BookingId(Address::seal(&Key::new([1; 32]), event(), 9, 4));
        assert_eq!(format!("{id:?}"), "booking 202705000001:9");
    }
}
