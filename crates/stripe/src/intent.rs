//! A PaymentIntent as Stripe answers it: one payment, from the wish to the money. Its calls are in
//! `intents.rs`.

use std::fmt;

use boxoffice_model::Currency;
use serde::Deserialize;

use crate::parts::{Expandable, Identified, Metadata, currency, or_default};
use crate::words::words;

words! {
    /// How a PaymentIntent stands.
    IntentStatus {
        /// Nothing to pay with yet, or what was there was declined.
        RequiresPaymentMethod = "requires_payment_method",
        /// Nobody has said "now" yet.
        RequiresConfirmation = "requires_confirmation",
        /// The payer has to do something, such as prove who they are.
        RequiresAction = "requires_action",
        /// The payer's side has not answered yet.
        Processing = "processing",
        /// The money is set aside.
        RequiresCapture = "requires_capture",
        /// It has ended without money.
        Canceled = "canceled",
        /// The money is ours.
        Succeeded = "succeeded",
    }
}

/// One payment. Amounts are in Stripe's unit, see [`crate::amounts`].
#[derive(Clone, PartialEq, Deserialize)]
pub struct PaymentIntent {
    /// `pi_…`.
    pub id: String,
    /// How it stands.
    pub status: IntentStatus,
    /// What is to be paid.
    pub amount: u64,
    /// What was.
    #[serde(default)]
    pub amount_received: u64,
    /// What is set aside.
    #[serde(default)]
    pub amount_capturable: u64,
    /// In which currency.
    #[serde(deserialize_with = "currency")]
    pub currency: Currency,
    /// When it was made, in Unix seconds.
    #[serde(default)]
    pub created: i64,
    /// What we wrote on it.
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
    /// Why it was canceled: our reason, or one of Stripe's such as `automatic`.
    #[serde(default)]
    pub cancellation_reason: Option<String>,
    /// Why the last try to pay failed.
    #[serde(default)]
    pub last_payment_error: Option<LastPaymentError>,
    /// The last try to pay, in full where the call asks for it.
    #[serde(default)]
    pub latest_charge: Option<Expandable<Charge>>,
    #[serde(default)]
    next_action: Option<NextAction>,
}

/// Why a try to pay failed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LastPaymentError {
    /// Such as `card_declined`.
    #[serde(default)]
    pub code: Option<String>,
    /// The issuer's reason, such as `insufficient_funds`.
    #[serde(default)]
    pub decline_code: Option<String>,
}

/// One try to pay.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Charge {
    /// `ch_…`.
    pub id: String,
    /// What was given back, in Stripe's unit.
    #[serde(default)]
    pub amount_refunded: u64,
    #[serde(default, deserialize_with = "or_default")]
    payment_method_details: PaidWith,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
struct PaidWith {
    #[serde(default)]
    card: Option<Card>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Card {
    #[serde(default)]
    fingerprint: Option<String>,
}

#[derive(Clone, PartialEq, Deserialize)]
struct NextAction {
    #[serde(default)]
    redirect_to_url: Option<Redirect>,
}

#[derive(Clone, PartialEq, Deserialize)]
struct Redirect {
    #[serde(default)]
    url: Option<String>,
}

impl PaymentIntent {
    /// Where the payer has to go, if they have to.
    pub fn redirect_url(&self) -> Option<&str> {
        let redirect = self.next_action.as_ref()?.redirect_to_url.as_ref()?;
        redirect.url.as_deref()
    }

    /// By which one card is known again, whoever's it is. `None`: not paid by card, or the charge did
    /// not come in full.
    pub fn card_fingerprint(&self) -> Option<&str> {
        let charge = self.latest_charge.as_ref()?.object()?;
        let card = charge.payment_method_details.card.as_ref()?;
        card.fingerprint.as_deref()
    }

    /// What was given back, in Stripe's unit. `None`: the charge did not come in full.
    pub fn amount_refunded(&self) -> Option<u64> {
        let charge = self.latest_charge.as_ref()?.object()?;
        Some(charge.amount_refunded)
    }
}

impl Identified for PaymentIntent {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for Charge {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Metadata and addresses may be secrets, and an intent stands in errors: neither is shown.
impl fmt::Debug for PaymentIntent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentIntent")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("amount", &self.amount)
            .field("currency", &self.currency)
            .field("last_payment_error", &self.last_payment_error)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intent_is_read_whether_its_charge_is_whole_or_not() {
        let read = |charge: &str| {
            let text = format!(
                r#"{{"id":"pi_1","object":"payment_intent","status":"requires_capture","amount":500,
                "currency":"eur","metadata":{{"order":"7"}},"amount_capturable":500,"news":[1],
                "latest_charge":{charge},"next_action":null,"last_payment_error":null}}"#
            );
            serde_json::from_str::<PaymentIntent>(&text).expect("an intent")
        };
        let brief = read(r#""ch_1""#);
        assert_eq!(brief.status, IntentStatus::RequiresCapture);
        assert_eq!(brief.currency.as_str(), "EUR");
        assert_eq!(
            brief.latest_charge.as_ref().map(Expandable::id),
            Some("ch_1")
        );
        assert_eq!(
            (brief.card_fingerprint(), brief.amount_refunded()),
            (None, None)
        );
        let whole = read(
            r#"{"id":"ch_1","amount_refunded":20,"payment_method_details":{"card":{"fingerprint":"Xt5"}}}"#,
        );
        assert_eq!(whole.card_fingerprint(), Some("Xt5"));
        assert_eq!(whole.amount_refunded(), Some(20));
        assert_eq!(read("null").latest_charge, None);
    }

    #[test]
    fn an_intent_shows_neither_metadata_nor_addresses() {
        let text = r#"{"id":"pi_1","status":"brand_new","amount":1,"currency":"eur","metadata":{"a":"hush"},
            "next_action":{"redirect_to_url":{"url":"https://hush"}}}"#;
        let intent: PaymentIntent = serde_json::from_str(text).expect("an intent");
        assert_eq!(intent.redirect_url(), Some("https://hush"));
        assert_eq!(intent.status, IntentStatus::Other("brand_new".into()));
        let shown = format!("{intent:?}");
        assert!(shown.contains("pi_1") && !shown.contains("hush"), "{shown}");
    }
}
