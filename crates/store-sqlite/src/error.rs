//! What SQLite's results mean to whoever must act. The sentences about seats are not made here.

use boxoffice_store::{CommitError, StoreError};
use rusqlite::{Error, ErrorCode};

/// What was tried, for the errors it may end in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doing {
    /// In the words of [`StoreError::Unavailable`].
    pub what: &'static str,
    /// Whose rows.
    pub table: &'static str,
}

impl Doing {
    pub(crate) const fn reading(table: &'static str) -> Self {
        Doing {
            what: "reading",
            table,
        }
    }

    pub(crate) const fn writing(table: &'static str) -> Self {
        Doing {
            what: "writing",
            table,
        }
    }

    /// For `map_err`.
    pub(crate) fn failed(self) -> impl Fn(Error) -> StoreError + Copy {
        move |error| self.error(error)
    }

    fn error(self, error: Error) -> StoreError {
        let damaged = |error: Error| StoreError::Damaged {
            table: self.table,
            what: error.to_string(),
        };
        match code(&error) {
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::OutOfMemory
                | ErrorCode::OperationAborted
                | ErrorCode::OperationInterrupted
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::SchemaChanged,
            ) => StoreError::unavailable(self.what, error),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::ConstraintViolation) => damaged(error),
            Some(ErrorCode::NotADatabase) => {
                StoreError::Unusable(format!("the store's file is no SQLite database: {error}"))
            }
            Some(_) => StoreError::Unusable(format!("{} {}: {error}", self.what, self.table)),
            None => damaged(error),
        }
    }
}

fn code(error: &Error) -> Option<ErrorCode> {
    error.sqlite_error_code()
}

/// Whether a row with this key is there already.
pub(crate) fn is_duplicate(error: &Error) -> bool {
    // https://www.sqlite.org/rescode.html: SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_UNIQUE.
    const PRIMARY_KEY: i32 = 1555;
    const UNIQUE: i32 = 2067;
    error
        .sqlite_error()
        .is_some_and(|error| matches!(error.extended_code, PRIMARY_KEY | UNIQUE))
}

/// What a failed COMMIT leaves: after an I/O error nobody knows what reached the disk; anything else
/// SQLite has rolled back.
pub(crate) fn commit_error(error: Error) -> CommitError {
    let unknown = code(&error) == Some(ErrorCode::SystemIoFailure);
    let error = Doing {
        what: "committing",
        table: "file",
    }
    .error(error);
    if unknown {
        CommitError::Unknown(error)
    } else {
        CommitError::Failed(error)
    }
}
