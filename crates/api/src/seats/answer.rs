//! What the answers of `/seats` and `/availability` have in common: a version, and how old it is when
//! the store has gone silent.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use boxoffice_seat_map::{Encoded, Follower};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body::{Frame, SizeHint};

use crate::app::App;
use crate::caching;
use crate::problem::Problem;

/// A crowd behind a CDN asks it once a second.
const CACHE: &str = "public, max-age=1, stale-while-revalidate=1";

/// From this age on a map tells it: until then it is as fresh as any.
const OLD: Duration = Duration::from_secs(2);

/// The map of the event that a path names.
pub(super) struct Map {
    pub(super) follower: Arc<Follower>,
}

impl Map {
    pub(super) async fn of(app: &App, id: &str) -> Result<Self, Problem> {
        let event = app.event_in_path(id)?;
        let follower = app.maps.follow(event.number).await?;
        Ok(Map { follower })
    }
}

/// 304, if the client has what is shown now.
pub(super) fn not_modified(map: &Map, headers: &HeaderMap) -> Option<Response> {
    let version = map.follower.shown_now();
    let tag = version.to_string();
    caching::has(headers, &tag).then(|| {
        let response = caching::not_modified(&tag, caching::coding(headers), CACHE);
        with_version(map, response, version)
    })
}

/// 200 with all of it.
pub(super) fn whole(map: &Map, encoded: Encoded, content_type: &'static str) -> Response {
    let (version, coding) = (encoded.version, encoded.coding);
    let body = Body::new(Parts::new(&encoded));
    let response = caching::whole(body, &version.to_string(), coding, CACHE, content_type);
    with_version(map, response, version)
}

fn with_version(map: &Map, mut response: Response, version: u64) -> Response {
    let headers = response.headers_mut();
    headers.insert("seat-map-version", HeaderValue::from(version));
    let age = map.follower.age();
    if age >= OLD {
        headers.insert("seat-map-age", HeaderValue::from(age.as_secs()));
    }
    response
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
