//! What all pages are: a template in a frame, with a status and a cache policy, sent with the headers
//! that let nothing in from elsewhere.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::assets;
use crate::language::Language;
use crate::site::Site;
use crate::texts::Texts;
use crate::visit::Visit;

/// Nothing from elsewhere, nothing inline, in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page. Its first field is its [`Frame`].
pub(crate) trait Page: Template {
    fn status(&self) -> StatusCode {
        StatusCode::OK
    }
}

/// What stands around a page: its language, its addresses, and how to write texts and prices.
pub(crate) struct Frame<'a> {
    pub(crate) texts: &'a Texts,
    pub(crate) prefix: &'static str,
    /// Behind the prefix: with the query for pages that are found by one.
    pub(crate) path: String,
    pub(crate) public_url: &'a str,
    /// Whether search engines may list it; never for what is one person's own.
    pub(crate) listed: bool,
}

impl<'a> Frame<'a> {
    /// The frame of a page for everyone.
    pub(crate) fn shared(site: &'a Site, visit: &Visit) -> Self {
        Frame {
            texts: site.texts(visit.language),
            prefix: visit.prefix,
            path: visit.path.clone(),
            public_url: &site.config.public_url,
            listed: true,
        }
    }

    /// The frame of a page for one person.
    pub(crate) fn private(site: &'a Site, visit: &Visit) -> Self {
        Frame {
            listed: false,
            ..Frame::shared(site, visit)
        }
    }

    pub(crate) fn language(&self) -> Language {
        self.texts.language
    }

    /// An address of ours in the page's language.
    pub(crate) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// The same for what becomes one person's own: there the address names the language, since their browser's
    /// wish may be another.
    pub(crate) fn own_link(&self, path: &str) -> String {
        format!("{}{path}", self.language().prefix())
    }

    /// The address of a file of `static/`.
    pub(crate) fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// This page in each language, and its address there.
    pub(crate) fn switches(&self) -> impl Iterator<Item = (Language, String)> + '_ {
        let path = &self.path;
        let switch = move |language: Language| (language, format!("{}{path}", language.prefix()));
        Language::ALL.into_iter().map(switch)
    }

    /// The whole address of a path.
    pub(crate) fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// The page's one address for search engines: in its language, or the one without.
    pub(crate) fn canonical(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        self.absolute(&self.link(path))
    }
}

/// A page of one person: nobody keeps it, and its address is told to nobody. It is not compressed: it
/// holds secrets beside what others may have put in.
pub(crate) fn private(page: &impl Page) -> Response {
    let mut response = (page.status(), html(page)).into_response();
    let headers = response.headers_mut();
    set(headers, header::CACHE_CONTROL, "no-store");
    protect(headers);
    // Not `no-referrer`: browsers would say of our own forms that they come from nowhere.
    set(headers, header::REFERRER_POLICY, "same-origin");
    set(headers, HeaderName::from_static("x-robots-tag"), "noindex");
    response
}

/// The headers of every page.
pub(crate) fn protect(headers: &mut HeaderMap) {
    set(headers, header::CONTENT_TYPE, "text/html; charset=utf-8");
    set(headers, header::CONTENT_SECURITY_POLICY, POLICY);
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(
        headers,
        header::REFERRER_POLICY,
        "strict-origin-when-cross-origin",
    );
    let permissions = HeaderName::from_static("permissions-policy");
    set(
        headers,
        permissions,
        "camera=(), geolocation=(), microphone=()",
    );
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    set(headers, opener, "same-origin");
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

/// The page as text.
pub(crate) fn html(page: &impl Page) -> String {
    page.render().unwrap_or_else(|error| {
        // Writing into a string cannot fail; a template's own expression could.
        tracing::error!(%error, "A page cannot be rendered");
        String::new()
    })
}

/// JSON for a data block within a page: no text in it can end the block.
pub(crate) fn block(value: &impl serde::Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    json.replace('<', "\\u003c")
}
