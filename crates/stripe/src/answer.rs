//! What an answer of Stripe's means for the call: an object, a refusal, or a setback. It reads; sending
//! and trying again are done elsewhere.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::de::DeserializeOwned;

use crate::error::{ApiError, CallError, CardError, ErrorBody, Reported, Trouble, plain};
use crate::retry::{Advice, Setback, Try};

/// An answer that has arrived whole.
pub(crate) struct Answer<'a> {
    pub status: StatusCode,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// What it means. `T` is what the call asked for.
    pub(crate) fn judge<T: DeserializeOwned>(&self) -> Try<T> {
        if self.status.is_success() {
            return match serde_json::from_slice(self.body) {
                Ok(object) => Try::Answer(object),
                // Whatever this is, the call was made; asking again would tell the same.
                Err(_) => self.setback("the answer could not be read", None, true, Advice::Stop),
            };
        }
        let body: ErrorBody = serde_json::from_slice(self.body).unwrap_or_default();
        let reported = body.error;
        let advice = self.advice();
        let lock = reported.code.as_deref() == Some("lock_timeout");
        match self.status.as_u16() {
            // Turned away before Stripe began: its rate limiter stands before everything else.
            429 => self.setback("Stripe had too much to do", reported.code, false, advice),
            // Another call held the object; ours had not begun.
            409 if lock => self.setback("another call held it", reported.code, false, advice),
            // A try of the same call is still at work there.
            409 => self.setback("the same call is at work", reported.code, true, advice),
            500.. => self.setback("Stripe failed", reported.code, true, advice),
            401 | 403 => Try::Error(CallError::Unauthorized(self.refusal(reported))),
            // Stripe may ask for another try of anything, and does not say why.
            _ if self.header("stripe-should-retry") == Some("true") => {
                self.setback("Stripe asked for another try", reported.code, true, advice)
            }
            _ if reported.kind.as_deref() == Some("card_error") => {
                Try::Error(CallError::Declined(Box::new(self.decline(reported))))
            }
            _ => Try::Error(CallError::Refused(self.refusal(reported))),
        }
    }

    /// Whether, and when, Stripe wants another try. It knows best: a 500 that it has kept under the
    /// idempotency key is the answer to every further try.
    fn advice(&self) -> Advice {
        let seconds = self.headers.get(RETRY_AFTER);
        let seconds = seconds.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        match (self.header("stripe-should-retry"), seconds) {
            (Some("false"), _) => Advice::Stop,
            (_, Some(seconds)) => Advice::RetryAfter(Duration::from_secs(seconds)),
            _ => Advice::Retry,
        }
    }

    fn setback<T>(
        &self,
        what: &'static str,
        code: Option<String>,
        maybe_done: bool,
        advice: Advice,
    ) -> Try<T> {
        Try::Setback(Setback {
            trouble: Trouble {
                what,
                tries: 0,
                status: Some(self.status.as_u16()),
                code: plain(code),
                request_id: self.request_id(),
            },
            maybe_done,
            advice,
        })
    }

    fn refusal(&self, reported: Reported) -> ApiError {
        ApiError {
            status: self.status.as_u16(),
            kind: plain(reported.kind).unwrap_or_else(|| "unnamed".to_owned()),
            code: plain(reported.code),
            param: plain(reported.param),
            request_id: self.request_id(),
        }
    }

    fn decline(&self, reported: Reported) -> CardError {
        CardError {
            code: plain(reported.code).unwrap_or_else(|| "card_declined".to_owned()),
            decline_code: plain(reported.decline_code),
            payment_intent: reported.payment_intent,
            request_id: self.request_id(),
        }
    }

    fn request_id(&self) -> Option<String> {
        plain(self.header("request-id").map(str::to_owned))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a header"));
        }
        let answer = Answer {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: &map,
            body: body.as_bytes(),
        };
        match answer.judge::<crate::Refund>() {
            Try::Answer(refund) => format!("answer {}", refund.id),
            Try::Error(error) => format!("{error}"),
            Try::Setback(Setback {
                maybe_done, advice, ..
            }) => format!("setback maybe_done={maybe_done} {advice:?}"),
        }
    }

    #[test]
    fn each_kind_of_answer_has_its_meaning() {
        let retry = [("stripe-should-retry", "true")];
        let stop = [("stripe-should-retry", "false")];
        let later = [("retry-after", "3")];
        let lock = r#"{"error":{"type":"invalid_request_error","code":"lock_timeout"}}"#;
        let key = r#"{"error":{"type":"idempotency_error","code":"idempotency_key_in_use"}}"#;
        let cases: [(u16, &[_], &str, &str); 12] = [
            (
                200,
                &[],
                r#"{"id":"re_1","amount":5,"status":"pending"}"#,
                "answer re_1",
            ),
            (200, &[], "<html>", "setback maybe_done=true Stop"),
            (429, &[], "", "setback maybe_done=false Retry"),
            (429, &later, "", "setback maybe_done=false RetryAfter(3s)"),
            (429, &[], lock, "setback maybe_done=false Retry"),
            (409, &[], lock, "setback maybe_done=false Retry"),
            (409, &[], key, "setback maybe_done=true Retry"),
            (503, &[], "", "setback maybe_done=true Retry"),
            (500, &stop, "", "setback maybe_done=true Stop"),
            (400, &retry, "", "setback maybe_done=true Retry"),
            (302, &[], "", "Stripe refused the call: status 302, unnamed"),
            (
                401,
                &[],
                "",
                "Stripe does not accept our key: status 401, unnamed",
            ),
        ];
        for (status, headers, body, meaning) in cases {
            assert_eq!(judged(status, headers, body), meaning, "{status} {body}");
        }
    }

    #[test]
    fn only_words_of_stripe_are_carried_on() {
        let body = r#"{"error":{"type":"invalid_request_error","code":"No such pm_1 of a@b.example",
            "param":"metadata[order]","message":"No such PaymentMethod: 'pm_1'"}}"#;
        assert_eq!(
            judged(400, &[("request-id", "req_7")], body),
            "Stripe refused the call: status 400, invalid_request_error, parameter metadata[order], request req_7"
        );
    }
}
