//! Finds a booking by the id in a path, for whoever may see its reservation or has its signed link.

use std::sync::Arc;

use boxoffice_catalogue::Listed;
use boxoffice_inventory::Reservation;
use boxoffice_model::{Address, BookingId, is_order_link};
use boxoffice_store::{Booking, load_reservation};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::problem::Problem;
use crate::who::Who;

/// By what right somebody sees a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Right {
    /// Its reservation answers to them.
    Owner,
    /// They have its signed link.
    Link,
}

/// What the signed link of an order has in it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LinkParams {
    /// Of an `order_url`, in place of the session.
    pub(super) signature: Option<String>,
}

/// A booking that the caller may see.
pub(super) struct FoundBooking {
    pub(super) right: Right,
    pub(super) event: Arc<Listed>,
    pub(super) booking: Booking,
    pub(super) reservation: Reservation,
    pub(super) reservation_address: Address,
}

impl FoundBooking {
    /// Unknown, malformed and not yours are one answer; a wrong signature is none.
    pub(super) async fn by_id(
        app: &App,
        id: &str,
        who: &Who,
        link: &LinkParams,
    ) -> Result<Self, Problem> {
        let not_found = Problem::booking_not_found;
        let booking = booking(app, id).await?;
        let event = app.event_of(booking.event).ok_or_else(not_found)?;
        let loaded = load_reservation(app.store.as_ref(), booking.event, booking.first).await?;
        let (reservation, nonce) = loaded.ok_or_else(not_found)?;
        let server = &app.keys.server;
        let signed = || {
            let (id, signature) = (id.parse().ok()?, link.signature.as_deref()?);
            is_order_link(server, &id, signature).then_some(Right::Link)
        };
        let right = match who.may_see(&event, &reservation) {
            true => Right::Owner,
            false => signed().ok_or_else(not_found)?,
        };
        Ok(FoundBooking {
            right,
            event,
            reservation_address: Address::seal(server, booking.event, booking.first, nonce),
            booking,
            reservation,
        })
    }
}

/// The booking of an id. Whoever has it may know how the booking stands, and no more.
pub(super) async fn booking(app: &App, id: &str) -> Result<Booking, Problem> {
    let not_found = Problem::booking_not_found;
    let BookingId(address) = id.parse().map_err(|()| not_found())?;
    let booking = app.store.booking(address.event, address.version).await?;
    booking
        .filter(|booking| address.proves(&booking.secret))
        .ok_or_else(not_found)
}
