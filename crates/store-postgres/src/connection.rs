//! Connections: made, told how to behave, and listened to beside their answers. What is asked over them
//! is said elsewhere.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use boxoffice_store::StoreError;
use deadpool_postgres::{
    Connect, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts,
};
use futures::future::poll_fn;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_postgres::error::Severity;
use tokio_postgres::{AsyncMessage, Client, Config, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::address::Address;
use crate::error::{no_connection, too_slow, unreachable};
use crate::options::{ANSWER, LOCK};
use crate::tls;

/// Where our tables are.
pub(crate) const SCHEMA: &str = "boxoffice";

/// What every session of ours is told. What we ask goes by keys, whatever the statistics say of a ledger
/// that has just grown by millions. A commit waits for the disk and for the synchronous standbys at
/// least, whatever the server's own setting; nothing may cut it short, for then it would be visible
/// though not replicated.
const ALL: &str = "
    SET client_min_messages = warning;
    SET search_path = boxoffice;
    SET default_transaction_isolation = 'read committed';
    SET jit = off;
    SET enable_seqscan = off;
    SET enable_bitmapscan = off;
    SELECT set_config('synchronous_commit', 'on', false)
     WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write');
    SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout';
    SET idle_session_timeout = 0;
    SET client_connection_check_interval = '500ms';
    SET tcp_keepalives_idle = 1;
    SET tcp_keepalives_interval = 1;
    SET tcp_keepalives_count = 2;
    SET tcp_user_timeout = '2s';
";

/// Who uses a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Batches: a node that freezes with an event locked loses it within a second. What it asks is planned once:
    /// its statements name the month's own tables.
    Write,
    Read,
    /// Telling others of commits: what is lost with the server is found by looking.
    Tell,
}

impl Purpose {
    fn settings(self, silent: Duration) -> String {
        let own = match self {
            Purpose::Write => {
                let (lock, silent) = (LOCK.as_millis(), silent.as_millis());
                format!(
                    "SET statement_timeout = 0; SET lock_timeout = {lock};
                     SET idle_in_transaction_session_timeout = {silent};
                     SET plan_cache_mode = force_generic_plan;"
                )
            }
            Purpose::Read => {
                "SET statement_timeout = '10s'; SET default_transaction_read_only = on;
                SET idle_in_transaction_session_timeout = '10s';"
                    .into()
            }
            Purpose::Tell => "SET synchronous_commit = off; SET statement_timeout = '2s';".into(),
        };
        format!("{ALL}{own}")
    }
}

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum NoConnection {
    Refused(Error),
    /// No host has answered in time.
    Silent,
}

impl From<NoConnection> for StoreError {
    fn from(why: NoConnection) -> Self {
        match why {
            NoConnection::Refused(error) => unreachable(error),
            NoConnection::Silent => too_slow("connecting"),
        }
    }
}

/// Makes connections.
#[derive(Clone)]
pub(crate) struct Connector {
    /// One a host.
    configs: Arc<[Config]>,
    /// The host that was found last, to be tried first.
    preferred: Arc<AtomicUsize>,
    tls: MakeRustlsConnect,
    /// For how long whoever has an event locked may say nothing.
    silent: Duration,
    /// Drives them, whoever asked for them.
    runtime: Handle,
    /// How often a server has warned on a connection that writes.
    warnings: Arc<AtomicU64>,
}

impl Connector {
    pub(crate) fn new(
        address: &Address,
        silent: Duration,
        runtime: Handle,
    ) -> Result<Self, StoreError> {
        Ok(Connector {
            configs: address.configs.as_slice().into(),
            preferred: Arc::default(),
            tls: tls::connector(&address.encryption)?,
            silent,
            runtime,
            warnings: Arc::default(),
        })
    }

    /// Where what outlives a call is to run.
    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// Rises when a server warns on a connection that writes. A COMMIT that was cancelled while it
    /// waited for the standby succeeds with a warning, before its answer.
    pub(crate) fn warnings(&self) -> u64 {
        self.warnings.load(Ordering::Acquire)
    }

    /// A connection to the first host that lets us in and takes writes; `hear` gets what the server says
    /// unasked from then on. A host that says nothing does not hide those behind it.
    pub(crate) async fn connect(
        &self,
        purpose: Purpose,
        hear: impl Fn(AsyncMessage) + Send + Sync + 'static,
    ) -> Result<(Client, JoinHandle<()>), NoConnection> {
        let (hear, count) = (Arc::new(hear), self.configs.len());
        let first = self.preferred.load(Ordering::Relaxed);
        let mut failed = NoConnection::Silent;
        for host in (first..first + count).map(|host| host % count) {
            let connecting = self.connect_to(&self.configs[host], purpose, Arc::clone(&hear));
            match tokio::time::timeout(ANSWER, connecting).await {
                Ok(Ok(connected)) => {
                    self.preferred.store(host, Ordering::Relaxed);
                    return Ok(connected);
                }
                Ok(Err(error)) => failed = NoConnection::Refused(error),
                Err(_) => {}
            }
        }
        Err(failed)
    }

    async fn connect_to(
        &self,
        config: &Config,
        purpose: Purpose,
        hear: Arc<impl Fn(AsyncMessage) + Send + Sync + 'static>,
    ) -> Result<(Client, JoinHandle<()>), Error> {
        let (client, mut connection) = config.connect(self.tls.clone()).await?;
        let ready = Arc::new(AtomicBool::new(false));
        let is_ready = Arc::clone(&ready);
        let driver = self.runtime.spawn(async move {
            while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
                match message {
                    // What a server says to everybody who comes is not about us.
                    Ok(_) if !is_ready.load(Ordering::Acquire) => {}
                    Ok(message) => hear(message),
                    Err(error) => {
                        let error = crate::error::said(&error);
                        tracing::warn!(error, "A connection to the database has ended");
                        return;
                    }
                }
            }
        });
        match client.batch_execute(&purpose.settings(self.silent)).await {
            Ok(()) => {
                ready.store(true, Ordering::Release);
                Ok((client, driver))
            }
            Err(error) => {
                driver.abort();
                Err(error)
            }
        }
    }

    /// A pool of connections.
    pub(crate) fn pool(&self, purpose: Purpose, size: usize) -> Result<Pool, StoreError> {
        let connect = Pooled {
            connector: self.clone(),
            purpose,
        };
        let config = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = Manager::from_connect(self.configs[0].clone(), connect, config);
        Pool::builder(manager)
            .max_size(size)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts {
                wait: Some(ANSWER),
                create: None,
                recycle: Some(ANSWER),
            })
            .build()
            .map_err(|error| StoreError::Unusable(format!("no pool of connections: {error}")))
    }
}

/// Makes a pool's connections.
struct Pooled {
    connector: Connector,
    purpose: Purpose,
}

type Connecting<'a> =
    Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + 'a>>;

impl Connect for Pooled {
    fn connect(&self, _: &Config) -> Connecting<'_> {
        let warnings = Arc::clone(&self.connector.warnings);
        let writes = self.purpose == Purpose::Write;
        let connecting = self.connector.connect(self.purpose, move |message| {
            let AsyncMessage::Notice(notice) = message else {
                return;
            };
            if writes && notice.parsed_severity() == Some(Severity::Warning) {
                warnings.fetch_add(1, Ordering::AcqRel);
                tracing::warn!(message = notice.message(), "The database warns");
            }
        });
        Box::pin(async move {
            match connecting.await {
                Ok(connected) => Ok(connected),
                Err(NoConnection::Refused(error)) => Err(error),
                // Whoever waits for it does so for a time of its own: see `take`.
                Err(NoConnection::Silent) => std::future::pending().await,
            }
        })
    }
}

/// A pool's next connection; waits for it, but not for ever.
pub(crate) async fn take(pool: &Pool) -> Result<Object, StoreError> {
    match tokio::time::timeout(2 * ANSWER, pool.get()).await {
        Ok(taken) => taken.map_err(no_connection),
        Err(_) => Err(too_slow("connecting")),
    }
}
