//! Reads one event of a catalogue file into a document, finding all that is wrong with it at once.
//! Its seats are read by `import`.

use std::collections::BTreeMap;

use boxoffice_inventory::SaleStatus;
use boxoffice_model::{Currency, EventId, Timestamp};
use boxoffice_seating::AreaSpec;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::document::{EventDocument, Limits, Named, Venue};
use crate::fields::{Fields, join, name, text};
use crate::report::{Report, describe};

const TIME: &str = "an RFC 3339 time such as 2027-05-01T20:00:00Z";
const DATE: &str = "an RFC 3339 time from 1970 to 9999, such as 2027-05-01T20:00:00Z";
const NAME: &str = "a text that is not blank";
const PRICE: &str = "a price: a whole number of the currency's minor unit, 0 or more";
const LIMIT: &str = "a whole number of seats, 1 or more";

/// What a later version will read; ignoring it here would sell at wrong prices.
const NOT_YET: [&str; 3] = ["seat_info", "allotments", "order_fee"];

/// The event's id and document; none when anything about it is wrong, which then is in the report.
/// What concerns its seats is left for the caller to ask for.
pub(crate) fn read_event(fields: &mut Fields<'_>, report: &mut Report) -> Option<Named> {
    let id_is = "1 to 64 of A-Z a-z 0-9 _ -";
    let id = fields.required("id", id_is, report, |value| {
        value.as_str()?.parse::<EventId>().ok()
    });
    let title = fields.required("name", NAME, report, name);
    let artists = texts(fields, "artists", report);
    let description = fields.optional("description", "a text", report, text);
    let date = fields.required("date", DATE, report, date);
    let doors_at = fields.optional("doors_at", TIME, report, time);
    let on_sale_at = fields.optional("on_sale_at", TIME, report, time);
    let sale_ends_at = fields.optional("sale_ends_at", TIME, report, time);
    let thumbnail_url = fields.optional("thumbnail_url", "an address as a text", report, text);
    let prices = read_prices(fields, report);
    let currency = read_currency(fields, !prices.is_empty(), report);
    let status = read_status(fields, report);
    let venue = read_venue(fields, report);
    let limits = read_limits(fields, report);
    let waiting_room = fields.optional("waiting_room", "an object", report, |value| {
        value.is_object().then(|| value.clone())
    });
    let seller = fields.value("seller").cloned();
    let series = fields.value("series").cloned();
    refuse_what_comes_later(fields, report);
    let document = EventDocument {
        name: title?,
        artists,
        description,
        date: date?,
        doors_at,
        on_sale_at,
        sale_ends_at,
        thumbnail_url,
        currency,
        status,
        venue: venue?,
        prices,
        limits,
        waiting_room,
        seller,
        series,
        price_range: None,
    };
    warn_of_times(&document, fields, report);
    Some(Named { id: id?, document })
}

/// The event's general-admission areas; those that do not read are left out, with an error.
pub(crate) fn read_areas(fields: &mut Fields<'_>, report: &mut Report) -> Vec<AreaSpec> {
    let mut areas = Vec::new();
    for (path, value) in fields.list("areas", report) {
        let Some(mut area) = Fields::open(value, path, report) else {
            continue;
        };
        let name = area.required("name", NAME, report, name);
        let category = area.optional("category", "a category's name", report, text);
        let places = "a whole number of places, 1 or more";
        let capacity = area.required("capacity", places, report, Value::as_u64);
        area.finish(report);
        // What is wrong stays in the list in a harmless form, so that the places behind it keep
        // their paths; the report already refuses the file.
        areas.push(AreaSpec {
            name: name.unwrap_or_else(|| format!("area {}", areas.len())),
            category,
            capacity: capacity.unwrap_or(1),
        });
    }
    areas
}

fn texts(fields: &mut Fields<'_>, name: &'static str, report: &mut Report) -> Vec<String> {
    let mut texts = Vec::new();
    for (path, value) in fields.list(name, report) {
        match value.as_str() {
            Some(text) => texts.push(text.to_owned()),
            None => report.error(path, describe(value), "a text"),
        }
    }
    texts
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

/// A time whose month can begin an event's number.
fn date(value: &Value) -> Option<Timestamp> {
    let first = Timestamp(0);
    // 9999-12-31T00:00:00Z: in every zone still of the year 9999.
    let last = Timestamp::from_seconds(253_402_214_400);
    time(value).filter(|time| (first..last).contains(time))
}

fn read_prices(fields: &mut Fields<'_>, report: &mut Report) -> BTreeMap<String, u64> {
    let mut prices = BTreeMap::new();
    let by_category = "an object: a price by name of category";
    let path = fields.at("prices");
    let Some(found) = fields.optional("prices", by_category, report, Value::as_object) else {
        return prices;
    };
    for (category, value) in found {
        let at = join(&path, category);
        // Sums of prices must fit: nobody pays more than this for a seat.
        const MOST: u64 = 1 << 48;
        match value {
            Value::Number(number) if number.as_u64().is_some_and(|price| price <= MOST) => {
                prices.insert(category.clone(), number.as_u64().unwrap_or_default());
            }
            Value::Object(_) | Value::Array(_) => {
                let expected = format!("{PRICE} (prices by ticket type need a later version)");
                report.error(at, describe(value), expected);
            }
            _ => report.error(at, describe(value), PRICE),
        }
    }
    prices
}

fn read_currency(
    fields: &mut Fields<'_>,
    has_prices: bool,
    report: &mut Report,
) -> Option<Currency> {
    let expected = "three capital letters of ISO 4217, such as EUR";
    let parse = |value: &Value| value.as_str()?.parse().ok();
    if has_prices {
        fields.required("currency", expected, report, parse)
    } else {
        fields.optional("currency", expected, report, parse)
    }
}

fn read_status(fields: &mut Fields<'_>, report: &mut Report) -> SaleStatus {
    let expected = "scheduled, postponed, rescheduled or cancelled";
    let status = fields.optional("status", expected, report, |value| {
        match value.as_str()? {
            "scheduled" => Some(SaleStatus::Scheduled),
            "postponed" => Some(SaleStatus::Postponed),
            "rescheduled" => Some(SaleStatus::Rescheduled),
            "cancelled" => Some(SaleStatus::Cancelled),
            _ => None,
        }
    });
    status.unwrap_or(SaleStatus::Scheduled)
}

fn read_venue(fields: &mut Fields<'_>, report: &mut Report) -> Option<Venue> {
    fields.required("venue", "an object", report, Some)?;
    let mut venue = fields.object("venue", report)?;
    let title = venue.required("name", NAME, report, name);
    let city = venue.required("city", NAME, report, name);
    let two_letters = "two capital letters of ISO 3166-1, such as DE";
    let country = venue.required("country", two_letters, report, country);
    let address = venue.optional("address", "a text", report, text);
    let a_zone = "a zone of the IANA database, such as Europe/Berlin";
    let time_zone = venue.required("time_zone", a_zone, report, time_zone);
    let latitude = venue.optional("latitude", "degrees from -90 to 90", report, |value| {
        degrees(value, 90.0)
    });
    let longitude = venue.optional("longitude", "degrees from -180 to 180", report, |value| {
        degrees(value, 180.0)
    });
    venue.finish(report);
    Some(Venue {
        name: title?,
        city: city?,
        country: country?,
        address,
        time_zone: time_zone?,
        latitude,
        longitude,
    })
}

fn country(value: &Value) -> Option<String> {
    let two = |text: &String| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
    text(value).filter(two)
}

fn time_zone(value: &Value) -> Option<String> {
    text(value).filter(|zone| TimeZone::get(zone).is_ok())
}

fn degrees(value: &Value, most: f64) -> Option<f64> {
    value.as_f64().filter(|degrees| degrees.abs() <= most)
}

fn read_limits(fields: &mut Fields<'_>, report: &mut Report) -> Limits {
    let Some(mut limits) = fields.object("limits", report) else {
        return Limits::default();
    };
    let seats = |value: &Value| {
        u32::try_from(value.as_u64()?)
            .ok()
            .filter(|seats| *seats > 0)
    };
    let reservation = limits.optional("max_seats_per_reservation", LIMIT, report, seats);
    let buyer = limits.optional("max_seats_per_buyer", LIMIT, report, seats);
    limits.finish(report);
    let default = Limits::default();
    Limits {
        max_seats_per_reservation: reservation.unwrap_or(default.max_seats_per_reservation),
        max_seats_per_buyer: buyer,
    }
}

fn refuse_what_comes_later(fields: &mut Fields<'_>, report: &mut Report) {
    for name in NOT_YET {
        if let Some(value) = fields.value(name) {
            let expected = format!("no {name}: it needs a later version");
            report.error(fields.at(name), describe(value), expected);
        }
    }
}

fn warn_of_times(document: &EventDocument, fields: &Fields<'_>, report: &mut Report) {
    let begins = document.on_sale_at;
    if begins.is_some_and(|begins| begins >= document.sale_end()) {
        report.warn(fields.at("on_sale_at"), "sales would begin after their end");
    }
}
