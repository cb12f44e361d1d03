//! Whom a server runs as: PostgreSQL refuses to be root, so that root's tests lend it another user.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// The user and group to become; nobody else when we are not root.
#[derive(Clone, Copy)]
pub(super) struct ServerUser(Option<(u32, u32)>);

impl ServerUser {
    /// The right one for a folder that we have just made, and who thus owns it.
    pub(super) fn of(folder: &Path) -> ServerUser {
        let ours = std::fs::metadata(folder).expect("the folder was just made");
        if ours.uid() != 0 {
            return ServerUser(None);
        }
        let users = std::fs::read_to_string("/etc/passwd").expect("the list of users");
        let found = ["postgres", "nobody"].iter().find_map(|name| {
            let mut lines = users.lines().map(|line| line.split(':'));
            let mut user = lines.find(|user| user.clone().next() == Some(name))?;
            let id = user.nth(2)?.parse().ok()?;
            Some((id, user.next()?.parse().ok()?))
        });
        ServerUser(Some(found.expect("a user `postgres` or `nobody`")))
    }

    /// Lets a command run as this user, at home in `home`.
    pub(super) fn play<'a>(&self, command: &'a mut Command, home: &Path) -> &'a mut Command {
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command.env("HOME", home).current_dir(home)
    }

    /// Gives all that is in a folder to this user.
    pub(super) fn own(&self, folder: &Path) {
        let Some((user, group)) = self.0 else {
            return;
        };
        let given = Command::new("chown")
            .args(["-R", &format!("{user}:{group}")])
            .arg(folder)
            .status();
        assert!(given.is_ok_and(|given| given.success()), "chown fails");
    }
}
