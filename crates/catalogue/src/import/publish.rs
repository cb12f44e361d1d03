//! Writes a prepared file: its plans first, which nobody sees until an event refers to them, then all
//! of its events in one commit.

use boxoffice_inventory::{Change, FoldError, Inventory, StoredEntry};
use boxoffice_model::Timestamp;
use boxoffice_store::{Append, Batch, CommitError, EventRecord, Store, StoreError};

use super::limits::{refuse_currency, refuse_unannounced};
use super::outcome::{Announce, ImportFailure, ImportReport};
use super::prepare::{Kind, Prepared, Revised, Step};
use super::revision::revise;
use crate::report::Report;

/// How the writing of a file ended.
pub(super) enum Published {
    /// All of it is there.
    All(ImportReport),
    /// Another import came in between; nothing of it is there.
    Raced,
}

/// Writes a prepared file, all or nothing.
pub(super) async fn publish(
    store: &dyn Store,
    prepared: Prepared,
    announce: Announce,
) -> Result<Published, ImportFailure> {
    let Prepared {
        plans,
        steps,
        outcome,
        mut report,
        nonce,
    } = prepared;
    if steps.is_empty() {
        return Ok(Published::All(outcome));
    }
    for (hash, bytes) in &plans {
        store.put_plan(hash, bytes).await?;
    }
    let mut batch = store.begin().await?;
    for step in steps {
        let written = match step.kind {
            Kind::New { ref append } => write_new(&mut *batch, &step, append).await,
            Kind::Revised(revised) => {
                let event = Writing {
                    record: &step.record,
                    path: &step.path,
                    nonce,
                    announce,
                };
                event.write(&mut *batch, *revised, &mut report).await
            }
        };
        match written {
            Ok(()) => {}
            Err(Stop::Raced) => return Ok(Published::Raced),
            Err(Stop::Failed(failure)) => return Err(failure),
        }
    }
    report.check()?;
    match batch.commit().await {
        Ok(()) => Ok(Published::All(outcome)),
        Err(CommitError::Failed(StoreError::Conflict { .. })) => Ok(Published::Raced),
        Err(CommitError::Failed(error)) => Err(ImportFailure::Store(error)),
        Err(CommitError::Unknown(error)) => Err(ImportFailure::Unknown(error)),
    }
}

/// Why a batch does not go on.
enum Stop {
    Raced,
    Failed(ImportFailure),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => Stop::Raced,
            error => Stop::Failed(ImportFailure::Store(error)),
        }
    }
}

impl From<FoldError> for Stop {
    fn from(error: FoldError) -> Self {
        Stop::Failed(ImportFailure::Damaged(error))
    }
}

async fn write_new(batch: &mut dyn Batch, step: &Step, append: &Append) -> Result<(), Stop> {
    if batch.lock(step.record.number).await?.is_some() {
        return Err(Stop::Raced);
    }
    batch.put_event(&step.record).await?;
    // Only now there is a row to lock, whose version the entries follow.
    batch.lock(step.record.number).await?;
    batch.append(append).await?;
    Ok(batch.keep().await?)
}

/// An event that was there, while it is written.
struct Writing<'a> {
    record: &'a EventRecord,
    path: &'a str,
    nonce: u64,
    announce: Announce,
}

impl Writing<'_> {
    async fn write(
        &self,
        batch: &mut dyn Batch,
        revised: Revised,
        report: &mut Report,
    ) -> Result<(), Stop> {
        let number = self.record.number;
        let Some(head) = batch.lock(number).await? else {
            return Err(Stop::Raced);
        };
        let change = (&revised.before, &revised.after);
        let booked = head.counts.booked;
        refuse_unannounced(self.path, change, booked, self.announce, report);
        let append = if revised.append.after == head.version {
            revised.append
        } else {
            let tail = batch.tail(number, revised.base.version()).await?;
            let now = batch.now();
            self.follow(revised, &tail, now, report)?
        };
        batch.put_event(self.record).await?;
        if !append.entries.is_empty() {
            batch.append(&append).await?;
        }
        Ok(batch.keep().await?)
    }

    /// The ledger has moved on since the revision was prepared: decides it again behind `tail`.
    fn follow(
        &self,
        revised: Revised,
        tail: &[StoredEntry],
        now: Timestamp,
        report: &mut Report,
    ) -> Result<Append, Stop> {
        let mut inventory: Inventory = revised.base;
        let mut held = false;
        for stored in tail {
            match inventory.replay(stored)?.change {
                // The plan was revised from one that is no longer in force.
                Change::CatalogueRevised(_) | Change::EventCancelled => return Err(Stop::Raced),
                Change::Held(_) => held = true,
                _ => {}
            }
        }
        if held && revised.before.currency != revised.after.currency {
            refuse_currency(self.path, &revised.before, &revised.after, report);
        }
        Ok(revise(&mut inventory, &revised.facts, now, self.nonce)?)
    }
}
