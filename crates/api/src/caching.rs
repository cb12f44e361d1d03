//! Conditional and compressed answers: entity tags, `If-None-Match`, `Accept-Encoding`.

use axum::body::Body;
use axum::response::Response;
use boxoffice_seat_map::Coding;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// The coding a client takes that is smallest for us to send.
pub(crate) fn coding(headers: &HeaderMap) -> Coding {
    let accepts = |name: &str| {
        headers
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|offer| {
                let mut parts = offer.split(';').map(str::trim);
                let named = parts
                    .next()
                    .is_some_and(|coding| coding.eq_ignore_ascii_case(name));
                let refused = |part: &str| {
                    part.strip_prefix("q=")
                        .is_some_and(|q| q.parse().is_ok_and(|q: f32| q <= 0.0))
                };
                named && !parts.any(refused)
            })
    };
    match () {
        () if accepts("br") => Coding::Brotli,
        () if accepts("gzip") => Coding::Gzip,
        () => Coding::Identity,
    }
}

/// The strong entity tag of a version in one coding.
fn entity_tag(version: &str, coding: Coding) -> HeaderValue {
    let suffix = match coding {
        Coding::Identity => "",
        Coding::Gzip => "-gzip",
        Coding::Brotli => "-br",
    };
    let tag = format!("\"{version}{suffix}\"");
    HeaderValue::try_from(tag).expect("versions are numbers and hashes")
}

/// Whether the client has this version already, in whatever coding.
pub(crate) fn has(headers: &HeaderMap, version: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'))
        .any(|tag| {
            tag == "*"
                || tag
                    .strip_suffix("-gzip")
                    .or(tag.strip_suffix("-br"))
                    .unwrap_or(tag)
                    == version
        })
}

/// A body that is cached by its version: 200, or 304 for who has it. `body` is made only when sent.
pub(crate) fn versioned(
    request: &HeaderMap,
    version: &str,
    cache: &'static str,
    content_type: &'static str,
    body: impl FnOnce(Coding) -> Bytes,
) -> Response {
    let coding = coding(request);
    if has(request, version) {
        not_modified(version, coding, cache)
    } else {
        whole(body(coding), version, coding, cache, content_type)
    }
}

/// 304: the client has this version.
pub(crate) fn not_modified(version: &str, coding: Coding, cache: &'static str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    *response.headers_mut() = tagged(version, coding, cache);
    response
}

/// 200 with a body that was made for `coding`.
pub(crate) fn whole(
    body: impl Into<Body>,
    version: &str,
    coding: Coding,
    cache: &'static str,
    content_type: &'static str,
) -> Response {
    let mut headers = tagged(version, coding, cache);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    let name = match coding {
        Coding::Identity => None,
        Coding::Gzip => Some("gzip"),
        Coding::Brotli => Some("br"),
    };
    if let Some(name) = name {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    let mut response = Response::new(body.into());
    *response.headers_mut() = headers;
    response
}

fn tagged(version: &str, coding: Coding, cache: &'static str) -> HeaderMap {
    // Room for what others add: a map that grows is made anew each time.
    let mut headers = HeaderMap::with_capacity(12);
    headers.insert(header::ETAG, entity_tag(version, coding));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_coding_of_weight_zero_is_refused() {
        let accept = |value| coding(&headers(header::ACCEPT_ENCODING, value));
        assert_eq!(accept("gzip, br;q=0"), Coding::Gzip);
        assert_eq!(accept("gzip, deflate, br"), Coding::Brotli);
        assert_eq!(accept("identity"), Coding::Identity);
    }

    #[test]
    fn a_tag_of_any_coding_is_the_same_version() {
        for tag in ["\"7\"", "W/\"7\"", "\"7-gzip\"", "\"3\", \"7-br\"", "*"] {
            assert!(has(&headers(header::IF_NONE_MATCH, tag), "7"), "{tag}");
        }
        assert!(!has(&headers(header::IF_NONE_MATCH, "\"17\""), "7"));
    }
}
