//! Guest sessions: a signed token that needs no table, and the hash of its owner that ledgers keep in
//! the place of a person.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use subtle::ConstantTimeEq;

use crate::keys::{Key, KeyRing, hmac_sha256};
use crate::time::Timestamp;

const TAG_BYTES: usize = 16;
const ID_BYTES: usize = 16;
const TOKEN_BYTES: usize = 2 + ID_BYTES + 8 + TAG_BYTES;
const PREFIX: &str = "ses_";

/// Who a session is; drawn at random.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(pub [u8; ID_BYTES]);

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(secret)")
    }
}

/// What an event's ledger keeps of an owner: HMAC of the session under the event's own key, which is
/// destroyed with retention. Two events' ledgers do not show that a buyer is the same.
pub type OwnerHash = [u8; 16];

impl SessionId {
    /// The owner's hash for one event.
    pub fn owner(&self, event_key: &Key) -> OwnerHash {
        let tag = hmac_sha256(event_key, &[b"boxoffice/owner/session/v1", &self.0]);
        let mut hash = [0; 16];
        hash.copy_from_slice(&tag[..16]);
        hash
    }
}

/// A session as its bearer sends it: id, end and a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionToken {
    /// Whose session.
    pub id: SessionId,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why a token does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// Not a token of ours, or not signed by us.
    #[error("the session token is not one that this box office has issued")]
    Forged,
    /// Ours, but its time is over.
    #[error("the session token has expired")]
    Expired,
}

impl SessionToken {
    /// The token as text, signed with the ring's session key.
    pub fn sign(&self, ring: &KeyRing) -> String {
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.extend_from_slice(&ring.id.to_be_bytes());
        bytes.extend_from_slice(&self.id.0);
        bytes.extend_from_slice(&self.expires_at.0.to_be_bytes());
        let tag = hmac_sha256(&ring.session, &[b"boxoffice/session/v1", &bytes]);
        bytes.extend_from_slice(&tag[..TAG_BYTES]);
        format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&bytes))
    }

    /// Reads a token back.
    ///
    /// # Errors
    /// [`SessionError`] when it is not ours or is over at `now`.
    pub fn verify(text: &str, ring: &KeyRing, now: Timestamp) -> Result<Self, SessionError> {
        let bytes = text
            .strip_prefix(PREFIX)
            .and_then(|text| BASE64URL_NOPAD.decode(text.as_bytes()).ok())
            .filter(|bytes| bytes.len() == TOKEN_BYTES)
            .ok_or(SessionError::Forged)?;
        let (signed, tag) = bytes.split_at(TOKEN_BYTES - TAG_BYTES);
        let expected = hmac_sha256(&ring.session, &[b"boxoffice/session/v1", signed]);
        if signed[..2] != ring.id.to_be_bytes() || !bool::from(expected[..TAG_BYTES].ct_eq(tag)) {
            return Err(SessionError::Forged);
        }
        let mut id = [0; ID_BYTES];
        id.copy_from_slice(&signed[2..2 + ID_BYTES]);
        let mut expires = [0; 8];
        expires.copy_from_slice(&signed[2 + ID_BYTES..]);
        let token = SessionToken {
            id: SessionId(id),
            expires_at: Timestamp(i64::from_be_bytes(expires)),
        };
        if token.expires_at <= now {
            return Err(SessionError::Expired);
        }
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ring(byte: u8) -> KeyRing {
        let key = Key::new([byte; 32]);
        KeyRing {
            id: 1,
            server: key.clone(),
            session: key.clone(),
            ticket: key,
        }
    }

    fn token() -> SessionToken {
        SessionToken {
            id: SessionId([3; 16]),
            expires_at: Timestamp::from_seconds(100),
        }
    }

    #[test]
    fn a_token_reads_back_until_it_expires() {
        let text = token().sign(&ring(1));
        assert_eq!(
            SessionToken::verify(&text, &ring(1), Timestamp::from_seconds(99)),
            Ok(token())
        );
        let late = SessionToken::verify(&text, &ring(1), Timestamp::from_seconds(100));
        assert_eq!(late, Err(SessionError::Expired));
    }

    #[test]
    fn another_key_makes_it_a_forgery() {
        let text = token().sign(&ring(1));
        assert_eq!(
            SessionToken::verify(&text, &ring(2), Timestamp(0)),
            Err(SessionError::Forged)
        );
    }

    proptest! {
        #[test]
        fn a_changed_token_is_a_forgery(at in 4usize..60, byte in prop::char::range('0', 'z')) {
            let text = token().sign(&ring(1));
            let mut letters: Vec<char> = text.chars().collect();
            let at = at % letters.len();
            prop_assume!(letters[at] != byte);
            letters[at] = byte;
            let changed: String = letters.into_iter().collect();
            prop_assert_eq!(SessionToken::verify(&changed, &ring(1), Timestamp(0)), Err(SessionError::Forged));
        }
    }

    #[test]
    fn two_events_see_two_owners() {
        let id = SessionId([3; 16]);
        assert_ne!(id.owner(&Key::new([1; 32])), id.owner(&Key::new([2; 32])));
    }
}
