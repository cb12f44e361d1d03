//! The client: one HTTP try, and calls made of tries. What is called stands in the resources' files.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Method, Request, Url, redirect};
use serde::de::DeserializeOwned;

use crate::answer::Answer;
use crate::config::{ConfigError, SecretText, StripeConfig};
use crate::error::{ApiError, CallError, Trouble};
use crate::form::Form;
use crate::retry::{self, Advice, Pace, Setback, Try};
use crate::{setup, tls};

/// The version of Stripe's API that our types were written for. Pinned, because otherwise the account's
/// default decides, and an operator who raises it in the dashboard would change what arrives here.
pub const API_VERSION: &str = "2025-09-30.clover";

/// Fills bytes at random.
pub type Chance = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// Bytes of an answer: a hundred payments in full have less than one million.
const BODY_LIMIT: usize = 8 << 20;

/// How long a connection may lie idle: shorter than routers on the way forget it.
const IDLE: Duration = Duration::from_secs(60);

/// A client of Stripe. Clones share its connections.
#[derive(Clone)]
pub struct Stripe {
    http: Client,
    base: Url,
    pace: Pace,
    chance: Chance,
    webhook_secrets: Arc<[SecretText]>,
}

impl Stripe {
    /// A client as configured. `chance` only spreads retries.
    ///
    /// # Errors
    /// [`ConfigError`] if the address or the key cannot be used, or TLS cannot be set up. Nothing is
    /// sent; [`Stripe::ping`] says whether they work.
    pub fn new(config: StripeConfig, chance: Chance) -> Result<Stripe, ConfigError> {
        let base = setup::base(&config)?;
        let connect = config.connect_timeout();
        let mut builder = Client::builder()
            .tls_backend_preconfigured(tls::client_config(base.scheme() == "https")?)
            .user_agent(concat!("boxoffice/", env!("CARGO_PKG_VERSION")))
            .default_headers(setup::headers(&config.secret_key)?)
            // Stripe never redirects; whoever does is not to get our key.
            .redirect(redirect::Policy::none())
            .connect_timeout(connect)
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true);
        if setup::is_this_machine(&base) {
            builder = builder.no_proxy();
        }
        let http = builder
            .build()
            .map_err(|error| ConfigError::Client(error.without_url().to_string()))?;
        Ok(Stripe {
            http,
            base,
            pace: Pace {
                patience: config.patience,
                limit: config.call_timeout,
                least: connect,
            },
            chance,
            webhook_secrets: config.webhook_secrets.into(),
        })
    }

    /// Whether host and key work: asks for the account's balance, which changes nothing.
    ///
    /// # Errors
    /// [`CallError`]; `Unauthorized` if the key is not accepted.
    pub async fn ping(&self) -> Result<(), CallError> {
        let answer = self.get::<serde::de::IgnoredAny>(&["balance"], Form::default());
        answer.await.map(drop)
    }

    /// By which webhooks are known to come from Stripe.
    pub fn webhook_secrets(&self) -> &[SecretText] {
        &self.webhook_secrets
    }

    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: Form,
    ) -> Result<T, CallError> {
        let url = self.url(path)?;
        let request = self.http.request(Method::GET, url).query(query.pairs());
        self.call(request.build()).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        form: Form,
        key: &str,
    ) -> Result<T, CallError> {
        let url = self.url(path)?;
        let request = self.http.request(Method::POST, url).form(form.pairs());
        self.call(request.header("idempotency-key", key).build())
            .await
    }

    /// The address of `path` under `/v1`. An id goes into it only if it can be one: an empty one would
    /// turn "this payment" into "all payments".
    fn url(&self, path: &[&str]) -> Result<Url, CallError> {
        let sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !path
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(sign))
        {
            return Err(CallError::Refused(ApiError::never_sent("resource_missing")));
        }
        let mut url = self.base.clone();
        match url.path_segments_mut() {
            Ok(mut segments) => {
                segments.pop_if_empty().push("v1").extend(path);
            }
            Err(()) => return Err(CallError::Refused(ApiError::never_sent("url_invalid"))),
        }
        Ok(url)
    }

    async fn call<T: DeserializeOwned>(
        &self,
        request: reqwest::Result<Request>,
    ) -> Result<T, CallError> {
        let unsendable = || CallError::Refused(ApiError::never_sent("unsendable"));
        let request = request.map_err(|_| unsendable())?;
        retry::run(self.pace, &self.chance, |limit| {
            let again = request.try_clone();
            async move {
                match again {
                    Some(request) => self.try_once(request, limit).await,
                    None => Try::Error(unsendable()),
                }
            }
        })
        .await
    }

    async fn try_once<T: DeserializeOwned>(&self, request: Request, limit: Duration) -> Try<T> {
        let done = tokio::time::timeout(limit, self.exchange(request)).await;
        match done {
            Ok(Ok((response, body))) => Answer {
                status: response.status(),
                headers: response.headers(),
                body: &body,
            }
            .judge(),
            Ok(Err(error)) if error.is_connect() => lost(unconnected(&error), false),
            Ok(Err(_)) => lost("the connection broke", true),
            Err(_) => lost("no answer in time", true),
        }
    }

    /// Sends, and reads the answer to its end. What is longer than any answer of Stripe's is cut off,
    /// and then cannot be read.
    async fn exchange(&self, request: Request) -> reqwest::Result<(reqwest::Response, Vec<u8>)> {
        let mut response = self.http.execute(request).await?;
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await? {
            body.extend_from_slice(&piece);
            if body.len() > BODY_LIMIT {
                break;
            }
        }
        Ok((response, body))
    }
}

impl fmt::Debug for Stripe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = self.base.as_str();
        f.debug_struct("Stripe")
            .field("base", &base)
            .finish_non_exhaustive()
    }
}

/// Why there was no connection: the reasons for which different people are to be woken.
fn unconnected(error: &reqwest::Error) -> &'static str {
    match error.is_dns() {
        true => "its name is not known",
        false if is_tls(error) => "its certificate was not believed, or TLS failed",
        false => "no connection",
    }
}

/// An I/O error shows the error within it as its content, not as its source.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    let content = io.and_then(|io| io.get_ref());
    error.is::<rustls::Error>()
        || content.is_some_and(|content| is_tls(content))
        || error.source().is_some_and(is_tls)
}

fn lost<T>(what: &'static str, maybe_done: bool) -> Try<T> {
    Try::Setback(Setback {
        trouble: Trouble {
            what,
            ..Trouble::default()
        },
        maybe_done,
        advice: Advice::Retry,
    })
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_failure_of_tls_is_known_however_it_is_wrapped() {
        let wrapped = io::Error::other(io::Error::other(rustls::Error::DecryptError));
        assert!(is_tls(&wrapped));
        assert!(!is_tls(&io::Error::other("refused")));
    }
}
