//! `GET /v1/bookings/{id}/tickets`: the tickets of a confirmed booking.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use boxoffice_inventory::HeldSeat;
use boxoffice_model::hmac_sha256;
use boxoffice_seating::SeatingPlan;
use boxoffice_store::{Booking, BookingStatus};
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::find::{FoundBooking, LinkParams};
use crate::app::App;
use crate::params::{Id, QueryOf};
use crate::problem::Problem;
use crate::who::Who;

/// A ticket for one seat.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketBody<'a> {
    #[schema(example = "202705000001-42-7")]
    ticket_id: String,
    #[schema(example = "A-1-1")]
    seat_id: &'a str,
    row: Option<&'a str>,
    number: Option<&'a str>,
    section: &'a str,
    /// Null where the event has no ticket types.
    ticket_type: Option<&'a str>,
    /// What the door scans.
    barcode: String,
}

/// The tickets of a confirmed booking, one a seat; of one that was refunded in part, those that are left.
#[utoipa::path(
    get, path = "/v1/bookings/{booking_id}/tickets", tag = "bookings",
    params(("booking_id" = String, Path, description = "As `POST /v1/bookings` gave it."), LinkParams),
    responses(
        (status = 200, description = "The tickets.", body = Vec<TicketBody>),
        (status = 404, description = "`booking-not-found`"),
        (status = 409, description = "`booking-not-confirmed`"),
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
    if !matches!(
        found.booking.status,
        BookingStatus::Confirmed | BookingStatus::PartlyRefunded
    ) {
        return Err(Problem::booking_not_confirmed());
    }
    let plan = app.plan(&found.event).await?;
    let ticket = |seat: &HeldSeat| ticket(&app, &plan.plan, &found.booking, seat);
    let tickets: Vec<_> = found.reservation.kept_seats().filter_map(ticket).collect();
    let mut response = Json(tickets).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn ticket<'a>(
    app: &App,
    plan: &'a SeatingPlan,
    booking: &Booking,
    held: &HeldSeat,
) -> Option<TicketBody<'a>> {
    let seat = plan.seat(held.index)?;
    let ticket_id = format!("{}-{}-{}", booking.event, booking.attempt, held.index);
    // Sealed with the box office's ticket key, so that a door that knows it needs no list.
    let seal = hmac_sha256(
        &app.keys.ticket,
        &[b"boxoffice/ticket/v1", ticket_id.as_bytes()],
    );
    let seal = data_encoding::BASE32_NOPAD.encode(&seal[..10]);
    Some(TicketBody {
        barcode: format!("{ticket_id}-{seal}"),
        ticket_id,
        seat_id: seat.id,
        row: seat.row,
        number: seat.number,
        section: seat.section,
        ticket_type: None,
    })
}
