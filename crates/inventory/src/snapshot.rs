//! An inventory as bytes, so that a long ledger need not be folded from its beginning. A cache only:
//! whatever does not read back is dropped and the ledger folded instead.

use boxoffice_model::{EventNumber, Timestamp, sha256};
use boxoffice_seating::Layout;
use serde::{Deserialize, Serialize};

use crate::SeatIndex;
use crate::chain::Head;
use crate::entry::{IdempotencyKey, RequestHash};
use crate::facts::Facts;
use crate::inventory::Inventory;
use crate::reservation::{Reservation, State};

/// The version of the fold's code and of this form. Raised whenever either changes, so that an older
/// snapshot is dropped.
pub const SNAPSHOT_VERSION: u16 = 4;

const CHECKSUM_BYTES: usize = 8;

/// Why a snapshot is dropped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    #[error("the snapshot is of fold version {0}, this is {SNAPSHOT_VERSION}")]
    Version(u16),
    #[error("the snapshot is damaged")]
    Damaged,
}

/// Everything that cannot be derived.
#[derive(Serialize, Deserialize)]
struct Body {
    event: EventNumber,
    version: u64,
    head: Head,
    last_at: Timestamp,
    facts: Option<Facts>,
    cancelled: bool,
    layout: Layout,
    killed: Vec<SeatIndex>,
    reservations: Vec<Reservation>,
    keys: Vec<(IdempotencyKey, u64, RequestHash)>,
    finished: Vec<(Timestamp, u64)>,
    passed: Vec<(Timestamp, u64)>,
}

impl Inventory {
    /// The inventory as bytes: version of the fold, body, checksum.
    pub fn snapshot(&self) -> Vec<u8> {
        let mut reservations: Vec<_> = self.reservations().cloned().collect();
        reservations.sort_unstable_by_key(|reservation| reservation.first);
        let body = Body {
            event: self.event,
            version: self.version,
            head: self.head,
            last_at: self.last_at,
            facts: self.facts.clone(),
            cancelled: self.cancelled,
            layout: self.layout.clone(),
            killed: self.killed.iter().copied().collect(),
            reservations,
            keys: self
                .keys
                .iter()
                .map(|(key, (first, request))| (*key, *first, *request))
                .collect(),
            finished: self.finished.iter().copied().collect(),
            passed: self.passed.iter().copied().collect(),
        };
        let bytes = SNAPSHOT_VERSION.to_be_bytes().to_vec();
        let mut bytes =
            postcard::to_extend(&body, bytes).expect("a growing buffer takes everything");
        let sum = sha256(&[&bytes]);
        bytes.extend_from_slice(&sum[..CHECKSUM_BYTES]);
        bytes
    }

    /// Reads a snapshot back.
    ///
    /// # Errors
    /// [`SnapshotError`] when it is of another fold or damaged: fold the ledger instead.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let (signed, sum) = bytes
            .split_at_checked(bytes.len().saturating_sub(CHECKSUM_BYTES))
            .filter(|(signed, _)| signed.len() > 2)
            .ok_or(SnapshotError::Damaged)?;
        let version = u16::from_be_bytes([signed[0], signed[1]]);
        if version != SNAPSHOT_VERSION {
            return Err(SnapshotError::Version(version));
        }
        if sha256(&[signed])[..CHECKSUM_BYTES] != *sum {
            return Err(SnapshotError::Damaged);
        }
        let body: Body = postcard::from_bytes(&signed[2..]).map_err(|_| SnapshotError::Damaged)?;
        Ok(Inventory::from_body(body))
    }

    fn from_body(body: Body) -> Self {
        let mut inventory = Inventory::new(body.event);
        inventory.version = body.version;
        inventory.head = body.head;
        inventory.last_at = body.last_at;
        inventory.facts = body.facts;
        inventory.cancelled = body.cancelled;
        inventory.set_layout(body.layout);
        inventory.killed = body.killed.into_iter().collect();
        inventory.keys = body
            .keys
            .into_iter()
            .map(|(key, first, request)| (key, (first, request)))
            .collect();
        inventory.finished = body.finished.into();
        inventory.passed = body.passed.into();
        for reservation in body.reservations {
            if !matches!(reservation.state, State::Released | State::Expired) {
                inventory.take_kept_seats(&reservation);
            }
            inventory.insert(Box::new(reservation));
        }
        inventory.refresh_all_free();
        inventory
    }
}
