//! Why a command got no decision. Each says whether anything may have changed.

use boxoffice_inventory::FoldError;
use boxoffice_store::LoadError;

/// A command was not decided, or its decision may not have been kept.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SequencerError {
    /// The lane is full; nothing was changed. Try again soon.
    #[error("the lane is full")]
    Overloaded,
    /// The store cannot be written; nothing was changed.
    #[error("the store is unavailable")]
    StoreUnavailable,
    /// The commit's answer was lost: it may have happened. Repeat with the same idempotency key.
    #[error("the outcome of the commit is unknown")]
    OutcomeUnknown,
    /// The store has no such event.
    #[error("there is no such event")]
    UnknownEvent,
    /// The event's ledger cannot be folded: nothing is sold until the operator has looked at it.
    #[error(transparent)]
    Damaged(FoldError),
}

impl From<LoadError> for SequencerError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(_) => SequencerError::StoreUnavailable,
            LoadError::Damaged(damage) => SequencerError::Damaged(damage),
        }
    }
}
