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
