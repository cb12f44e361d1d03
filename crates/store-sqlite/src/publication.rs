//! Events as the catalogue has them, and the revision by which readers learn of changes. What a
//! document says is the catalogue's business.

use boxoffice_model::{EventNumber, Key};
use boxoffice_store::{Catalogue, EventRecord, StoreError, number_behind};
use rusqlite::{Connection, Params, params};

use crate::error::{Doing, is_duplicate};
use crate::ledger;
use crate::row::{Cells, Source, bound, int};

const EVENTS: Source = Source {
    table: "events",
    keys: 1,
};
const PUBLICATIONS: Source = Source {
    table: "publications",
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
    let sql = "SELECT number, events.id, plan, document, owner_key
               FROM publications JOIN events ON publication = publications.id
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
    let sql = "SELECT number, events.id, plan, document, owner_key
               FROM events JOIN publications ON publications.id = publication
               WHERE number = ?1 AND revision IS NOT NULL";
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
    number_behind(last.flatten().map(i64::cast_unsigned), year, month)
}

/// The number of the next publication.
pub(crate) fn next_publication(connection: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT COALESCE(MAX(id), 0) + 1 FROM publications";
    let next = PUBLICATIONS.one(connection, sql, [], |cells| cells.number(0))?;
    Ok(next.unwrap_or(1))
}

/// Gives a publication its revision, from which on its events are shown: those that it has already and
/// those that follow.
pub(crate) fn show(
    connection: &Connection,
    publication: u64,
    revision: u64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO publications (id, revision) VALUES (?1, ?2)
               ON CONFLICT (id) DO UPDATE SET revision = excluded.revision";
    write(
        connection,
        "publications",
        sql,
        [int(publication), int(revision)],
    )?;
    let sql = "UPDATE state SET catalogue_revision = ?1 WHERE id = 1";
    write(connection, "state", sql, [int(revision)])
}

/// Writes an event as part of a publication. A new one gets its empty ledger.
pub(crate) fn put_event(
    connection: &Connection,
    record: &EventRecord,
    publication: u64,
) -> Result<(), StoreError> {
    let failed = Doing::writing("events").failed();
    let sql = "INSERT INTO events (number, id, plan, document, owner_key, publication)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT (number) DO UPDATE SET plan = excluded.plan,
               document = excluded.document, owner_key = excluded.owner_key,
               publication = excluded.publication WHERE id = excluded.id";
    let row = params![
        int(record.number.get()),
        record.id.as_str(),
        record.plan,
        record.document,
        record.owner_key.bytes(),
        int(publication),
    ];
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let written = match statement.execute(row) {
        Err(error) if is_duplicate(&error) => 0,
        other => other.map_err(failed)?,
    };
    if written == 0 {
        // Its id has another number or its number another id: someone published first.
        return Err(taken(record.number));
    }
    ledger::put_empty_head(connection, record.number)
}

pub(crate) fn taken(event: EventNumber) -> StoreError {
    StoreError::Conflict { event, expected: 0 }
}

pub(crate) fn write(
    connection: &Connection,
    table: &'static str,
    sql: &str,
    params: impl Params,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute(params))
        .map(drop)
        .map_err(Doing::writing(table).failed())
}
