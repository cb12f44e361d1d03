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
    /// Whether the server's clock decides; otherwise this node's, which tests can turn.
    pub server_time: bool,
}

/// For how long a node that says nothing may keep an event locked; then its batch is rolled back, and the
/// next has the event. Shorter than the patience of callers, so that those of other nodes get their answer.
pub(crate) const SILENT: Duration = Duration::from_millis(700);

/// For how long a batch waits for its event: until a silent node has lost it, and a little more.
pub(crate) const LOCK: Duration = Duration::from_millis(1200);

/// For how long a connection is waited for, and the lock and what is read with it.
pub(crate) const ANSWER: Duration = Duration::from_millis(1500);

/// For how long a reading may take.
pub(crate) const READING: Duration = Duration::from_secs(10);

/// For how long a node has an attempt to pay to itself, unless it says so again. A node that died keeps
/// what it had for no longer; the provider must be asked within five seconds.
pub(crate) const LEASE: Duration = Duration::from_millis(3500);

impl Options {
    /// For the server: sets the store up if need be. A third of the connections is for readings.
    pub fn serve(connections: usize) -> Self {
        let readers = (connections / 3).max(1);
        Options {
            create: true,
            writers: connections.saturating_sub(readers).max(1),
            readers,
            notify: true,
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
            ..Options::serve(4)
        }
    }
}
