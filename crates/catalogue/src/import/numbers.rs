//! Numbers for new events, each month's in the order of the file. Two imports may reckon the same; the
//! store lets only one have it.

use boxoffice_model::{EventNumber, EventNumberError, Timestamp};
use boxoffice_store::Store;
use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

use super::outcome::ImportFailure;

/// Numbers for the new events of one file, each month's in the order of the file.
#[derive(Default)]
pub(super) struct Numbers {
    next: FxHashMap<(u16, u8), (EventNumber, u32)>,
}

impl Numbers {
    pub(super) async fn next(
        &mut self,
        store: &dyn Store,
        date: Timestamp,
    ) -> Result<EventNumber, ImportFailure> {
        let day = date.to_jiff().to_zoned_datetime(TimeZone::UTC).date();
        let bad = |_| EventNumberError(0);
        let year = u16::try_from(day.year()).map_err(bad)?;
        let month = u8::try_from(day.month()).map_err(bad)?;
        let (first, used) = match self.next.get(&(year, month)) {
            Some(&known) => known,
            None => (store.next_number(year, month).await?, 0),
        };
        self.next.insert((year, month), (first, used + 1));
        let (begin, _) = EventNumber::month_range(year, month);
        let sequence = u32::try_from(first.get() - begin).unwrap_or(u32::MAX);
        Ok(EventNumber::new(
            year,
            month,
            sequence.saturating_add(used),
        )?)
    }
}
