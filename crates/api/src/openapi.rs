//! The whole API as one router and one description, generated from the handlers.

use std::sync::Arc;

use axum::Router;
use axum::response::IntoResponse;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;
use crate::problem::Problem;
use crate::{
    bookings, events, order_links, payment_methods, reservations, seats, service, sessions,
    webhooks,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "boxoffice",
        description = "Sells the seats of an event to the crowd that all wants them at the same second. Errors are RFC 9457 problems; times are RFC 3339 in UTC; money is an integer in the currency's minor unit.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "events", description = "What is on."),
        (name = "seats", description = "Which seats are free."),
        (name = "reservations", description = "Seats held for a while."),
        (name = "bookings", description = "Seats paid for."),
        (name = "sessions", description = "Who asks."),
    )
)]
struct Description;

fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(events::routes().layer(CompressionLayer::new()))
        .merge(seats::routes())
        .merge(reservations::routes())
        .merge(bookings::routes())
        .merge(order_links::routes())
        .merge(payment_methods::routes())
        .merge(sessions::routes())
        .merge(webhooks::routes())
}

/// The API's description, OpenAPI 3.1.
pub fn description() -> utoipa::openapi::OpenApi {
    routes().split_for_parts().1
}

/// The API, ready to be served.
pub fn router(app: Arc<App>) -> Router {
    let (router, description) = routes().split_for_parts();
    let router: Router<Arc<App>> = router
        .merge(service::routes(description))
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() });
    guarded(router.with_state(app)).fallback(|| async { Problem::not_found() })
}

/// Routes that are counted by route, and of which one that panics takes nothing with it. For those of
/// other rooms at the same door, too.
pub fn guarded(router: Router) -> Router {
    let meters =
        axum::middleware::from_fn_with_state(service::Meters::default(), service::measured);
    let panics = CatchPanicLayer::custom(|_| Problem::internal().into_response());
    router.route_layer(meters).layer(panics)
}
