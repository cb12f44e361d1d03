//! `/checkout/{reservation_id}/seats`: other seats for a hold, which goes on meanwhile: on the map, or
//! from the list of a section.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;
use serde_json::{Value, json};

use super::{Held, is_shown, load, not_held};
use crate::forms::{Form, Sent};
use crate::page::{Frame, Page, private};
use crate::pages::event::{self, Heading, House, encoded};
use crate::pages::parts::{countdown, seconds};
use crate::pages::section::{self, Seats};
use crate::pages::trouble::{Trouble, or_trouble};
use crate::site::Site;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "change_seats.html")]
pub(crate) struct ChangeSeats<'a> {
    frame: Frame<'a>,
    heading: Heading,
    until: String,
    back: String,
    /// The house to choose a section of; none where one is chosen.
    house: Option<House>,
    seats: Option<Seats>,
    /// Why the last wish could not be met.
    alert: Option<String>,
    /// Such as `8:31`.
    left: String,
    server_time: String,
}

impl Page for ChangeSeats<'_> {}

pub(crate) async fn seats(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visit: Visit,
) -> Response {
    let visit = visit.private();
    let answer = show(&site, &visit, &id).await;
    or_trouble(&site, &visit, answer)
}

async fn show(site: &Site, visit: &Visit, id: &str) -> Result<Response, Trouble> {
    let held = load(site, visit, id).await?;
    if let Some(elsewhere) = not_held(site, visit, &held) {
        return Ok(elsewhere);
    }
    let page = page(
        site,
        visit,
        &held,
        visit.query("section"),
        alert(site, visit),
    );
    Ok(private(&page.await?))
}

/// What an address says has happened: only words that we know.
fn alert(site: &Site, visit: &Visit) -> Option<String> {
    let key = match visit.query("because")?.as_str() {
        "taken" => "change-taken",
        "too-many" => "change-too-many",
        "limit" => "pay-buyer-limit",
        "off-sale" => "hold-not-on-sale-text",
        "none" => "hold-none-text",
        _ => return None,
    };
    Some(site.texts(visit.language).get(key).into_owned())
}

async fn page<'a>(
    site: &'a Site,
    visit: &Visit,
    held: &Held,
    section: Option<String>,
    alert: Option<String>,
) -> Result<ChangeSeats<'a>, Trouble> {
    let frame = Frame::private(site, visit);
    let reservation = &held.reservation;
    let (event, detail) = (&reservation.event_id, &held.detail);
    let (house, seats) = match section {
        Some(section) => {
            let (about, seats) = section::load(site, event, &section).await?;
            let seats = Seats::new(detail, &about, &seats, &frame, Some(reservation));
            (None, Some(seats))
        }
        None => {
            let sections = event::sections(site, event).await?;
            let house = House::new(detail, &sections, &frame, Some(reservation));
            (Some(house), None)
        }
    };
    Ok(ChangeSeats {
        heading: Heading::new(detail, &frame),
        until: seconds(reservation.expires_at),
        back: frame.link(&format!("/checkout/{}", reservation.reservation_id)),
        house,
        seats,
        alert,
        left: countdown(reservation.expires_at, site.now()),
        server_time: site.now().to_string(),
        frame,
    })
}

pub(crate) async fn change(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    Sent { visit, form }: Sent,
) -> Response {
    let answer = async { changed(&site, &visit, &id, &form?).await }.await;
    or_trouble(&site, &visit, answer)
}

async fn changed(site: &Site, visit: &Visit, id: &str, form: &Form) -> Result<Response, Trouble> {
    let id = encoded(id);
    let wanted: Vec<&str> = form.all("seat_id").collect();
    let path = format!("/v1/reservations/{id}/seats");
    let body = json!({"seat_ids": wanted});
    let asked = site
        .api
        .ask::<Value>(Method::PUT, &path, &visit.headers, &body);
    let checkout = visit.link(&format!("/checkout/{id}"));
    let Err(error) = asked.await else {
        return Ok(Redirect::to(&checkout).into_response());
    };
    let because = match error.slug() {
        slug if is_shown(slug) => return Ok(Redirect::to(&checkout).into_response()),
        "seats-taken" => "taken",
        "too-many-seats" => "too-many",
        "buyer-limit-reached" => "limit",
        "not-on-sale" => "off-sale",
        "invalid-request" if wanted.is_empty() => "none",
        _ => return Err(error.into()),
    };
    let section = form.get("section").map(encoded).unwrap_or_default();
    let again = format!("{checkout}/seats?because={because}&section={section}");
    Ok(Redirect::to(&again).into_response())
}
