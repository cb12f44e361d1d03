//! The store of many nodes, on a real server of its own: how fast it sells beside what the same server does
//! by itself, and beside the embedded store.

mod baseline;
mod rates;
mod scale;
mod start;

use boxoffice_testkit::{Office, PostgresServer, PostgresVersion, Workshop};
use serde_json::Value;

use super::Built;

pub(super) use rates::run as rates;
pub(super) use scale::run as scale;
pub(super) use start::run as start;

/// As for a small machine of its own; what is committed waits for the disk.
const SETTINGS: [(&str, &str); 5] = [
    ("shared_buffers", "1GB"),
    ("max_wal_size", "8GB"),
    ("checkpoint_timeout", "15min"),
    ("synchronous_commit", "on"),
    ("wal_compression", "off"),
];

pub(super) fn server() -> PostgresServer {
    PostgresServer::start_with(PostgresVersion::System, &SETTINGS)
}

/// A workshop on a new database of the server, with a catalogue in it.
pub(super) fn workshop(built: &Built, server: &PostgresServer, catalogue: &Value) -> Workshop {
    let workshop = Workshop::on(built.boxoffice(), &server.new_database());
    workshop.import(catalogue);
    workshop
}

fn stop(office: Office) -> Result<(), String> {
    match office.stop() {
        true => Ok(()),
        false => Err("the server did not stop well".into()),
    }
}
