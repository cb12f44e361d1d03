//! What a payment provider must be able to do.

use async_trait::async_trait;
use boxoffice_model::{Currency, EventNumber};

/// One attempt to pay, as a provider knows it. Event and attempt together name its charge; with the
/// step they are the idempotency key of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub event: EventNumber,
    pub attempt: u64,
    /// In minor units.
    pub amount: u64,
    pub currency: Currency,
}

/// A call that changes something at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Authorize,
    Capture,
    Void,
}

impl Attempt {
    /// The idempotency key of a step: the same for every try of it, and no other step's.
    pub fn idempotency_key(&self, step: Step) -> String {
        let step = match step {
            Step::Authorize => "authorize",
            Step::Capture => "capture",
            Step::Void => "void",
        };
        format!("{}:{}:{step}", self.event, self.attempt)
    }
}

/// The answer to a request for money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// The money is set aside.
    Approved,
    /// The payer's side refused; the code is the provider's.
    Declined { code: String },
}

/// The answer to collecting it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Capture {
    Done,
    /// It will never succeed.
    FailedForGood {
        code: String,
    },
}

/// How a charge stands at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChargeState {
    Authorized,
    Captured,
    Voided,
    Declined { code: String },
}

/// A call without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The provider was not reached: surely nothing happened.
    #[error("the payment provider cannot be reached")]
    Unavailable,
    /// It may have happened: ask later.
    #[error("the payment provider did not answer")]
    Unknown,
}

/// A payment provider. Every call may be repeated, and one whose answer was lost may still arrive
/// there later: the same attempt is the same charge.
#[async_trait]
pub trait PaymentProvider: Send + Sync {
    /// Its name in bookings and on the command line.
    fn name(&self) -> &'static str;

    /// Sets the money of an attempt aside. Repeated, it answers as before and sets nothing more
    /// aside.
    ///
    /// # Errors
    /// [`ProviderError`] says whether anything may have happened, as with all of these.
    async fn authorize(
        &self,
        attempt: &Attempt,
        token: &str,
    ) -> Result<Authorization, ProviderError>;

    /// How the attempt's charge stands. `None`: it knows of none now.
    ///
    /// # Errors
    /// [`ProviderError`].
    async fn find(&self, attempt: &Attempt) -> Result<Option<ChargeState>, ProviderError>;

    /// Collects the money that was set aside, once.
    ///
    /// # Errors
    /// [`ProviderError`].
    async fn capture(&self, attempt: &Attempt) -> Result<Capture, ProviderError>;

    /// Gives back what was set aside and was not collected. Afterwards the attempt is void for good:
    /// an `authorize` that is still on its way must set nothing aside when it arrives.
    ///
    /// # Errors
    /// [`ProviderError`].
    async fn void(&self, attempt: &Attempt) -> Result<(), ProviderError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_every_attempt_has_a_key_of_its_own() {
        let attempt = |attempt| Attempt {
            event: EventNumber::new(2027, 5, 3).expect("a month"),
            attempt,
            amount: 5_000,
            currency: "EUR".parse().expect("a currency"),
        };
        let key = |number, step| attempt(number).idempotency_key(step);
        assert_eq!(key(7, Step::Authorize), "202705000003:7:authorize");
        assert_eq!(key(7, Step::Authorize), key(7, Step::Authorize));
        assert_ne!(key(7, Step::Capture), key(7, Step::Void));
        assert_ne!(key(7, Step::Capture), key(71, Step::Capture));
    }
}
