//! Locks between processes, on files beside the store's: who serves it, and whose turn it is to
//! write. SQLite's own locks stay what keeps the file whole; these are about manners.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use boxoffice_store::StoreError;

use crate::options::{Options, Role};

/// Between two looks at a lock that another process has.
const STEP: Duration = Duration::from_millis(1);

/// For how long a command lets go of the turn between two transactions: twice a step of the server's
/// wait, so that a server that waits gets in between.
const PAUSE: Duration = Duration::from_millis(2);

/// `<path><suffix>`.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// Between two looks at another import's lock, and how many.
const IMPORT_STEP: Duration = Duration::from_millis(20);
const IMPORT_STEPS: u32 = 6_000;

fn open(path: &Path) -> Result<File, StoreError> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|error| StoreError::unavailable("opening a lock file beside the store", error))
}

/// Held by the process that serves the file; the kernel lets go of it with the process, however that
/// ends.
#[derive(Debug)]
pub(crate) struct ServeLock {
    _file: File,
}

impl ServeLock {
    pub(crate) fn take(path: &Path) -> Result<Self, StoreError> {
        let file = open(&beside(path, ".lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(ServeLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Unusable(format!(
                "another boxoffice serves {}: stop it first, or give this one a store of its own",
                path.display()
            ))),
            Err(TryLockError::Error(error)) => Err(StoreError::unavailable(
                "locking the file for serving",
                error,
            )),
        }
    }
}

/// Held by the process that makes events ready, from its first one to the moment it shows them. Nobody
/// else waits for it.
#[derive(Debug)]
pub(crate) struct ImportLock {
    _file: File,
}

impl ImportLock {
    /// Waits for another import, for minutes if need be: reading a large file takes long.
    pub(crate) fn take(path: &Path) -> Result<Self, StoreError> {
        let file = open(&beside(path, ".import"))?;
        for _ in 0..IMPORT_STEPS {
            match file.try_lock() {
                Ok(()) => return Ok(ImportLock { _file: file }),
                Err(TryLockError::WouldBlock) => sleep(IMPORT_STEP),
                Err(TryLockError::Error(error)) => {
                    return Err(StoreError::unavailable(
                        "locking the file for importing",
                        error,
                    ));
                }
            }
        }
        let busy = "another import has not ended for minutes";
        Err(StoreError::unavailable("waiting for another import", busy))
    }
}

/// Whose turn it is to write.
///
/// SQLite's busy handler only tries again and again; beside a lane that commits back to back, an
/// import would hardly ever find the file free. So a command takes `<path>.turn` for itself before
/// its transaction and keeps it to the end. The server never keeps it: before each transaction it
/// looks whether a command has it, and if so waits until that one is done.
#[derive(Debug)]
pub(crate) struct Turn {
    file: File,
    role: Role,
    steps: u32,
}

impl Turn {
    pub(crate) fn open(path: &Path, options: &Options) -> Result<Self, StoreError> {
        let file = open(&beside(path, ".turn"))?;
        Ok(Turn {
            file,
            role: options.role,
            steps: steps(options.patience),
        })
    }

    /// Waits for the turn.
    pub(crate) fn take(&self) -> Result<(), StoreError> {
        match self.role {
            Role::Serve => {
                self.wait(|| self.file.try_lock_shared())?;
                self.file.unlock().map_err(Self::failed)
            }
            Role::Command => {
                sleep(PAUSE);
                self.wait(|| self.file.try_lock())
            }
        }
    }

    /// Lets the others write again.
    pub(crate) fn give_back(&self) {
        if self.role == Role::Command {
            // Unlocking a descriptor that is open cannot fail; if it did, closing it would help.
            let _ = self.file.unlock();
        }
    }

    /// Polls, because a wait in the kernel has no end while a command is frozen.
    fn wait(&self, attempt: impl Fn() -> Result<(), TryLockError>) -> Result<(), StoreError> {
        for _ in 0..self.steps {
            match attempt() {
                Ok(()) => return Ok(()),
                Err(TryLockError::WouldBlock) => sleep(STEP),
                Err(TryLockError::Error(error)) => return Err(Self::failed(error)),
            }
        }
        let frozen = "another process has not given back the turn to write";
        Err(StoreError::unavailable(
            "waiting for the turn to write",
            frozen,
        ))
    }

    fn failed(error: std::io::Error) -> StoreError {
        StoreError::unavailable("waiting for the turn to write", error)
    }
}

/// SQLite's busy handler: as long and as patient as the wait for the turn. Its own one sleeps up to
/// 100 ms a time, during which nobody would write.
pub(crate) fn busy(patience: Duration) -> impl FnMut(i32) -> bool + Send + 'static {
    let steps = steps(patience);
    move |tries| {
        sleep(STEP);
        u32::try_from(tries).is_ok_and(|tries| tries < steps)
    }
}

fn steps(patience: Duration) -> u32 {
    u32::try_from(patience.as_millis() / STEP.as_millis()).unwrap_or(u32::MAX)
}
