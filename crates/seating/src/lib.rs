//! Seating plans: geometry, the pretix layout, seat order, neighbours, best available. No I/O, no
//! clock, and no word of who holds a seat: that is the inventory's.
//!
//! A plan comes in through [`SeatingPlan::from_pretix`], is kept as [`SeatingPlan::encode`] gives
//! it, and grows by [`SeatingPlan::revise`]. What decides about seats sees only its [`Layout`];
//! what draws them sees only [`SeatingPlan::drawing_json`].
//!
//! # Teaching the reader a new field of the layout
//! 1. Read it in `pretix`, with the JSON path in every error.
//! 2. Keep it in a column of `plan`, never in an allocation a seat.
//! 3. Give the stored form a new version in `stored`: a plan once stored is read for ever.
//! 4. Say in `revise` whether it may change once seats are sold, and draw it in `drawing`.

mod best_available;
mod drawing;
mod error;
mod geometry;
mod id_table;
mod layout;
mod neighbours;
mod plan;
mod pretix;
mod revise;
mod runs;
mod stored;
mod text_arena;

pub use best_available::{NotEnough, best_available};
pub use error::{PlanDecodeError, PlanError, PlanWarning, PlanWarningKind};
pub use layout::{Layout, LayoutError, LayoutRow, RunEnd};
pub use plan::{Category, RowRef, SeatRef, SeatingPlan};
pub use pretix::AreaSpec;
pub use stored::PlanHash;

/// A seat's place in the whole, unfiltered list of an event's seats, from 0; it never changes.
pub type SeatIndex = u32;
/// A section's place in the plan's list of sections, from 0; it never changes.
pub type SectionIndex = u16;
/// A category's place in the plan's list of categories, from 0; it never changes.
pub type CategoryIndex = u16;

/// The most seats that one event may have, all areas in.
pub const MAX_SEATS: u32 = 500_000;
/// The most places that one general-admission area may have.
pub const MAX_AREA_CAPACITY: u64 = 200_000;
/// The most errors that one reading of a plan reports.
pub const MAX_ERRORS: usize = 20;
