//! The store of many nodes, on PostgreSQL: an event's row is its lock, and nothing of a node is the
//! truth. Knows rows and transactions; what an entry means is the inventory's business, who may decide
//! is the sequencer's.
//!
//! ```text
//! a batch    begin, lock, read → append → commit     three answers of the server, however many commands
//! a reading  a reader's connection → one statement   never waits for a batch
//! news       commit → one NOTIFY for what gathered   on a connection of its own; others look as well
//! ```
//!
//! # Why one event's batches are serialisable under READ COMMITTED
//! Each batch first locks its event's row, and only then, in a statement with a snapshot of its own, reads
//! where the ledger stands. Whoever has the lock is alone with the event, and sees all that was committed
//! before: the lock is released after the commit has become visible. All that a batch reads and writes
//! belongs to the events that it has locked, so that batches of one event follow each other as if they
//! ran one by one, and batches of different events do not touch each other. Should that be wrong, two keys
//! refuse what follows from it: (event, version) a second entry, (event, seat) a second sale; and the head
//! is moved only from the version that was read.
//!
//! # Changing a table
//! 1. Add `migrations/000N_….sql` and its line in `migrate.rs`; never change one that has shipped.
//! 2. Say in SQL comments what each column means.
//! 3. Old and new nodes meet one database: expand first, contract a version later.

mod address;
mod batch;
mod booking_rows;
mod clock;
mod connection;
mod error;
mod keys;
mod ledger;
mod migrate;
mod money;
mod news;
mod options;
mod partitions;
mod plans;
mod publication;
mod reader;
mod records;
mod row;
mod shared;
mod side_rows;
mod snapshots;
mod stages;
mod store;
mod ticket_rows;
mod tls;

pub use address::Address;
pub use options::Options;
pub use store::PostgresStore;
