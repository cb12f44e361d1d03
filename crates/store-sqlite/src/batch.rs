//! A batch: one transaction on the writer, each event in a savepoint of its own. Decides nothing.

use std::sync::Arc;

use async_trait::async_trait;
use boxoffice_model::{Clock, EventNumber, Timestamp};
use boxoffice_store::{
    Append, Batch, CommitError, EventRecord, Locked, MOST_BEHIND, Record, Stage, StoreError,
};
use parking_lot::{ArcMutexGuard, RawMutex};
use rusqlite::Connection;

use crate::error::Doing;
use crate::writer::Writer;
use crate::{ledger, publication, records, side_rows};

/// Has the writer until it is committed or dropped. Its methods block on the disk and never await:
/// drive it on a thread that may block.
pub(crate) struct SqliteBatch {
    /// Gone once the batch has ended.
    writer: Option<ArcMutexGuard<RawMutex, Writer>>,
    clock: Arc<dyn Clock>,
    /// The event whose savepoint is open.
    locked: Option<EventNumber>,
    /// This batch's own publication and the catalogue's revision with it, once it has published.
    publication: Option<(u64, u64)>,
}

impl SqliteBatch {
    /// Begins on a writer that was waited for.
    pub(crate) fn begin(
        mut writer: ArcMutexGuard<RawMutex, Writer>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        match writer.begin() {
            Ok(()) => Ok(SqliteBatch {
                writer: Some(writer),
                clock,
                locked: None,
                publication: None,
            }),
            Err(error) => {
                ArcMutexGuard::unlock_fair(writer);
                Err(error)
            }
        }
    }

    /// Runs `work` within the transaction, if that is still there.
    fn run<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let Some(writer) = &self.writer else {
            return Err(StoreError::Unusable("the batch has ended".into()));
        };
        writer
            .in_transaction()
            .and_then(|()| work(writer.connection()))
            .map_err(|error| writer.note(error))
    }

    /// Remembered, because an event that is undone takes its rows back with it.
    fn publication(&mut self) -> Result<(u64, u64), StoreError> {
        if let Some(known) = self.publication {
            return Ok(known);
        }
        let own = self.run(|connection| {
            let next = publication::next_publication(connection)?;
            Ok((next, publication::revision(connection)? + 1))
        })?;
        Ok(*self.publication.insert(own))
    }

    fn savepoint(&self, sql: &str) -> Result<(), StoreError> {
        self.run(|connection| {
            connection
                .prepare_cached(sql)
                .and_then(|mut statement| statement.execute([]))
                .map(drop)
                .map_err(
                    Doing {
                        what: "writing",
                        table: "file",
                    }
                    .failed(),
                )
        })
    }
}

#[async_trait]
impl Batch for SqliteBatch {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The writer has the whole file, so that the row need not be locked as well. An event that is
    /// locked already is only read again: who publishes a new one asks before and after.
    async fn lock(&mut self, event: EventNumber, after: u64) -> Result<Option<Locked>, StoreError> {
        match self.locked {
            Some(locked) if locked == event => {}
            Some(locked) => {
                let what = format!("event {locked} is to be kept or undone before {event}");
                return Err(StoreError::Unusable(what));
            }
            None => {
                self.savepoint("SAVEPOINT event")?;
                self.locked = Some(event);
            }
        }
        self.run(|connection| {
            let Some(head) = ledger::head(connection, event)? else {
                return Ok(None);
            };
            let tail = match head.version > after {
                true => ledger::tail(connection, event, after, MOST_BEHIND)?,
                false => Vec::new(),
            };
            Ok(Some(Locked { head, tail }))
        })
    }

    async fn append(&mut self, append: &Append) -> Result<(), StoreError> {
        self.run(|connection| {
            ledger::append(connection, append)?;
            let event = append.head.event;
            append
                .side_rows
                .iter()
                .try_for_each(|row| side_rows::write(connection, event, row))
        })
    }

    async fn record(&mut self, rows: &[Record]) -> Result<(), StoreError> {
        self.run(|connection| {
            let mut rows = rows.iter();
            rows.try_for_each(|row| records::record(connection, row))
        })
    }

    async fn put_event(&mut self, record: &EventRecord) -> Result<(), StoreError> {
        let (publication, revision) = self.publication()?;
        self.run(|connection| {
            publication::show(connection, publication, revision)?;
            publication::put_event(connection, record, publication)
        })
    }

    async fn show(&mut self, stage: &Stage) -> Result<(), StoreError> {
        let (_, revision) = self.publication()?;
        self.run(|connection| publication::show(connection, stage.id, revision))
    }

    async fn keep(&mut self) -> Result<(), StoreError> {
        if self.locked.take().is_some() {
            self.savepoint("RELEASE event")?;
        }
        Ok(())
    }

    async fn undo(&mut self) -> Result<(), StoreError> {
        if self.locked.take().is_some() {
            self.savepoint("ROLLBACK TO event")?;
            self.savepoint("RELEASE event")?;
        }
        Ok(())
    }

    async fn commit(mut self: Box<Self>) -> Result<(), CommitError> {
        let Some(mut writer) = self.writer.take() else {
            return Err(CommitError::Failed(StoreError::Unusable(
                "the batch has ended".into(),
            )));
        };
        let result = writer.commit();
        ArcMutexGuard::unlock_fair(writer);
        result
    }
}

impl Drop for SqliteBatch {
    fn drop(&mut self) {
        if let Some(mut writer) = self.writer.take() {
            writer.rollback();
            // Whoever waits is next: a lane that begins again at once must not get in before.
            ArcMutexGuard::unlock_fair(writer);
        }
    }
}
