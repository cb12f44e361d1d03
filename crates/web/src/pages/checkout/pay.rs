//! `POST /checkout/{reservation_id}/pay`: the button that buys. Pressed twice it pays once, since the
//! form brings its key; and whatever comes of it leads to a page that says so.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Filled, is_shown, load, not_held, stand};
use crate::api::wire::Booking;
use crate::api::{ApiError, Problem};
use crate::forms::{Form, Sent};
use crate::pages::event::encoded;
use crate::pages::trouble::{Trouble, or_trouble};
use crate::site::Site;
use crate::visit::Visit;

pub(crate) async fn pay(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    Sent { visit, form }: Sent,
) -> Response {
    let answer = async { paid(&site, &visit, &id, &form?).await }.await;
    or_trouble(&site, &visit, answer)
}

async fn paid(site: &Site, visit: &Visit, id: &str, form: &Form) -> Result<Response, Trouble> {
    let mut filled = filled(form);
    if filled.name_wrong || filled.email_wrong {
        return again(site, visit, id, filled, None).await;
    }
    let held = load(site, visit, id).await?;
    if let Some(elsewhere) = not_held(site, visit, &held) {
        return Ok(elsewhere);
    }
    let body = request(
        &held.reservation.reservation_id,
        held.reservation.total,
        &filled,
        form,
    )?;
    let asked = site
        .api
        .ask::<Booking>(Method::POST, "/v1/bookings", &visit.headers, &body);
    match asked.await {
        Ok(answer) => Ok(to_order(visit, &answer.body)),
        Err(ApiError::Problem(problem)) => {
            if problem.slug == "outcome-unknown" {
                filled.key = form.get("key").map(str::to_owned);
            }
            refused(site, visit, id, filled, *problem).await
        }
        Err(error) => Err(error.into()),
    }
}

fn filled(form: &Form) -> Filled {
    let name = form.get("name").unwrap_or_default().to_owned();
    let email = form.get("email").unwrap_or_default().to_owned();
    Filled {
        name_wrong: name.is_empty() || name.chars().count() > 200,
        email_wrong: !email.contains('@'),
        key: None,
        name,
        email,
    }
}

fn request(id: &str, total: u64, filled: &Filled, form: &Form) -> Result<Value, Trouble> {
    let key = form.get("key").ok_or(Trouble::BadForm)?;
    let mut body = json!({
        "reservation_id": id,
        "idempotency_key": key,
        "name": filled.name,
        "email": filled.email,
    });
    if total > 0 {
        body["payment_token"] = form.get("payment").ok_or(Trouble::BadForm)?.into();
    }
    Ok(body)
}

/// On to the payment's own page where there is one, else to the order. A browser would not follow a
/// form's answer to another site, so the order's page leads there.
fn to_order(visit: &Visit, booking: &Booking) -> Response {
    let query = match booking.next_action {
        Some(_) => "?go=pay",
        None => "",
    };
    let order = visit.link(&format!("/orders/{}{query}", booking.booking_id));
    Redirect::to(&order).into_response()
}

/// The form again, with what was written, what is wrong with it, and what went wrong.
async fn again(
    site: &Site,
    visit: &Visit,
    id: &str,
    filled: Filled,
    alert: Option<(&str, StatusCode)>,
) -> Result<Response, Trouble> {
    let key = alert.map(|(key, _)| key);
    let status = alert.map_or(StatusCode::UNPROCESSABLE_ENTITY, |(_, status)| status);
    let alert = key.map(|key| site.texts(visit.language).get(key).into_owned());
    stand(site, visit, id, alert, filled, status).await
}

async fn refused(
    site: &Site,
    visit: &Visit,
    id: &str,
    mut filled: Filled,
    problem: Problem,
) -> Result<Response, Trouble> {
    let key = match problem.slug.as_str() {
        "payment-declined" => match problem.text("decline_code") {
            Some("insufficient_funds") => "declined-insufficient-funds",
            Some("expired_card") => "declined-expired-card",
            Some("payment_timed_out") => "declined-timed-out",
            _ => "declined-generic",
        },
        "payment-provider-unavailable" => "pay-provider-away",
        "buyer-limit-reached" => "pay-buyer-limit",
        "too-many-attempts" => "pay-too-many-attempts",
        "outcome-unknown" => "pay-outcome-unknown",
        "overloaded" | "store-unavailable" | "rate-limited" => "pay-busy",
        slug if is_shown(slug) || matches!(slug, "not-on-sale" | "idempotency-key-reused") => {
            let checkout = visit.link(&format!("/checkout/{}", encoded(id)));
            return Ok(Redirect::to(&checkout).into_response());
        }
        "invalid-request" => match problem.pointer() {
            Some("/email") => {
                filled.email_wrong = true;
                return again(site, visit, id, filled, None).await;
            }
            Some("/name") => {
                filled.name_wrong = true;
                return again(site, visit, id, filled, None).await;
            }
            _ => return Err(Trouble::BadForm),
        },
        _ => return Err(ApiError::Problem(Box::new(problem)).into()),
    };
    again(site, visit, id, filled, Some((key, problem.status))).await
}
