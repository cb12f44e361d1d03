//! Snapshots of inventories in pieces, the newest one of each event. Their form is the inventory's
//! business; one that does not read back is as good as none.

use boxoffice_model::EventNumber;
use boxoffice_store::StoreError;
use parking_lot::Mutex;
use rusqlite::{Connection, params};

use crate::row::{Source, int};
use crate::writer::{PIECE, Writer, transact_one};

const SNAPSHOTS: Source = Source {
    table: "snapshots",
    keys: 1,
};
const PIECES: Source = Source {
    table: "snapshot_pieces",
    keys: 3,
};

/// Pieces that no snapshot refers to, a few at a time.
const REMOVE_STALE: &str = "DELETE FROM snapshot_pieces WHERE event = ?1 AND (version, piece) IN (
    SELECT version, piece FROM snapshot_pieces WHERE event = ?1
    AND version NOT IN (SELECT version FROM snapshots WHERE event = ?1) LIMIT 4)";

/// The newest snapshot, with its version.
pub(crate) fn read(
    connection: &Connection,
    event: EventNumber,
) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
    let sql = "SELECT event, version FROM snapshots WHERE event = ?1";
    let version = SNAPSHOTS.one(connection, sql, [int(event.get())], |cells| cells.number(1))?;
    let Some(version) = version else {
        return Ok(None);
    };
    let sql = "SELECT event, version, piece, bytes FROM snapshot_pieces
               WHERE event = ?1 AND version = ?2 ORDER BY piece";
    let key = params![int(event.get()), int(version)];
    let pieces = PIECES.all(connection, sql, key, |cells| cells.get::<Vec<u8>>(3))?;
    Ok(Some((version, pieces.concat())))
}

/// Writes a snapshot, each piece in a transaction of its own, and between two of them lets others
/// write. It is found once it is whole; the pieces of the one before go after that.
pub(crate) fn write(
    writer: &Mutex<Writer>,
    event: EventNumber,
    version: u64,
    snapshot: &[u8],
) -> Result<(), StoreError> {
    let (event, version) = (int(event.get()), int(version));
    let sql = "DELETE FROM snapshots WHERE event = ?1 AND version = ?2";
    transact_one(writer, "snapshots", |connection| {
        connection.execute(sql, [event, version])
    })?;
    remove_stale(writer, event)?;
    let sql = "INSERT INTO snapshot_pieces (event, version, piece, bytes) VALUES (?1, ?2, ?3, ?4)";
    for (piece, bytes) in snapshot.chunks(PIECE).enumerate() {
        let row = params![event, version, int(piece as u64), bytes];
        transact_one(writer, "snapshot_pieces", |connection| {
            connection.execute(sql, row)
        })?;
    }
    let sql = "INSERT OR REPLACE INTO snapshots (event, version) VALUES (?1, ?2)";
    transact_one(writer, "snapshots", |connection| {
        connection.execute(sql, [event, version])
    })?;
    remove_stale(writer, event)
}

/// What an older snapshot, or one that was never finished, has left.
fn remove_stale(writer: &Mutex<Writer>, event: i64) -> Result<(), StoreError> {
    while transact_one(writer, "snapshot_pieces", |connection| {
        connection.execute(REMOVE_STALE, [event])
    })? > 0
    {}
    Ok(())
}
