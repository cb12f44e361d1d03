//! A month of events is a partition of each table that belongs to events, made before the first event
//! of that month. What stands in them is not known here.

use boxoffice_model::EventNumber;
use boxoffice_store::StoreError;
use deadpool_postgres::{Pool, Transaction};
use parking_lot::Mutex;
use rustc_hash::FxHashSet;
use tokio_postgres::Error;

use crate::connection::{SCHEMA, take};
use crate::error::Doing;
use crate::migrate::SCHEMA_LOCK;
use crate::reader::Readers;

/// The tables whose rows belong to events, and what their partitions are told: a head is rewritten in
/// place with each batch, for which its page keeps room.
const TABLES: [(&str, &str); 9] = [
    ("heads", "WITH (fillfactor = 20)"),
    ("ledger", ""),
    ("snapshots", ""),
    ("snapshot_pieces", ""),
    ("bookings", ""),
    ("tickets", ""),
    ("charges", ""),
    ("refunds", ""),
    ("notices", ""),
];

/// Which months are known to have their partitions.
#[derive(Default)]
pub(crate) struct Partitions {
    known: Mutex<FxHashSet<u64>>,
}

/// A statement about an event's month, for `{m}` in it. Naming the partition spares the server the search for
/// it, and its plans serve every event of the month.
pub(crate) fn of_month(sql: &str, event: EventNumber) -> String {
    sql.replace("{m}", &month(event).to_string())
}

fn month(event: EventNumber) -> u64 {
    event.get() / EventNumber::PER_MONTH
}

impl Partitions {
    /// Whether an event's month has its partitions.
    pub(crate) async fn has(
        &self,
        readers: &Readers,
        event: EventNumber,
    ) -> Result<bool, StoreError> {
        let month = month(event);
        if self.known.lock().contains(&month) {
            return Ok(true);
        }
        let there = readers.reader().await?.has_table(&last_of(month)).await?;
        if there {
            self.known.lock().insert(month);
        }
        Ok(there)
    }

    /// Sees to it that an event's month has its partitions. A new table is attached rather than created
    /// in place: that needs no lock for which a batch would wait
    /// (<https://www.postgresql.org/docs/current/sql-altertable.html>, ATTACH PARTITION).
    pub(crate) async fn ensure(&self, pool: &Pool, event: EventNumber) -> Result<(), StoreError> {
        let month = month(event);
        if self.known.lock().contains(&month) {
            return Ok(());
        }
        let failed = Doing {
            what: "making a month's partitions",
            table: "partitions",
        }
        .failed();
        let mut client = take(pool).await?;
        let transaction = client.transaction().await.map_err(failed)?;
        let lock =
            format!("SET LOCAL lock_timeout = '60s'; SELECT pg_advisory_xact_lock({SCHEMA_LOCK})");
        transaction.batch_execute(&lock).await.map_err(failed)?;
        let there = tables_of(&transaction, month).await.map_err(failed)?;
        transaction
            .batch_execute(&making(month, &there))
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        self.known.lock().insert(month);
        Ok(())
    }
}

/// The last that is made.
fn last_of(month: u64) -> String {
    format!("notices_{month}")
}

/// Those of a month's tables that are there. A node of an older binary, while such still run, makes a month
/// without the newest.
async fn tables_of(transaction: &Transaction<'_>, month: u64) -> Result<Vec<String>, Error> {
    let sql = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = $1
               AND tablename LIKE '%\\_' || $2";
    let rows = transaction
        .query(sql, &[&SCHEMA, &month.to_string()])
        .await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

fn making(month: u64, there: &[String]) -> String {
    let (from, to) = (
        month * EventNumber::PER_MONTH,
        (month + 1) * EventNumber::PER_MONTH,
    );
    let mut sql = String::new();
    for (table, with) in TABLES {
        let part = format!("{table}_{month}");
        if there.contains(&part) {
            continue;
        }
        sql += &format!(
            "CREATE TABLE {part} (LIKE {table} INCLUDING ALL) {with};
             ALTER TABLE {table} ATTACH PARTITION {part} FOR VALUES FROM ({from}) TO ({to});"
        );
    }
    sql
}
