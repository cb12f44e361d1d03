//! Ports on this machine that nobody listens on.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};

/// A listener on a free port. Below those that outgoing connections get: whoever keeps trying to reach a
/// server that is down could otherwise be given its port, and meet itself.
pub(crate) fn listener() -> TcpListener {
    loop {
        let chance = RandomState::new().build_hasher().finish();
        let port = 16_000 + u16::try_from(chance % 16_000).expect("less than 16,000");
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return listener;
        }
    }
}
