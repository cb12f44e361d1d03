//! Stripe's webhooks as notices: whose they are, and which of our attempts they are about. What they say
//! of it is not believed, but asked for.

use boxoffice_model::Timestamp;
use boxoffice_stripe::{Event, SecretText, webhook};

use super::{ATTEMPT, SEAL};
use crate::provider::{Attempt, BadNotice, Notice};

/// Verifies the signature over the bytes, and reads what it is about.
pub(super) fn read(
    secrets: &[SecretText],
    signature: Option<&str>,
    body: &[u8],
    now: Timestamp,
    seal: impl Fn(&str) -> String,
) -> Result<Notice, BadNotice> {
    let bad = |error: &dyn std::fmt::Display| BadNotice(error.to_string());
    let header =
        signature.ok_or_else(|| BadNotice("expected the header Stripe-Signature".into()))?;
    webhook::verify(secrets, header, body, now.seconds(), webhook::TOLERANCE)
        .map_err(|error| bad(&error))?;
    let event = Event::parse(body).map_err(|error| bad(&error))?;
    let name = event.metadata.get(ATTEMPT);
    // Others may use the same account.
    let sealed = name.filter(|name| event.metadata.get(SEAL) == Some(&seal(name)));
    let about = sealed.and_then(|name| Attempt::named(name));
    let failed = matches!(
        event.kind.as_str(),
        "refund.failed" | "charge.refund.failed"
    );
    let trouble = || {
        let id = &event.object_id;
        format!("refund {id} failed at Stripe: pay the buyer back by other means")
    };
    Ok(Notice {
        trouble: failed.then(trouble),
        id: event.id,
        about,
    })
}
