//! Finds a booking by the id in a path, for whoever may see its reservation.

use std::sync::Arc;

use boxoffice_catalogue::Listed;
use boxoffice_inventory::Reservation;
use boxoffice_model::{Address, BookingId};
use boxoffice_store::{Booking, load_reservation};

use crate::app::App;
use crate::problem::Problem;
use crate::who::Who;

/// A booking that the caller may see.
pub(super) struct FoundBooking {
    pub(super) event: Arc<Listed>,
    pub(super) booking: Booking,
    pub(super) reservation: Reservation,
    pub(super) reservation_address: Address,
}

impl FoundBooking {
    /// Unknown, malformed and not yours are one answer.
    pub(super) async fn by_id(app: &App, id: &str, who: &Who) -> Result<Self, Problem> {
        let not_found = Problem::booking_not_found;
        let BookingId(address) = id.parse().map_err(|()| not_found())?;
        let event = app.event_of(address.event).ok_or_else(not_found)?;
        let booking = app.store.booking(address.event, address.version).await?;
        let booking = booking.filter(|booking| address.proves(&booking.secret));
        let booking = booking.ok_or_else(not_found)?;
        let loaded = load_reservation(app.store.as_ref(), address.event, booking.first).await?;
        let (reservation, nonce) = loaded.ok_or_else(not_found)?;
        if !who.may_see(&event, &reservation) {
            return Err(not_found());
        }
        let server = &app.keys.server;
        let reservation_address = Address::seal(server, address.event, booking.first, nonce);
        Ok(FoundBooking {
            event,
            booking,
            reservation,
            reservation_address,
        })
    }
}
