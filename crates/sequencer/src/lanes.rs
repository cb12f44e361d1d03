//! Which lane an event's commands go into: the only one that an embedded store has, or one an event.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use boxoffice_model::EventNumber;
use boxoffice_store::Writers;
use parking_lot::RwLock;
use rustc_hash::FxHashMap;
use tokio::sync::mpsc;

use crate::job::Job;
use crate::lane::{Common, Lane};

/// Commands that wait in an event's lane when there is a crowd at it.
const CROWD: usize = 8;

/// The ways into the lanes of a process.
pub(crate) enum Lanes {
    One(mpsc::Sender<Job>),
    PerEvent(PerEvent),
}

/// One lane an event, each a task. A lane that is let go of answers what it has and ends; should the
/// event's next lane begin meanwhile, the event's row keeps the two apart.
pub(crate) struct PerEvent {
    common: Arc<Common>,
    capacity: usize,
    lanes: RwLock<FxHashMap<EventNumber, Open>>,
    /// Rises with each use, so that the lane that was used longest ago is known.
    uses: AtomicU64,
}

struct Open {
    lane: mpsc::Sender<Job>,
    used: AtomicU64,
}

impl Lanes {
    /// Those that the store's writers allow for.
    ///
    /// # Errors
    /// When the thread of the only lane cannot be started.
    pub(crate) fn start(common: Arc<Common>, capacity: usize) -> std::io::Result<Self> {
        match common.store.writers() {
            Writers::One => {
                let (lane, jobs) = mpsc::channel(capacity);
                let running = Lane::new(common, jobs);
                let runtime = tokio::runtime::Handle::current();
                // Its batches block on the disk.
                std::thread::Builder::new()
                    .name("lane".into())
                    .spawn(move || {
                        let _runtime = runtime.enter();
                        futures::executor::block_on(running.run());
                    })?;
                Ok(Lanes::One(lane))
            }
            Writers::PerEvent => Ok(Lanes::PerEvent(PerEvent {
                common,
                capacity,
                lanes: RwLock::default(),
                uses: AtomicU64::default(),
            })),
        }
    }

    /// Whether an event's lane has more to do than it gets done at once. The only lane of a store counts
    /// as crowded: nobody else writes there.
    pub(crate) fn is_crowded(&self, event: EventNumber) -> bool {
        match self {
            Lanes::One(_) => true,
            Lanes::PerEvent(lanes) => lanes.waiting(event) >= CROWD,
        }
    }

    /// The lane of an event.
    pub(crate) fn of(&self, event: EventNumber) -> mpsc::Sender<Job> {
        match self {
            Lanes::One(lane) => lane.clone(),
            Lanes::PerEvent(lanes) => lanes.of(event),
        }
    }
}

impl PerEvent {
    fn waiting(&self, event: EventNumber) -> usize {
        let lanes = self.lanes.read();
        let free = lanes.get(&event).map(|open| open.lane.capacity());
        free.map_or(0, |free| self.capacity.saturating_sub(free))
    }

    fn of(&self, event: EventNumber) -> mpsc::Sender<Job> {
        let now = self.uses.fetch_add(1, Ordering::Relaxed);
        let is_open = |open: &&Open| !open.lane.is_closed();
        if let Some(open) = self.lanes.read().get(&event).filter(is_open) {
            open.used.store(now, Ordering::Relaxed);
            return open.lane.clone();
        }
        let mut lanes = self.lanes.write();
        if lanes.get(&event).filter(is_open).is_none() {
            while lanes.len() >= self.common.most_inventories {
                let oldest = lanes
                    .iter()
                    .min_by_key(|(_, open)| open.used.load(Ordering::Relaxed));
                let Some(oldest) = oldest.map(|(event, _)| *event) else {
                    break;
                };
                lanes.remove(&oldest);
                self.common.warm.write().remove(&oldest);
            }
            let (lane, jobs) = mpsc::channel(self.capacity);
            tokio::spawn(Lane::new(Arc::clone(&self.common), jobs).run());
            let used = AtomicU64::new(now);
            lanes.insert(event, Open { lane, used });
        }
        lanes[&event].lane.clone()
    }
}
