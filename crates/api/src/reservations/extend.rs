//! `POST /v1/reservations/{id}/extend`: keeps a hold longer, once.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use boxoffice_inventory::Command;
use http::HeaderMap;

use super::change::moved;
use super::find::Found;
use super::wire::ReservationBody;
use crate::app::App;
use crate::params::Id;
use crate::problem::Problem;
use crate::who::Who;

/// Extends a hold once, to at most twice the hold time from its start. Repeated, it answers the
/// same.
#[utoipa::path(
    post, path = "/v1/reservations/{reservation_id}/extend", tag = "reservations",
    params(("reservation_id" = String, Path, description = "As `POST /v1/reservations` gave it.")),
    responses(
        (status = 200, description = "The reservation with its new end.", body = ReservationBody),
        (status = 400, description = "`reservation-expired`"),
        (status = 404, description = "`reservation-not-found`"),
        (status = 409, description = "`payment-in-progress`, `already-booked`"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let who = Who::of(&app, &headers)?;
    let found = Found::by_id(&app, &id, &who).await?;
    let command = Command::Extend {
        first: found.reservation.first,
    };
    moved(&app, &found, command).await
}
