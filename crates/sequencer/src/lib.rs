//! The sequencer: commands wait in a lane, a batch of them is decided in memory and committed at
//! once, and only then answered. The only room that changes a seat. It opens no socket and knows no
//! word of HTTP.
//!
//! # The way of a command
//! 1. [`Sequencer::submit`] makes sure that the event's inventory is loaded (on a reader) and puts
//!    the command into the lane, or refuses when the lane is full.
//! 2. `lanes.rs` knows which lane that is: the only one of an embedded store, or the event's own.
//! 3. `lane.rs` begins a batch and gives each event its turn: `turn.rs` locks the event and brings its
//!    inventory up to date; only then the lane is drained, and `turn.rs` decides, appends, and keeps or
//!    undoes the event's share of the batch.
//! 4. After the commit (looked for, if its answer was lost) the entries go to the [`Listener`]s, and then the answers to their callers.

mod error;
mod job;
mod lane;
mod lanes;
mod sequencer;
mod snapshots;
mod sweep;
mod turn;

pub use error::SequencerError;
pub use job::{Committed, Decided, Listener};
pub use sequencer::{Options, Sequencer};
pub use snapshots::load_aside;
pub use sweep::sweep;
