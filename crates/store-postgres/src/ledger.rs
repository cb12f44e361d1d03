//! Heads and entries: where ledgers stand and what is in them. Entries are bytes here.

use boxoffice_inventory::{Counts, Head, StoredEntry};
use boxoffice_model::{EventNumber, Timestamp};
use boxoffice_store::{Append, EventHead, Locked, MOST_BEHIND, StoreError};
use deadpool_postgres::ClientWrapper;
use tokio_postgres::{Error, Row};

use crate::clock::now;
use crate::error::{Doing, is_duplicate};
use crate::partitions::of_month;
use crate::reader::Reader;
use crate::row::{Cells, Params, Source, bound, int, key, limit};

const HEADS: Source = Source {
    table: "heads",
    keys: 1,
};
const LEDGER: Source = Source {
    table: "ledger",
    keys: 2,
};

/// The columns of a head, in the order in which [`read_head`] has them.
macro_rules! head_columns {
    () => {
        "event, version, head, available, held, booked, blocked, next_due"
    };
}

/// Takes an event's lock; what it returns is not looked at, because it may have been read before the
/// wait.
pub(crate) const LOCK: &str = "SELECT 1 FROM heads_{m} WHERE event = $1 FOR NO KEY UPDATE";

/// A head, the server's time, and so many entries behind a version: a row each, or one without an entry.
pub(crate) const READ: &str = concat!(
    "SELECT heads.event, heads.version, head, available, held, booked, blocked, next_due, ",
    now!(),
    ", ledger.version, check_bytes, body
     FROM heads_{m} AS heads
     LEFT JOIN (SELECT version, check_bytes, body FROM ledger_{m}
                WHERE event = $1 AND version > $2 ORDER BY version LIMIT 10000) AS ledger ON true
     WHERE heads.event = $1 ORDER BY ledger.version"
);
const _: () = assert!(MOST_BEHIND == 10_000, "the limit in READ");

/// What [`READ`] gave: a ledger with its tail, and the server's time.
pub(crate) fn read_locked(rows: &[Row]) -> Result<Option<(Locked, Timestamp)>, StoreError> {
    let head = HEADS.one(rows, |cells| Ok((read_head(cells)?, cells.time(8)?)))?;
    let Some((head, now)) = head else {
        return Ok(None);
    };
    let tail = LEDGER.all(rows, |cells| match cells.get::<Option<i64>>(9)? {
        None => Ok(None),
        Some(version) => Ok(Some(StoredEntry {
            version: version.cast_unsigned(),
            check: cells.array(10)?,
            bytes: cells.get(11)?,
        })),
    })?;
    let tail = tail.into_iter().flatten().collect();
    Ok(Some((Locked { head, tail }, now)))
}

pub(crate) async fn heads(reader: &Reader) -> Result<Vec<EventHead>, StoreError> {
    let sql = concat!(
        "SELECT ",
        head_columns!(),
        " FROM heads WHERE event NOT IN (
            SELECT number FROM events JOIN publications ON publications.id = publication
            WHERE revision IS NULL) ORDER BY event"
    );
    HEADS.all(&reader.rows("heads", sql, &[]).await?, read_head)
}

pub(crate) async fn heads_of(
    reader: &Reader,
    events: &[EventNumber],
) -> Result<Vec<EventHead>, StoreError> {
    let events: Vec<_> = events.iter().map(|event| key(*event)).collect();
    let sql = concat!(
        "SELECT ",
        head_columns!(),
        " FROM heads WHERE event = ANY($1)"
    );
    HEADS.all(&reader.rows("heads", sql, &[&events]).await?, read_head)
}

fn read_head(cells: &Cells<'_>) -> Result<EventHead, StoreError> {
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

/// Empty ledgers of new events.
pub(crate) async fn put_empty_heads(
    client: &ClientWrapper,
    events: &[EventNumber],
) -> Result<(), StoreError> {
    let failed = Doing::writing("heads").failed();
    let keys: Vec<_> = events.iter().map(|event| key(*event)).collect();
    let empty: Vec<_> = events.iter().map(|event| Head::empty(*event).0).collect();
    let empty: Vec<&[u8]> = empty.iter().map(<[u8; 32]>::as_slice).collect();
    let sql = "INSERT INTO heads (event, version, head, available, held, booked, blocked)
               SELECT event, 0, head, 0, 0, 0, 0
               FROM UNNEST($1::bigint[], $2::bytea[]) AS new (event, head)
               ON CONFLICT (event) DO NOTHING";
    let statement = client.prepare_cached(sql).await.map_err(failed)?;
    let written = client.execute(&statement, &[&keys, &empty]).await;
    written.map(drop).map_err(failed)
}

/// Moves the head from the version that was read, and only then inserts the entries, both in one
/// statement: none is inserted where somebody else has moved it.
const APPEND: &str = "WITH moved AS (
        UPDATE heads_{m} SET version = $3, head = $4, available = $5, held = $6, booked = $7,
        blocked = $8, next_due = $9 WHERE event = $1 AND version = $2 RETURNING event)
    INSERT INTO ledger_{m} (event, version, first, check_bytes, body)
    SELECT moved.event, new.* FROM moved,
        UNNEST($10::bigint[], $11::bigint[], $12::bytea[], $13::bytea[])
        AS new (version, first, check_bytes, body)";

/// Entries, and the head behind them.
pub(crate) async fn append(client: &ClientWrapper, append: &Append) -> Result<(), StoreError> {
    let failed = Doing::writing("ledger").failed();
    let head = &append.head;
    let column = |of: fn(&StoredEntry) -> &[u8]| -> Vec<&[u8]> {
        append
            .entries
            .iter()
            .map(|(stored, _)| of(stored))
            .collect()
    };
    let versions: Vec<_> = append
        .entries
        .iter()
        .map(|(stored, _)| int(stored.version))
        .collect();
    let firsts: Vec<_> = append
        .entries
        .iter()
        .map(|(_, entry)| entry.change.continues().map(int))
        .collect();
    let row: &Params<'_> = &[
        &key(head.event),
        &int(append.after),
        &int(head.version),
        &head.head.0.as_slice(),
        &i64::from(head.counts.available),
        &i64::from(head.counts.held),
        &i64::from(head.counts.booked),
        &i64::from(head.counts.blocked),
        &head.next_due.map(|due| due.0),
        &versions,
        &firsts,
        &column(|stored| &stored.check),
        &column(|stored| &stored.bytes),
    ];
    let sql = of_month(APPEND, head.event);
    let statement = client.prepare_cached(&sql).await.map_err(failed)?;
    let written = client
        .execute(&statement, row)
        .await
        .map_err(beyond_the_head)?;
    match written == append.entries.len() as u64 {
        true => Ok(()),
        false => Err(StoreError::Conflict {
            event: head.event,
            expected: append.after,
        }),
    }
}

fn beyond_the_head(error: Error) -> StoreError {
    match is_duplicate(&error) {
        true => StoreError::Damaged {
            table: "ledger",
            what: "an entry stands beyond the head of its event".into(),
        },
        false => Doing::writing("ledger").error(error),
    }
}

/// Entries of several events at once, of any month, and the heads behind them: what an import makes ready.
pub(crate) async fn append_all(
    client: &ClientWrapper,
    appends: &[&Append],
) -> Result<(), StoreError> {
    move_heads(client, appends).await?;
    insert(client, appends).await
}

async fn move_heads(client: &ClientWrapper, appends: &[&Append]) -> Result<(), StoreError> {
    let failed = Doing::writing("heads").failed();
    let column = |of: fn(&Append) -> i64| -> Vec<i64> { appends.iter().map(|a| of(a)).collect() };
    let heads: Vec<&[u8]> = appends
        .iter()
        .map(|append| append.head.head.0.as_slice())
        .collect();
    let due: Vec<_> = appends
        .iter()
        .map(|append| append.head.next_due.map(|due| due.0))
        .collect();
    let sql = "UPDATE heads SET version = new.version, head = new.head, available = new.available,
               held = new.held, booked = new.booked, blocked = new.blocked, next_due = new.next_due
               FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bigint[],
                   $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
               AS new (event, after, version, head, available, held, booked, blocked, next_due)
               WHERE heads.event = new.event AND heads.version = new.after
               RETURNING heads.event";
    let statement = client.prepare_cached(sql).await.map_err(failed)?;
    let moved = client
        .query(
            &statement,
            &[
                &column(|append| key(append.head.event)),
                &column(|append| int(append.after)),
                &column(|append| int(append.head.version)),
                &heads,
                &column(|append| append.head.counts.available.into()),
                &column(|append| append.head.counts.held.into()),
                &column(|append| append.head.counts.booked.into()),
                &column(|append| append.head.counts.blocked.into()),
                &due,
            ],
        )
        .await
        .map_err(failed)?;
    let moved: Vec<i64> = moved.iter().map(|row| row.get(0)).collect();
    let left = appends
        .iter()
        .find(|append| !moved.contains(&key(append.head.event)));
    match left {
        None => Ok(()),
        Some(append) => Err(StoreError::Conflict {
            event: append.head.event,
            expected: append.after,
        }),
    }
}

async fn insert(client: &ClientWrapper, appends: &[&Append]) -> Result<(), StoreError> {
    let failed = Doing::writing("ledger").failed();
    let count = appends.iter().map(|append| append.entries.len()).sum();
    let mut events = Vec::with_capacity(count);
    let mut versions = Vec::with_capacity(count);
    let mut firsts = Vec::with_capacity(count);
    let mut checks: Vec<&[u8]> = Vec::with_capacity(count);
    let mut bodies: Vec<&[u8]> = Vec::with_capacity(count);
    for append in appends {
        for (stored, entry) in &append.entries {
            events.push(key(append.head.event));
            versions.push(int(stored.version));
            firsts.push(entry.change.continues().map(int));
            checks.push(&stored.check);
            bodies.push(&stored.bytes);
        }
    }
    let sql = "INSERT INTO ledger (event, version, first, check_bytes, body)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[])";
    let statement = client.prepare_cached(sql).await.map_err(failed)?;
    let written = client
        .execute(&statement, &[&events, &versions, &firsts, &checks, &bodies])
        .await;
    written.map(drop).map_err(beyond_the_head)
}

pub(crate) async fn tail(
    reader: &Reader,
    event: EventNumber,
    after: u64,
    most: usize,
) -> Result<Vec<StoredEntry>, StoreError> {
    let sql = "SELECT event, version, check_bytes, body FROM ledger
               WHERE event = $1 AND version > $2 ORDER BY version LIMIT $3";
    let rows = reader
        .rows("ledger", sql, &[&key(event), &bound(after), &limit(most)])
        .await?;
    read_entries(&rows)
}

/// The entry that began a reservation and those that continue it.
pub(crate) async fn reservation(
    reader: &Reader,
    event: EventNumber,
    first: u64,
) -> Result<Vec<StoredEntry>, StoreError> {
    let sql = "SELECT event, version, check_bytes, body FROM ledger
               WHERE event = $1 AND version = $2
               UNION ALL
               SELECT event, version, check_bytes, body FROM ledger
               WHERE event = $1 AND first = $2 AND EXISTS (
                   SELECT 1 FROM ledger WHERE event = $1 AND version = $2)
               ORDER BY version";
    let rows = reader
        .rows("ledger", sql, &[&key(event), &int(first)])
        .await?;
    read_entries(&rows)
}

fn read_entries(rows: &[Row]) -> Result<Vec<StoredEntry>, StoreError> {
    LEDGER.all(rows, |cells| {
        Ok(StoredEntry {
            version: cells.number(1)?,
            check: cells.array(2)?,
            bytes: cells.get(3)?,
        })
    })
}

/// The server's time.
pub(crate) async fn now(reader: &Reader) -> Result<Timestamp, StoreError> {
    let sql = concat!("SELECT 0::bigint, ", now!());
    let rows = reader.rows("heads", sql, &[]).await?;
    let now = HEADS.one(&rows, |cells| cells.time(1))?;
    now.ok_or_else(|| StoreError::Unusable("the database does not tell the time".into()))
}

pub(crate) async fn due(
    reader: &Reader,
    now: Timestamp,
    most: usize,
) -> Result<Vec<EventNumber>, StoreError> {
    let sql = "SELECT event FROM heads WHERE next_due <= $1 ORDER BY next_due LIMIT $2";
    let rows = reader.rows("heads", sql, &[&now.0, &limit(most)]).await?;
    HEADS.all(&rows, |cells| cells.event(0))
}
