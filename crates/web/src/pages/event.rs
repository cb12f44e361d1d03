//! `/events/{event_id}`: what it is, where and when, and its house: the live map where there is
//! JavaScript, sections and a form where there is none.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::parts::{Badge, Seller, badge, price_from};
use super::trouble::or_trouble;
use crate::api::ApiError;
use crate::api::wire::{EventDetail, Reservation, Section};
use crate::page::{Frame, Page, block};
use crate::shared::Rendered;
use crate::site::Site;
use crate::visit::Visit;

/// What stands at the top of every page about an event.
pub(crate) struct Heading {
    pub(crate) href: String,
    pub(crate) poster: String,
    pub(crate) name: String,
    /// Date and time.
    pub(crate) when: String,
    pub(crate) doors: Option<String>,
    /// For machines.
    pub(crate) at: String,
    pub(crate) venue: String,
    pub(crate) city: String,
}

/// A section as a line of the list.
pub(crate) struct SectionLine {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) area: bool,
    pub(crate) available: u64,
    pub(crate) left: String,
    pub(crate) price: String,
}

/// The house, for whoever chooses seats: for the first time, or again.
pub(crate) struct House {
    pub(crate) sections: Vec<SectionLine>,
    pub(crate) plan_url: String,
    pub(crate) availability_url: String,
    /// What the map's module reads.
    pub(crate) data: String,
    pub(crate) script_texts: String,
    /// Prices from which "at most" can be chosen: amount, text.
    pub(crate) prices: Vec<(u64, String)>,
    pub(crate) most_seats: u32,
    /// Where a form without JavaScript is sent.
    pub(crate) hold_action: String,
}

#[derive(Template)]
#[template(path = "event.html")]
pub(crate) struct EventPage<'a> {
    frame: Frame<'a>,
    heading: Heading,
    badge: Option<Badge>,
    price: Option<String>,
    description: Vec<String>,
    artists: String,
    find_order: String,
    address: Option<String>,
    map_link: Option<String>,
    seller: Option<Seller>,
    /// Why no seats can be chosen now; none when they can.
    closed: Option<String>,
    house: House,
    json_ld: String,
}

impl Page for EventPage<'_> {}

impl Heading {
    pub(crate) fn new(detail: &EventDetail, frame: &Frame<'_>) -> Self {
        let event = &detail.event;
        let (formats, local) = (&frame.texts.formats, event.local(event.date));
        let doors = detail.doors_at.map(|at| formats.time(&event.local(at)));
        Heading {
            href: frame.link(&format!("/events/{}", event.event_id)),
            poster: format!("/events/{}/poster.svg", event.event_id),
            name: event.name.clone(),
            when: frame.texts.date_and_time(&local),
            doors: doors.map(|time| frame.texts.with("doors-at", "time", time)),
            at: event.date.to_string(),
            venue: detail.venue.name.clone(),
            city: detail.venue.city.clone(),
        }
    }
}

impl House {
    pub(crate) fn new(
        detail: &EventDetail,
        sections: &[Section],
        frame: &Frame<'_>,
        reservation: Option<&Reservation>,
    ) -> Self {
        let (event, formats) = (&detail.event, &frame.texts.formats);
        let base = format!("/events/{}", event.event_id);
        let line = |section: &Section| {
            let range = section.min_price.zip(section.max_price);
            let price = |(low, high): (u64, u64)| {
                let money = formats.money(&event.money(low));
                let from = |money| frame.texts.with("price-from", "price", money);
                if low == high { money } else { from(money) }
            };
            SectionLine {
                href: section_link(frame, &base, &section.section, reservation),
                name: section.section.clone(),
                area: section.area,
                available: section.available,
                left: match section.available {
                    0 => frame.texts.get("section-none").into_owned(),
                    _ => {
                        let count = formats.number(section.available);
                        let key = ("count", section.available);
                        frame.texts.with_two("section-left", key, ("shown", count))
                    }
                },
                price: range.map(price).unwrap_or_default(),
            }
        };
        let mut amounts: Vec<u64> = detail
            .prices
            .values()
            .filter_map(|one| one.as_u64())
            .collect();
        amounts.sort_unstable();
        amounts.dedup();
        let price = |amount: u64| (amount, formats.money(&event.money(amount)));
        House {
            // A hold's seats are changed one by one; places of an area have no name to choose.
            sections: sections
                .iter()
                .filter(|section| reservation.is_none() || !section.area)
                .map(line)
                .collect(),
            plan_url: detail.plan_url.clone(),
            availability_url: format!("/v1{base}/availability"),
            data: block(&data(detail, frame, &base, reservation)),
            script_texts: frame.texts.script_block("seat-map"),
            prices: amounts.into_iter().map(price).collect(),
            most_seats: detail.limits.max_seats_per_reservation,
            hold_action: frame.own_link(&format!("{base}/hold")),
        }
    }
}

/// What draws the house, in the order in which it is needed: named in the page, all of it is on its way
/// before the first module has been read.
const MODULES: [&str; 14] = [
    "event.js",
    "map/plan.js",
    "map/house.js",
    "map/outline.js",
    "map/open.js",
    "map/map.js",
    "texts.js",
    "map/camera.js",
    "map/geometry.js",
    "map/ground.js",
    "map/marks.js",
    "map/paint.js",
    "map/labels.js",
    "map/stamps.js",
];
/// What sells, once it is drawn.
const LATER_MODULES: [&str; 13] = [
    "map/shop.js",
    "map/basket.js",
    "map/dom.js",
    "map/facts.js",
    "map/card.js",
    "map/legend.js",
    "map/hold.js",
    "map/keys.js",
    "map/live.js",
    "map/lost.js",
    "map/neighbours.js",
    "map/wishes.js",
    "api.js",
];

impl House {
    pub(crate) fn modules(&self) -> [&'static str; 14] {
        MODULES
    }

    pub(crate) fn later_modules(&self) -> [&'static str; 13] {
        LATER_MODULES
    }
}

/// Where the seats of a section are chosen from a list.
fn section_link(
    frame: &Frame<'_>,
    base: &str,
    section: &str,
    reservation: Option<&Reservation>,
) -> String {
    let name = encoded(section);
    match reservation {
        Some(held) => {
            let id = &held.reservation_id;
            frame.link(&format!("/checkout/{id}/seats?section={name}"))
        }
        None => frame.link(&format!("{base}/sections/{name}")),
    }
}

/// An id, a name or a signature within a path or query.
pub(crate) fn encoded(text: &str) -> String {
    // `-` and `_` are part of ids, and mean nothing in an address.
    const ESCAPED: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_');
    percent_encoding::utf8_percent_encode(text, ESCAPED).to_string()
}

/// What the map's module is told.
fn data(
    detail: &EventDetail,
    frame: &Frame<'_>,
    base: &str,
    reservation: Option<&Reservation>,
) -> serde_json::Value {
    let event = &detail.event;
    let held = reservation.map(|held| {
        json!({
            "reservation_id": held.reservation_id,
            "seats": held.seats,
            "expires_at": held.expires_at.to_string(),
        })
    });
    json!({
        "event_id": event.event_id,
        "plan_url": detail.plan_url,
        "prices": detail.prices,
        "currency": event.currency,
        "currency_exponent": event.currency_exponent,
        "limit": detail.limits.max_seats_per_reservation,
        "hold_minutes": detail.limits.hold_seconds / 60,
        "status": event.status,
        "on_sale": event.status == "on_sale",
        "urls": {
            "checkout": frame.own_link("/checkout/"),
            "waiting": frame.link(&format!("{base}/waiting")),
        },
        "reservation": held,
    })
}

pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visit: Visit,
) -> Response {
    // Whatever somebody writes behind a question mark, the page is the same.
    let visit = visit.without_query();
    let key = visit.link(&visit.path);
    let make = async {
        let detail = detail(&site, &id).await?;
        let sections = sections(&site, &id).await?;
        Ok(Rendered::page(&page(&site, &visit, &detail, &sections)))
    };
    let answer = site.pages.get(&visit, key, make).await;
    or_trouble(&site, &visit, answer)
}

/// An event.
pub(crate) async fn detail(site: &Site, id: &str) -> Result<EventDetail, ApiError> {
    site.api
        .public(&format!("/v1/events/{}", encoded(id)))
        .await
}

/// An event's sections.
pub(crate) async fn sections(site: &Site, id: &str) -> Result<Vec<Section>, ApiError> {
    let path = format!("/v1/events/{}/sections", encoded(id));
    site.api.public(&path).await
}

pub(crate) fn page<'a>(
    site: &'a Site,
    visit: &Visit,
    detail: &EventDetail,
    sections: &[Section],
) -> EventPage<'a> {
    let frame = Frame::shared(site, visit);
    let event = &detail.event;
    let paragraphs = detail
        .description
        .iter()
        .flat_map(|text| text.split("\n\n"));
    EventPage {
        heading: Heading::new(detail, &frame),
        badge: badge(event, frame.texts, site.now()),
        price: price_from(event, frame.texts),
        description: paragraphs.map(str::to_owned).collect(),
        artists: detail.artists.join(" · "),
        find_order: frame.own_link(&format!("/orders?event={}", event.event_id)),
        address: detail.venue.address.clone(),
        map_link: map_link(detail),
        seller: Seller::read(detail.seller.as_ref()),
        closed: closed(detail, &frame),
        house: House::new(detail, sections, &frame, None),
        json_ld: block(&json_ld(detail, &frame)),
        frame,
    }
}

/// A link that opens whatever maps a phone has; nothing is loaded from there.
fn map_link(detail: &EventDetail) -> Option<String> {
    let (latitude, longitude) = detail.venue.latitude.zip(detail.venue.longitude)?;
    Some(format!("geo:{latitude},{longitude}"))
}

/// Why nothing can be bought now, for whoever sees the house nevertheless.
fn closed(detail: &EventDetail, frame: &Frame<'_>) -> Option<String> {
    let (event, texts) = (&detail.event, frame.texts);
    let key = match event.status.as_str() {
        "on_sale" => return None,
        "scheduled" | "rescheduled" => {
            let begins = event.on_sale_at.map(|at| event.local(at))?;
            let (date, time) = (
                texts.formats.long_date(&begins),
                texts.formats.time(&begins),
            );
            return Some(texts.with_two("closed-not-yet", ("date", date), ("time", time)));
        }
        "sold_out" => "closed-sold-out",
        "postponed" => "closed-postponed",
        "cancelled" => "closed-cancelled",
        _ => "closed-ended",
    };
    Some(texts.get(key).into_owned())
}

/// The event as search engines read it (schema.org).
fn json_ld(detail: &EventDetail, frame: &Frame<'_>) -> serde_json::Value {
    let event = &detail.event;
    let url = frame.absolute(&frame.link(&format!("/events/{}", event.event_id)));
    let status = match event.status.as_str() {
        "cancelled" => "EventCancelled",
        "postponed" => "EventPostponed",
        "rescheduled" => "EventRescheduled",
        _ => "EventScheduled",
    };
    let decimal = |amount: u64| {
        let unit = 10f64.powi(i32::from(event.currency_exponent));
        format!(
            "{:.*}",
            usize::from(event.currency_exponent),
            amount as f64 / unit
        )
    };
    let offers = event.min_price.map(|low| {
        let sold_out = matches!(
            event.status.as_str(),
            "sold_out" | "sale_ended" | "cancelled"
        );
        let availability = if sold_out { "SoldOut" } else { "InStock" };
        json!({
            "@type": "AggregateOffer",
            "url": url,
            "lowPrice": decimal(low),
            "highPrice": decimal(event.max_price.unwrap_or(low)),
            "priceCurrency": event.currency,
            "availability": format!("https://schema.org/{availability}"),
            "validFrom": event.on_sale_at.map(|at| at.to_string()),
        })
    });
    json!({
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.name,
        "startDate": event.local(event.date).timestamp().to_string(),
        "doorTime": detail.doors_at.map(|at| at.to_string()),
        "eventStatus": format!("https://schema.org/{status}"),
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "url": url,
        "image": [frame.absolute(&format!("/events/{}/poster.svg", event.event_id))],
        "description": detail.description,
        "performer": detail.artists.iter()
            .map(|name| json!({"@type": "PerformingGroup", "name": name})).collect::<Vec<_>>(),
        "organizer": Seller::read(detail.seller.as_ref())
            .map(|seller| json!({"@type": "Organization", "name": seller.name})),
        "location": {
            "@type": "Place",
            "name": detail.venue.name,
            "address": {
                "@type": "PostalAddress",
                "streetAddress": detail.venue.address,
                "addressLocality": detail.venue.city,
                "addressCountry": detail.venue.country,
            },
        },
        "offers": offers,
    })
}
