//! `/openapi.json` and `/docs`, which reads it in a browser without the internet.

use std::sync::Arc;

use axum::Router;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::app::App;

pub(super) fn routes(description: utoipa::openapi::OpenApi) -> Router<Arc<App>> {
    let config = Config::new(["/openapi.json"]).display_request_duration(true);
    SwaggerUi::new("/docs")
        .url("/openapi.json", description)
        .config(config)
        .into()
}
