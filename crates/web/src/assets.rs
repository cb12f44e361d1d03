//! `/assets/{version}/{name}`: styles, modules, icons, as the binary has them. Whoever has an older
//! page gets today's files for it, but keeps them only for a moment.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::coding::Coding;

/// A file of `static/`, and how it is sent.
pub(crate) struct Asset {
    name: &'static str,
    identity: &'static [u8],
    gzip: &'static [u8],
    brotli: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const FOREVER: &str = "public, max-age=31536000, immutable";
const BRIEFLY: &str = "public, max-age=10";

/// Where a file of `static/` is found.
pub(crate) fn url(name: &str) -> String {
    debug_assert!(ASSETS.iter().any(|asset| asset.name == name), "{name}");
    format!("/assets/{VERSION}/{name}")
}

pub(crate) async fn handler(
    Path((version, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let Ok(at) = ASSETS.binary_search_by(|asset| asset.name.cmp(&name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let cache = if version == VERSION { FOREVER } else { BRIEFLY };
    send(&ASSETS[at], &headers, cache)
}

/// A file that browsers look for at a fixed place.
pub(crate) fn at_its_place(name: &str, headers: &HeaderMap) -> Response {
    match ASSETS.iter().find(|asset| asset.name == name) {
        Some(asset) => send(asset, headers, "public, max-age=86400"),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn send(asset: &Asset, headers: &HeaderMap, cache: &'static str) -> Response {
    let packed = content_type(asset.name).1;
    let coding = if packed {
        Coding::of(headers)
    } else {
        Coding::Identity
    };
    let body = match coding {
        Coding::Identity => asset.identity,
        Coding::Gzip => asset.gzip,
        Coding::Brotli => asset.brotli,
    };
    let mut response = Bytes::from_static(body).into_response();
    let answer = response.headers_mut();
    let content_type = HeaderValue::from_static(content_type(asset.name).0);
    answer.insert(header::CONTENT_TYPE, content_type);
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    let nosniff = HeaderValue::from_static("nosniff");
    answer.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    coding.declare(answer);
    response
}

/// What a file is by its name, and whether packing makes it smaller.
fn content_type(name: &str) -> (&'static str, bool) {
    match name.rsplit('.').next() {
        Some("css") => ("text/css; charset=utf-8", true),
        Some("js") => ("text/javascript; charset=utf-8", true),
        Some("svg") => ("image/svg+xml", true),
        Some("txt") => ("text/plain; charset=utf-8", true),
        Some("png") => ("image/png", false),
        Some("woff2") => ("font/woff2", false),
        _ => ("application/octet-stream", true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_for_the_search() {
        assert!(ASSETS.is_sorted_by_key(|asset| asset.name));
    }

    #[test]
    fn every_file_has_a_known_type() {
        for asset in ASSETS {
            assert_ne!(
                content_type(asset.name).0,
                "application/octet-stream",
                "{}",
                asset.name
            );
        }
    }
}
