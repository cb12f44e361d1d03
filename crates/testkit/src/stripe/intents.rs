//! The endpoints of payment intents: what they take and answer. What then happens is in `flow`.

use serde_json::{Value, json};

use super::flow;
use super::form::Params;
use super::intent::{Intent, Status};
use super::refusal::Refusal;
use super::state::State;

type Answer = Result<Value, Refusal>;

const CREATE: &[&str] = &[
    "amount",
    "automatic_payment_methods",
    "capture_method",
    "confirm",
    "confirmation_method",
    "currency",
    "customer",
    "description",
    "metadata",
    "off_session",
    "payment_method",
    "payment_method_options",
    "payment_method_types",
    "receipt_email",
    "return_url",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "use_stripe_sdk",
];
const CONFIRM: &[&str] = &[
    "off_session",
    "payment_method",
    "payment_method_options",
    "receipt_email",
    "return_url",
    "use_stripe_sdk",
];

pub(super) fn create(state: &mut State, params: &Params) -> Answer {
    params.only(CREATE)?;
    let missing = |param| Refusal::missing(param);
    let amount = params.amount("/amount")?.ok_or_else(|| missing("amount"))?;
    let currency = currency(params.needed("/currency")?, "currency")?;
    let manual = is_manual(params.text("/capture_method"))?;
    let method = params.owned("/payment_method");
    let confirms = params.text("/confirm") == Some("true");
    if let Some(method) = &method {
        flow::check_method(method)?;
    }
    let mut types = params.texts("/payment_method_types");
    if types.is_empty() {
        types.push("card".to_owned());
    }
    let status = match &method {
        Some(_) => Status::RequiresConfirmation,
        None => Status::RequiresPaymentMethod,
    };
    let intent = Intent {
        method_types: types,
        metadata: params.pairs("/metadata"),
        description: params.owned("/description"),
        receipt_email: params.owned("/receipt_email"),
        return_url: params.owned("/return_url"),
        status,
        method,
        ..blank(state, amount, currency, manual)
    };
    let id = intent.id.clone();
    add(state, intent);
    if confirms {
        flow::confirm(state, &id, None, None)?;
    }
    get(state, &id, params)
}

/// An intent of which only the money is known.
pub(super) fn blank(state: &mut State, amount: u64, currency: String, manual: bool) -> Intent {
    Intent {
        id: state.new_id("pi"),
        created: state.now(),
        amount,
        currency,
        manual,
        method_types: vec!["card".to_owned()],
        metadata: Default::default(),
        description: None,
        receipt_email: None,
        return_url: None,
        status: Status::RequiresPaymentMethod,
        method: None,
        last_error: None,
        cancellation: None,
        charge: None,
        received: 0,
        captures: 0,
        refunded: 0,
        session: None,
    }
}

pub(super) fn add(state: &mut State, intent: Intent) {
    let id = intent.id.clone();
    state.intents.add(intent);
    let object = state.intent_json(&id);
    state.tell("payment_intent.created", object);
}

pub(super) fn get(state: &State, id: &str, params: &Params) -> Answer {
    let missing = || Refusal::no_such(404, "payment_intent", "intent", id);
    let intent = state.intents.get(id).ok_or_else(missing)?;
    Ok(intent.json(&state.base, params.expands("latest_charge")))
}

pub(super) fn confirm(state: &mut State, id: &str, params: &Params) -> Answer {
    params.only(CONFIRM)?;
    let return_url = params.owned("/return_url");
    flow::confirm(state, id, params.text("/payment_method"), return_url)?;
    get(state, id, params)
}

pub(super) fn capture(state: &mut State, id: &str, params: &Params) -> Answer {
    params.only(&["amount_to_capture", "metadata"])?;
    flow::capture(state, id, params.amount("/amount_to_capture")?)?;
    get(state, id, params)
}

pub(super) fn cancel(state: &mut State, id: &str, params: &Params) -> Answer {
    params.only(&["cancellation_reason"])?;
    flow::cancel(state, id, params.owned("/cancellation_reason"))?;
    get(state, id, params)
}

pub(super) fn list(state: &State, params: &Params) -> Answer {
    params.only(&["created", "limit", "starting_after"])?;
    let (page, more) = state.intents.page(params, |_| true)?;
    let whole = params.expands("data.latest_charge");
    let data: Vec<Value> = page.iter().map(|i| i.json(&state.base, whole)).collect();
    Ok(json!({
        "object": "list",
        "data": data,
        "has_more": more,
        "url": "/v1/payment_intents",
    }))
}

/// Finds at once what Stripe would find a minute later.
pub(super) fn search(state: &State, params: &Params) -> Answer {
    params.only(&["limit", "page", "query"])?;
    let clauses = params.needed("/query")?.split(" AND ");
    let clauses: Vec<(&str, String)> = clauses.map(clause).collect::<Result<_, _>>()?;
    let fits = |intent: &Intent| {
        let one = |(field, value): &(&str, String)| match *field {
            "status" => intent.status.name() == value,
            "currency" => intent.currency == *value,
            key => intent.metadata.get(key) == Some(value),
        };
        clauses.iter().all(one)
    };
    let (page, more) = state.intents.page(params, fits)?;
    let whole = params.expands("data.latest_charge");
    let data: Vec<Value> = page.iter().map(|i| i.json(&state.base, whole)).collect();
    Ok(json!({
        "object": "search_result",
        "data": data,
        "has_more": more,
        "next_page": null,
        "url": "/v1/payment_intents/search",
    }))
}

/// `metadata['key']:'value'`, or a status or currency.
fn clause(text: &str) -> Result<(&str, String), Refusal> {
    let bad = || Refusal::invalid("query", &format!("This fake cannot search by: {text}"));
    let (field, value) = text.trim().split_once(':').ok_or_else(bad)?;
    let value = value.trim().trim_matches(['\'', '"']).to_owned();
    let key = field.trim().strip_prefix("metadata[");
    match (key.and_then(|key| key.strip_suffix(']')), field.trim()) {
        (Some(key), _) => Ok((key.trim_matches(['\'', '"']), value)),
        (None, field @ ("status" | "currency")) => Ok((field, value)),
        _ => Err(bad()),
    }
}

/// A currency as Stripe writes it.
pub(super) fn currency(text: &str, param: &str) -> Result<String, Refusal> {
    let text = text.to_ascii_lowercase();
    match text.len() == 3 && text.bytes().all(|letter| letter.is_ascii_lowercase()) {
        true => Ok(text),
        false => Err(Refusal::invalid(
            param,
            &format!("Invalid currency: {text}"),
        )),
    }
}

/// Whether money waits for a capture.
pub(super) fn is_manual(capture_method: Option<&str>) -> Result<bool, Refusal> {
    match capture_method {
        None | Some("automatic" | "automatic_async") => Ok(false),
        Some("manual") => Ok(true),
        Some(_) => Err(Refusal::invalid("capture_method", "Invalid capture_method")),
    }
}
