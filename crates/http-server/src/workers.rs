//! The threads that connections live on. Which connection is let in, and how it is served, is not
//! their business.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// From this many connections on a thread, their leaving frees memory worth giving back.
const CROWD: usize = 1_000;
/// What part of a crowd is still there when it counts as gone.
const REMNANT: usize = 8;

/// Threads with a runtime each, among which connections are dealt out.
///
/// A connection stays on its thread until it ends: no other takes its tasks over, wakes it or frees
/// what it allocated. Beside one runtime for all threads that is a fifth more small answers a second.
/// What a handler spawns lives on that thread too, and goes when the workers are dropped.
pub struct Workers {
    workers: Vec<Arc<Worker>>,
    _stop: Option<DropGuard>,
}

/// One thread's runtime and its connections.
pub(crate) struct Worker {
    handle: Handle,
    /// Whether `handle` is not the accepting runtime's own.
    elsewhere: bool,
    connections: TaskTracker,
    /// The most connections since the last ebb.
    peak: AtomicUsize,
    ebb: fn(),
}

impl Workers {
    /// No threads of their own: connections live on the runtime that this is called in.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    pub fn here() -> Self {
        Workers {
            workers: vec![Worker::new(Handle::current(), false, || {})],
            _stop: None,
        }
    }

    /// Starts `count` threads, at least one. `ebb` is called on a thread most of whose crowd has left:
    /// the time to give memory back. They end, without being waited for, when this is dropped.
    ///
    /// # Errors
    /// When the system has no thread or no descriptors for one.
    pub fn threads(count: usize, ebb: fn()) -> io::Result<Self> {
        let stop = CancellationToken::new();
        let guard = stop.clone().drop_guard();
        let start = |at| {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let handle = runtime.handle().clone();
            let stop = stop.clone();
            std::thread::Builder::new()
                .name(format!("connections-{at}"))
                .spawn(move || {
                    runtime.block_on(stop.cancelled());
                    runtime.shutdown_background();
                })?;
            Ok(Worker::new(handle, true, ebb))
        };
        let workers = (0..count.max(1)).map(start).collect::<io::Result<_>>()?;
        Ok(Workers {
            workers,
            _stop: Some(guard),
        })
    }

    /// The worker with the fewest connections.
    pub(crate) fn idlest(&self) -> &Arc<Worker> {
        let idlest = self.workers.iter().min_by_key(|worker| worker.len());
        idlest.expect("there is at least one")
    }

    /// How many connections live.
    pub(crate) fn connections(&self) -> usize {
        self.workers.iter().map(|worker| worker.len()).sum()
    }

    /// Waits until no connection lives. None may come meanwhile.
    pub(crate) async fn idle(&self) {
        for worker in &self.workers {
            worker.connections.close();
            worker.connections.wait().await;
        }
    }
}

impl Worker {
    fn new(handle: Handle, elsewhere: bool, ebb: fn()) -> Arc<Self> {
        Arc::new(Worker {
            handle,
            elsewhere,
            connections: TaskTracker::new(),
            peak: AtomicUsize::new(0),
            ebb,
        })
    }

    fn len(&self) -> usize {
        self.connections.len()
    }

    /// Makes this thread the one that hears of the socket.
    ///
    /// # Errors
    /// When the system cannot watch it.
    pub(crate) fn adopt(&self, stream: TcpStream) -> io::Result<TcpStream> {
        if !self.elsewhere {
            return Ok(stream);
        }
        let stream = stream.into_std()?;
        let _inside = self.handle.enter();
        TcpStream::from_std(stream)
    }

    /// Runs what belongs to a connection.
    pub(crate) fn spawn(self: &Arc<Self>, task: impl Future<Output = ()> + Send + 'static) {
        let leaving = Leaving(Arc::clone(self));
        self.connections
            .spawn_on(Guest { task, leaving }, &self.handle);
        self.peak.fetch_max(self.len(), Relaxed);
    }

    fn left(&self) {
        let (peak, live) = (self.peak.load(Relaxed), self.len());
        if peak >= CROWD && live <= peak / REMNANT {
            self.peak.store(live, Relaxed);
            (self.ebb)();
        }
    }
}

pin_project! {
    /// What runs on a worker. An `async` block around the task would need room for it twice.
    struct Guest<F> {
        #[pin]
        task: F,
        leaving: Leaving,
    }
}

impl<F: Future<Output = ()>> Future for Guest<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.project().task.poll(context)
    }
}

/// Tells the worker, when dropped, that somebody leaves.
struct Leaving(Arc<Worker>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.left();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;

    static EBBS: AtomicUsize = AtomicUsize::new(0);

    fn ebb() {
        EBBS.fetch_add(1, SeqCst);
    }

    #[tokio::test]
    async fn a_thread_is_told_once_when_its_crowd_has_left() {
        let worker = Worker::new(Handle::current(), false, ebb);
        let gather = |people| {
            let leave = CancellationToken::new();
            for _ in 0..people {
                worker.spawn(leave.clone().cancelled_owned());
            }
            leave
        };
        let (few, crowd) = (gather(100), gather(CROWD));
        crowd.cancel();
        while worker.len() > 100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(EBBS.load(SeqCst), 1);
        few.cancel();
        worker.connections.close();
        worker.connections.wait().await;
        assert_eq!(EBBS.load(SeqCst), 1, "a hundred are no crowd");
    }
}
