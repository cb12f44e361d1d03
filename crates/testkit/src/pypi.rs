//! Packages of PyPI, installed at their first use and kept between runs in the folder for temporary
//! files: that folder can also be read by the user a server runs as.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

/// What to install.
pub(crate) struct Package {
    /// With its version, as pip takes it.
    pub(crate) requirement: &'static str,
    /// The folder's name.
    pub(crate) name: &'static str,
    /// Whether to install what it needs beside it.
    pub(crate) with_dependencies: bool,
}

impl Package {
    /// What `find` finds in the folder of the installed package.
    ///
    /// # Errors
    /// Says why it cannot be had.
    pub(crate) fn folder<T>(&self, find: impl Fn(&Path) -> Option<T>) -> Result<T, String> {
        let said = |error: std::io::Error| error.to_string();
        let shelf = std::env::temp_dir();
        // Per user, or one could not write what another has begun.
        let fresh = tempfile::tempdir_in(&shelf).map_err(said)?;
        let user = fs::metadata(fresh.path()).map_err(said)?.uid();
        let folder = shelf.join(format!("{}-{user}", self.name));
        if let Some(found) = find(&folder) {
            return Ok(found);
        }
        // Many test processes may come here at once: one installs, the others wait for it.
        let lock = File::create(shelf.join(format!("{}-{user}.lock", self.name))).map_err(said)?;
        lock.lock().map_err(said)?;
        if let Some(found) = find(&folder) {
            return Ok(found);
        }
        self.install(fresh.path())?;
        fs::set_permissions(fresh.path(), Permissions::from_mode(0o755)).map_err(said)?;
        // What is there cannot be whole. The new one comes by its name only when it is.
        let _ = fs::remove_dir_all(&folder);
        fs::rename(fresh.keep(), &folder).map_err(said)?;
        find(&folder).ok_or_else(|| format!("{} is not what it was", self.requirement))
    }

    fn install(&self, folder: &Path) -> Result<(), String> {
        let script = r#"umask 022; exec python3 -m pip install --quiet --target "$0" "$@""#;
        let mut command = Command::new("sh");
        command.args(["-c", script]).arg(folder);
        if !self.with_dependencies {
            command.arg("--no-deps");
        }
        let output = command.arg(self.requirement).output();
        let output = output.map_err(|error| format!("no shell: {error}"))?;
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        }
    }
}
