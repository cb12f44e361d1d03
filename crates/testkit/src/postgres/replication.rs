//! Streaming standbys: made, waited for by every commit, promoted.

use super::backup::{finish, settle};
use super::folder::Folder;
use super::{PostgresServer, SUPERUSER};
use crate::processes::until;

impl PostgresServer {
    /// A streaming standby of this server, which it sees under this name; it can be read at once.
    ///
    /// # Panics
    /// When it does not start; says why.
    #[track_caller]
    pub fn standby(&self, name: &str) -> PostgresServer {
        let folder = Folder::new();
        let mut copies = self.base_backup(&folder.data(), name);
        finish(folder.user.play(copies.arg("-R"), folder.path()));
        settle(&folder);
        PostgresServer::start_in(self.version(), folder, self.password())
    }

    /// Lets every commit of this server wait for the standby of this name; waits until it does.
    ///
    /// # Panics
    /// When the standby does not come.
    #[track_caller]
    pub fn synchronous(&self, name: &str) {
        self.set("synchronous_standby_names", &format!("\"{name}\""));
        let asked = format!(
            "SELECT count(*) FROM pg_stat_replication \
             WHERE application_name = {} AND sync_state = 'sync'",
            super::quoted(name)
        );
        until("the standby is synchronous", || {
            self.sql(SUPERUSER, &asked).is_ok_and(|count| count == "1")
        });
    }

    /// Makes a standby a primary; waits until it takes writes.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn promote(&self) {
        let promoted = self.sql(SUPERUSER, "SELECT pg_promote(true, 60)");
        assert_eq!(promoted.as_deref(), Ok("t"), "{}", self.log());
        until("the standby has become a primary", || {
            let recovers = self.sql(SUPERUSER, "SELECT pg_is_in_recovery()");
            recovers.as_deref() == Ok("f")
        });
    }
}
