//! One connection through the proxy: two sockets, and a thread for each way between them.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use socket2::SockRef;

use super::network::{Fate, Network, Way};
use crate::processes::PATIENCE;

/// So many bytes are in our hands on one way; the rest waits in the sockets.
const BUFFER: usize = 16 * 1024;
/// A peer that does not read may block us no longer than this without a look at the network.
const GLANCE: Duration = Duration::from_millis(50);

/// Carries a new connection in threads of its own.
pub(super) fn connect(network: &Arc<Network>, client: TcpStream) {
    if prepare(&client).is_err() {
        return;
    }
    let Some(name) = network.enter() else {
        return;
    };
    let network = Arc::clone(network);
    std::thread::spawn(move || {
        carry(&network, name, client);
        network.leave(name);
    });
}

/// When our last hand on a socket lets go, the other end sees a reset: most ends here are no good ones.
fn prepare(socket: &TcpStream) -> std::io::Result<()> {
    SockRef::from(socket).set_linger(Some(Duration::ZERO))?;
    socket.set_write_timeout(Some(GLANCE))?;
    socket.set_nodelay(true)
}

/// Until both ways have ended, or one cannot go on.
fn carry(network: &Network, name: u64, client: TcpStream) {
    // Whoever comes into the silence reaches the server when it is over.
    let begun = own(network, name, &client) && network.fate(name, Way::ToServer, b"") == Fate::Flow;
    if !begun {
        return;
    }
    let Ok(server) = TcpStream::connect_timeout(&network.server, PATIENCE) else {
        return;
    };
    if prepare(&server).is_err() || !own(network, name, &server) {
        return;
    }
    std::thread::scope(|threads| {
        threads.spawn(|| pump(network, name, Way::ToServer, &client, &server));
        pump(network, name, Way::ToClient, &server, &client);
    });
    if !network.is_cut(name) {
        // What is still in the sockets shall arrive.
        let _ = SockRef::from(&client).set_linger(None);
        let _ = SockRef::from(&server).set_linger(None);
    }
}

fn own(network: &Network, name: u64, socket: &TcpStream) -> bool {
    let copy = socket.try_clone();
    copy.is_ok_and(|copy| network.owns(name, copy))
}

/// Carries one way to its end. When it ends badly, so does the other.
fn pump(network: &Network, name: u64, way: Way, from: &TcpStream, to: &TcpStream) {
    let ended_well = flow(network, name, way, from, to);
    if !ended_well {
        network.cut(name);
    }
}

fn flow(network: &Network, name: u64, way: Way, mut from: &TcpStream, to: &TcpStream) -> bool {
    let mut buffer = [0; BUFFER];
    loop {
        let bytes = match from.read(&mut buffer) {
            Ok(count) => &buffer[..count],
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            // A reset is held back like anything else.
            Err(_) => return network.fate(name, way, b"") == Fate::Lost,
        };
        match network.fate(name, way, bytes) {
            Fate::Flow if bytes.is_empty() => return to.shutdown(Shutdown::Write).is_ok(),
            Fate::Flow => {
                if write(network, name, to, bytes).is_err() {
                    return false;
                }
            }
            // Not even its end is told.
            Fate::Lost if bytes.is_empty() => return true,
            Fate::Lost => {}
            Fate::Cut => return false,
        }
    }
}

fn write(
    network: &Network,
    name: u64,
    mut to: &TcpStream,
    mut bytes: &[u8],
) -> std::io::Result<()> {
    while !bytes.is_empty() {
        match to.write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) => match error.kind() {
                ErrorKind::Interrupted => {}
                ErrorKind::WouldBlock | ErrorKind::TimedOut if !network.is_cut(name) => {}
                _ => return Err(error),
            },
        }
    }
    Ok(())
}
