//! The endpoints of checkout sessions: what they take and answer. How a session is paid, and ends, is in
//! `checkout`.

use serde_json::{Value, json};

use super::checkout;
use super::form::Params;
use super::intents;
use super::refusal::Refusal;
use super::session::{Session, Stage};
use super::state::State;

const CREATE: &[&str] = &[
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "currency",
    "customer_email",
    "expires_at",
    "line_items",
    "locale",
    "metadata",
    "mode",
    "payment_intent_data",
    "payment_method_options",
    "payment_method_types",
    "submit_type",
    "success_url",
];
/// How long a session lives, in seconds.
const SHORTEST: u64 = 30 * 60;
const LONGEST: u64 = 24 * 60 * 60;
/// Requests travel, and clocks differ.
const TOLERANCE: u64 = 60;

pub(super) fn create(state: &mut State, params: &Params) -> Result<Value, Refusal> {
    params.only(CREATE)?;
    if params.needed("/mode")? != "payment" {
        return Err(Refusal::invalid("mode", "This fake knows payments only."));
    }
    let (amount, currency) = total(params)?;
    let capture = params.text("/payment_intent_data/capture_method");
    let cards = params.text("/payment_method_options/card/capture_method");
    let session = Session {
        id: state.new_id("cs_test"),
        created: state.now(),
        expires_at: expiry(state.now(), params.number("/expires_at")?)?,
        stage: Stage::Open,
        amount,
        currency,
        manual: intents::is_manual(capture)? || intents::is_manual(cards)?,
        success_url: Some(params.needed("/success_url")?.to_owned()),
        cancel_url: params.owned("/cancel_url"),
        reference: params.owned("/client_reference_id"),
        email: params.owned("/customer_email"),
        metadata: params.pairs("/metadata"),
        intent_metadata: params.pairs("/payment_intent_data/metadata"),
        intent: None,
        settling: false,
    };
    let id = session.id.clone();
    state.sessions.add(session);
    get(state, &id, params)
}

fn total(params: &Params) -> Result<(u64, String), Refusal> {
    if params.list("/line_items").is_empty() {
        return Err(Refusal::missing("line_items"));
    }
    let (mut sum, mut currencies) = (0_u64, Vec::new());
    for place in 0..params.list("/line_items").len() {
        let at = |what: &str| format!("/line_items/{place}/{what}");
        params.needed(&at("price_data/product_data/name"))?;
        let price = at("price_data/unit_amount");
        params.needed(&price)?;
        let price = params.number(&price)?.unwrap_or_default();
        let quantity = params.number(&at("quantity"))?.unwrap_or(1);
        sum = sum.saturating_add(price.saturating_mul(quantity));
        let currency = params.needed(&at("price_data/currency"))?;
        currencies.push(intents::currency(currency, "currency")?);
    }
    let currency = currencies.swap_remove(0);
    match (currencies.iter().all(|other| *other == currency), sum) {
        (false, _) => Err(Refusal::invalid("line_items", "One currency, please.")),
        (true, 0) => Err(Refusal::invalid("line_items", "The total must not be 0.")),
        (true, sum) => Ok((sum, currency)),
    }
}

fn expiry(now: u64, wanted: Option<u64>) -> Result<u64, Refusal> {
    let wanted = wanted.unwrap_or(now + LONGEST);
    let possible = now + SHORTEST - TOLERANCE..=now + LONGEST + TOLERANCE;
    let message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.";
    match possible.contains(&wanted) {
        true => Ok(wanted),
        false => Err(Refusal::invalid("expires_at", message)),
    }
}

pub(super) fn get(state: &State, id: &str, params: &Params) -> Result<Value, Refusal> {
    let session = state.sessions.get(id).ok_or_else(|| no_such(id))?;
    let whole_charge = params.expands("payment_intent.latest_charge");
    let whole = whole_charge || params.expands("payment_intent");
    Ok(state.session_json(session, whole, whole_charge))
}

pub(super) fn no_such(id: &str) -> Refusal {
    Refusal::no_such(404, "checkout.session", "session", id)
}

pub(super) fn list(state: &State, params: &Params) -> Result<Value, Refusal> {
    params.only(&[
        "created",
        "limit",
        "payment_intent",
        "starting_after",
        "status",
    ])?;
    let intent = params.text("/payment_intent");
    let stage = params.text("/status");
    let fits = |session: &Session| {
        intent.is_none_or(|intent| session.intent.as_deref() == Some(intent))
            && stage.is_none_or(|stage| session.stage.name() == stage)
    };
    let (page, more) = state.sessions.page(params, fits)?;
    let whole_charge = params.expands("data.payment_intent.latest_charge");
    let whole = whole_charge || params.expands("data.payment_intent");
    let one = |session: &&Session| state.session_json(session, whole, whole_charge);
    let data: Vec<Value> = page.iter().map(one).collect();
    Ok(json!({
        "object": "list",
        "data": data,
        "has_more": more,
        "url": "/v1/checkout/sessions",
    }))
}

pub(super) fn expire(state: &mut State, id: &str, params: &Params) -> Result<Value, Refusal> {
    params.only(&[])?;
    let session = state.sessions.get(id).ok_or_else(|| no_such(id))?;
    if session.stage != Stage::Open {
        let message = format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. This one is {}.",
            session.stage.name()
        );
        return Err(Refusal::invalid_request("resource_invalid_state", &message));
    }
    checkout::close(state, id);
    get(state, id, params)
}
