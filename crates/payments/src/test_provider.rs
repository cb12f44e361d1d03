//! The built-in test provider: takes tokens that say how they end, moves no money, and keeps its
//! charges in the store, so that they survive a crash and every node finds them.

use std::time::Duration;

use async_trait::async_trait;
use boxoffice_sequencer::{Sequencer, SequencerError};
use boxoffice_store::{Charge, ChargeStatus, Record, StoreError};

use crate::provider::{
    Attempt, Authorization, Capture, ChargeState, PaymentProvider, ProviderError,
};

/// How long `tok_slow` takes.
const SLOW: Duration = Duration::from_secs(3);

/// The test provider.
pub struct TestProvider {
    sequencer: Sequencer,
}

impl TestProvider {
    /// Keeps its charges through `sequencer`.
    pub fn new(sequencer: Sequencer) -> Self {
        TestProvider { sequencer }
    }

    async fn charge(&self, attempt: &Attempt) -> Result<Option<Charge>, ProviderError> {
        let found = self
            .sequencer
            .store()
            .charge(attempt.event, attempt.attempt)
            .await;
        found.map_err(|_: StoreError| ProviderError::Unavailable)
    }

    async fn keep(&self, charge: Charge) -> Result<(), ProviderError> {
        let kept = self.sequencer.record(Record::Charge(charge)).await;
        kept.map_err(|error| match error {
            SequencerError::OutcomeUnknown => ProviderError::Unknown,
            _ => ProviderError::Unavailable,
        })
    }
}

#[async_trait]
impl PaymentProvider for TestProvider {
    fn name(&self) -> &'static str {
        "test"
    }

    async fn authorize(
        &self,
        attempt: &Attempt,
        token: &str,
    ) -> Result<Authorization, ProviderError> {
        if let Some(known) = self.charge(attempt).await? {
            return Ok(answer(&known));
        }
        if token == "tok_unavailable" {
            return Err(ProviderError::Unavailable);
        }
        if token == "tok_slow" {
            tokio::time::sleep(SLOW).await;
        }
        let charge = charge(attempt, token.to_owned(), decline_code(token));
        let answer = answer(&charge);
        self.keep(charge).await?;
        if matches!(token, "tok_timeout" | "tok_timeout_declined") {
            // The charge is there, but its answer never arrives.
            std::future::pending::<()>().await;
        }
        Ok(answer)
    }

    async fn find(&self, attempt: &Attempt) -> Result<Option<ChargeState>, ProviderError> {
        let charge = self.charge(attempt).await?;
        Ok(charge.map(|charge| match charge.status {
            ChargeStatus::Authorized => ChargeState::Authorized,
            ChargeStatus::Captured => ChargeState::Captured,
            ChargeStatus::Voided => ChargeState::Voided,
            ChargeStatus::Declined => ChargeState::Declined {
                code: charge.decline_code.unwrap_or_default(),
            },
        }))
    }

    async fn capture(&self, attempt: &Attempt) -> Result<Capture, ProviderError> {
        let never = |code: &str| {
            Ok(Capture::FailedForGood {
                code: code.to_owned(),
            })
        };
        match self.charge(attempt).await? {
            Some(charge) if charge.status == ChargeStatus::Captured => Ok(Capture::Done),
            Some(charge) if charge.status != ChargeStatus::Authorized => {
                never("charge_not_authorized")
            }
            Some(charge) if charge.token == "tok_capture_fails" => never("capture_failed"),
            Some(charge) => {
                self.keep(Charge {
                    status: ChargeStatus::Captured,
                    ..charge
                })
                .await?;
                Ok(Capture::Done)
            }
            None => never("charge_not_found"),
        }
    }

    /// Where there is no charge, one is kept that is void: a late `authorize` finds it. One that has
    /// looked already and is about to be written stands before this in the event's lane, and loses.
    async fn void(&self, attempt: &Attempt) -> Result<(), ProviderError> {
        let charge = match self.charge(attempt).await? {
            Some(charge) if charge.status == ChargeStatus::Authorized => charge,
            Some(_) => return Ok(()),
            None => charge(attempt, String::new(), None),
        };
        let status = ChargeStatus::Voided;
        self.keep(Charge { status, ..charge }).await
    }
}

fn charge(attempt: &Attempt, token: String, decline_code: Option<&str>) -> Charge {
    Charge {
        event: attempt.event,
        attempt: attempt.attempt,
        token,
        amount: attempt.amount,
        currency: attempt.currency,
        status: match decline_code {
            Some(_) => ChargeStatus::Declined,
            None => ChargeStatus::Authorized,
        },
        decline_code: decline_code.map(str::to_owned),
    }
}

fn answer(charge: &Charge) -> Authorization {
    let declined = |code: &str| Authorization::Declined {
        code: code.to_owned(),
    };
    match charge.status {
        ChargeStatus::Authorized | ChargeStatus::Captured => Authorization::Approved,
        ChargeStatus::Declined => declined(charge.decline_code.as_deref().unwrap_or_default()),
        ChargeStatus::Voided => declined("charge_voided"),
    }
}

/// Why a token is declined, in Stripe's words (<https://docs.stripe.com/declines/codes>); none is
/// approved. What does not begin with `tok_` was never a token: `invalid_token`, a word of our own.
fn decline_code(token: &str) -> Option<&'static str> {
    match token {
        "tok_chargeDeclined" | "tok_timeout_declined" => Some("generic_decline"),
        "tok_chargeDeclinedInsufficientFunds" => Some("insufficient_funds"),
        "tok_chargeDeclinedExpiredCard" => Some("expired_card"),
        token if token.starts_with("tok_") => None,
        _ => Some("invalid_token"),
    }
}

#[cfg(test)]
mod tests {
    use super::decline_code;

    #[test]
    fn each_token_is_declined_in_the_words_of_stripe() {
        let codes = [
            ("tok_chargeDeclined", Some("generic_decline")),
            (
                "tok_chargeDeclinedInsufficientFunds",
                Some("insufficient_funds"),
            ),
            ("tok_chargeDeclinedExpiredCard", Some("expired_card")),
            ("tok_timeout_declined", Some("generic_decline")),
            ("tok_visa", None),
            ("tok_of_any_other_name", None),
            ("visa", Some("invalid_token")),
        ];
        for (token, code) in codes {
            assert_eq!(decline_code(token), code, "{token}");
        }
    }
}
