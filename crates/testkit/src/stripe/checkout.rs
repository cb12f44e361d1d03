//! How a checkout session is paid, and ends: it follows the intent that it has made.

use super::flow;
use super::intent::{Intent, Status};
use super::intents;
use super::refusal::Refusal;
use super::session::Stage;
use super::sessions::no_such;
use super::state::State;

/// Nobody can pay it any more; an intent that it has begun ends with it.
pub(super) fn close(state: &mut State, id: &str) {
    let Some(session) = state.sessions.get_mut(id) else {
        return;
    };
    session.stage = Stage::Expired;
    if let Some(intent) = session.intent.clone() {
        // What has gone on meanwhile has completed the session.
        let _ = flow::cancel(state, &intent, Some("expired".to_owned()));
    }
    tell(state, id, "expired");
}

/// A buyer pays it, or tries to.
pub(super) fn pay(state: &mut State, id: &str, method: &str) -> Result<(), Refusal> {
    let session = state.sessions.get(id).ok_or_else(|| no_such(id))?;
    if session.stage != Stage::Open {
        let message = format!("This Checkout Session is {}.", session.stage.name());
        return Err(Refusal::invalid_request("resource_invalid_state", &message));
    }
    flow::check_method(method)?;
    let intent = match session.intent.clone() {
        Some(intent) => intent,
        None => begin(state, id),
    };
    flow::confirm(state, &intent, Some(method), None)
}

fn begin(state: &mut State, id: &str) -> String {
    let session = state.sessions.get(id).expect("it was found");
    let (amount, manual, currency) = (session.amount, session.manual, session.currency.clone());
    let (metadata, url) = (session.intent_metadata.clone(), session.success_url.clone());
    let intent = Intent {
        metadata,
        return_url: url,
        session: Some(id.to_owned()),
        ..intents::blank(state, amount, currency, manual)
    };
    let name = intent.id.clone();
    let session = state.sessions.get_mut(id).expect("it was found");
    session.intent = Some(name.clone());
    intents::add(state, intent);
    name
}

/// A session is complete as soon as its intent is, or the bank has it.
pub(super) fn follow(state: &mut State, intent: &str) {
    let Some(intent) = state.intents.get(intent) else {
        return;
    };
    let Some(session) = intent.session.clone() else {
        return;
    };
    let status = intent.status;
    let Some(found) = state.sessions.get_mut(&session) else {
        return;
    };
    let agreed = [
        Status::RequiresCapture,
        Status::Succeeded,
        Status::Processing,
    ];
    if found.stage == Stage::Open && agreed.contains(&status) {
        found.stage = Stage::Complete;
        found.settling = status == Status::Processing;
        tell(state, &session, "completed");
    } else if found.settling {
        found.settling = false;
        let paid = status != Status::RequiresPaymentMethod;
        let event = ["async_payment_failed", "async_payment_succeeded"];
        tell(state, &session, event[usize::from(paid)]);
    }
}

fn tell(state: &mut State, id: &str, event: &str) {
    let session = state.sessions.get(id).expect("it was found");
    let object = state.session_json(session, false, false);
    state.tell(&format!("checkout.session.{event}"), object);
}
