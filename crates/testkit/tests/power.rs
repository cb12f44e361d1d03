//! What a power cut takes away, and what it must leave: a process writes, is killed, and the disk
//! forgets what was never synced.
#![cfg(target_os = "linux")]

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use boxoffice_testkit::power::{Kind, Summary, build_shim, power_cut, power_cut_keeping, preload};
use tempfile::TempDir;

type TestResult = Result<(), Box<dyn Error>>;

/// A disk, beside it the shim.
struct Disk {
    tools: TempDir,
    folder: TempDir,
}

/// A process that writes as it is told.
struct Writer {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Disk {
    fn new() -> Result<Self, Box<dyn Error>> {
        let (tools, folder) = (tempfile::tempdir()?, tempfile::tempdir()?);
        build_shim(tools.path())?;
        Ok(Disk { tools, folder })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> std::io::Result<String> {
        fs::read_to_string(self.path(name))
    }

    fn writer(&self) -> Result<Writer, Box<dyn Error>> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_power_writer"));
        let shim = self.tools.path().join("unsynced.so");
        let mut child = preload(&mut command, &shim, self.folder.path())?
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let orders = child.stdin.take().ok_or("no way in")?;
        let answers = BufReader::new(child.stdout.take().ok_or("no way out")?);
        Ok(Writer {
            child,
            orders,
            answers,
        })
    }

    /// Lets a process do all this, kills it and cuts the power.
    fn cut_after(&self, orders: &[&str]) -> Result<Summary, Box<dyn Error>> {
        self.writer()?.obey(orders)?.kill()?;
        Ok(power_cut(self.folder.path())?)
    }
}

impl Writer {
    fn obey(mut self, orders: &[&str]) -> Result<Self, Box<dyn Error>> {
        for order in orders {
            writeln!(self.orders, "{order}")?;
            let mut answer = String::new();
            self.answers.read_line(&mut answer)?;
            assert_eq!(answer, "done\n", "{order}");
        }
        Ok(self)
    }

    /// SIGKILL.
    fn kill(mut self) -> TestResult {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

#[test]
fn synced_bytes_survive_and_unsynced_vanish() -> TestResult {
    for sync in ["sync-data a", "sync-all a"] {
        let disk = Disk::new()?;
        let orders = ["open a", "at a 0 kept", sync, "at a 4 lost"];
        disk.writer()?.obey(&orders)?.kill()?;
        assert_eq!(disk.read("a")?, "keptlost", "a kill alone loses nothing");
        let summary = power_cut(disk.folder.path())?;
        assert_eq!(disk.read("a")?, "kept");
        assert_eq!((summary.files, summary.bytes_lost), (1, 4));
    }
    Ok(())
}

#[test]
fn a_file_that_was_never_synced_is_empty() -> TestResult {
    let disk = Disk::new()?;
    disk.cut_after(&["open a", "at a 0 lost", "close a"])?;
    assert_eq!(disk.read("a")?, "");
    Ok(())
}

#[test]
fn an_unsynced_overwrite_gives_back_what_was_there() -> TestResult {
    let disk = Disk::new()?;
    let orders = [
        "open a",
        "at a 0 before",
        "sync-data a",
        "at a 0 behind",
        "at a 2 x",
    ];
    disk.cut_after(&orders)?;
    assert_eq!(disk.read("a")?, "before");
    Ok(())
}

#[test]
fn each_file_has_syncs_of_its_own() -> TestResult {
    let disk = Disk::new()?;
    let orders = [
        "open a",
        "open b",
        "at a 0 lost",
        "at b 0 kept",
        "sync-data b",
    ];
    let summary = disk.cut_after(&orders)?;
    assert_eq!(
        (disk.read("a")?, disk.read("b")?),
        (String::new(), "kept".to_owned())
    );
    assert_eq!(summary.files, 2);
    Ok(())
}

#[test]
fn a_sync_by_any_descriptor_is_one_of_the_file() -> TestResult {
    let disk = Disk::new()?;
    let writer = disk
        .writer()?
        .obey(&["open a", "append a one", "append a two"])?;
    // Another process, and in this one a descriptor that was opened anew.
    let other = disk.writer()?.obey(&["open a", "sync-data a"])?;
    let writer = writer.obey(&["append a lost"])?;
    writer.kill()?;
    other.kill()?;
    power_cut(disk.folder.path())?;
    assert_eq!(disk.read("a")?, "onetwo");
    Ok(())
}

#[test]
fn a_truncation_is_lost_like_a_write() -> TestResult {
    let disk = Disk::new()?;
    let begin = ["open a", "at a 0 123456", "sync-data a"];
    disk.cut_after(&[&begin[..], &["truncate a 3"]].concat())?;
    assert_eq!(disk.read("a")?, "123456");
    disk.cut_after(&["open a", "truncate a 3", "sync-data a", "truncate a 5"])?;
    assert_eq!(disk.read("a")?, "123");
    disk.cut_after(&["empty a"])?;
    assert_eq!(disk.read("a")?, "123", "emptied as it was opened");
    disk.cut_after(&["empty a", "append a new", "sync-all a"])?;
    assert_eq!(disk.read("a")?, "new");
    Ok(())
}

#[test]
fn what_was_there_before_the_first_run_is_durable() -> TestResult {
    let disk = Disk::new()?;
    let old = "long ".repeat(50_000);
    fs::write(disk.path("a"), &old)?;
    let summary = disk.cut_after(&["open a", "at a 5 lost"])?;
    assert!(disk.read("a")? == old);
    assert_eq!(summary.bytes_lost, 4);
    Ok(())
}

#[test]
fn what_survived_one_cut_survives_the_next() -> TestResult {
    let disk = Disk::new()?;
    disk.cut_after(&["open a", "at a 0 one", "sync-data a", "at a 3 lost"])?;
    disk.cut_after(&["open a", "at a 3 two", "sync-data a", "at a 6 lost"])?;
    disk.cut_after(&["open a", "at a 0 gone"])?;
    assert_eq!(disk.read("a")?, "onetwo");
    let nothing = power_cut(disk.folder.path())?;
    assert_eq!((nothing.files, disk.read("a")?.as_str()), (0, "onetwo"));
    Ok(())
}

#[test]
fn a_log_that_was_only_begun_says_nothing() -> TestResult {
    let disk = Disk::new()?;
    fs::write(disk.path("a"), "kept")?;
    fs::write(disk.path("a.powerlog.7.begun"), "half")?;
    assert_eq!(power_cut(disk.folder.path())?, Summary::default());
    assert_eq!(disk.read("a")?, "kept");
    assert_eq!(fs::read_dir(disk.folder.path())?.count(), 1);
    Ok(())
}

#[test]
fn a_log_goes_where_its_file_goes() -> TestResult {
    let disk = Disk::new()?;
    let orders = [
        "open a",
        "append a kept",
        "sync-data a",
        "append a lost",
        "close a",
    ];
    disk.cut_after(&[&orders[..], &["rename a b"]].concat())?;
    assert_eq!(disk.read("b")?, "kept");
    assert!(!disk.path("a").exists());
    disk.cut_after(&["open c", "append c gone", "sync-data c", "remove c"])?;
    assert!(!disk.path("c").exists());
    disk.cut_after(&["open c", "append c new", "sync-data c"])?;
    assert_eq!(disk.read("c")?, "new");
    Ok(())
}

#[test]
fn a_disk_may_have_written_what_nobody_asked_it_to() -> TestResult {
    let disk = Disk::new()?;
    let orders = [
        "open a",
        "at a 0 kept",
        "sync-data a",
        "at a 4 12",
        "at a 6 345",
        "truncate a 8",
    ];
    disk.writer()?.obey(&orders)?.kill()?;
    let mut asked = Vec::new();
    let summary = power_cut_keeping(disk.folder.path(), &mut |kind, length| {
        asked.push((kind, length));
        length == 3
    })?;
    assert_eq!(
        asked,
        [(Kind::Write, 2), (Kind::Write, 3), (Kind::Truncate, 0)]
    );
    assert_eq!(disk.read("a")?, "kept\x00\x00345");
    assert_eq!(summary.bytes_lost, 2);
    Ok(())
}

#[test]
fn files_elsewhere_and_indexes_of_sqlite_are_left_out() -> TestResult {
    let (disk, elsewhere) = (Disk::new()?, tempfile::tempdir()?);
    let away = elsewhere.path().join("a");
    let orders = [
        format!("open {}", away.display()),
        format!("at {} 0 there", away.display()),
    ];
    let orders: Vec<&str> = orders.iter().map(String::as_str).collect();
    let summary = disk.cut_after(&[&orders[..], &["open x-shm", "at x-shm 0 gone"]].concat())?;
    assert_eq!(summary, Summary::default());
    assert_eq!(fs::read_to_string(&away)?, "there");
    assert_eq!(fs::read_dir(elsewhere.path())?.count(), 1);
    assert!(!disk.path("x-shm").exists());
    Ok(())
}
