//! Which attempts this process is busy with, so that no two of its tasks take steps of one attempt.
//! What other processes do is not known here: the ledger settles that.

use std::sync::Arc;

use boxoffice_model::EventNumber;
use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHashSet};

/// An event with the version of an attempt's `paying`, or of a reservation's `held`.
type Name = (EventNumber, u64);

/// Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct InHand(Arc<Mutex<Hands>>);

#[derive(Default)]
struct Hands {
    /// Attempts that a task takes steps of.
    attempts: FxHashSet<Name>,
    /// Reservations of which an attempt is about to begin: it has no number yet. Counted, because
    /// several callers may try at once.
    beginning: FxHashMap<Name, usize>,
}

/// An attempt in hand until dropped, however its task ends.
pub(crate) struct Busy(InHand, Name);

/// A reservation of which an attempt is about to begin, until dropped.
pub(crate) struct Beginning(InHand, Name);

impl InHand {
    /// Said before `paying` is submitted: from the commit on the attempt stands among the
    /// unfinished, and recovery must leave it to the task that has its token.
    pub(crate) fn begin(&self, event: EventNumber, first: u64) -> Beginning {
        let name = (event, first);
        *self.0.lock().beginning.entry(name).or_default() += 1;
        Beginning(self.clone(), name)
    }

    /// Takes an attempt into hand for recovery; none while another task has it.
    pub(crate) fn take(&self, event: EventNumber, first: u64, attempt: u64) -> Option<Busy> {
        let mut hands = self.0.lock();
        if hands.beginning.contains_key(&(event, first)) {
            return None;
        }
        let name = (event, attempt);
        let taken = hands.attempts.insert(name);
        taken.then(|| Busy(self.clone(), name))
    }
}

impl Beginning {
    /// The attempt has begun and has a number. Nobody else can have it in hand already.
    pub(crate) fn attempt(&self, attempt: u64) -> Busy {
        let Beginning(in_hand, (event, _)) = self;
        let name = (*event, attempt);
        in_hand.0.lock().attempts.insert(name);
        Busy(in_hand.clone(), name)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.0.lock().attempts.remove(&self.1);
    }
}

impl Drop for Beginning {
    fn drop(&mut self) {
        let mut hands = self.0.0.lock();
        if let Some(count) = hands.beginning.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                hands.beginning.remove(&self.1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> EventNumber {
        EventNumber::new(2027, 5, 0).expect("a month")
    }

    #[test]
    fn an_attempt_is_in_one_hand_at_a_time() {
        let in_hand = InHand::default();
        let busy = in_hand.take(event(), 1, 2);
        assert!(busy.is_some());
        assert!(in_hand.take(event(), 1, 2).is_none());
        assert!(in_hand.take(event(), 3, 4).is_some());
        drop(busy);
        assert!(in_hand.take(event(), 1, 2).is_some());
    }

    #[test]
    fn recovery_leaves_a_beginning_attempt_to_who_begins_it() {
        let in_hand = InHand::default();
        let (one, other) = (in_hand.begin(event(), 1), in_hand.begin(event(), 1));
        drop(other);
        assert!(in_hand.take(event(), 1, 2).is_none());
        let busy = one.attempt(2);
        drop(one);
        assert!(in_hand.take(event(), 1, 2).is_none());
        drop(busy);
        assert!(in_hand.take(event(), 1, 2).is_some());
    }
}
