//! What PostgreSQL's errors mean to whoever must act. The sentences about seats are not made here.

use std::time::Duration;

use boxoffice_store::{CommitError, StoreError};
use deadpool_postgres::PoolError;
use tokio_postgres::Error;
use tokio_postgres::error::{Severity, SqlState};

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

    /// Classes of <https://www.postgresql.org/docs/current/errcodes-appendix.html>: what is wrong with
    /// a row or with our SQL does not mend itself, all else may.
    pub(crate) fn error(self, error: Error) -> StoreError {
        let Some(code) = error.code().cloned() else {
            return match error.is_closed() || std::error::Error::source(&error).is_some() {
                true => StoreError::unavailable(self.what, error),
                false => self.damaged(&error),
            };
        };
        match code.code().get(..2) {
            // Data, integrity constraints, corruption.
            Some("22" | "23" | "XX") => self.damaged(&error),
            // Syntax, access rules, what is not there: the database is not as we made it.
            Some("42" | "3D" | "3F") => {
                StoreError::Unusable(format!("{} {}: {}", self.what, self.table, said(&error)))
            }
            _ => StoreError::unavailable(self.what, error),
        }
    }

    fn damaged(self, error: &Error) -> StoreError {
        StoreError::Damaged {
            table: self.table,
            what: said(error),
        }
    }
}

/// What the server said, without the row that it may quote: that can hold personal data.
pub(crate) fn said(error: &Error) -> String {
    match error.as_db_error() {
        Some(error) => format!("{} ({})", error.message(), error.code().code()),
        None => error.to_string(),
    }
}

/// Whether a row with this key is there already.
pub(crate) fn is_duplicate(error: &Error) -> bool {
    error.code() == Some(&SqlState::UNIQUE_VIOLATION)
}

/// The database refuses us, or does not answer. What an operator has to mend is said first.
pub(crate) fn unreachable(error: Error) -> StoreError {
    let advice = match error.code() {
        Some(code) if *code == SqlState::INVALID_PASSWORD => {
            "the password is wrong: it is taken from PGPASSWORD, or from the password file"
        }
        Some(code) if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            "the user may not connect: see the server's pg_hba.conf"
        }
        Some(code) if *code == SqlState::INVALID_CATALOG_NAME => {
            "there is no such database: create it with `createdb`"
        }
        Some(code) if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
            "the user lacks a privilege: it has to own the database's schema"
        }
        None if causes_say(&error, "password missing") => {
            "a password is asked for and none is given: it is taken from PGPASSWORD, or from the \
             password file"
        }
        _ => return StoreError::unavailable("connecting", error),
    };
    StoreError::Unusable(format!("{advice} (the server says: {})", said(&error)))
}

/// Whether one of an error's causes says this. The driver has no kind for what it misses.
fn causes_say(error: &dyn std::error::Error, what: &str) -> bool {
    error
        .source()
        .is_some_and(|cause| cause.to_string().contains(what) || causes_say(cause, what))
}

/// No connection was to be had.
pub(crate) fn no_connection(error: PoolError) -> StoreError {
    StoreError::unavailable("connecting", error)
}

/// Something took longer than it may.
pub(crate) fn too_slow(what: &'static str) -> StoreError {
    StoreError::unavailable(what, "the database has not answered in time")
}

/// What a failed COMMIT leaves: an error of the statement has rolled it back; when the connection ended
/// with it, the server knows.
pub(crate) fn commit_error(error: Error) -> CommitError {
    let severity = error
        .as_db_error()
        .and_then(|error| error.parsed_severity());
    let error = Doing {
        what: "committing",
        table: "transaction",
    }
    .error(error);
    match severity {
        Some(Severity::Error) => CommitError::Failed(error),
        _ => CommitError::Lost(error),
    }
}

/// Of statements that were sent together: the error of the one that failed, rather than of those that the
/// server ignored for it. Which of them it came to first is chance.
pub(crate) fn all_of(
    done: impl IntoIterator<Item = Result<(), StoreError>>,
) -> Result<(), StoreError> {
    let mut errors: Vec<_> = done.into_iter().filter_map(Result::err).collect();
    errors.sort_by_key(is_ignored);
    match errors.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Whether a statement failed only because its transaction had failed.
fn is_ignored(error: &StoreError) -> bool {
    let StoreError::Unavailable {
        source: Some(source),
        ..
    } = error
    else {
        return false;
    };
    let said = source.downcast_ref::<Error>().and_then(Error::code);
    said == Some(&SqlState::IN_FAILED_SQL_TRANSACTION)
}

/// Waits for an answer, but not for ever.
pub(crate) async fn in_time<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done,
        Err(_) => Err(too_slow("asking it")),
    }
}
