//! `/orders`: for whoever has lost the link of an order. It is mailed to the address that the order was
//! placed with; the page says the same whether there are orders or not.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::event;
use super::trouble::{Trouble, or_trouble};
use crate::api::ApiError;
use crate::api::wire::{Event, OrderLinks};
use crate::forms::{Form, Sent};
use crate::page::{Frame, Page, private};
use crate::site::Site;
use crate::visit::Visit;

/// Pages of a hundred events, at most, that a list to choose from is made of: nobody reads a longer one.
/// Others are found by the address that names their event.
const MOST_PAGES: usize = 3;

/// How far somebody has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Form,
    /// The link is on its way, if there is one.
    Asked,
    /// Nobody mails anything here.
    NoMail,
}

/// What somebody wrote into the form, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// The event's id.
    pub(crate) event: String,
    pub(crate) email: String,
    pub(crate) event_wrong: bool,
    pub(crate) email_wrong: bool,
    /// Too many ask just now.
    pub(crate) busy: bool,
}

/// An event to choose.
pub(crate) struct Choice {
    id: String,
    text: String,
}

#[derive(Template)]
#[template(path = "find_order.html")]
pub(crate) struct FindOrder<'a> {
    frame: Frame<'a>,
    step: Step,
    choices: Vec<Choice>,
    wanted: Wanted,
}

impl Page for FindOrder<'_> {
    fn status(&self) -> StatusCode {
        match &self.wanted {
            Wanted { busy: true, .. } => StatusCode::TOO_MANY_REQUESTS,
            wanted if wanted.event_wrong || wanted.email_wrong => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::OK,
        }
    }
}

pub(crate) async fn show(State(site): State<Arc<Site>>, visit: Visit) -> Response {
    let visit = visit.private();
    let wanted = Wanted {
        event: visit.query("event").unwrap_or_default(),
        ..Wanted::default()
    };
    let answer = stand(&site, &visit, wanted).await;
    or_trouble(&site, &visit, answer)
}

/// The form, where it leads to something.
async fn stand(site: &Site, visit: &Visit, wanted: Wanted) -> Result<Response, Trouble> {
    let links: OrderLinks = site.api.public("/v1/order-links").await?;
    if !links.available {
        let nothing = Wanted::default();
        return Ok(private(&page(site, visit, Step::NoMail, &[], nothing)));
    }
    let events = events(site, &wanted.event).await?;
    Ok(private(&page(site, visit, Step::Form, &events, wanted)))
}

/// The next events, and the one that is wanted, whenever it is.
async fn events(site: &Site, wanted: &str) -> Result<Vec<Event>, ApiError> {
    let mut events: Vec<Event> = Vec::new();
    let mut cursor = Some(String::new());
    for _ in 0..MOST_PAGES {
        let Some(from) = cursor else {
            break;
        };
        let path = format!("/v1/events?limit=100&cursor={from}");
        let (page, next): (Vec<Event>, _) = site.api.page(&path).await?;
        events.extend(page);
        cursor = next;
    }
    if !wanted.is_empty() && !events.iter().any(|event| event.event_id == wanted) {
        match event::detail(site, wanted).await {
            Ok(detail) => events.insert(0, detail.event),
            Err(error) if matches!(error.slug(), "unknown-event" | "not-found") => {}
            Err(error) => return Err(error),
        }
    }
    Ok(events)
}

pub(crate) async fn ask(State(site): State<Arc<Site>>, Sent { visit, form }: Sent) -> Response {
    let answer = async { asked(&site, &visit, &form?).await }.await;
    or_trouble(&site, &visit, answer)
}

async fn asked(site: &Site, visit: &Visit, form: &Form) -> Result<Response, Trouble> {
    let mut wanted = Wanted {
        event: form.get("event").unwrap_or_default().to_owned(),
        email: form.get("email").unwrap_or_default().to_owned(),
        ..Wanted::default()
    };
    wanted.event_wrong = wanted.event.is_empty();
    wanted.email_wrong = !wanted.email.contains('@');
    if wanted.event_wrong || wanted.email_wrong {
        return stand(site, visit, wanted).await;
    }
    let body = json!({
        "event_id": wanted.event, "email": wanted.email, "language": visit.language.code(),
    });
    let path = "/v1/order-links";
    let asked = site
        .api
        .ask::<Value>(Method::POST, path, &visit.headers, &body);
    let Err(error) = asked.await else {
        return Ok(private(&page(site, visit, Step::Asked, &[], wanted)));
    };
    match error.slug() {
        // The page knows what to say of it.
        "mail-unavailable" => {}
        "rate-limited" => wanted.busy = true,
        "unknown-event" => wanted.event_wrong = true,
        "invalid-request" => wanted.email_wrong = true,
        _ => return Err(error.into()),
    }
    stand(site, visit, wanted).await
}

pub(crate) fn page<'a>(
    site: &'a Site,
    visit: &Visit,
    step: Step,
    events: &[Event],
    wanted: Wanted,
) -> FindOrder<'a> {
    let frame = Frame::private(site, visit);
    let choice = |event: &Event| {
        let day = frame.texts.formats.short_date(&event.local(event.date));
        Choice {
            id: event.event_id.clone(),
            text: format!("{} – {day}, {}", event.name, event.city),
        }
    };
    FindOrder {
        choices: events.iter().map(choice).collect(),
        step,
        wanted,
        frame,
    }
}
