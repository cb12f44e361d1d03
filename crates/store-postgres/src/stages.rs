//! New events made ready beside running servers: written some at a time under a publication that has no
//! revision yet, so that nobody sees them. What an event says is not known here.

use boxoffice_store::{StagedEvent, StoreError};
use deadpool_postgres::{ClientWrapper, Object, Pool};
use tokio_postgres::Client;

use crate::connection::take;
use crate::error::Doing;
use crate::{ledger, publication};

/// Whoever has this advisory lock imports ("BOXO", then 2).
const IMPORT_LOCK: i64 = 0x424f_584f_0000_0002;

/// Waits for another import to end, and keeps others waiting for as long as the connection lives.
pub(crate) async fn wait_for_turn(client: &Client) -> Result<(), StoreError> {
    let failed = Doing {
        what: "waiting for another import",
        table: "publications",
    }
    .failed();
    let sql = format!(
        "SET lock_timeout = 0; SET statement_timeout = 0; SELECT pg_advisory_lock({IMPORT_LOCK})"
    );
    client.batch_execute(&sql).await.map_err(failed)
}

/// Begins a publication. Whoever calls it is alone: what has no revision was left by somebody who is
/// gone.
pub(crate) async fn begin(pool: &Pool) -> Result<i64, StoreError> {
    let failed = Doing::writing("publications").failed();
    let mut client = take(pool).await?;
    let transaction = client.transaction().await.map_err(failed)?;
    for sql in [
        "DELETE FROM ledger USING events, publications WHERE ledger.event = number
         AND publication = publications.id AND revision IS NULL",
        "DELETE FROM heads USING events, publications WHERE heads.event = number
         AND publication = publications.id AND revision IS NULL",
        "DELETE FROM events USING publications WHERE publication = publications.id
         AND revision IS NULL",
        "DELETE FROM publications WHERE revision IS NULL",
    ] {
        transaction.execute(sql, &[]).await.map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)?;
    let id = publication::next_publication(&client).await?;
    publication::begin(&client, id).await?;
    Ok(id)
}

/// Writes events in one transaction, whole or not at all.
pub(crate) async fn add(pool: &Pool, stage: i64, events: &[StagedEvent]) -> Result<(), StoreError> {
    let mut own = InTransaction(Some(take(pool).await?));
    if let Some(client) = &own.0 {
        add_on(client, stage, events).await?;
    }
    // Committed: others may have it.
    drop(own.0.take());
    Ok(())
}

/// A connection in a transaction is not for others: it is closed when dropped, and the server rolls back.
struct InTransaction(Option<Object>);

impl Drop for InTransaction {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(Object::take(client));
        }
    }
}

async fn add_on(
    client: &ClientWrapper,
    stage: i64,
    events: &[StagedEvent],
) -> Result<(), StoreError> {
    let failed = Doing::writing("events").failed();
    client.batch_execute("BEGIN").await.map_err(failed)?;
    let records: Vec<_> = events.iter().map(|event| &event.record).collect();
    let new = publication::insert_events(client, &records, stage).await?;
    let here = |number: u64| new.contains(&number.cast_signed());
    if let Some(old) = records.iter().find(|record| !here(record.number.get())) {
        return Err(publication::taken(old.number));
    }
    let numbers: Vec<_> = records.iter().map(|record| record.number).collect();
    ledger::put_empty_heads(client, &numbers).await?;
    let appends: Vec<_> = events.iter().map(|event| &event.append).collect();
    ledger::append_all(client, &appends).await?;
    client.batch_execute("COMMIT").await.map_err(failed)
}
