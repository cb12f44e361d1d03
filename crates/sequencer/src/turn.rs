//! One event's turn in a batch: lock and catch up; then decide and append.

use std::collections::VecDeque;

use boxoffice_inventory::{
    Entry, FoldError, Inventory, Moment, Outcome, Problem, StoredEntry, decide,
};
use boxoffice_model::{Key, Timestamp};
use boxoffice_store::{
    Append, Batch, EventHead, Locked, MOST_BEHIND, Receipt, Record, SideRow, StoreError, side_row,
};

use crate::error::SequencerError;
use crate::job::{Committed, Decided, Fault, Job, Reply, Work};
use crate::lane::Slot;

pub(crate) struct Turn<'a> {
    pub(crate) batch: &'a mut dyn Batch,
    pub(crate) slot: &'a mut Slot,
    pub(crate) key: &'a Key,
    pub(crate) nonce: u64,
    /// Whoever was answered so far; the answers count only when the turn ends well.
    pub(crate) answers: Vec<(Reply, Result<Decided, Fault>)>,
}

/// A turn that must be undone.
pub(crate) enum TurnError {
    Cold,
    Error(SequencerError),
    Store(StoreError),
}

/// The entries of a turn as they gather.
#[derive(Default)]
struct Gathered {
    entries: Vec<(StoredEntry, Entry)>,
    side_rows: Vec<SideRow>,
    records: Vec<Record>,
}

/// Locks an event in a batch and brings its inventory up to date: it is exact at its version only, and
/// before a decision that must be the row's. Gives back what another process has appended.
pub(crate) async fn lock(
    batch: &mut dyn Batch,
    inventory: &mut Inventory,
) -> Result<Option<Committed>, TurnError> {
    let (event, known) = (inventory.event(), inventory.version());
    let locked = batch.lock(event, known).await?;
    let Locked { head, tail } = locked.ok_or(TurnError::Error(SequencerError::UnknownEvent))?;
    if known > head.version {
        return Err(TurnError::Cold);
    }
    let mut entries = Vec::with_capacity(tail.len());
    for entry in &tail {
        let damaged = |damage| TurnError::Error(SequencerError::Damaged(damage));
        entries.push(inventory.replay(entry).map_err(damaged)?);
    }
    if tail.len() >= MOST_BEHIND && inventory.version() < head.version {
        // Too far behind to catch up while others wait for the event.
        return Err(TurnError::Cold);
    }
    if inventory.version() == head.version && inventory.head() == head.head {
        return Ok((!entries.is_empty()).then(|| Committed {
            first_version: known + 1,
            entries: entries.into(),
            head,
        }));
    }
    tracing::error!(event.number = %event, "The ledger's head is not what its entries say");
    Err(TurnError::Error(SequencerError::Damaged(FoldError {
        event,
        version: head.version,
        problem: Problem::Chain,
    })))
}

impl Turn<'_> {
    /// Decides all jobs; gives back what must be told once the batch is committed. The event is locked
    /// and the inventory at its version: see [`lock`].
    pub(crate) async fn run(
        &mut self,
        jobs: &mut VecDeque<Job>,
    ) -> Result<Option<Committed>, TurnError> {
        let locked_at = self.slot.inventory.version();
        let now = self.batch.now().max(self.slot.inventory.last_at());
        let mut gathered = Gathered::default();
        while let Some(job) = jobs.pop_front() {
            self.work(job, now, &mut gathered)?;
        }
        let committed = self.append(locked_at, gathered).await?;
        self.batch.keep().await?;
        Ok(committed)
    }

    fn work(&mut self, job: Job, now: Timestamp, gathered: &mut Gathered) -> Result<(), TurnError> {
        match job.work {
            Work::Decide {
                command,
                draft,
                records,
                reply,
            } => {
                // Whatever goes wrong below, this caller gets the turn's fault as its answer.
                self.answers.push((reply, Err(Fault::Cold)));
                let moment = Moment {
                    now,
                    nonce: self.nonce,
                    key: self.key,
                };
                let decision = decide(&self.slot.inventory, &command, &moment);
                let changed = !decision.changes.is_empty();
                for change in decision.changes {
                    let entry = Entry {
                        at: now,
                        nonce: self.nonce,
                        change,
                    };
                    let inventory = &mut self.slot.inventory;
                    let stored = inventory
                        .append(&entry)
                        .map_err(|damage| TurnError::Error(SequencerError::Damaged(damage)))?;
                    gathered.side_rows.extend(side_row(
                        inventory,
                        &stored,
                        &entry,
                        draft.as_deref(),
                    ));
                    gathered.entries.push((stored, entry));
                }
                if !matches!(decision.outcome, Outcome::Refused(_)) {
                    gathered.records.extend(records);
                }
                self.answer_last(decision.outcome, now, changed);
            }
            Work::Record { records, reply } => {
                self.answers.push((reply, Err(Fault::Cold)));
                gathered.records.extend(records);
                self.answer_last(Outcome::Done, now, false);
            }
            Work::Adopt { .. } => {}
        }
        Ok(())
    }

    fn answer_last(&mut self, outcome: Outcome, at: Timestamp, changed: bool) {
        let inventory = &self.slot.inventory;
        let receipt = Receipt {
            version: inventory.version(),
            head: inventory.head(),
        };
        if let Some((_, answer)) = self.answers.last_mut() {
            *answer = Ok(Decided {
                outcome,
                at,
                receipt,
                nonce: self.nonce,
                changed,
            });
        }
    }

    async fn append(
        &mut self,
        after: u64,
        gathered: Gathered,
    ) -> Result<Option<Committed>, TurnError> {
        if !gathered.records.is_empty() {
            self.batch.record(&gathered.records).await?;
        }
        if gathered.entries.is_empty() {
            return Ok(None);
        }
        let inventory = &self.slot.inventory;
        let head = EventHead {
            event: inventory.event(),
            version: inventory.version(),
            head: inventory.head(),
            counts: inventory.counts(),
            next_due: inventory.next_due(),
        };
        let Gathered {
            entries, side_rows, ..
        } = gathered;
        let append = Append {
            after,
            entries,
            side_rows,
            head,
        };
        self.batch.append(&append).await?;
        let entries = append.entries.into_iter().map(|(_, entry)| entry).collect();
        Ok(Some(Committed {
            first_version: after + 1,
            entries,
            head,
        }))
    }
}

impl From<StoreError> for TurnError {
    fn from(error: StoreError) -> Self {
        match error {
            // Another node was quicker, or we were wrong: the inventory is thrown away.
            StoreError::Conflict { .. } => TurnError::Cold,
            error => TurnError::Store(error),
        }
    }
}
