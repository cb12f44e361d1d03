//! `/events/{event_id}/sections/{section}`: the seats of a section as a list to choose from, for
//! keyboards, screen readers, and browsers without JavaScript. Where there is JavaScript the list is
//! live, like the map.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::event::{self, Heading, encoded};
use super::parts::place;
use super::trouble::{Trouble, or_trouble};
use crate::api::wire::{EventDetail, Reservation, Seat, Section};
use crate::page::{Frame, Page, block};
use crate::shared::Rendered;
use crate::site::Site;
use crate::visit::Visit;

/// A row of seats.
pub(crate) struct Row {
    pub(crate) name: Option<String>,
    pub(crate) seats: Vec<Choice>,
}

/// A seat to choose.
pub(crate) struct Choice {
    pub(crate) id: String,
    pub(crate) index: u32,
    pub(crate) number: String,
    /// For whoever hears it: place, price, and how it stands.
    pub(crate) label: String,
    pub(crate) price: String,
    /// `available`, `held`, `booked` or `blocked`.
    pub(crate) status: String,
    pub(crate) mine: bool,
}

/// A section to choose seats of, for the first time or again.
pub(crate) struct Seats {
    pub(crate) name: String,
    pub(crate) area: bool,
    pub(crate) available: u64,
    pub(crate) price: Option<String>,
    pub(crate) most_seats: u32,
    pub(crate) rows: Vec<Row>,
    /// Whether some of the seats have different prices, so that each tells its own.
    pub(crate) mixed: bool,
    pub(crate) action: String,
    /// Seats of other sections that stay unless they are unticked: id and words.
    pub(crate) kept: Vec<(String, String)>,
    pub(crate) data: String,
    pub(crate) script_texts: String,
}

#[derive(Template)]
#[template(path = "section.html")]
pub(crate) struct SectionPage<'a> {
    frame: Frame<'a>,
    heading: Heading,
    seats: Seats,
    on_sale: bool,
    back: String,
}

impl Page for SectionPage<'_> {}

pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    Path((id, section)): Path<(String, String)>,
    visit: Visit,
) -> Response {
    let visit = visit.without_query();
    let key = visit.link(&visit.path);
    let make = async {
        let detail = event::detail(&site, &id).await?;
        let (about, seats) = load(&site, &id, &section).await?;
        let frame = Frame::shared(&site, &visit);
        let page = SectionPage {
            heading: Heading::new(&detail, &frame),
            on_sale: detail.event.status == "on_sale",
            back: frame.link(&format!("/events/{}", detail.event.event_id)),
            seats: Seats::new(&detail, &about, &seats, &frame, None),
            frame,
        };
        Ok(Rendered::page(&page))
    };
    let answer = site.pages.get(&visit, key, make).await;
    or_trouble(&site, &visit, answer)
}

/// A section of an event, and its seats; places of an area are not listed.
pub(crate) async fn load(
    site: &Site,
    event: &str,
    section: &str,
) -> Result<(Section, Vec<Seat>), Trouble> {
    let mut sections = event::sections(site, event).await?.into_iter();
    let about = sections.find(|one| one.section == section);
    let about = about.ok_or(Trouble::NotFound)?;
    let seats = if about.area {
        Vec::new()
    } else {
        let (event, section) = (encoded(event), encoded(section));
        let path = format!("/v1/events/{event}/seats?section={section}");
        site.api.public(&path).await?
    };
    Ok((about, seats))
}

impl Seats {
    pub(crate) fn new(
        detail: &EventDetail,
        about: &Section,
        seats: &[Seat],
        frame: &Frame<'_>,
        reservation: Option<&Reservation>,
    ) -> Self {
        let event = &detail.event;
        let money = |amount: u64| frame.texts.formats.money(&event.money(amount));
        let mine: Vec<&str> = reservation
            .iter()
            .flat_map(|held| held.seats.iter().map(|seat| seat.seat_id.as_str()))
            .collect();
        let held = reservation.iter().flat_map(|held| &held.seats);
        let elsewhere = held.filter(|mine| !seats.iter().any(|seat| seat.seat_id == mine.seat_id));
        let kept = elsewhere.map(|seat| {
            let place = place(seat.row.as_deref(), seat.number.as_deref(), frame.texts);
            let words = match place {
                Some(place) => format!("{}, {place}", seat.section),
                None => seat.section.clone(),
            };
            (seat.seat_id.clone(), words)
        });
        let kept = kept.collect();
        let action = match reservation {
            Some(held) => frame.link(&format!("/checkout/{}/seats", held.reservation_id)),
            None => frame.own_link(&format!("/events/{}/hold", event.event_id)),
        };
        let data = json!({
            "event_id": event.event_id,
            "section": about.section,
            "limit": detail.limits.max_seats_per_reservation,
            "currency": event.currency,
            "currency_exponent": event.currency_exponent,
        });
        Seats {
            name: about.section.clone(),
            area: about.area,
            available: about.available,
            price: about.min_price.map(money),
            most_seats: detail.limits.max_seats_per_reservation,
            rows: rows(seats, &mine, frame, money),
            mixed: about.min_price != about.max_price,
            action,
            kept,
            data: block(&data),
            script_texts: frame.texts.script_block("script"),
        }
    }
}

fn rows(
    seats: &[Seat],
    mine: &[&str],
    frame: &Frame<'_>,
    money: impl Fn(u64) -> String,
) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for seat in seats {
        let is_mine = mine.contains(&seat.seat_id.as_str());
        let choice = choice(seat, is_mine, frame, &money);
        match rows.last_mut().filter(|row| row.name == seat.row) {
            Some(row) => row.seats.push(choice),
            None => rows.push(Row {
                name: seat.row.clone(),
                seats: vec![choice],
            }),
        }
    }
    rows
}

fn choice(seat: &Seat, mine: bool, frame: &Frame<'_>, money: impl Fn(u64) -> String) -> Choice {
    let texts = frame.texts;
    let price = seat.price.map(money).unwrap_or_default();
    let place = place(seat.row.as_deref(), seat.number.as_deref(), texts);
    let place = place.unwrap_or_else(|| seat.seat_id.clone());
    let place = match &seat.note {
        Some(note) => format!("{place} ({note})"),
        None => place,
    };
    let status = match seat.status.as_str() {
        _ if mine => texts.get("seat-mine"),
        "available" => texts.get("seat-available"),
        "held" => texts.get("seat-held"),
        "booked" => texts.get("seat-booked"),
        _ => texts.get("seat-blocked"),
    };
    Choice {
        id: seat.seat_id.clone(),
        index: seat.index,
        number: seat.number.clone().unwrap_or_else(|| "·".to_owned()),
        label: format!("{place}, {price}, {status}"),
        price,
        status: if mine {
            "available".to_owned()
        } else {
            seat.status.clone()
        },
        mine,
    }
}
