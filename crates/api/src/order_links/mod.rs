//! `/v1/order-links`: mails somebody the signed links of their orders of an event.

mod available;
mod create;
mod deliver;
mod waiting;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub use deliver::deliver_order_links;
pub use waiting::OrderLinks;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(available::handler))
        .routes(routes!(create::handler))
}
