//! What handlers share.

use std::sync::Arc;

use axum::Router;
use boxoffice_model::Clock;

use crate::api::Api;
use crate::language::Language;
use crate::shared::SharedPages;
use crate::texts::Texts;

/// Draws random bytes.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// The settings that shape pages.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where buyers reach the site, without a slash at its end.
    pub public_url: String,
}

/// The site, ready to answer.
pub struct Site {
    pub(crate) config: Config,
    pub(crate) api: Api,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) pages: SharedPages,
    random: Random,
    texts: [Texts; Language::ALL.len()],
}

impl Site {
    /// A site over an API.
    #[must_use]
    pub fn new(api: Router, config: Config, clock: Arc<dyn Clock>, random: Random) -> Self {
        Site {
            config,
            api: Api::new(api),
            clock,
            pages: SharedPages::new(),
            random,
            texts: Language::ALL.map(Texts::new),
        }
    }

    pub(crate) fn texts(&self, language: Language) -> &Texts {
        let mut all = self.texts.iter();
        let found = all.find(|texts| texts.language == language);
        found.expect("there are texts in every language")
    }

    pub(crate) fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.clock.now().0).unwrap_or_default()
    }

    /// Whether buyers reach us by HTTPS: cookies are then for HTTPS only.
    pub(crate) fn https(&self) -> bool {
        self.config.public_url.starts_with("https://")
    }

    /// A key that nobody guesses and that does not come again.
    pub(crate) fn draw_key(&self) -> String {
        let mut key = [0; 16];
        (self.random)(&mut key);
        data_encoding::BASE64URL_NOPAD.encode(&key)
    }
}
