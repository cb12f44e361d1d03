//! A checkout session: what it holds, and how Stripe writes it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::shelf::Item;

/// Where the buyer is with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Open,
    Complete,
    Expired,
}

/// Stripe's own page for one purchase.
pub(super) struct Session {
    pub(super) id: String,
    pub(super) created: u64,
    pub(super) expires_at: u64,
    pub(super) stage: Stage,
    pub(super) amount: u64,
    pub(super) currency: String,
    pub(super) manual: bool,
    pub(super) success_url: Option<String>,
    pub(super) cancel_url: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) email: Option<String>,
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) intent_metadata: BTreeMap<String, String>,
    pub(super) intent: Option<String>,
    /// Whether the bank still thinks about it.
    pub(super) settling: bool,
}

impl Item for Session {
    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> u64 {
        self.created
    }
}

impl Stage {
    pub(super) fn name(self) -> &'static str {
        match self {
            Stage::Open => "open",
            Stage::Complete => "complete",
            Stage::Expired => "expired",
        }
    }
}

impl Session {
    /// As Stripe writes it, with its intent, whole or by its id. `base` is where the buyer's pages are.
    pub(super) fn json(&self, base: &str, intent: Option<Value>, paid: bool) -> Value {
        let url = format!("{base}/pay/{}", self.id);
        json!({
            "id": self.id,
            "object": "checkout.session",
            "amount_subtotal": self.amount,
            "amount_total": self.amount,
            "cancel_url": self.cancel_url,
            "client_reference_id": self.reference,
            "created": self.created,
            "currency": self.currency,
            "customer": null,
            "customer_email": self.email,
            "expires_at": self.expires_at,
            "livemode": false,
            "metadata": self.metadata,
            "mode": "payment",
            "payment_intent": intent,
            "payment_method_types": ["card"],
            "payment_status": if paid { "paid" } else { "unpaid" },
            "status": self.stage.name(),
            "success_url": self.success_url,
            "url": (self.stage == Stage::Open).then_some(url),
        })
    }
}
