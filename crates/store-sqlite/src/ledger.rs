//! Heads and entries: where ledgers stand and what is in them. Entries are bytes here.

use boxoffice_inventory::{Counts, Head, StoredEntry};
use boxoffice_model::{EventNumber, Timestamp};
use boxoffice_store::{Append, EventHead, StoreError};
use rusqlite::{Connection, params};

use crate::error::{Doing, is_duplicate};
use crate::row::{Cells, Source, bound, int, limit};

const HEADS: Source = Source {
    table: "heads",
    keys: 1,
};
const LEDGER: Source = Source {
    table: "ledger",
    keys: 2,
};

/// A reservation's entries behind its first. Left to choose, SQLite would walk the event's whole ledger:
/// to it both ways look equally long.
pub(crate) const CONTINUES: &str =
    "SELECT event, version, check_bytes, body FROM ledger INDEXED BY ledger_by_first
     WHERE event = ?1 AND first = ?2 ORDER BY version";

/// Events in which something has run out.
pub(crate) const DUE: &str =
    "SELECT event FROM heads WHERE next_due <= ?1 ORDER BY next_due LIMIT ?2";

pub(crate) fn heads(connection: &Connection) -> Result<Vec<EventHead>, StoreError> {
    let sql = "SELECT event, version, head, available, held, booked, blocked, next_due
               FROM heads WHERE event NOT IN (
                   SELECT number FROM events JOIN publications ON publications.id = publication
                   WHERE revision IS NULL) ORDER BY event";
    HEADS.all(connection, sql, [], read_head)
}

pub(crate) fn head(
    connection: &Connection,
    event: EventNumber,
) -> Result<Option<EventHead>, StoreError> {
    let sql = "SELECT event, version, head, available, held, booked, blocked, next_due
               FROM heads WHERE event = ?1";
    HEADS.one(connection, sql, [int(event.get())], read_head)
}

fn read_head(cells: &Cells<'_, '_>) -> Result<EventHead, StoreError> {
    Ok(EventHead {
        event: cells.event(0)?,
        version: cells.number(1)?,
        head: Head(cells.array(2)?),
        counts: Counts {
            available: cells.small(3)?,
            held: cells.small(4)?,
            booked: cells.small(5)?,
            blocked: cells.small(6)?,
        },
        next_due: cells.get::<Option<i64>>(7)?.map(Timestamp),
    })
}

/// A new event's empty ledger.
pub(crate) fn put_empty_head(
    connection: &Connection,
    event: EventNumber,
) -> Result<(), StoreError> {
    let failed = Doing::writing("heads").failed();
    let sql = "INSERT INTO heads (event, version, head, available, held, booked, blocked)
               VALUES (?1, 0, ?2, 0, 0, 0, 0) ON CONFLICT (event) DO NOTHING";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    statement
        .execute(params![int(event.get()), Head::empty(event).0])
        .map_err(failed)?;
    Ok(())
}

/// Entries and the head behind them, if the ledger stands where `append` says.
pub(crate) fn append(connection: &Connection, append: &Append) -> Result<(), StoreError> {
    move_head(connection, append.after, &append.head)?;
    let failed = Doing::writing("ledger").failed();
    let event = append.head.event;
    let sql = "INSERT INTO ledger (event, version, first, check_bytes, body)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    for (stored, entry) in &append.entries {
        let first = entry.change.continues().map(int);
        let row = params![
            int(event.get()),
            int(stored.version),
            first,
            stored.check,
            stored.bytes
        ];
        statement
            .execute(row)
            .map_err(|error| match is_duplicate(&error) {
                true => StoreError::Damaged {
                    table: "ledger",
                    what: format!(
                        "event {event}, version {}: it stands beyond the head",
                        stored.version
                    ),
                },
                false => failed(error),
            })?;
    }
    Ok(())
}

fn move_head(connection: &Connection, after: u64, to: &EventHead) -> Result<(), StoreError> {
    let failed = Doing::writing("heads").failed();
    let sql = "UPDATE heads SET version = ?3, head = ?4, available = ?5, held = ?6, booked = ?7,
               blocked = ?8, next_due = ?9 WHERE event = ?1 AND version = ?2";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let counts = to.counts;
    let row = params![
        int(to.event.get()),
        int(after),
        int(to.version),
        to.head.0,
        counts.available,
        counts.held,
        counts.booked,
        counts.blocked,
        to.next_due.map(|due| due.0),
    ];
    match statement.execute(row).map_err(failed)? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict {
            event: to.event,
            expected: after,
        }),
    }
}

pub(crate) fn tail(
    connection: &Connection,
    event: EventNumber,
    after: u64,
    most: usize,
) -> Result<Vec<StoredEntry>, StoreError> {
    let sql = "SELECT event, version, check_bytes, body FROM ledger
               WHERE event = ?1 AND version > ?2 ORDER BY version LIMIT ?3";
    LEDGER.all(
        connection,
        sql,
        params![int(event.get()), bound(after), limit(most)],
        read_entry,
    )
}

/// The entry that began a reservation and those that continue it.
pub(crate) fn reservation(
    connection: &Connection,
    event: EventNumber,
    first: u64,
) -> Result<Vec<StoredEntry>, StoreError> {
    let begin = "SELECT event, version, check_bytes, body FROM ledger
                 WHERE event = ?1 AND version = ?2";
    let key = params![int(event.get()), int(first)];
    let mut entries = LEDGER.all(connection, begin, key, read_entry)?;
    if !entries.is_empty() {
        entries.extend(LEDGER.all(connection, CONTINUES, key, read_entry)?);
    }
    Ok(entries)
}

fn read_entry(cells: &Cells<'_, '_>) -> Result<StoredEntry, StoreError> {
    Ok(StoredEntry {
        version: cells.number(1)?,
        check: cells.array(2)?,
        bytes: cells.get(3)?,
    })
}

pub(crate) fn due(
    connection: &Connection,
    now: Timestamp,
    most: usize,
) -> Result<Vec<EventNumber>, StoreError> {
    HEADS.all(connection, DUE, params![now.0, limit(most)], |cells| {
        cells.event(0)
    })
}
