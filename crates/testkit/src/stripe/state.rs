//! All that the fake knows, behind one lock: objects, events, keys, faults, and its clock.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::checkout;
use super::faults::FaultPlan;
use super::flow;
use super::intent::{Intent, Status};
use super::keys::Keys;
use super::looking::Call;
use super::refunds::Refund;
use super::session::{Session, Stage};
use super::shelf::Shelf;

/// The version whose shapes the events have.
const API_VERSION: &str = "2025-03-31.basil";
/// How long a card's money stays promised, in seconds.
const AUTHORIZED_FOR: u64 = 7 * 24 * 60 * 60;

/// What Stripe remembers.
pub(super) struct State {
    pub(super) base: String,
    /// Parts the ids of this fake from those of another.
    mark: u32,
    made: u32,
    ahead: Duration,
    /// Until when time's own work is done.
    caught_up: u64,
    pub(super) intents: Shelf<Intent>,
    pub(super) sessions: Shelf<Session>,
    pub(super) refunds: Shelf<Refund>,
    pub(super) events: Vec<Value>,
    /// How many of the events were handed to the webhooks.
    told: usize,
    pub(super) keys: Keys,
    pub(super) faults: FaultPlan,
    pub(super) calls: Vec<Call>,
}

impl State {
    pub(super) fn new(base: String, mark: u32) -> Self {
        State {
            base,
            mark,
            made: 0,
            ahead: Duration::ZERO,
            caught_up: 0,
            intents: Shelf::default(),
            sessions: Shelf::default(),
            refunds: Shelf::default(),
            events: Vec::new(),
            told: 0,
            keys: Keys::default(),
            faults: FaultPlan::default(),
            calls: Vec::new(),
        }
    }

    /// The fake's time, in seconds.
    pub(super) fn now(&self) -> u64 {
        unix_time() + self.ahead.as_secs()
    }

    pub(super) fn advance(&mut self, time: Duration) {
        self.ahead += time;
        self.catch_up();
    }

    /// An id that no other object has, of this fake or another.
    pub(super) fn new_id(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}_{:08x}{:08}", self.mark, self.made)
    }

    /// Does what time alone does.
    pub(super) fn catch_up(&mut self) {
        let now = self.now();
        if std::mem::replace(&mut self.caught_up, now) == now {
            return;
        }
        let open = self.sessions.iter().filter(|s| s.stage == Stage::Open);
        let over = open.filter(|session| session.expires_at <= now);
        for id in over.map(|s| s.id.clone()).collect::<Vec<_>>() {
            checkout::close(self, &id);
        }
        let lapsed = |intent: &&Intent| {
            let since = intent.charge.as_ref().map(|charge| charge.created);
            intent.status == Status::RequiresCapture
                && since.is_some_and(|since| since + AUTHORIZED_FOR <= now)
        };
        let lapsed = self.intents.iter().filter(lapsed);
        for id in lapsed.map(|i| i.id.clone()).collect::<Vec<_>>() {
            flow::lapse(self, &id);
        }
    }

    pub(super) fn intent_json(&self, id: &str) -> Value {
        let intent = self.intents.get(id);
        intent.map_or(Value::Null, |intent| intent.json(&self.base, false))
    }

    pub(super) fn session_json(&self, session: &Session, whole: bool, whole_charge: bool) -> Value {
        let id = session.intent.as_ref();
        let intent = id.and_then(|id| self.intents.get(id));
        let paid = intent.is_some_and(|intent| intent.status == Status::Succeeded);
        let shown = intent.map(|intent| match whole {
            true => intent.json(&self.base, whole_charge),
            false => Value::from(&*intent.id),
        });
        session.json(&self.base, shown, paid)
    }

    /// Something has happened to an object.
    pub(super) fn tell(&mut self, kind: &str, object: Value) {
        let id = self.new_id("evt");
        self.events.push(json!({
            "id": id,
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": { "object": object },
            "livemode": false,
            "pending_webhooks": 1,
            "request": { "id": null, "idempotency_key": null },
            "type": kind,
        }));
    }

    /// The events that the webhooks do not have yet.
    pub(super) fn untold(&mut self) -> Vec<Value> {
        let untold = self.events[self.told..].to_vec();
        self.told = self.events.len();
        untold
    }
}

/// The real time, in seconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "Stripe is another machine, with a clock of its own"
)]
pub(super) fn unix_time() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.expect("after 1970").as_secs()
}
