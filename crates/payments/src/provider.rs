//! What a payment provider must be able to do: the few steps that matter.

use async_trait::async_trait;
use boxoffice_model::{Currency, EventNumber, Micros, Timestamp};
use boxoffice_store::{PaymentMethod, Record};

use crate::offer::Offer;

const HOUR: Micros = 60 * 60 * 1_000_000;

/// One attempt to pay, as a provider knows it. Event and attempt together name its charge; with the
/// step they are the idempotency key of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub event: EventNumber,
    pub attempt: u64,
    /// In minor units.
    pub amount: u64,
    pub currency: Currency,
    pub method: PaymentMethod,
    /// The provider's name for it, where that was remembered.
    pub reference: Option<String>,
    /// When it began.
    pub started: Timestamp,
    /// For how long it has been there: a provider forgets idempotency keys.
    pub age: Micros,
}

/// A call that changes something at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Makes the charge known, before anything is asked of the payer.
    Create,
    Authorize,
    Capture,
    Void,
    /// Of the payer's page.
    Close,
    /// Of the refund with this version.
    Refund(u64),
}

impl Attempt {
    /// The idempotency key of a step: the same for every try of it within the hour, and no other step's.
    pub fn idempotency_key(&self, step: Step) -> String {
        let name = self.name();
        // What cannot happen twice at a provider may be asked for anew after an hour: some keep the answer
        // "500" for a key as long as any other.
        let hour = self.age / HOUR;
        match step {
            Step::Create => format!("{name}:create"),
            Step::Authorize => format!("{name}:authorize"),
            Step::Capture => format!("{name}:capture:{hour}"),
            Step::Void => format!("{name}:void:{hour}"),
            Step::Close => format!("{name}:close:{hour}"),
            Step::Refund(version) => format!("{name}:refund:{version}"),
        }
    }

    /// The attempt's name at the provider, which [`Self::named`] reads.
    pub fn name(&self) -> String {
        format!("{}:{}", self.event, self.attempt)
    }

    /// The event and the attempt that a name stands for.
    pub fn named(name: &str) -> Option<(EventNumber, u64)> {
        let (event, attempt) = name.split_once(':')?;
        let event = EventNumber::try_from(event.parse::<u64>().ok()?).ok()?;
        Some((event, attempt.parse().ok()?))
    }
}

/// What a payer orders, and where to come back to.
#[derive(Clone)]
pub struct Order {
    /// What the provider gave for the means of payment. Never card data.
    pub token: String,
    /// What the payer reads.
    pub description: String,
    pub email: Option<String>,
    /// Where the payer comes back to from a page of the provider.
    pub return_url: String,
}

/// A payment as the provider has it.
#[derive(Clone, Debug)]
pub struct ProviderCharge {
    pub state: ChargeState,
    /// The provider's name for it.
    pub reference: Option<String>,
    /// What tells the card from others, the same for every payment with it.
    pub card: Option<String>,
    /// How much of it was given back, in minor units.
    pub refunded: u64,
    /// Of a provider that lives in our store: what is to be written with the step that follows.
    pub keep: Vec<Record>,
}

/// How a charge stands at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChargeState {
    /// The payer must go to a page first.
    Open {
        redirect_url: String,
    },
    /// Nobody knows yet, the provider neither.
    Pending,
    /// The money is set aside.
    Authorized,
    /// The money was taken.
    Captured,
    Voided,
    /// The payer's side refused; the code is the provider's.
    Declined {
        code: String,
    },
}

impl From<ChargeState> for ProviderCharge {
    fn from(state: ChargeState) -> Self {
        ProviderCharge {
            state,
            reference: None,
            card: None,
            refunded: 0,
            keep: Vec::new(),
        }
    }
}

/// The answer to collecting money that was set aside.
#[derive(Clone, Debug)]
pub enum Capture {
    /// The money was taken. Of a provider that lives in our store: what is to be written with that.
    Done { keep: Vec<Record> },
    /// It will never succeed.
    FailedForGood { code: String },
}

/// The answer to giving money back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// It is on its way.
    Done { reference: Option<String> },
    /// It will never succeed: an operator must look.
    FailedForGood { code: String },
}

/// A call without an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The provider was not reached, or would not work: surely nothing happened.
    #[error("the payment provider cannot be reached")]
    Unavailable,
    /// It may have happened: ask later.
    #[error("the payment provider did not answer")]
    Unknown,
    /// The provider says that the call is wrong: trying again will not help. Nothing happened.
    #[error("the payment provider refuses the call: {what}")]
    Rejected { what: String },
}

/// News that the provider sent of its own accord.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The provider's name for the notice, the same each time it is sent.
    pub id: String,
    /// The event and the attempt; none: nothing that we must know of.
    pub about: Option<(EventNumber, u64)>,
    /// What an operator must look at.
    pub trouble: Option<String>,
}

/// A notice that is not the provider's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadNotice(pub String);

/// A payment provider. Every call may be repeated, and one whose answer was lost may still arrive
/// there later: the same attempt is the same charge.
#[async_trait]
pub trait PaymentProvider: Send + Sync {
    /// Its name in bookings and on the command line.
    fn name(&self) -> &'static str;

    /// Which method a token stands for; none: it is no token of this provider.
    fn method(&self, token: &str) -> Option<PaymentMethod>;

    /// The ways to pay that it takes, the usual ones first.
    fn offers(&self) -> &'static [Offer] {
        &[]
    }

    /// Whether what is set aside by this method can be collected later; else it is taken at once, and
    /// given back where no sale comes of it.
    fn manual_capture(&self, method: PaymentMethod) -> bool;

    /// Whether it can take such an amount.
    ///
    /// # Errors
    /// What would be right.
    fn check_amount(&self, amount: u64, currency: Currency) -> Result<(), String> {
        let _ = (amount, currency);
        Ok(())
    }

    /// Sets the money of an attempt aside, or says where its payer must go to. Repeated, it answers as
    /// before and sets nothing more aside.
    ///
    /// # Errors
    /// [`ProviderError`] says whether anything may have happened, as with all of these.
    async fn authorize(
        &self,
        attempt: &Attempt,
        order: &Order,
    ) -> Result<ProviderCharge, ProviderError>;

    /// How the attempt's charge stands. `None`: it knows of none now.
    ///
    /// # Errors
    /// [`ProviderError`].
    async fn find(&self, attempt: &Attempt) -> Result<Option<ProviderCharge>, ProviderError>;

    /// Collects the money that was set aside, once.
    ///
    /// # Errors
    /// [`ProviderError`].
    async fn capture(&self, attempt: &Attempt) -> Result<Capture, ProviderError>;

    /// Gives back what was set aside and was not collected, and closes the payer's page. Afterwards the
    /// attempt is void for good: an `authorize` that is still on its way must set nothing aside when it
    /// arrives.
    ///
    /// # Errors
    /// [`ProviderError`].
    async fn void(&self, attempt: &Attempt) -> Result<(), ProviderError>;

    /// Gives back money that was collected; once for each refund of the attempt.
    ///
    /// # Errors
    /// [`ProviderError`].
    async fn refund(
        &self,
        attempt: &Attempt,
        refund: u64,
        amount: u64,
    ) -> Result<Returned, ProviderError>;

    /// Reads news that the provider sent, as it came, with its signature.
    ///
    /// # Errors
    /// [`BadNotice`] says what is wrong with it.
    fn read_notice(
        &self,
        signature: Option<&str>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Notice, BadNotice> {
        let _ = (signature, body, now);
        Err(BadNotice("this provider sends no notices".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(attempt: u64) -> Attempt {
        Attempt {
            event: EventNumber::new(2027, 5, 3).expect("a month"),
            attempt,
            amount: 5_000,
            currency: "EUR".parse().expect("a currency"),
            method: PaymentMethod::Token,
            reference: None,
            started: Timestamp(0),
            age: 0,
        }
    }

    #[test]
    fn every_step_of_every_attempt_has_a_key_of_its_own() {
        let key = |number, step| attempt(number).idempotency_key(step);
        assert_eq!(key(7, Step::Authorize), "202705000003:7:authorize");
        assert_eq!(key(7, Step::Authorize), key(7, Step::Authorize));
        assert_ne!(key(7, Step::Capture), key(7, Step::Void));
        assert_ne!(key(7, Step::Capture), key(71, Step::Capture));
        assert_ne!(key(7, Step::Refund(8)), key(7, Step::Refund(9)));
        let old = Attempt {
            age: HOUR,
            ..attempt(7)
        };
        assert_ne!(old.idempotency_key(Step::Void), key(7, Step::Void));
        assert_eq!(old.idempotency_key(Step::Create), key(7, Step::Create));
    }

    #[test]
    fn a_name_reads_back() {
        let name = attempt(7).name();
        let event = attempt(7).event;
        assert_eq!(Attempt::named(&name), Some((event, 7)));
        for wrong in ["", "7", "a:7", "202705000003:", "202713000003:7"] {
            assert_eq!(Attempt::named(wrong), None, "{wrong}");
        }
    }
}
