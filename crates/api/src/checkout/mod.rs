//! `/checkout/{booking_id}`: where a payer comes back to from a page of the payment provider, and the
//! page of the test provider. Plain pages for whoever has the link; they show no personal data. The
//! buyers' site will have better ones.

mod page;
mod returned;
mod test_payment;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use boxoffice_model::BookingId;
use boxoffice_store::Booking;

use crate::app::App;
use crate::problem::Problem;

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/checkout/{booking_id}", get(returned::handler))
        .route(
            "/checkout/{booking_id}/test-payment",
            get(test_payment::show).post(test_payment::decide),
        )
}

/// The booking of a link. Whoever has the link may see how it stands, and no more.
async fn booking(app: &App, id: &str) -> Result<Booking, Problem> {
    let not_found = Problem::booking_not_found;
    let BookingId(address) = id.parse().map_err(|()| not_found())?;
    let booking = app.store.booking(address.event, address.version).await?;
    booking
        .filter(|booking| address.proves(&booking.secret))
        .ok_or_else(not_found)
}
