//! What browsers send from forms: at most 64 KiB, only from our own pages.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderName, header};
use http_body_util::{BodyExt, Limited};

use crate::pages::trouble::Trouble;
use crate::site::Site;
use crate::visit::Visit;

const MOST_BYTES: usize = 64 * 1024;

/// The fields of a form, in order; a name may come more than once.
pub(crate) struct Form(Vec<(String, String)>);

/// A form that was sent, and who sent it.
pub(crate) struct Sent {
    pub(crate) visit: Visit,
    /// A form that cannot be taken is answered by the handler, in the visitor's language.
    pub(crate) form: Result<Form, Trouble>,
}

impl Form {
    /// The first value of a name, without blanks around it; nothing where it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name)
            .map(str::trim)
            .find(|value| !value.is_empty())
    }

    /// All values of a name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(field, _)| field == name);
        named.map(|(_, value)| value.as_str())
    }

    async fn read(body: Body) -> Result<Self, Trouble> {
        let body = Limited::new(body, MOST_BYTES).collect().await;
        let body = body.map_err(|_| Trouble::BadForm)?.to_bytes();
        let fields = form_urlencoded::parse(&body);
        Ok(Form(fields.into_owned().collect()))
    }
}

impl FromRequest<Arc<Site>> for Sent {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, site).await?.private();
        let form = match is_foreign(&parts, &site.config.public_url) {
            true => Err(Trouble::Foreign),
            false => Form::read(body).await,
        };
        Ok(Sent { visit, form })
    }
}

/// Whether a page of another site sent this. A browser says where a form comes from; what is no browser
/// cannot be lured. `public_url` is where we are reached by proxies that rename the host.
fn is_foreign(parts: &Parts, public_url: &str) -> bool {
    let site = HeaderName::from_static("sec-fetch-site");
    if let Some(site) = parts.headers.get(site) {
        return !matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = parts.headers.get(header::ORIGIN) else {
        return false;
    };
    let Ok(origin) = origin.to_str() else {
        return true;
    };
    let host = origin.split_once("://").map(|(_, host)| host);
    origin != public_url && (host.is_none() || host != asked_host(parts))
}

/// The host that was asked for: HTTP/2 has it in the address.
fn asked_host(parts: &Parts) -> Option<&str> {
    let authority = parts.uri.authority().map(Authority::as_str);
    let named = || parts.headers.get(header::HOST)?.to_str().ok();
    authority.or_else(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_other_sites_are_seen() {
        let foreign = |headers: &[(&'static str, &'static str)]| {
            let mut request = Request::builder().header("host", "tickets.example");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let (parts, _) = request.body(Body::empty()).expect("a request").into_parts();
            is_foreign(&parts, "https://public.example")
        };
        assert!(!foreign(&[]));
        assert!(!foreign(&[("sec-fetch-site", "same-origin")]));
        assert!(foreign(&[("sec-fetch-site", "cross-site")]));
        assert!(foreign(&[("sec-fetch-site", "same-site")]));
        assert!(!foreign(&[("origin", "https://tickets.example")]));
        assert!(foreign(&[("origin", "https://evil.example")]));
        assert!(foreign(&[("origin", "null")]));
        assert!(
            !foreign(&[("origin", "https://public.example")]),
            "behind a proxy"
        );
    }
}
