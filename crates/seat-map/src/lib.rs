//! Followers of the ledger and the encoded seat maps they serve. Shows only what is committed, in the
//! order of its versions; it may refuse a hold that clearly cannot be had, and never grants one.
//!
//! # The way of a change
//! 1. The sequencer tells [`SeatMaps`] of each commit (`maps.rs`), in order.
//! 2. The event's [`Follower`] folds it with the same `fold` as everyone (`follower.rs`).
//! 3. Whoever asks for `/seats` gets the bodies of a version, encoded at most ten times a second
//!    however many ask (`bodies.rs`, `encode.rs`).

mod bodies;
mod encode;
mod follower;
mod maps;
mod view;

pub use bodies::{Bodies, Coding};
pub use follower::Follower;
pub use maps::{MapError, PlanSource, SeatMaps};
