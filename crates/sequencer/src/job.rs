//! What waits in a lane, what comes back from it, and who hears of what was committed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use boxoffice_inventory::{Command, Entry, Inventory, Outcome};
use boxoffice_model::{EventNumber, Timestamp};
use boxoffice_store::{BookingDraft, EventHead, Receipt, Record};
use tokio::sync::oneshot;

use crate::error::SequencerError;

/// A decision that has been committed, or that changes nothing.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The answer.
    pub outcome: Outcome,
    /// The moment it was decided at.
    pub at: Timestamp,
    /// Where the ledger stood behind this decision's own entries.
    pub receipt: Receipt,
    /// Of the batch that it was decided in.
    pub nonce: u64,
    /// Whether it has entries of its own.
    pub changed: bool,
}

/// Entries that are committed, of one event, in order.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The version of the first entry.
    pub first_version: u64,
    /// What happened.
    pub entries: Arc<[Entry]>,
    /// Where the ledger stands behind them.
    pub head: EventHead,
}

/// Hears of every commit of this process, before the callers get their answers, and of others' that a lane
/// comes upon. Must be quick: the lane waits.
pub trait Listener: Send + Sync {
    /// `committed` is durable.
    fn committed(&self, committed: &Committed);
}

pub(crate) type Reply = oneshot::Sender<Result<Decided, Fault>>;

/// Why a job came back without a decision; `Cold` is mended inside this room.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    Error(SequencerError),
    /// The lane has no inventory of the event: load it and come again.
    Cold,
}

pub(crate) struct Job {
    pub(crate) event: EventNumber,
    pub(crate) claim: Claim,
    pub(crate) work: Work,
}

/// Says who has a job: the lane, which then decides it, or its caller, who has waited long enough. Only
/// one of them gets it.
#[derive(Clone, Default)]
pub(crate) struct Claim(Arc<AtomicBool>);

impl Claim {
    /// Whether it belongs to who asks, from now on.
    pub(crate) fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

pub(crate) enum Work {
    /// Take in an inventory that was folded on a reader.
    Adopt {
        inventory: Box<Inventory>,
        /// The version of the store's newest snapshot of it; 0 without one.
        snapshot: u64,
    },
    Decide {
        command: Command,
        draft: Option<Box<BookingDraft>>,
        /// Written with what is decided, unless that is a refusal.
        records: Vec<Record>,
        reply: Reply,
    },
    Record {
        records: Vec<Record>,
        reply: Reply,
    },
}
