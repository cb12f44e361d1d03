//! Opens the store that a URL names: the one place that knows one store from another.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use boxoffice_store::Store;
use boxoffice_store_postgres::{Address, PostgresStore};
use boxoffice_store_sqlite::{SqliteStore, Synchronous};

use crate::clock::{SystemClock, fill_random};
use crate::failure::Failure;

/// Which store, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StoreUrl {
    Sqlite(PathBuf),
    Postgres(Box<Address>),
}

/// What it is opened for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// To be served; it is set up if it is not there.
    Serve {
        synchronous: Synchronous,
        /// Connections to a database, at most.
        connections: usize,
    },
    /// For a command that sets it up if it is not there.
    Import,
    /// For a command on a store that must be there.
    Audit,
}

/// An open store.
pub(crate) struct Opened {
    pub(crate) store: Arc<dyn Store>,
    /// The same, where it is the embedded one.
    pub(crate) sqlite: Option<Arc<SqliteStore>>,
}

/// What `--store` may be.
const EXPECTED: &str =
    "expected sqlite:PATH, such as sqlite:boxoffice.sqlite3, or postgres://USER@HOST/DATABASE";

impl StoreUrl {
    /// Reads a store's URL. It is not repeated in errors where it may hold a password.
    pub(crate) fn parse(url: &str) -> Result<Self, Failure> {
        if let Some(path) = url.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            return Ok(StoreUrl::Sqlite(PathBuf::from(path)));
        }
        if is_postgres(url) {
            let address = Address::parse(url);
            let wrong = |error: boxoffice_store::StoreError| Failure::Usage(error.to_string());
            return Ok(StoreUrl::Postgres(Box::new(address.map_err(wrong)?)));
        }
        let scheme = url.split(':').next().unwrap_or_default();
        Err(Failure::Usage(format!(
            "--store begins with `{scheme}`: {EXPECTED}"
        )))
    }

    /// Opens it.
    pub(crate) async fn open(&self, purpose: Purpose) -> Result<Opened, Failure> {
        match self {
            StoreUrl::Sqlite(path) => open_sqlite(path, purpose),
            StoreUrl::Postgres(address) => open_postgres(address, purpose).await,
        }
    }
}

fn open_sqlite(path: &Path, purpose: Purpose) -> Result<Opened, Failure> {
    use boxoffice_store_sqlite::Options;
    let options = match purpose {
        Purpose::Serve { synchronous, .. } => Options {
            synchronous,
            ..Options::serve()
        },
        Purpose::Import => Options {
            create: true,
            ..Options::command()
        },
        Purpose::Audit => Options::command(),
    };
    let mut random = fill_random;
    let store = SqliteStore::open(path, &options, Arc::new(SystemClock), &mut random);
    let store = store.map_err(|error| {
        Failure::of(&format!("cannot open the store {}", path.display()), &error)
    })?;
    let store = Arc::new(store);
    Ok(Opened {
        store: store.clone(),
        sqlite: Some(store),
    })
}

async fn open_postgres(address: &Address, purpose: Purpose) -> Result<Opened, Failure> {
    use boxoffice_store_postgres::Options;
    let options = match purpose {
        Purpose::Serve { connections, .. } => Options::serve(connections),
        Purpose::Import => Options {
            create: true,
            ..Options::command()
        },
        Purpose::Audit => Options::command(),
    };
    let mut random = fill_random;
    let store = PostgresStore::open(address, &options, Arc::new(SystemClock), &mut random).await;
    let store = store
        .map_err(|error| Failure::of(&format!("cannot open the store at {address}"), &error))?;
    Ok(Opened {
        store: Arc::new(store),
        sqlite: None,
    })
}

/// A generator for an import's keys and nonces, seeded by the operating system.
pub(crate) fn rng() -> rand::rngs::StdRng {
    let mut seed = [0; 32];
    fill_random(&mut seed);
    rand::SeedableRng::from_seed(seed)
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Whether a URL holds a password, which anybody could read in the list of processes.
pub(crate) fn has_password(url: &str) -> bool {
    if is_postgres(url) {
        return Address::holds_password(url);
    }
    let Some((_, rest)) = url.split_once("://") else {
        return false;
    };
    let (authority, query) = match rest.split_once('?') {
        Some((before, query)) => (before, query),
        None => (rest, ""),
    };
    let authority = authority.split('/').next().unwrap_or_default();
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    let mut parameters = query.split('&');
    user.contains(':') || parameters.any(|parameter| parameter.starts_with("password="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_found_wherever_a_url_may_hold_one() {
        for url in [
            "postgres://me:secret@host/db",
            "smtp://me:@host",
            "postgres://host/db?user=me&password=secret",
        ] {
            assert!(has_password(url), "{url}");
        }
        for url in [
            "sqlite:a:b@c",
            "postgres://me@host:5432/db",
            "https://host/a:b@c?user=me",
        ] {
            assert!(!has_password(url), "{url}");
        }
    }

    #[test]
    fn a_store_that_nobody_knows_is_not_repeated() {
        for url in ["mysql://me:secret@host", "me:secret", "sqlite:", ""] {
            let failure = StoreUrl::parse(url).expect_err(url).to_string();
            assert!(!failure.contains("secret"), "{failure}");
        }
    }
}
