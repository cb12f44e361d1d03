//! `/checkout/{booking_id}/test-payment`: the page of the test provider, where a payer pays or does not.
//! Nothing is to be paid there unless a test provider has asked for it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use boxoffice_payments::TestProvider;
use boxoffice_store::{Booking, ChargeStatus};

use super::page::page;
use crate::app::App;
use crate::body::Body;
use crate::params::Id;
use crate::problem::Problem;

pub(super) async fn show(State(app): State<Arc<App>>, Id(id): Id) -> Result<Response, Problem> {
    let booking = super::booking(&app, &id).await?;
    let charge = app.store.charge(booking.event, booking.attempt).await?;
    let open = charge.is_some_and(|charge| charge.status == ChargeStatus::Open);
    if !open {
        return Ok(back(&id));
    }
    let amount = amount(&booking);
    let body = format!(
        "<p>This is a test: no money moves.</p>\
         <form method=\"post\"><button name=\"answer\" value=\"pay\">Pay {amount}</button> \
         <button name=\"answer\" value=\"decline\">Be declined</button></form>"
    );
    Ok(page("Test payment", &body, None))
}

pub(super) async fn decide(
    State(app): State<Arc<App>>,
    Id(id): Id,
    body: Body,
) -> Result<Response, Problem> {
    let booking = super::booking(&app, &id).await?;
    let pays = match body.0.as_ref() {
        b"answer=pay" => true,
        b"answer=decline" => false,
        _ => return Err(Problem::invalid("/answer", "pay or decline")),
    };
    let (event, attempt) = (booking.event, booking.attempt);
    TestProvider::pay_at_page(&app.sequencer, event, attempt, pays).await?;
    app.payments.hurry(&booking);
    Ok(back(&id))
}

fn back(id: &str) -> Response {
    Redirect::to(&format!("/checkout/{id}")).into_response()
}

/// Such as `90.00 EUR`.
fn amount(booking: &Booking) -> String {
    let exponent = u32::from(booking.currency.exponent());
    let unit = 10u64.pow(exponent);
    let (whole, rest) = (booking.amount / unit, booking.amount % unit);
    match exponent {
        0 => format!("{whole} {}", booking.currency),
        digits => format!(
            "{whole}.{rest:0width$} {}",
            booking.currency,
            width = digits as usize
        ),
    }
}
