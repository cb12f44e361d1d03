//! The addresses of the site. Each page has one without a language, which the browser's wish decides,
//! and one for each language.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use http::header;

use crate::assets;
use crate::language::Language;
use crate::pages::{
    checkout, event, find_order, hold, home, order, section, service, test_payment, trouble,
    waiting,
};
use crate::site::Site;
use crate::visit::Visit;

type Handlers = MethodRouter<Arc<Site>>;

fn pages() -> Vec<(&'static str, Handlers)> {
    vec![
        ("/", get(home::show)),
        ("/events/{event_id}", get(event::show)),
        ("/events/{event_id}/sections/{section}", get(section::show)),
        (
            "/events/{event_id}/hold",
            post(hold::handler).get(back_to_form),
        ),
        ("/events/{event_id}/waiting", get(waiting::show)),
        ("/checkout/{reservation_id}", get(checkout::show)),
        (
            "/checkout/{reservation_id}/pay",
            post(checkout::pay).get(back_to_form),
        ),
        (
            "/checkout/{reservation_id}/extend",
            post(checkout::extend).get(back_to_form),
        ),
        (
            "/checkout/{reservation_id}/release",
            post(checkout::release).get(back_to_form),
        ),
        (
            "/checkout/{reservation_id}/seats",
            get(checkout::seats).post(checkout::change),
        ),
        ("/orders", get(find_order::show).post(find_order::ask)),
        ("/orders/{booking_id}", get(order::show)),
        (
            "/orders/{booking_id}/test-payment",
            get(test_payment::show).post(test_payment::decide),
        ),
    ]
}

/// The site and the API that it is a client of, at one door. `guarded` is what the API does with its own
/// routes: they are counted, and a panic ends one answer and not the process.
pub fn router(site: Site, guarded: impl FnOnce(Router) -> Router) -> Router {
    let site = Arc::new(site);
    let api = site.api.router();
    api.merge(guarded(routes(Arc::clone(&site))))
        .fallback_service(Router::new().fallback(not_found).with_state(site))
}

fn routes(site: Arc<Site>) -> Router {
    let mut router = Router::new()
        .route("/assets/{version}/{*name}", get(assets::handler))
        .route("/events/{event_id}/poster.svg", get(service::poster))
        .route("/sitemap.xml", get(service::sitemap))
        .route("/robots.txt", get(service::robots))
        .route("/manifest.webmanifest", get(service::manifest))
        .route("/favicon.ico", get(service::favicon));
    let prefixes = Language::ALL.map(Language::prefix);
    for prefix in prefixes {
        router = router.route(prefix, get(home::show));
    }
    for prefix in std::iter::once("").chain(prefixes) {
        for (path, handlers) in pages() {
            router = router.route(&format!("{prefix}{path}"), handlers);
        }
    }
    router.with_state(site)
}

/// What is told of an address that nothing is at: people a page, programs the API's problem.
async fn not_found(State(site): State<Arc<Site>>, visit: Visit, request: Request) -> Response {
    let accept = visit.headers.get(header::ACCEPT);
    let accept = accept.and_then(|accept| accept.to_str().ok());
    let wants_page = accept.is_some_and(|accept| accept.contains("text/html"));
    if wants_page && !visit.path.starts_with("/v1/") {
        trouble::Trouble::NotFound.respond(&site, &visit)
    } else {
        site.api.pass_on(request).await
    }
}

/// Somebody comes by a link, or reloads, where only a form goes: back to the page that it stands on.
async fn back_to_form(visit: Visit) -> Response {
    let visit = visit.without_query();
    let page = visit.path.rsplit_once('/').map_or("/", |(page, _)| page);
    Redirect::to(&visit.link(page)).into_response()
}
