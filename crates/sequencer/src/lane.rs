//! The lane: begins a batch, drains what has gathered, gives each event its turn, commits, tells the
//! listeners, answers. While a batch commits the next gathers; no timer, no fixed size.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use boxoffice_inventory::Inventory;
use boxoffice_model::{EventNumber, Key};
use boxoffice_store::{Batch, CommitError, EventHead, Store};
use futures::FutureExt;
use rustc_hash::FxHashMap;
use tokio::sync::mpsc;

use crate::error::SequencerError;
use crate::job::{Committed, Decided, Fault, Job, Listener, Reply, Work};
use crate::sequencer::{Options, Warm};
use crate::snapshots::Snapshots;
use crate::turn::{Turn, TurnError};

/// Commands of one batch. A bound, so that a batch's commit does not grow with the crowd.
const MOST_IN_BATCH: usize = 4096;
/// Commands of one event in one batch while others wait too.
const FAIR_SHARE: usize = 512;

pub(crate) struct Lane {
    store: Arc<dyn Store>,
    jobs: mpsc::Receiver<Job>,
    warm: Warm,
    key: Key,
    nonce: Box<dyn FnMut() -> u64 + Send>,
    listeners: Vec<Arc<dyn Listener>>,
    snapshots: Snapshots,
    most_inventories: usize,
    inventories: FxHashMap<EventNumber, Slot>,
    waiting: VecDeque<(EventNumber, VecDeque<Job>)>,
    batches: u64,
}

/// An inventory and what the lane knows about keeping it.
pub(crate) struct Slot {
    pub(crate) inventory: Inventory,
    /// The version of the store's newest snapshot of it, or of the one that was last asked for.
    snapshot: u64,
    last_batch: u64,
}

/// What is told after the commit.
#[derive(Default)]
struct Pending {
    answers: Vec<(Reply, Result<Decided, Fault>)>,
    committed: Vec<Committed>,
}

impl Lane {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        jobs: mpsc::Receiver<Job>,
        warm: Warm,
        snapshots: Snapshots,
        options: Options,
    ) -> Self {
        Lane {
            store,
            jobs,
            warm,
            key: options.key,
            nonce: options.nonce,
            listeners: options.listeners,
            snapshots,
            most_inventories: options.most_inventories,
            inventories: FxHashMap::default(),
            waiting: VecDeque::new(),
            batches: 0,
        }
    }

    /// Runs until nobody can send any more and everything that waited is answered.
    pub(crate) async fn run(mut self) {
        loop {
            if self.waiting.is_empty() {
                match self.jobs.recv().await {
                    Some(job) => self.enqueue(job),
                    None => return,
                }
            }
            if !self.waiting.is_empty() {
                self.batch().await;
            }
        }
    }

    /// Puts a job behind its event's others. An inventory is taken in at once.
    fn enqueue(&mut self, job: Job) {
        let Job { event, work } = job;
        if let Work::Adopt {
            inventory,
            snapshot,
        } = work
        {
            self.adopt(event, *inventory, snapshot);
            return;
        }
        let job = Job { event, work };
        match self.waiting.iter_mut().find(|(of, _)| *of == event) {
            Some((_, jobs)) => jobs.push_back(job),
            None => self.waiting.push_back((event, VecDeque::from([job]))),
        }
    }

    fn adopt(&mut self, event: EventNumber, inventory: Inventory, snapshot: u64) {
        while self.inventories.len() >= self.most_inventories {
            let oldest = self
                .inventories
                .iter()
                .min_by_key(|(_, slot)| slot.last_batch);
            let Some(oldest) = oldest.map(|(event, _)| *event) else {
                break;
            };
            self.forget(oldest);
        }
        self.inventories.insert(
            event,
            Slot {
                inventory,
                snapshot,
                last_batch: self.batches,
            },
        );
    }

    /// Lets go of an inventory: the next command loads it again.
    fn forget(&mut self, event: EventNumber) {
        self.warm.write().remove(&event);
        self.inventories.remove(&event);
    }

    async fn batch(&mut self) {
        let begun = Instant::now();
        self.batches += 1;
        let mut batch = match self.store.begin().await {
            Ok(batch) => batch,
            Err(error) => {
                tracing::warn!(error = %chain(&error), "Cannot begin a batch");
                return self.refuse_all();
            }
        };
        // Only now: whoever came while we waited for the writer is in this batch too.
        self.drain();
        let mut pending = Pending::default();
        let nonce = (self.nonce)();
        let crowd = self.waiting.len() > 1;
        for _ in 0..self.waiting.len() {
            let Some((event, mut jobs)) = self.waiting.pop_front() else {
                break;
            };
            let share = jobs
                .len()
                .min(if crowd { FAIR_SHARE } else { MOST_IN_BATCH });
            let rest = jobs.split_off(share);
            if !rest.is_empty() {
                self.waiting.push_back((event, rest));
            }
            self.turn(batch.as_mut(), event, jobs, nonce, &mut pending)
                .await;
        }
        let size = pending.answers.len();
        self.commit(batch, &mut pending).await;
        for (reply, answer) in pending.answers {
            // Whoever went away meanwhile does not want to know.
            let _ = reply.send(answer);
        }
        metrics::histogram!("sequencer_batch_commands").record(size as f64);
        metrics::histogram!("sequencer_batch_seconds").record(begun.elapsed().as_secs_f64());
    }

    fn drain(&mut self) {
        let mut taken: usize = self.waiting.iter().map(|(_, jobs)| jobs.len()).sum();
        while taken < MOST_IN_BATCH {
            match self.jobs.try_recv() {
                Ok(job) => self.enqueue(job),
                Err(_) => return,
            }
            taken += 1;
        }
    }

    /// One event's share of the batch. What goes wrong here stays here.
    async fn turn(
        &mut self,
        batch: &mut dyn Batch,
        event: EventNumber,
        jobs: VecDeque<Job>,
        nonce: u64,
        pending: &mut Pending,
    ) {
        let Some(slot) = self.inventories.get_mut(&event) else {
            self.warm.write().remove(&event);
            return answer_all(jobs, Fault::Cold, &mut pending.answers);
        };
        slot.last_batch = self.batches;
        let mut turn = Turn {
            batch,
            slot,
            key: &self.key,
            nonce,
            answers: Vec::new(),
        };
        let mut jobs = jobs;
        // A defect in a decision must not end the lane for all other events.
        let run = std::panic::AssertUnwindSafe(turn.run(&mut jobs))
            .catch_unwind()
            .await;
        let mut answers = std::mem::take(&mut turn.answers);
        let fault = match run {
            Ok(Ok(committed)) => {
                pending.committed.extend(committed);
                pending.answers.append(&mut answers);
                return;
            }
            Ok(Err(TurnError::Cold)) => Fault::Cold,
            Ok(Err(TurnError::Error(error))) => Fault::Error(error),
            Err(_) => {
                tracing::error!(event.number = %event, "A decision panicked; nothing of it is kept");
                Fault::Error(SequencerError::StoreUnavailable)
            }
        };
        if let Err(error) = batch.undo().await {
            tracing::warn!(error = %chain(&error), "Cannot undo an event's share of a batch");
        }
        self.forget(event);
        answer_all(jobs, fault.clone(), &mut pending.answers);
        pending.answers.extend(
            answers
                .into_iter()
                .map(|(reply, _)| (reply, Err(fault.clone()))),
        );
    }

    async fn commit(&mut self, batch: Box<dyn Batch>, pending: &mut Pending) {
        if pending.answers.is_empty() {
            return;
        }
        let fault = match batch.commit().await {
            Ok(()) => {
                for committed in &pending.committed {
                    self.listeners
                        .iter()
                        .for_each(|listener| listener.committed(committed));
                    self.ask_for_snapshot(&committed.head);
                }
                return;
            }
            Err(CommitError::Failed(error)) => {
                tracing::warn!(error = %chain(&error), "A batch was not committed");
                SequencerError::StoreUnavailable
            }
            Err(CommitError::Unknown(error)) => {
                tracing::error!(error = %chain(&error), "The outcome of a commit is unknown");
                SequencerError::OutcomeUnknown
            }
        };
        // What was folded may not be there: fold again from what is.
        for committed in std::mem::take(&mut pending.committed) {
            self.forget(committed.head.event);
        }
        for (_, answer) in &mut pending.answers {
            if answer.is_ok() {
                *answer = Err(Fault::Error(fault.clone()));
            }
        }
    }

    fn ask_for_snapshot(&mut self, head: &EventHead) {
        if let Some(slot) = self.inventories.get_mut(&head.event)
            && head.version.saturating_sub(slot.snapshot) >= self.snapshots.every
            && self.snapshots.ask(head.event)
        {
            slot.snapshot = head.version;
        }
    }

    fn refuse_all(&mut self) {
        self.drain();
        let mut answers = Vec::new();
        for (_, jobs) in std::mem::take(&mut self.waiting) {
            answer_all(
                jobs,
                Fault::Error(SequencerError::StoreUnavailable),
                &mut answers,
            );
        }
        for (reply, answer) in answers {
            let _ = reply.send(answer);
        }
    }
}

fn answer_all(
    jobs: VecDeque<Job>,
    fault: Fault,
    answers: &mut Vec<(Reply, Result<Decided, Fault>)>,
) {
    for job in jobs {
        match job.work {
            Work::Decide { reply, .. } | Work::Record { reply, .. } => {
                answers.push((reply, Err(fault.clone())));
            }
            Work::Adopt { .. } => {}
        }
    }
}

/// An error with all its sources, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
