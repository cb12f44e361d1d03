//! `DELETE /v1/reservations/{id}`: gives seats back at once.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use boxoffice_inventory::{Command, Outcome, Refusal, Standing};
use http::{HeaderMap, StatusCode};

use super::find::Found;
use super::wire::private;
use crate::app::App;
use crate::params::Id;
use crate::problem::Problem;
use crate::who::Who;

/// Releases a hold: its seats are free at once. Repeated, it answers the same.
#[utoipa::path(
    delete, path = "/v1/reservations/{reservation_id}", tag = "reservations",
    params(("reservation_id" = String, Path, description = "As `POST /v1/reservations` gave it.")),
    responses(
        (status = 204, description = "The seats are free."),
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
    let first = found.reservation.first;
    let outcome = match found.reservation.standing(app.now()) {
        // What has ended may be too old for the ledger's memory; it stays ended.
        Standing::Released | Standing::Expired => Outcome::Released,
        Standing::Booked { .. } => Outcome::Refused(Refusal::AlreadyBooked),
        _ => {
            app.sequencer
                .submit(found.event.number, Command::Release { first })
                .await?
                .outcome
        }
    };
    match outcome {
        Outcome::Released => Ok(private(StatusCode::NO_CONTENT.into_response())),
        Outcome::Refused(refusal) => Err(Problem::refusal(&refusal, |_| String::new())),
        _ => Err(Problem::internal()),
    }
}
