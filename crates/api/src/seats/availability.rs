//! `GET /v1/events/{id}/availability`: two bits a seat.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use super::{CACHE, with_version};
use crate::app::App;
use crate::caching::versioned;
use crate::params::Id;
use crate::problem::Problem;

/// Two bits a seat by index, seat 0 in the two lowest bits of byte 0: 0 available, 1 held, 2 booked,
/// 3 blocked.
#[utoipa::path(
    get, path = "/v1/events/{event_id}/availability", tag = "seats",
    params(("event_id" = String, Path, description = "As the catalogue names it.")),
    responses(
        (status = 200, description = "The bits.", content_type = "application/octet-stream"),
        (status = 304, description = "The client has this version."),
        (status = 404, description = "`unknown-event`"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let event = app.event_in_path(&id)?;
    let bodies = app.maps.follow(event.number).await?.bodies();
    let (version, kind) = (bodies.version.to_string(), "application/octet-stream");
    let response = versioned(&headers, &version, CACHE, kind, |coding| {
        bodies.availability(coding)
    });
    Ok(with_version(response, bodies.version))
}
