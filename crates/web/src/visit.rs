//! Who visits: in which language, and whether a form was sent from one of our own pages.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, HeaderName, header};

use crate::cookies;
use crate::language::Language;

/// A request as pages see it.
pub(crate) struct Visit {
    /// The language of its address, else of its cookie or its browser.
    pub(crate) language: Language,
    /// `/en`, or nothing where the address names no language.
    pub(crate) prefix: &'static str,
    /// The path and query behind the prefix.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    /// The host that was asked for: HTTP/2 has it in the address.
    host: Option<String>,
}

impl Visit {
    fn of(parts: &Parts) -> Self {
        let whole = parts.uri.path_and_query();
        let whole = whole.map_or("/", |path| path.as_str());
        let first = whole[1..].split(['/', '?']).next().unwrap_or_default();
        let headers = parts.headers.clone();
        let host = parts.uri.authority().map(|host| host.as_str().to_owned());
        let named = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let host = host.or(named.map(str::to_owned));
        match Language::by_code(first) {
            Some(language) => {
                let rest = &whole[1 + first.len()..];
                let slash = if rest.starts_with('/') { "" } else { "/" };
                Visit {
                    language,
                    prefix: prefix(language),
                    path: format!("{slash}{rest}"),
                    headers,
                    host,
                }
            }
            None => Visit {
                language: Language::negotiated(&headers),
                prefix: "",
                path: whole.to_owned(),
                headers,
                host,
            },
        }
    }

    /// A visit to a page that nobody asked for: a sample.
    pub(crate) fn at(language: Language, path: &str) -> Self {
        Visit {
            language,
            prefix: prefix(language),
            path: path.to_owned(),
            headers: HeaderMap::new(),
            host: None,
        }
    }

    /// The same for a page of one person alone: there the language may come from a cookie, which
    /// pages for everyone cannot look at.
    pub(crate) fn private(mut self) -> Self {
        if self.prefix.is_empty()
            && let Some(language) = cookies::language(&self.headers)
        {
            self.language = language;
        }
        self
    }

    /// A field of the query.
    pub(crate) fn query(&self, wanted: &str) -> Option<String> {
        let (_, query) = self.path.split_once('?')?;
        let mut fields = form_urlencoded::parse(query.as_bytes());
        let (_, value) = fields.find(|(name, _)| name == wanted)?;
        Some(value.into_owned())
    }

    /// The same visit without its query, for a page that is the same whatever stands there.
    pub(crate) fn without_query(mut self) -> Self {
        self.path
            .truncate(self.path.find('?').unwrap_or(self.path.len()));
        self
    }

    /// An address of ours in the visit's language.
    pub(crate) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Whether a page of another site sent this. A browser says where a form comes from; what is no
    /// browser cannot be lured. `public_url` is where we are reached by proxies that rename the host.
    pub(crate) fn is_foreign(&self, public_url: &str) -> bool {
        let site = HeaderName::from_static("sec-fetch-site");
        if let Some(site) = self.headers.get(site) {
            return !matches!(site.as_bytes(), b"same-origin" | b"none");
        }
        let Some(origin) = self.headers.get(header::ORIGIN) else {
            return false;
        };
        let Ok(origin) = origin.to_str() else {
            return true;
        };
        let host = origin.split_once("://").map(|(_, host)| host);
        origin != public_url && (host.is_none() || host != self.host.as_deref())
    }
}

/// The first part of addresses that name a language.
pub(crate) fn prefix(language: Language) -> &'static str {
    match language {
        Language::English => "/en",
        Language::German => "/de",
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Visit::of(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(uri: &str, headers: &[(&'static str, &'static str)]) -> Visit {
        let mut request = http::Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Visit::of(&request.body(()).expect("a request").into_parts().0)
    }

    #[test]
    fn the_address_names_the_language_or_the_browser_does() {
        let german = visit("/de/events/x?a=b", &[("accept-language", "en")]);
        assert_eq!(
            (german.language, german.path.as_str()),
            (Language::German, "/events/x?a=b")
        );
        assert_eq!(german.link("/"), "/de/");
        assert_eq!(visit("/de?city=Bonn", &[]).path, "/?city=Bonn");
        let asked = visit("/events/x", &[("accept-language", "de")]);
        assert_eq!((asked.language, asked.prefix), (Language::German, ""));
        assert_eq!(visit("/design", &[]).path, "/design");
    }

    #[test]
    fn forms_of_other_sites_are_seen() {
        let host = ("host", "tickets.example");
        assert!(!visit("/", &[host]).is_foreign("https://public.example"));
        assert!(
            !visit("/", &[host, ("sec-fetch-site", "same-origin")])
                .is_foreign("https://public.example")
        );
        assert!(
            visit("/", &[host, ("sec-fetch-site", "cross-site")])
                .is_foreign("https://public.example")
        );
        assert!(
            visit("/", &[host, ("sec-fetch-site", "same-site")])
                .is_foreign("https://public.example")
        );
        assert!(
            !visit("/", &[host, ("origin", "https://tickets.example")])
                .is_foreign("https://public.example")
        );
        assert!(
            visit("/", &[host, ("origin", "https://evil.example")])
                .is_foreign("https://public.example")
        );
        assert!(visit("/", &[host, ("origin", "null")]).is_foreign("https://public.example"));
        let behind_a_proxy = visit("/", &[host, ("origin", "https://public.example")]);
        assert!(!behind_a_proxy.is_foreign("https://public.example"));
    }
}
