//! `/v1/events/{id}/seats`, `/sections`, `/availability` and `/seats/stream`: the seat map.

mod answer;
mod availability;
mod list;
mod sections;
mod sse;
mod stream;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::handler))
        .routes(routes!(sections::handler))
        .routes(routes!(availability::handler))
        .routes(routes!(stream::handler))
}
