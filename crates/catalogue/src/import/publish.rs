//! Writes a prepared file: its plans first, which nobody sees until an event refers to them, then all
//! of its events in one commit.

use boxoffice_inventory::{Change, FoldError, Inventory, StoredEntry};
use boxoffice_store::{Append, Batch, CommitError, Store, StoreError};

use super::outcome::{Announce, ImportFailure, ImportReport};
use super::prepare::{Kind, Prepared, Revised, Revision, Step, refuse_currency};
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
    batch.append(append).await?;
    Ok(batch.keep().await?)
}

/// An event that was there, while it is written.
struct Writing<'a> {
    record: &'a boxoffice_store::EventRecord,
    path: &'a str,
    nonce: u64,
    announce: Announce,
}

impl Writing<'_> {
    async fn write(
        &self,
        batch: &mut dyn Batch,
        mut revised: Revised,
        report: &mut Report,
    ) -> Result<(), Stop> {
        let number = self.record.number;
        let Some(head) = batch.lock(number).await? else {
            return Err(Stop::Raced);
        };
        revised.refuse_unannounced(self.path, head.counts.booked, self.announce, report);
        let append = match revised.facts.take() {
            None => None,
            Some(revision) if revision.append.after == head.version => Some(revision.append),
            Some(revision) => {
                let tail = batch.tail(number, revision.base.version()).await?;
                let now = batch.now();
                Some(self.follow(&revised, revision, &tail, now, report)?)
            }
        };
        batch.put_event(self.record).await?;
        if let Some(append) = append {
            batch.append(&append).await?;
        }
        Ok(batch.keep().await?)
    }

    /// The ledger has moved on since the revision was prepared: decides it again behind `tail`.
    fn follow(
        &self,
        revised: &Revised,
        revision: Revision,
        tail: &[StoredEntry],
        now: boxoffice_model::Timestamp,
        report: &mut Report,
    ) -> Result<Append, Stop> {
        let mut inventory: Inventory = revision.base;
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
        Ok(revise(&mut inventory, &revision.facts, now, self.nonce)?)
    }
}
