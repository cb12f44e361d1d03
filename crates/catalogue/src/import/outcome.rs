//! How an import may be told to behave, and how it ends.

use boxoffice_inventory::FoldError;
use boxoffice_model::{EventId, EventNumberError};
use boxoffice_store::{LoadError, StoreError};

use crate::report::{ImportErrors, ImportWarning};

/// Whether the buyers of an event with bookings are told of a new date, venue or status. The import
/// only asks for the decision; it tells nobody itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Announce {
    /// Nobody has decided: such a change is refused.
    #[default]
    Undecided,
    /// They are told.
    Notify,
    /// They are not told.
    Silent,
}

/// What an import did; the events in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Events that were not there before.
    pub new: Vec<EventId>,
    /// Events of which something is different now.
    pub changed: Vec<EventId>,
    /// Events that the store had just so.
    pub unchanged: Vec<EventId>,
    /// What is allowed but should be known: the first [`crate::MAX_WARNINGS`].
    pub warnings: Vec<ImportWarning>,
    /// How many more warnings there are.
    pub warnings_left_out: usize,
}

/// Why nothing of a file was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportFailure {
    /// The file is wrong, or wants what may not change.
    #[error("{0}")]
    Refused(ImportErrors),
    /// The file cannot be read from disk.
    #[error("cannot read {file}")]
    Unreadable {
        /// Which.
        file: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The store could not do as asked.
    #[error("the import could not be stored")]
    Store(#[from] StoreError),
    /// The commit's answer was lost: import again, which changes nothing if all is there.
    #[error("the outcome of the import is unknown: import the file again")]
    Unknown(#[source] StoreError),
    /// An event's ledger is damaged: run the audit.
    #[error("an event of the file cannot be revised")]
    Damaged(#[from] FoldError),
    /// A stored row of an event does not read: run the audit.
    #[error("the stored {what} of event {event} cannot be read")]
    Unintelligible {
        /// Plan or document.
        what: &'static str,
        /// Whose.
        event: EventId,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A month has no numbers left.
    #[error("the month of an event is full")]
    MonthFull(#[from] EventNumberError),
    /// Other imports came in between each time: import again.
    #[error("other imports changed the same events meanwhile, {attempts} times: import again")]
    Raced {
        /// How often it was tried.
        attempts: u32,
    },
}

impl From<ImportErrors> for ImportFailure {
    fn from(errors: ImportErrors) -> Self {
        ImportFailure::Refused(errors)
    }
}

impl From<LoadError> for ImportFailure {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(error) => ImportFailure::Store(error),
            LoadError::Damaged(error) => ImportFailure::Damaged(error),
        }
    }
}
