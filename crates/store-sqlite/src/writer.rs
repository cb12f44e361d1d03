//! The one writing connection and the life of its transactions: turn, begin, commit or roll back.
//! What is written in them is not known here.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use boxoffice_store::{CommitError, StoreError};
use parking_lot::{Mutex, MutexGuard};
use rusqlite::Connection;
use rusqlite::hooks::Wal;

use crate::connection::{self, Purpose};
use crate::error::{Doing, commit_error};
use crate::locks::Turn;
use crate::options::Options;

const BEGINNING: Doing = Doing {
    what: "beginning to write",
    table: "file",
};

/// Bytes of a large thing that are written in one transaction: a few milliseconds, which no lane
/// notices.
pub(crate) const PIECE: usize = 256 << 10;

/// The writer. Who has it locked may write.
#[derive(Debug)]
pub(crate) struct Writer {
    connection: Connection,
    turn: Turn,
    /// Whether the last write failed; shared with those who ask whether the store is ready.
    failing: Arc<AtomicBool>,
    /// A commit failed, and its frames may stand in the log behind its end.
    leftovers: bool,
    /// How many rows had been changed when the transaction began.
    changes_before: u64,
}

impl Writer {
    pub(crate) fn new(
        connection: Connection,
        path: &Path,
        options: &Options,
        failing: Arc<AtomicBool>,
    ) -> Result<Self, StoreError> {
        connection::configure(&connection, Purpose::Write, options)?;
        let turn = Turn::open(path, options)?;
        Ok(Writer {
            connection,
            turn,
            failing,
            leftovers: false,
            changes_before: 0,
        })
    }

    /// The connection, for statements within a transaction.
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Tells `listener` after each commit how many pages the log has. Nothing is moved out of the log
    /// by itself any more.
    pub(crate) fn after_commits(
        &mut self,
        listener: impl Fn(i32) + Send + 'static,
    ) -> Result<(), StoreError> {
        let hook = move |_: &mut Wal, pages| {
            listener(pages);
            Ok(())
        };
        let failed = Doing::writing("file").failed();
        self.connection.wal_hook(Some(hook)).map_err(failed)
    }

    /// Begins a transaction that has the right to write from its first moment.
    ///
    /// After a commit that failed, a row is written first. The frames of the failed one may have
    /// reached the log in full, behind what SQLite takes for its end; were the machine to crash
    /// now, recovery would read them as committed although their callers were told otherwise. A
    /// frame of ours in the place of their first one breaks the chain of checksums for good.
    pub(crate) fn begin(&mut self) -> Result<(), StoreError> {
        if self.leftovers {
            self.probe()?;
        }
        self.begin_only()
    }

    /// Makes the transaction durable.
    pub(crate) fn commit(&mut self) -> Result<(), CommitError> {
        let result = self
            .in_transaction()
            .map_err(CommitError::Failed)
            .and_then(|()| {
                let committed = self.execute("COMMIT").map_err(commit_error);
                self.leftovers |= committed.is_err();
                committed
            });
        // A transaction that changed nothing was not written and says nothing of the disk.
        if result.is_err() || self.connection.total_changes() != self.changes_before {
            self.failing.store(result.is_err(), Ordering::Relaxed);
        }
        self.rollback();
        result
    }

    /// Ends the transaction, if there is one still, without a trace.
    pub(crate) fn rollback(&mut self) {
        if !self.connection.is_autocommit() && self.execute("ROLLBACK").is_err() {
            // What cannot even be rolled back is found by the next `begin`, which then fails.
            self.failing.store(true, Ordering::Relaxed);
        }
        self.turn.give_back();
    }

    /// Runs `write` in a transaction of its own.
    pub(crate) fn transact(
        &mut self,
        write: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.begin()?;
        self.finish(write)
    }

    /// Writes a row and commits it, to see that it can be done.
    pub(crate) fn probe(&mut self) -> Result<(), StoreError> {
        // As much as a batch writes, so that the next one finds room as well.
        let sql = "UPDATE state SET probes = probes + 1, room = zeroblob(65536)";
        self.begin_only()?;
        self.finish(|connection| {
            connection
                .execute(sql, [])
                .map(drop)
                .map_err(Doing::writing("state").failed())
        })?;
        self.leftovers = false;
        Ok(())
    }

    fn finish(
        &mut self,
        write: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if let Err(error) = write(&self.connection) {
            self.rollback();
            return Err(self.note(error));
        }
        self.commit().map_err(CommitError::into_store_error)
    }

    /// Fails when the transaction is gone: after some errors SQLite rolls back by itself, and
    /// whatever came next would be committed statement by statement.
    pub(crate) fn in_transaction(&self) -> Result<(), StoreError> {
        if !self.connection.is_autocommit() {
            return Ok(());
        }
        let gone = "SQLite rolled the transaction back after an error";
        Err(StoreError::unavailable("writing", gone))
    }

    /// Remembers that writing fails now, if that is what the error says.
    pub(crate) fn note(&self, error: StoreError) -> StoreError {
        if matches!(error, StoreError::Unavailable { .. }) {
            self.failing.store(true, Ordering::Relaxed);
        }
        error
    }

    fn begin_only(&mut self) -> Result<(), StoreError> {
        self.turn.take().map_err(|error| self.note(error))?;
        if let Err(error) = self.execute("BEGIN IMMEDIATE") {
            self.turn.give_back();
            return Err(self.note(BEGINNING.failed()(error)));
        }
        self.changes_before = self.connection.total_changes();
        Ok(())
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(drop)
    }
}

/// Writes in a transaction of its own, and lets whoever waits write before the next.
pub(crate) fn transact(
    writer: &Mutex<Writer>,
    write: impl FnOnce(&Connection) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut writer = writer.lock();
    let result = writer.transact(write);
    MutexGuard::unlock_fair(writer);
    result
}

/// [`transact`] with one statement. Says how many rows it changed.
pub(crate) fn transact_one(
    writer: &Mutex<Writer>,
    table: &'static str,
    statement: impl FnOnce(&Connection) -> rusqlite::Result<usize>,
) -> Result<usize, StoreError> {
    let mut changed = 0;
    transact(writer, |connection| {
        changed = statement(connection).map_err(Doing::writing(table).failed())?;
        Ok(())
    })?;
    Ok(changed)
}
