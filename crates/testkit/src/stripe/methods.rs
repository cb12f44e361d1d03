//! Payment methods: what each does is said by its name, as with Stripe's own test cards.

use serde_json::{Value, json};

/// What comes of a payment with it.
pub(super) enum Behaviour {
    Approves,
    /// With a code and a decline code.
    Declines(&'static str, &'static str),
    /// The buyer must say that it is them (3-D Secure).
    Authenticates,
    /// The buyer pays at the bank, at once: nothing can be authorized and captured later.
    Redirects,
    /// The bank takes its time.
    Processes,
    /// Is authorized, but gives no money.
    FailsAtCapture,
}

/// What a method does; none when there is no such method.
pub(super) fn behaviour(name: &str) -> Option<Behaviour> {
    Some(match name {
        "pm_missing" => return None,
        "pm_card_visa_chargeDeclined" | "pm_card_chargeDeclined" => {
            Behaviour::Declines("card_declined", "generic_decline")
        }
        "pm_card_chargeDeclinedInsufficientFunds" => {
            Behaviour::Declines("card_declined", "insufficient_funds")
        }
        "pm_card_chargeDeclinedExpiredCard" => Behaviour::Declines("expired_card", "expired_card"),
        "pm_card_authenticationRequired" => Behaviour::Authenticates,
        "pm_bank_redirect" => Behaviour::Redirects,
        "pm_processing" => Behaviour::Processes,
        "pm_card_capture_fails" => Behaviour::FailsAtCapture,
        name if name.starts_with("pm_") => Behaviour::Approves,
        _ => return None,
    })
}

/// What a charge says of its method. Only cards have a card.
pub(super) fn details(name: &str) -> Value {
    match name {
        "pm_bank_redirect" => json!({ "type": "ideal", "ideal": { "bank": "fake_bank" } }),
        "pm_processing" => json!({
            "type": "sepa_debit",
            "sepa_debit": { "fingerprint": fingerprint(name), "last4": "3000" },
        }),
        name => json!({
            "type": "card",
            "card": {
                "brand": "visa",
                "country": "US",
                "exp_month": 12,
                "exp_year": 2034,
                "fingerprint": fingerprint(name),
                "funding": "credit",
                "last4": "4242",
            },
        }),
    }
}

/// The same for the same card: `pm_fp_X` has X, others one made of their name.
fn fingerprint(name: &str) -> String {
    match (name, name.strip_prefix("pm_fp_")) {
        ("pm_card_visa", _) => "fp_visa".to_owned(),
        (_, Some(chosen)) => chosen.to_owned(),
        (name, None) => name.replacen("pm_", "fp_", 1),
    }
}

/// What the intent keeps as its last error, and the client gets, when a card says no.
pub(super) fn decline(code: &str, decline_code: &str, charge: &str, method: &str) -> Value {
    let message = match code {
        "expired_card" => "Your card has expired.",
        _ if decline_code == "insufficient_funds" => "Your card has insufficient funds.",
        _ => "Your card was declined.",
    };
    json!({
        "type": "card_error",
        "code": code,
        "decline_code": decline_code,
        "message": message,
        "charge": charge,
        "payment_method": { "id": method, "object": "payment_method" },
    })
}
