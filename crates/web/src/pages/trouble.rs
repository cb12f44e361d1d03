//! What a page says when there is nothing else to show: what happened, and a way out.

use askama::Template;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

use crate::api::ApiError;
use crate::page::{Frame, Page, private};
use crate::site::Site;
use crate::visit::Visit;

/// Why there is no other page.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    NotFound,
    UnknownEvent,
    /// The reservation is unknown here: never the same as one that has expired.
    UnknownReservation,
    UnknownOrder,
    /// More come than can be served; in how many seconds to come again.
    TooBusy(u32),
    /// Something that we need is away.
    Unavailable(u32),
    /// It may have happened, or not.
    OutcomeUnknown,
    /// A form that none of our pages sends.
    BadForm,
    /// A form of another site.
    Foreign,
    Broken,
}

impl Trouble {
    fn status(&self) -> StatusCode {
        match self {
            Trouble::NotFound
            | Trouble::UnknownEvent
            | Trouble::UnknownReservation
            | Trouble::UnknownOrder => StatusCode::NOT_FOUND,
            Trouble::TooBusy(_) | Trouble::Unavailable(_) | Trouble::OutcomeUnknown => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Trouble::BadForm => StatusCode::BAD_REQUEST,
            Trouble::Foreign => StatusCode::FORBIDDEN,
            Trouble::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Keys begin with it.
    fn key(&self) -> &'static str {
        match self {
            Trouble::NotFound => "trouble-not-found",
            Trouble::UnknownEvent => "trouble-unknown-event",
            Trouble::UnknownReservation => "trouble-unknown-reservation",
            Trouble::UnknownOrder => "trouble-unknown-order",
            Trouble::TooBusy(_) => "trouble-too-busy",
            Trouble::Unavailable(_) => "trouble-unavailable",
            Trouble::OutcomeUnknown => "trouble-outcome-unknown",
            Trouble::BadForm => "trouble-bad-form",
            Trouble::Foreign => "trouble-foreign",
            Trouble::Broken => "trouble-broken",
        }
    }

    /// In how many seconds the page asks again by itself.
    fn again(&self) -> Option<u32> {
        match self {
            Trouble::TooBusy(seconds) | Trouble::Unavailable(seconds) => Some(*seconds),
            _ => None,
        }
    }

    pub(crate) fn respond(&self, site: &Site, visit: &Visit) -> Response {
        let mut response = private(&self.page(Frame::private(site, visit)));
        if let Some(seconds) = self.again() {
            let seconds = HeaderValue::from(seconds);
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }

    pub(crate) fn page<'a>(&self, frame: Frame<'a>) -> TroublePage<'a> {
        TroublePage {
            key: self.key(),
            status: self.status(),
            again: self.again(),
            finds_order: matches!(self, Trouble::UnknownOrder),
            frame,
        }
    }
}

impl From<ApiError> for Trouble {
    fn from(error: ApiError) -> Self {
        let problem = match error {
            ApiError::Problem(problem) => problem,
            ApiError::Strange(what) => {
                tracing::error!(what, "The API answered what it does not describe");
                return Trouble::Broken;
            }
        };
        let seconds = problem.retry_after.unwrap_or(2).clamp(1, 60);
        match problem.slug.as_str() {
            "unknown-event" => Trouble::UnknownEvent,
            "reservation-not-found" => Trouble::UnknownReservation,
            "booking-not-found" => Trouble::UnknownOrder,
            "not-found" => Trouble::NotFound,
            "overloaded" | "rate-limited" => Trouble::TooBusy(seconds),
            "outcome-unknown" => Trouble::OutcomeUnknown,
            "invalid-request" | "unknown-seat" | "too-large" => Trouble::BadForm,
            _ if problem.status == StatusCode::SERVICE_UNAVAILABLE => Trouble::Unavailable(seconds),
            slug => {
                tracing::error!(slug, "The API refused what a page asked for");
                Trouble::Broken
            }
        }
    }
}

/// The handler's answer, or the page for its trouble.
pub(crate) fn or_trouble(
    site: &Site,
    visit: &Visit,
    answer: Result<Response, Trouble>,
) -> Response {
    answer.unwrap_or_else(|trouble| trouble.respond(site, visit))
}

#[derive(Template)]
#[template(path = "trouble.html")]
pub(crate) struct TroublePage<'a> {
    frame: Frame<'a>,
    key: &'static str,
    status: StatusCode,
    again: Option<u32>,
    finds_order: bool,
}

impl Page for TroublePage<'_> {
    fn status(&self) -> StatusCode {
        self.status
    }
}
