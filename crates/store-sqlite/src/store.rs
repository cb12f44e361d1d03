//! The store itself: opened once, read by many, written through batches. Rows are read and written
//! in the modules beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use boxoffice_inventory::StoredEntry;
use boxoffice_model::{Clock, Digest, EventNumber, KeyRing, Timestamp};
use boxoffice_store::{
    Batch, Booking, Catalogue, Charge, EventHead, EventRecord, Refund, Stage, StagedEvent, Store,
    StoreError, Ticket, Writers,
};
use parking_lot::{ArcMutexGuard, Mutex};
use rusqlite::Connection;

use crate::batch::SqliteBatch;
use crate::checkpoints::Checkpoints;
use crate::locks::{ImportLock, ServeLock, beside};
use crate::migrate::Schema;
use crate::options::{Options, Role};
use crate::readers::{Readers, off_the_runtime};
use crate::writer::Writer;
use crate::{connection, keys, ledger, migrate, money, plans, publication, snapshots, stages};

/// For how long a check of the store waits for the batch that is being written.
const PATIENCE: Duration = Duration::from_secs(2);

/// A store in one SQLite file.
pub struct SqliteStore {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    // In the order in which they must go: the server's writer, closed last, tidies the log away;
    // only then may another process serve the file.
    readers: Readers,
    _checkpoints: Option<Checkpoints>,
    writer: Arc<Mutex<Writer>>,
    failing: Arc<AtomicBool>,
    _serving: Option<ServeLock>,
}

impl SqliteStore {
    /// Opens the file at `path`; sets it up, or brings it up to date, where need be. `draw` fills
    /// bytes at random, for the keys of a new store.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when it is not there, not ours, or served by another process;
    /// [`StoreError::Newer`] when a newer binary wrote it.
    pub fn open(
        path: impl AsRef<Path>,
        options: &Options,
        clock: Arc<dyn Clock>,
        draw: &mut dyn FnMut(&mut [u8]),
    ) -> Result<Self, StoreError> {
        let path = path.as_ref().to_owned();
        make_file(&path, options.create)?;
        let serving = match options.role {
            Role::Serve => Some(ServeLock::take(&path)?),
            Role::Command => None,
        };
        let mut connection = connection::open(&path, options)?;
        set_up(&mut connection, &path, options, draw)?;
        let failing = Arc::new(AtomicBool::new(false));
        let writer = Writer::new(connection, &path, options, Arc::clone(&failing))?;
        let writer = Arc::new(Mutex::new(writer));
        let checkpoints = match options.role {
            Role::Serve => Some(Checkpoints::start(&path, options, &writer)?),
            Role::Command => None,
        };
        Ok(SqliteStore {
            readers: Readers::new(&path, options),
            path,
            clock,
            _checkpoints: checkpoints,
            writer,
            failing,
            _serving: serving,
        })
    }

    /// Bytes of the write-ahead log, for metrics: it grows while a reading takes too long.
    pub fn wal_bytes(&self) -> u64 {
        // Asked by name: the log's file must not be opened by anyone but SQLite.
        std::fs::metadata(beside(&self.path, "-wal")).map_or(0, |file| file.len())
    }

    /// Lets the file grow to `pages` at most, as on a full disk. For tests.
    #[doc(hidden)]
    pub fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        let writer = self.writer.lock();
        let sql = format!("PRAGMA max_page_count = {pages}");
        let done = writer.connection().query_row(&sql, [], |_| Ok(()));
        done.map_err(|error| StoreError::unavailable("limiting the file", error))
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.readers.read(read).await
    }
}

/// Sees to it that there is a file, readable by its owner only: there are keys and names in it.
fn make_file(path: &Path, create: bool) -> Result<(), StoreError> {
    if path.exists() {
        return Ok(());
    }
    if !create {
        let what = format!(
            "there is no store at {}: import a catalogue first",
            path.display()
        );
        return Err(StoreError::Unusable(what));
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => {
            let what = format!("the store {} cannot be made: {error}", path.display());
            Err(StoreError::Unusable(what))
        }
    }
}

fn set_up(
    connection: &mut Connection,
    path: &Path,
    options: &Options,
    draw: &mut dyn FnMut(&mut [u8]),
) -> Result<(), StoreError> {
    let schema = migrate::schema(connection)?;
    if schema == Schema::Current {
        return Ok(());
    }
    if schema == Schema::None && !options.create {
        let what = format!("{} is empty: import a catalogue first", path.display());
        return Err(StoreError::Unusable(what));
    }
    // Tables must not change under a server that runs: only who could serve may do it.
    let _alone = match (schema, options.role) {
        (Schema::Older, Role::Command) => Some(ServeLock::take(path)?),
        _ => None,
    };
    connection::configure(connection, connection::Purpose::Write, options)?;
    migrate::migrate(connection, draw)
}

#[async_trait]
impl Store for SqliteStore {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn writers(&self) -> Writers {
        Writers::One
    }

    /// A file tells nobody.
    async fn changed(&self) -> Vec<EventNumber> {
        std::future::pending().await
    }

    /// Reads a row; tries a write only if the last one failed.
    async fn ready(&self) -> Result<(), StoreError> {
        self.read(publication::revision).await?;
        if !self.failing.load(Ordering::Relaxed) {
            return Ok(());
        }
        let writer = Arc::clone(&self.writer);
        off_the_runtime(move || {
            let Some(mut writer) = writer.try_lock_arc_for(PATIENCE) else {
                let busy = "a batch has not ended for seconds";
                return Err(StoreError::unavailable("waiting for the writer", busy));
            };
            let result = writer.probe();
            ArcMutexGuard::unlock_fair(writer);
            result
        })
        .await
    }

    async fn keys(&self) -> Result<KeyRing, StoreError> {
        self.read(keys::read).await
    }

    async fn catalogue(&self, after: u64) -> Result<Catalogue, StoreError> {
        self.read(move |connection| publication::catalogue(connection, after))
            .await
    }

    async fn event(&self, event: EventNumber) -> Result<Option<EventRecord>, StoreError> {
        self.read(move |connection| publication::event(connection, event))
            .await
    }

    async fn next_number(&self, year: u16, month: u8) -> Result<EventNumber, StoreError> {
        self.read(move |connection| publication::next_number(connection, year, month))
            .await
    }

    async fn begin_stage(&self) -> Result<Stage, StoreError> {
        let (writer, path) = (Arc::clone(&self.writer), self.path.clone());
        off_the_runtime(move || {
            let guard = Box::new(ImportLock::take(&path)?);
            let id = stages::begin(&writer)?;
            Ok(Stage { id, guard })
        })
        .await
    }

    async fn stage(&self, stage: &Stage, events: &[StagedEvent]) -> Result<(), StoreError> {
        let (writer, id, events) = (Arc::clone(&self.writer), stage.id, events.to_vec());
        off_the_runtime(move || stages::add(&writer, id, &events)).await
    }

    async fn put_plan(&self, hash: &Digest, plan: &[u8]) -> Result<(), StoreError> {
        let hash = *hash;
        if self
            .read(move |connection| plans::has(connection, &hash))
            .await?
        {
            return Ok(());
        }
        let (writer, plan) = (Arc::clone(&self.writer), plan.to_owned());
        off_the_runtime(move || plans::write(&writer, &hash, &plan)).await
    }

    async fn plan(&self, hash: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let hash = *hash;
        self.read(move |connection| plans::read(connection, &hash))
            .await
    }

    async fn heads(&self) -> Result<Vec<EventHead>, StoreError> {
        self.read(ledger::heads).await
    }

    async fn heads_of(&self, events: &[EventNumber]) -> Result<Vec<EventHead>, StoreError> {
        let events = events.to_vec();
        self.read(move |connection| {
            let heads = events.iter().map(|event| ledger::head(connection, *event));
            heads.filter_map(Result::transpose).collect()
        })
        .await
    }

    async fn snapshot(&self, event: EventNumber) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        self.read(move |connection| snapshots::read(connection, event))
            .await
    }

    async fn put_snapshot(
        &self,
        event: EventNumber,
        version: u64,
        snapshot: &[u8],
    ) -> Result<(), StoreError> {
        let (writer, snapshot) = (Arc::clone(&self.writer), snapshot.to_owned());
        off_the_runtime(move || snapshots::write(&writer, event, version, &snapshot)).await
    }

    async fn tail(
        &self,
        event: EventNumber,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        self.read(move |connection| ledger::tail(connection, event, after, limit))
            .await
    }

    async fn reservation(
        &self,
        event: EventNumber,
        first: u64,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        self.read(move |connection| ledger::reservation(connection, event, first))
            .await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<EventNumber>, StoreError> {
        self.read(move |connection| ledger::due(connection, now, limit))
            .await
    }

    async fn booking(
        &self,
        event: EventNumber,
        attempt: u64,
    ) -> Result<Option<Booking>, StoreError> {
        self.read(move |connection| money::booking(connection, event, attempt))
            .await
    }

    async fn unfinished(&self, limit: usize) -> Result<Vec<Booking>, StoreError> {
        self.read(move |connection| money::unfinished(connection, limit))
            .await
    }

    async fn troubled(&self, limit: usize) -> Result<Vec<Booking>, StoreError> {
        self.read(move |connection| money::troubled(connection, limit))
            .await
    }

    async fn refunds(
        &self,
        event: EventNumber,
        attempt: Option<u64>,
    ) -> Result<Vec<Refund>, StoreError> {
        self.read(move |connection| money::refunds(connection, event, attempt))
            .await
    }

    async fn bookings(
        &self,
        event: EventNumber,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Booking>, StoreError> {
        self.read(move |connection| money::bookings(connection, event, after, limit))
            .await
    }

    async fn orders_of(
        &self,
        event: EventNumber,
        email: &str,
        limit: usize,
    ) -> Result<Vec<Booking>, StoreError> {
        let email = email.to_owned();
        self.read(move |connection| money::orders_of(connection, event, &email, limit))
            .await
    }

    async fn tickets(&self, event: EventNumber) -> Result<Vec<Ticket>, StoreError> {
        self.read(move |connection| money::tickets(connection, event))
            .await
    }

    async fn charges(&self, event: EventNumber) -> Result<Vec<Charge>, StoreError> {
        self.read(move |connection| money::charges(connection, event))
            .await
    }

    async fn charge(&self, event: EventNumber, attempt: u64) -> Result<Option<Charge>, StoreError> {
        self.read(move |connection| money::charge(connection, event, attempt))
            .await
    }

    /// Blocks its thread until the batch before it has ended: call it where blocking is allowed, and
    /// never while this thread has a batch of its own.
    async fn begin(&self) -> Result<Box<dyn Batch>, StoreError> {
        let writer = self.writer.lock_arc();
        let batch = SqliteBatch::begin(writer, Arc::clone(&self.clock))?;
        Ok(Box::new(batch))
    }
}
