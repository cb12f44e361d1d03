//! `/v1/bookings`: attempts to pay, and the tickets of those that succeeded.

mod card_number;
mod create;
mod find;
mod get;
mod status;
mod test_payment;
mod tickets;
mod wire;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) use create::check_email;
pub(crate) use wire::order_url;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(create::handler))
        .routes(routes!(get::handler))
        .routes(routes!(status::handler))
        .routes(routes!(tickets::handler))
        .routes(routes!(test_payment::handler))
}
