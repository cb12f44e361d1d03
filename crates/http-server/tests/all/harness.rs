//! A listener on a free port and a client that sends what it is told, well-formed or not. It
//! asserts nothing.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use boxoffice_http_server::{Limits, ServeReport, Workers, bind, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Long enough for no limit to strike by itself.
pub(crate) const LONG: Duration = Duration::from_secs(600);
/// A limit that is to strike.
pub(crate) const SHORT: Duration = Duration::from_millis(50);

pub(crate) const GET: &str = "GET / HTTP/1.1\r\nhost: box\r\n\r\n";

/// Limits of which none strikes.
pub(crate) fn patient() -> Limits {
    Limits {
        header_timeout: LONG,
        body_timeout: LONG,
        write_timeout: LONG,
        idle_timeout: LONG,
        drain_deadline: LONG,
        ..Limits::default()
    }
}

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: CancellationToken,
    served: JoinHandle<ServeReport>,
}

impl Running {
    pub(crate) fn start(router: Router, limits: Limits) -> Self {
        Self::start_on(Workers::here(), router, limits)
    }

    pub(crate) fn start_on(workers: Workers, router: Router, limits: Limits) -> Self {
        let listener = bind(([127, 0, 0, 1], 0).into()).unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        let served =
            tokio::spawn(async move { serve(listener, router, limits, &workers, stop).await });
        Running {
            address,
            shutdown,
            served,
        }
    }

    pub(crate) async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }

    pub(crate) async fn stop(self) -> ServeReport {
        self.shutdown.cancel();
        self.served.await.unwrap()
    }
}

pub(crate) struct Client(pub(crate) TcpStream);

impl Client {
    pub(crate) async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// All that comes until the server closes, which must be an end and not a reset: that could
    /// take the answer with it.
    pub(crate) async fn rest(&mut self) -> String {
        let mut all = String::new();
        self.0.read_to_string(&mut all).await.unwrap();
        all
    }

    /// What comes up to and including `end`.
    pub(crate) async fn until(&mut self, end: &str) -> String {
        let mut all = Vec::new();
        while !all.ends_with(end.as_bytes()) {
            all.push(self.0.read_u8().await.unwrap());
        }
        String::from_utf8(all).unwrap()
    }
}
