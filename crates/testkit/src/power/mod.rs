//! Power cuts for tests: what a killed process had written but not synced is taken away, as a disk
//! does that lost its power. Which files matter, and what must survive, the tests say.
//!
//! ```text
//! build_shim  →  preload(command)  →  run, kill -9  →  power_cut(folder)  →  start again
//! ```
//!
//! A killed process alone loses nothing that it has written: the system's cache has it, so a missing
//! `fsync` would never be seen. The shim (`unsynced.c`) therefore keeps a log of each file's writes
//! and syncs, from which [`power_cut`] rebuilds what is surely on the disk. The files are as durable
//! as they ever are: names count at once, and so does what a file held before the first run.

mod cut;
mod log;
mod shim;

pub use cut::{Summary, power_cut, power_cut_keeping};
pub use log::Kind;
pub use shim::{build_shim, preload, sick_while};

use std::path::{Path, PathBuf};

use crate::shim::ShimError;

/// A power cut that cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum PowerError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    /// The shim cannot be had.
    #[error(transparent)]
    Shim(#[from] ShimError),
    /// A log that no shim has written.
    #[error("{} is damaged at byte {at}", path.display())]
    Log { path: PathBuf, at: usize },
}

impl PowerError {
    pub(crate) fn file(path: &Path) -> impl Fn(std::io::Error) -> PowerError {
        move |source| PowerError::File {
            path: path.to_owned(),
            source,
        }
    }
}
