//! Reading: a connection for a query or two, and a bound on how long it may take.

use boxoffice_store::StoreError;
use deadpool_postgres::{Object, Pool};
use tokio_postgres::Row;

use crate::connection::take;
use crate::error::{Doing, too_slow};
use crate::migrate::has_table;
use crate::options::READING;
use crate::row::Params;

/// Reads on connections of their own.
pub(crate) struct Readers(pub(crate) Pool);

/// A connection that is only read on.
pub(crate) struct Reader(Object);

impl Readers {
    pub(crate) async fn reader(&self) -> Result<Reader, StoreError> {
        take(&self.0).await.map(Reader)
    }
}

impl Reader {
    /// The rows of a query over a table.
    pub(crate) async fn rows(
        &self,
        table: &'static str,
        sql: &str,
        params: &Params<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let failed = Doing::reading(table).failed();
        let reading = async {
            let statement = self.0.prepare_cached(sql).await.map_err(failed)?;
            self.0.query(&statement, params).await.map_err(failed)
        };
        match tokio::time::timeout(READING, reading).await {
            Ok(rows) => rows,
            Err(_) => Err(too_slow("reading")),
        }
    }

    /// Whether there is a table of ours.
    pub(crate) async fn has_table(&self, name: &str) -> Result<bool, StoreError> {
        let failed = Doing::reading("tables").failed();
        match tokio::time::timeout(READING, has_table(&**self.0, name)).await {
            Ok(there) => there.map_err(failed),
            Err(_) => Err(too_slow("reading")),
        }
    }
}
