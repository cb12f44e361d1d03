//! The site's own cookie: the language that somebody chose. Sessions are the API's.

use http::{HeaderMap, HeaderValue, header};

use crate::language::Language;

const LANGUAGE: &str = "boxoffice_language";

/// The language that was chosen before.
pub(crate) fn language(headers: &HeaderMap) -> Option<Language> {
    let values = headers.get_all(header::COOKIE).iter();
    let mut pairs = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, code) = pairs.find(|(name, _)| *name == LANGUAGE)?;
    Language::by_code(code)
}

/// Remembers a language for a year.
pub(crate) fn remember(language: Language, https: bool) -> HeaderValue {
    let secure = if https { "; Secure" } else { "" };
    let code = language.code();
    let cookie =
        format!("{LANGUAGE}={code}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&cookie).expect("codes are plain ASCII")
}
