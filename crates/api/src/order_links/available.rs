//! `GET /v1/order-links`: whether there is anybody to mail them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;

/// Whether links are mailed.
#[derive(Debug, Serialize, ToSchema)]
struct OrderLinksBody {
    /// False where this box office sends no mail.
    #[schema(example = true)]
    available: bool,
}

/// Whether this box office mails people the links of their orders.
#[utoipa::path(
    get, path = "/v1/order-links", tag = "bookings",
    responses((status = 200, description = "Whether it does.", body = OrderLinksBody))
)]
pub(crate) async fn handler(State(app): State<Arc<App>>) -> Response {
    let available = app.order_links.is_some();
    let mut response = Json(OrderLinksBody { available }).into_response();
    // It changes when a server is started otherwise.
    let cache = HeaderValue::from_static("public, max-age=60");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}
