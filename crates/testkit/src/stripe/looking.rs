//! What a test may see of the fake: its objects, its calls, and where the money is.

use std::collections::BTreeMap;

use serde_json::Value;

use super::StripeFake;
use super::intent::Status;

/// The metadata by which money is told apart.
const ATTEMPT: &str = "boxoffice_attempt";

/// One call to the API.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Of the query and the body, as a tree.
    pub params: Value,
    pub idempotency_key: Option<String>,
    /// What the client saw; 0 when it got no answer.
    pub status: u16,
}

/// What has come of one attempt, over all its intents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Money {
    pub captured: u64,
    pub refunded: u64,
    /// Promised, and neither captured nor canceled.
    pub authorized: u64,
    /// How often money has moved.
    pub captures: u32,
    pub currency: String,
}

impl StripeFake {
    /// All payment intents, the oldest first, with their charges.
    pub fn intents(&self) -> Vec<Value> {
        let state = self.world().state();
        let intents = state.intents.iter();
        intents
            .map(|intent| intent.json(&state.base, true))
            .collect()
    }

    /// All checkout sessions, the oldest first.
    pub fn sessions(&self) -> Vec<Value> {
        let state = self.world().state();
        let sessions = state.sessions.iter();
        sessions
            .map(|session| state.session_json(session, false, false))
            .collect()
    }

    /// All refunds, the oldest first.
    pub fn refunds(&self) -> Vec<Value> {
        let state = self.world().state();
        state.refunds.iter().map(|refund| refund.json()).collect()
    }

    /// All that was told to webhooks, or would have been, the oldest first.
    pub fn events(&self) -> Vec<Value> {
        self.world().state().events.clone()
    }

    /// All calls to the API, in the order in which they ended.
    pub fn calls(&self) -> Vec<Call> {
        self.world().state().calls.clone()
    }

    /// What was captured of all intents, whatever was refunded since.
    pub fn captured_total(&self) -> u64 {
        let state = self.world().state();
        state.intents.iter().map(|intent| intent.received).sum()
    }

    /// Where the money of each attempt is, by the intents' metadata `boxoffice_attempt`; of those without
    /// it, under an empty name.
    pub fn money(&self) -> BTreeMap<String, Money> {
        let state = self.world().state();
        let mut all: BTreeMap<String, Money> = BTreeMap::new();
        for intent in state.intents.iter() {
            let attempt = intent.metadata.get(ATTEMPT).cloned().unwrap_or_default();
            let money = all.entry(attempt).or_default();
            money.captured += intent.received;
            money.refunded += intent.refunded;
            money.authorized += intent.capturable();
            money.captures += intent.captures;
            money.currency.clone_from(&intent.currency);
        }
        all
    }

    /// Whether no money is promised that nobody has taken or given free.
    pub fn settled(&self) -> bool {
        let state = self.world().state();
        let mut intents = state.intents.iter();
        intents.all(|intent| intent.status != Status::RequiresCapture)
    }
}
