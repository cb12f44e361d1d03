//! How a new server is set up: its settings, who may come in, and its certificate.

use std::os::unix::fs::OpenOptionsExt;
use std::process::Stdio;

use super::folder::Folder;
use super::{HOST, PostgresServer, PostgresVersion, SUPERUSER, USER, quoted};

/// What every server has. Small buffers, because several run at once. Memory that a killed server
/// leaves behind is in its folder. Standbys come back soon, and find what they missed.
const SETTINGS: &[(&str, &str)] = &[
    ("max_connections", "300"),
    ("shared_buffers", "64MB"),
    ("dynamic_shared_memory_type", "mmap"),
    ("wal_keep_size", "256MB"),
    ("wal_retrieve_retry_interval", "200ms"),
];

/// A server that is not yet there.
#[derive(Clone, Debug, Default)]
pub struct PostgresOptions {
    settings: Vec<(String, String)>,
    password: Option<String>,
    /// The certificate and its key.
    tls: Option<(String, String)>,
}

impl PostgresOptions {
    /// What [`PostgresServer::start`] takes.
    pub fn new() -> Self {
        PostgresOptions::default()
    }

    /// With a setting in `postgresql.conf`.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a password that `boxoffice` is asked for (SCRAM). The server's URLs name it.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// With TLS, by this certificate (chain) and key in PEM; `boxoffice` is let in by TLS only. For
    /// [`PostgresVersion::System`]: the other one is built without.
    #[must_use]
    pub fn tls(mut self, certificate: &str, key: &str) -> Self {
        self.tls = Some((certificate.to_owned(), key.to_owned()));
        self
    }

    /// Makes a cluster and starts it; waits until it answers.
    ///
    /// # Panics
    /// When that version is not there, or does not start; says why.
    #[track_caller]
    pub fn start(&self, version: PostgresVersion) -> PostgresServer {
        let folder = Folder::new();
        initdb(version, &folder);
        self.configure(&folder);
        let password = self.password.clone();
        let server = PostgresServer::start_in(version, folder, password);
        let with = match &self.password {
            Some(password) => format!("PASSWORD {}", quoted(password)),
            None => String::new(),
        };
        let role = format!("CREATE ROLE {USER} LOGIN {with}");
        server.sql(SUPERUSER, &role).expect("a user");
        server
    }

    fn configure(&self, folder: &Folder) {
        let data = folder.data();
        let fixed = SETTINGS.iter().map(|(name, value)| (*name, *value));
        let chosen = self
            .settings
            .iter()
            .map(|(name, value)| (&**name, &**value));
        let tls = self.tls.iter().map(|_| ("ssl", "on"));
        let lines = fixed.chain(tls).chain(chosen);
        let lines: String = lines
            .map(|(name, value)| format!("{name} = {}\n", quoted(value)))
            .collect();
        append(&data.join("postgresql.conf"), &lines);

        let kind = self.tls.as_ref().map_or("host", |_| "hostssl");
        let how = self.password.as_ref().map_or("trust", |_| "scram-sha-256");
        let doors = format!(
            "host all {SUPERUSER} {HOST}/32 trust\n\
             host replication {SUPERUSER} {HOST}/32 trust\n\
             {kind} all {USER} {HOST}/32 {how}\n"
        );
        std::fs::write(data.join("pg_hba.conf"), doors).expect("a file");
        if let Some((certificate, key)) = &self.tls {
            append(&data.join("server.crt"), certificate);
            append(&data.join("server.key"), key);
        }
        folder.user.own(&data);
    }
}

fn initdb(version: PostgresVersion, folder: &Folder) {
    let binaries = version.binaries().unwrap_or_else(|why| panic!("{why}"));
    let mut initdb = binaries.command("initdb");
    let output = folder
        .user
        .play(&mut initdb, folder.path())
        // Not synced: the tests' power cuts are about what the server writes afterwards.
        .args(["--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "-N"])
        .args(["-U", SUPERUSER, "-D"])
        .arg(folder.data())
        .stdin(Stdio::null())
        .output()
        .expect("initdb runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "initdb fails: {said}");
}

/// Adds to a file; a new one can be read by its owner only, as the server demands of its key.
pub(super) fn append(path: &std::path::Path, text: &str) {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    let file = options.append(true).create(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.expect("a file can be written");
}
