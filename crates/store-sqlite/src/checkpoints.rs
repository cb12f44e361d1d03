//! Moves the log into the file beside the writer, so that no batch waits for thousands of pages. When
//! the log is long is said by the writer's own commits.
//!
//! ```text
//! a commit finds the log long → this thread moves most of it, while the writer goes on
//!                             → and then the little that came meanwhile, with the writer to itself
//! ```
//!
//! The second step is what lets SQLite begin the log anew: a log that is written without a pause is
//! never moved to its end by the first alone, and would grow for as long as a sale lasts.
//!
//! SQLite before 3.51.3 could lose data when one connection moved the log while another began it anew
//! (<https://www.sqlite.org/wal.html#walresetbug>); `connection.rs` refuses those.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use boxoffice_store::StoreError;
use parking_lot::{Mutex, MutexGuard};
use rusqlite::Connection;

use crate::connection::{self, Purpose};
use crate::error::Doing;
use crate::options::Options;
use crate::writer::Writer;

/// A log of this many pages is moved into the file.
const LONG: i32 = 4_000;

enum Signal {
    LongLog,
    Stop,
}

/// The thread that moves the log; it ends when this is dropped.
pub(crate) struct Checkpoints {
    signals: SyncSender<Signal>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Starts to listen to the commits of `writer`.
    pub(crate) fn start(
        path: &Path,
        options: &Options,
        writer: &Arc<Mutex<Writer>>,
    ) -> Result<Self, StoreError> {
        let (signals, heard) = sync_channel(2);
        let asked = Arc::new(AtomicBool::new(false));
        let (to_ask, signal) = (Arc::clone(&asked), signals.clone());
        let on_commit = move |pages: i32| {
            if pages >= LONG && !to_ask.swap(true, Ordering::Relaxed) {
                // There is room for each kind of signal.
                let _ = signal.try_send(Signal::LongLog);
            }
        };
        writer.lock().after_commits(on_commit)?;
        let connection = connection::open(path, options)?;
        connection::configure(&connection, Purpose::Read, options)?;
        let writer = Arc::clone(writer);
        let thread = std::thread::Builder::new()
            .name("checkpoints".into())
            .spawn(move || listen(&heard, &asked, &connection, &writer))
            .map_err(|error| StoreError::unavailable("starting the checkpoints' thread", error))?;
        Ok(Checkpoints {
            signals,
            thread: Some(thread),
        })
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        let _ = self.signals.send(Signal::Stop);
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell; a panic in it was reported when it happened.
            let _ = thread.join();
        }
    }
}

fn listen(
    signals: &Receiver<Signal>,
    asked: &AtomicBool,
    connection: &Connection,
    writer: &Mutex<Writer>,
) {
    while let Ok(Signal::LongLog) = signals.recv() {
        // What fails is tried again at the next commit; a log that only grows shows in the metrics.
        if move_log(connection).is_ok() {
            let writer = writer.lock();
            let _ = move_log(writer.connection());
            MutexGuard::unlock_fair(writer);
        }
        asked.store(false, Ordering::Relaxed);
    }
}

/// Moves what no reader needs any more, and waits for nobody.
fn move_log(connection: &Connection) -> Result<(), StoreError> {
    connection
        .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
        .map_err(Doing::writing("file").failed())
}

#[cfg(test)]
mod tests {
    use boxoffice_store::Store;
    use boxoffice_store::conformance::{BEGIN, TurnedClock};
    use futures::executor::block_on;

    use super::*;
    use crate::SqliteStore;

    /// Each round writes three long logs; one that were never begun anew would hold them all.
    #[test]
    fn a_log_that_is_written_for_long_does_not_grow_for_ever() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("box.db");
        let clock = Arc::new(TurnedClock::new(BEGIN));
        let options = Options {
            synchronous: crate::Synchronous::Off,
            ..Options::serve()
        };
        let store = SqliteStore::open(&path, &options, clock, &mut |bytes| bytes.fill(7));
        let store = store.expect("it opens");
        let long = 4096 * LONG as u64;
        let plan = vec![1; 3 * long as usize];
        let mut largest = 0;
        for round in 0..6 {
            block_on(store.put_plan(&[round; 32], &plan)).expect("it is written");
            largest = largest.max(store.wal_bytes());
            // What was written after the last signal may stay in the log.
            let moved = u64::from(round) * 3 * long + 2 * long;
            while std::fs::metadata(&path).expect("the file").len() < moved {
                std::thread::yield_now();
            }
        }
        assert!(largest < 6 * long, "{largest} bytes stood in the log");
    }
}
