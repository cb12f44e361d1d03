//! What a lock, a full disk, a crash or a damaged row lead to.

mod common;

use std::path::PathBuf;

use boxoffice_store::conformance::{Given, publish};
use boxoffice_store::{CommitError, Store, StoreError};
use boxoffice_store_sqlite::Options;
use futures::executor::block_on;
use rusqlite::Connection;

use common::{Served, TestResult, block_or_not, hold, open};

#[test]
fn a_file_that_somebody_keeps_locked_is_unavailable_until_it_is_let_go() -> TestResult {
    let harness = Served::impatient();
    let given = Given {
        clock: harness.clock.clone(),
        harness,
    };
    let store = given.store();
    let mut desk = block_on(publish(&given, 0))?;
    let other = Connection::open(given.harness.path())?;
    other.execute_batch("BEGIN IMMEDIATE")?;
    let refused = block_on(store.begin()).err();
    assert!(
        matches!(refused, Some(StoreError::Unavailable { .. })),
        "{refused:?}"
    );
    let unready = block_on(store.ready()).err();
    assert!(
        matches!(unready, Some(StoreError::Unavailable { .. })),
        "{unready:?}"
    );
    assert_eq!(block_on(store.heads())?, [desk.head()], "readers go on");
    other.execute_batch("ROLLBACK")?;
    block_on(store.ready())?;
    block_on(hold(&mut desk, store, 0))
}

#[test]
fn a_full_disk_is_unavailable_until_there_is_room() -> TestResult {
    let given = Given::<Served>::new();
    let store = given.store();
    let mut desk = block_on(publish(&given, 0))?;
    given.harness.store.limit_pages(1)?;
    let refused = (0..10_000).find_map(|number| {
        let mut trial = desk.clone();
        let acted = block_on(trial.act(store, &block_or_not(number)));
        match acted {
            Ok(_) => desk = trial,
            Err(error) => return Some(error),
        }
        None
    });
    let refused = refused.ok_or("the disk never filled")?;
    let refused = refused.downcast::<StoreError>()?;
    assert!(
        matches!(*refused, StoreError::Unavailable { .. }),
        "{refused:?}"
    );
    let unready = block_on(store.ready()).err();
    assert!(
        matches!(unready, Some(StoreError::Unavailable { .. })),
        "{unready:?}"
    );
    assert_eq!(
        block_on(store.head(desk.event()))?,
        Some(desk.head()),
        "readers go on"
    );

    given.harness.store.limit_pages(1_000_000)?;
    block_on(store.ready())?;
    block_on(hold(&mut desk, store, 0))?;
    assert_eq!(block_on(store.head(desk.event()))?, Some(desk.head()));
    Ok(())
}

/// SQLite may answer a full disk by rolling back all of a transaction. What a batch tries after that
/// must not be committed line by line.
#[test]
fn a_batch_that_finds_no_room_fails_as_a_whole() -> TestResult {
    let given = Given::<Served>::new();
    let desk = block_on(publish(&given, 0))?;
    let other = block_on(publish(&given, 1))?;
    given.harness.store.limit_pages(1)?;
    let mut batch = block_on(given.store().begin())?;
    block_on(desk.clone().act_in(batch.as_mut(), &block_or_not(0)))?;
    block_on(batch.lock(other.event(), u64::MAX))?;
    let (_, mut append) = other.clone().decide(&block_or_not(0), batch.now());
    append.entries[0].0.bytes = vec![0; 1_000_000];
    let refused = block_on(batch.append(&append));
    assert!(
        matches!(refused, Err(StoreError::Unavailable { .. })),
        "{refused:?}"
    );
    assert!(block_on(batch.undo()).is_err());
    assert!(block_on(desk.clone().act_in(batch.as_mut(), &block_or_not(0))).is_err());
    let failed = block_on(batch.commit());
    assert!(matches!(failed, Err(CommitError::Failed(_))), "{failed:?}");
    assert_eq!(
        block_on(given.store().heads())?,
        [desk.head(), other.head()]
    );
    Ok(())
}

#[test]
fn a_damaged_row_is_named_by_table_key_and_column() -> TestResult {
    let given = Given::<Served>::new();
    let store = given.store();
    let mut desk = block_on(publish(&given, 0))?;
    block_on(desk.pay(store, &[0]))?;
    let event = desk.event();
    let cases = [
        (
            "UPDATE ledger SET check_bytes = x'00' WHERE version = 2",
            "ledger",
            "version 2: check_bytes",
        ),
        ("UPDATE heads SET available = -1", "heads", "available"),
        (
            "UPDATE bookings SET status = 'lost'",
            "bookings",
            "attempt 3: status",
        ),
        ("UPDATE events SET id = 'ä'", "events", "id"),
    ];
    for (sql, table, key) in cases {
        given.harness.tamper(sql)?;
        let error = match table {
            "ledger" => block_on(store.tail(event, 0, 9)).err(),
            "heads" => block_on(store.heads()).err(),
            "bookings" => block_on(store.bookings(event, 0, 9)).err(),
            _ => block_on(store.catalogue(0)).err(),
        };
        let error = error
            .ok_or(format!("the damaged {table} read"))?
            .to_string();
        let named = [table, &event.to_string(), key]
            .iter()
            .all(|part| error.contains(part));
        assert!(named, "{error}");
    }
    Ok(())
}

/// The file and its log are copied while the store is open, which is what a crash leaves.
#[cfg(unix)]
#[test]
fn what_was_committed_is_there_after_a_crash_and_nothing_else() -> TestResult {
    let given = Given::<Served>::new();
    let mut desk = block_on(publish(&given, 0))?;
    block_on(hold(&mut desk, given.store(), 0))?;
    assert!(given.harness.store.wal_bytes() > 0);
    let mut batch = block_on(given.store().begin())?;
    block_on(desk.clone().act_in(batch.as_mut(), &block_or_not(0)))?;

    let crashed = tempfile::tempdir()?;
    // By another process: this one must not close a file that SQLite has locks on.
    let copied = std::process::Command::new("cp")
        .args([
            given.harness.path(),
            given.harness.folder.path().join("box.db-wal"),
        ])
        .arg(crashed.path())
        .status()?;
    assert!(copied.success());
    let again = open(&crashed.path().join("box.db"), &Options::serve())?;
    assert_eq!(block_on(again.heads())?, [desk.head()]);
    assert_eq!(block_on(again.tail(desk.event(), 0, 9))?.len(), 2);
    assert_eq!(block_on(again.keys())?, block_on(given.store().keys())?);
    Ok(())
}

/// As above, but on a disk that is really full: there it is the log that finds no room, and it is the
/// commit that fails. Wants the path of an empty file system of a few megabytes, such as
/// `mount -t tmpfs -o size=3m tmpfs PATH` makes.
#[test]
#[ignore = "needs a small file system, named by BOXOFFICE_SMALL_DISK"]
fn a_disk_without_room_is_unavailable_until_some_is_made() -> TestResult {
    let disk = PathBuf::from(std::env::var("BOXOFFICE_SMALL_DISK")?);
    let folder = tempfile::tempdir_in(&disk)?;
    let ballast = folder.path().join("ballast");
    std::fs::write(&ballast, vec![0; 1 << 20])?;
    let harness = Served::in_folder(folder);
    let given = Given {
        clock: harness.clock.clone(),
        harness,
    };
    let store = given.store();
    let mut desk = block_on(publish(&given, 0))?;
    let refused = (0..100_000).find_map(|number| {
        let mut trial = desk.clone();
        let acted = block_on(trial.act(store, &block_or_not(number)));
        match acted {
            Ok(_) => desk = trial,
            Err(error) => return Some(error),
        }
        None
    });
    println!("refused: {refused:?}");
    assert!(refused.is_some(), "the disk never filled");
    for _ in 0..3 {
        // A batch that writes nothing proves nothing.
        block_on(block_on(store.begin())?.commit())?;
        let unready = block_on(store.ready()).err();
        assert!(
            matches!(unready, Some(StoreError::Unavailable { .. })),
            "{unready:?}"
        );
        assert!(block_on(desk.clone().act(store, &block_or_not(0))).is_err());
        assert_eq!(
            block_on(store.head(desk.event()))?,
            Some(desk.head()),
            "readers go on"
        );
    }
    std::fs::remove_file(ballast)?;
    block_on(store.ready())?;
    block_on(hold(&mut desk, store, 3))?;
    let given = given.reopen();
    assert_eq!(
        block_on(given.store().head(desk.event()))?,
        Some(desk.head())
    );
    let entries = block_on(given.store().tail(desk.event(), 0, usize::MAX))?;
    assert_eq!(entries.len() as u64, desk.inventory.version());
    Ok(())
}
