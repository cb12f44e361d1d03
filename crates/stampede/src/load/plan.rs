//! What load to make, and what of it is refused before the first byte is sent.

use std::io;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use thiserror::Error;

// Within these, no time of a schedule can overflow.
const RATES: RangeInclusive<f64> = 0.001..=10_000_000.0;
const YEAR: Duration = Duration::from_secs(366 * 24 * 3600);

/// How requests arrive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mode {
    /// At a steady rate, whatever the server does; latency counts from the intended start.
    Open {
        /// Requests a second over all connections.
        per_second: f64,
    },
    /// Each connection sends its next request once the last was answered; latency counts from the
    /// moment of sending.
    Saturate,
}

/// A load to make.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where the server listens.
    pub address: SocketAddr,
    /// How many connections are kept open; each carries one request at a time.
    pub connections: usize,
    /// How requests arrive.
    pub mode: Mode,
    /// How long requests arrive.
    pub duration: Duration,
    /// The most requests to send, if fewer than fit into `duration`.
    pub max_requests: Option<u64>,
    /// How long an answer may take on its connection before it counts as an error. In open mode
    /// also how long after `duration` arrivals that found no free connection may still be sent;
    /// then they count as unsent.
    pub timeout: Duration,
    /// Whether `address` may be another machine's. It takes a decision to load what may not be ours.
    pub allow_remote: bool,
}

/// Why a plan was not begun.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The address is not this machine's own.
    #[error("{0} is not a loopback address; set allow_remote to load another machine")]
    NotLoopback(SocketAddr),
    /// There would be nobody to send.
    #[error("a plan needs at least 1 connection, this one has 0")]
    NoConnections,
    /// The rate is no rate.
    #[error("{0} requests a second cannot be scheduled; a rate from 0.001 to 10000000 can")]
    Rate(f64),
    /// The duration or the timeout is beyond reason.
    #[error("a duration and a timeout of a year at most can be kept, not {0:?}")]
    TooLong(Duration),
    /// The server could not be reached at all.
    #[error("cannot connect to {address}")]
    Connect {
        /// Where it should have been.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The system gave no thread to keep the schedule.
    #[error("cannot start the thread that keeps the schedule")]
    Pacer(#[source] io::Error),
}

impl Plan {
    /// Saturates `address` for ten seconds over 64 connections, 10 s an answer; loopback only.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            connections: 64,
            mode: Mode::Saturate,
            duration: Duration::from_secs(10),
            max_requests: None,
            timeout: Duration::from_secs(10),
            allow_remote: false,
        }
    }

    pub(super) fn check(&self) -> Result<(), LoadError> {
        if !self.allow_remote && !self.address.ip().to_canonical().is_loopback() {
            return Err(LoadError::NotLoopback(self.address));
        }
        if self.connections == 0 {
            return Err(LoadError::NoConnections);
        }
        let longest = self.duration.max(self.timeout);
        if longest > YEAR {
            return Err(LoadError::TooLong(longest));
        }
        match self.mode {
            Mode::Open { per_second } if !RATES.contains(&per_second) => {
                Err(LoadError::Rate(per_second))
            }
            _ => Ok(()),
        }
    }
}
