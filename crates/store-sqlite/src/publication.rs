//! Events as the catalogue has them, and the revision by which readers learn of changes. What a
//! document says is the catalogue's business.

use boxoffice_model::{EventNumber, Key};
use boxoffice_store::{Catalogue, EventRecord, StoreError};
use rusqlite::{Connection, params};

use crate::error::{Doing, is_duplicate};
use crate::ledger;
use crate::row::{Cells, Source, bound, int};

const EVENTS: Source = Source {
    table: "events",
    keys: 1,
};
const STATE: Source = Source {
    table: "state",
    keys: 1,
};

pub(crate) fn revision(connection: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT id, catalogue_revision FROM state WHERE id = 1";
    let found = STATE.one(connection, sql, [], |cells| cells.number(1))?;
    found.ok_or_else(|| StoreError::Damaged {
        table: "state",
        what: "its row is gone".into(),
    })
}

pub(crate) fn catalogue(connection: &Connection, after: u64) -> Result<Catalogue, StoreError> {
    let sql = "SELECT number, id, plan, document, owner_key FROM events
               WHERE revision > ?1 ORDER BY number";
    let events = EVENTS.all(connection, sql, [bound(after)], read_event)?;
    Ok(Catalogue {
        revision: revision(connection)?,
        events,
    })
}

pub(crate) fn event(
    connection: &Connection,
    event: EventNumber,
) -> Result<Option<EventRecord>, StoreError> {
    let sql = "SELECT number, id, plan, document, owner_key FROM events WHERE number = ?1";
    EVENTS.one(connection, sql, [int(event.get())], read_event)
}

fn read_event(cells: &Cells<'_, '_>) -> Result<EventRecord, StoreError> {
    Ok(EventRecord {
        number: cells.event(0)?,
        id: cells.parsed(1, |text| text.parse().ok())?,
        plan: cells.array(2)?,
        document: cells.get(3)?,
        owner_key: Key::new(cells.array(4)?),
    })
}

pub(crate) fn next_number(
    connection: &Connection,
    year: u16,
    month: u8,
) -> Result<EventNumber, StoreError> {
    let (begin, behind) = EventNumber::month_range(year, month);
    let sql = "SELECT MAX(number) FROM events WHERE number >= ?1 AND number < ?2";
    let range = params![int(begin), int(behind)];
    let last = EVENTS.one(connection, sql, range, |cells| cells.get::<Option<i64>>(0))?;
    let next = match last.flatten() {
        Some(last) => last.cast_unsigned() + 1 - begin,
        None => 0,
    };
    u32::try_from(next)
        .ok()
        .and_then(|next| EventNumber::new(year, month, next).ok())
        .ok_or_else(|| {
            StoreError::Unusable(format!(
                "{year:04}-{month:02} has no number for another event"
            ))
        })
}

/// Writes an event at `revision`, the same for all of a transaction. A new one gets its empty ledger.
pub(crate) fn put_event(
    connection: &Connection,
    record: &EventRecord,
    revision: u64,
) -> Result<(), StoreError> {
    let failed = Doing::writing("events").failed();
    let sql = "INSERT INTO events (number, id, plan, document, owner_key, revision)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT (number) DO UPDATE SET plan = excluded.plan,
               document = excluded.document, owner_key = excluded.owner_key,
               revision = excluded.revision WHERE id = excluded.id";
    let row = params![
        int(record.number.get()),
        record.id.as_str(),
        record.plan,
        record.document,
        record.owner_key.bytes(),
        int(revision),
    ];
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let written = match statement.execute(row) {
        Err(error) if is_duplicate(&error) => 0,
        other => other.map_err(failed)?,
    };
    if written == 0 {
        // Its id has another number or its number another id: someone published first.
        return Err(StoreError::Conflict {
            event: record.number,
            expected: 0,
        });
    }
    let sql = "UPDATE state SET catalogue_revision = ?1 WHERE id = 1";
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([int(revision)]))
        .map_err(failed)?;
    ledger::put_empty_head(connection, record.number)
}
