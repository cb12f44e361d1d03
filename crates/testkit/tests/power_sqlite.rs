//! Power cuts under a SQLite database with a write-ahead log, the files they are for: with
//! `synchronous=FULL` nothing that was acknowledged is lost, and without it a loss is seen.
#![cfg(target_os = "linux")]

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use boxoffice_testkit::power::{Summary, build_shim, power_cut, power_cut_keeping, preload};
use rusqlite::Connection;

type TestResult = Result<(), Box<dyn Error>>;

/// Tells the child where the database is, and how hard it syncs.
const DATABASE: &str = "BOXOFFICE_POWER_TEST_DATABASE";
const SYNCHRONOUS: &str = "BOXOFFICE_POWER_TEST_SYNCHRONOUS";

fn open(path: &Path, synchronous: &str) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    // Often, so that the file itself is written and the log begins anew many times.
    connection.pragma_update(None, "wal_autocheckpoint", 16)?;
    connection
        .execute_batch("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, text TEXT)")?;
    Ok(connection)
}

/// Commits row after row and says so of each, until it is killed.
#[test]
#[ignore = "what the other tests run and kill"]
fn child() -> TestResult {
    // Run by hand with all that is ignored, there is nothing to write.
    let Ok(path) = std::env::var(DATABASE) else {
        return Ok(());
    };
    let synchronous = std::env::var(SYNCHRONOUS)?;
    let connection = open(Path::new(&path), &synchronous)?;
    loop {
        let text = "x".repeat(500);
        connection.execute("INSERT INTO rows (text) VALUES (?1)", [text])?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "\ncommitted {}", connection.last_insert_rowid())?;
        out.flush()?;
    }
}

/// Lets a child commit up to row `until` at least, and kills it. Gives the last row that it
/// acknowledged.
fn commit_and_kill(
    dir: &Path,
    shim: &Path,
    synchronous: &str,
    until: i64,
) -> Result<i64, Box<dyn Error>> {
    let mut command = Command::new(std::env::current_exe()?);
    let mut child = preload(&mut command, shim, dir)?
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env(DATABASE, dir.join("box.db"))
        .env(SYNCHRONOUS, synchronous)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no way out")?).lines();
    let acknowledged = |line: &str| line.strip_prefix("committed ")?.parse::<i64>().ok();
    let mut last = 0;
    while last < until {
        let line = lines.next().ok_or("the child ended by itself")??;
        last = acknowledged(&line).unwrap_or(last);
    }
    child.kill()?;
    child.wait()?;
    // What it said between, it said too.
    for line in lines {
        last = acknowledged(&line?).unwrap_or(last);
    }
    Ok(last)
}

/// How many rows there are, and what SQLite says of the file.
fn rows(dir: &Path) -> rusqlite::Result<(i64, String)> {
    let connection = open(&dir.join("box.db"), "full")?;
    let count = "SELECT count(*), coalesce(max(id), 0) FROM rows";
    let (count, last): (i64, i64) =
        connection.query_row(count, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    assert_eq!(count, last, "no row is missing in the middle");
    let health = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    Ok((count, health))
}

/// Several lives on one disk; each must find all that the one before acknowledged.
fn lives(cut: impl Fn(&Path, u64) -> Result<Summary, Box<dyn Error>>) -> TestResult {
    let (tools, disk) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let shim = build_shim(tools.path())?;
    let mut found = 0;
    for life in 1..=6 {
        let acknowledged = commit_and_kill(disk.path(), &shim, "full", found + 20 + 7 * life)?;
        cut(disk.path(), life.unsigned_abs())?;
        let (count, health) = rows(disk.path())?;
        assert!(
            count >= acknowledged,
            "{acknowledged} acknowledged, {count} found"
        );
        assert_eq!(health, "ok");
        found = count;
    }
    Ok(())
}

#[test]
fn with_full_syncs_nothing_acknowledged_is_lost() -> TestResult {
    lives(|disk, _| Ok(power_cut(disk)?))
}

#[test]
fn nor_when_the_disk_had_written_some_of_the_rest() -> TestResult {
    lives(|disk, life| {
        // An odd multiplier spreads the bits; the top one decides.
        let mut chance = life;
        Ok(power_cut_keeping(disk, &mut |_, _| {
            chance = chance.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            chance >> 63 == 1
        })?)
    })
}

#[test]
fn without_syncs_a_loss_is_seen() -> TestResult {
    let (tools, disk) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let shim = build_shim(tools.path())?;
    let acknowledged = commit_and_kill(disk.path(), &shim, "off", 50)?;
    let summary = power_cut(disk.path())?;
    assert!(summary.bytes_lost > 0);
    let (count, _) = rows(disk.path())?;
    assert!(
        count < acknowledged,
        "{acknowledged} acknowledged, {count} found"
    );
    Ok(())
}
