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

use super::event::{self, Heading, encoded};
use super::parts::{SeatLine, Seller, countdown, seat_lines, seconds};
use super::trouble::{Trouble, or_trouble};
use crate::api::wire::{EventDetail, PaymentMethods, Reservation};
use crate::cookies;
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
    /// Keys of its texts begin with it.
    key: &'static str,
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
    let path = format!("/v1/reservations/{}", encoded(id));
    let reservation: Reservation = site.api.get(&path, &visit.headers).await?;
    let methods: PaymentMethods = site.api.public("/v1/payment-methods").await?;
    Ok(Held {
        detail: event::detail(site, &reservation.event_id).await?,
        provider: methods.provider.unwrap_or_default(),
        reservation,
    })
}

/// Where a hold that cannot be paid leads.
fn not_held(site: &Site, visit: &Visit, held: &Held) -> Option<Response> {
    let reservation = &held.reservation;
    Some(
        match (reservation.status.as_str(), &reservation.booking_id) {
            ("held", _) => return None,
            ("paying" | "booked", Some(booking)) => {
                let order = visit.link(&format!("/orders/{booking}"));
                Redirect::to(&order).into_response()
            }
            ("expired" | "released", _) => private(&ended(site, visit, held)),
            (status, _) => {
                tracing::error!(status, "A reservation stands in a way that no page knows");
                Trouble::Broken.respond(site, visit)
            }
        },
    )
}

pub(crate) fn ended<'a>(site: &'a Site, visit: &Visit, held: &Held) -> HoldEnded<'a> {
    let frame = Frame::private(site, visit);
    let event = &held.detail.event;
    HoldEnded {
        heading: Heading::new(&held.detail, &frame),
        key: match held.reservation.status.as_str() {
            "expired" => "expired",
            _ if event.status == "cancelled" => "called-off",
            // Only whoever comes from that button has let them go: a capture that failed, or a refund, ends a
            // hold as well.
            _ if visit
                .query("because")
                .is_some_and(|word| word == "released") =>
            {
                "released"
            }
            _ => "no-longer-held",
        },
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
    let money = |amount| reservation.money(amount);
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
        script_texts: frame.texts.script_block("script"),
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
    sent: Sent,
) -> Response {
    moved(&site, &id, sent, Method::POST, "/extend", "").await
}

pub(crate) async fn release(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    sent: Sent,
) -> Response {
    moved(&site, &id, sent, Method::DELETE, "", "?because=released").await
}

/// Asks for a change of the hold, and goes back to the checkout, which shows how it stands then, whether the
/// change was possible or not.
async fn moved(
    site: &Site,
    id: &str,
    Sent { visit, form }: Sent,
    method: Method,
    what: &str,
    because: &str,
) -> Response {
    let id = encoded(id);
    let path = format!("/v1/reservations/{id}{what}");
    let answer = async {
        form?;
        let nothing = json!({});
        let asked = site
            .api
            .ask::<Value>(method, &path, &visit.headers, &nothing);
        if let Err(error) = asked.await
            && !is_shown(error.slug())
        {
            return Err(error.into());
        }
        let checkout = visit.link(&format!("/checkout/{id}{because}"));
        Ok(Redirect::to(&checkout).into_response())
    };
    let answer = answer.await;
    or_trouble(site, &visit, answer)
}

/// Whether the checkout shows by itself what a refusal says, since it looks how the hold stands.
fn is_shown(slug: &str) -> bool {
    matches!(
        slug,
        "reservation-expired" | "payment-in-progress" | "already-booked"
    )
}
