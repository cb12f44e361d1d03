//! Pages that are the same for everyone: made once a second at most however many ask, packed once,
//! and answered with a tag, so that who has one need not load it again.

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use boxoffice_model::sha256;
use http::{HeaderValue, StatusCode, header};
use moka::future::Cache;

use crate::coding::{Coding, Packed};
use crate::language::Language;
use crate::page::{Page, html, protect};
use crate::pages::trouble::Trouble;
use crate::visit::Visit;

/// For how long a page is good.
const FRESH: Duration = Duration::from_secs(1);
/// Room for pages in memory, in bytes: who asks for many different searches pushes out only others.
const MOST_BYTES: u64 = 64 << 20;
const POLICY: &str = "public, max-age=1, stale-while-revalidate=10";

/// What is made once.
pub(crate) struct Rendered {
    status: StatusCode,
    body: Packed,
    tag: HeaderValue,
    content_type: Option<&'static str>,
}

/// The pages of the last second.
pub(crate) struct SharedPages {
    pages: Cache<(Language, String), Arc<Rendered>>,
}

impl SharedPages {
    pub(crate) fn new() -> Self {
        let weigh = |(_, path): &(Language, String), page: &Arc<Rendered>| {
            u32::try_from(path.len() + page.body.len() + 256).unwrap_or(u32::MAX)
        };
        let pages = Cache::builder()
            .time_to_live(FRESH)
            .max_capacity(MOST_BYTES)
            .weigher(weigh)
            .build();
        SharedPages { pages }
    }

    /// The page at a whole path, made by `make` unless somebody just did.
    pub(crate) async fn get(
        &self,
        visit: &Visit,
        path: String,
        make: impl Future<Output = Result<Rendered, Trouble>>,
    ) -> Result<Response, Trouble> {
        let page = self
            .pages
            .try_get_with((visit.language, path), async { make.await.map(Arc::new) });
        let page = page
            .await
            .map_err(|trouble: Arc<Trouble>| (*trouble).clone())?;
        Ok(page.send(visit))
    }
}

impl Rendered {
    pub(crate) fn page(page: &impl Page) -> Self {
        Rendered::new(page.status(), html(page), None)
    }

    /// Something else than HTML.
    pub(crate) fn file(text: String, content_type: &'static str) -> Self {
        Rendered::new(StatusCode::OK, text, Some(content_type))
    }

    fn new(status: StatusCode, text: String, content_type: Option<&'static str>) -> Self {
        let hash = sha256(&[text.as_bytes()]);
        // Weak: the codings share it.
        let tag = format!("W/\"{}\"", data_encoding::HEXLOWER.encode(&hash[..8]));
        Rendered {
            status,
            body: Packed::new(text),
            tag: HeaderValue::try_from(tag).expect("hex is plain ASCII"),
            content_type,
        }
    }

    fn send(&self, visit: &Visit) -> Response {
        let request = &visit.headers;
        let known = request.get(header::IF_NONE_MATCH);
        let is_known = known.is_some_and(|tag| tag == self.tag) && self.status.is_success();
        let coding = Coding::of(request);
        let mut response = if is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            (self.status, self.body.in_coding(coding)).into_response()
        };
        let headers = response.headers_mut();
        protect(headers);
        if let Some(content_type) = self.content_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(POLICY));
        headers.insert(header::ETAG, self.tag.clone());
        if visit.prefix.is_empty() {
            headers.append(header::VARY, HeaderValue::from_static("accept-language"));
        }
        coding.declare(headers);
        if is_known {
            headers.remove(header::CONTENT_ENCODING);
        }
        response
    }
}
