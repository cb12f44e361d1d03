//! `GET /v1/bookings/{id}`: how an attempt to pay stands.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::find::{FoundBooking, LinkParams};
use super::wire::{Answer, BookingBody};
use crate::app::App;
use crate::params::{Id, QueryOf};
use crate::problem::Problem;
use crate::who::Who;

/// A booking and how it stands, for whoever its reservation answers to, and for who has its signed link. While
/// it is under way, asking again and again has the provider asked every two seconds.
#[utoipa::path(
    get, path = "/v1/bookings/{booking_id}", tag = "bookings",
    params(("booking_id" = String, Path, description = "As `POST /v1/bookings` gave it."), LinkParams),
    responses(
        (status = 200, description = "The booking.", body = BookingBody),
        (status = 404, description = "`booking-not-found`"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    Id(id): Id,
    QueryOf(link): QueryOf<LinkParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let who = Who::of(&app, &headers)?;
    let found = FoundBooking::by_id(&app, &id, &who, &link).await?;
    app.payments.looked_at(&found.booking);
    let plan = app.plan(&found.event).await?;
    let answer = Answer {
        app: &app,
        right: found.right,
        event: &found.event,
        plan: &plan.plan,
        reservation_address: found.reservation_address,
        reservation: &found.reservation,
        booking: &found.booking,
    };
    Ok(answer.respond(StatusCode::OK))
}
