//! The events of the catalogue as of one revision: never changed, only replaced.

use std::sync::Arc;

use boxoffice_model::{EventId, EventNumber, Timestamp};
use boxoffice_store::{EventRecord, StoreError};
use rustc_hash::FxHashMap;

use super::listed::Listed;

/// All events, in the ways in which they are looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    by_id: FxHashMap<EventId, EventNumber>,
    by_number: FxHashMap<EventNumber, Arc<Listed>>,
    /// By date, then id.
    by_date: Vec<Arc<Listed>>,
}

impl State {
    /// This state with new and changed events.
    pub(super) fn with(&self, records: Vec<EventRecord>) -> Result<Self, StoreError> {
        let mut state = self.clone();
        for record in records {
            let live = state.by_number.get(&record.number);
            let live = live.map(|known| known.live().clone()).unwrap_or_default();
            let listed = Arc::new(Listed::new(record, live)?);
            state.by_id.insert(listed.id.clone(), listed.number);
            state.by_number.insert(listed.number, listed);
        }
        state.by_date = state.by_number.values().cloned().collect();
        state
            .by_date
            .sort_unstable_by(|one, other| one.by_date(other));
        Ok(state)
    }

    pub(super) fn by_id(&self, id: &str) -> Option<Arc<Listed>> {
        let id: EventId = id.parse().ok()?;
        self.by_number(*self.by_id.get(&id)?)
    }

    pub(super) fn by_number(&self, number: EventNumber) -> Option<Arc<Listed>> {
        self.by_number.get(&number).cloned()
    }

    pub(super) fn by_date(&self) -> &[Arc<Listed>] {
        &self.by_date
    }

    /// The events whose date is not past.
    pub(super) fn upcoming(&self, now: Timestamp) -> &[Arc<Listed>] {
        &self.by_date[self.first_from(now)..]
    }

    /// The numbers of the events in [from, to).
    pub(super) fn between(&self, from: Timestamp, to: Timestamp) -> Vec<u64> {
        let (first, behind) = (self.first_from(from), self.first_from(to));
        let events = self.by_date.get(first..behind).unwrap_or_default();
        events.iter().map(|event| event.number.get()).collect()
    }

    fn first_from(&self, time: Timestamp) -> usize {
        self.by_date
            .partition_point(|event| event.document.date < time)
    }
}
