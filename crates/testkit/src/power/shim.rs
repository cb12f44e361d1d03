//! The shim that remembers writes and syncs, and how a command gets it. How it is compiled is said
//! where all shims are.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::PowerError;
use crate::shim;

/// Compiles the shim into `out_dir`, by the compiler that `CC` names, `cc` by default. 64-bit Linux
/// only.
///
/// # Errors
/// [`PowerError::Shim`] says what the compiler said.
pub fn build_shim(out_dir: &Path) -> Result<PathBuf, PowerError> {
    Ok(shim::compile(
        "unsynced",
        include_str!("unsynced.c"),
        out_dir,
    )?)
}

/// Lets `command`, which runs with the shim, find the disk sick while there is a file at `sign`: every
/// sync fails, and what it was to write is lost at a cut, whatever is synced later.
pub fn sick_while<'a>(command: &'a mut Command, sign: &Path) -> &'a mut Command {
    command.env("BOXOFFICE_POWER_SICK", sign)
}

/// Lets `command` run with the shim, which watches every file under `dir`. Its children inherit it.
///
/// # Errors
/// When `dir` is not there: the shim knows files by their real paths.
pub fn preload<'a>(
    command: &'a mut Command,
    shim: &Path,
    dir: &Path,
) -> Result<&'a mut Command, PowerError> {
    Ok(command
        .env("LD_PRELOAD", shim)
        .env("BOXOFFICE_POWER_DIR", shim::real(dir)?))
}
