//! `GET /v1/bookings/{id}/status`: how a booking stands, in a word, for a payer who comes back in another
//! browser.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use boxoffice_store::Booking;
use serde::Serialize;
use utoipa::ToSchema;

use super::find::booking;
use super::wire::status;
use crate::app::App;
use crate::params::Id;
use crate::problem::Problem;
use crate::reservations::private;

/// How a booking stands, without what is in it.
#[derive(Debug, Serialize, ToSchema)]
struct StatusBody {
    /// As in the booking.
    #[schema(example = "CONFIRMED")]
    status: &'static str,
    /// The provider's word for why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    decline_code: Option<String>,
}

impl StatusBody {
    fn of(booking: Booking) -> Self {
        StatusBody {
            status: status(booking.status),
            decline_code: booking.decline_code,
        }
    }
}

/// How a booking stands, for whoever has its id, with any session or none. It tells nothing of what was booked
/// or by whom.
#[utoipa::path(
    get, path = "/v1/bookings/{booking_id}/status", tag = "bookings",
    params(("booking_id" = String, Path, description = "As `POST /v1/bookings` gave it.")),
    responses(
        (status = 200, description = "The status.", body = StatusBody),
        (status = 404, description = "`booking-not-found`"),
    )
)]
pub(crate) async fn handler(State(app): State<Arc<App>>, Id(id): Id) -> Result<Response, Problem> {
    let booking = booking(&app, &id).await?;
    app.payments.looked_at(&booking);
    Ok(private(Json(StatusBody::of(booking)).into_response()))
}
