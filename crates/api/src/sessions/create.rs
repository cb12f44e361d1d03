//! `POST /v1/sessions`: a guest session, as a token and as a cookie.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::body::Body;
use crate::problem::Problem;
use crate::who::{Who, session};

/// A guest session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionBody {
    /// Sent as `Authorization: Bearer …`.
    #[schema(example = "ses_AAEtZk1oQp3PGe2jnUTMxq4WlAAYq2nE4AAA3k9dQ0q8VYb1uYxwqUe1Zg")]
    session_token: String,
    #[schema(example = "2026-12-01T09:00:00.000000Z")]
    expires_at: String,
}

/// Which session; the whole body may be left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct SessionRequest {
    /// The session that the request came with goes on, with a new end, where it is still good: a page that does
    /// not know whether its browser has one loses nothing by asking.
    renew: Option<bool>,
}

/// Begins a guest session. What is reserved with it answers to it alone.
#[utoipa::path(
    post, path = "/v1/sessions", tag = "sessions", request_body = Option<SessionRequest>,
    responses(
        (status = 201, description = "The session; a cookie is set beside it.", body = SessionBody),
        (status = 400, description = "`invalid-request`"),
        (status = 401, description = "`unauthenticated`: the bearer to be renewed is forged or expired"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let request = match body.0.is_empty() {
        true => SessionRequest::default(),
        false => body.json()?,
    };
    let known = match request.renew {
        Some(true) => Who::of(&app, &headers)?,
        _ => Who::Nobody,
    };
    let id = match known {
        Who::Session(id) => id,
        Who::Nobody => app.draw_session(),
    };
    let (token, session_token, cookie) = session(&app, id);
    let body = SessionBody {
        session_token,
        expires_at: token.expires_at.with_micros(),
    };
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
