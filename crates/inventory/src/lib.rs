//! One event's ledger and seats: what an entry is, what a command leads to, what an entry does. No
//! I/O, no async, no clock: `decide` and `fold` are the one pure pair that the sequencer, the live
//! map, the audit and the tests all use.
//!
//! ```text
//! decide(&Inventory, &Command, &Moment) -> Decision { outcome, changes: zero or more }
//! Inventory::fold(&mut self, &Entry)    -> Result<(), FoldError>
//! ```
//!
//! # Adding a kind of entry
//! 1. Add the variant to [`Change`] at its end: the encoding numbers variants in order, and an old
//!    ledger is read for ever. A new field in an old variant needs a new format number instead.
//! 2. Fold it in `fold.rs` (and in `reservation.rs`, if it moves a reservation), with the
//!    precondition that makes a damaged ledger stop there.
//! 3. Let `decide` emit it, and say in `invariants.rs` what must hold afterwards.
//! 4. Add its golden file under `tests/golden`.

mod chain;
mod command;
mod decide;
mod entry;
mod facts;
mod fold;
pub mod invariants;
mod inventory;
mod reservation;
mod snapshot;
mod touched;

pub use boxoffice_seating::{Layout, SeatIndex};
pub use chain::{Check, Head, StoredEntry};
pub use command::{Best, Command, Decision, Hold, Idempotency, Moment, Outcome, Refusal, Wanted};
pub use decide::decide;
pub use entry::{
    Change, DecodeError, Entry, FailReason, Held, HeldSeat, IdempotencyKey, Paying, RequestHash,
};
pub use facts::{Facts, NotOnSale, NotOnSaleReason, SaleStatus};
pub use fold::{FoldError, Problem};
pub use inventory::{Counts, Inventory, REMEMBERED, REMEMBERED_BRIEFLY, SeatStatus};
pub use reservation::{Attempt, AttemptState, Reservation, Standing, State};
pub use snapshot::{SNAPSHOT_VERSION, SnapshotError};
pub use touched::Touched;
