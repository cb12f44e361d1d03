//! Who visits: at which address, and in which language.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;

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
}

impl Visit {
    fn of(parts: &Parts) -> Self {
        let whole = parts.uri.path_and_query();
        let whole = whole.map_or("/", |path| path.as_str());
        let first = whole[1..].split(['/', '?']).next().unwrap_or_default();
        let headers = parts.headers.clone();
        match Language::by_code(first) {
            Some(language) => {
                let rest = &whole[1 + first.len()..];
                let slash = if rest.starts_with('/') { "" } else { "/" };
                Visit {
                    language,
                    prefix: language.prefix(),
                    path: format!("{slash}{rest}"),
                    headers,
                }
            }
            None => Visit {
                language: Language::negotiated(&headers),
                prefix: "",
                path: whole.to_owned(),
                headers,
            },
        }
    }

    /// A visit to a page that nobody asked for: a sample.
    pub(crate) fn at(language: Language, path: &str) -> Self {
        Visit {
            language,
            prefix: language.prefix(),
            path: path.to_owned(),
            headers: HeaderMap::new(),
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
}
