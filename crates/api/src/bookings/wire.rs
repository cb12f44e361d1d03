//! The shape of a booking on the wire.

use axum::Json;
use axum::response::{IntoResponse, Response};
use boxoffice_catalogue::Listed;
use boxoffice_inventory::{HeldSeat, Reservation};
use boxoffice_model::{Address, BookingId, ReservationId, sign_order_link};
use boxoffice_seating::SeatingPlan;
use boxoffice_store::{Booking, BookingStatus};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::find::Right;
use crate::app::App;
use crate::reservations::{SeatBody, seat_bodies};

/// One attempt to pay for a reservation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookingBody<'a> {
    /// Its id, and the right to see it: keep it secret.
    #[schema(example = "bkg_AC8yFj2BAAAAACnZk1oQp3PGe2jnUTMxq4Wl")]
    booking_id: String,
    /// `PENDING`, `REQUIRES_ACTION`, `CONFIRMED`, `DECLINED`, `VOIDED`, `CANCELLED`, `PARTLY_REFUNDED` or
    /// `REFUNDED`.
    #[schema(example = "CONFIRMED")]
    status: &'static str,
    reservation_id: String,
    #[schema(example = "shield-final")]
    event_id: &'a str,
    seats: Vec<SeatBody<'a>>,
    /// What was, or would be, paid, in the currency's minor unit.
    #[schema(example = 25800)]
    total: u64,
    /// ISO 4217.
    #[schema(example = "EUR")]
    currency: String,
    /// How many digits of an amount stand behind the point.
    #[schema(example = 2)]
    currency_exponent: u8,
    created_at: String,
    tickets_url: String,
    /// The order's signed link: it opens this booking and its tickets for whoever has it, without a session.
    /// Told to the owner alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        example = "https://tickets.example.org/orders/bkg_AC8yFj2BAAAAACnZk1oQp3PGe2jnUTMxq4Wl?signature=m1zh3R9xZ0"
    )]
    order_url: Option<String>,
    /// Where the sale stands in the event's ledger; null before.
    receipt: Option<ReceiptBody>,
    /// The provider's word for why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    decline_code: Option<&'a str>,
    /// What the payer must do, while the status is `REQUIRES_ACTION`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_action: Option<NextAction<'a>>,
    /// Those of the seats that were taken back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refunded_seat_ids: Vec<&'a str>,
    /// What was paid back for them, or is on its way.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 12900)]
    refunded: Option<u64>,
}

/// Where the payer must go to, and comes back from.
#[derive(Debug, Serialize, ToSchema)]
struct NextAction<'a> {
    #[schema(example = "https://checkout.stripe.com/c/pay/cs_live_1")]
    redirect_url: &'a str,
}

/// A place in an event's ledger.
#[derive(Debug, Serialize, ToSchema)]
struct ReceiptBody {
    /// The version of the entry that sold the seats.
    #[schema(example = 4711)]
    version: u64,
    /// The chain's hash at that version, lower-case hex.
    head: String,
}

/// What an answer about a booking is made of.
pub(crate) struct Answer<'a> {
    pub(crate) app: &'a App,
    pub(super) right: Right,
    pub(crate) event: &'a Listed,
    pub(crate) plan: &'a SeatingPlan,
    pub(crate) reservation_address: Address,
    pub(crate) reservation: &'a Reservation,
    pub(crate) booking: &'a Booking,
}

impl Answer<'_> {
    fn body(&self) -> BookingBody<'_> {
        let booking = self.booking;
        let server = &self.app.keys.server;
        let address = Address::seal(server, booking.event, booking.attempt, booking.nonce);
        let id = BookingId(address);
        let (booking_id, signature) = (id.to_string(), sign_order_link(server, &id));
        let reservation = self.reservation;
        let is_back = |held: &&HeldSeat| reservation.returned.contains(&held.index);
        let returned = || reservation.seats.iter().filter(is_back);
        BookingBody {
            status: status(booking.status),
            reservation_id: ReservationId(self.reservation_address).to_string(),
            event_id: self.event.id.as_str(),
            seats: seat_bodies(self.plan, &self.reservation.seats),
            total: booking.amount,
            currency: booking.currency.to_string(),
            currency_exponent: booking.currency.exponent(),
            created_at: booking.created_at.with_micros(),
            tickets_url: match self.right {
                Right::Owner => format!("/v1/bookings/{booking_id}/tickets"),
                Right::Link => {
                    format!("/v1/bookings/{booking_id}/tickets?signature={signature}")
                }
            },
            order_url: (self.right == Right::Owner).then(|| order_url(self.app, &id)),
            receipt: booking.receipt.map(|receipt| ReceiptBody {
                version: receipt.version,
                head: data_encoding::HEXLOWER.encode(&receipt.head.0),
            }),
            decline_code: booking.decline_code.as_deref(),
            next_action: self.next_action(),
            refunded_seat_ids: returned().filter_map(|held| self.seat_id(held)).collect(),
            refunded: (!reservation.returned.is_empty() && booking.status.is_paid())
                .then(|| returned().map(|held| held.price).sum()),
            booking_id,
        }
    }

    fn next_action(&self) -> Option<NextAction<'_>> {
        let redirect_url = self.booking.redirect_url.as_deref()?;
        let waits = self.booking.status == BookingStatus::Action;
        waits.then_some(NextAction { redirect_url })
    }

    fn seat_id(&self, held: &HeldSeat) -> Option<&str> {
        self.plan.seat(held.index).map(|seat| seat.id)
    }

    /// The booking under a status: 200, 201, or 202 with where to ask again.
    pub(crate) fn respond(&self, status: StatusCode) -> Response {
        let body = self.body();
        let location = format!("/v1/bookings/{}", body.booking_id);
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status != StatusCode::OK
            && let Ok(location) = HeaderValue::from_str(&location)
        {
            headers.insert(header::LOCATION, location);
        }
        response
    }
}

/// The signed link of an order.
pub(crate) fn order_url(app: &App, id: &BookingId) -> String {
    let signature = sign_order_link(&app.keys.server, id);
    format!(
        "{}/orders/{id}?signature={signature}",
        app.config.public_url
    )
}

/// The word on the wire.
pub(super) fn status(status: BookingStatus) -> &'static str {
    match status {
        // Sold but not yet collected: for the buyer it is not done.
        BookingStatus::Pending | BookingStatus::Booked => "PENDING",
        BookingStatus::Action => "REQUIRES_ACTION",
        BookingStatus::Confirmed => "CONFIRMED",
        BookingStatus::PartlyRefunded => "PARTLY_REFUNDED",
        BookingStatus::Refunded => "REFUNDED",
        BookingStatus::Declined => "DECLINED",
        BookingStatus::Voided => "VOIDED",
        BookingStatus::Cancelled => "CANCELLED",
    }
}
