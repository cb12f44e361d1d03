//! A listening socket with a queue long enough for a crowd. Who is let in is decided elsewhere.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

/// Connections that may wait to be accepted: an on-sale brings thousands at once. The system's own
/// bound (`net.core.somaxconn`, 4096 on Linux) may be lower.
const BACKLOG: i32 = 4096;

/// Listens on `address`; port 0 takes any free one. Must be called within a Tokio runtime.
///
/// # Errors
/// When the address is taken or not ours.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // A restart must not wait for the old connections' last packets.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}
