//! A box office as a process: started on a free port, stopped politely or killed, audited.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use tempfile::TempDir;

use crate::client::Client;
use crate::processes::signal;

/// A folder with a store, and the binary that works on it.
pub struct Workshop {
    binary: PathBuf,
    folder: TempDir,
    /// The store's URL, when it is not in the folder.
    elsewhere: Option<String>,
    /// The payment provider.
    payments: &'static str,
}

/// A running box office. Killed when dropped.
pub struct Office {
    child: Child,
    pub address: SocketAddr,
    /// Kept open: what else it says must not be its end.
    _said: BufReader<ChildStdout>,
}

impl Workshop {
    /// A folder of its own for `binary`, as cargo names it in `CARGO_BIN_EXE_boxoffice`.
    ///
    /// # Panics
    /// When there is no room for a folder.
    pub fn new(binary: impl AsRef<Path>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Workshop {
            binary: binary.as_ref().to_owned(),
            folder,
            elsewhere: None,
            payments: "test",
        }
    }

    /// The same on the store that this URL names, such as a database of PostgreSQL.
    ///
    /// # Panics
    /// When there is no room for a folder.
    pub fn on(binary: impl AsRef<Path>, store: &str) -> Self {
        let mut workshop = Workshop::new(binary);
        workshop.elsewhere = Some(store.to_owned());
        workshop
    }

    /// The same with another payment provider than the test one.
    #[must_use]
    pub fn paying_by(self, payments: &'static str) -> Self {
        Workshop { payments, ..self }
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The store's URL.
    pub fn store(&self) -> String {
        let here = || format!("sqlite:{}", self.path("store.sqlite3").display());
        self.elsewhere.clone().unwrap_or_else(here)
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(&self.binary);
        command.args(args).output().expect("the binary runs")
    }

    /// Imports a catalogue, which must succeed.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn import(&self, catalogue: &serde_json::Value) {
        let output = self.try_import(&catalogue.to_string());
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Imports the text of a catalogue.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn try_import(&self, text: &str) -> Output {
        self.importer(text).output().expect("the binary runs")
    }

    /// The command that imports the text of a catalogue, to be changed before it is run.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn importer(&self, text: &str) -> Command {
        let file = self.path("catalogue.json");
        std::fs::write(&file, text).expect("a file");
        let mut command = Command::new(&self.binary);
        command
            .args(["import", "--store", &self.store()])
            .arg(&file);
        command
    }

    /// Audits the store, which must have no breach; gives back what the audit says.
    ///
    /// # Panics
    /// When it has one.
    #[track_caller]
    pub fn audit(&self) -> String {
        let output = self.run(&["audit", "--store", &self.store()]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        said
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The words of the command that serves the store on a free port, with the payment provider.
    pub fn serve_args(&self, more: &[&str]) -> Vec<String> {
        let store = self.store();
        let fixed = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--payments",
            self.payments,
        ];
        let store = ["--store", &store];
        let all = fixed.iter().chain(&store).chain(more);
        all.map(|word| (*word).to_owned()).collect()
    }

    /// The command that serves the store, to be changed before it is started.
    pub fn server(&self, more: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(self.serve_args(more)).stderr(Stdio::null());
        command
    }

    /// Serves the store on a free port, with the payment provider.
    ///
    /// # Panics
    /// When it does not start.
    #[track_caller]
    pub fn serve(&self, more: &[&str]) -> Office {
        Office::start(&mut self.server(more)).expect("it serves")
    }
}

impl Office {
    /// Starts a server and waits until it says where it listens; `None` when it ends before.
    ///
    /// # Panics
    /// When the command cannot be started.
    pub fn start(command: &mut Command) -> Option<Office> {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut said = BufReader::new(child.stdout.take().expect("its output is piped"));
        let address = said.by_ref().lines().find_map(|line| {
            let line = line.expect("text");
            line.split_once("listening on http://")?.1.parse().ok()
        });
        let Some(address) = address else {
            child.wait().expect("it ends");
            return None;
        };
        Some(Office {
            child,
            address,
            _said: said,
        })
    }

    /// The process's id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Somebody without a session.
    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// Ends it at once, as a crash would.
    ///
    /// # Panics
    /// When it is not there.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Stops its clock: connections stay open, nobody answers.
    pub fn freeze(&self) {
        signal("STOP", &[self.pid()]);
    }

    /// Lets it run again.
    pub fn thaw(&self) {
        signal("CONT", &[self.pid()]);
    }

    /// Asks it to stop; gives back whether it ended well.
    ///
    /// # Panics
    /// When it cannot be asked.
    pub fn stop(mut self) -> bool {
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        assert!(asked.expect("kill runs").success());
        self.child.wait().expect("it ends").success()
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
