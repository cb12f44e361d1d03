//! What operators and integrators ask: alive, ready, measured, described.

mod docs;
mod health;
mod measure;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

pub(crate) use measure::{Meters, measured};

use crate::app::App;

pub(crate) fn routes(description: utoipa::openapi::OpenApi) -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .merge(docs::routes(description))
}
