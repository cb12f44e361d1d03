//! How an intent gets from one status to the next: confirmed, authenticated, settled, captured,
//! canceled. Each step tells its events; the endpoints are in `intents`.

use serde_json::{Value, json};

use super::checkout;
use super::intent::{Charge, Intent, Status};
use super::methods::{self, Behaviour};
use super::refusal::Refusal;
use super::state::State;

/// Finds an intent that a URL names.
pub(super) fn find<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Intent, Refusal> {
    let missing = || Refusal::no_such(404, "payment_intent", "intent", id);
    state.intents.get_mut(id).ok_or_else(missing)
}

/// Refuses what cannot be done to an intent in its status.
fn expect(state: &State, id: &str, verb: &str, statuses: &[Status]) -> Result<(), Refusal> {
    let intent = state.intents.get(id).expect("it was found");
    match statuses.contains(&intent.status) {
        true => Ok(()),
        false => Err(Refusal::unexpected_state(verb, &state.intent_json(id))),
    }
}

/// Refuses a payment method that is not there.
pub(super) fn check_method(method: &str) -> Result<(), Refusal> {
    let missing = || Refusal::no_such(400, "PaymentMethod", "payment_method", method);
    methods::behaviour(method).map(drop).ok_or_else(missing)
}

/// Tries to pay, with this method or the one it has.
pub(super) fn confirm(
    state: &mut State,
    id: &str,
    method: Option<&str>,
    return_url: Option<String>,
) -> Result<(), Refusal> {
    let intent = find(state, id)?;
    let method = method.map(str::to_owned).or_else(|| intent.method.clone());
    let begun = [
        Status::RequiresPaymentMethod,
        Status::RequiresConfirmation,
        Status::RequiresAction,
    ];
    expect(state, id, "confirm", &begun)?;
    let Some(method) = method else {
        let message =
            "You cannot confirm this PaymentIntent because it's missing a payment method.";
        return Err(Refusal::invalid_request(
            "payment_intent_unexpected_state",
            message,
        ));
    };
    check_method(&method)?;
    let intent = find(state, id)?;
    intent.method = Some(method.clone());
    intent.last_error = None;
    intent.return_url = return_url.or_else(|| intent.return_url.take());
    match methods::behaviour(&method).expect("it was checked") {
        Behaviour::Approves | Behaviour::FailsAtCapture => authorize(state, id),
        Behaviour::Declines(code, decline_code) => {
            let charge = add_charge(state, id, "failed");
            let error = methods::decline(code, decline_code, &charge, &method);
            fail(state, id, &error);
            return Err(Refusal::card(&error, &state.intent_json(id)));
        }
        Behaviour::Authenticates | Behaviour::Redirects => {
            move_to(state, id, Status::RequiresAction, "requires_action");
        }
        Behaviour::Processes => {
            add_charge(state, id, "pending");
            move_to(state, id, Status::Processing, "processing");
        }
    }
    Ok(())
}

/// The buyer was asked whether it is them.
pub(super) fn authenticate(state: &mut State, id: &str, ok: bool) -> Result<(), Refusal> {
    find(state, id)?;
    expect(state, id, "authenticate", &[Status::RequiresAction])?;
    if ok {
        authorize(state, id);
    } else {
        let error = json!({
            "type": "invalid_request_error",
            "code": "payment_intent_authentication_failure",
            "message": "The provided PaymentMethod has failed authentication.",
        });
        fail(state, id, &error);
    }
    Ok(())
}

/// The bank has made up its mind.
pub(super) fn settle(state: &mut State, id: &str, ok: bool) -> Result<(), Refusal> {
    let method = find(state, id)?.method.clone().unwrap_or_default();
    expect(state, id, "settle", &[Status::Processing])?;
    if ok {
        authorize(state, id);
    } else {
        let charge = add_charge(state, id, "failed");
        let error = methods::decline("card_declined", "generic_decline", &charge, &method);
        fail(state, id, &error);
    }
    Ok(())
}

/// Takes what was authorized, or a part of it; the rest is given free.
pub(super) fn capture(state: &mut State, id: &str, amount: Option<u64>) -> Result<(), Refusal> {
    let intent = find(state, id)?;
    let (capturable, method) = (intent.capturable(), intent.method.clone());
    expect(state, id, "capture", &[Status::RequiresCapture])?;
    let amount = amount.unwrap_or(capturable);
    if amount > capturable {
        let message = format!("The amount to capture is greater than {capturable}.");
        return Err(Refusal::invalid_request("amount_too_large", &message));
    }
    let method = method.unwrap_or_default();
    if let Some(Behaviour::FailsAtCapture) = methods::behaviour(&method) {
        let charge = add_charge(state, id, "failed");
        let error = methods::decline("card_declined", "generic_decline", &charge, &method);
        find(state, id)?.last_error = Some(error.clone());
        end(state, id, None);
        return Err(Refusal::card(&error, &state.intent_json(id)));
    }
    take(state, id, amount);
    Ok(())
}

/// Gives up, and gives free what was authorized.
pub(super) fn cancel(state: &mut State, id: &str, reason: Option<String>) -> Result<(), Refusal> {
    find(state, id)?;
    let open = [
        Status::RequiresPaymentMethod,
        Status::RequiresConfirmation,
        Status::RequiresAction,
        Status::RequiresCapture,
    ];
    expect(state, id, "cancel", &open)?;
    end(state, id, reason);
    Ok(())
}

/// The bank says yes: the money is promised, or moves at once.
fn authorize(state: &mut State, id: &str) {
    let intent = find(state, id).expect("it was found");
    let method = intent.method.clone().unwrap_or_default();
    let bank = matches!(
        methods::behaviour(&method),
        Some(Behaviour::Redirects | Behaviour::Processes)
    );
    let waits = intent.manual && !bank;
    let amount = intent.amount;
    add_charge(state, id, "succeeded");
    if waits {
        let status = Status::RequiresCapture;
        move_to(state, id, status, "amount_capturable_updated");
    } else {
        take(state, id, amount);
    }
}

/// Money moves.
fn take(state: &mut State, id: &str, amount: u64) {
    let intent = find(state, id).expect("it was found");
    intent.received = amount;
    intent.captures += 1;
    move_to(state, id, Status::Succeeded, "succeeded");
}

/// No money: the buyer may try another method.
fn fail(state: &mut State, id: &str, error: &Value) {
    let intent = find(state, id).expect("it was found");
    intent.method = None;
    intent.last_error = Some(error.clone());
    move_to(state, id, Status::RequiresPaymentMethod, "payment_failed");
}

fn end(state: &mut State, id: &str, reason: Option<String>) {
    let now = state.now();
    let intent = find(state, id).expect("it was found");
    intent.cancellation = Some((now, reason));
    move_to(state, id, Status::Canceled, "canceled");
}

/// The bank gives free what nobody has captured in time.
pub(super) fn lapse(state: &mut State, id: &str) {
    end(state, id, Some("automatic".to_owned()));
}

fn move_to(state: &mut State, id: &str, status: Status, event: &str) {
    find(state, id).expect("it was found").status = status;
    let object = state.intent_json(id);
    state.tell(&format!("payment_intent.{event}"), object);
    checkout::follow(state, id);
}

fn add_charge(state: &mut State, id: &str, status: &'static str) -> String {
    let (charge, created) = (state.new_id("ch"), state.now());
    let intent = find(state, id).expect("it was found");
    intent.charge = Some(Charge {
        id: charge.clone(),
        created,
        method: intent.method.clone().unwrap_or_default(),
        status,
    });
    charge
}
