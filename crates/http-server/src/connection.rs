//! One connection from its accept to its end: hyper serves it, and one timer watches it. Who is let
//! in, and when all must go, is decided elsewhere.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Version};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulConnection;
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};
use tokio_util::sync::CancellationToken;
use tower::{Service, ServiceExt};

use crate::activity::{Activity, Overdue};
use crate::body::{Pace, TimedBody};
use crate::io::WatchedIo;
use crate::limits::Limits;
use crate::refuse::refuse_slow_head;
use crate::response::TrackedBody;
use crate::takeover::{Afterlife, Takeover};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The least that hyper accepts for a head.
const LEAST_HEADER_BYTES: usize = 8192;

/// What a handler may know of the connection that its request came on; in each request's extensions.
#[derive(Clone)]
pub struct Connection(Arc<Facts>);

struct Facts {
    peer: SocketAddr,
    stopping: CancellationToken,
    activity: Arc<Activity>,
}

impl Connection {
    /// Who sent the request. An IPv4 client of an IPv6 socket has its IPv4 address.
    pub fn peer(&self) -> SocketAddr {
        self.0.peer
    }

    /// Cancelled when the listener stops or the connection's age is reached, so that a stream without
    /// end can say goodbye.
    pub fn stopping(&self) -> &CancellationToken {
        &self.0.stopping
    }

    /// The way to the bare socket. `None` over HTTP/2, where others share it.
    pub fn takeover(&self) -> Option<Takeover> {
        let activity = &self.0.activity;
        (!activity.is_http2()).then(|| Takeover(Arc::clone(activity)))
    }
}

/// What all connections of a listener share.
pub(crate) struct House {
    limits: Limits,
    builder: auto::Builder<TokioExecutor>,
    /// Cancelled when nobody may stay any longer.
    abort: CancellationToken,
}

impl House {
    pub(crate) fn new(limits: Limits, abort: CancellationToken) -> Self {
        House {
            builder: builder(&limits),
            limits,
            abort,
        }
    }
}

/// Serves one connection until it ends, or until a handler takes its socket over: then what goes on
/// with that is given back. `shutdown` is its own token, a child of the listener's.
pub(crate) async fn serve_connection<S, B>(
    house: Arc<House>,
    stream: TcpStream,
    peer: SocketAddr,
    service: S,
    shutdown: CancellationToken,
) -> Option<Afterlife>
where
    S: Service<Request<TimedBody>, Response = Response<B>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    // Answers are small and whole: waiting for more to send only delays them.
    let _ = stream.set_nodelay(true);
    let activity = Arc::new(Activity::new());
    let facts = Connection(Arc::new(Facts {
        peer,
        stopping: shutdown.clone(),
        activity: Arc::clone(&activity),
    }));
    let requests = Arc::clone(&activity);
    let pace = Pace::of(&house.limits);
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let under_way = requests.begin(request.version() == Version::HTTP_2);
        let mut request = request.map(|body| TimedBody::new(body, pace).told_to(&requests));
        request.extensions_mut().insert(facts.clone());
        let answer = service.clone().oneshot(request);
        async move {
            let answer = answer.await?;
            Ok::<_, Infallible>(answer.map(|body| TrackedBody::new(body, under_way)))
        }
    });
    let io = TokioIo::new(WatchedIo::new(stream, Arc::clone(&activity)));
    let connection = house.builder.serve_connection(io, service);
    watch_over(connection, &activity, &house, shutdown).await;
    activity.socket.afterlife()
}

/// Drives a connection until it ends. With it goes its socket, unless somebody wants that.
async fn watch_over<C: GracefulConnection>(
    connection: C,
    activity: &Activity,
    house: &House,
    shutdown: CancellationToken,
) {
    let mut connection = std::pin::pin!(connection);
    let mut watch = Watch::new(activity, &house.limits);
    let last = tokio::select! {
        biased;
        // How a connection ends is the client's business.
        ended = watched(connection.as_mut(), &mut watch) => ended,
        () = shutdown.cancelled() => Ended::Stopped,
    };
    let patience = match last {
        Ended::Itself | Ended::TakenOver => return,
        Ended::Overdue(overdue) => {
            metrics::counter!("http_connections_cut_total", "reason" => overdue.label())
                .increment(1);
            if overdue == Overdue::Write {
                activity.give_up();
            }
            if overdue == Overdue::Head && activity.has_half_head() {
                let socket = &activity.socket;
                socket.claim(Box::new(|socket| Box::pin(refuse_slow_head(socket))));
            }
            if overdue != Overdue::Idle {
                return;
            }
            house.limits.header_timeout
        }
        Ended::OfAge => {
            shutdown.cancel();
            house.limits.drain_deadline
        }
        // The listener measures its own patience.
        Ended::Stopped => Duration::MAX,
    };
    connection.as_mut().graceful_shutdown();
    watch.leaving = true;
    tokio::select! {
        _ = watched(connection, &mut watch) => {}
        () = house.abort.cancelled() => {}
        () = tokio::time::sleep(patience) => {}
    }
}

/// Why a connection is not served on.
enum Ended {
    Itself,
    /// A handler goes on with the socket.
    TakenOver,
    Overdue(Overdue),
    OfAge,
    Stopped,
}

/// Drives `connection` until it ends or its watch says so.
async fn watched<C: Future>(mut connection: Pin<&mut C>, watch: &mut Watch<'_>) -> Ended {
    std::future::poll_fn(move |context| match connection.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(Ended::Itself),
        Poll::Pending if watch.activity.can_hand_over() => Poll::Ready(Ended::TakenOver),
        Poll::Pending => watch.poll_after(context),
    })
    .await
}

/// One timer for all deadlines of a connection. It is set back only for what is rare (half a head,
/// a reader that stopped) and otherwise looks, when it fires, how late it is: so that a request
/// does not touch the timer wheel.
struct Watch<'a> {
    activity: &'a Activity,
    limits: &'a Limits,
    of_age: Option<Instant>,
    /// The connection was asked to go: its age and its idleness say nothing any more.
    leaving: bool,
    sleep: Pin<Box<Sleep>>,
}

impl<'a> Watch<'a> {
    fn new(activity: &'a Activity, limits: &'a Limits) -> Self {
        let of_age = limits
            .max_connection_age
            .and_then(|age| activity.born().checked_add(age));
        let first = activity.born() + limits.header_timeout.min(limits.idle_timeout);
        let first = of_age.map_or(first, |of_age| of_age.min(first));
        Watch {
            activity,
            limits,
            of_age,
            leaving: false,
            sleep: Box::pin(tokio::time::sleep_until(first)),
        }
    }

    /// Looks after the connection has done what it could.
    fn poll_after(&mut self, context: &mut Context<'_>) -> Poll<Ended> {
        let pressing = self.activity.deadline(self.limits);
        if let Some((at, Overdue::Head | Overdue::Write)) = pressing
            && at < self.sleep.deadline()
        {
            self.sleep.as_mut().reset(at);
        }
        while self.sleep.as_mut().poll(context).is_ready() {
            let now = Instant::now();
            let of_age = self.of_age.filter(|_| !self.leaving);
            if of_age.is_some_and(|of_age| of_age <= now) {
                return Poll::Ready(Ended::OfAge);
            }
            // No wait that begins later can be over before.
            let latest = now + self.limits.idle_timeout;
            let next = match self.activity.deadline(self.limits) {
                Some((_, Overdue::Idle)) if self.leaving => latest,
                Some((at, overdue)) if at <= now => return Poll::Ready(Ended::Overdue(overdue)),
                Some((at, _)) => at.min(latest),
                None => latest,
            };
            let next = of_age.map_or(next, |of_age| of_age.min(next));
            self.sleep.as_mut().reset(next);
        }
        Poll::Pending
    }
}

fn builder(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let header_bytes = limits.max_header_bytes.max(LEAST_HEADER_BYTES);
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        // hyper's own limit is the keep-alive wait as well, and does not see a connection that has
        // not yet shown its protocol; the watch does both.
        .header_read_timeout(None)
        .max_buf_size(header_bytes)
        .keep_alive(true);
    // Never `pipeline_flush`: with it hyper 1.12 takes frames from an answer's body without regard
    // to how much it has not written yet, and a reader that stopped costs memory without end.
    builder
        .http2()
        .timer(TokioTimer::new())
        // Finds out the dead: a stream that says nothing would keep them for ever.
        .keep_alive_interval(Some(limits.write_timeout))
        .keep_alive_timeout(limits.write_timeout)
        .max_concurrent_streams(limits.http2_max_streams)
        .initial_stream_window_size(limits.http2_window)
        .initial_connection_window_size(limits.http2_window)
        .max_send_buf_size(limits.http2_max_send_buffer)
        .max_header_list_size(u32::try_from(header_bytes).unwrap_or(u32::MAX));
    builder
}
