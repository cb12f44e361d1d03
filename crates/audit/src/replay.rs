//! A ledger as it is replayed, from its first entry and in short readings. What stands beside it is
//! not read here.

use boxoffice_inventory::{Inventory, Problem, StoredEntry};
use boxoffice_model::EventNumber;
use boxoffice_store::{EventHead, Store, StoreError};

use crate::Progress;
use crate::history::History;

/// Entries read in one go: short enough not to hold back the writer's checkpoints.
const PAGE: usize = 10_000;

/// Why an event's audit goes no further.
pub(crate) enum Stop {
    /// The store cannot be read now.
    Store(StoreError),
    /// Something is so wrong that nothing more can be compared with it.
    Breach(Option<u64>, String),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged { .. } => Stop::Breach(None, error.to_string()),
            other => Stop::Store(other),
        }
    }
}

/// An event's ledger, replayed up to some version.
pub(crate) struct Replay<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) event: EventNumber,
    pub(crate) inventory: Inventory,
    pub(crate) history: History,
    progress: &'a mut (dyn FnMut(Progress) + Send),
    /// Entries replayed, those of the events before counted in.
    pub(crate) entries: u64,
    page: usize,
}

impl<'a> Replay<'a> {
    pub(crate) fn new(
        store: &'a dyn Store,
        event: EventNumber,
        entries: u64,
        progress: &'a mut (dyn FnMut(Progress) + Send),
    ) -> Self {
        Replay {
            store,
            event,
            inventory: Inventory::new(event),
            history: History::default(),
            progress,
            entries,
            page: PAGE,
        }
    }

    /// Where the store says that the ledger stands.
    pub(crate) async fn head(&self) -> Result<EventHead, Stop> {
        let head = self.store.head(self.event).await?;
        head.ok_or_else(|| Stop::Breach(None, "it has no ledger".into()))
    }

    /// Replays up to where the ledger stands now. Rows that were read before this are of no later
    /// version.
    pub(crate) async fn catch_up(&mut self) -> Result<EventHead, Stop> {
        let head = self.head().await?;
        self.up_to(head.version).await?;
        Ok(head)
    }

    /// Replays up to `version`.
    pub(crate) async fn up_to(&mut self, version: u64) -> Result<(), Stop> {
        let reached = self.inventory.version();
        if version < reached {
            let what = format!("the ledger's head went back from version {reached} to {version}");
            return Err(Stop::Breach(Some(version), what));
        }
        while self.inventory.version() < version {
            let page = self.read_page().await?;
            if page.is_empty() {
                let missing = self.inventory.version() + 1;
                let what = format!("there is no such entry, but the head says version {version}");
                return Err(Stop::Breach(Some(missing), what));
            }
            for stored in page.iter().take_while(|stored| stored.version <= version) {
                self.take_in(stored)?;
            }
            (self.progress)(Progress {
                event: self.event,
                entries: self.entries,
            });
        }
        Ok(())
    }

    fn take_in(&mut self, stored: &StoredEntry) -> Result<(), Stop> {
        let entry = self.inventory.replay(stored).map_err(|damage| {
            let found = damage.version;
            match damage.problem {
                Problem::Gap { expected } => {
                    let what = format!("there is no such entry: {found} stands in its place");
                    Stop::Breach(Some(expected), what)
                }
                problem => Stop::Breach(Some(found), problem.to_string()),
            }
        })?;
        self.entries += 1;
        let head = self.inventory.head();
        let taken = self.history.take_in(stored.version, head, &entry);
        taken.map_err(|what| Stop::Breach(Some(stored.version), what))
    }

    /// The next entries. A row that cannot be read is approached in ever smaller pages, so that its
    /// version is known.
    async fn read_page(&mut self) -> Result<Vec<StoredEntry>, Stop> {
        let after = self.inventory.version();
        loop {
            match self.store.tail(self.event, after, self.page).await {
                Err(StoreError::Damaged { .. }) if self.page > 1 => self.page /= 2,
                Err(error @ StoreError::Damaged { .. }) => {
                    return Err(Stop::Breach(Some(after + 1), error.to_string()));
                }
                read => return Ok(read?),
            }
        }
    }
}
