//! `GET /v1/events/{id}/seats`: every seat and its status.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::{Answer, follower};
use crate::app::App;
use crate::params::{Id, QueryOf};
use crate::problem::Problem;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Only the seats of this section, each with its `index` in the whole.
    section: Option<String>,
}

/// A seat and its status. Its place in the unfiltered list is its index; it never changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeatOnMap {
    #[schema(example = "A-1-1")]
    seat_id: String,
    #[schema(example = "1")]
    row: Option<String>,
    #[schema(example = "1")]
    number: Option<String>,
    /// `available`, `held`, `booked`, or `blocked` for a seat not on general sale now.
    #[schema(example = "available")]
    status: String,
    /// All that must be paid for it, in the currency's minor unit; null where there is no price.
    #[schema(example = 12900)]
    price: Option<u64>,
    #[schema(example = "Stalls")]
    section: String,
    #[schema(example = "Premium")]
    category: Option<String>,
    /// Only with `?section=`.
    index: Option<u32>,
}

/// The seat map: every seat and its status at `Seat-Map-Version`. When the store has gone silent, the last
/// map is shown on, with `Seat-Map-Age` in seconds.
#[utoipa::path(
    get, path = "/v1/events/{event_id}/seats", tag = "seats",
    params(("event_id" = String, Path, description = "As the catalogue names it."), Filter),
    responses(
        (status = 200, description = "The seats, by index.", body = Vec<SeatOnMap>),
        (status = 304, description = "The client has this version."),
        (status = 404, description = "`unknown-event`; `not-found`: no section has this name"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    Id(id): Id,
    QueryOf(filter): QueryOf<Filter>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let follower = follower(&app, &id).await?;
    let section = filter.section.as_deref().filter(|name| !name.is_empty());
    if section.is_some_and(|name| !follower.has_section(name)) {
        return Err(Problem::unknown_section());
    }
    let answer = Answer::new(&follower, &headers);
    if let Some(response) = answer.not_modified(&headers) {
        return Ok(response);
    }
    let seats = match section {
        None => answer.view.seats(answer.coding).await,
        Some(name) => {
            let seats = answer.view.section(name, answer.coding).await;
            seats.ok_or_else(Problem::unknown_section)?
        }
    };
    Ok(answer.whole(seats, "application/json"))
}
