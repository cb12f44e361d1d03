//! A lane: begins a batch, locks an event, drains what has gathered, decides it, commits, tells the
//! listeners, answers. While a batch commits the next gathers; no timer, no fixed size.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use boxoffice_inventory::{Entry, Inventory};
use boxoffice_model::{EventNumber, Key};
use boxoffice_store::{Batch, CommitError, EventHead, Locked, Store, StoreError};
use futures::FutureExt;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use tokio::sync::mpsc;

use crate::error::SequencerError;
use crate::job::{Committed, Decided, Fault, Job, Listener, Reply, Work};
use crate::sequencer::Warm;
use crate::snapshots::Snapshots;
use crate::turn::{self, Turn, TurnError};

/// Commands of one batch. A bound, so that a batch's commit does not grow with the crowd.
const MOST_IN_BATCH: usize = 4096;
/// Commands of one event in one batch while others wait too.
const FAIR_SHARE: usize = 512;
/// Between two looks at what became of a commit: the first pause, and the longest.
const LOOK_AGAIN: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

/// What all lanes of a process share.
pub(crate) struct Common {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) warm: Warm,
    pub(crate) key: Key,
    pub(crate) nonce: Mutex<Box<dyn FnMut() -> u64 + Send>>,
    pub(crate) listeners: Vec<Arc<dyn Listener>>,
    pub(crate) snapshots: Snapshots,
    pub(crate) most_inventories: usize,
}

impl Common {
    fn tell(&self, committed: &Committed) {
        for listener in &self.listeners {
            listener.committed(committed);
        }
    }
}

pub(crate) struct Lane {
    common: Arc<Common>,
    jobs: mpsc::Receiver<Job>,
    inventories: FxHashMap<EventNumber, Slot>,
    /// Inventories that came while an event was locked: they must not replace what is in use.
    adopted: Vec<(EventNumber, Inventory, u64)>,
    waiting: VecDeque<(EventNumber, VecDeque<Job>)>,
    batches: u64,
    /// The last batch could not begin or be committed; said once, and once when it works again.
    failing: bool,
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
    pub(crate) fn new(common: Arc<Common>, jobs: mpsc::Receiver<Job>) -> Self {
        Lane {
            common,
            jobs,
            inventories: FxHashMap::default(),
            adopted: Vec::new(),
            waiting: VecDeque::new(),
            batches: 0,
            failing: false,
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
            self.take_in();
            if !self.waiting.is_empty() {
                self.batch().await;
            }
        }
    }

    /// Puts a job behind its event's others.
    fn enqueue(&mut self, job: Job) {
        let Job { event, claim, work } = job;
        if let Work::Adopt {
            inventory,
            snapshot,
        } = work
        {
            return self.adopted.push((event, *inventory, snapshot));
        }
        let job = Job { event, claim, work };
        match self.waiting.iter_mut().find(|(of, _)| *of == event) {
            Some((_, jobs)) => jobs.push_back(job),
            None => self.waiting.push_back((event, VecDeque::from([job]))),
        }
    }

    /// Takes the inventories in that have come.
    fn take_in(&mut self) {
        for (event, inventory, snapshot) in std::mem::take(&mut self.adopted) {
            while self.inventories.len() >= self.common.most_inventories {
                let oldest = self
                    .inventories
                    .iter()
                    .min_by_key(|(_, slot)| slot.last_batch);
                let Some(oldest) = oldest.map(|(event, _)| *event) else {
                    break;
                };
                self.forget(oldest);
            }
            let slot = Slot {
                inventory,
                snapshot,
                last_batch: self.batches,
            };
            self.inventories.insert(event, slot);
        }
    }

    /// Lets go of an inventory: the next command loads it again.
    fn forget(&mut self, event: EventNumber) {
        self.common.warm.write().remove(&event);
        self.inventories.remove(&event);
    }

    async fn batch(&mut self) {
        let begun = Instant::now();
        self.batches += 1;
        let mut batch = match self.common.store.begin().await {
            Ok(batch) => batch,
            Err(error) => {
                self.fails("Cannot begin a batch", &error);
                return self.refuse_all();
            }
        };
        // Only now: whoever came while we waited for the writer is in this batch too.
        self.drain();
        self.take_in();
        let mut pending = Pending::default();
        let nonce = (self.common.nonce.lock())();
        for _ in 0..self.waiting.len() {
            let Some((event, _)) = self.waiting.front() else {
                break;
            };
            self.turn(batch.as_mut(), *event, nonce, &mut pending).await;
        }
        let size = pending.answers.len();
        self.commit(batch, nonce, &mut pending).await;
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

    /// The next event's share of what waits, without the jobs that nobody waits for any more.
    fn next_share(&mut self) -> VecDeque<Job> {
        let crowd = self.waiting.len() > 1;
        let Some((event, mut jobs)) = self.waiting.pop_front() else {
            return VecDeque::new();
        };
        let share = jobs
            .len()
            .min(if crowd { FAIR_SHARE } else { MOST_IN_BATCH });
        let rest = jobs.split_off(share);
        if !rest.is_empty() {
            self.waiting.push_back((event, rest));
        }
        jobs.retain(|job| job.claim.take());
        jobs
    }

    /// One event's share of the batch. What goes wrong here stays here.
    async fn turn(
        &mut self,
        batch: &mut dyn Batch,
        event: EventNumber,
        nonce: u64,
        pending: &mut Pending,
    ) {
        let locked = match self.inventories.get_mut(&event) {
            Some(slot) => {
                slot.last_batch = self.batches;
                let locking = turn::lock(batch, &mut slot.inventory);
                std::panic::AssertUnwindSafe(locking).catch_unwind().await
            }
            None => Ok(Err(TurnError::Cold)),
        };
        if let Ok(Ok(Some(others))) = &locked {
            self.common.tell(others);
        }
        // The store could not even be asked: what was folded before is as good as it was.
        let untouched = matches!(&locked, Ok(Err(TurnError::Store(_))));
        // Only now: whoever came while we waited for the lock has a part in it too.
        self.drain();
        let mut jobs = self.next_share();
        let mut answers = Vec::new();
        let slot = self.inventories.get_mut(&event);
        let run = match (locked, slot) {
            (Ok(Ok(_)), Some(slot)) => {
                let mut turn = Turn {
                    batch,
                    slot,
                    key: &self.common.key,
                    nonce,
                    answers: Vec::new(),
                };
                // A defect in a decision must not end the lane for all other events.
                let run = std::panic::AssertUnwindSafe(turn.run(&mut jobs))
                    .catch_unwind()
                    .await;
                answers = turn.answers;
                run
            }
            (Ok(Ok(_)), None) => Ok(Err(TurnError::Cold)),
            (Ok(Err(error)), _) => Ok(Err(error)),
            (Err(panic), _) => Err(panic),
        };
        let fault = match run {
            Ok(Ok(committed)) => {
                pending.committed.extend(committed);
                pending.answers.append(&mut answers);
                return;
            }
            Ok(Err(TurnError::Cold)) => Fault::Cold,
            Ok(Err(TurnError::Error(error))) => Fault::Error(error),
            Ok(Err(TurnError::Store(error))) => {
                self.fails("The store refused an event's share of a batch", &error);
                Fault::Error(SequencerError::StoreUnavailable)
            }
            Err(_) => {
                tracing::error!(event.number = %event, "A decision panicked; nothing of it is kept");
                Fault::Error(SequencerError::StoreUnavailable)
            }
        };
        if let Err(error) = batch.undo().await {
            self.fails("Cannot undo an event's share of a batch", &error);
        }
        if !untouched {
            self.forget(event);
        }
        answer_all(jobs, fault.clone(), &mut pending.answers);
        pending.answers.extend(
            answers
                .into_iter()
                .map(|(reply, _)| (reply, Err(fault.clone()))),
        );
    }

    fn fails(&mut self, what: &str, error: &StoreError) {
        if !std::mem::replace(&mut self.failing, true) {
            tracing::warn!(error = %chain(error), "{what}");
        }
    }

    fn works(&mut self) {
        if std::mem::take(&mut self.failing) {
            tracing::info!("Batches are committed again");
        }
    }

    async fn commit(&mut self, batch: Box<dyn Batch>, nonce: u64, pending: &mut Pending) {
        if pending.answers.is_empty() {
            return;
        }
        let ended = match batch.commit().await {
            Err(CommitError::Lost(error)) => self.find_out(error, nonce, pending).await,
            ended => ended,
        };
        let fault = match ended {
            Ok(()) => {
                if pending.answers.iter().any(|(_, answer)| answer.is_ok()) {
                    self.works();
                }
                for committed in &pending.committed {
                    self.common.tell(committed);
                    self.ask_for_snapshot(&committed.head);
                }
                return;
            }
            Err(CommitError::Failed(error)) => {
                self.fails("A batch was not committed", &error);
                SequencerError::StoreUnavailable
            }
            Err(CommitError::Unknown(error) | CommitError::Lost(error)) => {
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

    /// Looks until it is known whether a batch, whose answer was lost, is there: all of it or nothing.
    /// Its callers are told by their own patience that it is unknown meanwhile.
    async fn find_out(
        &self,
        lost: StoreError,
        nonce: u64,
        pending: &Pending,
    ) -> Result<(), CommitError> {
        let Some(committed) = pending.committed.first() else {
            // Only rows without an entry, which bear no nonce.
            return Err(CommitError::Unknown(lost));
        };
        tracing::warn!(error = %chain(&lost), "A commit's answer was lost; looking for the batch");
        metrics::counter!("sequencer_lost_commits_total").increment(1);
        let mut pause = LOOK_AGAIN.0;
        loop {
            match self.is_there(committed, nonce).await {
                Ok(true) => return Ok(()),
                Ok(false) => return Err(CommitError::Failed(lost)),
                Err(error) => {
                    tracing::debug!(error = %chain(&error), "Cannot look for a lost batch yet");
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LOOK_AGAIN.1);
        }
    }

    /// Whether a batch's first entry is in the ledger. The lock waits for the end of the transaction
    /// that may hold it, and only a commit behind the reading says that what was read is durable.
    async fn is_there(&self, committed: &Committed, nonce: u64) -> Result<bool, StoreError> {
        let (event, version) = (committed.head.event, committed.first_version);
        let mut batch = self.common.store.begin().await?;
        let Some(Locked { tail, .. }) = batch.lock(event, version - 1).await? else {
            return Ok(false);
        };
        batch.keep().await?;
        let committed = batch.commit().await;
        committed.map_err(CommitError::into_store_error)?;
        let first = tail
            .first()
            .and_then(|entry| Entry::decode(&entry.bytes).ok());
        Ok(first.is_some_and(|entry| entry.nonce == nonce))
    }

    fn ask_for_snapshot(&mut self, head: &EventHead) {
        if let Some(slot) = self.inventories.get_mut(&head.event)
            && head.version.saturating_sub(slot.snapshot) >= self.common.snapshots.every
            && self.common.snapshots.ask(head.event)
        {
            slot.snapshot = head.version;
        }
    }

    fn refuse_all(&mut self) {
        self.drain();
        let mut answers = Vec::new();
        for (_, mut jobs) in std::mem::take(&mut self.waiting) {
            jobs.retain(|job| job.claim.take());
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
