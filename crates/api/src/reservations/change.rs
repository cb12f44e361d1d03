//! `PUT /v1/reservations/{id}/seats`: another set of seats for a hold, whole.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use boxoffice_inventory::{Command, Outcome, Refusal, Standing};
use http::HeaderMap;

use super::create::seat_id;
use super::find::Found;
use super::wanted::{Asked, WantedBody, check, indexes};
use super::wire::{Answer, ReservationBody};
use crate::app::App;
use crate::body::Body;
use crate::params::Id;
use crate::problem::Problem;
use crate::who::Who;

/// Changes the seats of a hold, all or nothing. A kept seat keeps its price; `expires_at` stays.
#[utoipa::path(
    put, path = "/v1/reservations/{reservation_id}/seats", tag = "reservations",
    request_body = WantedBody,
    params(("reservation_id" = String, Path, description = "As `POST /v1/reservations` gave it.")),
    responses(
        (status = 200, description = "The reservation with its new seats.", body = ReservationBody),
        (status = 400, description = "`invalid-request`, `unknown-seat`, `too-many-seats`, `reservation-expired`"),
        (status = 404, description = "`reservation-not-found`"),
        (status = 409, description = "`seats-taken`, `payment-in-progress`, `already-booked`"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    Id(id): Id,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let asked = match Asked::read(body.json()?)? {
        Asked::Best(_) => return Err(Problem::invalid("", "exactly one of seat_ids and seats")),
        asked => asked,
    };
    let who = Who::of(&app, &headers)?;
    let found = Found::by_id(&app, &id, &who).await?;
    let plan = app.plan(&found.event).await?;
    if let Some(refusal) = ended(&found, &app) {
        return Err(Problem::refusal(&refusal, |_| String::new()));
    }
    check(&app, &found.event, &plan.plan, &asked, None)?;
    let Asked::Seats { ids, .. } = &asked else {
        return Err(Problem::internal());
    };
    let seats = indexes(&plan.plan, ids);
    moved(
        &app,
        &found,
        Command::ChangeSeats {
            first: found.reservation.first,
            seats,
        },
    )
    .await
}

/// What has ended may be too old for the ledger's memory; it stays ended.
fn ended(found: &Found, app: &App) -> Option<Refusal> {
    match found.reservation.standing(app.now()) {
        Standing::Released | Standing::Expired => Some(Refusal::Ended),
        Standing::Booked { .. } => Some(Refusal::AlreadyBooked),
        Standing::Held | Standing::Paying { .. } => None,
    }
}

/// Submits a command that moves a held reservation, and answers it as it is then.
pub(super) async fn moved(app: &App, found: &Found, command: Command) -> Result<Response, Problem> {
    let plan = app.plan(&found.event).await?;
    let extends = matches!(command, Command::Extend { .. });
    let outcome = match ended(found, app) {
        Some(refusal) => Outcome::Refused(refusal),
        None => {
            app.sequencer
                .submit(found.event.number, command)
                .await?
                .outcome
        }
    };
    match outcome {
        Outcome::Changed { seats, until } => {
            let (event, address, status) = (&*found.event, found.address, "held");
            Ok(Answer {
                event,
                plan: &plan.plan,
                address,
                status,
                seats: &seats,
                until,
                extendable: !extends && !found.reservation.extended,
                booking: None,
            }
            .ok())
        }
        Outcome::Refused(refusal) => Err(Problem::refusal(&refusal, seat_id(&plan.plan))),
        _ => Err(Problem::internal()),
    }
}
