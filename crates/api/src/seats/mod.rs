//! `/v1/events/{id}/seats` and `/availability`: the seat map.

mod availability;
mod list;

use std::sync::Arc;

use axum::response::Response;
use http::HeaderValue;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// A crowd behind a CDN asks it once a second.
const CACHE: &str = "public, max-age=1, stale-while-revalidate=1";

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::handler))
        .routes(routes!(availability::handler))
}

fn with_version(mut response: Response, version: u64) -> Response {
    response
        .headers_mut()
        .insert("seat-map-version", HeaderValue::from(version));
    response
}
