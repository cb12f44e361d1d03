//! `POST /events/{event_id}/hold`: holds seats from a form: those that are ticked, or the best there
//! are. What cannot be had is said kindly, with the next best thing one press away.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use boxoffice_model::sha256;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};

use super::event::{Heading, encoded};
use super::trouble::{Trouble, or_trouble};
use crate::api::wire::{EventDetail, Reservation, Session};
use crate::api::{ApiError, Problem};
use crate::cookies;
use crate::forms::{Form, Sent};
use crate::page::{Frame, Page, private};
use crate::site::Site;
use crate::visit::Visit;

/// How often somebody may ask for the same in a day, each time anew.
const MOST_EQUAL_WISHES: usize = 50;

/// Seats that could not be had, and what may be had instead.
#[derive(Template)]
#[template(path = "hold_failed.html")]
pub(crate) struct HoldFailed<'a> {
    pub(crate) frame: Frame<'a>,
    pub(crate) heading: Heading,
    pub(crate) title: String,
    pub(crate) text: String,
    /// How many seats to offer instead.
    pub(crate) quantity: Option<u64>,
    pub(crate) section: Option<String>,
    pub(crate) max_price: Option<u64>,
    pub(crate) action: String,
    pub(crate) status: StatusCode,
}

impl Page for HoldFailed<'_> {
    fn status(&self) -> StatusCode {
        self.status
    }
}

pub(crate) async fn handler(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    Sent { visit, form }: Sent,
) -> Response {
    let answer = async { in_session(&site, &visit, &id, &form?).await }.await;
    or_trouble(&site, &visit, answer)
}

/// Holds in the visitor's session, or in a new one; whatever comes of it, its cookie goes along: the seats
/// may be held although the answer is lost.
async fn in_session(
    site: &Site,
    visit: &Visit,
    id: &str,
    form: &Form,
) -> Result<Response, Trouble> {
    let renewed = json!({"renew": true});
    let session = site
        .api
        .ask::<Session>(Method::POST, "/v1/sessions", &visit.headers, &renewed);
    let session = session.await?;
    let bearer = format!("Bearer {}", session.body.session_token);
    let bearer = HeaderValue::try_from(bearer).map_err(|_| Trouble::Broken)?;
    let headers = HeaderMap::from_iter([(header::AUTHORIZATION, bearer)]);
    let answer = hold(site, visit, id, &Wish::read(form), headers).await;
    let mut response = or_trouble(site, visit, answer);
    let language = cookies::remember(visit.language, site.https());
    for cookie in session.cookies.into_iter().chain([language]) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn hold(
    site: &Site,
    visit: &Visit,
    id: &str,
    wish: &Wish,
    mut headers: HeaderMap,
) -> Result<Response, Trouble> {
    let body = wish.body(id);
    // Pressed twice, it is one hold: the key follows from what was asked for.
    let mut seed = body.to_string();
    for _ in 0..MOST_EQUAL_WISHES {
        let hash = sha256(&[b"form", id.as_bytes(), seed.as_bytes()]);
        let key = data_encoding::BASE64URL_NOPAD.encode(&hash[..16]);
        let key = HeaderValue::try_from(key).map_err(|_| Trouble::Broken)?;
        headers.insert("idempotency-key", key);
        let held = site
            .api
            .ask::<Reservation>(Method::POST, "/v1/reservations", &headers, &body);
        let reservation = match held.await {
            Ok(answer) => answer.body,
            Err(ApiError::Problem(problem)) => {
                return failed(site, visit, id, wish, *problem).await;
            }
            Err(error) => return Err(error.into()),
        };
        let path = format!("/v1/reservations/{}", reservation.reservation_id);
        let now: Reservation = site.api.get(&path, &headers).await?;
        if !matches!(now.status.as_str(), "expired" | "released" | "booked") {
            let checkout = visit.link(&format!("/checkout/{}", now.reservation_id));
            return Ok(Redirect::to(&checkout).into_response());
        }
        // The same wish a while ago: that hold is over, and this one is meant anew.
        seed = now.reservation_id;
    }
    Err(Trouble::Broken)
}

/// What a form asks for.
struct Wish {
    seat_ids: Vec<String>,
    quantity: u64,
    section: Option<String>,
    max_price: Option<u64>,
}

impl Wish {
    fn read(form: &Form) -> Self {
        Wish {
            seat_ids: form.all("seat_id").map(str::to_owned).collect(),
            quantity: form
                .get("quantity")
                .and_then(|text| text.parse().ok())
                .unwrap_or(0),
            section: form.get("section").map(str::to_owned),
            max_price: form.get("max_price").and_then(|text| text.parse().ok()),
        }
    }

    /// How many seats are wanted.
    fn count(&self) -> u64 {
        match self.seat_ids.len() {
            0 => self.quantity,
            count => count as u64,
        }
    }

    fn body(&self, event: &str) -> Value {
        if !self.seat_ids.is_empty() {
            return json!({"event_id": event, "seat_ids": self.seat_ids});
        }
        let mut best = json!({"quantity": self.quantity});
        if let Some(section) = &self.section {
            best["section"] = json!(section);
        }
        if let Some(most) = self.max_price {
            best["max_price"] = json!(most);
        }
        json!({"event_id": event, "best_available": best})
    }
}

async fn failed(
    site: &Site,
    visit: &Visit,
    id: &str,
    wish: &Wish,
    problem: Problem,
) -> Result<Response, Trouble> {
    let texts = site.texts(visit.language);
    let (title, text) = match problem.slug.as_str() {
        "seats-taken" => (
            "hold-taken-title",
            texts.get("hold-taken-text").into_owned(),
        ),
        "not-enough-together" => {
            let count = problem.number("available").unwrap_or(0);
            (
                "hold-not-together-title",
                texts.with("hold-not-together-text", "count", count),
            )
        }
        "too-many-seats" => {
            let limit = problem.number("limit").unwrap_or(0);
            (
                "hold-too-many-title",
                texts.with("hold-too-many-text", "count", limit),
            )
        }
        "buyer-limit-reached" => {
            let limit = problem.number("limit").unwrap_or(0);
            (
                "hold-buyer-limit-title",
                texts.with("hold-buyer-limit-text", "count", limit),
            )
        }
        "not-on-sale" => (
            "hold-not-on-sale-title",
            texts.get("hold-not-on-sale-text").into_owned(),
        ),
        "admission-required" => {
            let waiting = visit.link(&format!("/events/{}/waiting", encoded(id)));
            return Ok(Redirect::to(&waiting).into_response());
        }
        "invalid-request" if wish.count() == 0 => {
            ("hold-none-title", texts.get("hold-none-text").into_owned())
        }
        _ => return Err(ApiError::Problem(Box::new(problem)).into()),
    };
    let detail: EventDetail = site
        .api
        .public(&format!("/v1/events/{}", encoded(id)))
        .await?;
    let frame = Frame::private(site, visit);
    let offer = match problem.slug.as_str() {
        "seats-taken" => wish.count(),
        // As many as there are, under the same conditions.
        "not-enough-together" => problem.number("available").unwrap_or(0),
        _ => 0,
    };
    Ok(private(&HoldFailed {
        heading: Heading::new(&detail, &frame),
        title: frame.texts.get(title).into_owned(),
        text,
        quantity: Some(offer).filter(|count| *count > 0),
        section: wish.section.clone(),
        max_price: wish.max_price,
        action: frame.link(&format!("/events/{}/hold", detail.event.event_id)),
        status: problem.status,
        frame,
    }))
}
