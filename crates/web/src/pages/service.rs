//! What machines ask of a site: its pictures, its map, its manifest.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use serde_json::json;

use super::event;
use super::trouble::or_trouble;
use crate::api::wire::Event;
use crate::assets;
use crate::language::Language;
use crate::poster;
use crate::shared::Rendered;
use crate::site::Site;
use crate::visit::Visit;

/// A sitemap has at most this many addresses, by its standard.
const MOST_ADDRESSES: usize = 50_000;

/// The picture of an event: drawn from its id, so that it needs no file.
pub(crate) async fn poster(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visit: Visit,
) -> Response {
    let detail = match event::detail(&site, &id).await {
        Ok(detail) => detail,
        Err(error) => return or_trouble(&site, &visit, Err(error.into())),
    };
    let mut response = poster::draw(&detail.event.event_id).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("image/svg+xml"),
    );
    let day = HeaderValue::from_static("public, max-age=86400");
    headers.insert(header::CACHE_CONTROL, day);
    let policy = HeaderValue::from_static("default-src 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// All events to come, in every language.
pub(crate) async fn sitemap(State(site): State<Arc<Site>>, visit: Visit) -> Response {
    let make = async {
        let mut urls = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/v1/events?limit=100&cursor={cursor}");
            let (events, next): (Vec<Event>, _) = site.api.page(&path).await?;
            urls.extend(
                events
                    .into_iter()
                    .map(|event| format!("/events/{}", event.event_id)),
            );
            match next.filter(|_| urls.len() * (Language::ALL.len() + 1) < MOST_ADDRESSES) {
                Some(next) => cursor = next,
                None => break,
            }
        }
        let xml = sitemap_of(&site.config.public_url, &urls);
        Ok(Rendered::file(xml, "application/xml; charset=utf-8"))
    };
    let key = "/sitemap.xml".to_owned();
    let answer = site.pages.get(&visit, key, make).await;
    or_trouble(&site, &visit, answer)
}

fn sitemap_of(root: &str, paths: &[String]) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset \
         xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    let root = root.replace('&', "&amp;");
    for path in std::iter::once("/").chain(paths.iter().map(String::as_str)) {
        xml.push_str(&format!("<url><loc>{root}{path}</loc>"));
        for language in Language::ALL {
            let (code, prefix) = (language.code(), language.prefix());
            xml.push_str(&format!(
                "<xhtml:link rel=\"alternate\" hreflang=\"{code}\" href=\"{root}{prefix}{path}\"/>"
            ));
        }
        xml.push_str("</url>\n");
    }
    xml + "</urlset>\n"
}

pub(crate) async fn robots(State(site): State<Arc<Site>>) -> Response {
    let root = &site.config.public_url;
    let mut rules = String::from("User-agent: *\nDisallow: /v1/\n");
    let prefixes = Language::ALL.into_iter().map(Language::prefix);
    for prefix in std::iter::once("").chain(prefixes) {
        rules.push_str(&format!(
            "Disallow: {prefix}/checkout/\nDisallow: {prefix}/orders\n"
        ));
    }
    format!("{rules}Sitemap: {root}/sitemap.xml\n").into_response()
}

pub(crate) async fn manifest(State(site): State<Arc<Site>>, visit: Visit) -> Response {
    let texts = site.texts(visit.language);
    let icon = |size: u32| {
        json!({
            "src": assets::url(&format!("icons/{size}.png")),
            "sizes": format!("{size}x{size}"), "type": "image/png", "purpose": "any maskable",
        })
    };
    let manifest = json!({
        "name": texts.get("site-name"),
        "short_name": texts.get("site-name"),
        "lang": visit.language.code(),
        "start_url": "/",
        "display": "browser",
        "background_color": "#f7f4ee",
        "theme_color": "#a3142f",
        "icons": [icon(192), icon(512)],
    });
    let mut response = manifest.to_string().into_response();
    let kind = HeaderValue::from_static("application/manifest+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

pub(crate) async fn favicon(headers: HeaderMap) -> Response {
    assets::at_its_place("icons/icon.svg", &headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sitemap_names_each_page_in_each_language() {
        let xml = sitemap_of("https://t.example", &["/events/a".to_owned()]);
        assert!(
            xml.contains("<loc>https://t.example/events/a</loc>"),
            "{xml}"
        );
        assert!(
            xml.contains("href=\"https://t.example/de/events/a\""),
            "{xml}"
        );
    }
}
