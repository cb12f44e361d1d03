//! The languages of the site, and which one a visitor gets.

use http::{HeaderMap, header};

/// A language that the site speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    English,
    German,
}

impl Language {
    /// All of them; the first is for whoever asks for none of them.
    pub const ALL: [Language; 2] = [Language::English, Language::German];

    /// Its code in URLs and in `lang`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    /// The locale that dates and numbers are written by. English is the international one: days
    /// before months, 24 hours.
    #[must_use]
    pub fn locale(self) -> &'static str {
        match self {
            Language::English => "en-GB",
            Language::German => "de-DE",
        }
    }

    /// Its own name for itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::German => "Deutsch",
        }
    }

    /// The first part of addresses that name it.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Language::English => "/en",
            Language::German => "/de",
        }
    }

    pub(crate) fn by_code(code: &str) -> Option<Self> {
        let mut all = Language::ALL.into_iter();
        all.find(|language| language.code() == code)
    }

    /// The one of a browser's wishes that it wants most.
    pub(crate) fn negotiated(headers: &HeaderMap) -> Self {
        let values = headers.get_all(header::ACCEPT_LANGUAGE).iter();
        let wishes = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        let mut best = (0.0, Language::ALL[0]);
        for wish in wishes {
            let (tag, weight) = wish.split_once(";q=").unwrap_or((wish, "1"));
            let weight: f32 = weight.trim().parse().unwrap_or(0.0);
            let primary = tag.trim().split('-').next().unwrap_or_default();
            let found = Language::by_code(&primary.to_ascii_lowercase());
            if let Some(language) = found.filter(|_| weight > best.0) {
                best = (weight, language);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiated(wishes: &'static str) -> Language {
        let headers = [(
            header::ACCEPT_LANGUAGE,
            http::HeaderValue::from_static(wishes),
        )];
        Language::negotiated(&headers.into_iter().collect())
    }

    #[test]
    fn the_heaviest_wish_that_can_be_met_wins() {
        assert_eq!(negotiated("fr, en;q=0.5, de-AT;q=0.8"), Language::German);
        assert_eq!(negotiated("de, en"), Language::German);
        assert_eq!(negotiated("en-US,en;q=0.9,de;q=0.8"), Language::English);
        assert_eq!(negotiated("fr"), Language::English);
        assert_eq!(negotiated("de;q=0"), Language::English);
        assert_eq!(negotiated(""), Language::English);
    }
}
