//! `/orders/{booking_id}`: how an order stands, from the moment of paying on. Its owner sees all of it,
//! by session or by the signed link; whoever has only the address, as when a bank's page opens another
//! browser, sees how the payment stands and nothing else.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::event::{self, Heading, encoded};
use super::parts::{SeatLine, Seller, seat_lines};
use super::trouble::{Trouble, or_trouble};
use crate::api::ApiError;
use crate::api::wire::{Booking, BookingStatus, EventDetail};
use crate::page::{Frame, Page, block, private};
use crate::site::Site;
use crate::visit::Visit;

/// What its owner sees of an order.
pub(crate) struct Own {
    pub(crate) heading: Heading,
    lines: Vec<SeatLine>,
    total: String,
    refunded: Option<String>,
    /// The checkout, for another try.
    checkout: String,
    /// Where the payer must go to.
    pay_url: Option<String>,
    order_url: Option<String>,
    ordered: String,
    number: String,
    seller: Option<Seller>,
}

#[derive(Template)]
#[template(path = "order.html")]
pub(crate) struct Order<'a> {
    frame: Frame<'a>,
    /// As the API says it.
    status: String,
    own: Option<Own>,
    /// Whether to lead on to the payer's page at once.
    leads_on: bool,
    data: String,
    script_texts: String,
}

impl Page for Order<'_> {}

impl Order<'_> {
    /// Whether there will be news by itself.
    fn waits(&self) -> bool {
        matches!(self.status.as_str(), "PENDING" | "REQUIRES_ACTION")
    }

    fn paid(&self) -> bool {
        matches!(self.status.as_str(), "CONFIRMED" | "PARTLY_REFUNDED")
    }

    /// Keys of its texts begin with it.
    fn key(&self) -> &'static str {
        match self.status.as_str() {
            "PENDING" => "order-pending",
            "REQUIRES_ACTION" => "order-action",
            "CONFIRMED" => "order-confirmed",
            "PARTLY_REFUNDED" => "order-partly-refunded",
            "REFUNDED" => "order-refunded",
            "DECLINED" => "order-declined",
            "CANCELLED" => "order-cancelled",
            _ => "order-voided",
        }
    }
}

pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visit: Visit,
) -> Response {
    let visit = visit.private();
    let answer = stand(&site, &visit, &id).await;
    or_trouble(&site, &visit, answer)
}

async fn stand(site: &Site, visit: &Visit, id: &str) -> Result<Response, Trouble> {
    let id = encoded(id);
    let signature = visit.query("signature");
    let path = match &signature {
        Some(signature) => format!("/v1/bookings/{id}?signature={}", encoded(signature)),
        None => format!("/v1/bookings/{id}"),
    };
    let booking: Booking = match site.api.get(&path, &visit.headers).await {
        Ok(booking) => booking,
        Err(ApiError::Problem(problem)) if problem.slug == "booking-not-found" => {
            let path = format!("/v1/bookings/{id}/status");
            let status: BookingStatus = site.api.public(&path).await?;
            return Ok(private(&page(site, visit, &id, status.status, None, false)));
        }
        Err(error) => return Err(error.into()),
    };
    // A card that was declined may be followed by another: the checkout says so.
    if booking.status == "DECLINED" && signature.is_none() {
        let checkout = format!("/checkout/{}?because=declined", booking.reservation_id);
        return Ok(Redirect::to(&visit.link(&checkout)).into_response());
    }
    let detail = event::detail(site, &booking.event_id).await?;
    let leads_on = visit.query("go").is_some_and(|go| go == "pay");
    let own = own(&Frame::private(site, visit), &booking, &detail);
    let status = booking.status.clone();
    let mut shown = page(site, visit, &id, status, Some(own), leads_on);
    // The language switch keeps the right to see it.
    if let Some(signature) = signature {
        shown.frame.path = format!("/orders/{id}?signature={}", encoded(&signature));
    } else {
        shown.frame.path = format!("/orders/{id}");
    }
    Ok(private(&shown))
}

pub(crate) fn own(frame: &Frame<'_>, booking: &Booking, detail: &EventDetail) -> Own {
    let money = |amount| booking.money(amount);
    let formats = &frame.texts.formats;
    let at = detail.event.local(booking.created_at);
    Own {
        heading: Heading::new(detail, frame),
        lines: seat_lines(
            &booking.seats,
            &booking.refunded_seat_ids,
            frame.texts,
            money,
        ),
        total: formats.money(&money(booking.total)),
        refunded: booking.refunded.map(|amount| formats.money(&money(amount))),
        checkout: frame.link(&format!("/checkout/{}", booking.reservation_id)),
        pay_url: booking
            .next_action
            .as_ref()
            .map(|next| next.redirect_url.clone()),
        order_url: booking.order_url.clone(),
        ordered: frame.texts.date_and_time(&at),
        number: number(&booking.booking_id),
        seller: Seller::read(detail.seller.as_ref()),
    }
}

/// A short number to talk about on the telephone. It opens nothing: the id's secret is in its rest.
fn number(booking_id: &str) -> String {
    let hash = boxoffice_model::sha256(&[b"order number", booking_id.as_bytes()]);
    let text = data_encoding::BASE32_NOPAD.encode(&hash[..5]);
    format!("{}-{}", &text[..4], &text[4..])
}

pub(crate) fn page<'a>(
    site: &'a Site,
    visit: &Visit,
    id: &str,
    status: String,
    own: Option<Own>,
    leads_on: bool,
) -> Order<'a> {
    let frame = Frame::private(site, visit);
    let data = json!({"booking_id": id, "status": status});
    Order {
        leads_on: leads_on && status == "REQUIRES_ACTION",
        status,
        own,
        data: block(&data),
        script_texts: frame.texts.script_block("script"),
        frame,
    }
}
