//! All followers of this process: loaded on first use, fed by the sequencer's commits, mended from
//! the store, let go when nobody has looked for a while.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use boxoffice_model::{Digest, EventNumber};
use boxoffice_seating::SeatingPlan;
use boxoffice_sequencer::{Committed, Listener, load_aside};
use boxoffice_store::{LoadError, Store, StoreError};
use parking_lot::RwLock;
use rustc_hash::FxHashMap;
use tokio::sync::Mutex;

use crate::follower::Follower;
use crate::watcher::{WatchError, Watcher};

/// How often things happen to a map, and how much of what happened is kept.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Maps are cut, and frames sent, at most this often.
    pub frame: Duration,
    /// A line on which nothing happens is kept alive this often.
    pub beat: Duration,
    /// A map that nobody looked at for this long is let go.
    pub idle: Duration,
    /// Frames that are kept for who comes back or is slow.
    pub frames: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Pace {
            frame: Duration::from_millis(100),
            beat: Duration::from_secs(15),
            idle: Duration::from_secs(600),
            // A minute of a hot sale.
            frames: 600,
        }
    }
}

/// Entries read from the store in one go when a follower is behind.
const PAGE: usize = 10_000;

/// Where seating plans come from.
#[async_trait]
pub trait PlanSource: Send + Sync {
    /// The plan with this content hash. `None`: there is none.
    async fn plan(&self, hash: &Digest) -> Result<Option<Arc<SeatingPlan>>, StoreError>;
}

/// Why there is no map.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("the ledger of event {0} names a seating plan that the store does not have")]
    NoPlan(EventNumber),
}

impl From<StoreError> for MapError {
    fn from(error: StoreError) -> Self {
        MapError::Load(LoadError::Store(error))
    }
}

/// The seat maps of this process.
pub struct SeatMaps {
    store: Arc<dyn Store>,
    plans: Arc<dyn PlanSource>,
    followers: RwLock<FxHashMap<EventNumber, Arc<Follower>>>,
    /// Held by whoever loads, so that a crowd at a cold event folds it once.
    loading: Mutex<()>,
    pace: Pace,
}

/// What the maps of a process amount to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    /// Events that are followed.
    pub followers: usize,
    pub watchers: usize,
    /// For how long the store has not confirmed the oldest map.
    pub age: Duration,
}

impl SeatMaps {
    /// No map is loaded yet.
    pub fn new(store: Arc<dyn Store>, plans: Arc<dyn PlanSource>, pace: Pace) -> Self {
        SeatMaps {
            store,
            plans,
            followers: RwLock::default(),
            loading: Mutex::default(),
            pace,
        }
    }

    /// The follower of an event, if there is one already.
    pub fn loaded(&self, event: EventNumber) -> Option<Arc<Follower>> {
        self.followers.read().get(&event).cloned()
    }

    /// The follower of an event. The event must exist.
    ///
    /// # Errors
    /// [`MapError`] when the store cannot be read or its ledger is damaged.
    pub async fn follow(&self, event: EventNumber) -> Result<Arc<Follower>, MapError> {
        if let Some(follower) = self.loaded(event) {
            return Ok(follower);
        }
        let _loading = self.loading.lock().await;
        if let Some(follower) = self.loaded(event) {
            return Ok(follower);
        }
        let follower = Arc::new(self.load(event).await?);
        self.followers.write().insert(event, Arc::clone(&follower));
        // Commits between the load and the insertion were told to nobody: fetch them.
        self.catch_up(event, &follower).await?;
        Ok(follower)
    }

    /// Begins to watch an event's map, or a section of it, behind the version that the reader has:
    /// from now on without one. The event must exist.
    ///
    /// # Errors
    /// [`WatchError`] when there is no such section, or no map.
    pub async fn watch(
        self: &Arc<Self>,
        event: EventNumber,
        section: Option<&str>,
        since: Option<u64>,
    ) -> Result<Watcher, WatchError> {
        Watcher::new(Arc::clone(self), event, section, since).await
    }

    /// How it stands with all of them.
    pub fn standing(&self) -> Standing {
        let followers = self.followers.read();
        let mut standing = Standing {
            followers: followers.len(),
            ..Standing::default()
        };
        for follower in followers.values() {
            standing.watchers += follower.watchers();
            standing.age = standing.age.max(follower.age());
        }
        standing
    }

    async fn load(&self, event: EventNumber) -> Result<Follower, MapError> {
        let (inventory, _) = load_aside(Arc::clone(&self.store), event).await?;
        let hash = inventory
            .facts()
            .map(|facts| facts.plan)
            .ok_or(MapError::NoPlan(event))?;
        let plan = self
            .plans
            .plan(&hash)
            .await?
            .ok_or(MapError::NoPlan(event))?;
        Ok(Follower::new(plan, inventory, self.pace))
    }

    /// Has a follower hear what the store has behind its version.
    pub(crate) async fn catch_up(
        &self,
        event: EventNumber,
        follower: &Follower,
    ) -> Result<(), MapError> {
        loop {
            let version = follower.version();
            let tail = self.store.tail(event, version, PAGE).await?;
            follower.hear_stored(&tail);
            if tail.len() < PAGE || follower.version() == version {
                return Ok(());
            }
        }
    }

    /// Mends what is behind the store or cannot go on, and lets go of what nobody looks at. Run a few
    /// times a second: other processes write too.
    ///
    /// # Errors
    /// The first [`MapError`]; that map stays as it is, and the others are mended nevertheless.
    pub async fn refresh(&self) -> Result<(), MapError> {
        let followed: Vec<_> = self
            .followers
            .read()
            .iter()
            .map(|(event, map)| (*event, Arc::clone(map)))
            .collect();
        let mut kept = Vec::new();
        for (event, follower) in followed {
            if !self.let_go(event, &follower) {
                follower.tidy_up(self.pace.idle);
                kept.push((event, follower));
            }
        }
        self.mend_all(kept).await
    }

    /// Mends the maps of events to which another process has written.
    ///
    /// # Errors
    /// The first [`MapError`], as [`Self::refresh`].
    pub async fn refresh_some(&self, events: &[EventNumber]) -> Result<(), MapError> {
        let followed = events
            .iter()
            .filter_map(|event| Some((*event, self.loaded(*event)?)));
        self.mend_all(followed.collect()).await
    }

    async fn mend_all(&self, followed: Vec<(EventNumber, Arc<Follower>)>) -> Result<(), MapError> {
        if followed.is_empty() {
            return Ok(());
        }
        let events: Vec<_> = followed.iter().map(|(event, _)| *event).collect();
        let heads = self.store.heads_of(&events).await?;
        let versions: FxHashMap<_, _> = heads
            .iter()
            .map(|head| (head.event, head.version))
            .collect();
        let mut first_error = Ok(());
        for (event, follower) in followed {
            let version = versions.get(&event).copied();
            if let Err(error) = self.mend(event, &follower, version).await {
                first_error = first_error.and(Err(error));
            }
        }
        first_error
    }

    /// Lets go of a follower that nobody has looked at for long.
    fn let_go(&self, event: EventNumber, follower: &Follower) -> bool {
        if follower.idle_for() <= self.pace.idle {
            return false;
        }
        self.followers.write().remove(&event);
        // Somebody may have found it a moment ago and begin to watch.
        follower.retire();
        true
    }

    /// `version` is where the store's ledger stands.
    async fn mend(
        &self,
        event: EventNumber,
        follower: &Arc<Follower>,
        version: Option<u64>,
    ) -> Result<(), MapError> {
        if !follower.is_stale() {
            let newer = version.is_some_and(|version| version > follower.version());
            if follower.take_behind() || newer {
                self.catch_up(event, follower).await?;
            }
            follower.confirm();
        }
        if follower.is_stale() {
            let fresh = Arc::new(self.load(event).await?);
            self.followers.write().insert(event, Arc::clone(&fresh));
            self.catch_up(event, &fresh).await?;
            follower.retire();
        }
        Ok(())
    }
}

impl Listener for SeatMaps {
    fn committed(&self, committed: &Committed) {
        if let Some(follower) = self.loaded(committed.head.event) {
            follower.hear(committed.first_version, &committed.entries);
        }
    }
}
