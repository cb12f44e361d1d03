//! `POST /v1/sessions`: a guest session, as a token and as a cookie.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::who::new_session;

/// A guest session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionBody {
    /// Sent as `Authorization: Bearer …`.
    #[schema(example = "ses_AAEtZk1oQp3PGe2jnUTMxq4WlAAYq2nE4AAA3k9dQ0q8VYb1uYxwqUe1Zg")]
    session_token: String,
    #[schema(example = "2026-12-01T09:00:00.000000Z")]
    expires_at: String,
}

/// Begins a guest session. What is reserved with it answers to it alone.
#[utoipa::path(
    post, path = "/v1/sessions", tag = "sessions",
    responses((status = 201, description = "The session; a cookie is set beside it.", body = SessionBody))
)]
pub(crate) async fn handler(State(app): State<Arc<App>>) -> Response {
    let (token, session_token, cookie) = new_session(&app);
    let body = SessionBody {
        session_token,
        expires_at: token.expires_at.with_micros(),
    };
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
