//! A batch: one transaction on a connection of its own, begun with the first thing that it does. A sale
//! is three answers of the server: lock and read, append, commit. Decides nothing.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use boxoffice_model::{EventNumber, Timestamp};
use boxoffice_store::{Append, Batch, CommitError, EventRecord, Locked, Record, Stage, StoreError};
use deadpool_postgres::{ClientWrapper, Object};

use crate::error::{Doing, all_of, commit_error, in_time};
use crate::options::{ANSWER, READING};
use crate::partitions::of_month;
use crate::row::{Params, bound, key};
use crate::shared::Shared;
use crate::{ledger, publication, records, side_rows};

const WRITING: Doing = Doing::writing("transaction");

/// Has a connection until it is committed or dropped.
pub(crate) struct PostgresBatch {
    /// Gone once it is lost, or the batch has ended.
    client: Option<Object>,
    shared: Arc<Shared>,
    /// The server's time at the last lock.
    locked_at: Option<Timestamp>,
    /// Whether there is a transaction.
    begun: bool,
    /// A statement failed: the server takes no other before that is undone.
    failed: bool,
    locked: Option<Lock>,
    /// What this batch itself publishes.
    publication: Option<i64>,
    /// What was staged and is shown with it.
    shown: Vec<i64>,
    /// The ledgers that other nodes are told of.
    appended: Vec<EventNumber>,
}

/// The event that is worked on.
struct Lock {
    event: EventNumber,
    /// Whether something stands before it in the transaction, from which a savepoint parts it.
    savepoint: bool,
}

impl PostgresBatch {
    pub(crate) fn new(client: Object, shared: Arc<Shared>) -> Self {
        PostgresBatch {
            client: Some(client),
            locked_at: None,
            shared,
            begun: false,
            failed: false,
            locked: None,
            publication: None,
            shown: Vec::new(),
            appended: Vec::new(),
        }
    }

    fn client(&self) -> Result<&ClientWrapper, StoreError> {
        match &self.client {
            Some(client) if !self.failed => Ok(client),
            _ => Err(StoreError::unavailable(
                "writing",
                "a statement before this one has failed",
            )),
        }
    }

    /// The connection, in a transaction.
    async fn begun(&mut self) -> Result<&ClientWrapper, StoreError> {
        if !self.begun {
            self.begun = true;
            self.run("BEGIN").await?;
        }
        self.client()
    }

    async fn run(&mut self, sql: &str) -> Result<(), StoreError> {
        let client = self.client()?;
        let done = in_time(READING, async {
            client.batch_execute(sql).await.map_err(WRITING.failed())
        });
        let done = done.await;
        self.note(done)
    }

    /// Remembers that something failed. What may still be under way on the connection takes that with it.
    fn note<T>(&mut self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &done {
            self.failed = true;
            if matches!(error, StoreError::Unavailable { .. }) {
                self.lose();
            }
        }
        done
    }

    /// Closes the connection; the server rolls back what is open on it.
    fn lose(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }

    /// Locks and reads in one go: each statement is answered behind the one before it, so that the
    /// reading sees whatever was committed while the lock was waited for.
    async fn lock_and_read(
        &self,
        before: Option<&str>,
        event: EventNumber,
        after: u64,
    ) -> Result<Option<(Locked, Timestamp)>, StoreError> {
        let failed = Doing::reading("heads").failed();
        let client = self.client()?;
        let begin = async {
            match before {
                Some(sql) => client.batch_execute(sql).await.map_err(failed),
                None => Ok(()),
            }
        };
        if !self
            .shared
            .partitions
            .has(&self.shared.readers, event)
            .await?
        {
            begin.await?;
            return Ok(None);
        }
        // Made ready first: the order in which they are sent is what this rests on.
        let (lock, read) = (of_month(ledger::LOCK, event), of_month(ledger::READ, event));
        let lock = client.prepare_cached(&lock).await.map_err(failed)?;
        let read = client.prepare_cached(&read).await.map_err(failed)?;
        let (event, after) = (key(event), bound(after));
        let (of_event, behind): (&Params<'_>, &Params<'_>) = (&[&event], &[&event, &after]);
        let (begun, locked, rows) = futures::join!(
            begin,
            client.execute(&lock, of_event),
            client.query(&read, behind),
        );
        begun?;
        locked.map_err(failed)?;
        ledger::read_locked(&rows.map_err(failed)?)
    }

    /// Gives what is published its revision, last of all: whoever else publishes waits from here on.
    async fn publish(&mut self) -> Result<(), StoreError> {
        if self.shown.is_empty() && self.publication.is_none() {
            return Ok(());
        }
        let mut shown = std::mem::take(&mut self.shown);
        let staged = shown.len() as u64;
        shown.extend(self.publication);
        let client = self.begun().await?;
        let done = in_time(READING, publication::show(client, &shown)).await;
        // An own publication is not there if all of it was undone.
        if self.note(done)? < staged {
            self.failed = true;
            let what = "the events that were made ready are gone: another import has removed them";
            return Err(StoreError::Unusable(what.into()));
        }
        Ok(())
    }
}

#[async_trait]
impl Batch for PostgresBatch {
    fn now(&self) -> Timestamp {
        self.locked_at.unwrap_or_else(|| self.shared.clock.now())
    }

    /// An event that is locked already is only read again: who publishes a new one asks before and
    /// after.
    async fn lock(&mut self, event: EventNumber, after: u64) -> Result<Option<Locked>, StoreError> {
        let before = match &self.locked {
            Some(lock) if lock.event == event => None,
            Some(lock) => {
                let locked = lock.event;
                let what = format!("event {locked} is to be kept or undone before {event}");
                return Err(StoreError::Unusable(what));
            }
            None if self.begun => Some("SAVEPOINT event"),
            None => Some("BEGIN"),
        };
        if self.locked.is_none() {
            let savepoint = self.begun;
            self.locked = Some(Lock { event, savepoint });
        }
        self.begun = true;
        let done = in_time(ANSWER, self.lock_and_read(before, event, after)).await;
        let found = self.note(done)?;
        Ok(found.map(|(locked, now)| {
            self.locked_at = Some(self.shared.clock.hear(now));
            locked
        }))
    }

    async fn append(&mut self, append: &Append) -> Result<(), StoreError> {
        let event = append.head.event;
        let node = self.shared.node;
        let client = self.begun().await?;
        let writing = async {
            let (entries, rows) = futures::join!(
                ledger::append(client, append),
                side_rows::write(client, node, event, &append.side_rows)
            );
            all_of([entries, rows])
        };
        let done = in_time(READING, writing).await;
        self.note(done)?;
        self.appended.push(event);
        Ok(())
    }

    async fn record(&mut self, records: &[Record]) -> Result<(), StoreError> {
        let client = self.begun().await?;
        let done = in_time(READING, records::record(client, records)).await;
        self.note(done)
    }

    async fn put_event(&mut self, record: &EventRecord) -> Result<(), StoreError> {
        self.shared.ensure_month(record.number).await?;
        let known = self.publication;
        let client = self.begun().await?;
        let writing = async {
            let publication = match known {
                Some(id) => id,
                None => publication::next_publication(client).await?,
            };
            // Each time: an event that is undone takes it back.
            publication::begin(client, publication).await?;
            publication::put_event(client, record, publication).await?;
            Ok(publication)
        };
        let done = in_time(READING, writing).await;
        self.publication = Some(self.note(done)?);
        Ok(())
    }

    async fn show(&mut self, stage: &Stage) -> Result<(), StoreError> {
        self.shown.push(stage.id.cast_signed());
        Ok(())
    }

    async fn keep(&mut self) -> Result<(), StoreError> {
        match self.locked.take() {
            Some(lock) if lock.savepoint => self.run("RELEASE event").await,
            _ => Ok(()),
        }
    }

    async fn undo(&mut self) -> Result<(), StoreError> {
        let Some(lock) = self.locked.take() else {
            return Ok(());
        };
        self.appended.retain(|event| *event != lock.event);
        if self.client.is_none() {
            // The server rolls it back, and what was kept before it too.
            self.begun = lock.savepoint;
            return Ok(());
        }
        self.failed = false;
        if lock.savepoint {
            return self.run("ROLLBACK TO event; RELEASE event").await;
        }
        self.begun = false;
        self.run("ROLLBACK").await
    }

    /// Nothing cuts a COMMIT short: it would be visible although its standby does not have it.
    async fn commit(mut self: Box<Self>) -> Result<(), CommitError> {
        self.publish().await.map_err(CommitError::Failed)?;
        if !self.begun {
            return Ok(());
        }
        let Some(client) = self.client.take().filter(|_| !self.failed) else {
            let what = "a statement before this one has failed";
            return Err(CommitError::Failed(StoreError::unavailable(
                "committing",
                what,
            )));
        };
        let warnings = self.shared.connector.warnings();
        self.shared.failing.store(true, Ordering::Relaxed);
        if let Err(error) = client.batch_execute("COMMIT").await {
            drop(Object::take(client));
            return Err(commit_error(error));
        }
        if self.shared.connector.warnings() != warnings {
            let what = "the server warned: it may have stopped waiting for its standby";
            return Err(CommitError::Lost(StoreError::unavailable(
                "committing",
                what,
            )));
        }
        self.shared.failing.store(false, Ordering::Relaxed);
        self.shared.tell(&self.appended);
        Ok(())
    }
}

impl Drop for PostgresBatch {
    fn drop(&mut self) {
        // A connection in a transaction is not for others.
        if self.begun {
            self.lose();
        }
    }
}
