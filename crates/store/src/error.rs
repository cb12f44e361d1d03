//! What a store can fail with. Each variant says who must act: nobody (wait), the operator, or us.

use boxoffice_model::EventNumber;

/// A store could not do as asked; nothing was changed by the call that failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, its disk is full or its file locked: it may come back by itself.
    #[error("the store is unavailable: {what}")]
    Unavailable {
        /// What was tried.
        what: &'static str,
        /// What the driver said.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// A row does not read as it was written: wake the operator, and run the audit.
    #[error("the store's {table} has a damaged row: {what}")]
    Damaged {
        /// Where.
        table: &'static str,
        /// Which row, and what is wrong with it.
        what: String,
    },
    /// Someone else appended to this ledger first: fold again.
    #[error("the ledger of event {event} is not at version {expected}")]
    Conflict {
        /// Whose ledger.
        event: EventNumber,
        /// The version that the caller's inventory had.
        expected: u64,
    },
    /// The database itself refused a second sale of a seat: a defect of ours, and nothing is sold.
    #[error("the store refused to sell a seat of event {event} twice")]
    SoldTwice {
        /// Whose seat.
        event: EventNumber,
    },
    /// The store was written by a newer binary.
    #[error(
        "the store has schema version {found}, this binary knows up to {known}: use a newer binary"
    )]
    Newer {
        /// The file's.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The store cannot be used as it is; the operator has to do something first.
    #[error("{0}")]
    Unusable(String),
}

/// A commit did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Surely nothing of the batch is there.
    #[error("the batch was not committed")]
    Failed(#[source] StoreError),
    /// The batch may or may not be there, and the store itself may not know.
    #[error("the outcome of the commit is unknown")]
    Unknown(#[source] StoreError),
    /// The answer was lost, but the batch is there or not: whoever locks its event in a new batch, and
    /// commits that one, has waited for the end of the lost one and reads which.
    #[error("the answer to the commit was lost")]
    Lost(#[source] StoreError),
}

impl CommitError {
    /// What the store said, for those to whom the outcome is all the same.
    pub fn into_store_error(self) -> StoreError {
        match self {
            CommitError::Failed(error) | CommitError::Unknown(error) | CommitError::Lost(error) => {
                error
            }
        }
    }
}

impl StoreError {
    /// The store cannot do `what` now.
    pub fn unavailable(
        what: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        StoreError::Unavailable {
            what,
            source: Some(source.into()),
        }
    }
}
