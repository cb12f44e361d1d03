//! What may come of a call that did not succeed. Only what Stripe's documents enumerate is carried on:
//! types, codes, names of parameters, the request's id. Messages are not: they repeat what was sent.

use std::fmt;

use serde::Deserialize;

use crate::intent::PaymentIntent;

/// A call that did not succeed. The variants differ in what may have happened at Stripe.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CallError {
    /// Surely nothing happened: each try failed to connect, or was turned away before Stripe began
    /// with it (429, a lock that another call held).
    #[error("Stripe is not available: {0}")]
    Unavailable(Trouble),
    /// It may have happened: a try was sent and its answer was lost, could not be read, or was an
    /// error of Stripe's own. Ask later, or repeat it under the same key.
    #[error("what Stripe did is not known: {0}")]
    Unknown(Trouble),
    /// Stripe knows the key not, or not for this call (401, 403). Nothing happened, and nothing will
    /// until an operator gives another key.
    #[error("Stripe does not accept our key: {0}")]
    Unauthorized(ApiError),
    /// The payer's side refused.
    #[error("the payment was declined: {0}")]
    Declined(Box<CardError>),
    /// Stripe refused the call as it stands; the same call will be refused again.
    #[error("Stripe refused the call: {0}")]
    Refused(ApiError),
}

/// The last try of a call that was given up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// What went wrong, in our words.
    pub what: &'static str,
    /// How many tries there were.
    pub tries: u32,
    /// The answer's status, if there was an answer.
    pub status: Option<u16>,
    /// Stripe's code for it.
    pub code: Option<String>,
    /// By which Stripe finds the request in its logs.
    pub request_id: Option<String>,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, after {} tries", self.what, self.tries)?;
        if let Some(status) = self.status {
            write!(f, ", status {status}")?;
        }
        named(f, "code", self.code.as_deref())?;
        named(f, "request", self.request_id.as_deref())
    }
}

/// An error as Stripe reports it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiError {
    /// The answer's status. 0: nothing was sent, because the call could not be written.
    pub status: u16,
    /// Stripe's `type`, such as `invalid_request_error` or `idempotency_error`.
    pub kind: String,
    /// Stripe's `code`, such as `resource_missing` or `payment_intent_unexpected_state`.
    pub code: Option<String>,
    /// The parameter that it is about.
    pub param: Option<String>,
    /// By which Stripe finds the request in its logs.
    pub request_id: Option<String>,
}

impl ApiError {
    /// A call that cannot be written: it is refused without asking Stripe.
    pub(crate) fn never_sent(code: &str) -> Self {
        ApiError {
            kind: "invalid_request_error".to_owned(),
            code: Some(code.to_owned()),
            ..ApiError::default()
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}, {}", self.status, self.kind)?;
        named(f, "code", self.code.as_deref())?;
        named(f, "parameter", self.param.as_deref())?;
        named(f, "request", self.request_id.as_deref())
    }
}

/// A payment that was declined.
#[derive(Clone, Debug, PartialEq)]
pub struct CardError {
    /// Stripe's `code`, such as `card_declined` or `expired_card`.
    pub code: String,
    /// The issuer's reason, such as `insufficient_funds`.
    pub decline_code: Option<String>,
    /// How the payment stands now.
    pub payment_intent: Option<PaymentIntent>,
    /// By which Stripe finds the request in its logs.
    pub request_id: Option<String>,
}

impl fmt::Display for CardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        named(f, "reason", self.decline_code.as_deref())?;
        named(f, "request", self.request_id.as_deref())
    }
}

fn named(f: &mut fmt::Formatter<'_>, name: &str, value: Option<&str>) -> fmt::Result {
    match value {
        Some(value) => write!(f, ", {name} {value}"),
        None => Ok(()),
    }
}

/// The body of an error as it arrives.
#[derive(Default, Deserialize)]
pub(crate) struct ErrorBody {
    #[serde(default)]
    pub error: Reported,
}

/// What the body says. `message` is left out on purpose.
#[derive(Default, Deserialize)]
pub(crate) struct Reported {
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub decline_code: Option<String>,
    #[serde(default)]
    pub param: Option<String>,
    #[serde(default)]
    pub payment_intent: Option<PaymentIntent>,
}

/// A word of Stripe's, or none: a code is short and plain, and whatever is not may be anything at all.
pub(crate) fn plain(word: Option<String>) -> Option<String> {
    let is_plain = |word: &String| {
        let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"_-[].".contains(&byte);
        (1..=80).contains(&word.len()) && word.bytes().all(sign)
    };
    word.filter(is_plain)
}
