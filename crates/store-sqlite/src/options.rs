//! How a store is opened: by whom, and how hard a commit hits the disk. No defaults of the command
//! line live here.

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
    /// Nothing. Only for the test that shows that it can see a loss.
    #[doc(hidden)]
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
}

impl Options {
    /// For the server: sets the store up if need be.
    pub fn serve() -> Self {
        Options {
            role: Role::Serve,
            create: true,
            synchronous: Synchronous::Full,
            readers: 4,
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
