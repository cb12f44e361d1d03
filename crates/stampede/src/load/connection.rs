//! One kept connection: a request out, an answer in. Does not know when to send, nor count.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::outcome::Failure;
use super::response::{Body, Head, parse_head};

/// Room for an ordinary answer in one read, in bytes.
const READ_SIZE: usize = 16 * 1024;

/// A connection, and what of its answers has been read but not used.
pub(super) struct Connection {
    stream: TcpStream,
    input: Vec<u8>,
    body: Vec<u8>,
    /// Whether the last answer left the connection fit for another request.
    usable: bool,
}

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let input = Vec::with_capacity(READ_SIZE);
        Ok(Self {
            stream,
            input,
            body: Vec::new(),
            usable: true,
        })
    }

    /// Whether another request may be sent: the server has not closed the connection, as it may at
    /// any time between two requests.
    pub(super) fn is_usable(&self) -> bool {
        let idle = matches!(
            self.stream.try_read(&mut [0]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock
        );
        self.usable && idle
    }

    /// Sends `request` and reads its answer: the status, and the body if `wants_body` of the status.
    pub(super) async fn exchange(
        &mut self,
        request: &[u8],
        wants_body: impl Fn(u16) -> bool,
    ) -> Result<(u16, &[u8]), Failure> {
        self.usable = false;
        self.body.clear();
        self.stream.write_all(request).await.map_err(disconnected)?;
        let mut head = self.read_head().await?;
        while head.status < 200 {
            // Interim answers (100, 103) come before the one that counts.
            head = self.read_head().await?;
        }
        self.read_body(head.body, wants_body(head.status)).await?;
        if !self.input.is_empty() {
            return Err(Failure::Malformed);
        }
        self.usable = head.keep_alive;
        Ok((head.status, &self.body))
    }

    async fn read_head(&mut self) -> Result<Head, Failure> {
        loop {
            if let Some(head) = parse_head(&self.input).map_err(|_| Failure::Malformed)? {
                self.input.drain(..head.length);
                return Ok(head);
            }
            if self.read_more().await? == 0 {
                return Err(Failure::Disconnected);
            }
        }
    }

    async fn read_body(&mut self, mut body: Body, keep: bool) -> Result<(), Failure> {
        loop {
            let kept = keep.then_some(&mut self.body);
            let used = body
                .take(&self.input, kept)
                .map_err(|_| Failure::Malformed)?;
            self.input.drain(..used);
            if body.is_complete() {
                return Ok(());
            }
            if self.read_more().await? == 0 {
                let ended = body == Body::UntilClose;
                return if ended {
                    Ok(())
                } else {
                    Err(Failure::Disconnected)
                };
            }
        }
    }

    async fn read_more(&mut self) -> Result<usize, Failure> {
        self.input.reserve(READ_SIZE);
        self.stream
            .read_buf(&mut self.input)
            .await
            .map_err(disconnected)
    }
}

fn disconnected(_: io::Error) -> Failure {
    Failure::Disconnected
}
