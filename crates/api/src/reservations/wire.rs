//! The shape of a reservation on the wire.

use axum::Json;
use axum::response::{IntoResponse, Response};
use boxoffice_catalogue::Listed;
use boxoffice_inventory::{HeldSeat, Reservation, Standing};
use boxoffice_model::{Address, BookingId, ReservationId, Timestamp};
use boxoffice_seating::SeatingPlan;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

/// A hold of seats.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReservationBody<'a> {
    /// Its id, and the right to use it: keep it secret.
    #[schema(example = "res_AC8yFj2BAAAAACnZk1oQp3PGe2jnUTMxq4Wl", value_type = String)]
    reservation_id: String,
    #[schema(example = "shield-final")]
    event_id: &'a str,
    /// `held`, `paying`, `booked`, `expired` or `released`.
    #[schema(example = "held")]
    status: &'static str,
    seats: Vec<SeatBody<'a>>,
    /// What all seats cost, in the currency's minor unit.
    #[schema(example = 25800)]
    total: u64,
    /// ISO 4217.
    #[schema(example = "EUR")]
    currency: Option<String>,
    /// How many digits of an amount stand behind the point.
    #[schema(example = 2)]
    currency_exponent: u8,
    /// When the hold ends unless it is extended or paid.
    #[schema(example = "2026-11-01T09:10:00.000000Z")]
    expires_at: String,
    /// Whether `extend` would give more time: it does once, while the seats are held.
    extendable: bool,
    /// The attempt to pay that is under way, or the sale; only while `paying` or `booked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "bkg_AC8yFj2BAAAAACnZk1oQp3PGe2jnUTMxq4Wl")]
    booking_id: Option<String>,
}

/// A seat in a reservation or booking.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeatBody<'a> {
    #[schema(example = "A-1-1")]
    pub(crate) seat_id: &'a str,
    #[schema(example = "1")]
    pub(crate) row: Option<&'a str>,
    #[schema(example = "1")]
    pub(crate) number: Option<&'a str>,
    #[schema(example = "Stalls")]
    pub(crate) section: &'a str,
    /// What must be paid for it, in the currency's minor unit.
    #[schema(example = 12900)]
    pub(crate) price: u64,
}

pub(crate) fn seat_bodies<'a>(plan: &'a SeatingPlan, seats: &[HeldSeat]) -> Vec<SeatBody<'a>> {
    let body = |held: &HeldSeat| {
        let seat = plan.seat(held.index)?;
        Some(SeatBody {
            seat_id: seat.id,
            row: seat.row,
            number: seat.number,
            section: seat.section,
            price: held.price,
        })
    };
    seats.iter().filter_map(body).collect()
}

/// What an answer about a reservation is made of.
pub(crate) struct Answer<'a> {
    pub(crate) event: &'a Listed,
    pub(crate) plan: &'a SeatingPlan,
    pub(crate) address: Address,
    pub(crate) status: &'static str,
    pub(crate) seats: &'a [HeldSeat],
    pub(crate) until: Timestamp,
    pub(crate) extendable: bool,
    pub(crate) booking: Option<Address>,
}

impl<'a> Answer<'a> {
    pub(crate) fn of(
        event: &'a Listed,
        plan: &'a SeatingPlan,
        address: Address,
        reservation: &'a Reservation,
        now: Timestamp,
    ) -> Self {
        let standing = reservation.standing(now);
        let status = word(standing);
        let (seats, until) = (&reservation.seats, reservation.until);
        Answer {
            event,
            plan,
            address,
            status,
            seats,
            until,
            extendable: standing == Standing::Held && !reservation.extended,
            booking: None,
        }
    }

    fn body(&self) -> ReservationBody<'a> {
        let document = &self.event.document;
        ReservationBody {
            reservation_id: ReservationId(self.address).to_string(),
            event_id: self.event.id.as_str(),
            status: self.status,
            seats: seat_bodies(self.plan, self.seats),
            total: self.seats.iter().map(|seat| seat.price).sum(),
            currency: document.currency.map(|currency| currency.to_string()),
            currency_exponent: document.currency.map_or(2, |currency| currency.exponent()),
            expires_at: self.until.with_micros(),
            extendable: self.extendable,
            booking_id: self.booking.map(|address| BookingId(address).to_string()),
        }
    }

    /// 200 with the reservation.
    pub(crate) fn ok(&self) -> Response {
        private(Json(self.body()).into_response())
    }

    /// 201 with the reservation and its `Location`.
    pub(crate) fn created(&self) -> Response {
        let body = self.body();
        let location = format!("/v1/reservations/{}", body.reservation_id);
        let mut response = (StatusCode::CREATED, Json(body)).into_response();
        if let Ok(location) = HeaderValue::from_str(&location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        private(response)
    }
}

/// What is private is kept by no cache.
pub(crate) fn private(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Held => "held",
        Standing::Paying { .. } => "paying",
        Standing::Booked { .. } => "booked",
        Standing::Released => "released",
        Standing::Expired => "expired",
    }
}
