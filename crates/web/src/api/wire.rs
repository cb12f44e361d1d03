//! What the pages read of the API's answers. Fields that no page shows are left out.

use jiff::{Timestamp, ZonedDateTime};
use serde::Deserialize;

use crate::format::Money;

/// An event in a list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Event {
    pub(crate) event_id: String,
    pub(crate) name: String,
    pub(crate) date: Timestamp,
    pub(crate) venue_name: String,
    pub(crate) city: String,
    pub(crate) time_zone: String,
    pub(crate) on_sale_at: Option<Timestamp>,
    pub(crate) currency: Option<String>,
    pub(crate) currency_exponent: u8,
    pub(crate) min_price: Option<u64>,
    pub(crate) max_price: Option<u64>,
    pub(crate) status: String,
    pub(crate) available: u64,
    pub(crate) capacity: u64,
}

/// An event with all that its page shows.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct EventDetail {
    #[serde(flatten)]
    pub(crate) event: Event,
    pub(crate) venue: Venue,
    pub(crate) description: Option<String>,
    pub(crate) artists: Vec<String>,
    pub(crate) doors_at: Option<Timestamp>,
    pub(crate) plan_url: String,
    pub(crate) prices: serde_json::Map<String, serde_json::Value>,
    pub(crate) limits: Limits,
    /// As the catalogue has it; a page takes what it understands.
    pub(crate) seller: Option<serde_json::Value>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Venue {
    pub(crate) name: String,
    pub(crate) address: Option<String>,
    pub(crate) city: String,
    pub(crate) country: String,
    pub(crate) latitude: Option<f64>,
    pub(crate) longitude: Option<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Limits {
    pub(crate) max_seats_per_reservation: u32,
    /// For how long seats are held.
    pub(crate) hold_seconds: u64,
}

/// A city where something is on.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct City {
    pub(crate) city: String,
    pub(crate) currencies: Vec<Currency>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Currency {
    pub(crate) currency: String,
    pub(crate) currency_exponent: u8,
}

/// A section of a house.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Section {
    pub(crate) section: String,
    pub(crate) area: bool,
    pub(crate) available: u64,
    pub(crate) min_price: Option<u64>,
    pub(crate) max_price: Option<u64>,
}

/// A seat in the map.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Seat {
    pub(crate) seat_id: String,
    pub(crate) row: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) status: String,
    pub(crate) price: Option<u64>,
    pub(crate) index: u32,
    pub(crate) note: Option<String>,
}

/// A seat that somebody has.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
pub(crate) struct HeldSeat {
    pub(crate) seat_id: String,
    pub(crate) row: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) section: String,
    pub(crate) price: u64,
}

/// A guest session.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Session {
    pub(crate) session_token: String,
}

/// A hold.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Reservation {
    pub(crate) reservation_id: String,
    pub(crate) event_id: String,
    pub(crate) status: String,
    pub(crate) seats: Vec<HeldSeat>,
    pub(crate) total: u64,
    pub(crate) currency: Option<String>,
    pub(crate) currency_exponent: u8,
    pub(crate) expires_at: Timestamp,
    /// Whether its one extension is still to be had.
    pub(crate) extendable: bool,
    /// Of the attempt to pay, or of the sale.
    pub(crate) booking_id: Option<String>,
}

/// An attempt to pay.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Booking {
    pub(crate) booking_id: String,
    pub(crate) status: String,
    pub(crate) reservation_id: String,
    pub(crate) event_id: String,
    pub(crate) seats: Vec<HeldSeat>,
    pub(crate) total: u64,
    pub(crate) currency: String,
    pub(crate) currency_exponent: u8,
    pub(crate) created_at: Timestamp,
    #[serde(default)]
    pub(crate) next_action: Option<NextAction>,
    #[serde(default)]
    pub(crate) refunded: Option<u64>,
    #[serde(default)]
    pub(crate) refunded_seat_ids: Vec<String>,
    #[serde(default)]
    pub(crate) order_url: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct NextAction {
    pub(crate) redirect_url: String,
}

/// How a booking stands, for whoever has its id.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct BookingStatus {
    pub(crate) status: String,
}

/// Whether links of orders are mailed here.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct OrderLinks {
    pub(crate) available: bool,
}

/// How one can pay here.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PaymentMethods {
    /// `test`, `stripe`, or none.
    pub(crate) provider: Option<String>,
}

impl Event {
    /// Its date on the venue's clock.
    pub(crate) fn local(&self, at: Timestamp) -> ZonedDateTime {
        let zone = jiff::tz::TimeZone::get(&self.time_zone);
        at.to_zoned_datetime(zone.unwrap_or(jiff::tz::TimeZone::UTC))
    }

    /// An amount in its currency.
    pub(crate) fn money(&self, amount: u64) -> Money {
        Money {
            amount,
            currency: self.currency.clone().unwrap_or_default(),
            exponent: self.currency_exponent,
        }
    }
}

impl Reservation {
    /// An amount in its currency.
    pub(crate) fn money(&self, amount: u64) -> Money {
        Money {
            amount,
            currency: self.currency.clone().unwrap_or_default(),
            exponent: self.currency_exponent,
        }
    }
}

impl Booking {
    /// An amount in its currency.
    pub(crate) fn money(&self, amount: u64) -> Money {
        Money {
            amount,
            currency: self.currency.clone(),
            exponent: self.currency_exponent,
        }
    }
}
