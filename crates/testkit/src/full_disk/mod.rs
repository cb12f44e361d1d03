//! A full disk for tests: a process finds no room in a folder until some is made. Real small file
//! systems need rights to mount them; what a process does with "no space left" is the same.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shim::{self, ShimError};

/// A folder that can be full. It has room at first.
pub struct FullDisk {
    shim: PathBuf,
    sign: PathBuf,
    dir: PathBuf,
}

impl FullDisk {
    /// The disk on which `dir` is; `tools`, which must be elsewhere, keeps what is needed to play it.
    /// 64-bit Linux only.
    ///
    /// # Errors
    /// When there is no compiler, or no such folder.
    pub fn of(dir: &Path, tools: &Path) -> Result<Self, ShimError> {
        Ok(FullDisk {
            shim: shim::compile("full", include_str!("full.c"), tools)?,
            sign: shim::real(tools)?.join("full"),
            dir: shim::real(dir)?,
        })
    }

    /// Lets `command` find the disk as it is.
    pub fn preload<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("LD_PRELOAD", &self.shim)
            .env("BOXOFFICE_DISK_FULL", &self.sign)
            .env("BOXOFFICE_DISK_DIR", &self.dir)
    }

    /// Takes all room: no file grows from now on.
    ///
    /// # Errors
    /// When `tools` cannot be written.
    pub fn fill(&self) -> Result<(), ShimError> {
        std::fs::write(&self.sign, "").map_err(ShimError::file(&self.sign))
    }

    /// Makes room again.
    ///
    /// # Errors
    /// When it was not full.
    pub fn make_room(&self) -> Result<(), ShimError> {
        std::fs::remove_file(&self.sign).map_err(ShimError::file(&self.sign))
    }
}
