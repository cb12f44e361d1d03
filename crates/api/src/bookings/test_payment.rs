//! `POST /v1/bookings/{id}/test-payment`: what a payer does at the page of the test provider.

use std::sync::Arc;

use axum::extract::State;
use boxoffice_payments::TestProvider;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::find::booking;
use crate::app::App;
use crate::body::Body;
use crate::params::Id;
use crate::problem::Problem;

/// What the payer of a test payment does.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct TestPaymentBody {
    answer: TestAnswer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TestAnswer {
    Pay,
    Decline,
}

/// Pays at the page of the test provider, or is declined: for whoever has the booking's id. No money moves. There
/// is such a page only where that provider is configured and the booking was made with the token `checkout`.
#[utoipa::path(
    post, path = "/v1/bookings/{booking_id}/test-payment", tag = "bookings", request_body = TestPaymentBody,
    params(("booking_id" = String, Path, description = "As `POST /v1/bookings` gave it.")),
    responses(
        (status = 204, description = "It is known to the provider; the booking follows within two seconds."),
        (status = 400, description = "`invalid-request`"),
        (status = 404, description = "`booking-not-found`; `not-found`: there is nothing to be paid at a test page"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    Id(id): Id,
    body: Body,
) -> Result<StatusCode, Problem> {
    let booking = booking(&app, &id).await?;
    let request: TestPaymentBody = body.json()?;
    let pays = request.answer == TestAnswer::Pay;
    let (event, attempt) = (booking.event, booking.attempt);
    let was_open = TestProvider::pay_at_page(&app.sequencer, event, attempt, pays).await?;
    if !was_open {
        return Err(Problem::no_test_payment());
    }
    app.payments.hurry(&booking);
    Ok(StatusCode::NO_CONTENT)
}
