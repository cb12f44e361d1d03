//! What may befall a server: killed, stopped, frozen, and started again.

use super::PostgresServer;
use crate::processes::{self, signal, until};

impl PostgresServer {
    /// Kills the postmaster and all its children at once, as the loss of the machine would end them.
    /// What was written stays: it is the processes that lose their power, not the disk.
    ///
    /// # Panics
    /// When it does not run.
    #[track_caller]
    pub fn kill(&self) {
        let mut child = self.process().take().expect("it runs");
        processes::kill_family(child.id());
        child.wait().expect("it ends");
    }

    /// Asks it to stop (fast: connections are ended, their transactions rolled back) and waits for it.
    ///
    /// # Panics
    /// When it does not run, or does not stop.
    #[track_caller]
    pub fn stop(&self) {
        let mut child = self.process().take().expect("it runs");
        signal("INT", &[child.id()]);
        until("PostgreSQL stops", || {
            child.try_wait().expect("a child").is_some()
        });
    }

    /// Starts it again on the same port and data, after it was killed or stopped; one that runs is
    /// stopped first. Waits until it answers.
    ///
    /// # Panics
    /// When it does not start; says why.
    #[track_caller]
    pub fn restart(&self) {
        let runs = self.process().is_some();
        if runs {
            self.stop();
        }
        if self.launch().is_err() {
            panic!("PostgreSQL does not start again:\n{}", self.log());
        }
    }

    /// Stops the clock of the postmaster and all its children: connections stay open, nobody answers.
    ///
    /// # Panics
    /// When it does not run.
    #[track_caller]
    pub fn freeze(&self) {
        processes::freeze(self.postmaster());
    }

    /// Lets it run again.
    ///
    /// # Panics
    /// When it does not run.
    #[track_caller]
    pub fn thaw(&self) {
        processes::thaw(self.postmaster());
    }

    #[track_caller]
    fn postmaster(&self) -> u32 {
        self.process().as_ref().expect("it runs").id()
    }
}
