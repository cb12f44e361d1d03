//! Followers of the ledger and the encoded seat maps they serve. Shows only what is committed, in the
//! order of its versions; it may refuse a hold that clearly cannot be had, and never grants one.
//!
//! # The way of a change
//! 1. The sequencer tells [`SeatMaps`] of each commit (`maps.rs`), in order; a hole in the versions is
//!    mended from the store.
//! 2. The event's [`Follower`] folds it with the same `fold` as everyone and notes the seats that moved
//!    (`heard.rs`).
//! 3. At most ten times a second what moved becomes a cut (`cut.rs`) and a frame (`frames.rs`): when
//!    somebody asks, and by itself while somebody watches (`ticks.rs`).
//! 4. Whoever asks for `/seats` gets the cut in the coding it likes, put together of pieces of which
//!    only the changed ones are encoded anew (`listing.rs`, `parts.rs`, `encode.rs`, `compress.rs`). What is
//!    small is encoded whole, once a cut: the bits, and how the sections stand (`sections.rs`).
//! 5. Each [`Watcher`] wakes, and sends the frames behind its version: the same bytes for all
//!    (`watcher.rs`).

mod compress;
mod cut;
mod encode;
mod follower;
mod frames;
mod heard;
mod listing;
mod maps;
mod parts;
mod sections;
mod taken;
mod ticks;
mod watcher;

pub use follower::{Follower, View};
pub use maps::{MapError, Pace, PlanSource, SeatMaps, Standing};
pub use parts::{Coding, Encoded};
pub use watcher::{WatchError, Watcher};
