//! The hash chain over a ledger: each entry's hash takes in the one before, so that the head stands
//! for the whole history.

use boxoffice_model::{Digest, EventNumber, sha256};

/// What is kept beside each entry: the first bytes of its hash. Enough to name the very entry that
/// was damaged; the whole chain is proved by the head.
pub type Check = [u8; 8];

/// The hash of a ledger up to some version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Head(pub Digest);

impl Head {
    /// The head of an empty ledger; each event's chain begins differently.
    pub fn empty(event: EventNumber) -> Self {
        Head(sha256(&[
            b"boxoffice/ledger/v1",
            &event.get().to_be_bytes(),
        ]))
    }

    /// The head after one more entry.
    #[must_use]
    pub fn next(&self, entry: &[u8]) -> Self {
        Head(sha256(&[&self.0, entry]))
    }

    /// What is kept beside the entry that made this head.
    pub fn check(&self) -> Check {
        let mut check = [0; 8];
        check.copy_from_slice(&self.0[..8]);
        check
    }
}

/// An entry as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its place in the ledger, from 1.
    pub version: u64,
    /// The first bytes of the chain's hash at this version.
    pub check: Check,
    /// The encoded entry.
    pub bytes: Vec<u8>,
}
