//! When the steps of an attempt are tried again: soon at first, then less often, and at once when the
//! provider has news. Kept in memory: after a restart everything is tried at once.

use boxoffice_model::{EventNumber, Micros, Timestamp};
use boxoffice_store::Booking;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

const SECOND: Micros = 1_000_000;
/// While a buyer waits the provider is asked again at least so often; one tick of recovery less than the
/// five seconds that are promised.
const SOON: Micros = 4 * SECOND;
/// While somebody looks at how it stands. The provider hears of no more than this however often they look.
const LOOKED_AT: Micros = 2 * SECOND;
/// When nobody waits.
const SELDOM: Micros = 300 * SECOND;
/// Tries that came to nothing before anything is given up.
const FEWEST_TRIES: u32 = 5;

#[derive(Default)]
pub(crate) struct Schedule(Mutex<FxHashMap<(EventNumber, u64), Trying>>);

struct Trying {
    tries: u32,
    last: Timestamp,
    next: Timestamp,
    /// The provider's notices that were known at the last try.
    notices: u32,
    /// How many tries came to nothing since the last that was answered, and since when.
    failing: Option<(u32, Timestamp)>,
}

impl Schedule {
    /// Whether it is time to try again.
    pub(crate) fn is_due(&self, booking: &Booking, now: Timestamp) -> bool {
        let trying = self.0.lock();
        trying
            .get(&(booking.event, booking.attempt))
            .is_none_or(|it| now >= it.next || it.notices != booking.notices)
    }

    /// A try was answered, and has not led to an end; something must be done at `deadline`, if that is to
    /// come.
    pub(crate) fn again(&self, booking: &Booking, now: Timestamp, deadline: Timestamp) {
        self.put_off(booking, now, deadline, |it| it.failing = None);
    }

    /// A try came to nothing. Gives back since when they have, if there have been enough of them.
    pub(crate) fn failed(
        &self,
        booking: &Booking,
        now: Timestamp,
        deadline: Timestamp,
    ) -> Option<Timestamp> {
        self.put_off(booking, now, deadline, |it| {
            let (tries, since) = it.failing.unwrap_or((0, now));
            it.failing = Some((tries + 1, since));
            (tries + 1 >= FEWEST_TRIES).then_some(since)
        })
    }

    fn put_off<T>(
        &self,
        booking: &Booking,
        now: Timestamp,
        deadline: Timestamp,
        note: impl FnOnce(&mut Trying) -> T,
    ) -> T {
        let mut trying = self.0.lock();
        let it = trying
            .entry((booking.event, booking.attempt))
            .or_insert(Trying {
                tries: 0,
                last: now,
                next: now,
                notices: booking.notices,
                failing: None,
            });
        let most = match booking.status.under_way() {
            true => SOON,
            false => SELDOM,
        };
        // The first time at once: a lost answer is there to be asked for.
        let wait = match it.tries {
            0 => 0,
            tries => (SECOND << (tries - 1).min(10)).min(most),
        };
        it.tries += 1;
        it.last = now;
        it.notices = booking.notices;
        it.next = now.plus(wait);
        if booking.status.under_way() && now < deadline {
            it.next = it.next.min(deadline);
        }
        note(it)
    }

    /// There may be news: it is time at the next tick.
    pub(crate) fn hurry(&self, booking: &Booking) {
        let mut trying = self.0.lock();
        if let Some(it) = trying.get_mut(&(booking.event, booking.attempt)) {
            it.next = Timestamp(i64::MIN);
        }
    }

    /// Somebody looks at it: the next try is no later than a short while after the last.
    pub(crate) fn looked_at(&self, booking: &Booking) {
        let mut trying = self.0.lock();
        if let Some(it) = trying.get_mut(&(booking.event, booking.attempt)) {
            it.next = it.next.min(it.last.plus(LOOKED_AT));
        }
    }

    /// It has come to its end.
    pub(crate) fn forget(&self, booking: &Booking) {
        self.0.lock().remove(&(booking.event, booking.attempt));
    }

    /// Keeps only what still needs a step.
    pub(crate) fn keep(&self, unfinished: &[Booking]) {
        let mut trying = self.0.lock();
        if trying.len() <= unfinished.len() {
            return;
        }
        let names: rustc_hash::FxHashSet<_> = unfinished
            .iter()
            .map(|booking| (booking.event, booking.attempt))
            .collect();
        trying.retain(|name, _| names.contains(name));
    }
}
