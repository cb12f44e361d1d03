//! `GET /v1/events/{id}/sections`: how each section stands.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{Answer, follower};
use crate::app::App;
use crate::params::Id;
use crate::problem::Problem;

/// A section and how it stands. Sections of the same name are one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SectionOnMap {
    #[schema(example = "Stalls")]
    section: String,
    /// Whether it has places instead of seats: general admission.
    area: bool,
    /// All seats of it, whoever has them.
    #[schema(example = 420)]
    seats: u32,
    #[schema(example = 37)]
    available: u32,
    #[schema(example = 6)]
    held: u32,
    /// Of its seats on general sale, taken or not; null where there are none. In the currency's minor unit.
    #[schema(example = 5900)]
    min_price: Option<u64>,
    #[schema(example = 12900)]
    max_price: Option<u64>,
}

/// The sections of the seat map and how many seats of each are free, at `Seat-Map-Version`: small, where
/// `/seats` is large.
#[utoipa::path(
    get, path = "/v1/events/{event_id}/sections", tag = "seats",
    params(("event_id" = String, Path, description = "As the catalogue names it.")),
    responses(
        (status = 200, description = "The sections, in the order of the plan.", body = Vec<SectionOnMap>),
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
    let sections = answer.view.sections(answer.coding);
    Ok(answer.whole(sections, "application/json"))
}
