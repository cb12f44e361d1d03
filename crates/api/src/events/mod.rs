//! `/v1/events` and `/v1/cities`: the catalogue.

mod cities;
mod detail;
mod list;
mod plan;
mod wire;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::handler))
        .routes(routes!(cities::handler))
        .routes(routes!(detail::handler))
        .routes(routes!(plan::handler))
}
