//! The loop: accept, let in or refuse, and stop without cutting anyone off. How a connection is
//! served is said elsewhere.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::Service;

use crate::body::TimedBody;
use crate::connection::{House, serve_connection};
use crate::limits::Limits;
use crate::refuse::Refusals;
use crate::room::Room;
use crate::workers::Workers;

/// How long to wait when the system has no descriptor left for another connection.
const NO_DESCRIPTOR_PAUSE: Duration = Duration::from_millis(50);

/// How a listener ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServeReport {
    /// Connections that were let in.
    pub served: u64,
    /// Connections that were answered 503 because there was no room.
    pub refused: u64,
    /// Connections that were still busy at the drain deadline and were cut off.
    pub aborted: usize,
}

/// Serves `service` on `listener` until `shutdown`, then lets requests under way finish, for at
/// most [`Limits::drain_deadline`]. Connections live on `workers`.
///
/// HTTP/1.1 and HTTP/2 with prior knowledge are spoken on the same port. Each request carries
/// [`Connection`](crate::Connection) in its extensions. An
/// `axum::Router` is such a service as it is.
///
/// Metrics: `http_connections`, `http_connections_refused_total{reason}` and
/// `http_connections_cut_total{reason}` (`slow_head`, `slow_reader`, `idle`).
pub async fn serve<S, B>(
    listener: TcpListener,
    service: S,
    limits: Limits,
    workers: &Workers,
    shutdown: CancellationToken,
) -> ServeReport
where
    S: Service<Request<TimedBody>, Response = Response<B>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (room, refusals) = (Room::new(&limits), Refusals::new());
    let (drain_deadline, abort) = (limits.drain_deadline, CancellationToken::new());
    let house = Arc::new(House::new(limits, abort.clone()));
    let mut report = ServeReport::default();
    while let Some((stream, peer)) = next(&listener, &shutdown).await {
        let place = match room.enter(peer.ip()) {
            Ok(place) => place,
            Err(full) => {
                metrics::counter!("http_connections_refused_total", "reason" => full.label())
                    .increment(1);
                report.refused += 1;
                refusals.refuse(stream);
                continue;
            }
        };
        report.served += 1;
        let worker = workers.idlest();
        let stream = match worker.adopt(stream) {
            Ok(stream) => stream,
            Err(error) => {
                tracing::warn!(%error, "Cannot watch a connection");
                continue;
            }
        };
        let own = shutdown.child_token();
        let connection = serve_connection(Arc::clone(&house), stream, peer, service.clone(), own);
        let (same, abort) = (Arc::clone(worker), abort.clone());
        worker.spawn(async move {
            if let Some(afterlife) = connection.await {
                // A task of its own, which is as small as what goes on.
                same.spawn(async move {
                    abort.run_until_cancelled_owned(afterlife).await;
                    drop(place);
                });
            }
        });
    }
    drop(listener);
    let drained = tokio::time::timeout(drain_deadline, workers.idle()).await;
    if drained.is_err() {
        report.aborted = workers.connections();
        tracing::warn!(
            "Cut off {} connections that did not finish in time",
            report.aborted
        );
        abort.cancel();
        workers.idle().await;
    }
    report
}

/// The next connection; `None` when it is time to stop.
async fn next(
    listener: &TcpListener,
    shutdown: &CancellationToken,
) -> Option<(TcpStream, SocketAddr)> {
    let mut failing = false;
    loop {
        let accepted = tokio::select! {
            biased;
            () = shutdown.cancelled() => return None,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                // A socket for both families shows IPv4 clients as ::ffff:a.b.c.d.
                let address = SocketAddr::new(peer.ip().to_canonical(), peer.port());
                return Some((stream, address));
            }
            Err(error) if concerns_one(&error) => {}
            Err(error) => {
                if !failing {
                    tracing::warn!(%error, "Cannot accept a connection");
                }
                failing = true;
                // The reason is still there (EMFILE): trying at once would only spin.
                let pause = tokio::time::sleep(NO_DESCRIPTOR_PAUSE);
                let _ = shutdown.run_until_cancelled(pause).await;
            }
        }
    }
}

/// Whether a failed accept was about one connection that ended before we took it.
fn concerns_one(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
