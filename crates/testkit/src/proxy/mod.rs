//! A network that fails, between a client and a server on this machine: a TCP proxy whose ways can be
//! cut, silenced, or lose an answer. It looks at bytes, and knows no protocol.

mod network;
mod wire;

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use network::{Mode, Network};

/// A way to a server, at first an open one. Cut for good when dropped.
pub struct Proxy {
    address: SocketAddr,
    network: Arc<Network>,
    door: Option<JoinHandle<()>>,
}

impl Proxy {
    /// A new way to `server`, on a free port. Nobody needs to listen there yet.
    ///
    /// # Panics
    /// When there is no port.
    pub fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("its address");
        let network = Arc::new(Network::new(server));
        let seen = Arc::clone(&network);
        let door = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if seen.is_closed() {
                    break;
                }
                if let Ok(stream) = stream {
                    wire::connect(&seen, stream);
                }
            }
        });
        Proxy {
            address,
            network,
            door: Some(door),
        }
    }

    /// Where clients go.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything flows, also what was held back; but not on a connection that has lost an answer.
    pub fn pass(&self) {
        self.network.set(Mode::Pass);
    }

    /// Resets all connections, with what was held back on them, and every new one. Returns when they
    /// are gone. An answer that was not yet asked to be lost is no longer.
    pub fn cut(&self) {
        self.network.set(Mode::Cut);
        self.network.wait_until_empty();
    }

    /// Nothing flows, no end of a connection is told, new ones are accepted and reach nobody: a network
    /// that went without a word. What is sent meanwhile flows after [`Proxy::pass`].
    pub fn silence(&self) {
        self.network.set(Mode::Silence);
    }

    /// Requests flow, answers are held back until [`Proxy::pass`], or lost by [`Proxy::cut`].
    pub fn hold_answers(&self) {
        self.network.set(Mode::HoldAnswers);
    }

    /// Loses the answer to the next request that has `needle` in its bytes: the request flows, and
    /// from then on nothing comes back on its connection, which stays open until [`Proxy::cut`].
    ///
    /// # Panics
    /// When `needle` is empty.
    pub fn lose_answer_after(&self, needle: &[u8]) {
        assert!(!needle.is_empty(), "a needle");
        self.network.look_for(needle);
    }

    /// Waits until the server has begun to answer that request, or one that was sent before it on the
    /// same connection, and the answer is lost.
    ///
    /// # Panics
    /// When that does not happen within a minute.
    #[track_caller]
    pub fn wait_until_lost(&self) {
        self.wait_until_lost_with(b"");
    }

    /// The same until `part` has been among the lost bytes (of the last 64 KiB of them): of requests in
    /// a pipeline, the last one's answer may be the one that counts.
    ///
    /// # Panics
    /// When that does not happen within a minute.
    #[track_caller]
    pub fn wait_until_lost_with(&self, part: &[u8]) {
        let lost = self.network.wait_until_lost_with(part);
        assert!(lost, "in vain, waited until an answer is lost");
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.network.close();
        // The door looks up when somebody comes.
        let _ = TcpStream::connect(self.address);
        if let Some(door) = self.door.take() {
            let _ = door.join();
        }
        self.network.wait_until_empty();
    }
}
