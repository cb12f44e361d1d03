//! How a watcher's messages reach its reader: over the bare socket, where a watcher costs a socket and
//! a version; over HTTP/2 as a body.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::time::{Duration, UNIX_EPOCH};

use axum::body::Body;
use boxoffice_model::Timestamp;
use boxoffice_seat_map::Watcher;
use bytes::Bytes;
use futures::StreamExt as _;
use http::{HeaderName, HeaderValue};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::app::Random;

/// A reader that takes no byte for so long is let go; it comes back where it was.
const STALLED: Duration = Duration::from_secs(30);
/// What the system keeps for a reader. Small, so that one who does not read is noticed soon.
const SEND_BUFFER: usize = 32 * 1024;
/// What a reader may send on a line that is ours alone.
const MOST_SAID: usize = 16 * 1024;
/// Readers that are sent away come back between these, in milliseconds, not all at once.
const RETRY: std::ops::Range<u64> = 500..5_000;

/// The last message of a stream that the server ends.
pub(super) fn retry(random: &Random) -> Bytes {
    let mut drawn = [0; 8];
    random(&mut drawn);
    let spread = RETRY.end - RETRY.start;
    let wait = RETRY.start + u64::from_le_bytes(drawn) % spread;
    format!("retry: {wait}\n\n").into()
}

/// Speaks to the reader over a socket that nobody else uses, until it goes or the server stops.
pub(super) async fn speak(
    socket: TcpStream,
    head: Bytes,
    mut watcher: Watcher,
    stopping: CancellationToken,
    retry: Bytes,
) {
    let options = socket2::SockRef::from(&socket);
    let _ = options.set_send_buffer_size(SEND_BUFFER);
    // A reader whose network is gone says no goodbye; the system would try to reach it for a quarter
    // of an hour. The beats are what it does not acknowledge.
    #[cfg(target_os = "linux")]
    let _ = options.set_tcp_user_timeout(Some(STALLED));
    let mut message = head;
    loop {
        tokio::select! {
            biased;
            sent = send(&socket, &message) => if sent.is_err() {
                return;
            },
            // In the middle of a message there is nothing to be said.
            () = stopping.cancelled() => return,
        }
        message = tokio::select! {
            biased;
            () = stopping.cancelled() => break,
            () = gone(&socket) => return,
            next = watcher.next() => match next {
                Some(message) => message,
                None => break,
            },
        };
    }
    let _ = send(&socket, &retry).await;
}

/// The status line and the headers: the body ends with the connection, so it needs no framing.
pub(super) fn head(headers: &[(HeaderName, HeaderValue)], now: Timestamp) -> Bytes {
    let since_epoch = Duration::from_micros(now.0.unsigned_abs());
    let mut head = format!(
        "HTTP/1.1 200 OK\r\ndate: {}\r\nconnection: close\r\n",
        httpdate::fmt_http_date(UNIX_EPOCH + since_epoch)
    );
    for (name, value) in headers {
        let value = value.to_str().unwrap_or_default();
        write!(head, "{name}: {value}\r\n").expect("a text takes every text");
    }
    head.push_str("\r\n");
    head.into()
}

/// Sends all of `bytes`.
async fn send(socket: &TcpStream, mut bytes: &[u8]) -> std::io::Result<()> {
    while !bytes.is_empty() {
        match socket.try_write(bytes) {
            Ok(sent) => bytes = &bytes[sent..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                let stalled = || std::io::Error::from(ErrorKind::TimedOut);
                let writable = tokio::time::timeout(STALLED, socket.writable()).await;
                writable.map_err(|_| {
                    metrics::counter!("seat_map_stalled_total").increment(1);
                    stalled()
                })??;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Waits until the reader has gone; what it says is not heard.
async fn gone(socket: &TcpStream) {
    let mut heard = 0;
    let mut buffer = [0; 128];
    while heard < MOST_SAID && socket.readable().await.is_ok() {
        match socket.try_read(&mut buffer) {
            Ok(0) => return,
            Ok(more) => heard += more,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

/// The same as a body, for HTTP/2, whose own window says when the reader does not read.
pub(super) fn body(watcher: Watcher, stopping: CancellationToken, retry: Bytes) -> Body {
    let messages = futures::stream::unfold(Some(watcher), move |watcher| {
        let (stopping, retry) = (stopping.clone(), retry.clone());
        async move {
            let mut watcher = watcher?;
            let next = tokio::select! {
                biased;
                () = stopping.cancelled() => None,
                next = watcher.next() => next,
            };
            Some(match next {
                Some(message) => (message, Some(watcher)),
                None => (retry, None),
            })
        }
    });
    Body::from_stream(messages.map(Ok::<_, std::convert::Infallible>))
}
