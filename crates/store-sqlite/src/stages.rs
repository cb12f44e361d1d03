//! New events made ready beside a running server: written a few at a time under a publication that has
//! no revision yet, so that nobody sees them. What an event says is not known here.

use boxoffice_store::{StagedEvent, StoreError};
use parking_lot::Mutex;
use rusqlite::Connection;

use crate::row::{Source, int};
use crate::writer::{Writer, transact};
use crate::{ledger, publication};

/// Events that are removed in one transaction.
const REMOVED_TOGETHER: u32 = 100;

const PUBLICATIONS: Source = Source {
    table: "publications",
    keys: 1,
};

/// Begins a publication. Whoever calls it is alone: what has no revision was left by somebody who is
/// gone.
pub(crate) fn begin(writer: &Mutex<Writer>) -> Result<u64, StoreError> {
    while remove_some(writer)? > 0 {}
    let mut id = 0;
    transact(writer, |connection| {
        id = publication::next_publication(connection)?;
        let sql = "INSERT INTO publications (id) VALUES (?1)";
        publication::write(connection, "publications", sql, [int(id)])
    })?;
    Ok(id)
}

/// Writes events in one transaction, whole or not at all.
pub(crate) fn add(
    writer: &Mutex<Writer>,
    stage: u64,
    events: &[StagedEvent],
) -> Result<(), StoreError> {
    transact(writer, |connection| {
        events.iter().try_for_each(|event| {
            let number = event.record.number;
            if ledger::head(connection, number)?.is_some() {
                return Err(publication::taken(number));
            }
            publication::put_event(connection, &event.record, stage)?;
            ledger::append(connection, &event.append)
        })
    })
}

/// Removes some events that were never shown; says how many rows went.
fn remove_some(writer: &Mutex<Writer>) -> Result<usize, StoreError> {
    let mut removed = 0;
    transact(writer, |connection| {
        let sql = "SELECT id FROM publications WHERE revision IS NULL LIMIT 1";
        let left = PUBLICATIONS.one(connection, sql, [], |cells| cells.number(0))?;
        let Some(publication) = left else {
            return Ok(());
        };
        removed = remove_from(connection, publication)?;
        Ok(())
    })?;
    Ok(removed)
}

fn remove_from(connection: &Connection, publication: u64) -> Result<usize, StoreError> {
    let some = format!(
        "IN (SELECT number FROM events WHERE publication = ?1 ORDER BY number LIMIT {REMOVED_TOGETHER})"
    );
    let key = [int(publication)];
    for (table, column) in [
        ("ledger", "event"),
        ("heads", "event"),
        ("events", "number"),
    ] {
        let sql = format!("DELETE FROM {table} WHERE {column} {some}");
        publication::write(connection, table, &sql, key)?;
    }
    let removed = connection.changes() as usize;
    if removed == 0 {
        let sql = "DELETE FROM publications WHERE id = ?1";
        publication::write(connection, "publications", sql, key)?;
        return Ok(1);
    }
    Ok(removed)
}
