//! The door to the lane: loads what is cold, refuses what is too much, waits for the answer.

use std::sync::Arc;
use std::time::Duration;

use boxoffice_inventory::{Command, Inventory};
use boxoffice_model::{EventNumber, Key};
use boxoffice_store::{BookingDraft, Record, Store, StoreError};
use parking_lot::{Mutex, RwLock};
use rustc_hash::FxHashMap;
use tokio::sync::{OnceCell, mpsc, oneshot};

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
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    common: Arc<Common>,
    lanes: Lanes,
    patience: Option<Duration>,
}

/// The events whose inventory a lane has, or is about to have.
pub(crate) type Warm = Arc<RwLock<FxHashMap<EventNumber, Arc<OnceCell<()>>>>>;

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
            shared: Arc::new(Shared {
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

    /// Decides a command and waits until its entries are committed.
    ///
    /// # Errors
    /// [`SequencerError`] says whether anything may have changed.
    pub async fn submit(
        &self,
        event: EventNumber,
        command: Command,
    ) -> Result<Decided, SequencerError> {
        self.decide(event, command, None).await
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
        self.decide(event, command, Some(draft)).await
    }

    async fn decide(
        &self,
        event: EventNumber,
        command: Command,
        draft: Option<BookingDraft>,
    ) -> Result<Decided, SequencerError> {
        let again = (command.clone(), draft.clone());
        let work = |reply| Work::Decide {
            command,
            draft,
            reply,
        };
        match self.try_once(event, work).await? {
            Ok(decided) => return Ok(decided),
            Err(Fault::Error(error)) => return Err(error),
            Err(Fault::Cold) => {}
        }
        for _ in 1..MOST_LOADS {
            let (command, draft) = again.clone();
            match self
                .try_once(event, |reply| Work::Decide {
                    command,
                    draft,
                    reply,
                })
                .await?
            {
                Ok(decided) => return Ok(decided),
                Err(Fault::Error(error)) => return Err(error),
                Err(Fault::Cold) => {}
            }
        }
        Err(SequencerError::Overloaded)
    }

    /// Writes a row that no entry stands for, in the next batch.
    ///
    /// # Errors
    /// [`SequencerError`] says whether anything may have changed.
    pub async fn record(&self, record: Record) -> Result<(), SequencerError> {
        let event = record.event();
        for _ in 0..MOST_LOADS {
            let record = record.clone();
            match self
                .try_once(event, |reply| Work::Record { record, reply })
                .await?
            {
                Ok(_) => return Ok(()),
                Err(Fault::Error(error)) => return Err(error),
                Err(Fault::Cold) => {}
            }
        }
        Err(SequencerError::Overloaded)
    }

    async fn try_once(
        &self,
        event: EventNumber,
        work: impl FnOnce(crate::job::Reply) -> Work,
    ) -> Result<Result<Decided, Fault>, SequencerError> {
        self.warm_up(event).await?;
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
        let answered = match self.shared.patience {
            None => answer.await,
            Some(patience) => match tokio::time::timeout(patience, answer).await {
                Ok(answered) => answered,
                Err(_) if claim.take() => return Err(SequencerError::StoreUnavailable),
                Err(_) => return Err(SequencerError::OutcomeUnknown),
            },
        };
        // A lane that dropped the reply ended in the middle of a batch: who knows.
        Ok(answered.unwrap_or(Err(Fault::Error(SequencerError::OutcomeUnknown))))
    }

    /// Sees to it that the lane has the event's inventory. A cold one is folded on a reader, once,
    /// however many ask.
    async fn warm_up(&self, event: EventNumber) -> Result<(), SequencerError> {
        let known = self.shared.common.warm.read().get(&event).cloned();
        let cell = match known {
            Some(cell) if cell.initialized() => return Ok(()),
            Some(cell) => cell,
            None => Arc::clone(self.shared.common.warm.write().entry(event).or_default()),
        };
        cell.get_or_try_init(|| self.adopt(event)).await?;
        Ok(())
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
        self.shared
            .lanes
            .of(event)
            .send(job)
            .await
            .map_err(|_| SequencerError::StoreUnavailable)
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
