//! The shape of an event on the wire.

use std::collections::BTreeMap;

use boxoffice_catalogue::{Listed, Venue};
use boxoffice_model::{Micros, Timestamp};
use data_encoding::HEXLOWER;
use serde::Serialize;
use utoipa::ToSchema;

/// An event in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventBody<'a> {
    #[schema(example = "shield-final")]
    event_id: &'a str,
    #[schema(example = "Shield Final")]
    name: &'a str,
    /// When it takes place, UTC.
    #[schema(example = "2027-05-01T18:00:00Z")]
    date: String,
    venue_name: &'a str,
    thumbnail_url: Option<&'a str>,
    #[schema(example = "Hamburg")]
    city: &'a str,
    /// ISO 3166-1, two letters.
    #[schema(example = "DE")]
    country: &'a str,
    /// Of the IANA database.
    #[schema(example = "Europe/Berlin")]
    time_zone: &'a str,
    /// The day in the venue's zone.
    #[schema(example = "2027-05-01")]
    local_date: String,
    on_sale_at: Option<String>,
    /// ISO 4217.
    #[schema(example = "EUR")]
    currency: Option<String>,
    /// How many digits of an amount stand behind the point.
    #[schema(example = 2)]
    currency_exponent: u8,
    /// In the currency's minor unit.
    min_price: Option<u64>,
    max_price: Option<u64>,
    /// `scheduled`, `on_sale`, `sold_out`, `sale_ended`, `postponed`, `rescheduled` or `cancelled`.
    #[schema(example = "on_sale")]
    status: &'static str,
    /// Seats to be had; may lag five seconds.
    available: u32,
    /// All seats that there are, whoever has them; may lag likewise.
    capacity: u32,
}

/// An event with all that the catalogue says of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventDetailBody<'a> {
    #[serde(flatten)]
    event: EventBody<'a>,
    venue: VenueBody<'a>,
    description: Option<&'a str>,
    artists: &'a [String],
    doors_at: Option<String>,
    sale_ends_at: Option<String>,
    /// The seating plan: this address never changes what it answers.
    plan_url: String,
    /// What a seat of each category costs, in the currency's minor unit.
    prices: &'a BTreeMap<String, u64>,
    limits: LimitsBody,
    #[schema(value_type = Option<Object>)]
    waiting_room: Option<&'a serde_json::Value>,
    #[schema(value_type = Option<Object>)]
    seller: Option<&'a serde_json::Value>,
    #[schema(value_type = Option<Object>)]
    series: Option<&'a serde_json::Value>,
}

#[derive(Debug, Serialize, ToSchema)]
struct VenueBody<'a> {
    name: &'a str,
    address: Option<&'a str>,
    city: &'a str,
    country: &'a str,
    time_zone: &'a str,
    latitude: Option<f64>,
    longitude: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
struct LimitsBody {
    max_seats_per_reservation: u32,
    /// Null: no limit.
    max_seats_per_buyer: Option<u32>,
    /// For how long seats are held.
    #[schema(example = 600)]
    hold_seconds: i64,
}

impl<'a> EventBody<'a> {
    pub(crate) fn of(event: &'a Listed, now: Timestamp) -> Self {
        let document = &event.document;
        EventBody {
            event_id: event.id.as_str(),
            name: &document.name,
            date: document.date.to_string(),
            venue_name: &document.venue.name,
            thumbnail_url: document.thumbnail_url.as_deref(),
            city: &document.venue.city,
            country: &document.venue.country,
            time_zone: &document.venue.time_zone,
            local_date: event.local_date.to_string(),
            on_sale_at: document.on_sale_at.map(|at| at.to_string()),
            currency: document.currency.map(|currency| currency.to_string()),
            currency_exponent: document.currency.map_or(2, |currency| currency.exponent()),
            min_price: event.min_price(),
            max_price: event.max_price(),
            status: event.status(now).as_str(),
            available: event.counts().available,
            capacity: event.capacity(),
        }
    }
}

impl<'a> EventDetailBody<'a> {
    /// `hold` is for how long seats are held.
    pub(crate) fn of(event: &'a Listed, now: Timestamp, hold: Micros) -> Self {
        let document = &event.document;
        EventDetailBody {
            event: EventBody::of(event, now),
            venue: VenueBody::of(&document.venue),
            description: document.description.as_deref(),
            artists: &document.artists,
            doors_at: document.doors_at.map(|at| at.to_string()),
            sale_ends_at: document.sale_ends_at.map(|at| at.to_string()),
            plan_url: plan_url(event),
            prices: &document.prices,
            limits: LimitsBody {
                max_seats_per_reservation: document.limits.max_seats_per_reservation,
                max_seats_per_buyer: document.limits.max_seats_per_buyer,
                hold_seconds: hold / 1_000_000,
            },
            waiting_room: document.waiting_room.as_ref(),
            seller: document.seller.as_ref(),
            series: document.series.as_ref(),
        }
    }
}

impl<'a> VenueBody<'a> {
    fn of(venue: &'a Venue) -> Self {
        VenueBody {
            name: &venue.name,
            address: venue.address.as_deref(),
            city: &venue.city,
            country: &venue.country,
            time_zone: &venue.time_zone,
            latitude: venue.latitude,
            longitude: venue.longitude,
        }
    }
}

/// The part of a plan's content hash that stands in its URL.
pub(crate) fn plan_hash(event: &Listed) -> String {
    HEXLOWER.encode(&event.plan[..16])
}

fn plan_url(event: &Listed) -> String {
    format!("/v1/events/{}/plan?hash={}", event.id, plan_hash(event))
}
