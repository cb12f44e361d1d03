//! The events of the catalogue in memory: those to come in order, all of them by id, and the index to
//! search them by. Events and counts arrive from the store; nothing is written here, and no seat is
//! known.

mod cities;
mod cursor;
mod listed;
mod query;
mod state;

use std::sync::Arc;

use boxoffice_inventory::Counts;
use boxoffice_model::{EventNumber, Timestamp};
use boxoffice_search::{Document, SearchError, SearchIndex};
use boxoffice_store::{Catalogue as Changes, EventHead, Store, StoreError};
use parking_lot::{Mutex, RwLock};

pub use self::cities::City;
use self::cursor::Cursor;
pub use self::listed::{Listed, ListingStatus};
use self::query::Asked;
pub use self::query::{DEFAULT_LIMIT, MAX_LIMIT, Query, QueryError};
use self::state::State;

/// The listing of one process. Readers take a lock only for as long as it takes to copy a pointer.
pub struct Catalogue {
    index: SearchIndex,
    state: RwLock<Arc<State>>,
    /// Held by whoever takes in changes.
    progress: Mutex<Progress>,
}

/// How far the listing has come.
struct Progress {
    /// The store's revision that it shows.
    revision: u64,
    /// Events before this time are no longer in the index.
    indexed_from: Timestamp,
}

/// A page of the listing.
#[derive(Clone, Debug)]
pub struct Page {
    /// In order, at most as many as were asked for.
    pub events: Vec<Arc<Listed>>,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
}

/// Why the listing could not take in what the store has; it goes on with what it had.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Search(#[from] SearchError),
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// A parameter is wrong.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The index failed, for want of memory.
    #[error(transparent)]
    Search(#[from] SearchError),
}

impl Catalogue {
    /// Loads all events of the store.
    ///
    /// # Errors
    /// When the store cannot be read or the index not be built.
    pub async fn load(store: &dyn Store) -> Result<Self, RefreshError> {
        let catalogue = Catalogue {
            index: SearchIndex::new()?,
            state: RwLock::default(),
            progress: Mutex::new(Progress {
                revision: 0,
                indexed_from: store.now(),
            }),
        };
        catalogue.refresh(store).await?;
        Ok(catalogue)
    }

    /// Takes in what the store has that is new: events, counts, and that some are past. Meant to be
    /// called each second by one task; events of one commit appear together.
    ///
    /// # Errors
    /// When the store cannot be read or the index not be changed; the next call tries again.
    pub async fn refresh(&self, store: &dyn Store) -> Result<(), RefreshError> {
        let revision = self.progress.lock().revision;
        let changes = store.catalogue(revision).await?;
        // Read behind the events, so that each event that is shown has counts.
        let heads = store.heads().await?;
        self.take_in(changes, &heads, store.now())
    }

    /// Takes in an event's counts as of a version of its ledger, unless newer ones are known. An
    /// event that is not listed yet gets them with its next refresh.
    pub fn set_counts(&self, event: EventNumber, version: u64, counts: Counts) {
        if let Some(listed) = self.by_number(event) {
            listed.live().set(version, counts);
        }
    }

    /// An event by its id, past ones in.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<Arc<Listed>> {
        self.state().by_id(id)
    }

    /// An event by its number, past ones in.
    #[must_use]
    pub fn by_number(&self, number: EventNumber) -> Option<Arc<Listed>> {
        self.state().by_number(number)
    }

    /// All events, by date, then id, past ones in.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Listed>> {
        self.state().by_date().to_vec()
    }

    /// A page of the events to come at `now`: by date, then id; with a keyword, the best match
    /// first.
    ///
    /// # Errors
    /// [`ListError::Query`] names the parameter that cannot be understood.
    pub fn list(&self, query: &Query<'_>, now: Timestamp) -> Result<Page, ListError> {
        let asked = query.understand()?;
        let state = self.state();
        if asked.keyword.is_none() && asked.city.is_none() {
            return Ok(page_by_date(state.upcoming(now).iter(), &asked));
        }
        let matching = self.matching(&state, &asked, now)?;
        if asked.keyword.is_none() {
            return Ok(page_by_date(matching.iter(), &asked));
        }
        Ok(page_by_rank(matching.iter(), &asked))
    }

    /// The cities of the events to come at `now`, by name.
    #[must_use]
    pub fn cities(&self, now: Timestamp) -> Vec<City> {
        cities::of(self.state().upcoming(now))
    }

    /// What the index finds, best first, then by date and id.
    fn matching(
        &self,
        state: &State,
        asked: &Asked<'_>,
        now: Timestamp,
    ) -> Result<Vec<Arc<Listed>>, SearchError> {
        let hits = self.index.search(asked.keyword, asked.city)?;
        let events = hits.into_iter().filter_map(|hit| {
            let number = EventNumber::try_from(hit.key).ok()?;
            Some((hit.score, state.by_number(number)?))
        });
        let mut matching: Vec<(f32, Arc<Listed>)> = events
            .filter(|(_, event)| event.document.date >= now)
            .collect();
        matching.sort_unstable_by(|(score, event), (other_score, other)| {
            let best_first = other_score.total_cmp(score);
            best_first.then_with(|| event.by_date(other))
        });
        Ok(matching.into_iter().map(|(_, event)| event).collect())
    }

    fn take_in(
        &self,
        changes: Changes,
        heads: &[EventHead],
        now: Timestamp,
    ) -> Result<(), RefreshError> {
        let mut progress = self.progress.lock();
        let before = self.state();
        // What another refresh has taken in meanwhile is at least as new.
        if changes.revision > progress.revision {
            let changed: Vec<_> = changes.events.iter().map(|record| record.number).collect();
            let after = before.with(changes.events)?;
            set_all(&after, heads);
            self.reindex(&after, &changed, now)?;
            progress.revision = changes.revision;
            *self.state.write() = Arc::new(after);
        } else {
            set_all(&before, heads);
        }
        let past = self.state().between(progress.indexed_from, now);
        if !past.is_empty() {
            self.index.remove(&past)?;
        }
        progress.indexed_from = progress.indexed_from.max(now);
        Ok(())
    }

    /// Brings the index in step with events that are new or changed.
    fn reindex(
        &self,
        state: &State,
        changed: &[EventNumber],
        now: Timestamp,
    ) -> Result<(), SearchError> {
        let changed = changed.iter().filter_map(|number| state.by_number(*number));
        let (upcoming, past): (Vec<_>, Vec<_>) =
            changed.partition(|event| event.document.date >= now);
        self.index.replace(upcoming.iter().map(|event| Document {
            key: event.number.get(),
            name: &event.document.name,
            artists: &event.document.artists,
            venue: &event.document.venue.name,
            city: &event.document.venue.city,
        }))?;
        let past: Vec<u64> = past.iter().map(|event| event.number.get()).collect();
        if past.is_empty() {
            return Ok(());
        }
        self.index.remove(&past)
    }

    fn state(&self) -> Arc<State> {
        self.state.read().clone()
    }
}

fn set_all(state: &State, heads: &[EventHead]) {
    for head in heads {
        if let Some(listed) = state.by_number(head.event) {
            listed.live().set(head.version, head.counts);
        }
    }
}

fn page_by_date<'a>(events: impl Iterator<Item = &'a Arc<Listed>>, asked: &Asked<'_>) -> Page {
    let behind = |event: &Listed| match &asked.cursor {
        Some(Cursor::Behind(date, id)) => (event.document.date, &event.id) > (*date, id),
        _ => true,
    };
    let wanted = events.filter(|event| behind(event) && asked.has(event));
    page(wanted, asked.limit, |_, last| Cursor::behind(last))
}

fn page_by_rank<'a>(events: impl Iterator<Item = &'a Arc<Listed>>, asked: &Asked<'_>) -> Page {
    let first = match asked.cursor {
        Some(Cursor::Rank(rank)) => rank,
        _ => 0,
    };
    let wanted = events.filter(|event| asked.has(event)).skip(first);
    page(wanted, asked.limit, |count, _| Cursor::Rank(first + count))
}

fn page<'a>(
    mut wanted: impl Iterator<Item = &'a Arc<Listed>>,
    limit: usize,
    cursor: impl Fn(usize, &Listed) -> Cursor,
) -> Page {
    let events: Vec<Arc<Listed>> = wanted.by_ref().take(limit).cloned().collect();
    let last = events.last().filter(|_| wanted.next().is_some());
    let next = last.map(|last| cursor(events.len(), last).encode());
    Page { events, next }
}
