//! The keys of a box office and the two hashes everything is sealed with. Keys are made when the
//! store is first set up, from bytes the caller drew, and kept in it; they rotate by key id.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// A secret key. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Key([u8; KEY_BYTES]);

impl Key {
    /// A key from bytes drawn at random.
    pub const fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Key(bytes)
    }

    /// The bytes, for the store that keeps them.
    pub const fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(secret)")
    }
}

/// The keys of one generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRing {
    /// Names the generation in tokens.
    pub id: u16,
    /// Seals the addresses of reservations and bookings.
    pub server: Key,
    /// Signs session tokens.
    pub session: Key,
    /// Seals the barcodes on tickets.
    pub ticket: Key,
}

/// HMAC-SHA-256 of `parts` joined, under `key`.
pub fn hmac_sha256(key: &Key, parts: &[&[u8]]) -> Digest {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// SHA-256 of `parts` joined.
pub fn sha256(parts: &[&[u8]]) -> Digest {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_shows_itself() {
        assert_eq!(format!("{:?}", Key::new([7; 32])), "Key(secret)");
    }

    /// RFC 4231, test case 1 (its key padded with zeros, which HMAC does itself).
    #[test]
    fn hmac_agrees_with_rfc_4231() {
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let tag = hmac_sha256(&Key::new(key), &[b"Hi ", b"There"]);
        let hex = data_encoding::HEXLOWER.encode(&tag);
        assert_eq!(
            hex,
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
    }
}
