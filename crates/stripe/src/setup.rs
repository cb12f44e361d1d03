//! What is checked before there is a client: the address and the key. Nothing is sent to try them.

use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use crate::client::API_VERSION;
use crate::config::{ConfigError, SecretText, StripeConfig};

/// The API's address, if it can be used with this key.
pub(crate) fn base(config: &StripeConfig) -> Result<Url, ConfigError> {
    let wrong = |what| Err(ConfigError::ApiBase(what));
    let Ok(url) = config.api_base.parse::<Url>() else {
        return wrong("it is no URL");
    };
    let has_user = !url.username().is_empty() || url.password().is_some();
    if has_user || url.query().is_some() || url.fragment().is_some() {
        return wrong("it has more than a host and a path");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if config.secret_key.expose().contains("_live_") && !is_this_machine(&url) => {
            Err(ConfigError::LiveKeyInTheClear)
        }
        "http" => Ok(url),
        _ => wrong("it is neither https nor http"),
    }
}

/// No proxy stands between us and a fake on this machine.
pub(crate) fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// What is sent with each call.
pub(crate) fn headers(key: &SecretText) -> Result<HeaderMap, ConfigError> {
    let key = key.expose();
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if key.is_empty() || !key.bytes().all(sign) {
        return Err(ConfigError::Key);
    }
    let bearer = HeaderValue::try_from(format!("Bearer {key}"));
    let mut bearer = bearer.map_err(|_| ConfigError::Key)?;
    bearer.set_sensitive(true);
    let version = HeaderValue::from_static(API_VERSION);
    let version_name = HeaderName::from_static("stripe-version");
    Ok(HeaderMap::from_iter([
        (AUTHORIZATION, bearer),
        (version_name, version),
    ]))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::client::Stripe;

    fn refused(api_base: &str, key: &str) -> Option<ConfigError> {
        let config = StripeConfig {
            api_base: api_base.to_owned(),
            ..StripeConfig::new(SecretText::new(key))
        };
        Stripe::new(config, Arc::new(|_: &mut [u8]| {})).err()
    }

    #[test]
    fn addresses_and_keys_that_cannot_work_are_refused_at_once() {
        let is_base = |error| matches!(error, Some(ConfigError::ApiBase(_)));
        assert!(is_base(refused("api.stripe.com", "sk_test_1")));
        assert!(is_base(refused("ftp://api.stripe.com", "sk_test_1")));
        assert!(is_base(refused("http://a:b@localhost", "sk_test_1")));
        assert_eq!(refused("http://localhost:1", ""), Some(ConfigError::Key));
        assert_eq!(
            refused("http://localhost:1", "sk_test 1"),
            Some(ConfigError::Key)
        );
        assert_eq!(refused("http://[::1]:1/under", "sk_live_1"), None);
    }

    #[test]
    fn a_live_key_does_not_cross_a_network_in_the_clear() {
        let far = "http://stripe.example";
        assert_eq!(
            refused(far, "sk_live_1"),
            Some(ConfigError::LiveKeyInTheClear)
        );
        assert_eq!(refused(far, "sk_test_1"), None);
    }
}
