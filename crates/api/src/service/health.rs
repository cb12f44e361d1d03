//! `/healthz`, `/readyz` and `/metrics`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

use crate::app::App;
use crate::problem::Problem;

/// The process is alive. Nothing is asked of the store: this is the request that does nothing.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The store can be read and written; else the problem says what it fails with.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Result<&'static str, Problem> {
    match app.store.ready().await {
        Ok(()) => Ok("ready\n"),
        Err(error) => Err(Problem::not_ready(&error)),
    }
}

/// Counters and histograms in Prometheus's text form.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let Some(metrics) = &app.metrics else {
        return Problem::not_found().into_response();
    };
    let mut response = metrics.render().into_response();
    let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, text);
    response
}
