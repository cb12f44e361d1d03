//! Errors as RFC 9457 problems. The only room where a failure gets a status; the contract's table
//! is this file.

use std::error::Error as _;

use axum::response::{IntoResponse, Response};
use boxoffice_inventory::{NotOnSale, Refusal, SeatIndex};
use boxoffice_sequencer::SequencerError;
use boxoffice_store::{LoadError, StoreError};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

/// An answer that says what was wrong, where, and what would be right.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    slug: &'static str,
    title: &'static str,
    detail: String,
    members: Map<String, Value>,
    retry_after: Option<u32>,
}

impl Problem {
    fn new(
        status: u16,
        slug: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Problem {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            slug,
            title,
            detail: detail.into(),
            members: Map::new(),
            retry_after: None,
        }
    }

    fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }

    fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The last part of the problem's type.
    pub fn slug(&self) -> &'static str {
        self.slug
    }

    pub(crate) fn invalid(pointer: &str, expected: impl Into<String>) -> Self {
        let expected = expected.into();
        let detail = match pointer {
            "" => format!("The request is not valid: expected {expected}."),
            pointer => format!("The request is not valid at {pointer}: expected {expected}."),
        };
        let errors = json!([{ "pointer": pointer, "expected": expected }]);
        Problem::new(400, "invalid-request", "The request is not valid", detail)
            .with("errors", errors)
    }

    pub(crate) fn unknown_event_in_path(id: &str) -> Self {
        let id: String = id.chars().take(64).collect();
        Problem::new(
            404,
            "unknown-event",
            "Unknown event",
            format!("There is no event `{id}`."),
        )
    }

    pub(crate) fn unknown_event_in_body(id: &str) -> Self {
        Problem {
            status: StatusCode::BAD_REQUEST,
            ..Problem::unknown_event_in_path(id)
        }
    }

    pub(crate) fn unknown_seats(seat_ids: Vec<String>) -> Self {
        let detail = "The event has no such seats; its seats are listed by /seats.";
        Problem::new(400, "unknown-seat", "Unknown seat", detail).with("seat_ids", seat_ids)
    }

    pub(crate) fn unknown_ticket_type() -> Self {
        let detail = "The event's seats have one price each and no ticket types.";
        Problem::new(400, "unknown-ticket-type", "Unknown ticket type", detail)
    }

    pub(crate) fn too_many_seats(limit: u32) -> Self {
        let detail = format!("A reservation has at most {limit} seats.");
        Problem::new(400, "too-many-seats", "Too many seats", detail).with("limit", limit)
    }

    pub(crate) fn unauthenticated(detail: impl Into<String>) -> Self {
        Problem::new(401, "unauthenticated", "Not signed in", detail)
    }

    pub(crate) fn payment_declined(decline_code: &str) -> Self {
        let detail = "The payment was declined; nothing was charged. The seats stay held for another try until the hold ends.";
        Problem::new(402, "payment-declined", "Payment declined", detail)
            .with("decline_code", decline_code)
    }

    pub(crate) fn not_on_sale(why: &NotOnSale) -> Self {
        let reason = why.reason.as_str();
        let detail = match why.on_sale_at {
            Some(at) if reason == "not_yet" => format!("Sales begin at {at}."),
            _ => format!("The event is not on sale: {reason}."),
        };
        Problem::new(403, "not-on-sale", "Not on sale", detail)
            .with("on_sale_at", why.on_sale_at.map(|at| at.to_string()))
            .with("reason", reason)
    }

    pub(crate) fn code_invalid() -> Self {
        let detail = "The access code opens nothing of this event.";
        Problem::new(403, "code-invalid", "Access code not valid", detail)
    }

    pub(crate) fn reservation_not_found() -> Self {
        let detail = "There is no such reservation, or it is not yours.";
        Problem::new(
            404,
            "reservation-not-found",
            "Reservation not found",
            detail,
        )
    }

    pub(crate) fn booking_not_found() -> Self {
        let detail = "There is no such booking, or it is not yours.";
        Problem::new(404, "booking-not-found", "Booking not found", detail)
    }

    pub(crate) fn no_test_payment() -> Self {
        let detail = "Nothing is to be paid at a page of the test provider for this booking.";
        Problem::new(404, "not-found", "Not found", detail)
    }

    pub(crate) fn unknown_section() -> Self {
        let detail = "The event has no section of this name; its sections are listed by /plan.";
        Problem::new(404, "not-found", "Not found", detail)
    }

    pub(crate) fn not_found() -> Self {
        let detail = "There is nothing here; the API is described at /openapi.json.";
        Problem::new(404, "not-found", "Not found", detail)
    }

    pub(crate) fn method_not_allowed() -> Self {
        let detail = "This address does not take that method.";
        Problem::new(405, "method-not-allowed", "Method not allowed", detail)
    }

    pub(crate) fn body_too_slow() -> Self {
        let detail = "The request's body did not arrive in time.";
        Problem::new(408, "request-timeout", "Request timeout", detail)
    }

    pub(crate) fn seats_taken(seat_ids: Vec<String>) -> Self {
        let detail = "Some of the seats are not free; none was taken.";
        Problem::new(409, "seats-taken", "Seats taken", detail).with("seat_ids", seat_ids)
    }

    pub(crate) fn not_enough_together(available: u32) -> Self {
        let detail = format!("At most {available} seats are to be had like that.");
        Problem::new(
            409,
            "not-enough-together",
            "Not enough seats together",
            detail,
        )
        .with("available", available)
    }

    pub(crate) fn booking_not_confirmed() -> Self {
        let detail = "Tickets exist once the booking is confirmed.";
        Problem::new(
            409,
            "booking-not-confirmed",
            "Booking not confirmed",
            detail,
        )
    }

    pub(crate) fn too_large() -> Self {
        let detail = "A request's body has at most 65536 bytes.";
        Problem::new(413, "too-large", "Too large", detail)
    }

    pub(crate) fn key_reused() -> Self {
        let detail = "This idempotency key was used with another request; take a new key.";
        Problem::new(
            422,
            "idempotency-key-reused",
            "Idempotency key reused",
            detail,
        )
    }

    pub(crate) fn rate_limited(seconds: u32) -> Self {
        let detail = "Too many ask for this now. Nothing was done; try again soon.";
        Problem::new(429, "rate-limited", "Rate limited", detail).retry_after(seconds)
    }

    pub(crate) fn internal() -> Self {
        let detail = "Something went wrong on our side; it has been logged.";
        Problem::new(500, "internal", "Internal error", detail)
    }

    pub(crate) fn store_unavailable(detail: &str) -> Self {
        let detail = format!("Nothing was changed; try again soon ({detail}).");
        Problem::new(503, "store-unavailable", "Store unavailable", detail).retry_after(1)
    }

    /// For the operator: what the store fails with, in its own words.
    pub(crate) fn not_ready(error: &StoreError) -> Self {
        let cause = error.source().map(|cause| format!(": {cause}"));
        let cause = cause.unwrap_or_default();
        tracing::warn!("Not ready: {error}{cause}");
        let detail = format!("Not ready: {error}{cause}.");
        Problem::new(503, "store-unavailable", "Store unavailable", detail).retry_after(1)
    }

    pub(crate) fn payment_provider_unavailable() -> Self {
        let detail = "The payment provider cannot be reached; nothing was charged. The seats stay held until the hold ends.";
        Problem::new(
            503,
            "payment-provider-unavailable",
            "Payment provider unavailable",
            detail,
        )
        .retry_after(5)
    }

    pub(crate) fn mail_unavailable() -> Self {
        let detail = "This box office sends no mail.";
        Problem::new(503, "mail-unavailable", "Mail unavailable", detail)
    }

    /// A refusal in the words of the contract; `seat_id` names the seats.
    pub(crate) fn refusal(refusal: &Refusal, seat_id: impl Fn(SeatIndex) -> String) -> Self {
        let ids = |seats: &[SeatIndex]| seats.iter().map(|seat| seat_id(*seat)).collect::<Vec<_>>();
        match refusal {
            Refusal::NotOnSale(why) => Problem::not_on_sale(why),
            Refusal::TooManySeats { limit } => Problem::too_many_seats(*limit),
            Refusal::BuyerLimit { limit, have } => {
                let detail = format!("One buyer has at most {limit} seats of this event.");
                Problem::new(403, "buyer-limit-reached", "Buyer limit reached", detail)
                    .with("limit", *limit)
                    .with("have", *have)
            }
            Refusal::SeatsTaken(seats) => Problem::seats_taken(ids(seats)),
            Refusal::UnknownSeats(seats) => Problem::unknown_seats(ids(seats)),
            Refusal::NotEnoughTogether { available } => Problem::not_enough_together(*available),
            Refusal::KeyReused => Problem::key_reused(),
            Refusal::UnknownReservation => Problem::reservation_not_found(),
            Refusal::Ended | Refusal::AttemptVoid => {
                let detail = "The reservation has expired or was released; make a new one.";
                Problem::new(400, "reservation-expired", "Reservation expired", detail)
            }
            Refusal::PaymentInProgress => {
                let detail = "A payment for the reservation is under way.";
                Problem::new(409, "payment-in-progress", "Payment in progress", detail)
            }
            Refusal::NotBooked => Problem::booking_not_confirmed(),
            Refusal::AlreadyBooked => {
                let detail = "The reservation is booked already.";
                Problem::new(409, "already-booked", "Already booked", detail)
            }
            Refusal::TooManyAttempts { limit } => {
                let detail =
                    format!("{limit} attempts to pay have failed; make a new reservation.");
                Problem::new(409, "too-many-attempts", "Too many attempts", detail)
            }
        }
    }
}

impl From<SequencerError> for Problem {
    fn from(error: SequencerError) -> Self {
        match error {
            SequencerError::Overloaded => {
                let detail = "Too many want the same now. Nothing was changed; try again soon.";
                Problem::new(503, "overloaded", "Overloaded", detail).retry_after(1)
            }
            SequencerError::StoreUnavailable => {
                Problem::store_unavailable("the store cannot be written")
            }
            SequencerError::OutcomeUnknown => {
                let detail =
                    "It may have happened: repeat the request with the same idempotency key.";
                Problem::new(503, "outcome-unknown", "Outcome unknown", detail).retry_after(1)
            }
            SequencerError::UnknownEvent => Problem::new(
                404,
                "unknown-event",
                "Unknown event",
                "There is no such event.",
            ),
            SequencerError::Damaged(damage) => {
                tracing::error!(%damage, "A ledger is damaged; its event sells nothing");
                Problem::store_unavailable("the event's ledger is damaged")
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "The store cannot be read");
        Problem::store_unavailable("the store cannot be read")
    }
}

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(error) => error.into(),
            LoadError::Damaged(damage) => SequencerError::Damaged(damage).into(),
        }
    }
}

impl From<boxoffice_seat_map::MapError> for Problem {
    fn from(error: boxoffice_seat_map::MapError) -> Self {
        match error {
            boxoffice_seat_map::MapError::Load(error) => error.into(),
            error => {
                tracing::error!(%error, "There is no seat map");
                Problem::store_unavailable("the seating plan is not in the store")
            }
        }
    }
}

impl From<boxoffice_seat_map::WatchError> for Problem {
    fn from(error: boxoffice_seat_map::WatchError) -> Self {
        match error {
            boxoffice_seat_map::WatchError::Map(error) => error.into(),
            boxoffice_seat_map::WatchError::UnknownSection => Problem::unknown_section(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = Map::new();
        body.insert("type".into(), format!("/problems/{}", self.slug).into());
        body.insert("title".into(), self.title.into());
        body.insert("status".into(), self.status.as_u16().into());
        body.insert("detail".into(), self.detail.into());
        body.extend(self.members);
        let mut response = (self.status, Value::Object(body).to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
