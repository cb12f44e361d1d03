//! `POST /v1/bookings`: pays for a reservation.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use boxoffice_inventory::Idempotency;
use boxoffice_model::sha256;
use boxoffice_payments::{PayError, PayResult, Purse};
use boxoffice_store::{BookingDraft, BookingStatus, PaymentMethod};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::card_number::card_number_in;
use super::find::Right;
use super::wire::{Answer, BookingBody};
use crate::app::App;
use crate::body::Body;
use crate::problem::Problem;
use crate::reservations::Found;
use crate::who::Who;

/// A payment for a reservation.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct PayBody {
    reservation_id: String,
    /// What the payment provider gave for a means of payment, or `checkout` for its own page; never card
    /// data. Not needed where there is nothing to pay.
    #[schema(example = "tok_visa")]
    payment_token: Option<String>,
    /// Makes a retry answer as the first did.
    #[schema(example = "7d3c1d0e-1")]
    idempotency_key: String,
    #[schema(example = "ada@example.org")]
    email: Option<String>,
    #[schema(example = "Ada")]
    name: Option<String>,
    attendees: Option<Vec<serde_json::Value>>,
}

/// Pays for a reservation and has the seats. Waits up to ten seconds for the provider; while the
/// outcome is unknown the answer is 202 and the booking is to be asked for again.
#[utoipa::path(
    post, path = "/v1/bookings", tag = "bookings", request_body = PayBody,
    responses(
        (status = 201, description = "The seats are sold.", body = BookingBody),
        (status = 202, description = "The outcome is not known yet, or the payer must go to `next_action.redirect_url` first.", body = BookingBody),
        (status = 400, description = "`invalid-request`, `reservation-expired`"),
        (status = 403, description = "`buyer-limit-reached`, `not-on-sale`"),
        (status = 402, description = "`payment-declined` with its `decline_code`"),
        (status = 404, description = "`reservation-not-found`"),
        (status = 409, description = "`already-booked`, `payment-in-progress`, `too-many-attempts`"),
        (status = 422, description = "`idempotency-key-reused`"),
        (status = 503, description = "`payment-provider-unavailable`, `store-unavailable`, `outcome-unknown`"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let request: PayBody = read(body)?;
    let who = Who::of(&app, &headers)?;
    let found = Found::to_be_paid(&app, &request.reservation_id, &who).await?;
    if request.payment_token.is_none() && found.reservation.total() > 0 {
        let expected = "a token of the payment provider, since the seats are not free";
        return Err(Problem::invalid("/payment_token", expected));
    }
    let plan = app.plan(&found.event).await?;
    let idempotency = Idempotency {
        key: short_hash(&[b"pay", request.idempotency_key.as_bytes()]),
        request: short_hash(&[&serde_json::to_vec(&request).unwrap_or_default()]),
    };
    let attendees = request
        .attendees
        .as_ref()
        .and_then(|all| serde_json::to_string(all).ok());
    let draft = BookingDraft {
        provider: String::new(),
        method: PaymentMethod::Token,
        email: request.email,
        name: request.name,
        attendees,
    };
    let result = app
        .payments
        .pay(
            found.event.number,
            &found.reservation,
            idempotency,
            draft,
            Purse {
                token: request.payment_token,
                description: found.event.document.name.clone(),
                currency: found.event.document.currency,
            },
        )
        .await
        .map_err(refused)?;
    let answer = Answer {
        app: &app,
        right: Right::Owner,
        event: &found.event,
        plan: &plan.plan,
        reservation_address: found.address,
        reservation: &found.reservation,
        booking: &result.booking,
    };
    Ok(respond(&answer, &result))
}

fn respond(answer: &Answer<'_>, result: &PayResult) -> Response {
    let code = result.booking.decline_code.as_deref();
    let mut response = match result.booking.status {
        BookingStatus::Pending | BookingStatus::Action | BookingStatus::Booked => {
            return answer.respond(StatusCode::ACCEPTED);
        }
        BookingStatus::Confirmed | BookingStatus::PartlyRefunded | BookingStatus::Refunded => {
            answer.respond(StatusCode::CREATED)
        }
        BookingStatus::Declined => {
            Problem::payment_declined(code.unwrap_or("generic_decline")).into_response()
        }
        BookingStatus::Cancelled => {
            Problem::payment_declined(code.unwrap_or("capture_failed")).into_response()
        }
        BookingStatus::Voided => {
            Problem::payment_declined(code.unwrap_or("payment_timed_out")).into_response()
        }
    };
    if result.replayed {
        let replayed = HeaderValue::from_static("true");
        response
            .headers_mut()
            .insert("idempotency-replayed", replayed);
    }
    response
}

fn refused(error: PayError) -> Problem {
    match error {
        PayError::Refused(refusal) => Problem::refusal(&refusal, |_| String::new()),
        PayError::Sequencer(error) => error.into(),
        PayError::ProviderUnavailable | PayError::NoProvider => {
            Problem::payment_provider_unavailable()
        }
        PayError::BadToken => Problem::invalid(
            "/payment_token",
            "a token of the payment provider, or `checkout`",
        ),
        PayError::BadAmount(why) => {
            tracing::error!(why, "The payment provider cannot take an amount");
            Problem::payment_declined("amount_not_supported")
        }
    }
}

/// Reads a request and checks its form. What has a card's number in it, wherever, is refused.
fn read(body: Body) -> Result<PayBody, Problem> {
    let whole: serde_json::Value = serde_json::from_slice(&body.0).unwrap_or_default();
    let request: PayBody = body.json()?;
    if let Some(pointer) = card_number_in(&whole) {
        return Err(Problem::invalid(
            &pointer,
            "no card number: cards are given to the payment provider alone, which gives a token for them",
        ));
    }
    check(&request)?;
    Ok(request)
}

fn check(request: &PayBody) -> Result<(), Problem> {
    if let Some(token) = &request.payment_token {
        text("/payment_token", token, 255)?;
    }
    let key = &request.idempotency_key;
    if !(1..=255).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Problem::invalid(
            "/idempotency_key",
            "1 to 255 visible ASCII characters",
        ));
    }
    if let Some(name) = &request.name {
        text("/name", name, 200)?;
    }
    if let Some(email) = &request.email {
        check_email(email)?;
    }
    Ok(())
}

/// Whether it can be an e-mail address, which stands in `/email`.
pub(crate) fn check_email(email: &str) -> Result<(), Problem> {
    text("/email", email, 254)?;
    let whole = email.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && host.contains('.') && !email.contains(char::is_whitespace)
            || host == "localhost" && !local.is_empty()
    });
    match whole {
        true => Ok(()),
        false => Err(Problem::invalid(
            "/email",
            "an address such as ada@example.org",
        )),
    }
}

fn text(pointer: &str, text: &str, most: usize) -> Result<(), Problem> {
    match text.chars().count() {
        0 => Err(Problem::invalid(pointer, "a text that is not empty")),
        count if count > most => Err(Problem::invalid(
            pointer,
            format!("at most {most} characters"),
        )),
        _ if text.contains(char::is_control) => Err(Problem::invalid(
            pointer,
            "a text without control characters",
        )),
        _ => Ok(()),
    }
}

fn short_hash(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = [0; 16];
    hash.copy_from_slice(&sha256(parts)[..16]);
    hash
}
