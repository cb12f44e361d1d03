//! How Stripe is reached, and secrets that do not show themselves. Where the settings come from is not
//! decided here.

use std::fmt;
use std::time::Duration;

/// Where Stripe's API is.
const API_BASE: &str = "https://api.stripe.com";

/// How long one HTTP try may take. Stripe answers a confirmation in a second or two; a bank that is slow
/// takes some more.
const CALL_TIMEOUT: Duration = Duration::from_secs(8);

/// How long all tries of a call may take together.
const PATIENCE: Duration = Duration::from_secs(9);

/// Connecting to a machine that is there takes far less.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A key or a signing secret. It is neither shown nor compared, only used.
#[derive(Clone)]
pub struct SecretText(String);

impl SecretText {
    /// A secret as it stands in a file or a variable: white space around it does not belong to it.
    pub fn new(text: &str) -> Self {
        SecretText(text.trim().to_owned())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(secret)")
    }
}

/// Everything a client of Stripe is told.
#[derive(Clone, Debug)]
pub struct StripeConfig {
    /// Scheme and host of the API; a path before `/v1` is kept.
    pub api_base: String,
    /// `sk_…` or `rk_…`.
    pub secret_key: SecretText,
    /// `whsec_…`; several while one takes the place of another.
    pub webhook_secrets: Vec<SecretText>,
    /// How long one HTTP try may take.
    pub call_timeout: Duration,
    /// How long all tries of a call may take together.
    pub patience: Duration,
}

impl StripeConfig {
    /// Stripe itself, with this key and patience as usual.
    pub fn new(secret_key: SecretText) -> Self {
        StripeConfig {
            api_base: API_BASE.to_owned(),
            secret_key,
            webhook_secrets: Vec::new(),
            call_timeout: CALL_TIMEOUT,
            patience: PATIENCE,
        }
    }

    /// How long connecting may take. A third of the patience at most: then a host that swallows every
    /// packet is tried again, and each try learns whether it was connected.
    pub(crate) fn connect_timeout(&self) -> Duration {
        CONNECT_TIMEOUT
            .min(self.patience / 3)
            .min(self.call_timeout / 2)
    }
}

/// A client that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The base is no address.
    #[error(
        "the address of Stripe's API cannot be used: {0} — it is like https://api.stripe.com, without user, query or fragment"
    )]
    ApiBase(&'static str),
    /// A key of live money would cross a network that anybody can read.
    #[error("a live key goes over https only, or to this machine: give an address with https")]
    LiveKeyInTheClear,
    /// The key cannot be sent.
    #[error("the key for Stripe is empty or has other signs than letters, digits and underscores")]
    Key,
    /// No server could be believed.
    #[error("the operating system trusts no certificate: install its ca-certificates")]
    NoRoots,
    /// The HTTP client could not be set up.
    #[error("the client for Stripe cannot be set up: {0}")]
    Client(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_shows_itself() {
        let mut config = StripeConfig::new(SecretText::new(" sk_test_hush\n"));
        config.webhook_secrets.push(SecretText::new("whsec_hush"));
        assert_eq!(config.secret_key.expose(), "sk_test_hush");
        let shown = format!("{config:?}");
        assert!(!shown.contains("hush"), "{shown}");
    }

    #[test]
    fn connecting_leaves_time_for_another_try() {
        let config = StripeConfig::new(SecretText::new("sk_test_x"));
        assert_eq!(config.connect_timeout(), Duration::from_secs(3));
        let hasty = StripeConfig {
            patience: Duration::from_millis(300),
            ..config
        };
        assert_eq!(hasty.connect_timeout(), Duration::from_millis(100));
    }
}
