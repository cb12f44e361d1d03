//! The maps on a real store behind a real lane: what readers and watchers see is what the ledger says.
#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod bodies;
mod clearly;
mod crowd;
mod office;
mod reader;
mod streams;
