//! A connection with the settings that durability rests on, each set and read back. What is asked
//! over it is said elsewhere.

use std::path::Path;

use boxoffice_store::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::Doing;
use crate::locks::busy;
use crate::options::{Options, Role, Synchronous};

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Read,
    Write,
}

/// SQLite before 3.51.3 can corrupt a file when a checkpoint resets the log
/// (<https://www.sqlite.org/wal.html#walresetbug>).
const OLDEST_SQLITE: i32 = 3_051_003;

/// The log's file is cut back to this after a checkpoint that empties it, in bytes.
const LOG_LIMIT: i64 = 64 << 20;

const OPENING: Doing = Doing {
    what: "opening the file",
    table: "file",
};

/// Opens the file as it is: nothing is set yet that would change it.
pub(crate) fn open(path: &Path, options: &Options) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        let version = rusqlite::version();
        return Err(StoreError::Unusable(format!(
            "SQLite {version} can corrupt files: build with 3.51.3 or newer"
        )));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(OPENING.failed())?;
    connection
        .busy_handler(Some(busy(options.patience)))
        .map_err(OPENING.failed())?;
    Ok(connection)
}

/// Sets everything that is set on each connection, and reads back what must be so.
pub(crate) fn configure(
    connection: &Connection,
    purpose: Purpose,
    options: &Options,
) -> Result<(), StoreError> {
    let serving = purpose == Purpose::Write && options.role == Role::Serve;
    set(connection, "journal_mode", "wal", "wal")?;
    match options.synchronous {
        Synchronous::Full => set(connection, "synchronous", "full", "2")?,
        Synchronous::Off => set(connection, "synchronous", "off", "0")?,
    }
    // A mapped file widens the window in which a stray write or a truncation corrupts it.
    set(connection, "mmap_size", "0", "0")?;
    set(connection, "foreign_keys", "on", "1")?;
    set(connection, "temp_store", "memory", "2")?;
    // No commit moves the log: `checkpoints.rs` does, in the server alone.
    set(connection, "wal_autocheckpoint", "0", "0")?;
    let bytes = LOG_LIMIT.to_string();
    set(connection, "journal_size_limit", &bytes, &bytes)?;
    // Negative: KiB. A batch's dirty pages stay within the writer's.
    let cache = if purpose == Purpose::Read {
        "-1024"
    } else {
        "-8192"
    };
    set(connection, "cache_size", cache, cache)?;
    // Only the server may checkpoint, also when it is the last to close.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !serving)
        .map_err(OPENING.failed())?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn set(
    connection: &Connection,
    pragma: &str,
    value: &str,
    expected: &str,
) -> Result<(), StoreError> {
    let done = connection.execute_batch(&format!("PRAGMA {pragma} = {value}"));
    done.map_err(OPENING.failed())?;
    let found = read(connection, pragma)?;
    if found == expected {
        return Ok(());
    }
    Err(StoreError::Unusable(format!(
        "SQLite's {pragma} is {found} although {value} was asked for: not safe to go on"
    )))
}

/// A setting as text. None reads as empty: some builds leave a pragma out.
pub(crate) fn read(connection: &Connection, pragma: &str) -> Result<String, StoreError> {
    use rusqlite::types::Value;
    let value = connection.pragma_query_value(None, pragma, |row| row.get::<_, Value>(0));
    match value {
        Ok(Value::Integer(number)) => Ok(number.to_string()),
        Ok(Value::Text(text)) => Ok(text),
        Ok(_) | Err(rusqlite::Error::QueryReturnedNoRows) => Ok(String::new()),
        Err(error) => Err(OPENING.failed()(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(purpose: Purpose, options: &Options) -> [String; 4] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("box.db");
        std::fs::write(&path, "").expect("an empty file");
        let connection = open(&path, options).expect("it opens");
        configure(&connection, purpose, options).expect("it is configured");
        [
            "journal_mode",
            "synchronous",
            "wal_autocheckpoint",
            "mmap_size",
        ]
        .map(|pragma| read(&connection, pragma).expect("a setting"))
    }

    #[test]
    fn every_connection_waits_for_the_disk_and_no_commit_checkpoints() {
        let expected = ["wal", "2", "0", "0"].map(str::to_owned);
        for options in [Options::serve(), Options::command()] {
            assert_eq!(settings(Purpose::Write, &options), expected);
            assert_eq!(settings(Purpose::Read, &options), expected);
        }
    }

    #[test]
    fn a_setting_that_does_not_take_is_refused_by_name() {
        let connection = Connection::open_in_memory().expect("a database");
        // A database in memory cannot have a log.
        let refused = configure(&connection, Purpose::Write, &Options::serve());
        let error = refused.expect_err("no log, no store").to_string();
        assert!(
            error.contains("journal_mode is memory although wal"),
            "{error}"
        );
    }
}
