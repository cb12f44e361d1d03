//! The cut itself: each file as the disk has it afterwards.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::PowerError;
use super::log::{self, Change, Kind};

const LOG: &str = ".powerlog";

/// A log whose process was killed before it began.
const BEGUN: &str = ".begun";

/// SQLite's index of its log: in memory by nature, and made anew.
const INDEX: &str = "-shm";

/// What a power cut took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were rebuilt.
    pub files: usize,
    /// Bytes that were written, but are gone.
    pub bytes_lost: u64,
}

/// Rebuilds every watched file under `dir` as a disk would have it that lost everything not synced,
/// and forgets the logs: what is there now counts as durable. No process may have the files open.
///
/// # Errors
/// [`PowerError`] names the file.
pub fn power_cut(dir: &Path) -> Result<Summary, PowerError> {
    power_cut_keeping(dir, &mut |_, _| false)
}

/// As [`power_cut`], but a disk writes when it likes: `keep` says of each change that no sync stands
/// behind, by its kind and its length in bytes, whether it had reached the disk all the same.
///
/// # Errors
/// [`PowerError`] names the file.
pub fn power_cut_keeping(
    dir: &Path,
    keep: &mut dyn FnMut(Kind, usize) -> bool,
) -> Result<Summary, PowerError> {
    let mut summary = Summary::default();
    for path in files(dir)? {
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        if name.ends_with(INDEX) || name.ends_with(BEGUN) {
            fs::remove_file(&path).map_err(PowerError::file(&path))?;
        } else if let Some(name) = name.strip_suffix(LOG) {
            summary.bytes_lost += rebuild(&path, &path.with_file_name(name), keep)?;
            summary.files += 1;
        }
    }
    Ok(summary)
}

/// All files under `dir`, in the order of their names, so that the same chance keeps the same.
fn files(dir: &Path) -> Result<Vec<PathBuf>, PowerError> {
    let mut found = Vec::new();
    let entries = fs::read_dir(dir).map_err(PowerError::file(dir))?;
    for entry in entries {
        let path = entry.map_err(PowerError::file(dir))?.path();
        match path.is_dir() && !path.is_symlink() {
            true => found.extend(files(&path)?),
            false => found.push(path),
        }
    }
    found.sort();
    Ok(found)
}

fn rebuild(
    log_path: &Path,
    path: &Path,
    keep: &mut dyn FnMut(Kind, usize) -> bool,
) -> Result<u64, PowerError> {
    let log = fs::read(log_path).map_err(PowerError::file(log_path))?;
    let (mut file, mut lost) = (Vec::new(), 0);
    for change in log::read(log_path, &log)? {
        if change.synced || keep(change.kind, change.bytes.len()) {
            apply(&mut file, &change);
        } else {
            lost += change.bytes.len() as u64;
        }
    }
    // In place: the file keeps its owner and mode.
    fs::write(path, &file).map_err(PowerError::file(path))?;
    fs::remove_file(log_path).map_err(PowerError::file(log_path))?;
    Ok(lost)
}

fn apply(file: &mut Vec<u8>, change: &Change<'_>) {
    let offset = usize::try_from(change.offset).expect("the shim is for 64 bits only");
    match change.kind {
        Kind::Truncate => file.resize(offset, 0),
        Kind::Write => {
            let end = offset + change.bytes.len();
            if file.len() < end {
                file.resize(end, 0);
            }
            file[offset..end].copy_from_slice(change.bytes);
        }
    }
}
