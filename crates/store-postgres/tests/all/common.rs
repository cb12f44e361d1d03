//! A store in a database of its own, on servers that all tests share. No test lives here.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, LazyLock};

use boxoffice_store::conformance::{Harness, TurnedClock};
use boxoffice_store::{Store, StoreError};
use boxoffice_store_postgres::{Address, Options, PostgresStore};
use boxoffice_testkit::{PostgresServer, PostgresVersion};
use tokio::runtime::Runtime;

pub(crate) type TestResult = Result<(), Box<dyn std::error::Error>>;

/// Drives the connections, whatever runtime a case has of its own.
pub(crate) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
});

/// A store in a database of its own.
pub(crate) struct Opened {
    pub(crate) store: PostgresStore,
    pub(crate) clock: Arc<TurnedClock>,
    pub(crate) url: String,
}

impl Opened {
    pub(crate) fn on(version: PostgresVersion, clock: Arc<TurnedClock>) -> Self {
        Opened::at(PostgresServer::shared(version).new_database(), clock)
    }

    /// Sets up, or opens, the store at a URL.
    pub(crate) fn at(url: String, clock: Arc<TurnedClock>) -> Self {
        let store = open(&url, &options(), Arc::clone(&clock), 1).expect("the store opens");
        Opened { store, clock, url }
    }

    /// Another node on the same database.
    pub(crate) fn another(&self, options: &Options) -> Opened {
        static NODES: AtomicU8 = AtomicU8::new(2);
        let node = NODES.fetch_add(1, Ordering::Relaxed);
        let (clock, url) = (Arc::clone(&self.clock), self.url.clone());
        let store = open(&url, options, Arc::clone(&clock), node).expect("the store opens");
        Opened { store, clock, url }
    }
}

/// As `serve` has them, on a clock that tests turn.
pub(crate) fn options() -> Options {
    Options {
        server_time: false,
        ..Options::serve(12)
    }
}

/// Opens a store from wherever a test is; `node` is what a node's name and its keys are drawn from.
pub(crate) fn open(
    url: &str,
    options: &Options,
    clock: Arc<TurnedClock>,
    node: u8,
) -> Result<PostgresStore, StoreError> {
    let address = Address::parse(url)?;
    let mut keys = 0;
    let mut draw = |bytes: &mut [u8]| match bytes.len() {
        8 => bytes.fill(node),
        _ => {
            keys += 1;
            bytes.fill(keys);
        }
    };
    // On a thread of its own: a case may be within a runtime that must not be blocked.
    std::thread::scope(|scope| {
        let opening = || RUNTIME.block_on(PostgresStore::open(&address, options, clock, &mut draw));
        scope.spawn(opening).join().expect("opening does not panic")
    })
}

macro_rules! harness {
    ($name:ident, $version:ident) => {
        /// The harness of the conformance suite.
        pub(crate) struct $name(pub(crate) Opened);

        impl Harness for $name {
            fn set_up(clock: Arc<TurnedClock>) -> Self {
                $name(Opened::on(PostgresVersion::$version, clock))
            }

            fn store(&self) -> &dyn Store {
                &self.0.store
            }

            fn reopen(self) -> Self {
                let Opened { store, clock, url } = self.0;
                drop(store);
                $name(Opened::at(url, clock))
            }
        }
    };
}

harness!(OnSystem, System);
harness!(OnNewest, Newest);
