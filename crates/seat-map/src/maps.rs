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

/// A follower that nobody looked at for this long is let go.
const IDLE: Duration = Duration::from_secs(600);

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
}

impl SeatMaps {
    /// No map is loaded yet.
    pub fn new(store: Arc<dyn Store>, plans: Arc<dyn PlanSource>) -> Self {
        SeatMaps {
            store,
            plans,
            followers: RwLock::default(),
            loading: Mutex::default(),
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
        let made = tokio::task::spawn_blocking(move || Follower::new(plan, inventory)).await;
        made.map_err(|_| MapError::NoPlan(event))
    }

    async fn catch_up(&self, event: EventNumber, follower: &Follower) -> Result<(), MapError> {
        loop {
            let version = follower.version();
            let tail = self.store.tail(event, version, PAGE).await?;
            follower.hear_stored(&tail);
            if tail.len() < PAGE || follower.version() == version {
                return Ok(());
            }
        }
    }

    /// Mends what is behind the store or stale, and lets go of what nobody looks at. Run a few times
    /// a second: other processes write too.
    ///
    /// # Errors
    /// The first [`MapError`]; the maps stay as they are.
    pub async fn refresh(&self) -> Result<(), MapError> {
        let followed: Vec<_> = self
            .followers
            .read()
            .iter()
            .map(|(event, map)| (*event, Arc::clone(map)))
            .collect();
        for (event, follower) in followed {
            if follower.idle_for() > IDLE {
                self.followers.write().remove(&event);
                continue;
            }
            if !follower.is_stale() {
                let head = self.store.head(event).await?;
                if head.is_some_and(|head| head.version > follower.version()) {
                    self.catch_up(event, &follower).await?;
                }
            }
            if follower.is_stale() {
                let fresh = Arc::new(self.load(event).await?);
                self.followers.write().insert(event, Arc::clone(&fresh));
                self.catch_up(event, &fresh).await?;
            }
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
