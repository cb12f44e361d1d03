//! `/events/{event_id}/waiting`: the place before a big sale. It shows what the room's public state
//! says; a module keeps it true without a reload.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::event::{self, Heading, encoded};
use super::trouble::{Trouble, or_trouble};
use crate::api::ApiError;
use crate::api::wire::EventDetail;
use crate::page::{Frame, Page, block};
use crate::shared::Rendered;
use crate::site::Site;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "waiting.html")]
pub(crate) struct Waiting<'a> {
    frame: Frame<'a>,
    heading: Heading,
    data: String,
    script_texts: String,
}

impl Page for Waiting<'_> {}

pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visit: Visit,
) -> Response {
    let visit = visit.without_query();
    let event = format!("/v1/events/{}", encoded(&id));
    // Without a room, or once it is over, nobody has to wait.
    let room = site
        .api
        .public::<serde_json::Value>(&format!("{event}/queue"))
        .await;
    let over = match &room {
        Ok(room) => room["state"] == "over",
        Err(ApiError::Problem(problem)) => problem.slug == "not-found",
        Err(_) => false,
    };
    if over {
        let to = visit.link(&format!("/events/{}", encoded(&id)));
        return Redirect::to(&to).into_response();
    }
    let make = async {
        room.map_err(Trouble::from)?;
        let detail = event::detail(&site, &id).await?;
        Ok(Rendered::page(&page(&site, &visit, &detail)))
    };
    let key = visit.link(&visit.path);
    let answer = site.pages.get(&visit, key, make).await;
    or_trouble(&site, &visit, answer)
}

pub(crate) fn page<'a>(site: &'a Site, visit: &Visit, detail: &EventDetail) -> Waiting<'a> {
    let mut frame = Frame::shared(site, visit);
    frame.listed = false;
    let heading = Heading::new(detail, &frame);
    let data = json!({"event_id": detail.event.event_id, "event": heading.href});
    Waiting {
        heading,
        data: block(&data),
        script_texts: frame.texts.script_block("waiting"),
        frame,
    }
}
