//! A server's folder and its guardian: a shell that waits for the end of the test's process, and then
//! ends the server and removes the folder. Also after `kill -9`, and of a server in a static.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::user::ServerUser;

/// Names where the servers' folders are, if not in the one for temporary files. In memory they are made
/// and removed faster.
const SHELF: &str = "BOXOFFICE_POSTGRES_FOLDERS";

/// The guardian knows the server's processes by their working directory: ids may have been given to
/// somebody else, and the server's children are in sessions of their own. Whoever works in the folder
/// itself (`initdb`) is nearly done, and is waited for. The server is let go by itself (SIGQUIT), because
/// only then is its shared memory given back; a postmaster that was killed has left its segment's id in
/// the seventh line of its file. The end of the guardian's output says that the server has ended: to
/// remove a thousand files can take seconds on some disks, for which nobody waits.
const GUARDIAN: &str = r#"
trap '' INT TERM HUP
find_them() {
    them=
    for process in /proc/[0-9]*; do
        if [ "$process/cwd" -ef "$1" ]; then them="$them ${process#/proc/}"; fi
    done
    [ -n "$them" ]
}
while read -r line; do :; done
exec 2>/dev/null
rounds=0
while find_them "$0" && [ $rounds -lt 500 ]; do
    rounds=$((rounds + 1))
    sleep 0.02
done
if find_them "$0/data"; then kill -s QUIT $them; kill -s CONT $them; fi
rounds=0
while find_them "$0/data"; do
    rounds=$((rounds + 1))
    if [ $rounds -gt 100 ]; then kill -s KILL $them; fi
    sleep 0.02
done
segment=$(sed -n '7s/.* //p' "$0/data/postmaster.pid") && [ -n "$segment" ] && ipcrm -m "$segment"
exec >&-
rm -rf "$0"
"#;

/// A folder under guard. Whoever drops it ends the server in it.
pub(super) struct Folder {
    path: PathBuf,
    pub(super) user: ServerUser,
    guardian: Option<Child>,
}

impl Folder {
    /// An empty one that belongs to the user as whom the server will run.
    pub(super) fn new() -> Folder {
        let shelf = std::env::var_os(SHELF).map_or_else(std::env::temp_dir, PathBuf::from);
        let folder = tempfile::Builder::new()
            .prefix("boxoffice-postgres-")
            .tempdir_in(shelf);
        let folder = folder.expect("a folder");
        let user = ServerUser::of(folder.path());
        user.own(folder.path());
        let mut guardian = Command::new("sh");
        // The server's user: even root may not see where a stranger's process works, in some containers.
        user.play(&mut guardian, folder.path())
            .args(["-c", GUARDIAN])
            .arg(folder.path())
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let guardian = Some(guardian.spawn().expect("a shell runs"));
        let path = folder.keep();
        Folder {
            path,
            user,
            guardian,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the cluster is.
    pub(super) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// What the server says.
    pub(super) fn log(&self) -> PathBuf {
        self.path.join("log")
    }

    /// Ends the server; the folder is removed soon after.
    pub(super) fn close(&mut self) {
        let Some(mut guardian) = self.guardian.take() else {
            return;
        };
        drop(guardian.stdin.take());
        if let Some(mut said) = guardian.stdout.take() {
            let _ = std::io::copy(&mut said, &mut std::io::sink());
        }
        let path = self.path.clone();
        std::thread::spawn(move || {
            let _ = guardian.wait();
            // The guardian may not be allowed to take the folder itself out of the one above.
            let _ = std::fs::remove_dir_all(path);
        });
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.close();
    }
}
