//! Idempotency keys: the first answer to each, kept for a day.

use std::collections::HashMap;

use super::form::Params;
use super::refusal::Refusal;
use super::wire::Reply;

/// How long a key is known, in seconds.
const DAY: u64 = 24 * 60 * 60;

/// All keys that were used.
#[derive(Default)]
pub(super) struct Keys(HashMap<String, Kept>);

struct Kept {
    endpoint: String,
    params: Params,
    since: u64,
    /// None while the first call runs.
    answer: Option<Reply>,
}

/// What is known of a key.
pub(super) enum Known {
    /// The call is the first, and has begun.
    New,
    /// The call was answered before.
    Answered(Reply),
    /// The key cannot be used for this call, or not now.
    Refused(Refusal),
}

impl Keys {
    /// Begins a call under its key.
    pub(super) fn begin(&mut self, key: &str, endpoint: &str, params: &Params, now: u64) -> Known {
        let fresh = |kept: &&Kept| kept.since + DAY > now || kept.answer.is_none();
        let Some(kept) = self.0.get(key).filter(fresh) else {
            let kept = Kept {
                endpoint: endpoint.to_owned(),
                params: params.clone(),
                since: now,
                answer: None,
            };
            self.0.insert(key.to_owned(), kept);
            return Known::New;
        };
        if kept.endpoint != endpoint || kept.params != *params {
            return Known::Refused(Refusal::other_params());
        }
        match &kept.answer {
            Some(answer) => Known::Answered(answer.clone()),
            None => Known::Refused(Refusal::key_in_use()),
        }
    }

    /// Keeps the answer to a call that has begun, or forgets the key when there is nothing to keep.
    pub(super) fn end(&mut self, key: &str, answer: Option<Reply>) {
        match (answer, self.0.get_mut(key)) {
            (Some(answer), Some(kept)) => kept.answer = Some(answer),
            _ => drop(self.0.remove(key)),
        }
    }
}
