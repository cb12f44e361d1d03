//! `/v1/reservations`: holds, from the first click to payment or expiry.

mod change;
mod create;
mod delete;
mod extend;
mod find;
mod get;
mod wanted;
mod wire;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use find::Found;
pub(crate) use wire::{SeatBody, private, seat_bodies};

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(create::handler))
        .routes(routes!(get::handler, delete::handler))
        .routes(routes!(extend::handler))
        .routes(routes!(change::handler))
}
