//! A payment intent and its charge: what they hold, and how Stripe writes them. How an intent gets from
//! one status to the next is in `flow`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::methods;
use super::shelf::Item;

/// Where an intent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    Processing,
    RequiresCapture,
    Succeeded,
    Canceled,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Status::RequiresPaymentMethod => "requires_payment_method",
            Status::RequiresConfirmation => "requires_confirmation",
            Status::RequiresAction => "requires_action",
            Status::Processing => "processing",
            Status::RequiresCapture => "requires_capture",
            Status::Succeeded => "succeeded",
            Status::Canceled => "canceled",
        }
    }
}

/// Somebody means to pay.
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) created: u64,
    pub(super) amount: u64,
    pub(super) currency: String,
    /// Whether money moves only when it is captured.
    pub(super) manual: bool,
    pub(super) method_types: Vec<String>,
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) description: Option<String>,
    pub(super) receipt_email: Option<String>,
    pub(super) return_url: Option<String>,
    pub(super) status: Status,
    pub(super) method: Option<String>,
    pub(super) last_error: Option<Value>,
    pub(super) cancellation: Option<(u64, Option<String>)>,
    pub(super) charge: Option<Charge>,
    /// What was captured, in how many goes, and what of it was given back.
    pub(super) received: u64,
    pub(super) captures: u32,
    pub(super) refunded: u64,
    /// The checkout session it was made by.
    pub(super) session: Option<String>,
}

/// One try to get the money.
pub(super) struct Charge {
    pub(super) id: String,
    pub(super) created: u64,
    pub(super) method: String,
    pub(super) status: &'static str,
}

impl Item for Intent {
    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> u64 {
        self.created
    }
}

impl Intent {
    /// What could be captured now.
    pub(super) fn capturable(&self) -> u64 {
        match self.status {
            Status::RequiresCapture => self.amount,
            _ => 0,
        }
    }

    /// As Stripe writes it; the charge whole, or its id. `base` is where the buyer's pages are.
    pub(super) fn json(&self, base: &str, whole_charge: bool) -> Value {
        let charge = self.charge.as_ref().map(|charge| match whole_charge {
            true => self.charge_json(charge),
            false => Value::from(&*charge.id),
        });
        let (canceled_at, reason) = self.cancellation.clone().unzip();
        json!({
            "id": self.id,
            "object": "payment_intent",
            "amount": self.amount,
            "amount_capturable": self.capturable(),
            "amount_received": self.received,
            "canceled_at": canceled_at,
            "cancellation_reason": reason.flatten(),
            "capture_method": if self.manual { "manual" } else { "automatic" },
            "client_secret": self.client_secret(),
            "confirmation_method": "automatic",
            "created": self.created,
            "currency": self.currency,
            "customer": null,
            "description": self.description,
            "last_payment_error": self.last_error,
            "latest_charge": charge,
            "livemode": false,
            "metadata": self.metadata,
            "next_action": self.next_action(base),
            "payment_method": self.method,
            "payment_method_types": self.method_types,
            "receipt_email": self.receipt_email,
            "status": self.status.name(),
        })
    }

    pub(super) fn client_secret(&self) -> String {
        format!("{}_secret_fake", self.id)
    }

    fn next_action(&self, base: &str) -> Option<Value> {
        (self.status == Status::RequiresAction).then(|| {
            json!({
                "type": "redirect_to_url",
                "redirect_to_url": {
                    "url": format!("{base}/3ds/{}", self.id),
                    "return_url": self.return_url,
                },
            })
        })
    }

    /// The charge as Stripe writes it.
    pub(super) fn charge_json(&self, charge: &Charge) -> Value {
        let failed = (charge.status == "failed").then_some(self.last_error.as_ref());
        let failure = |what: &str| failed.flatten().map(|error| error[what].clone());
        json!({
            "id": charge.id,
            "object": "charge",
            "amount": self.amount,
            "amount_captured": self.received,
            "amount_refunded": self.refunded,
            "captured": self.received > 0,
            "created": charge.created,
            "currency": self.currency,
            "failure_code": failure("code"),
            "failure_message": failure("message"),
            "livemode": false,
            "metadata": self.metadata,
            "paid": charge.status == "succeeded",
            "payment_intent": self.id,
            "payment_method": charge.method,
            "payment_method_details": methods::details(&charge.method),
            "refunded": self.received > 0 && self.refunded == self.received,
            "status": charge.status,
        })
    }
}
