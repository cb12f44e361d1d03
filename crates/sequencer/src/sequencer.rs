//! The door to the lane: loads what is cold, refuses what is too much, waits for the answer.

use std::sync::Arc;
use std::time::Duration;

use boxoffice_inventory::{Command, Inventory};
use boxoffice_model::{EventNumber, Key};
use boxoffice_store::{BookingDraft, Record, Store, StoreError};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use parking_lot::{Mutex, RwLock};
use rustc_hash::FxHashMap;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::error::SequencerError;
use crate::job::{Claim, Decided, Fault, Job, Listener, Work};
use crate::lane::Common;
use crate::lanes::Lanes;
use crate::snapshots::{Snapshots, load_aside};

/// What a sequencer is made of.
pub struct Options {
    /// How many commands may wait; more are refused.
    pub lane_capacity: usize,
    /// After how many entries of an event its inventory is written down again.
    pub snapshot_every: u64,
    /// How many events' inventories stay in memory.
    pub most_inventories: usize,
    /// Seals addresses.
    pub key: Key,
    /// Draws a number for each batch.
    pub nonce: Box<dyn FnMut() -> u64 + Send>,
    /// For how long a caller waits for the lane, and for the store behind it; for ever without one.
    pub patience: Option<Duration>,
    /// Who hears of commits.
    pub listeners: Vec<Arc<dyn Listener>>,
}

/// Decides commands, one batch after the other. Cheap to clone.
#[derive(Clone)]
pub struct Sequencer {
    shared: Arc<Inner>,
}

struct Inner {
    common: Arc<Common>,
    lanes: Lanes,
    patience: Option<Duration>,
}

/// The events whose inventory a lane has, or is about to have.
pub(crate) type Warm = Arc<RwLock<FxHashMap<EventNumber, Warming>>>;

/// One try to load an inventory, for all who wait for it.
pub(crate) type Warming = Shared<BoxFuture<'static, Result<(), SequencerError>>>;

/// Loading again helps when the lane let go of an inventory meanwhile; not for ever.
const MOST_LOADS: usize = 4;

impl Sequencer {
    /// Starts it on the runtime that is around. What it runs ends when the last sequencer is dropped.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn start(store: Arc<dyn Store>, options: Options) -> std::io::Result<Self> {
        let common = Arc::new(Common {
            snapshots: Snapshots::start(Arc::clone(&store), options.snapshot_every),
            store,
            warm: Warm::default(),
            key: options.key,
            nonce: Mutex::new(options.nonce),
            listeners: options.listeners,
            most_inventories: options.most_inventories,
        });
        let lanes = Lanes::start(Arc::clone(&common), options.lane_capacity)?;
        let patience = options.patience;
        Ok(Sequencer {
            shared: Arc::new(Inner {
                common,
                lanes,
                patience,
            }),
        })
    }

    /// The store it writes to.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.shared.common.store
    }

    /// Whether so many want something of an event that an answer of a moment ago must do for those who
    /// cannot win. Where other nodes write too, what this one has seen of them may be a moment old: without
    /// a crowd everybody is given the exact answer.
    pub fn is_crowded(&self, event: EventNumber) -> bool {
        self.shared.lanes.is_crowded(event)
    }

    /// Decides a command and waits until its entries are committed.
    ///
    /// # Errors
    /// [`SequencerError`] says whether anything may have changed.
    pub async fn submit(
        &self,
        event: EventNumber,
        command: Command,
    ) -> Result<Decided, SequencerError> {
        self.decide(event, command, None, Vec::new()).await
    }

    /// Like [`Self::submit`]: `records` of the event are written in the same commit, unless the command is
    /// refused.
    ///
    /// # Errors
    /// [`SequencerError`] says whether anything may have changed.
    pub async fn submit_with(
        &self,
        event: EventNumber,
        command: Command,
        records: Vec<Record>,
    ) -> Result<Decided, SequencerError> {
        self.decide(event, command, None, records).await
    }

    /// Like [`Self::submit`], for `Command::Pay`: `draft` is written with the `paying` entry.
    ///
    /// # Errors
    /// [`SequencerError`] says whether anything may have changed.
    pub async fn submit_payment(
        &self,
        event: EventNumber,
        command: Command,
        draft: BookingDraft,
    ) -> Result<Decided, SequencerError> {
        self.decide(event, command, Some(Box::new(draft)), Vec::new())
            .await
    }

    async fn decide(
        &self,
        event: EventNumber,
        command: Command,
        draft: Option<Box<BookingDraft>>,
        records: Vec<Record>,
    ) -> Result<Decided, SequencerError> {
        let decide = |reply| Work::Decide {
            command: command.clone(),
            draft: draft.clone(),
            records: records.clone(),
            reply,
        };
        self.give(event, decide).await
    }

    /// Writes a row that no entry stands for, in the next batch.
    ///
    /// # Errors
    /// [`SequencerError`] says whether anything may have changed.
    pub async fn record(&self, record: Record) -> Result<(), SequencerError> {
        self.record_all(record.event(), vec![record]).await
    }

    /// The same for several rows of one event, in order and in one commit.
    ///
    /// # Errors
    /// [`SequencerError`] says whether anything may have changed.
    pub async fn record_all(
        &self,
        event: EventNumber,
        records: Vec<Record>,
    ) -> Result<(), SequencerError> {
        let write = |reply| Work::Record {
            records: records.clone(),
            reply,
        };
        self.give(event, write).await.map(drop)
    }

    /// Gives work to the lane, again if that has let go of the event's inventory meanwhile.
    async fn give(
        &self,
        event: EventNumber,
        work: impl Fn(crate::job::Reply) -> Work,
    ) -> Result<Decided, SequencerError> {
        let patience = self.patience();
        for _ in 0..MOST_LOADS {
            match self.try_once(event, patience, &work).await? {
                Ok(decided) => return Ok(decided),
                Err(Fault::Error(error)) => return Err(error),
                Err(Fault::Cold) => {}
            }
        }
        Err(SequencerError::Overloaded)
    }

    /// Until when a caller that comes now waits.
    fn patience(&self) -> Option<Instant> {
        let patience = self.shared.patience?;
        Some(Instant::now() + patience)
    }

    async fn try_once(
        &self,
        event: EventNumber,
        patience: Option<Instant>,
        work: impl FnOnce(crate::job::Reply) -> Work,
    ) -> Result<Result<Decided, Fault>, SequencerError> {
        match patience {
            None => self.warm_up(event).await?,
            Some(end) => tokio::time::timeout_at(end, self.warm_up(event))
                .await
                .map_err(|_| SequencerError::StoreUnavailable)??,
        }
        let (reply, answer) = oneshot::channel();
        let claim = Claim::default();
        let job = Job {
            event,
            claim: claim.clone(),
            work: work(reply),
        };
        self.shared
            .lanes
            .of(event)
            .try_send(job)
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => {
                    metrics::counter!("sequencer_refused_total").increment(1);
                    SequencerError::Overloaded
                }
                mpsc::error::TrySendError::Closed(_) => SequencerError::StoreUnavailable,
            })?;
        let answered = match patience {
            None => answer.await,
            Some(end) => match tokio::time::timeout_at(end, answer).await {
                Ok(answered) => answered,
                Err(_) if claim.take() => return Err(SequencerError::StoreUnavailable),
                Err(_) => return Err(SequencerError::OutcomeUnknown),
            },
        };
        // A lane that dropped the reply ended in the middle of a batch: who knows.
        Ok(answered.unwrap_or(Err(Fault::Error(SequencerError::OutcomeUnknown))))
    }

    /// Sees to it that the lane has the event's inventory. A cold one is folded on a reader, once,
    /// however many ask, and to its end, however few have the patience for it.
    async fn warm_up(&self, event: EventNumber) -> Result<(), SequencerError> {
        let known = self.shared.common.warm.read().get(&event).cloned();
        if let Some(Some(Ok(()))) = known.as_ref().map(Shared::peek) {
            return Ok(());
        }
        let warming = known.unwrap_or_else(|| {
            let mut warm = self.shared.common.warm.write();
            let begin = || {
                let sequencer = self.clone();
                let warming = async move { sequencer.adopt(event).await }.boxed().shared();
                tokio::spawn(warming.clone());
                warming
            };
            warm.entry(event).or_insert_with(begin).clone()
        });
        warming.await
    }

    async fn adopt(&self, event: EventNumber) -> Result<(), SequencerError> {
        let (inventory, snapshot) = self.load(event).await.inspect_err(|error| {
            self.shared.common.warm.write().remove(&event);
            if let SequencerError::Damaged(damage) = error {
                tracing::error!(event.number = %event, %damage, "Cannot fold the ledger");
            }
        })?;
        let job = Job {
            event,
            claim: Claim::default(),
            work: Work::Adopt {
                inventory: Box::new(inventory),
                snapshot,
            },
        };
        self.shared.lanes.of(event).send(job).await.map_err(|_| {
            self.shared.common.warm.write().remove(&event);
            SequencerError::StoreUnavailable
        })
    }

    async fn load(&self, event: EventNumber) -> Result<(Inventory, u64), SequencerError> {
        let unavailable = |error: StoreError| {
            tracing::warn!(error = %error, "Cannot read the store");
            SequencerError::StoreUnavailable
        };
        let head = self
            .shared
            .common
            .store
            .head(event)
            .await
            .map_err(unavailable)?;
        head.ok_or(SequencerError::UnknownEvent)?;
        Ok(load_aside(Arc::clone(&self.shared.common.store), event).await?)
    }
}
