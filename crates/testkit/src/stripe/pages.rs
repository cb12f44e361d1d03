//! The buyer's pages, for a browser: pay or leave, and back to the shop.

use super::buyer::USUAL_METHOD;
use super::form::{Params, escape};
use super::intent::{Intent, Status};
use super::session::Stage;
use super::wire::{Reply, Request};
use super::world::World;
use super::{checkout, flow};

pub(super) fn serve(world: &World, request: &Request) -> Reply {
    let names: Vec<&str> = request.path.split('/').skip(1).collect();
    match (&*request.method, &*names) {
        ("GET", ["pay", id]) => show_session(world, id),
        ("POST", ["pay", id, "pay"]) => pay(world, id, &Params::read(&request.form)),
        ("POST", ["pay", id, "decline"]) => leave(world, id),
        ("GET", ["3ds", id]) => show_intent(world, id),
        ("POST", ["3ds", id, "pay"]) => authenticate(world, id, true),
        ("POST", ["3ds", id, "decline"]) => authenticate(world, id, false),
        _ => page(404, "Nothing is here", ""),
    }
}

fn page(status: u16, title: &str, body: &str) -> Reply {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <h1>{title}</h1>{body}</html>"
    );
    Reply::page(status, html)
}

fn forms(path: &str) -> String {
    let form = |act: &str, label: &str| {
        format!(
            "<form method=\"post\" action=\"{path}/{act}\"><button id=\"{act}\">{label}</button></form>"
        )
    };
    form("pay", "Pay") + &form("decline", "Decline")
}

fn show_session(world: &World, id: &str) -> Reply {
    let state = world.state();
    match state.sessions.get(id).map(|session| session.stage) {
        None => page(404, "No such session", ""),
        Some(Stage::Open) => page(200, "Fake checkout", &forms(&format!("/pay/{id}"))),
        Some(stage) => page(410, &format!("This session is {}", stage.name()), ""),
    }
}

/// The form may name another payment method.
fn pay(world: &World, id: &str, params: &Params) -> Reply {
    let method = params.text("/payment_method").unwrap_or(USUAL_METHOD);
    let paid = world.buyer(|state| checkout::pay(state, id, method));
    if let Err(why) = paid {
        let again = format!("<p>{why}</p>{}", forms(&format!("/pay/{id}")));
        return page(402, "That did not work", &again);
    }
    let state = world.state();
    let session = state.sessions.get(id).expect("it was paid");
    let intent = session.intent.as_ref().and_then(|id| state.intents.get(id));
    match intent {
        Some(intent) if intent.status == Status::RequiresAction => {
            Reply::see_other(&format!("/3ds/{}", intent.id))
        }
        _ => back(id, session.success_url.as_deref()),
    }
}

fn leave(world: &World, id: &str) -> Reply {
    let state = world.state();
    match state.sessions.get(id) {
        None => page(404, "No such session", ""),
        Some(session) => back(id, session.cancel_url.as_deref()),
    }
}

/// To one of the shop's URLs, which may ask for the session's id.
fn back(session: &str, url: Option<&str>) -> Reply {
    match url {
        Some(url) => Reply::see_other(&url.replace("{CHECKOUT_SESSION_ID}", session)),
        None => page(200, "Thank you", ""),
    }
}

fn show_intent(world: &World, id: &str) -> Reply {
    let state = world.state();
    match state.intents.get(id).map(|intent| intent.status) {
        None => page(404, "No such payment", ""),
        Some(Status::RequiresAction) => page(200, "Is it you?", &forms(&format!("/3ds/{id}"))),
        Some(status) => page(410, &format!("This payment is {}", status.name()), ""),
    }
}

fn authenticate(world: &World, id: &str, ok: bool) -> Reply {
    if let Err(why) = world.buyer(|state| flow::authenticate(state, id, ok)) {
        return page(410, "That did not work", &format!("<p>{why}</p>"));
    }
    let state = world.state();
    let intent = state.intents.get(id).expect("it was asked");
    let session = intent.session.as_ref();
    match session.and_then(|session| state.sessions.get(session)) {
        Some(session) if ok => back(&session.id, session.success_url.as_deref()),
        Some(session) => Reply::see_other(&format!("/pay/{}", session.id)),
        None => match &intent.return_url {
            Some(url) => Reply::see_other(&returning(url, intent, ok)),
            None => page(200, "Thank you", ""),
        },
    }
}

/// The shop's URL with what Stripe adds to it.
fn returning(url: &str, intent: &Intent, ok: bool) -> String {
    let joint = if url.contains('?') { '&' } else { '?' };
    let outcome = if ok { "succeeded" } else { "failed" };
    let (id, secret) = (escape(&intent.id), escape(&intent.client_secret()));
    format!(
        "{url}{joint}payment_intent={id}&payment_intent_client_secret={secret}\
         &redirect_status={outcome}"
    )
}
