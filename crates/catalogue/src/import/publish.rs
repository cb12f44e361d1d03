//! Writes a prepared file: its plans first, which nobody sees until an event refers to them, then its
//! new events, a few at a time and shown to nobody, and at last, in one commit, what changes of events
//! that were there and that the new ones are shown.

use boxoffice_inventory::{Change, FoldError, Inventory, StoredEntry};
use boxoffice_model::Timestamp;
use boxoffice_store::{
    Append, Batch, CommitError, EventRecord, Locked, MOST_BEHIND, Stage, StagedEvent, Store,
    StoreError,
};

use super::limits::{refuse_currency, refuse_unannounced};
use super::outcome::{Announce, ImportFailure, ImportReport};
use super::prepare::{Kind, Prepared, Revised, Step};
use super::revision::revise;
use crate::report::Report;

/// New events written in one transaction, and bytes of them: nobody else writes meanwhile.
const PIECE: usize = 100;
const PIECE_BYTES: usize = 256 << 10;

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
    let (new, revised) = part(steps);
    let stage = match make_ready(store, &new).await {
        Ok(stage) => stage,
        Err(Stop::Raced) => return Ok(Published::Raced),
        Err(Stop::Failed(failure)) => return Err(failure),
    };
    let mut batch = store.begin().await?;
    for (record, path, revised) in revised {
        let event = Writing {
            record: &record,
            path: &path,
            nonce,
            announce,
        };
        match event.write(&mut *batch, *revised, &mut report).await {
            Ok(()) => {}
            Err(Stop::Raced) => return Ok(Published::Raced),
            Err(Stop::Failed(failure)) => return Err(failure),
        }
    }
    if let Some(stage) = &stage {
        batch.show(stage).await?;
    }
    report.check()?;
    match batch.commit().await {
        Ok(()) => Ok(Published::All(outcome)),
        Err(CommitError::Failed(StoreError::Conflict { .. })) => Ok(Published::Raced),
        Err(CommitError::Failed(error)) => Err(ImportFailure::Store(error)),
        Err(CommitError::Unknown(error) | CommitError::Lost(error)) => {
            Err(ImportFailure::Unknown(error))
        }
    }
}

/// Why a batch does not go on.
pub(super) enum Stop {
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

pub(super) type Revision = (EventRecord, String, Box<Revised>);

/// New events, and what changes of others.
pub(super) fn part(steps: Vec<Step>) -> (Vec<StagedEvent>, Vec<Revision>) {
    let (mut new, mut revised) = (Vec::new(), Vec::new());
    for Step { record, path, kind } in steps {
        match kind {
            Kind::New { append } => new.push(StagedEvent { record, append }),
            Kind::Revised(change) => revised.push((record, path, change)),
        }
    }
    (new, revised)
}

/// Writes new events for nobody to see yet.
pub(super) async fn make_ready(
    store: &dyn Store,
    new: &[StagedEvent],
) -> Result<Option<Stage>, Stop> {
    if new.is_empty() {
        return Ok(None);
    }
    let stage = store.begin_stage().await?;
    for piece in pieces(new) {
        store.stage(&stage, piece).await?;
    }
    Ok(Some(stage))
}

/// Cuts events into pieces that are written within some milliseconds each.
pub(super) fn pieces(mut events: &[StagedEvent]) -> impl Iterator<Item = &[StagedEvent]> {
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = |event: &&StagedEvent| {
            let entries = event
                .append
                .entries
                .iter()
                .map(|(stored, _)| stored.bytes.len());
            bytes += event.record.document.len() + entries.sum::<usize>();
            bytes <= PIECE_BYTES
        };
        let count = events.iter().take(PIECE).take_while(fits).count().max(1);
        let piece;
        (piece, events) = events.split_at_checked(count)?;
        Some(piece)
    })
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
        let Some(Locked { head, tail }) = batch.lock(number, revised.base.version()).await? else {
            return Err(Stop::Raced);
        };
        let change = (&revised.before, &revised.after);
        let booked = head.counts.booked;
        refuse_unannounced(self.path, change, booked, self.announce, report);
        let append = if revised.append.after == head.version {
            revised.append
        } else {
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
        if tail.len() >= MOST_BEHIND {
            // So much has happened meanwhile that it is read again without the lock.
            return Err(Stop::Raced);
        }
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
