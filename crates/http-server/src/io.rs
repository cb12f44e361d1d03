//! A socket that tells its connection's activity what passes through it, and that is closed so that
//! the last answer arrives. It changes no byte.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use crate::activity::Activity;

/// How long a client that is still sending is listened to after its last answer.
const LINGER: Duration = Duration::from_secs(5);
/// How many bytes of such a client are thrown away: a list of 100,000 seats is refused, and its sender
/// is to know why.
const MOST_WASTE: usize = 4 * 1024 * 1024;

pub(crate) struct WatchedIo {
    /// Gone once it has been handed over, which is when this one is dropped.
    inner: Option<TcpStream>,
    activity: Arc<Activity>,
    waste: usize,
    linger: Option<Pin<Box<Sleep>>>,
}

impl WatchedIo {
    pub(crate) fn new(inner: TcpStream, activity: Arc<Activity>) -> Self {
        WatchedIo {
            inner: Some(inner),
            activity,
            waste: 0,
            linger: None,
        }
    }

    fn socket(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        let gone = io::ErrorKind::NotConnected;
        self.inner.as_mut().map(Pin::new).ok_or(gone.into())
    }

    fn written(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Pending => self.activity.write_blocked(),
            Poll::Ready(_) => self.activity.wrote(),
        }
        written
    }
}

impl WatchedIo {
    /// Reads what the client still sends, for a while. Closing a socket that has unread bytes
    /// resets it, and with it may go the answer that says why (408, 413, 431). Whoever has nothing
    /// more to send, as far as we know, is not waited for.
    fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; 4096];
        while self.waste < MOST_WASTE {
            let mut buffer = ReadBuf::new(&mut bytes);
            let Ok(socket) = self.socket() else {
                break;
            };
            match socket.poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    self.waste += buffer.filled().len();
                }
                Poll::Ready(_) => break,
                Poll::Pending if self.waste == 0 && !self.activity.is_unread() => break,
                Poll::Pending => {
                    let linger = || Box::pin(tokio::time::sleep(LINGER));
                    return self
                        .linger
                        .get_or_insert_with(linger)
                        .as_mut()
                        .poll(context);
                }
            }
        }
        Poll::Ready(())
    }
}

impl Drop for WatchedIo {
    fn drop(&mut self) {
        let Some(socket) = self.inner.take() else {
            return;
        };
        if self.activity.is_given_up() {
            // An ordinary close leaves the unread answer with the system, which would offer it to
            // this client for minutes.
            let _ = socket.set_zero_linger();
        } else if self.activity.can_hand_over() {
            self.activity.socket.hand_over(socket);
        }
    }
}

impl AsyncRead for WatchedIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = self.socket()?.poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.activity.received(&buffer.filled()[before..]);
        }
        read
    }
}

impl AsyncWrite for WatchedIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self.socket()?.poll_write(context, bytes);
        self.written(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.socket()?.poll_write_vectored(context, slices);
        self.written(written)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.socket()?.poll_shutdown(context))?;
        self.poll_linger(context).map(Ok)
    }
}
