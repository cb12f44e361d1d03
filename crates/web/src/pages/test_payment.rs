//! `/orders/{booking_id}/test-payment`: the page of the built-in test provider, where a payer pays or
//! does not, and no money moves.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;
use serde_json::{Value, json};

use super::event::encoded;
use super::trouble::{Trouble, or_trouble};
use crate::api::wire::{Booking, BookingStatus};
use crate::forms::{Form, Sent};
use crate::page::{Frame, Page, private};
use crate::site::Site;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "test_payment.html")]
pub(crate) struct TestPayment<'a> {
    pub(crate) frame: Frame<'a>,
    /// What is to be paid; not told to whoever only has the link.
    pub(crate) amount: Option<String>,
}

impl Page for TestPayment<'_> {}

pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visit: Visit,
) -> Response {
    let visit = visit.private();
    let answer = open(&site, &visit, &encoded(&id)).await;
    or_trouble(&site, &visit, answer)
}

async fn open(site: &Site, visit: &Visit, id: &str) -> Result<Response, Trouble> {
    let status: BookingStatus = site
        .api
        .public(&format!("/v1/bookings/{id}/status"))
        .await?;
    if status.status != "REQUIRES_ACTION" {
        return Ok(back(visit, id));
    }
    let path = format!("/v1/bookings/{id}");
    let booking = site.api.get::<Booking>(&path, &visit.headers).await.ok();
    let formats = &site.texts(visit.language).formats;
    let amount = booking.map(|booking| formats.money(&booking.money(booking.total)));
    let frame = Frame::private(site, visit);
    Ok(private(&TestPayment { frame, amount }))
}

pub(crate) async fn decide(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    Sent { visit, form }: Sent,
) -> Response {
    let answer = async { decided(&site, &visit, &encoded(&id), &form?).await }.await;
    or_trouble(&site, &visit, answer)
}

async fn decided(site: &Site, visit: &Visit, id: &str, form: &Form) -> Result<Response, Trouble> {
    let answer = form.get("answer").ok_or(Trouble::BadForm)?;
    let path = format!("/v1/bookings/{id}/test-payment");
    let body = json!({"answer": answer});
    let asked = site
        .api
        .ask::<Value>(Method::POST, &path, &visit.headers, &body);
    match asked.await {
        Ok(_) => Ok(back(visit, id)),
        // Answered before, in another tab.
        Err(error) if error.slug() == "not-found" => Ok(back(visit, id)),
        Err(error) => Err(error.into()),
    }
}

fn back(visit: &Visit, id: &str) -> Response {
    Redirect::to(&visit.link(&format!("/orders/{id}"))).into_response()
}
