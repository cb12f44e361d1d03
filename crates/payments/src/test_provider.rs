//! The built-in test provider: takes tokens that say how they end, moves no money, and keeps its
//! charges in the store, so that they survive a crash and every node finds them. `tok_card_…` are
//! approved like others, but are each a card that is known again.

use std::time::Duration;

use async_trait::async_trait;
use boxoffice_model::EventNumber;
use boxoffice_sequencer::{Sequencer, SequencerError};
use boxoffice_store::{Charge, ChargeStatus, PaymentMethod, Record, StoreError};

use crate::offer::Offer;
use crate::provider::{
    Attempt, Capture, ChargeState, Order, PaymentProvider, ProviderCharge, ProviderError, Returned,
    Step,
};

/// How long `tok_slow` takes.
const SLOW: Duration = Duration::from_secs(3);

/// The tokens that end in a way of their own, behind the one that goes well; any other `tok_…` does, too.
const OFFERS: [Offer; 10] = [
    Offer::test_card("tok_visa"),
    Offer::test_card("tok_chargeDeclined"),
    Offer::test_card("tok_chargeDeclinedInsufficientFunds"),
    Offer::test_card("tok_chargeDeclinedExpiredCard"),
    Offer::test_card("tok_slow"),
    Offer::test_card("tok_timeout"),
    Offer::test_card("tok_timeout_declined"),
    Offer::test_card("tok_capture_fails"),
    Offer::test_card("tok_unavailable"),
    Offer::REDIRECT,
];

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

    fn method(&self, token: &str) -> Option<PaymentMethod> {
        match token {
            "checkout" => Some(PaymentMethod::Checkout),
            token if token.starts_with("tok_") => Some(PaymentMethod::Token),
            _ => None,
        }
    }

    fn offers(&self) -> &'static [Offer] {
        &OFFERS
    }

    fn manual_capture(&self, _: PaymentMethod) -> bool {
        true
    }

    async fn authorize(
        &self,
        attempt: &Attempt,
        order: &Order,
    ) -> Result<ProviderCharge, ProviderError> {
        let token = order.token.as_str();
        if token == "tok_slow" {
            tokio::time::sleep(SLOW).await;
        }
        if goes_well(attempt, token) {
            let charge = charge(attempt, token.to_owned(), None);
            return Ok(ProviderCharge {
                reference: Some(token.to_owned()),
                keep: vec![Record::Charge(charge.clone())],
                ..self.answer(&charge)
            });
        }
        if let Some(known) = self.charge(attempt).await? {
            return Ok(self.answer(&known));
        }
        if token == "tok_unavailable" {
            return Err(ProviderError::Unavailable);
        }
        // Of a page the charge keeps its address: the payer comes back there.
        let kept = match attempt.method {
            PaymentMethod::Checkout => order.return_url.clone(),
            _ => token.to_owned(),
        };
        let charge = charge(attempt, kept, decline_code(token));
        let answer = self.answer(&charge);
        self.keep(charge).await?;
        if matches!(token, "tok_timeout" | "tok_timeout_declined") {
            // The charge is there, but its answer never arrives.
            std::future::pending::<()>().await;
        }
        Ok(answer)
    }

    async fn find(&self, attempt: &Attempt) -> Result<Option<ProviderCharge>, ProviderError> {
        let charge = self.charge(attempt).await?;
        Ok(charge.map(|charge| self.answer(&charge)))
    }

    async fn capture(&self, attempt: &Attempt) -> Result<Capture, ProviderError> {
        let never = |code: &str| {
            Ok(Capture::FailedForGood {
                code: code.to_owned(),
            })
        };
        let found = match &attempt.reference {
            // We gave it that a moment ago, and it was kept with the sale.
            Some(token) if goes_well(attempt, token) => Some(charge(attempt, token.clone(), None)),
            _ => self.charge(attempt).await?,
        };
        match found {
            Some(charge) if charge.status == ChargeStatus::Captured => Ok(done(Vec::new())),
            Some(charge) if charge.status != ChargeStatus::Authorized => {
                never("charge_not_authorized")
            }
            Some(charge) if charge.token == "tok_capture_fails" => never("capture_failed"),
            Some(charge) => {
                let status = ChargeStatus::Captured;
                Ok(done(vec![Record::Charge(Charge { status, ..charge })]))
            }
            None => never("charge_not_found"),
        }
    }

    /// Where there is no charge, one is kept that is void: a late `authorize` finds it. What goes well does
    /// not look, but is written with the sale only, which the ledger refuses to an attempt that is void.
    async fn void(&self, attempt: &Attempt) -> Result<(), ProviderError> {
        let charge = match self.charge(attempt).await? {
            Some(charge)
                if matches!(charge.status, ChargeStatus::Authorized | ChargeStatus::Open) =>
            {
                charge
            }
            Some(_) => return Ok(()),
            None => charge(attempt, String::new(), None),
        };
        let status = ChargeStatus::Voided;
        self.keep(Charge { status, ..charge }).await
    }

    /// What was given back is the sum of the booking's refunds, so that each counts once however often
    /// it is asked for.
    async fn refund(
        &self,
        attempt: &Attempt,
        refund: u64,
        amount: u64,
    ) -> Result<Returned, ProviderError> {
        let never = |code: &str| {
            Ok(Returned::FailedForGood {
                code: code.to_owned(),
            })
        };
        let charge = match self.charge(attempt).await? {
            Some(charge) if charge.status == ChargeStatus::Captured => charge,
            _ => return never("charge_not_captured"),
        };
        let refunded = match refund {
            0 => attempt.amount,
            _ => self.refunded_before(attempt, refund).await? + amount,
        };
        if refunded > charge.amount {
            return never("amount_too_large");
        }
        let refunded = refunded.max(charge.refunded);
        self.keep(Charge { refunded, ..charge }).await?;
        let reference = Some(attempt.idempotency_key(Step::Refund(refund)));
        Ok(Returned::Done { reference })
    }
}

impl TestProvider {
    async fn refunded_before(&self, attempt: &Attempt, refund: u64) -> Result<u64, ProviderError> {
        let store = self.sequencer.store();
        let refunds = store.refunds(attempt.event, Some(attempt.attempt)).await;
        let refunds = refunds.map_err(|_: StoreError| ProviderError::Unavailable)?;
        let before = refunds.iter().filter(|other| other.version < refund);
        Ok(before.map(|other| other.amount).sum())
    }

    fn answer(&self, charge: &Charge) -> ProviderCharge {
        let code = || charge.decline_code.clone().unwrap_or_default();
        let state = match charge.status {
            ChargeStatus::Authorized => ChargeState::Authorized,
            ChargeStatus::Captured => ChargeState::Captured,
            ChargeStatus::Voided => ChargeState::Voided,
            ChargeStatus::Declined => ChargeState::Declined { code: code() },
            ChargeStatus::Open => ChargeState::Open {
                redirect_url: format!("{}/test-payment", charge.token),
            },
        };
        ProviderCharge {
            card: charge.token.strip_prefix("tok_card_").map(str::to_owned),
            refunded: charge.refunded,
            ..state.into()
        }
    }

    /// What a payer does at the page of a test payment: pays, or is declined. Whether there was something
    /// to be paid.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn pay_at_page(
        sequencer: &Sequencer,
        event: EventNumber,
        attempt: u64,
        pays: bool,
    ) -> Result<bool, SequencerError> {
        let found = sequencer.store().charge(event, attempt).await;
        let found = found.map_err(|_: StoreError| SequencerError::StoreUnavailable)?;
        let Some(charge) = found.filter(|charge| charge.status == ChargeStatus::Open) else {
            return Ok(false);
        };
        let (status, decline_code) = match pays {
            true => (ChargeStatus::Authorized, None),
            false => (ChargeStatus::Declined, Some("generic_decline".to_owned())),
        };
        let charge = Charge {
            status,
            decline_code,
            ..charge
        };
        sequencer
            .record(Record::Charge(charge))
            .await
            .map(|()| true)
    }
}

fn done(keep: Vec<Record>) -> Capture {
    Capture::Done { keep }
}

/// Whether a token is approved and collected without more ado.
fn goes_well(attempt: &Attempt, token: &str) -> bool {
    attempt.method == PaymentMethod::Token
        && decline_code(token).is_none()
        && !matches!(
            token,
            "tok_unavailable" | "tok_timeout" | "tok_capture_fails"
        )
}

fn charge(attempt: &Attempt, token: String, decline_code: Option<&str>) -> Charge {
    Charge {
        event: attempt.event,
        attempt: attempt.attempt,
        token,
        amount: attempt.amount,
        currency: attempt.currency,
        status: match (decline_code, attempt.method) {
            (Some(_), _) => ChargeStatus::Declined,
            (None, PaymentMethod::Checkout) => ChargeStatus::Open,
            (None, _) => ChargeStatus::Authorized,
        },
        decline_code: decline_code.map(str::to_owned),
        refunded: 0,
    }
}

/// Why a token is declined, in Stripe's words (<https://docs.stripe.com/declines/codes>); none is
/// approved.
fn decline_code(token: &str) -> Option<&'static str> {
    match token {
        "tok_chargeDeclined" | "tok_timeout_declined" => Some("generic_decline"),
        "tok_chargeDeclinedInsufficientFunds" => Some("insufficient_funds"),
        "tok_chargeDeclinedExpiredCard" => Some("expired_card"),
        _ => None,
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
        ];
        for (token, code) in codes {
            assert_eq!(decline_code(token), code, "{token}");
        }
    }
}
