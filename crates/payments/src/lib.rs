//! The payment saga and its providers. It sells nothing itself: seats change hands by the
//! sequencer's commands only. Card data never arrives here, tokens only.
//!
//! ```text
//! + do                                   - undo
//! paying     (ledger, recorded first)    payment_failed
//! authorize  (provider)                  void
//! redirected (ledger, if need be)        the payer's page is closed before the limit
//! booked     (ledger, with the tickets)  booking_cancelled
//! capture    (provider)                  refund in full, where no sale came of it
//! refunded   (ledger, tickets go)        never: what is owed is paid back
//! refund     (provider)                  never
//! ```
//!
//! Each step is recorded before it is tried, and each call has an idempotency key of its own, made of
//! event, attempt and step. After a crash or a time-out [`Payments::recover`] asks the provider what happened and goes
//! forwards or backwards. Nothing is captured by us without a `booked` entry; what a method takes at
//! once is booked, or goes back. The states of a booking are drawn in `docs/payments.md`.
//!
//! # When nothing is found
//! A provider that knows of no charge may get the `authorize` of a dead process, or of a call that
//! ran out of time, a moment later. So "no charge" ends an attempt only when no task here is busy
//! with it and a call's time has passed since it began. Then three things keep a latecomer harmless,
//! however long it was on its way: the ledger has said `payment_failed` first, and `Book` is refused
//! to that attempt for ever, so that nothing can be captured; its row asks for a `void`, after which
//! the attempt is void at the provider too ([`PaymentProvider::void`]); and the row is cleared only
//! when the provider, asked once more, has nothing set aside.
//!
//! # Adding a provider
//! 1. Implement [`PaymentProvider`]; `find` must tell the truth about calls whose answer was lost, and
//!    `void` must outlast them.
//! 2. Let the binary's `--payments` know its name.

mod buyer;
mod closing;
mod config;
mod in_hand;
mod offer;
mod payments;
mod provider;
mod recovery;
mod saga;
mod schedule;
mod stripe;
mod test_provider;
mod wish;

pub use buyer::{Buyers, Mark, Unlimited};
pub use config::PaymentConfig;
pub use offer::{Offer, OfferKind};
pub use payments::{NoticeError, PayError, PayResult, Payments, is_ended};
pub use provider::{
    Attempt, BadNotice, Capture, ChargeState, Notice, Order, PaymentProvider, ProviderCharge,
    ProviderError, Returned, Step,
};
pub use stripe::StripeProvider;
pub use test_provider::TestProvider;
pub use wish::Purse;
