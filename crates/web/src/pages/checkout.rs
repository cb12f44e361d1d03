//! `/checkout/{reservation_id}`: what is held and for how long, who buys, and the button that buys.
//! Every way a hold can stand has its own page here or leads on; what is unknown is never called
//! expired.

mod change;
mod pay;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode};
use serde_json::{Value, json};

pub(crate) use change::{change, seats};
pub(crate) use pay::pay;

use super::event::{Heading, encoded_id};
use super::parts::{SeatLine, Seller, countdown, seat_lines, seconds};
use super::trouble::{Trouble, or_trouble};
use crate::api::wire::{EventDetail, PaymentMethods, Reservation};
use crate::cookies;
use crate::format::Money;
use crate::forms::Sent;
use crate::page::{Frame, Page, block, private};
use crate::site::Site;
use crate::visit::Visit;

/// What somebody wrote into the form, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filled {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) name_wrong: bool,
    pub(crate) email_wrong: bool,
    /// The key of an attempt of which nobody knows yet what came of it: the next is the same one.
    pub(crate) key: Option<String>,
}

/// A hold that can be paid.
#[derive(Template)]
#[template(path = "checkout.html")]
pub(crate) struct Checkout<'a> {
    frame: Frame<'a>,
    heading: Heading,
    lines: Vec<SeatLine>,
    total: String,
    free: bool,
    /// Such as `8:31`.
    left: String,
    until: String,
    last_minute: bool,
    extendable: bool,
    base: String,
    key: String,
    filled: Filled,
    /// What went wrong before, in words.
    alert: Option<String>,
    /// `test`, `stripe`, or empty where nothing can be paid.
    provider: String,
    seller: Option<Seller>,
    data: String,
    script_texts: String,
    status: StatusCode,
}

impl Page for Checkout<'_> {
    fn status(&self) -> StatusCode {
        self.status
    }
}

/// A hold that is over.
#[derive(Template)]
#[template(path = "hold_ended.html")]
pub(crate) struct HoldEnded<'a> {
    frame: Frame<'a>,
    heading: Heading,
    /// Let go, and not run out.
    released: bool,
    quantity: usize,
    action: String,
    /// Whether the same number may be offered anew.
    on_sale: bool,
}

impl Page for HoldEnded<'_> {
    fn status(&self) -> StatusCode {
        StatusCode::GONE
    }
}

/// What is known of a hold.
pub(crate) struct Held {
    pub(crate) reservation: Reservation,
    pub(crate) detail: EventDetail,
    pub(crate) provider: String,
}

pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visit: Visit,
) -> Response {
    let visit = visit.private();
    let alert = alert(&site, &visit);
    let answer = stand(&site, &visit, &id, alert, Filled::default(), StatusCode::OK).await;
    let mut response = or_trouble(&site, &visit, answer);
    if !visit.prefix.is_empty() {
        let cookie = cookies::remember(visit.language, site.https());
        response
            .headers_mut()
            .append(http::header::SET_COOKIE, cookie);
    }
    response
}

/// The page for how the hold stands.
async fn stand(
    site: &Site,
    visit: &Visit,
    id: &str,
    alert: Option<String>,
    filled: Filled,
    status: StatusCode,
) -> Result<Response, Trouble> {
    let held = load(site, visit, id).await?;
    if let Some(elsewhere) = not_held(site, visit, &held) {
        return Ok(elsewhere);
    }
    Ok(private(&page(site, visit, &held, alert, filled, status)))
}

async fn load(site: &Site, visit: &Visit, id: &str) -> Result<Held, Trouble> {
    let path = format!("/v1/reservations/{}", encoded_id(id));
    let reservation: Reservation = site.api.get(&path, &visit.headers).await?;
    let event = format!("/v1/events/{}", encoded_id(&reservation.event_id));
    let methods: PaymentMethods = site.api.public("/v1/payment-methods").await?;
    Ok(Held {
        detail: site.api.public(&event).await?,
        provider: methods.provider.unwrap_or_default(),
        reservation,
    })
}

/// Where a hold that cannot be paid leads.
fn not_held(site: &Site, visit: &Visit, held: &Held) -> Option<Response> {
    let reservation = &held.reservation;
    match (reservation.status.as_str(), &reservation.booking_id) {
        ("held", _) => None,
        ("paying" | "booked", Some(booking)) => {
            let order = visit.link(&format!("/orders/{booking}"));
            Some(Redirect::to(&order).into_response())
        }
        _ => Some(private(&ended(site, visit, held))),
    }
}

pub(crate) fn ended<'a>(site: &'a Site, visit: &Visit, held: &Held) -> HoldEnded<'a> {
    let frame = Frame::private(site, visit);
    let event = &held.detail.event;
    HoldEnded {
        heading: Heading::new(&held.detail, &frame),
        released: held.reservation.status == "released",
        quantity: held.reservation.seats.len(),
        action: frame.link(&format!("/events/{}/hold", event.event_id)),
        on_sale: event.status == "on_sale",
        frame,
    }
}

pub(crate) fn page<'a>(
    site: &'a Site,
    visit: &Visit,
    held: &Held,
    alert: Option<String>,
    filled: Filled,
    status: StatusCode,
) -> Checkout<'a> {
    let frame = Frame::private(site, visit);
    let reservation = &held.reservation;
    let money = |amount| Money {
        amount,
        currency: reservation.currency.clone().unwrap_or_default(),
        exponent: reservation.currency_exponent,
    };
    let now = site.now();
    let base = frame.link(&format!("/checkout/{}", reservation.reservation_id));
    let data = json!({
        "reservation_id": reservation.reservation_id,
        "event_id": reservation.event_id,
        "expires_at": reservation.expires_at.to_string(),
        "server_time": now.to_string(),
        "extendable": reservation.extendable,
        "checkout": base,
    });
    Checkout {
        heading: Heading::new(&held.detail, &frame),
        lines: seat_lines(&reservation.seats, &[], frame.texts, money),
        total: frame.texts.formats.money(&money(reservation.total)),
        free: reservation.total == 0,
        left: countdown(reservation.expires_at, now),
        until: seconds(reservation.expires_at),
        last_minute: reservation.expires_at.duration_since(now).as_secs() < 60,
        extendable: reservation.extendable,
        key: filled.key.clone().unwrap_or_else(|| site.draw_key()),
        filled,
        alert,
        provider: held.provider.clone(),
        seller: Seller::read(held.detail.seller.as_ref()),
        data: block(&data),
        script_texts: block(&frame.texts.script("script")),
        base,
        status,
        frame,
    }
}

/// What an address says has happened: only words that we know.
fn alert(site: &Site, visit: &Visit) -> Option<String> {
    let word = visit.query("because")?;
    let texts = site.texts(visit.language);
    (word == "declined").then(|| texts.get("declined-generic").into_owned())
}

pub(crate) async fn extend(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    Sent { visit, form }: Sent,
) -> Response {
    let path = format!("/v1/reservations/{}/extend", encoded_id(&id));
    let answer = async {
        form?;
        let nothing = json!({});
        let asked = site
            .api
            .ask::<Value>(Method::POST, &path, &visit.headers, &nothing);
        after(asked.await.map(drop), &visit, &id)
    };
    let answer = answer.await;
    or_trouble(&site, &visit, answer)
}

pub(crate) async fn release(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    Sent { visit, form }: Sent,
) -> Response {
    let path = format!("/v1/reservations/{}", encoded_id(&id));
    let answer = async {
        form?;
        let nothing = json!({});
        let asked = site
            .api
            .ask::<Value>(Method::DELETE, &path, &visit.headers, &nothing);
        after(asked.await.map(drop), &visit, &id)
    };
    let answer = answer.await;
    or_trouble(&site, &visit, answer)
}

/// Back to the checkout, which shows how the hold stands, whether the change was possible or not.
fn after(
    changed: Result<(), crate::api::ApiError>,
    visit: &Visit,
    id: &str,
) -> Result<Response, Trouble> {
    if let Err(error) = changed {
        let shown = [
            "reservation-expired",
            "payment-in-progress",
            "already-booked",
        ];
        if !shown.contains(&error.slug()) {
            return Err(error.into());
        }
    }
    let checkout = visit.link(&format!("/checkout/{}", encoded_id(id)));
    Ok(Redirect::to(&checkout).into_response())
}
