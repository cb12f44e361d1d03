//! `GET /v1/bookings/{id}`: how an attempt to pay stands.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::find::FoundBooking;
use super::wire::{Answer, BookingBody};
use crate::app::App;
use crate::params::Id;
use crate::problem::Problem;
use crate::who::Who;

/// A booking and how it stands.
#[utoipa::path(
    get, path = "/v1/bookings/{booking_id}", tag = "bookings",
    params(("booking_id" = String, Path, description = "As `POST /v1/bookings` gave it.")),
    responses(
        (status = 200, description = "The booking.", body = BookingBody),
        (status = 404, description = "`booking-not-found`"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let who = Who::of(&app, &headers)?;
    let found = FoundBooking::by_id(&app, &id, &who).await?;
    let plan = app.plan(&found.event).await?;
    let answer = Answer {
        app: &app,
        event: &found.event,
        plan: &plan.plan,
        reservation_address: found.reservation_address,
        reservation: &found.reservation,
        booking: &found.booking,
    };
    Ok(answer.respond(StatusCode::OK))
}
