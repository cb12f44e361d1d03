//! The client against a scripted peer: what it sends, what it makes of answers, when it tries again. And
//! against two fakes of Stripe, one of them by others.

mod amounts;
mod calls;
mod errors;
mod fake;
#[cfg(unix)]
mod local;
mod peer;
mod retries;
mod signatures;
