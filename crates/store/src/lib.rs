//! What is remembered: the store's traits, the rows they carry, errors that say whom to wake, and the
//! conformance suite that each store passes. No store itself lives here, and no rule about seats.
//!
//! # Adding a store
//! 1. Implement [`Store`] and [`Batch`] in a crate of its own.
//! 2. Run the suite against it: one line in its tests (see the module `conformance`).
//! 3. Let the binary's `--store` know its URL; no other room names a store.
//!
//! # Adding a method
//! 1. Write its case in the conformance suite first.
//! 2. Say in its doc what is one commit with what, and what `None` means.

mod batch;
mod booking;
#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod event;
mod load;
mod side_row;
mod store;

pub use batch::{Append, Batch, Locked, MOST_BEHIND, Record, SideRow};
pub use booking::{
    Booking, BookingDraft, BookingStatus, Charge, ChargeStatus, Cleanup, Ending, PaymentMethod,
    Receipt, Refund, Ticket,
};
pub use error::{CommitError, StoreError};
pub use event::{Catalogue, EventHead, EventRecord, Stage, StagedEvent, number_behind};
pub use load::{LoadError, load_inventory, load_reservation, load_with_snapshot};
pub use side_row::side_row;
pub use store::{Store, Writers};
