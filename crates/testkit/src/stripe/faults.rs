//! What may go wrong with a call, by chance or by a script. What each fault does is in `api`.

use std::collections::VecDeque;
use std::time::Duration;

use super::StripeFake;
use super::chance::Chance;

/// What befalls one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: the call passes, also where chance would have struck.
    None,
    /// The connection is dropped, nothing has happened.
    Refused,
    /// A 500, nothing has happened.
    ErrorBefore,
    /// A 429, nothing has happened.
    TooMany,
    /// It has happened, and a 500 is answered, and kept for the idempotency key: every retry with the
    /// same key gets it again.
    ErrorAfterSaved,
    /// It has happened, and a 500 is answered; a retry with the same key gets the true answer.
    ErrorAfterLost,
    /// It has happened, and the connection is dropped without an answer.
    LostAfter,
    /// The call takes so long, then all is well. Its idempotency key is in use meanwhile.
    Slow(Duration),
    /// A 409: somebody else has the object's lock. Nothing has happened.
    Conflict,
}

/// How many of a thousand calls each fault strikes.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// Where chance comes from; printed, and chosen when there is none.
    pub seed: Option<u64>,
    pub refused: u32,
    pub error_before: u32,
    pub too_many: u32,
    pub error_after_saved: u32,
    pub error_after_lost: u32,
    pub lost_after: u32,
    pub conflict: u32,
    pub slow: u32,
    /// How long a slow call takes.
    pub slow_for: Duration,
}

/// Chance and scripts, asked once a call.
#[derive(Default)]
pub(super) struct FaultPlan {
    chances: Vec<(u32, Fault)>,
    chance: Option<Chance>,
    scripts: Vec<(String, VecDeque<Fault>)>,
}

impl FaultPlan {
    /// What befalls a call to this path. A script that names it goes before chance.
    pub(super) fn strike(&mut self, path: &str) -> Fault {
        let mut scripts = self.scripts.iter_mut();
        let script = scripts.find(|(text, faults)| path.contains(&**text) && !faults.is_empty());
        if let Some(fault) = script.and_then(|(_, faults)| faults.pop_front()) {
            return fault;
        }
        let Some(chance) = &mut self.chance else {
            return Fault::None;
        };
        let mut number = chance.below(1000);
        for (share, fault) in &self.chances {
            if number < *share {
                return *fault;
            }
            number -= share;
        }
        Fault::None
    }

    fn random(&mut self, faults: Faults) {
        self.chances = vec![
            (faults.refused, Fault::Refused),
            (faults.error_before, Fault::ErrorBefore),
            (faults.too_many, Fault::TooMany),
            (faults.error_after_saved, Fault::ErrorAfterSaved),
            (faults.error_after_lost, Fault::ErrorAfterLost),
            (faults.lost_after, Fault::LostAfter),
            (faults.conflict, Fault::Conflict),
            (faults.slow, Fault::Slow(faults.slow_for)),
        ];
        let sum: u32 = self.chances.iter().map(|(share, _)| share).sum();
        assert!(sum <= 1000, "{sum} of a thousand calls cannot fail");
        self.chance = (sum > 0).then(|| Chance::new("faults", faults.seed));
    }
}

impl StripeFake {
    /// From now on calls fail by chance; [`Faults::default`] ends it.
    ///
    /// # Panics
    /// When more than a thousand of a thousand calls should fail.
    pub fn set_faults(&self, faults: Faults) {
        self.world().state().faults.random(faults);
    }

    /// What befalls the next calls, one after the other, whatever chance says.
    pub fn script(&self, faults: &[Fault]) {
        self.script_for("", faults);
    }

    /// What befalls the next calls whose path has `text` in it, such as `capture`. An older script that
    /// fits as well is used up first.
    pub fn script_for(&self, text: &str, faults: &[Fault]) {
        let mut state = self.world().state();
        let faults = faults.iter().copied().collect();
        state.faults.scripts.push((text.to_owned(), faults));
    }

    /// How many entries of scripts no call has come for.
    pub fn unplayed(&self) -> usize {
        let state = self.world().state();
        let scripts = state.faults.scripts.iter();
        scripts.map(|(_, faults)| faults.len()).sum()
    }
}
