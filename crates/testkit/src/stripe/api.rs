//! The way of a call: what befalls it, who asks, whether it was answered before, which endpoint it is
//! for. What the endpoints do is in their own files.

use serde_json::{Value, json};

use super::faults::Fault;
use super::form::Params;
use super::keys::Known;
use super::looking::Call;
use super::refusal::Refusal;
use super::state::State;
use super::wire::{Reply, Request};
use super::world::World;
use super::{KEY, intents, refunds, sessions};

/// What is answered, if anything, and the events to be sent after that.
pub(super) fn serve(world: &World, request: &Request) -> (Option<Reply>, Vec<Value>) {
    let fault = world.state().faults.strike(&request.path);
    let (reply, events) = match fault {
        Fault::Refused => (None, Vec::new()),
        Fault::ErrorBefore => (Some(no(&Refusal::broken())), Vec::new()),
        Fault::TooMany => (Some(no(&Refusal::too_many())), Vec::new()),
        Fault::Conflict => (Some(no(&Refusal::locked())), Vec::new()),
        fault => perform(world, request, fault),
    };
    let key = request.header("idempotency-key");
    let call = Call {
        method: request.method.clone(),
        path: request.path.clone(),
        params: Params::read(&request.form).0,
        idempotency_key: key.map(str::to_owned),
        status: reply.as_ref().map_or(0, |reply| reply.status),
    };
    world.state().calls.push(call);
    let events = world.webhooks.deliver_early(events);
    (reply, events)
}

fn no(refusal: &Refusal) -> Reply {
    Reply::json(refusal.status(), &refusal.body())
}

/// Lets the call happen, and its fault after it.
fn perform(world: &World, request: &Request, fault: Fault) -> (Option<Reply>, Vec<Value>) {
    let (reply, events) = match check(request) {
        Ok(()) => once(world, request, fault),
        Err(refusal) => (no(&refusal), Vec::new()),
    };
    let reply = match fault {
        Fault::LostAfter => None,
        Fault::ErrorAfterLost | Fault::ErrorAfterSaved => Some(no(&Refusal::broken())),
        _ => Some(reply),
    };
    (reply, events)
}

fn check(request: &Request) -> Result<(), Refusal> {
    let key = request.header("authorization");
    if key.and_then(|key| key.strip_prefix("Bearer ")) != Some(KEY) {
        return Err(Refusal::no_key());
    }
    let version = request.header("stripe-version");
    version.map(drop).ok_or_else(Refusal::no_version)
}

/// Lets the call happen, unless one with its key has happened.
fn once(world: &World, request: &Request, fault: Fault) -> (Reply, Vec<Value>) {
    let params = Params::read(&request.form);
    let key = request.header("idempotency-key");
    let key = key.filter(|_| request.method == "POST");
    if let Some(key) = key {
        let endpoint = format!("{} {}", request.method, request.path);
        let mut state = world.state();
        let now = state.now();
        match state.keys.begin(key, &endpoint, &params, now) {
            Known::New => {}
            Known::Answered(reply) => {
                let reply = reply.with("idempotent-replayed", "true");
                return (reply, Vec::new());
            }
            Known::Refused(refusal) => return (no(&refusal), Vec::new()),
        }
    }
    if let Fault::Slow(time) = fault {
        std::thread::sleep(time);
    }
    let mut state = world.state();
    let outcome = route(&mut state, request, &params);
    let ran = outcome
        .as_ref()
        .map_or_else(|refusal| refusal.ran, |_| true);
    let reply = match &outcome {
        Ok(body) => Reply::json(200, body),
        Err(refusal) => no(refusal),
    };
    let reply = reply.with("request-id", &state.new_id("req"));
    if let Some(key) = key {
        let kept = match fault {
            Fault::ErrorAfterSaved => no(&Refusal::broken()),
            _ => reply.clone(),
        };
        state.keys.end(key, ran.then_some(kept));
    }
    let events = state.untold();
    (reply, events)
}

fn route(state: &mut State, request: &Request, params: &Params) -> Result<Value, Refusal> {
    let path = request.path.strip_prefix("/v1/").unwrap_or_default();
    let names: Vec<&str> = path.split('/').collect();
    match (&*request.method, &*names) {
        ("POST", ["payment_intents"]) => intents::create(state, params),
        ("GET", ["payment_intents"]) => intents::list(state, params),
        ("GET", ["payment_intents", "search"]) => intents::search(state, params),
        ("GET", ["payment_intents", id]) => intents::get(state, id, params),
        ("POST", ["payment_intents", id, "confirm"]) => intents::confirm(state, id, params),
        ("POST", ["payment_intents", id, "capture"]) => intents::capture(state, id, params),
        ("POST", ["payment_intents", id, "cancel"]) => intents::cancel(state, id, params),
        ("POST", ["checkout", "sessions"]) => sessions::create(state, params),
        ("GET", ["checkout", "sessions"]) => sessions::list(state, params),
        ("GET", ["checkout", "sessions", id]) => sessions::get(state, id, params),
        ("POST", ["checkout", "sessions", id, "expire"]) => sessions::expire(state, id, params),
        ("POST", ["refunds"]) => refunds::create(state, params),
        ("GET", ["refunds"]) => refunds::list(state, params),
        ("GET", ["refunds", id]) => refunds::get(state, id),
        ("GET", ["balance"]) => Ok(balance()),
        (method, _) => Err(Refusal::no_such_url(method, &request.path)),
    }
}

/// Nobody asks how much, only whether the key is good.
fn balance() -> Value {
    json!({ "object": "balance", "available": [], "livemode": false, "pending": [] })
}
