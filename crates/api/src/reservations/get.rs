//! `GET /v1/reservations/{id}`: looks at a reservation, however old.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use boxoffice_inventory::Standing;
use boxoffice_model::{Address, Timestamp};
use http::HeaderMap;

use super::find::Found;
use super::wire::{Answer, ReservationBody};
use crate::app::App;
use crate::params::Id;
use crate::problem::Problem;
use crate::who::Who;

/// A reservation and where it stands.
#[utoipa::path(
    get, path = "/v1/reservations/{reservation_id}", tag = "reservations",
    params(("reservation_id" = String, Path, description = "As `POST /v1/reservations` gave it.")),
    responses(
        (status = 200, description = "The reservation.", body = ReservationBody),
        (status = 404, description = "`reservation-not-found`"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let who = Who::of(&app, &headers)?;
    let found = Found::by_id(&app, &id, &who).await?;
    let plan = app.plan(&found.event).await?;
    let now = app.now();
    let booking = booking(&app, &found, now).await?;
    let (event, reservation) = (&found.event, &found.reservation);
    Ok(Answer {
        booking,
        ..Answer::of(event, &plan.plan, found.address, reservation, now)
    }
    .ok())
}

/// The attempt to pay for it that is under way, or the sale.
async fn booking(app: &App, found: &Found, now: Timestamp) -> Result<Option<Address>, Problem> {
    let (Standing::Paying { attempt } | Standing::Booked { attempt }) =
        found.reservation.standing(now)
    else {
        return Ok(None);
    };
    let booking = app.store.booking(found.event.number, attempt).await?;
    Ok(booking.map(|booking| {
        let server = &app.keys.server;
        Address::seal(server, booking.event, booking.attempt, booking.nonce)
    }))
}
