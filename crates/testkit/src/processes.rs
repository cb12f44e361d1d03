//! Other processes: signals to them, their children, and whether they are still there. Reads `/proc`,
//! so Linux only, but for the signals.

use std::process::Command;
use std::time::{Duration, Instant};

/// Longer than anything may take: a test that gets here has found a hang.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Sends a signal by its name to all of these, one right after the other.
///
/// # Panics
/// When there is no shell.
pub(crate) fn signal(name: &str, processes: &[u32]) {
    // The shell's own `kill`: the program of that name is not on every machine. One that has already
    // gone is no error, the caller looks what is left.
    Command::new("sh")
        .args(["-c", r#"kill -s "$0" "$@" 2>/dev/null; true"#, name])
        .args(processes.iter().map(u32::to_string))
        .status()
        .expect("a shell runs");
}

/// Stops the clock of a process and all its children.
pub(crate) fn freeze(process: u32) {
    // The parent first: after that there are no new children.
    let stop = |processes: &[u32]| {
        signal("STOP", processes);
        let still = |process: &u32| matches!(state(*process), None | Some('T' | 'Z' | 'X'));
        until("the processes stand still", || processes.iter().all(still));
    };
    stop(&[process]);
    stop(&children(process));
}

/// Lets it run again.
pub(crate) fn thaw(process: u32) {
    let mut family = children(process);
    family.push(process);
    signal("CONT", &family);
}

/// Ends a process and all its children at once. The process itself is left for its parent to wait for.
pub(crate) fn kill_family(process: u32) {
    freeze(process);
    let mut family = children(process);
    family.push(process);
    signal("KILL", &family);
    // Whoever starts in their place must not meet one that is still leaving.
    let gone = |process: &u32| matches!(state(*process), None | Some('Z' | 'X'));
    until("the processes are gone", || family.iter().all(gone));
}

/// The processes whose parent this is.
fn children(parent: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").expect("this needs Linux's /proc");
    processes
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|process| stat(*process).is_some_and(|(_, of)| of == parent))
        .collect()
}

fn state(process: u32) -> Option<char> {
    stat(process).map(|(state, _)| state)
}

/// A process's state and parent, as `/proc/<pid>/stat` has them behind the name in brackets.
fn stat(process: u32) -> Option<(char, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut words = rest.split(' ');
    let state = words.next()?.chars().next()?;
    Some((state, words.next()?.parse().ok()?))
}

/// Asks again and again until it is so.
///
/// # Panics
/// When it does not become so.
#[track_caller]
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < PATIENCE, "in vain, waited until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
