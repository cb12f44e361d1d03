//! A request's body under a deadline. A body that has arrived with its head costs nothing.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http_body::{Body, Frame, SizeHint};
use hyper::body::{Buf, Incoming};
use tokio::time::{Instant, Sleep};

use crate::activity::Activity;
use crate::limits::Limits;

/// The body did not arrive in time; the answer is 408 (RFC 9110, section 15.5.9).
///
/// A handler that reads the body finds it among the causes of the error, and only the handler can
/// answer: an error that is passed on as it is becomes whatever the framework makes of it (400 with
/// axum's own extractors).
///
/// ```
/// use boxoffice_http_server::BodyTooSlow;
///
/// fn is_too_slow(error: &(dyn std::error::Error + 'static)) -> bool {
///     std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<BodyTooSlow>())
/// }
/// ```
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the request's body did not arrive in time")]
pub struct BodyTooSlow;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How fast a body must come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    timeout: Duration,
    min_rate: u32,
}

impl Pace {
    pub(crate) fn of(limits: &Limits) -> Self {
        Pace {
            timeout: limits.body_timeout,
            min_rate: limits.min_body_rate,
        }
    }

    /// The time that a body may have taken when `received` bytes of it have come.
    fn allowed(self, received: u64) -> Duration {
        match received.checked_div(u64::from(self.min_rate)) {
            Some(seconds) => self.timeout.saturating_add(Duration::from_secs(seconds)),
            None => self.timeout,
        }
    }
}

/// A request's body, `B`, that must arrive within a time; it ends with [`BodyTooSlow`] otherwise.
pub struct TimedBody<B = Incoming> {
    inner: B,
    pace: Pace,
    received: u64,
    wait: Wait,
    unread: Unread,
}

/// Tells the connection, when the body goes, that there was more to read; says nothing once emptied.
struct Unread(Option<Arc<Activity>>);

impl Drop for Unread {
    fn drop(&mut self) {
        if let Some(activity) = &self.0 {
            activity.leave_unread();
        }
    }
}

/// How far the waiting has come.
enum Wait {
    /// It never had to be waited for.
    NotYet,
    /// It was waited for, since the first of these; whether the reader has yielded since the last
    /// frame. hyper only hands a chunk over after the reader has asked for it, so even a chunk that
    /// lies in the buffer is pending once; a timer for that would be one for each small request.
    Since(Instant, bool),
    /// A timer runs.
    Timed(Instant, Pin<Box<Sleep>>),
}

impl<B> TimedBody<B> {
    pub(crate) fn new(inner: B, pace: Pace) -> Self {
        TimedBody {
            inner,
            pace,
            received: 0,
            wait: Wait::NotYet,
            unread: Unread(None),
        }
    }

    /// Ready when the body is too slow. Called when there is nothing to read.
    fn poll_overdue(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let allowed = self.pace.allowed(self.received);
        match &mut self.wait {
            Wait::Timed(since, sleep) => {
                // What has come since the timer was set may have bought time.
                let deadline = since.checked_add(allowed);
                if let Some(deadline) = deadline.filter(|deadline| *deadline > sleep.deadline()) {
                    sleep.as_mut().reset(deadline);
                }
                sleep.as_mut().poll(context)
            }
            Wait::Since(since, true) => {
                let since = *since;
                let sleep =
                    tokio::time::sleep((since + allowed).saturating_duration_since(Instant::now()));
                self.wait = Wait::Timed(since, Box::pin(sleep));
                self.poll_overdue(context)
            }
            Wait::Since(_, yielded) => {
                *yielded = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Wait::NotYet => {
                self.wait = Wait::Since(Instant::now(), true);
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    fn arrived(&mut self, bytes: usize) {
        self.received += bytes as u64;
        if let Wait::Since(_, yielded) = &mut self.wait {
            *yielded = false;
        }
    }
}

impl<B: Body> TimedBody<B> {
    /// Lets the connection know whether the body was read to its end.
    pub(crate) fn told_to(mut self, activity: &Arc<Activity>) -> Self {
        let more = !self.inner.is_end_stream();
        self.unread = Unread(more.then(|| Arc::clone(activity)));
        self
    }
}

impl<B> Body for TimedBody<B>
where
    B: Body + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = B::Data;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) {
            if let Some(Ok(frame)) = &frame {
                self.arrived(frame.data_ref().map_or(0, Buf::remaining));
            }
            if frame.is_none() || self.inner.is_end_stream() {
                self.unread.0 = None;
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        ready!(self.poll_overdue(context));
        Poll::Ready(Some(Err(BodyTooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::convert::Infallible;

    use bytes::Bytes;
    use http_body_util::BodyExt;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const PACE: Pace = Pace {
        timeout: Duration::from_secs(10),
        min_rate: 1000,
    };

    /// A body as hyper gives it: each chunk is pending once, and then comes when its time has.
    struct Script {
        chunks: VecDeque<(Duration, usize)>,
        next: Option<(Option<Pin<Box<Sleep>>>, usize)>,
    }

    fn script(chunks: &[(Duration, usize)]) -> TimedBody<Script> {
        let script = Script {
            chunks: chunks.iter().copied().collect(),
            next: None,
        };
        TimedBody::new(script, PACE)
    }

    impl Body for Script {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            if let Some((sleep, bytes)) = &mut self.next {
                if let Some(sleep) = sleep {
                    ready!(sleep.as_mut().poll(context));
                }
                let bytes = Bytes::from(vec![b'x'; *bytes]);
                self.next = None;
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            let Some((after, bytes)) = self.chunks.pop_front() else {
                return Poll::Ready(None);
            };
            let sleep = (!after.is_zero()).then(|| Box::pin(tokio::time::sleep(after)));
            self.next = Some((sleep, bytes));
            context.waker().wake_by_ref();
            Poll::Pending
        }
    }

    #[tokio::test(start_paused = true)]
    async fn chunks_that_are_there_arm_no_timer() {
        let mut body = script(&[(Duration::ZERO, 10), (Duration::ZERO, 20)]);
        let mut bytes = 0;
        while let Some(frame) = body.frame().await {
            bytes += frame
                .ok()
                .and_then(|frame| frame.into_data().ok())
                .map_or(0, |data| data.len());
            assert!(matches!(body.wait, Wait::Since(_, false)));
        }
        assert_eq!(bytes, 30);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_too_slow() {
        let begun = Instant::now();
        let error = script(&[(1000 * SECOND, 1)]).collect().await.err();
        assert!(error.is_some_and(|error| error.is::<BodyTooSlow>()));
        assert_eq!(begun.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickle_is_too_slow() {
        let begun = Instant::now();
        let error = script(&[(SECOND, 1); 100]).collect().await.err();
        assert!(error.is_some_and(|error| error.is::<BodyTooSlow>()));
        assert_eq!(begun.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_body_that_keeps_the_rate_arrives() {
        let body = script(&[(SECOND, 1000); 60]).collect().await;
        assert_eq!(body.map(|body| body.to_bytes().len()).ok(), Some(60_000));
    }
}
