//! Stripe as a payment provider: PaymentIntents with a payment method's token, authorised first and
//! captured later, and hosted Checkout. The client itself, its retries and signatures are in the crate
//! `boxoffice-stripe`.
//!
//! A PaymentIntent is made before it is confirmed, and with nothing that only the first caller knows: so
//! any node can make the same call again, with the same idempotency key, and has the same intent, which
//! it can look at, or cancel before a late confirmation arrives. A Checkout Session needs no such care:
//! its page is told to nobody before its name is written down.

mod charge;
mod notice;
mod provider;

pub use provider::StripeProvider;

/// What our objects at Stripe are named by: the attempt, and a seal that tells them from those of other
/// box offices on the same account.
const ATTEMPT: &str = "boxoffice_attempt";
const SEAL: &str = "boxoffice_seal";
/// The refund's version in the ledger.
const REFUND: &str = "boxoffice_refund";
