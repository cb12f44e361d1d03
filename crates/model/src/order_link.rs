//! The signature of a link to an order: the right to see a booking and its tickets, without a session and
//! without end. Where the link leads is not known here.

use data_encoding::BASE64URL_NOPAD;
use subtle::ConstantTimeEq;

use crate::address::BookingId;
use crate::keys::{Digest, Key, hmac_sha256};

/// What goes into the link to a booking, as base64url.
#[must_use]
pub fn sign_order_link(key: &Key, booking: &BookingId) -> String {
    BASE64URL_NOPAD.encode(&seal(key, booking))
}

/// Whether a link to a booking has the signature that we gave it; takes the same time either way.
#[must_use]
pub fn is_order_link(key: &Key, booking: &BookingId, signature: &str) -> bool {
    let given = BASE64URL_NOPAD.decode(signature.as_bytes());
    given.is_ok_and(|given| given.ct_eq(&seal(key, booking)).into())
}

fn seal(key: &Key, BookingId(address): &BookingId) -> Digest {
    hmac_sha256(
        key,
        &[
            b"boxoffice/order-link/v1",
            &address.event.get().to_be_bytes(),
            &address.version.to_be_bytes(),
            &address.secret,
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Address, EventNumber};

    fn booking(version: u64) -> BookingId {
        let event = EventNumber::new(2027, 5, 1).expect("a month");
        BookingId(Address::seal(&Key::new([1; 32]), event, version, 4))
    }

    #[test]
    fn a_link_opens_its_own_booking_only() {
        let key = Key::new([2; 32]);
        let signature = sign_order_link(&key, &booking(9));
        assert!(is_order_link(&key, &booking(9), &signature));
        assert!(!is_order_link(&key, &booking(10), &signature));
        assert!(!is_order_link(&Key::new([3; 32]), &booking(9), &signature));
    }

    #[test]
    fn what_is_no_signature_opens_nothing() {
        let key = Key::new([2; 32]);
        let signature = sign_order_link(&key, &booking(9));
        let longer = format!("{signature}AAAA");
        for wrong in ["", "ä", "====", &signature[..42], &longer] {
            assert!(!is_order_link(&key, &booking(9), wrong), "{wrong}");
        }
    }
}
