//! The readers: a few connections, each used by one reading at a time, off the runtime's threads.
//! They never write and never checkpoint.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use boxoffice_store::StoreError;
use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::connection::{self, Purpose};
use crate::error::Doing;
use crate::options::Options;

/// A pool of connections that are opened as they are needed.
pub(crate) struct Readers {
    pool: Arc<Pool>,
    permits: Arc<Semaphore>,
}

struct Pool {
    path: PathBuf,
    options: Options,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: &Path, options: &Options) -> Self {
        let pool = Pool {
            path: path.to_owned(),
            options: options.clone(),
            idle: Mutex::default(),
        };
        Readers {
            pool: Arc::new(pool),
            permits: Arc::new(Semaphore::new(options.readers.max(1))),
        }
    }

    /// Runs `read` in a transaction of its own: everything it sees is of one moment. It should take
    /// far less than a second, because the log cannot be emptied meanwhile.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let pool = Arc::clone(&self.pool);
        off_the_runtime(move || {
            // Moved in here: it is given back when the reading is over, not when its caller left.
            let _permit = permit;
            pool.read(read)
        })
        .await
    }
}

impl Pool {
    fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self.idle.lock().pop();
        let connection = idle.map_or_else(|| self.open(), Ok)?;
        let result = in_transaction(&connection, read);
        if connection.is_autocommit() {
            self.idle.lock().push(connection);
        }
        result
    }

    fn open(&self) -> Result<Connection, StoreError> {
        let connection = connection::open(&self.path, &self.options)?;
        connection::configure(&connection, Purpose::Read, &self.options)?;
        Ok(connection)
    }
}

fn in_transaction<T>(
    connection: &Connection,
    read: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let failed = Doing {
        what: "reading",
        table: "file",
    }
    .failed();
    let transaction = connection.unchecked_transaction().map_err(failed)?;
    let result = read(&transaction)?;
    // Nothing was written: rolling back is the cheaper way out.
    transaction.rollback().map_err(failed)?;
    Ok(result)
}

/// Runs blocking work where it stalls nobody: on the runtime's pool for it, or right here when no
/// runtime drives the caller, as on a lane's own thread.
pub(crate) async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => match runtime.spawn_blocking(work).await {
            Ok(result) => result,
            Err(error) => Err(StoreError::unavailable(
                "running work off the runtime",
                error,
            )),
        },
        Err(_) => work(),
    }
}
