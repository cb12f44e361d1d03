//! The catalogue: import of files, the listing of events to come, and their seating plans. It writes
//! events and their facts; seats are held and sold elsewhere, and no word of HTTP is known here.
//!
//! # Adding a field to the catalogue file
//! 1. Read it in `read_event`, with its path and what was expected in every error.
//! 2. Give it to [`EventDocument`] with a default, since stored documents are read for ever.
//! 3. If selling depends on it, it is a fact: put it into `EventDocument::facts` too, so that it
//!    reaches the ledger. Say in `import::prepare` when it may no longer change.

// The unit tests share the box office of the integration tests, which knows this crate by name.
#[cfg(test)]
extern crate self as boxoffice_catalogue;

mod document;
mod fields;
mod import;
mod listing;
mod plans;
mod read_event;
mod report;
mod strict_json;

pub use document::{DEFAULT_SEATS_PER_RESERVATION, EventDocument, Limits, Venue};
pub use import::{Announce, ImportFailure, ImportReport, Parsed, import, import_file, parse, read};
pub use listing::{
    Catalogue, City, DEFAULT_LIMIT, ListError, Listed, ListingStatus, MAX_LIMIT, Page, Query,
    QueryError, RefreshError,
};
pub use plans::{DEFAULT_PLAN_BYTES, Drawing, LoadedPlan, PlanLoadError, Plans};
pub use report::{ImportError, ImportErrors, ImportWarning, MAX_ERRORS, MAX_WARNINGS};
