//! Refunds: money given back after it was ours, and their calls. What was only set aside is given back
//! by canceling the intent.

use std::fmt;

use serde::Deserialize;

use crate::client::Stripe;
use crate::error::CallError;
use crate::form::Form;
use crate::parts::{Identified, Metadata, or_default};
use crate::words::words;

words! {
    /// How a refund stands.
    RefundStatus {
        /// It is on its way.
        Pending = "pending",
        /// It was given. A bank may still send it back: then it is `Failed` later.
        Succeeded = "succeeded",
        /// It came back; [`Refund::failure_reason`] says why.
        Failed = "failed",
        /// The payer has to say where to.
        RequiresAction = "requires_action",
        /// It was called back.
        Canceled = "canceled",
    }
}

/// Money given back.
#[derive(Clone, PartialEq, Deserialize)]
pub struct Refund {
    /// `re_…`.
    pub id: String,
    /// How it stands.
    pub status: RefundStatus,
    /// In Stripe's unit.
    pub amount: u64,
    /// What we wrote on it.
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
    /// Such as `expired_or_canceled_card`.
    #[serde(default)]
    pub failure_reason: Option<String>,
}

impl Identified for Refund {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Metadata may be secret and is not shown.
impl fmt::Debug for Refund {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refund")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("amount", &self.amount)
            .field("failure_reason", &self.failure_reason)
            .finish_non_exhaustive()
    }
}

impl Stripe {
    /// Gives `amount` of a payment back, in Stripe's unit (see [`crate::amounts::refund_to_stripe`]).
    ///
    /// # Errors
    /// [`CallError::Refused`] with `charge_already_refunded` or an `amount` beyond what is left.
    pub async fn create_refund(
        &self,
        payment_intent: &str,
        amount: u64,
        metadata: &Metadata,
        key: &str,
    ) -> Result<Refund, CallError> {
        let form = Form::default()
            .with("payment_intent", payment_intent)
            .with("amount", amount)
            .with_metadata("metadata", metadata);
        self.post(&["refunds"], form, key).await
    }

    /// All refunds of a payment, the newest first.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn refunds_of(&self, payment_intent: &str) -> Result<Vec<Refund>, CallError> {
        let query = Form::default().with("payment_intent", payment_intent);
        self.all(&["refunds"], query).await
    }
}
