//! A running server: how it is started, and how it is asked. What may befall it is in `faults`.

use std::fs::File;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::folder::Folder;
use super::{HOST, PostgresBinaries, PostgresOptions, PostgresVersion, SUPERUSER, USER};
use crate::ports;
use crate::processes::until;

/// A PostgreSQL of its own. Ended, and its folder removed, when dropped or when the process ends.
pub struct PostgresServer {
    version: PostgresVersion,
    pub(super) binaries: PostgresBinaries,
    pub(super) folder: Folder,
    port: u16,
    password: Option<String>,
    /// The postmaster, while there is one.
    process: Mutex<Option<Child>>,
}

impl PostgresServer {
    /// Makes a cluster and starts it; waits until it answers. With `fsync`, without a password.
    ///
    /// # Panics
    /// When that version is not there, or does not start; says why.
    #[track_caller]
    pub fn start(version: PostgresVersion) -> Self {
        PostgresOptions::new().start(version)
    }

    /// The same with settings in `postgresql.conf`.
    ///
    /// # Panics
    /// When that version is not there, or does not start; says why.
    #[track_caller]
    pub fn start_with(version: PostgresVersion, settings: &[(&str, &str)]) -> Self {
        let add = |options: PostgresOptions, (name, value): &(&str, &str)| options.set(name, value);
        settings
            .iter()
            .fold(PostgresOptions::new(), add)
            .start(version)
    }

    /// The one server that all tests of this process share; each takes a database of its own.
    ///
    /// # Panics
    /// When that version is not there, or does not start; says why.
    #[track_caller]
    pub fn shared(version: PostgresVersion) -> &'static PostgresServer {
        static SYSTEM: OnceLock<PostgresServer> = OnceLock::new();
        static NEWEST: OnceLock<PostgresServer> = OnceLock::new();
        let shared = match version {
            PostgresVersion::System => &SYSTEM,
            PostgresVersion::Newest => &NEWEST,
        };
        shared.get_or_init(|| PostgresServer::start(version))
    }

    /// Starts what is in the folder, on a free port.
    #[track_caller]
    pub(super) fn start_in(
        version: PostgresVersion,
        folder: Folder,
        password: Option<String>,
    ) -> Self {
        let binaries = version.binaries().unwrap_or_else(|why| panic!("{why}"));
        let mut server = PostgresServer {
            version,
            binaries,
            folder,
            port: 0,
            password,
            process: Mutex::new(None),
        };
        loop {
            server.port = free_port();
            if server.launch().is_ok() {
                return server;
            }
            // Between the look and the start, another may have taken the port.
            let log = server.log();
            assert!(taken(&log), "PostgreSQL does not start:\n{log}");
            let _ = std::fs::remove_file(server.folder.log());
        }
    }

    /// Starts the postmaster and waits until it answers; `Err` when it ends before.
    pub(super) fn launch(&self) -> Result<(), ()> {
        let log = File::options()
            .append(true)
            .create(true)
            .open(self.folder.log());
        let log = log.expect("a log");
        let mut command = self.binaries.command("postgres");
        let data = self.folder.data();
        let play = self.folder.user.play(&mut command, self.folder.path());
        let mut child = play
            // Here, and not in a file that a standby or a backup takes with it.
            .args(["-c", &format!("listen_addresses={HOST}")])
            .args(["-c", "unix_socket_directories="])
            .args(["-p", &self.port.to_string(), "-D"])
            .arg(&data)
            // By this the guardian knows it, from its first moment.
            .current_dir(&data)
            // Neither a Ctrl-C nor the end of a test's output is for the server.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("postgres runs");
        let mut ended = false;
        until("PostgreSQL answers", || {
            ended = child.try_wait().expect("a child").is_some();
            ended || self.says_ready(child.id())
        });
        match ended {
            true => Err(()),
            false => {
                *self.process() = Some(child);
                Ok(())
            }
        }
    }

    /// Whether the postmaster has written that it takes connections, as `pg_ctl` asks too.
    fn says_ready(&self, process: u32) -> bool {
        let file = self.folder.data().join("postmaster.pid");
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let mut lines = text.lines();
        let its = lines.next() == Some(&process.to_string());
        its && lines.nth(6).is_some_and(|status| status.trim() == "ready")
    }

    pub(super) fn process(&self) -> MutexGuard<'_, Option<Child>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn password(&self) -> Option<String> {
        self.password.clone()
    }

    /// Which PostgreSQL it is.
    pub fn version(&self) -> PostgresVersion {
        self.version
    }

    /// The port, also across restarts.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The URL of a database, as `boxoffice`.
    pub fn url(&self, database: &str) -> String {
        self.url_at(self.address(), database)
    }

    /// The URL of a database by another way, such as a [`Proxy`](crate::Proxy)'s address.
    pub fn url_at(&self, address: SocketAddr, database: &str) -> String {
        let password = self.password.as_deref().map_or(String::new(), |password| {
            let escape = |byte: u8| match byte.is_ascii_alphanumeric() {
                true => char::from(byte).to_string(),
                false => format!("%{byte:02X}"),
            };
            format!(":{}", password.bytes().map(escape).collect::<String>())
        });
        format!("postgres://{USER}{password}@{address}/{database}")
    }

    /// Makes an empty database that belongs to `boxoffice`; gives back its name.
    ///
    /// # Panics
    /// When the server refuses.
    #[track_caller]
    pub fn new_database_name(&self) -> String {
        static MADE: AtomicU32 = AtomicU32::new(0);
        // With the process: a restored server has databases of the process that made the backup.
        let process = std::process::id();
        let name = format!("test_{process}_{}", MADE.fetch_add(1, Ordering::Relaxed));
        let create = format!("CREATE DATABASE {name} OWNER {USER}");
        self.sql(SUPERUSER, &create).expect("a database");
        name
    }

    /// Makes an empty database that belongs to `boxoffice`; gives back its URL.
    ///
    /// # Panics
    /// When the server refuses.
    #[track_caller]
    pub fn new_database(&self) -> String {
        self.url(&self.new_database_name())
    }

    /// Runs statements in a database as the superuser, through `psql`; gives back the rows, a line
    /// each, columns parted by `|`.
    ///
    /// # Errors
    /// What the server or `psql` says against it.
    ///
    /// # Panics
    /// When `psql` cannot be run.
    pub fn sql(&self, database: &str, sql: &str) -> Result<String, String> {
        let mut psql = self.binaries.command("psql");
        let mut psql = psql
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"])
            .args(["-U", SUPERUSER, "-h", HOST, "-p", &self.port.to_string()])
            .args(["-d", database])
            .env("PGCONNECT_TIMEOUT", "30")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("psql runs");
        let mut stdin = psql.stdin.take().expect("its input is piped");
        // It may have ended for want of a server: its own words are the better error.
        let _ = stdin.write_all(sql.as_bytes());
        drop(stdin);
        let output = psql.wait_with_output().expect("psql ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
        match output.status.success() {
            true => Ok(text(&output.stdout)),
            false => Err(text(&output.stderr)),
        }
    }

    /// Changes a setting and waits until new connections have it (`ALTER SYSTEM`, then a reload).
    ///
    /// # Panics
    /// When the server refuses.
    #[track_caller]
    pub fn set(&self, name: &str, value: &str) {
        let ask = |sql: &str| self.sql(SUPERUSER, sql).expect("the server obeys");
        let loaded = ask("SELECT pg_conf_load_time()");
        ask(&format!(
            "ALTER SYSTEM SET {name} = {}",
            super::quoted(value)
        ));
        ask("SELECT pg_reload_conf()");
        until("the server has read its settings", || {
            ask("SELECT pg_conf_load_time()") != loaded
        });
    }

    /// A command of one of its programs, such as `pgbench`.
    pub fn tool(&self, name: &str) -> Command {
        self.binaries.command(name)
    }

    /// What it has said.
    pub fn log(&self) -> String {
        std::fs::read(self.folder.log()).map_or(String::new(), |log| {
            String::from_utf8_lossy(&log).into_owned()
        })
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.folder.close();
        if let Some(mut child) = self.process().take() {
            let _ = child.wait();
        }
    }
}

/// Whether the server found another on its port.
fn taken(log: &str) -> bool {
    log.contains("Address already in use")
}

fn free_port() -> u16 {
    let address = ports::listener().local_addr();
    address.expect("a listener has an address").port()
}
