//! How a store is opened: by whom, and how hard a commit hits the disk. No defaults of the command
//! line live here.

use std::time::Duration;

/// Who opens the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The one that serves the file; no second one may. It alone checkpoints.
    Serve,
    /// A command beside a running server, such as an import or an audit: writes briefly, in turn,
    /// and never checkpoints.
    Command,
}

/// What a commit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synchronous {
    /// The disk: what was acknowledged survives a power cut.
    Full,
    /// Nothing: what was acknowledged may be lost. Only for the test that shows that it can see a
    /// loss; no command line offers it.
    Off,
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// By whom.
    pub role: Role,
    /// Whether a store that is not there yet is set up.
    pub create: bool,
    /// What a commit waits for.
    pub synchronous: Synchronous,
    /// The most readings at one time; each has a connection of its own.
    pub readers: usize,
    /// For how long a writer waits for another process's transaction before the store counts as
    /// unavailable.
    pub patience: Duration,
}

impl Options {
    /// For the server: sets the store up if need be.
    pub fn serve() -> Self {
        Options {
            role: Role::Serve,
            create: true,
            synchronous: Synchronous::Full,
            readers: 4,
            patience: Duration::from_secs(5),
        }
    }

    /// For a command on a store that must be there.
    pub fn command() -> Self {
        Options {
            role: Role::Command,
            create: false,
            readers: 2,
            ..Options::serve()
        }
    }
}
