//! Checkout Sessions: Stripe's own payment page, and its calls. The payment behind it is an intent.

use std::fmt;

use boxoffice_model::Currency;
use serde::Deserialize;

use crate::client::Stripe;
use crate::error::CallError;
use crate::form::Form;
use crate::intent::PaymentIntent;
use crate::parts::{Expandable, Identified, Metadata, maybe_currency, or_default};
use crate::words::words;

const SESSIONS: [&str; 2] = ["checkout", "sessions"];

words! {
    /// How a session stands.
    SessionStatus {
        /// The payer may pay.
        Open = "open",
        /// The payer is through; the money may be on its way still, see [`PaymentStatus`].
        Complete = "complete",
        /// Nobody can pay any more.
        Expired = "expired",
    }
}

words! {
    /// How a session's money stands.
    PaymentStatus {
        /// It is ours, or set aside.
        Paid = "paid",
        /// Not yet, or never.
        Unpaid = "unpaid",
        /// There was nothing to pay.
        NoPaymentRequired = "no_payment_required",
    }
}

/// A payment page.
#[derive(Clone, PartialEq, Deserialize)]
pub struct CheckoutSession {
    /// `cs_…`.
    pub id: String,
    /// Where the payer goes; absent when it is over.
    #[serde(default)]
    pub url: Option<String>,
    /// How it stands.
    pub status: SessionStatus,
    /// How its money stands.
    pub payment_status: PaymentStatus,
    /// The payment, once the payer has tried to pay. [`Stripe::session`] gives it in full.
    #[serde(default)]
    pub payment_intent: Option<Expandable<PaymentIntent>>,
    /// What is to be paid, in Stripe's unit.
    #[serde(default)]
    pub amount_total: Option<u64>,
    /// In which currency.
    #[serde(default, deserialize_with = "maybe_currency")]
    pub currency: Option<Currency>,
    /// What we wrote on it.
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
    /// When it was made, in Unix seconds.
    #[serde(default)]
    pub created: i64,
    /// When it ends by itself, in Unix seconds.
    #[serde(default)]
    pub expires_at: i64,
}

impl Identified for CheckoutSession {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Whoever has the address may pay, and metadata may be secret: neither is shown.
impl fmt::Debug for CheckoutSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckoutSession")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("payment_status", &self.payment_status)
            .field("amount_total", &self.amount_total)
            .field("currency", &self.currency)
            .finish_non_exhaustive()
    }
}

/// A payment page to be opened, for one sum.
#[derive(Clone, Copy)]
pub struct NewSession<'a> {
    /// In Stripe's unit, see [`crate::amounts::to_stripe`].
    pub amount: u64,
    /// In which currency.
    pub currency: Currency,
    /// What is sold, as the payer reads it.
    pub name: &'a str,
    /// Where the payer goes afterwards; Stripe puts the session's id for `{CHECKOUT_SESSION_ID}`.
    pub success_url: &'a str,
    /// Where the payer goes who will not pay.
    pub cancel_url: &'a str,
    /// When it ends by itself, in Unix seconds: 30 minutes to 24 hours from now, says Stripe.
    pub expires_at: i64,
    /// Filled in for the payer.
    pub email: Option<&'a str>,
    /// What the operator finds it by in the dashboard.
    pub client_reference_id: Option<&'a str>,
    /// Whether the money of cards is only set aside at first. Methods that cannot do so are paid at once.
    pub capture_manual: bool,
    /// Written on the session and on its payment.
    pub metadata: &'a Metadata,
}

impl Stripe {
    /// Opens a payment page.
    ///
    /// # Errors
    /// [`CallError`], as with all calls.
    pub async fn create_session(
        &self,
        new: &NewSession<'_>,
        key: &str,
    ) -> Result<CheckoutSession, CallError> {
        // Set for cards and not for the whole payment: methods without capture stay on offer.
        let capture = new.capture_manual.then_some("manual");
        let form = Form::default()
            .with("mode", "payment")
            .with("line_items[0][quantity]", 1)
            .with("line_items[0][price_data][unit_amount]", new.amount)
            .with_currency("line_items[0][price_data][currency]", new.currency)
            .with("line_items[0][price_data][product_data][name]", new.name)
            .with_some("payment_method_options[card][capture_method]", capture)
            .with("success_url", new.success_url)
            .with("cancel_url", new.cancel_url)
            .with("expires_at", new.expires_at)
            .with_some("customer_email", new.email)
            .with_some("client_reference_id", new.client_reference_id)
            .with_metadata("metadata", new.metadata)
            .with_metadata("payment_intent_data[metadata]", new.metadata);
        self.post(&SESSIONS, form, key).await
    }

    /// How a payment page stands, its payment and charge in full.
    ///
    /// # Errors
    /// [`CallError::Refused`] with `resource_missing` if there is none.
    pub async fn session(&self, id: &str) -> Result<CheckoutSession, CallError> {
        let query = Form::default().expanding("payment_intent.latest_charge");
        self.get(&[SESSIONS[0], SESSIONS[1], id], query).await
    }

    /// Ends a payment page, so that nobody can pay there any more.
    ///
    /// # Errors
    /// [`CallError::Refused`] if it is not open: it was paid, is being paid, or had ended.
    pub async fn expire_session(&self, id: &str, key: &str) -> Result<CheckoutSession, CallError> {
        let form = Form::default().expanding("payment_intent.latest_charge");
        self.post(&[SESSIONS[0], SESSIONS[1], id, "expire"], form, key)
            .await
    }

    /// All payment pages opened at `created` or later (Unix seconds), the newest first.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn sessions_since(&self, created: i64) -> Result<Vec<CheckoutSession>, CallError> {
        let query = Form::default()
            .with("created[gte]", created)
            .expanding("data.payment_intent");
        self.all(&SESSIONS, query).await
    }
}
