//! How Stripe's objects read as charges. Nothing is asked here.

use boxoffice_stripe::{
    CallError, CheckoutSession, IntentStatus, PaymentIntent, SessionStatus, amounts,
};

use crate::provider::{Attempt, ChargeState, ProviderCharge, ProviderError};

/// What an intent says; none while nothing was asked of its payer.
pub(super) fn of_intent(
    attempt: &Attempt,
    intent: &PaymentIntent,
) -> Result<Option<ProviderCharge>, ProviderError> {
    check(attempt, intent)?;
    let state = match &intent.status {
        IntentStatus::RequiresCapture => ChargeState::Authorized,
        IntentStatus::Succeeded => ChargeState::Captured,
        IntentStatus::Canceled => ChargeState::Voided,
        IntentStatus::RequiresAction => match intent.redirect_url() {
            Some(url) => ChargeState::Open {
                redirect_url: url.to_owned(),
            },
            // Something that no page of ours can show: it ends at the limit.
            None => ChargeState::Pending,
        },
        IntentStatus::RequiresPaymentMethod => match &intent.last_payment_error {
            Some(error) => ChargeState::Declined {
                code: code(error.decline_code.as_deref(), error.code.as_deref()),
            },
            None => return Ok(None),
        },
        IntentStatus::RequiresConfirmation => return Ok(None),
        IntentStatus::Processing | IntentStatus::Other(_) => ChargeState::Pending,
    };
    let refunded = intent.amount_refunded().unwrap_or(0);
    Ok(Some(ProviderCharge {
        state,
        reference: Some(intent.id.clone()),
        card: intent.card_fingerprint().map(str::to_owned),
        refunded: ours(attempt, refunded)?,
        keep: Vec::new(),
    }))
}

/// What a session says.
pub(super) fn of_session(
    attempt: &Attempt,
    session: &CheckoutSession,
) -> Result<ProviderCharge, ProviderError> {
    let intent = session
        .payment_intent
        .as_ref()
        .and_then(|intent| intent.object());
    let state = match (&session.status, intent) {
        (SessionStatus::Complete, Some(intent)) => {
            let charge = of_intent(attempt, intent)?;
            let pending = || ProviderCharge::from(ChargeState::Pending);
            return Ok(ProviderCharge {
                reference: Some(session.id.clone()),
                ..charge.unwrap_or_else(pending)
            });
        }
        (SessionStatus::Expired, _) => ChargeState::Voided,
        (SessionStatus::Open, _) => match &session.url {
            Some(url) => ChargeState::Open {
                redirect_url: url.clone(),
            },
            None => ChargeState::Pending,
        },
        _ => ChargeState::Pending,
    };
    Ok(ProviderCharge {
        reference: Some(session.id.clone()),
        ..state.into()
    })
}

/// An amount in Stripe's unit.
pub(super) fn theirs(attempt: &Attempt) -> Result<u64, ProviderError> {
    amounts::to_stripe(attempt.amount, attempt.currency).map_err(|error| ProviderError::Rejected {
        what: error.to_string(),
    })
}

fn ours(attempt: &Attempt, amount: u64) -> Result<u64, ProviderError> {
    amounts::from_stripe(amount, attempt.currency).map_err(|error| ProviderError::Rejected {
        what: error.to_string(),
    })
}

/// Money of another amount, or in another currency, is never taken for ours.
fn check(attempt: &Attempt, intent: &PaymentIntent) -> Result<(), ProviderError> {
    if intent.amount == theirs(attempt)? && intent.currency == attempt.currency {
        return Ok(());
    }
    let (amount, currency) = (intent.amount, intent.currency);
    let (meant, of) = (attempt.amount, attempt.currency);
    Err(ProviderError::Rejected {
        what: format!("Stripe has {amount} {currency} where the booking has {meant} {of}"),
    })
}

/// The word for a decline: the bank's, else Stripe's.
pub(super) fn code(decline_code: Option<&str>, code: Option<&str>) -> String {
    decline_code
        .or(code)
        .unwrap_or("generic_decline")
        .to_owned()
}

/// A call that led to nothing, in the words of a provider.
pub(super) fn error(error: CallError) -> ProviderError {
    match error {
        CallError::Unavailable(_) => ProviderError::Unavailable,
        CallError::Unknown(_) => ProviderError::Unknown,
        CallError::Unauthorized(refused) => {
            tracing::error!(error = %refused, "Stripe refuses the key");
            ProviderError::Unavailable
        }
        CallError::Declined(card) => ProviderError::Rejected {
            what: code(card.decline_code.as_deref(), Some(&card.code)),
        },
        CallError::Refused(refused) => ProviderError::Rejected {
            what: refused.to_string(),
        },
    }
}
