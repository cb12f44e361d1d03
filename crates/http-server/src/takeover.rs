//! How a handler goes on with the bare socket: for an answer without end, which needs no parser and
//! no buffers any more. What it says over that socket is its own business.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::net::TcpStream;

use crate::activity::Activity;

/// What runs on a socket that was taken over.
pub(crate) type Afterlife = Pin<Box<dyn Future<Output = ()> + Send>>;

type Claim = Box<dyn FnOnce(TcpStream) -> Afterlife + Send>;

/// The way to the socket of an HTTP/1 request: [`Connection::takeover`](crate::Connection::takeover).
///
/// A connection that hyper serves costs its buffers and its parser for as long as it lives, some
/// 20 KB. A reader of an endless stream needs neither: after [`Takeover::take`] it costs what its own
/// future takes.
#[derive(Clone)]
pub struct Takeover(pub(crate) Arc<Activity>);

impl Takeover {
    /// Goes on with the socket alone: `run` gets it as soon as all answers before this one are
    /// written, and writes everything from the status line on. The connection is closed when its
    /// future ends; what the client sent behind the request is lost. Never returns: the request's own
    /// future is dropped.
    ///
    /// The future counts as a connection as before, and is dropped at the drain deadline; it should
    /// end by itself when [`Connection::stopping`](crate::Connection::stopping) says so.
    pub async fn take<F>(self, run: impl FnOnce(TcpStream) -> F + Send + 'static) -> Infallible
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.0
            .socket
            .claim(Box::new(move |socket| Box::pin(run(socket))));
        std::future::pending().await
    }
}

/// Where a connection's socket goes from its parser to who claimed it.
#[derive(Default)]
pub(crate) struct SocketSlot {
    claimed: AtomicBool,
    hands: Mutex<(Option<Claim>, Option<TcpStream>)>,
}

impl SocketSlot {
    /// Asks for the socket.
    pub(crate) fn claim(&self, claim: Claim) {
        self.hands.lock().0 = Some(claim);
        self.claimed.store(true, Ordering::Release);
    }

    /// Whether the parser should let go of the socket.
    pub(crate) fn is_claimed(&self) -> bool {
        self.claimed.load(Ordering::Acquire)
    }

    /// The parser lets go of it.
    pub(crate) fn hand_over(&self, socket: TcpStream) {
        self.hands.lock().1 = Some(socket);
    }

    /// What goes on with the socket.
    pub(crate) fn afterlife(&self) -> Option<Afterlife> {
        let (claim, socket) = std::mem::take(&mut *self.hands.lock());
        Some(claim?(socket?))
    }
}
