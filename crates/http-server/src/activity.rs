//! What a connection is doing, and until when it may: a few atomics that its socket, its requests
//! and its answers write and its watch reads. No timer lives here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::Instant;

use crate::limits::Limits;
use crate::takeover::SocketSlot;

/// No such moment.
const NEVER: u64 = u64::MAX;

/// How HTTP/2 begins (RFC 9113, section 3.4); no method of HTTP/1 does.
const HTTP2: &[u8] = b"PRI ";

/// Why a connection is closed by us; the label of `http_connections_cut_total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overdue {
    /// A request's head did not come in time.
    Head,
    /// An answer was not taken in time.
    Write,
    /// No request came.
    Idle,
}

impl Overdue {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Overdue::Head => "slow_head",
            Overdue::Write => "slow_reader",
            Overdue::Idle => "idle",
        }
    }
}

/// What one connection is doing. Moments are milliseconds since it was accepted.
///
/// HTTP/1 runs all of this on one task. Of HTTP/2's requests, which run on tasks of their own, only
/// beginnings and ends are counted; what a reader on another task sees late is seen by its next look.
pub(crate) struct Activity {
    born: Instant,
    requests: AtomicU32,
    http2: AtomicBool,
    /// When the head that is being read began, or `NEVER`.
    head_since: AtomicU64,
    /// Bytes of that head have come.
    half_head: AtomicBool,
    /// When the last request ended.
    idle_since: AtomicU64,
    /// When the socket stopped taking bytes, or `NEVER`.
    blocked_since: AtomicU64,
    given_up: AtomicBool,
    /// The last request's body was left before its end.
    unread: AtomicBool,
    /// Where a handler finds the socket that it wants for itself.
    pub(crate) socket: SocketSlot,
}

impl Activity {
    /// A connection accepted now. Its first head is awaited at once: until it has come, even the
    /// protocol is unknown.
    pub(crate) fn new() -> Self {
        Activity {
            born: Instant::now(),
            requests: AtomicU32::new(0),
            http2: AtomicBool::new(false),
            head_since: AtomicU64::new(0),
            half_head: AtomicBool::new(false),
            idle_since: AtomicU64::new(0),
            blocked_since: AtomicU64::new(NEVER),
            given_up: AtomicBool::new(false),
            unread: AtomicBool::new(false),
            socket: SocketSlot::default(),
        }
    }

    pub(crate) fn born(&self) -> Instant {
        self.born
    }

    fn now(&self) -> u64 {
        // A connection does not live for 500 million years.
        self.born.elapsed().as_millis() as u64
    }

    /// These bytes came. Between requests of HTTP/1 they begin a head; HTTP/2, which says so with its
    /// first ones, also sends pings and the like, which are no work.
    pub(crate) fn received(&self, bytes: &[u8]) {
        let waiting = self.requests.load(Relaxed) == 0 && !self.http2.load(Relaxed);
        if !waiting || self.half_head.load(Relaxed) {
            return;
        }
        let http2 = bytes.starts_with(HTTP2);
        self.http2.store(http2, Relaxed);
        self.half_head.store(!http2, Relaxed);
        if !http2 && self.head_since.load(Relaxed) == NEVER {
            self.head_since.store(self.now(), Relaxed);
        }
    }

    /// Whether a head of HTTP/1 has begun and not ended.
    pub(crate) fn has_half_head(&self) -> bool {
        self.half_head.load(Relaxed)
    }

    /// The socket takes no more bytes.
    pub(crate) fn write_blocked(&self) {
        if self.blocked_since.load(Relaxed) == NEVER {
            self.blocked_since.store(self.now(), Relaxed);
        }
    }

    /// The socket took bytes.
    pub(crate) fn wrote(&self) {
        if self.blocked_since.load(Relaxed) != NEVER {
            self.blocked_since.store(NEVER, Relaxed);
        }
    }

    /// A request's body is let go of before its end.
    pub(crate) fn leave_unread(&self) {
        self.unread.store(true, Relaxed);
    }

    /// Whether the client may still be sending a body that nobody reads. HTTP/2 has told it not to.
    pub(crate) fn is_unread(&self) -> bool {
        self.unread.load(Relaxed) && !self.is_http2()
    }

    /// Whether HTTP/2 is spoken, as far as the requests so far say.
    pub(crate) fn is_http2(&self) -> bool {
        self.http2.load(Relaxed)
    }

    /// Whether the socket can be taken from its parser: somebody wants it, and nothing that was
    /// answered before is still to be written. A parser that has something left has just tried.
    pub(crate) fn can_hand_over(&self) -> bool {
        self.socket.is_claimed() && self.blocked_since.load(Relaxed) == NEVER
    }

    /// What is not written will not be taken.
    pub(crate) fn give_up(&self) {
        self.given_up.store(true, Relaxed);
    }

    pub(crate) fn is_given_up(&self) -> bool {
        self.given_up.load(Relaxed)
    }

    /// A request's head is whole; it is under way until the guard is dropped.
    pub(crate) fn begin(self: &Arc<Self>, http2: bool) -> UnderWay {
        if http2 {
            self.http2.store(true, Relaxed);
        }
        self.requests.fetch_add(1, Relaxed);
        self.unread.store(false, Relaxed);
        self.half_head.store(false, Relaxed);
        self.head_since.store(NEVER, Relaxed);
        UnderWay(Arc::clone(self))
    }

    /// What this connection must have finished next, and by when. `None` while it works and its
    /// client reads.
    pub(crate) fn deadline(&self, limits: &Limits) -> Option<(Instant, Overdue)> {
        let next = |since: u64, most: Duration| self.born + Duration::from_millis(since) + most;
        let blocked = self.blocked_since.load(Relaxed);
        if blocked != NEVER {
            return Some((next(blocked, limits.write_timeout), Overdue::Write));
        }
        if self.requests.load(Relaxed) > 0 {
            return None;
        }
        Some(match self.head_since.load(Relaxed) {
            NEVER => (
                next(self.idle_since.load(Relaxed), limits.idle_timeout),
                Overdue::Idle,
            ),
            head => (next(head, limits.header_timeout), Overdue::Head),
        })
    }
}

/// A request that is under way until its answer is written or given up.
pub(crate) struct UnderWay(Arc<Activity>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.idle_since.store(self.0.now(), Relaxed);
        self.0.requests.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(connection: &Activity) -> Option<(Duration, Overdue)> {
        let (at, what) = connection.deadline(&Limits::default())?;
        Some((at - connection.born(), what))
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_silent_newcomer_has_the_time_of_a_head() {
        let connection = Activity::new();
        tokio::time::advance(3 * SECOND).await;
        connection.received(b"x");
        assert_eq!(after(&connection), Some((10 * SECOND, Overdue::Head)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_under_way_has_no_deadline_and_then_the_wait_begins() {
        let connection = Arc::new(Activity::new());
        let request = connection.begin(false);
        tokio::time::advance(100 * SECOND).await;
        connection.received(b"x");
        assert_eq!(after(&connection), None);
        drop(request);
        assert_eq!(after(&connection), Some((175 * SECOND, Overdue::Idle)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickle_does_not_renew_the_time_of_a_head() {
        let connection = Arc::new(Activity::new());
        drop(connection.begin(false));
        tokio::time::advance(5 * SECOND).await;
        for _ in 0..5 {
            connection.received(b"x");
            tokio::time::advance(SECOND).await;
        }
        assert_eq!(after(&connection), Some((15 * SECOND, Overdue::Head)));
    }

    #[tokio::test(start_paused = true)]
    async fn pings_do_not_keep_an_http2_connection() {
        let connection = Arc::new(Activity::new());
        drop(connection.begin(true));
        tokio::time::advance(20 * SECOND).await;
        connection.received(b"x");
        assert_eq!(after(&connection), Some((75 * SECOND, Overdue::Idle)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_stopped_is_overdue_even_in_a_request() {
        let connection = Arc::new(Activity::new());
        let _request = connection.begin(false);
        tokio::time::advance(SECOND).await;
        connection.write_blocked();
        tokio::time::advance(SECOND).await;
        connection.write_blocked();
        assert_eq!(after(&connection), Some((31 * SECOND, Overdue::Write)));
        connection.wrote();
        assert_eq!(after(&connection), None);
    }
}
