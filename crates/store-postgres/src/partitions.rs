//! A month of events is a partition of each table that belongs to events, made before the first event
//! of that month. What stands in them is not known here.

use boxoffice_model::EventNumber;
use boxoffice_store::StoreError;
use deadpool_postgres::Pool;
use parking_lot::Mutex;
use rustc_hash::FxHashSet;

use crate::connection::take;
use crate::error::Doing;
use crate::migrate::{SCHEMA_LOCK, has_table};

/// The tables whose rows belong to events, and what their partitions are told: a head is rewritten in
/// place with each batch, for which its page keeps room.
const TABLES: [(&str, &str); 7] = [
    ("heads", "WITH (fillfactor = 20)"),
    ("ledger", ""),
    ("snapshots", ""),
    ("snapshot_pieces", ""),
    ("bookings", ""),
    ("tickets", ""),
    ("charges", ""),
];

/// Which months are known to have their partitions.
#[derive(Default)]
pub(crate) struct Partitions {
    known: Mutex<FxHashSet<u64>>,
}

impl Partitions {
    /// Sees to it that an event's month has its partitions. A new table is attached rather than created
    /// in place: that needs no lock for which a batch would wait
    /// (<https://www.postgresql.org/docs/current/sql-altertable.html>, ATTACH PARTITION).
    pub(crate) async fn ensure(&self, pool: &Pool, event: EventNumber) -> Result<(), StoreError> {
        let month = event.get() / EventNumber::PER_MONTH;
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
        let last = format!("charges_{month}");
        if !has_table(&*transaction, &last).await.map_err(failed)? {
            transaction
                .batch_execute(&making(month))
                .await
                .map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)?;
        self.known.lock().insert(month);
        Ok(())
    }
}

fn making(month: u64) -> String {
    let (from, to) = (
        month * EventNumber::PER_MONTH,
        (month + 1) * EventNumber::PER_MONTH,
    );
    let mut sql = String::new();
    for (table, with) in TABLES {
        sql += &format!(
            "CREATE TABLE {table}_{month} (LIKE {table} INCLUDING ALL) {with};
             ALTER TABLE {table} ATTACH PARTITION {table}_{month} FOR VALUES FROM ({from}) TO ({to});"
        );
    }
    sql
}
