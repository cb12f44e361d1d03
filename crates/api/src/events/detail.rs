//! `GET /v1/events/{id}`: one event, past ones too.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

use super::wire::EventDetailBody;
use crate::app::App;
use crate::params::Id;
use crate::problem::Problem;

/// One event with all that the catalogue says of it.
#[utoipa::path(
    get, path = "/v1/events/{event_id}", tag = "events",
    params(("event_id" = String, Path, description = "As the catalogue names it.")),
    responses(
        (status = 200, description = "The event.", body = EventDetailBody),
        (status = 404, description = "`unknown-event`"),
    )
)]
pub(crate) async fn handler(State(app): State<Arc<App>>, Id(id): Id) -> Result<Response, Problem> {
    let event = app.event_in_path(&id)?;
    let mut response =
        Json(EventDetailBody::of(&event, app.now(), app.config.hold)).into_response();
    let cache = HeaderValue::from_static("public, max-age=5");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    Ok(response)
}
