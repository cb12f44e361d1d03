//! `POST /v1/order-links`: asks for the mail with the links. The answer is always the same, and comes
//! before anybody has looked whether there are orders: it tells nobody who has bought.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use boxoffice_mail::Language;
use boxoffice_model::hmac_sha256;
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::waiting::{Mark, Wish};
use crate::app::App;
use crate::body::Body;
use crate::bookings::check_email;
use crate::problem::Problem;

/// Whose orders of which event.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct OrderLinksWish {
    #[schema(example = "shield-final")]
    event_id: String,
    /// The address that was given with the orders.
    #[schema(example = "ada@example.org")]
    email: String,
    /// The language of the mail, `en` or `de`; English where it is none of these.
    #[schema(example = "de")]
    language: Option<String>,
}

/// Mails the signed links of an event's orders to the address that they were placed with, if there are any:
/// the answer is the same either way. At most one mail in five minutes goes to an address for an event;
/// whoever asks again meanwhile is answered the same and gets none.
#[utoipa::path(
    post, path = "/v1/order-links", tag = "bookings", request_body = OrderLinksWish,
    responses(
        (status = 202, description = "If there are orders, their links are on the way.", body = serde_json::Value, example = json!({})),
        (status = 400, description = "`invalid-request`, `unknown-event`"),
        (status = 429, description = "`rate-limited`: too many ask at once; `Retry-After` says when to come again"),
        (status = 503, description = "`mail-unavailable`: this box office sends no mail"),
    )
)]
pub(crate) async fn handler(State(app): State<Arc<App>>, body: Body) -> Result<Response, Problem> {
    let wish: OrderLinksWish = body.json()?;
    let email = wish.email.trim();
    check_email(email)?;
    let event = app.catalogue.by_id(&wish.event_id);
    let event = event.ok_or_else(|| Problem::unknown_event_in_body(&wish.event_id))?;
    let links = app.order_links.as_ref();
    let links = links.ok_or_else(Problem::mail_unavailable)?;
    let wish = Wish {
        event: event.number,
        mark: mark(&app, event.id.as_str(), email),
        email: email.to_owned(),
        language: Language::of_tag(wish.language.as_deref().unwrap_or_default()),
    };
    links.ask(wish, Instant::now())?;
    let mut response = (StatusCode::ACCEPTED, Json(json!({}))).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// What is remembered of who has asked: with it alone nobody finds the address.
fn mark(app: &App, event_id: &str, email: &str) -> Mark {
    let email = email.to_ascii_lowercase();
    let parts: [&[u8]; 4] = [
        b"boxoffice/order-links/v1",
        event_id.as_bytes(),
        b"\0",
        email.as_bytes(),
    ];
    let mut mark = [0; 16];
    mark.copy_from_slice(&hmac_sha256(&app.keys.server, &parts)[..16]);
    mark
}
