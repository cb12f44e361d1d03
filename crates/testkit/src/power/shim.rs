//! The shim: compiled where the tests run, and put before the system's own calls.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::PowerError;

const SOURCE: &str = include_str!("unsynced.c");

/// Compiles the shim into `out_dir`, by the compiler that `CC` names, `cc` by default. 64-bit Linux
/// only.
///
/// # Errors
/// [`PowerError::Compiler`] says what the compiler said.
pub fn build_shim(out_dir: &Path) -> Result<PathBuf, PowerError> {
    let (source, shim) = (out_dir.join("unsynced.c"), out_dir.join("unsynced.so"));
    std::fs::write(&source, SOURCE).map_err(PowerError::file(&source))?;
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let refused = |why: String| PowerError::Compiler {
        compiler: compiler.clone(),
        why,
    };
    let output = Command::new(&compiler)
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&shim, &source])
        .output()
        .map_err(|error| refused(error.to_string()))?;
    match output.status.success() {
        true => Ok(shim),
        false => Err(refused(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )),
    }
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
    let dir = dir.canonicalize().map_err(PowerError::file(dir))?;
    Ok(command
        .env("LD_PRELOAD", shim)
        .env("BOXOFFICE_POWER_DIR", dir))
}
