//! Counts requests by route, never by path: paths hold secrets.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{Method, StatusCode};
use metrics::{Counter, Histogram};
use parking_lot::RwLock;
use rustc_hash::FxHashMap;

/// The meters of requests, found once for each route, method and status: looking one up by its labels
/// costs more than the request that does nothing.
#[derive(Clone, Default)]
pub(crate) struct Meters {
    routes: Arc<RwLock<FxHashMap<String, Vec<Meter>>>>,
}

/// What one kind of answer of one route is counted with.
#[derive(Clone)]
struct Meter {
    method: &'static str,
    status: StatusCode,
    requests: Counter,
    seconds: Histogram,
}

impl Meters {
    fn count(&self, route: &str, method: &'static str, status: StatusCode, begun: Instant) {
        let is_it = |meter: &&Meter| meter.status == status && meter.method == method;
        if let Some(meters) = self.routes.read().get(route)
            && let Some(meter) = meters.iter().find(is_it)
        {
            return meter.count(begun);
        }
        let meter = Meter::new(route, method, status);
        meter.count(begun);
        let mut routes = self.routes.write();
        let meters = routes.entry(route.to_owned()).or_default();
        if !meters.iter().any(|meter| is_it(&meter)) {
            meters.push(meter);
        }
    }
}

impl Meter {
    fn new(route: &str, method: &'static str, status: StatusCode) -> Self {
        let labels = [
            ("method", method.to_owned()),
            ("route", route.to_owned()),
            ("status", status.as_str().to_owned()),
        ];
        Meter {
            method,
            status,
            requests: metrics::counter!("http_requests_total", &labels),
            seconds: metrics::histogram!("http_request_seconds", &labels[..2]),
        }
    }

    fn count(&self, begun: Instant) {
        self.requests.increment(1);
        self.seconds.record(begun.elapsed().as_secs_f64());
    }
}

/// The method as a label: HTTP's own, and one word for all that a client makes up.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Counts a request and how long it took.
pub(crate) async fn measured(
    State(meters): State<Meters>,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = label(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    meters.count(route, method, response.status(), begun);
    response
}
