//! What the answers of `/seats` and `/availability` have in common: a version, and how old it is when
//! the store has gone silent.

use std::borrow::Cow;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use boxoffice_seat_map::{Coding, Encoded, Follower, View};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::{Frame, SizeHint};

use crate::app::App;
use crate::caching;
use crate::problem::Problem;

/// A crowd behind a CDN asks it once a second.
const CACHE: &str = "public, max-age=1, stale-while-revalidate=1";

const VERSION: HeaderName = HeaderName::from_static("seat-map-version");
/// In seconds.
const AGE: HeaderName = HeaderName::from_static("seat-map-age");

/// From this age on a map tells it: until then it is as fresh as any.
const OLD: Duration = Duration::from_secs(2);

/// An answer that is being made: what is shown, and in which coding the client wants it.
pub(super) struct Answer {
    pub(super) view: View,
    pub(super) coding: Coding,
    version: String,
}

impl Answer {
    pub(super) fn new(follower: &Arc<Follower>, headers: &HeaderMap) -> Self {
        let view = follower.view();
        Answer {
            version: view.version().to_string(),
            coding: caching::coding(headers),
            view,
        }
    }

    /// 304, if the client has what is shown now.
    pub(super) fn not_modified(&self, headers: &HeaderMap) -> Option<Response> {
        caching::has(headers, &self.version).then(|| {
            let response = caching::not_modified(&self.version, self.coding, CACHE);
            self.with_version(response, self.view.version())
        })
    }

    /// 200 with all of it.
    pub(super) fn whole(&self, encoded: Encoded, content_type: &'static str) -> Response {
        let version = match encoded.version {
            same if same == self.view.version() => Cow::Borrowed(&*self.version),
            newer => newer.to_string().into(),
        };
        let body = match &*encoded.parts {
            [one] => Body::from(one.clone()),
            _ => Body::new(Parts::new(&encoded)),
        };
        let response = caching::whole(body, &version, encoded.coding, CACHE, content_type);
        self.with_version(response, encoded.version)
    }

    fn with_version(&self, mut response: Response, version: u64) -> Response {
        let headers = response.headers_mut();
        headers.insert(VERSION, HeaderValue::from(version));
        let age = self.view.age();
        if age >= OLD {
            headers.insert(AGE, HeaderValue::from(age.as_secs()));
        }
        response
    }
}

/// The map of the event that a path names.
pub(super) async fn follower(app: &App, id: &str) -> Result<Arc<Follower>, Problem> {
    let event = app.event_in_path(id)?;
    Ok(app.maps.follow(event.number).await?)
}

/// Sends shared parts one after the other: nothing is copied together.
struct Parts {
    parts: Arc<[Bytes]>,
    sent: usize,
    left: u64,
}

impl Parts {
    fn new(encoded: &Encoded) -> Self {
        Parts {
            parts: Arc::clone(&encoded.parts),
            sent: 0,
            left: encoded.parts.iter().map(|part| part.len() as u64).sum(),
        }
    }
}

impl http_body::Body for Parts {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(part) = self.parts.get(self.sent).cloned() else {
            return Poll::Ready(None);
        };
        self.sent += 1;
        self.left -= part.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
