//! Refunds: money goes back, never more than has come.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::flow;
use super::form::Params;
use super::refusal::Refusal;
use super::shelf::Item;
use super::state::State;

/// Money that has gone back.
pub(super) struct Refund {
    id: String,
    created: u64,
    amount: u64,
    currency: String,
    charge: Option<String>,
    intent: String,
    metadata: BTreeMap<String, String>,
    reason: Option<String>,
    /// The buyer's bank did not want it.
    failed: bool,
}

impl Item for Refund {
    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> u64 {
        self.created
    }
}

impl Refund {
    /// As Stripe writes it.
    pub(super) fn json(&self) -> Value {
        json!({
            "id": self.id,
            "object": "refund",
            "amount": self.amount,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "failure_reason": self.failed.then_some("unknown"),
            "metadata": self.metadata,
            "payment_intent": self.intent,
            "reason": self.reason,
            "status": if self.failed { "failed" } else { "succeeded" },
        })
    }
}

pub(super) fn create(state: &mut State, params: &Params) -> Result<Value, Refusal> {
    params.only(&["amount", "metadata", "payment_intent", "reason"])?;
    let name = params.needed("/payment_intent")?;
    let wanted = params.amount("/amount")?;
    let missing = || Refusal::no_such(400, "payment_intent", "payment_intent", name);
    let intent = state.intents.get_mut(name).ok_or_else(missing)?;
    let left = intent.received - intent.refunded;
    let amount = allowed(intent.received, left, wanted)?;
    intent.refunded += amount;
    let (currency, charge) = (intent.currency.clone(), intent.charge.as_ref());
    let refund = Refund {
        charge: charge.map(|charge| charge.id.clone()),
        currency,
        amount,
        intent: name.to_owned(),
        metadata: params.pairs("/metadata"),
        reason: params.owned("/reason"),
        failed: false,
        id: state.new_id("re"),
        created: state.now(),
    };
    let answer = refund.json();
    state.refunds.add(refund);
    state.tell("refund.created", answer.clone());
    tell_charge(state, name);
    Ok(answer)
}

/// How much goes back.
fn allowed(received: u64, left: u64, wanted: Option<u64>) -> Result<u64, Refusal> {
    let refuse = |code, message: &str| Err(Refusal::invalid_request(code, message));
    let amount = wanted.unwrap_or(left);
    match (received, left) {
        (0, _) => refuse(
            "payment_intent_unexpected_state",
            "This PaymentIntent does not have a successful charge to refund.",
        ),
        (_, 0) => refuse(
            "charge_already_refunded",
            "The charge has already been refunded.",
        ),
        _ if amount > left => refuse(
            "amount_too_large",
            &format!("Refund amount is greater than unrefunded amount on charge ({left})."),
        ),
        _ => Ok(amount),
    }
}

fn tell_charge(state: &mut State, intent: &str) {
    let Ok(intent) = flow::find(state, intent) else {
        return;
    };
    if let Some(charge) = &intent.charge {
        let object = intent.charge_json(charge);
        state.tell("charge.refunded", object);
    }
}

/// The buyer's bank sends it back: the money is ours again.
pub(super) fn fail(state: &mut State, id: &str) -> Result<(), Refusal> {
    let refund = state.refunds.get_mut(id).ok_or_else(|| no_such(id))?;
    if refund.failed {
        let message = "This refund has failed before.";
        return Err(Refusal::invalid_request("resource_invalid_state", message));
    }
    refund.failed = true;
    let (amount, intent, object) = (refund.amount, refund.intent.clone(), refund.json());
    flow::find(state, &intent)?.refunded -= amount;
    state.tell("refund.failed", object);
    Ok(())
}

pub(super) fn get(state: &State, id: &str) -> Result<Value, Refusal> {
    let refund = state.refunds.get(id).ok_or_else(|| no_such(id))?;
    Ok(refund.json())
}

fn no_such(id: &str) -> Refusal {
    Refusal::no_such(404, "refund", "id", id)
}

pub(super) fn list(state: &State, params: &Params) -> Result<Value, Refusal> {
    params.only(&["created", "limit", "payment_intent", "starting_after"])?;
    let intent = params.text("/payment_intent");
    let fits = |refund: &Refund| intent.is_none_or(|intent| refund.intent == intent);
    let (page, more) = state.refunds.page(params, fits)?;
    let data: Vec<Value> = page.iter().map(|refund| refund.json()).collect();
    Ok(json!({ "object": "list", "data": data, "has_more": more, "url": "/v1/refunds" }))
}
