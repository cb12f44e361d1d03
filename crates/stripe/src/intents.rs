//! The calls about PaymentIntents. What an intent is stands in `intent.rs`.

use boxoffice_model::Currency;

use crate::client::Stripe;
use crate::error::CallError;
use crate::form::Form;
use crate::intent::PaymentIntent;
use crate::parts::Metadata;

const INTENTS: &str = "payment_intents";
const CHARGE: &str = "latest_charge";

/// A payment to be begun.
#[derive(Clone, Copy)]
pub struct NewIntent<'a> {
    /// In Stripe's unit, see [`crate::amounts::to_stripe`].
    pub amount: u64,
    /// In which currency.
    pub currency: Currency,
    /// Whether money is only set aside at first.
    pub capture_manual: bool,
    /// Whether Stripe chooses among the methods enabled in the dashboard. Off only for peers that do not
    /// know it, such as localstripe.
    pub automatic_payment_methods: bool,
    /// What to pay with, if that is known already. Usually [`Confirmation`] says it.
    pub payment_method: Option<&'a str>,
    /// What the operator reads in the dashboard, and the payer on Stripe's receipt.
    pub description: Option<&'a str>,
    /// Where Stripe's receipt goes.
    pub receipt_email: Option<&'a str>,
    /// By which we find it again.
    pub metadata: &'a Metadata,
}

/// "Pay now".
#[derive(Clone, Copy, Default)]
pub struct Confirmation<'a> {
    /// `pm_…`; absent if the intent has one.
    pub payment_method: Option<&'a str>,
    /// Where the payer comes back to, if their bank wants to see them.
    pub return_url: Option<&'a str>,
}

impl Stripe {
    /// Begins a payment. Nothing is asked for yet.
    ///
    /// # Errors
    /// [`CallError`], as with all calls.
    pub async fn create_intent(
        &self,
        new: &NewIntent<'_>,
        key: &str,
    ) -> Result<PaymentIntent, CallError> {
        let automatic = new.automatic_payment_methods.then_some(true);
        let capture = new.capture_manual.then_some("manual");
        let form = Form::default()
            .with("amount", new.amount)
            .with_currency("currency", new.currency)
            .with_some("capture_method", capture)
            .with_some("automatic_payment_methods[enabled]", automatic)
            .with_some("payment_method", new.payment_method)
            .with_some("description", new.description)
            .with_some("receipt_email", new.receipt_email)
            .with_metadata("metadata", new.metadata);
        self.post(&[INTENTS], form, key).await
    }

    /// Asks for the money. The intent then says whether it is there (`Succeeded`), set aside
    /// (`RequiresCapture`) or waits for the payer ([`PaymentIntent::redirect_url`]).
    ///
    /// # Errors
    /// [`CallError::Declined`] if the payer's side refuses; `Refused` with
    /// `payment_intent_unexpected_state` if the intent has been paid or canceled.
    pub async fn confirm_intent(
        &self,
        id: &str,
        confirmation: &Confirmation<'_>,
        key: &str,
    ) -> Result<PaymentIntent, CallError> {
        let form = Form::default()
            .with_some("payment_method", confirmation.payment_method)
            .with_some("return_url", confirmation.return_url)
            .expanding(CHARGE);
        self.post(&[INTENTS, id, "confirm"], form, key).await
    }

    /// How a payment stands, its last charge in full.
    ///
    /// # Errors
    /// [`CallError::Refused`] with `resource_missing` if there is none.
    pub async fn intent(&self, id: &str) -> Result<PaymentIntent, CallError> {
        let query = Form::default().expanding(CHARGE);
        self.get(&[INTENTS, id], query).await
    }

    /// Collects all that was set aside.
    ///
    /// # Errors
    /// [`CallError::Refused`] with `payment_intent_unexpected_state` if nothing is set aside (any more).
    pub async fn capture_intent(&self, id: &str, key: &str) -> Result<PaymentIntent, CallError> {
        let form = Form::default().expanding(CHARGE);
        self.post(&[INTENTS, id, "capture"], form, key).await
    }

    /// Ends a payment that has no money yet, and gives back what was set aside.
    ///
    /// # Errors
    /// [`CallError::Refused`] with `payment_intent_unexpected_state` if it was paid, is `Processing` or
    /// was canceled before.
    pub async fn cancel_intent(&self, id: &str, key: &str) -> Result<PaymentIntent, CallError> {
        let form = Form::default().expanding(CHARGE);
        self.post(&[INTENTS, id, "cancel"], form, key).await
    }

    /// The payments with `value` under `key` in their metadata. Stripe's index is about a minute behind
    /// (much more in an outage) and absent in India: what is not found may exist nevertheless, see
    /// [`Stripe::intents_since`].
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn find_intents(
        &self,
        key: &str,
        value: &str,
    ) -> Result<Vec<PaymentIntent>, CallError> {
        let query = format!("metadata['{}']:'{}'", quotable(key), quotable(value));
        let query = Form::default()
            .with("query", query)
            .expanding("data.latest_charge");
        self.search(&[INTENTS, "search"], query).await
    }

    /// All payments made at `created` or later (Unix seconds), the newest first. Slow where there are
    /// many, and never behind.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn intents_since(&self, created: i64) -> Result<Vec<PaymentIntent>, CallError> {
        let query = Form::default()
            .with("created[gte]", created)
            .expanding("data.latest_charge");
        self.all(&[INTENTS], query).await
    }
}

/// Text within quotes of Stripe's search language.
fn quotable(text: &str) -> String {
    text.replace('\\', r"\\").replace('\'', r"\'")
}
