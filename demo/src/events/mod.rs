//! The demo's events as a catalogue file: what plays where, when, and for how much. The houses'
//! drawings are in `houses`.

mod programme;
mod sellers;
mod venues;

use serde_json::{Map, Value, json};

use self::programme::PROGRAMME;
use self::sellers::seller;
use self::venues::Venue;
use crate::calendar::{evening, rfc3339};
use crate::houses::house;

/// One event of the programme.
struct Event {
    id: &'static str,
    name: &'static str,
    artists: &'static [&'static str],
    description: &'static str,
    venue: &'static Venue,
    /// Days from now, and the local time of day.
    days: i64,
    starts: (i64, i64),
    /// Days from now on which the sale opens; none for at once.
    on_sale_in_days: Option<i64>,
    status: &'static str,
    /// Prices in the currency's minor unit, by category.
    prices: &'static [(&'static str, u32)],
    /// Areas to stand in: name, category, capacity.
    areas: &'static [(&'static str, &'static str, u32)],
    max_seats: u32,
}

/// A catalogue file as `boxoffice import` reads it: at least twelve events in the coming months,
/// counted from `now_unix_seconds`. The same moment gives the same catalogue.
///
/// One event is not yet on sale (`velvet-antenna`), one is cancelled (`quiet-thunder`), and one,
/// `sold-out`, is small and meant to be sold out by whoever shows the demo.
#[must_use]
pub fn catalogue(now_unix_seconds: i64) -> Value {
    let events = PROGRAMME
        .iter()
        .map(|event| event_json(event, now_unix_seconds));
    json!({"events": events.collect::<Vec<_>>()})
}

fn event_json(event: &Event, now: i64) -> Value {
    let venue = event.venue;
    let date = evening(now, event.days, event.starts, venue.minutes_east);
    let mut json = json!({
        "id": event.id,
        "name": event.name,
        "artists": event.artists,
        "description": event.description,
        "date": rfc3339(date),
        "doors_at": rfc3339(date - 3600),
        "currency": venue.currency,
        "status": event.status,
        "venue": venue_json(venue),
        "prices": event.prices.iter().map(|&(name, price)| (name.to_owned(), json!(price)))
            .collect::<Map<_, _>>(),
        "limits": {"max_seats_per_reservation": event.max_seats},
        "seller": seller(venue.country),
    });
    if let Some(days) = event.on_sale_in_days {
        json["on_sale_at"] = json!(rfc3339(evening(now, days, (10, 0), venue.minutes_east)));
    }
    if let Some(plan) = house(venue.house) {
        json["plan"] = plan.to_json();
        json["plan"]["name"] = json!(venue.name);
    }
    if !event.areas.is_empty() {
        let areas = event.areas.iter();
        let areas = areas.map(|(name, category, capacity)| {
            json!({"name": name, "category": category, "capacity": capacity})
        });
        json["areas"] = areas.collect();
    }
    json
}

fn venue_json(venue: &Venue) -> Value {
    json!({
        "name": venue.name,
        "city": venue.city,
        "country": venue.country,
        "address": venue.address,
        "time_zone": venue.time_zone,
        "latitude": venue.latitude,
        "longitude": venue.longitude,
    })
}
