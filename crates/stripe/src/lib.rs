//! Stripe's HTTP API as far as we use it: calls, their retries, webhook signatures, amounts. It knows
//! nothing of seats, sagas or stores: what a payment means is decided by `payments`. Card data never
//! arrives here, and neither keys nor tokens nor personal data leave it in an error.
//!
//! # What a call may answer
//! Each call is tried again within its patience ([`StripeConfig::patience`]), a POST under the same
//! idempotency key, so that it is the same call to Stripe. [`CallError`] then says whether anything may
//! have happened, which is all that a saga needs to know.
//!
//! # Adding a call
//! 1. Give the answer a type in its resource's file, with the fields we need and no others; what Stripe
//!    may add or leave out must not break it.
//! 2. Add the call beside it (`intents.rs`, `sessions.rs`, `refunds.rs`): a POST takes its key from the
//!    caller, who wrote it down before.
//! 3. Script its answers in `tests/all/calls.rs`.

pub mod amounts;
mod answer;
mod client;
mod config;
mod error;
mod event;
mod form;
mod intent;
mod intents;
mod list;
mod parts;
mod refunds;
mod retry;
mod sessions;
mod setup;
mod tls;
pub mod webhook;
mod words;

pub use client::{API_VERSION, Chance, Stripe};
pub use config::{ConfigError, SecretText, StripeConfig};
pub use error::{ApiError, CallError, CardError, Trouble};
pub use event::{Event, EventError};
pub use intent::{Charge, IntentStatus, LastPaymentError, PaymentIntent};
pub use intents::{Confirmation, NewIntent};
pub use parts::{Expandable, Identified, Metadata};
pub use refunds::{Refund, RefundStatus};
pub use sessions::{CheckoutSession, NewSession, PaymentStatus, SessionStatus};
