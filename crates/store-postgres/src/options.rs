//! How a store is opened. No defaults of the command line live here.

use std::time::Duration;

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether a store that is not there yet is set up.
    pub create: bool,
    /// The most batches at one time, each on a connection of its own.
    pub writers: usize,
    /// The most readings at one time, each on a connection of its own.
    pub readers: usize,
    /// Whether other nodes are told of commits, and heard when they tell of theirs. Without it they find
    /// out when they look.
    pub notify: bool,
    /// For how long a node that says nothing may keep an event locked; then the server rolls its batch back,
    /// and the next has the event.
    pub silent: Duration,
    /// Whether this node takes the steps of payments, and says so.
    pub tend: bool,
    /// Whether the server's clock decides; otherwise this node's, which tests can turn.
    pub server_time: bool,
}

/// Shorter than the patience of callers, so that those of other nodes get their answer.
const SILENT_NODE: Duration = Duration::from_millis(700);

/// A command computes between two statements, beside everything else that the machine does.
const SILENT_COMMAND: Duration = Duration::from_secs(2);

/// For how long a batch waits for its event: until a silent node has lost it, and a little more.
pub(crate) const LOCK: Duration = Duration::from_millis(1200);

/// For how long a connection is waited for, and the lock and what is read with it.
pub(crate) const ANSWER: Duration = Duration::from_millis(1500);

/// For how long tables may be waited for and made, by all nodes that start at once.
pub(crate) const MIGRATION: Duration = Duration::from_secs(60);

/// For how long a reading may take.
pub(crate) const READING: Duration = Duration::from_secs(10);

/// For how long somebody waits for a reservation or a booking to be read, who may have to wait for the lane
/// behind it.
pub(crate) const POINT: Duration = Duration::from_millis(450);

/// For how long a node has an attempt to pay to itself, unless it says so again. A node that died keeps
/// what it had for no longer; the provider must be asked within five seconds.
pub(crate) const LEASE: Duration = Duration::from_millis(3500);

impl Options {
    /// For the server: sets the store up if need be. A sixth of the connections is for readings.
    pub fn serve(connections: usize) -> Self {
        let readers = (connections / 6).max(1);
        Options {
            create: true,
            writers: connections.saturating_sub(readers).max(1),
            readers,
            notify: true,
            tend: true,
            silent: SILENT_NODE,
            server_time: true,
        }
    }

    /// For a command on a store that must be there.
    pub fn command() -> Self {
        Options {
            create: false,
            writers: 2,
            readers: 2,
            notify: false,
            tend: false,
            silent: SILENT_COMMAND,
            ..Options::serve(2)
        }
    }
}
