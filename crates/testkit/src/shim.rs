//! Shims in C: compiled where the tests run, and put before the system's own calls. What each one
//! plays is said where its source is.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A shim that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ShimError {
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    /// There is no compiler, or it refuses the shim.
    #[error("the shim cannot be compiled by `{compiler}` (name another in CC): {why}")]
    Compiler { compiler: String, why: String },
}

impl ShimError {
    pub(crate) fn file(path: &Path) -> impl Fn(std::io::Error) -> ShimError {
        move |source| ShimError::File {
            path: path.to_owned(),
            source,
        }
    }
}

/// Compiles `source` into `<out_dir>/<name>.so`, by the compiler that `CC` names, `cc` by default.
pub(crate) fn compile(name: &str, source: &str, out_dir: &Path) -> Result<PathBuf, ShimError> {
    let shim = out_dir.join(format!("{name}.so"));
    let file = out_dir.join(format!("{name}.c"));
    std::fs::write(&file, source).map_err(ShimError::file(&file))?;
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let refused = |why: String| ShimError::Compiler {
        compiler: compiler.clone(),
        why,
    };
    let output = Command::new(&compiler)
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&shim, &file])
        .output()
        .map_err(|error| refused(error.to_string()))?;
    match output.status.success() {
        true => Ok(shim),
        false => Err(refused(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )),
    }
}

/// The real path of a folder: shims know files by theirs.
pub(crate) fn real(dir: &Path) -> Result<PathBuf, ShimError> {
    dir.canonicalize().map_err(ShimError::file(dir))
}
