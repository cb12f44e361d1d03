//! `GET /v1/events/{id}/seats`: every seat and its status.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{CACHE, with_version};
use crate::app::App;
use crate::caching::versioned;
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

/// The seat map: every seat and its status at `Seat-Map-Version`.
#[utoipa::path(
    get, path = "/v1/events/{event_id}/seats", tag = "seats",
    params(("event_id" = String, Path, description = "As the catalogue names it."), Filter),
    responses(
        (status = 200, description = "The seats, by index.", body = Vec<SeatOnMap>),
        (status = 304, description = "The client has this version."),
        (status = 404, description = "`unknown-event`"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    Id(id): Id,
    QueryOf(filter): QueryOf<Filter>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let event = app.event_in_path(&id)?;
    let map = app.maps.follow(event.number).await?;
    let json = "application/json";
    let section = filter.section.filter(|section| !section.is_empty());
    let Some(section) = section else {
        let bodies = map.bodies();
        let version = bodies.version;
        let tag = version.to_string();
        let response = versioned(&headers, &tag, CACHE, json, |coding| bodies.seats(coding));
        return Ok(with_version(response, version));
    };
    let (version, body) = map.section(&section, crate::caching::coding(&headers));
    let response = versioned(&headers, &version.to_string(), CACHE, json, |_| body);
    Ok(with_version(response, version))
}
