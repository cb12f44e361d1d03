//! Base backups, and servers started from one.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::folder::Folder;
use super::options::append;
use super::{HOST, PostgresServer, PostgresVersion, SUPERUSER};

impl PostgresServer {
    /// Takes a base backup into `dir`, a new or empty folder, with the log that belongs to it.
    ///
    /// # Panics
    /// When it cannot be taken; says why.
    #[track_caller]
    pub fn backup(&self, dir: &Path) {
        // As ourselves: the server's user may not be able to go there.
        finish(&mut self.base_backup(dir, "backup"));
    }

    /// A server of its own, started from a copy of the backup in `dir`. It waits for no standby. A
    /// password is asked as where the backup was taken, but the URLs do not name it.
    ///
    /// # Panics
    /// When it does not start; says why.
    #[track_caller]
    pub fn from_backup(version: PostgresVersion, dir: &Path) -> Self {
        let folder = Folder::new();
        copy(dir, &folder);
        settle(&folder);
        PostgresServer::start_in(version, folder, None)
    }

    pub(super) fn base_backup(&self, dir: &Path, name: &str) -> Command {
        let port = self.port();
        let from = format!("host={HOST} port={port} user={SUPERUSER} application_name='{name}'");
        let mut command = self.binaries.command("pg_basebackup");
        command
            .args(["-c", "fast", "-X", "stream", "--no-sync"])
            .args(["-d", &from, "-D"])
            .arg(dir);
        command
    }
}

/// Runs a command that must succeed.
#[track_caller]
pub(super) fn finish(command: &mut Command) {
    let output = command.output().expect("PostgreSQL's program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} fails: {said}");
}

/// Copies a cluster into the folder: we read it, the server's user writes it.
#[track_caller]
fn copy(dir: &Path, folder: &Folder) {
    let mut reads = Command::new("tar")
        .args(["-c", "-C"])
        .arg(dir)
        .arg(".")
        .stdout(Stdio::piped())
        .spawn()
        .expect("tar runs");
    let read = reads.stdout.take().expect("its output is piped");
    let mut writes = Command::new("sh");
    let writes = folder.user.play(&mut writes, folder.path());
    finish(
        writes
            .args(["-c", "mkdir data && tar -x -C data"])
            .stdin(read),
    );
    assert!(reads.wait().is_ok_and(|read| read.success()), "tar fails");
}

/// Makes a copied cluster its own server's: it would wait for the original's standbys in vain.
pub(super) fn settle(folder: &Folder) {
    let lonely = "synchronous_standby_names = ''\n";
    append(&folder.data().join("postgresql.auto.conf"), lonely);
    // PostgreSQL demands that; a copy has what the umask left.
    let own = Permissions::from_mode(0o700);
    std::fs::set_permissions(folder.data(), own).expect("a folder of ours");
}
