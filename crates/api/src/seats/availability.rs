//! `GET /v1/events/{id}/availability`: two bits a seat.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use super::answer::{Answer, follower};
use crate::app::App;
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
    let follower = follower(&app, &id).await?;
    let answer = Answer::new(&follower, &headers);
    if let Some(response) = answer.not_modified(&headers) {
        return Ok(response);
    }
    let bits = answer.view.availability(answer.coding);
    Ok(answer.whole(bits, "application/octet-stream"))
}
