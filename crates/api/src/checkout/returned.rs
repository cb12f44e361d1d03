//! `GET /checkout/{booking_id}`: the payer is back, and is told how the payment stands until that is
//! known.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use boxoffice_store::BookingStatus;

use super::page::page;
use crate::app::App;
use crate::params::Id;
use crate::problem::Problem;

pub(super) async fn handler(State(app): State<Arc<App>>, Id(id): Id) -> Result<Response, Problem> {
    let booking = super::booking(&app, &id).await?;
    // Whoever is back may have paid: the provider need not be waited for.
    app.payments.hurry(&booking);
    let again = Some(2);
    Ok(match booking.status {
        BookingStatus::Pending | BookingStatus::Booked => page(
            "Your bank is being asked",
            "<p>Your seats are safe meanwhile. This page tells you as soon as there is an answer.</p>",
            again,
        ),
        BookingStatus::Action => {
            let link = booking.redirect_url.as_deref().unwrap_or_default();
            let link = escape(link);
            let body = format!(
                "<p>Your seats are safe meanwhile. If you have not paid yet, \
                 <a href=\"{link}\">go on to pay</a>; if you have, this page tells you as soon as it \
                 is known.</p>"
            );
            page("Waiting for your payment", &body, again)
        }
        BookingStatus::Confirmed => page(
            "Your seats are booked",
            "<p>The payment has arrived, and the seats are yours.</p>",
            None,
        ),
        BookingStatus::PartlyRefunded | BookingStatus::Refunded => page(
            "Refunded",
            "<p>Seats of this booking were taken back, and their price is paid back.</p>",
            None,
        ),
        BookingStatus::Declined => page(
            "The payment was declined",
            "<p>Nothing was charged. The seats stay held for another try for as long as the hold lasts.</p>",
            None,
        ),
        BookingStatus::Voided | BookingStatus::Cancelled => page(
            "The payment came to nothing",
            "<p>It took too long, could not be collected, or the event was called off. You keep your money: \
             whatever was set aside or arrives yet is given back by itself.</p>",
            None,
        ),
    })
}

fn escape(url: &str) -> String {
    url.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}
