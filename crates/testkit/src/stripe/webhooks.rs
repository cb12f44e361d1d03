//! Webhooks: events are signed and sent by a thread of their own, again until they are taken; and what
//! may befall them on the way.

use std::net::SocketAddr;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::chance::Chance;
use super::state::unix_time;
use super::{StripeFake, WEBHOOK_SECRET};
use crate::client::Client;

/// How often an event is tried, and how long after the first try. The pause doubles.
const TRIES: u32 = 8;
const PAUSE: Duration = Duration::from_millis(20);
/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long one that comes before its call's answer may: it may wait for that answer itself.
const EARLY_PATIENCE: Duration = Duration::from_secs(1);
/// How much later than its turn an event may come, in milliseconds.
const LATE: u32 = 200;

/// How many of a thousand events each mishap befalls.
#[derive(Clone, Debug, Default)]
pub struct WebhookChaos {
    /// Where chance comes from; printed, and chosen when there is none.
    pub seed: Option<u64>,
    /// Comes again later.
    pub twice: u32,
    /// Comes after events that were to come later.
    pub out_of_order: u32,
    /// Comes before the call that caused it is answered.
    pub before_answer: u32,
    /// Never comes.
    pub drop: u32,
}

/// What is to be sent, and where.
#[derive(Default)]
pub(super) struct Webhooks {
    desk: Mutex<Desk>,
    news: Condvar,
}

#[derive(Default)]
struct Desk {
    target: Option<(SocketAddr, String)>,
    chaos: WebhookChaos,
    chance: Option<Chance>,
    letters: Vec<Letter>,
    /// Whether one is on its way.
    sending: bool,
    /// How many calls have events that are to be sent after their answer.
    promised: u32,
    closed: bool,
}

struct Letter {
    event: Value,
    due: Instant,
    tries: u32,
}

impl Desk {
    fn strikes(&mut self, per_mille: u32) -> bool {
        let chance = self.chance.as_mut();
        per_mille > 0 && chance.is_some_and(|chance| chance.strikes(per_mille))
    }

    fn put(&mut self, event: Value, late: bool) {
        let chance = self.chance.as_mut().filter(|_| late);
        let late = chance.map_or(0, |chance| 1 + chance.below(LATE));
        self.letters.push(Letter {
            event,
            due: Instant::now() + Duration::from_millis(u64::from(late)),
            tries: 0,
        });
    }
}

impl Webhooks {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends these, if anybody wants them.
    pub(super) fn post(&self, events: Vec<Value>) {
        let mut desk = self.desk();
        if desk.target.is_none() {
            return;
        }
        let chaos = desk.chaos.clone();
        for event in events {
            if desk.strikes(chaos.drop) {
                continue;
            }
            if desk.strikes(chaos.twice) {
                desk.put(event.clone(), true);
            }
            let late = desk.strikes(chaos.out_of_order);
            desk.put(event, late);
        }
        self.news.notify_all();
    }

    /// Sends some now, before their call is answered; gives back the others, for
    /// [`Webhooks::post_promised`].
    pub(super) fn deliver_early(&self, events: Vec<Value>) -> Vec<Value> {
        let early = |event: &Value| {
            let mut desk = self.desk();
            let target = desk.target.clone();
            let share = desk.chaos.before_answer;
            let strikes = target.is_some() && desk.strikes(share);
            drop(desk);
            strikes && target.is_some_and(|target| deliver(event, &target, EARLY_PATIENCE))
        };
        let later: Vec<Value> = events.into_iter().filter(|event| !early(event)).collect();
        self.desk().promised += u32::from(!later.is_empty());
        later
    }

    /// Sends the others, now that their call is answered.
    pub(super) fn post_promised(&self, events: Vec<Value>) {
        let some = u32::from(!events.is_empty());
        self.post(events);
        self.desk().promised -= some;
        self.news.notify_all();
    }

    /// Sends what is due, until closed.
    pub(super) fn run(&self) {
        let mut desk = self.desk();
        while !desk.closed {
            let letters = desk.letters.iter().enumerate();
            let first = letters.min_by_key(|(_, letter)| letter.due);
            let first = first.map(|(place, letter)| (place, letter.due));
            let (Some((place, due)), Some(target)) = (first, desk.target.clone()) else {
                let woken = self.news.wait(desk);
                desk = woken.unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let wait = due.saturating_duration_since(Instant::now());
            if !wait.is_zero() {
                let woken = self.news.wait_timeout(desk, wait);
                desk = woken.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            let mut letter = desk.letters.remove(place);
            desk.sending = true;
            drop(desk);
            let taken = deliver(&letter.event, &target, PATIENCE);
            desk = self.desk();
            desk.sending = false;
            letter.tries += 1;
            if !taken && letter.tries < TRIES {
                letter.due = Instant::now() + PAUSE * (1 << (letter.tries - 1));
                desk.letters.push(letter);
            }
            self.news.notify_all();
        }
    }

    /// Ends [`Webhooks::run`].
    pub(super) fn close(&self) {
        self.desk().closed = true;
        self.news.notify_all();
    }
}

/// One try; whether the event was taken.
fn deliver(event: &Value, (address, path): &(SocketAddr, String), patience: Duration) -> bool {
    let body = event.to_string();
    // The real time, also of a fake that is ahead: the receiver compares it with its own clock.
    let signature = stripe_signature(WEBHOOK_SECRET, unix_time(), body.as_bytes());
    let client = Client::new(*address).within(patience);
    let client = client
        .with("content-type", "application/json; charset=utf-8")
        .with("stripe-signature", &signature);
    let answer = client.send("POST", path, Some(body.as_bytes()));
    answer.is_ok_and(|answer| (200..300).contains(&answer.status))
}

/// The value of the header `Stripe-Signature` of a webhook with this body, at this time in seconds
/// since 1970.
pub fn stripe_signature(secret: &str, timestamp: u64, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    let mut mac = mac.expect("HMAC takes keys of any length");
    mac.update(format!("{timestamp}.").as_bytes());
    mac.update(body);
    let signature = HEXLOWER.encode(&mac.finalize().into_bytes());
    format!("t={timestamp},v1={signature}")
}

impl StripeFake {
    /// From now on events are sent there: after the call's answer, one after the other, each until it is
    /// answered by 2xx, for a few seconds. What was before is in [`StripeFake::events`].
    pub fn send_webhooks_to(&self, address: SocketAddr, path: &str) {
        self.world().change(|_| ());
        self.world().webhooks.desk().target = Some((address, path.to_owned()));
    }

    /// What befalls webhooks from now on; [`WebhookChaos::default`] ends it.
    pub fn set_webhook_chaos(&self, chaos: WebhookChaos) {
        let shares = [
            chaos.twice,
            chaos.out_of_order,
            chaos.before_answer,
            chaos.drop,
        ];
        let some = shares.iter().any(|share| *share > 0);
        let mut desk = self.world().webhooks.desk();
        desk.chance = some.then(|| Chance::new("webhook chaos", chaos.seed));
        desk.chaos = chaos;
    }

    /// Waits until every event was taken or given up.
    pub fn wait_for_webhooks(&self) {
        let webhooks = &self.world().webhooks;
        let busy = |desk: &mut Desk| desk.sending || desk.promised > 0 || !desk.letters.is_empty();
        let quiet = webhooks.news.wait_while(webhooks.desk(), busy);
        drop(quiet.unwrap_or_else(PoisonError::into_inner));
    }
}
