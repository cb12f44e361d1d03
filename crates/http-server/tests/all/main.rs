//! The accept loop seen from outside, over real sockets. What needs no socket is tested beside the
//! code.
//!
//! No test asserts how long something took. Where a limit must strike, that one is short and all
//! others are long.
#![allow(clippy::unwrap_used)]

mod harness;
mod limits;
mod metrics;
mod protocols;
mod stopping;
mod takeover;
mod workers;
