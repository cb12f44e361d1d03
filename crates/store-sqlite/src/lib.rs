//! The embedded store: one SQLite file, one writer, a few readers. Knows rows and transactions; what
//! an entry means is the inventory's business, who may decide is the sequencer's.
//!
//! ```text
//! a batch    begin → lock, tail, append, keep | undo … → commit     one writer, one fsync
//! a reading  permit → a reader's connection → one short transaction never waits for the writer
//! ```
//!
//! Beside `<path>` stand `<path>-wal` and `<path>-shm` (SQLite's own), `<path>.lock` (who serves the
//! file), `<path>.turn` (whose turn it is to write) and `<path>.import` (who makes events ready); the
//! last three are empty and may be left.
//! Nothing in this process may open `<path>` itself by other means: closing such a descriptor would
//! drop SQLite's locks, which POSIX gives to the process and not to the descriptor
//! (<https://www.sqlite.org/howtocorrupt.html>, section 2.2).
//!
//! # Changing a table
//! 1. Add `migrations/000N_….sql` and its line in `migrate.rs`; never change one that has shipped.
//! 2. Say in SQL comments what each column means.
//! 3. Old and new binaries may meet one file: expand first, contract a version later.

mod batch;
mod checkpoints;
mod connection;
mod error;
mod keys;
mod ledger;
mod locks;
mod migrate;
mod money;
mod options;
mod plans;
mod publication;
#[cfg(test)]
mod query_plans;
mod readers;
mod records;
mod row;
mod side_rows;
mod snapshots;
mod stages;
mod store;
mod writer;

pub use options::{Options, Role, Synchronous};
pub use store::SqliteStore;
