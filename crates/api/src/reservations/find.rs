//! Finds a reservation by the id in a path or body, for whoever may see it.

use std::sync::Arc;

use boxoffice_catalogue::Listed;
use boxoffice_inventory::{Reservation, SaleStatus, State};
use boxoffice_model::{Address, ReservationId};
use boxoffice_store::{Writers, load_reservation};

use crate::app::App;
use crate::problem::Problem;
use crate::who::Who;

/// A reservation that the caller may see.
pub(crate) struct Found {
    pub(crate) address: Address,
    pub(crate) event: Arc<Listed>,
    pub(crate) reservation: Reservation,
}

impl Found {
    /// Unknown, malformed and not yours are one answer.
    pub(crate) async fn by_id(app: &App, id: &str, who: &Who) -> Result<Self, Problem> {
        let (address, event) = parse(app, id)?;
        let loaded = load_reservation(app.store.as_ref(), address.event, address.version).await?;
        let (reservation, _) = loaded.ok_or_else(Problem::reservation_not_found)?;
        Found::new(address, event, reservation, who)
    }

    /// The same for who is about to pay. Where this process alone sells, it has heard of every change by the
    /// time that somebody was told of it, so that what is held need not be read.
    pub(crate) async fn to_be_paid(app: &App, id: &str, who: &Who) -> Result<Self, Problem> {
        if app.store.writers() == Writers::One {
            let (address, event) = parse(app, id)?;
            let map = app.maps.loaded(address.event);
            let held = map.and_then(|map| map.held(address.version, app.now()));
            if let Some(reservation) = held {
                return Found::new(address, event, reservation, who);
            }
        }
        Found::by_id(app, id, who).await
    }

    fn new(
        address: Address,
        event: Arc<Listed>,
        mut reservation: Reservation,
        who: &Who,
    ) -> Result<Self, Problem> {
        if !address.proves(&reservation.secret) || !who.may_see(&event, &reservation) {
            return Err(Problem::reservation_not_found());
        }
        // A cancellation ends all holds in one entry, which is none of the reservation's own.
        let alive = matches!(reservation.state, State::Held | State::Paying { .. });
        if alive && event.document.status == SaleStatus::Cancelled {
            reservation.state = State::Released;
        }
        Ok(Found {
            address,
            event,
            reservation,
        })
    }
}

fn parse(app: &App, id: &str) -> Result<(Address, Arc<Listed>), Problem> {
    let not_found = Problem::reservation_not_found;
    let ReservationId(address) = id.parse().map_err(|()| not_found())?;
    let event = app.event_of(address.event).ok_or_else(not_found)?;
    Ok((address, event))
}
