//! Events as the catalogue has them, and the revision by which readers learn of changes. What a
//! document says is the catalogue's business.

use boxoffice_model::{EventNumber, Key};
use boxoffice_store::{Catalogue, EventRecord, StoreError, number_behind};
use deadpool_postgres::ClientWrapper;

use crate::error::Doing;
use crate::ledger;
use crate::reader::Reader;
use crate::row::{Cells, Params, Source, bound, int, key};

const EVENTS: Source = Source {
    table: "events",
    keys: 1,
};
const STATE: Source = Source {
    table: "state",
    keys: 1,
};

pub(crate) async fn revision(reader: &Reader) -> Result<u64, StoreError> {
    let sql = "SELECT id::bigint, catalogue_revision FROM state WHERE id = 1";
    let rows = reader.rows("state", sql, &[]).await?;
    let found = STATE.one(&rows, |cells| cells.number(1))?;
    found.ok_or_else(|| StoreError::Damaged {
        table: "state",
        what: "its row is gone".into(),
    })
}

/// Fails where nothing can be written: a primary may have become a standby.
pub(crate) async fn writable(client: &ClientWrapper) -> Result<(), StoreError> {
    let sql = "SELECT current_setting('transaction_read_only')";
    let row = client.query_one(sql, &[]).await;
    let row = row.map_err(Doing::reading("settings").failed())?;
    match row.get::<_, &str>(0) {
        "off" => Ok(()),
        _ => Err(StoreError::unavailable(
            "writing",
            "the server is read-only",
        )),
    }
}

/// The revision is read first: an event that is newer is told again the next time, and none is missed.
pub(crate) async fn catalogue(reader: &Reader, after: u64) -> Result<Catalogue, StoreError> {
    let revision = revision(reader).await?;
    if revision <= after {
        return Ok(Catalogue {
            revision,
            events: Vec::new(),
        });
    }
    let sql = "SELECT number, events.id, plan, document, owner_key
               FROM publications JOIN events ON publication = publications.id
               WHERE revision > $1 ORDER BY number";
    let rows = reader.rows("events", sql, &[&bound(after)]).await?;
    Ok(Catalogue {
        revision,
        events: EVENTS.all(&rows, read_event)?,
    })
}

pub(crate) async fn event(
    reader: &Reader,
    event: EventNumber,
) -> Result<Option<EventRecord>, StoreError> {
    let sql = "SELECT number, events.id, plan, document, owner_key
               FROM events JOIN publications ON publications.id = publication
               WHERE number = $1 AND revision IS NOT NULL";
    EVENTS.one(
        &reader.rows("events", sql, &[&key(event)]).await?,
        read_event,
    )
}

fn read_event(cells: &Cells<'_>) -> Result<EventRecord, StoreError> {
    Ok(EventRecord {
        number: cells.event(0)?,
        id: cells.parsed(1, |text| text.parse().ok())?,
        plan: cells.array(2)?,
        document: cells.get(3)?,
        owner_key: Key::new(cells.array(4)?),
    })
}

pub(crate) async fn next_number(
    reader: &Reader,
    year: u16,
    month: u8,
) -> Result<EventNumber, StoreError> {
    let archived = "SELECT month FROM archived_months WHERE month = $1";
    let named = i64::from(year) * 100 + i64::from(month);
    if !reader
        .rows("archived_months", archived, &[&named])
        .await?
        .is_empty()
    {
        return Err(StoreError::Unusable(format!(
            "{year:04}-{month:02} is archived: an event of that month cannot be added"
        )));
    }
    let (begin, behind) = EventNumber::month_range(year, month);
    let sql = "SELECT MAX(number) FROM events WHERE number >= $1 AND number < $2";
    let rows = reader
        .rows("events", sql, &[&int(begin), &int(behind)])
        .await?;
    let last = EVENTS.one(&rows, |cells| cells.get::<Option<i64>>(0))?;
    number_behind(last.flatten().map(i64::cast_unsigned), year, month)
}

/// The number of a new publication. Numbers may be left out.
pub(crate) async fn next_publication(client: &ClientWrapper) -> Result<i64, StoreError> {
    let failed = Doing::writing("publications").failed();
    let sql = "SELECT nextval('publication_ids')";
    let row = client.query_one(sql, &[]).await.map_err(failed)?;
    Ok(row.get(0))
}

/// Begins a publication: it has no revision yet.
pub(crate) async fn begin(client: &ClientWrapper, publication: i64) -> Result<(), StoreError> {
    let sql = "INSERT INTO publications (id) VALUES ($1) ON CONFLICT DO NOTHING";
    let failed = Doing::writing("publications").failed();
    let begun = client.execute(sql, &[&publication]).await;
    begun.map(drop).map_err(failed)
}

/// Gives publications the next revision, from which on their events are shown; says how many there were.
/// Whoever else publishes
/// waits for the end of this transaction, so that revisions are seen in order.
pub(crate) async fn show(client: &ClientWrapper, publications: &[i64]) -> Result<u64, StoreError> {
    let sql = "WITH next AS (
                   UPDATE state SET catalogue_revision = catalogue_revision + 1 WHERE id = 1
                   RETURNING catalogue_revision)
               UPDATE publications SET revision = catalogue_revision FROM next WHERE id = ANY($1)";
    let failed = Doing::writing("publications").failed();
    let shown = client.execute(sql, &[&publications]).await;
    shown.map_err(failed)
}

/// Writes an event as part of a publication. A new one gets its empty ledger.
pub(crate) async fn put_event(
    client: &ClientWrapper,
    record: &EventRecord,
    publication: i64,
) -> Result<(), StoreError> {
    if insert_events(client, &[record], publication)
        .await?
        .is_empty()
    {
        let failed = Doing::writing("events").failed();
        let sql = "UPDATE events SET plan = $3, document = $4, owner_key = $5, publication = $6
                   WHERE number = $1 AND id = $2";
        let (plan, owner_key) = (record.plan.as_slice(), record.owner_key.bytes().as_slice());
        let row: &Params<'_> = &[
            &key(record.number),
            &record.id.as_str(),
            &plan,
            &record.document,
            &owner_key,
            &publication,
        ];
        if client.execute(sql, row).await.map_err(failed)? == 0 {
            // Its id has another number or its number another id: someone published first.
            return Err(taken(record.number));
        }
    }
    ledger::put_empty_heads(client, &[record.number]).await
}

/// Writes those of some events that are new; gives their numbers.
pub(crate) async fn insert_events(
    client: &ClientWrapper,
    records: &[&EventRecord],
    publication: i64,
) -> Result<Vec<i64>, StoreError> {
    let failed = Doing::writing("events").failed();
    let numbers: Vec<_> = records.iter().map(|record| key(record.number)).collect();
    let ids: Vec<_> = records.iter().map(|record| record.id.as_str()).collect();
    let plans: Vec<_> = records
        .iter()
        .map(|record| record.plan.as_slice())
        .collect();
    let documents: Vec<_> = records
        .iter()
        .map(|record| record.document.as_str())
        .collect();
    let keys: Vec<_> = records
        .iter()
        .map(|record| record.owner_key.bytes().as_slice())
        .collect();
    let sql = "INSERT INTO events (number, id, plan, document, owner_key, publication)
               SELECT number, id, plan, document, owner_key, $6
               FROM UNNEST($1::bigint[], $2::text[], $3::bytea[], $4::text[], $5::bytea[])
               AS new (number, id, plan, document, owner_key)
               ON CONFLICT DO NOTHING RETURNING number";
    let statement = client.prepare_cached(sql).await.map_err(failed)?;
    let written = client
        .query(
            &statement,
            &[&numbers, &ids, &plans, &documents, &keys, &publication],
        )
        .await
        .map_err(failed)?;
    Ok(written.iter().map(|row| row.get(0)).collect())
}

pub(crate) fn taken(event: EventNumber) -> StoreError {
    StoreError::Conflict { event, expected: 0 }
}
