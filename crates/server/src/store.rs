//! Opens the store that a URL names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use boxoffice_store_sqlite::{Options, SqliteStore};

use crate::clock::{SystemClock, fill_random};
use crate::failure::Failure;

/// Reads a store's URL: today `sqlite:PATH`.
pub(crate) fn sqlite_path(url: &str) -> Result<PathBuf, Failure> {
    let has_password = url.split_once("://").is_some_and(|(_, rest)| {
        rest.split('/').next().is_some_and(|authority| {
            authority
                .rsplit_once('@')
                .is_some_and(|(user, _)| user.contains(':'))
        })
    });
    if has_password {
        let text = "--store must not hold a password: it would stand in the list of processes";
        return Err(Failure::Usage(text.into()));
    }
    match url.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => Ok(PathBuf::from(path)),
        _ => Err(Failure::Usage(format!(
            "--store `{url}` is not known: expected sqlite:PATH, such as sqlite:boxoffice.sqlite3"
        ))),
    }
}

/// Opens a store.
pub(crate) fn open(path: &Path, options: Options) -> Result<Arc<SqliteStore>, Failure> {
    let mut random = fill_random;
    SqliteStore::open(path, &options, Arc::new(SystemClock), &mut random)
        .map(Arc::new)
        .map_err(|error| Failure::of(&format!("cannot open the store {}", path.display()), &error))
}

/// A generator for an import's keys and nonces, seeded by the operating system.
pub(crate) fn rng() -> rand::rngs::StdRng {
    let mut seed = [0; 32];
    fill_random(&mut seed);
    rand::SeedableRng::from_seed(seed)
}
