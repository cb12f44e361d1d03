//! `GET /v1/events/{id}/seats/stream`: the map's changes, pushed.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use boxoffice_http_server::Connection;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde::Deserialize;
use utoipa::IntoParams;

use super::sse;
use crate::app::App;
use crate::params::{Id, QueryOf};
use crate::problem::Problem;

/// Proxies that would gather a body must pass it on as it comes.
const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    ),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    ),
];

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Only the seats of this section.
    section: Option<String>,
    /// The version of the map that the reader has; from now on without it.
    #[param(value_type = Option<u64>)]
    since: Option<String>,
}

/// The map's changes as server-sent events, at most ten a second, in version order and without a gap
/// behind `since` (or `Last-Event-ID`, which wins). `event: seats` has
/// `{"version":N,"changes":[[index,"held"],…]}`; `event: reset` has `{"version":N}` and asks the reader
/// to load `/seats` again. Every 15 s the `id` alone keeps the line alive.
#[utoipa::path(
    get, path = "/v1/events/{event_id}/seats/stream", tag = "seats",
    params(
        ("event_id" = String, Path, description = "As the catalogue names it."), Filter,
        ("Last-Event-ID" = Option<u64>, Header, description = "What a reader that comes back had last."),
    ),
    responses(
        (status = 200, description = "The changes, without end.", content_type = "text/event-stream",
            body = String, example = "id: 7\nevent: seats\ndata: {\"version\":7,\"changes\":[[12,\"held\"]]}\n\n"),
        (status = 400, description = "`invalid-request`: `since` or `Last-Event-ID` is not a version"),
        (status = 404, description = "`unknown-event`; `not-found`: no section has this name"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    method: Method,
    Id(id): Id,
    QueryOf(filter): QueryOf<Filter>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let event = app.event_in_path(&id)?;
    let since = since(&filter, &headers)?;
    let section = filter.section.as_deref().filter(|name| !name.is_empty());
    let watcher = app.maps.watch(event.number, section, since).await?;
    metrics::counter!("seat_map_streams_total").increment(1);
    if method == Method::HEAD {
        return Ok((HEADERS, Body::empty()).into_response());
    }
    let retry = sse::retry(&app.random);
    let stopping = connection.stopping().clone();
    if let Some(takeover) = connection.takeover() {
        let head = sse::head(&HEADERS, app.now());
        // The request ends here for all layers around it; its parts are let go of.
        drop((app, connection, id, filter, headers));
        let speak = move |socket| sse::speak(socket, head, watcher, stopping, retry);
        match takeover.take(speak).await {}
    }
    let body = sse::body(watcher, stopping, retry);
    Ok((HEADERS, body).into_response())
}

/// What the reader has. A reader that comes back by itself sends the header, and still the first URL.
fn since(filter: &Filter, headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let expected = |place: &str| {
        let what = format!("the version of a seat map, a whole number, in {place}");
        Problem::invalid("", what)
    };
    let last = headers.get("last-event-id").map(HeaderValue::to_str);
    match last {
        Some(Ok("")) | None => {}
        Some(Ok(id)) => {
            let version = id.parse().map_err(|_| expected("Last-Event-ID"))?;
            return Ok(Some(version));
        }
        Some(Err(_)) => return Err(expected("Last-Event-ID")),
    }
    let since = filter.since.as_deref();
    let version = since.map(str::parse).transpose();
    version.map_err(|_| expected("`since`"))
}
