//! `GET /v1/events/{id}/plan`: the seating plan for drawing.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use boxoffice_seat_map::Coding;
use http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;

use super::wire::plan_hash;
use crate::app::App;
use crate::caching::versioned;
use crate::params::{Id, QueryOf};
use crate::problem::Problem;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// The content hash, as `plan_url` has it; without it the answer is not kept for long.
    hash: Option<String>,
}

/// The seating plan: sections, rows, seat positions, categories, shapes and texts. At the event's
/// `plan_url` it is immutable.
#[utoipa::path(
    get, path = "/v1/events/{event_id}/plan", tag = "events",
    params(("event_id" = String, Path, description = "As the catalogue names it."), Params),
    responses(
        (status = 200, description = "The plan.", content_type = "application/json"),
        (status = 304, description = "The client has it."),
        (status = 404, description = "`unknown-event`"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    Id(id): Id,
    QueryOf(params): QueryOf<Params>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let event = app.event_in_path(&id)?;
    let plan = app.plan(&event).await?;
    let hash = plan_hash(&event);
    // A page with an older URL gets today's plan, whose seats keep their indexes; but the old
    // address must not be filled with it for a year.
    let cache = match params.hash {
        Some(asked) if asked == hash => "public, max-age=31536000, immutable",
        _ => "public, max-age=5",
    };
    Ok(versioned(
        &headers,
        &hash,
        cache,
        "application/json",
        |coding| match coding {
            Coding::Identity => plan.drawing().json.clone(),
            Coding::Gzip => plan.drawing().gzip.clone(),
            Coding::Brotli => plan.drawing().brotli.clone(),
        },
    ))
}
