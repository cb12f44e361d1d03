//! Real PostgreSQL servers for tests: started on a free port in a folder of their own, asked, killed,
//! frozen, copied by a standby, restored from a backup. They end with the test's process, however it
//! ends. Linux only.
//!
//! Two people may come in, both from 127.0.0.1 only: `boxoffice`, whom the URLs name and who owns the
//! databases but is no superuser, like a store in production; and the superuser `postgres`, as whom
//! [`PostgresServer::sql`] speaks, always without a password.

mod backup;
mod binaries;
mod faults;
mod folder;
mod options;
mod replication;
mod server;
mod user;
mod wheel;

pub use binaries::{PostgresBinaries, PostgresVersion};
pub use options::PostgresOptions;
pub use server::PostgresServer;

/// Who tends the server.
const SUPERUSER: &str = "postgres";
/// Who works with the databases.
const USER: &str = "boxoffice";
/// The only address a server listens on.
const HOST: &str = "127.0.0.1";

/// A text as SQL and `postgresql.conf` both quote it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
