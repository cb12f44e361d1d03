//! The short answers to a connection too many and to half a head. Whether it is one is decided
//! elsewhere.
//!
//! Connections too many are accepted and told so, not left waiting: in the listening queue they would
//! hang until their own timeout, and a proxy before us would take us for dead rather than full.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n\
content-type: application/problem+json\r\ncontent-length: 115\r\n\r\n\
{\"type\":\"/problems/overloaded\",\"title\":\"Overloaded\",\"status\":503,\"detail\":\"Too many connections; come again soon.\"}";

const SLOW_HEAD: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\
content-type: application/problem+json\r\ncontent-length: 129\r\n\r\n\
{\"type\":\"/problems/request-timeout\",\"title\":\"Request timeout\",\"status\":408,\"detail\":\"The request's head did not arrive in time.\"}";

/// How many refused connections may linger at a time.
const MOST_LINGERING: usize = 256;
/// How long one may linger.
const LINGER: Duration = Duration::from_secs(1);

/// Refuses connections at next to no cost: one write that does not wait, no parsing.
pub(crate) struct Refusals {
    lingering: Arc<Semaphore>,
}

impl Refusals {
    pub(crate) fn new() -> Self {
        Refusals {
            lingering: Arc::new(Semaphore::new(MOST_LINGERING)),
        }
    }

    /// Answers 503 and lets the connection go.
    pub(crate) fn refuse(&self, stream: TcpStream) {
        if !said(&stream, FULL) {
            return;
        }
        // Closing a socket that has unread bytes resets it, and the client may lose the answer with
        // it; so a few are read to their end. Under a real storm the others take their chance.
        let Ok(place) = Arc::clone(&self.lingering).try_acquire_owned() else {
            return;
        };
        tokio::spawn(async move {
            read_out(stream).await;
            drop(place);
        });
    }
}

/// Answers 408 to a client whose request's head has begun and did not end, and lets it go.
pub(crate) async fn refuse_slow_head(stream: TcpStream) {
    if said(&stream, SLOW_HEAD) {
        read_out(stream).await;
    }
}

/// Whether the answer is on its way. The socket has nothing else to write, so it takes all or the
/// client is gone.
fn said(stream: &TcpStream, answer: &[u8]) -> bool {
    matches!(stream.try_write(answer), Ok(written) if written == answer.len())
}

/// Says that this was all, and reads what still comes, for a while.
async fn read_out(mut stream: TcpStream) {
    let read_out = async {
        let mut waste = [0; 1024];
        stream.shutdown().await.ok()?;
        while stream.read(&mut waste).await.ok()? > 0 {}
        Some(())
    };
    let _ = tokio::time::timeout(LINGER, read_out).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_as_long_as_it_says() {
        for answer in [FULL, SLOW_HEAD] {
            let text = std::str::from_utf8(answer).expect("ASCII");
            let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
            let length = format!("content-length: {}", body.len());
            assert!(head.lines().any(|line| line == length), "{length}");
        }
    }
}
