//! Who may open the file, whose turn it is to write to it, and what is left alone.

mod common;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use boxoffice_store::conformance::{Given, publish, record};
use boxoffice_store::{Batch, Store, StoreError};
use boxoffice_store_sqlite::{Options, SqliteStore};
use futures::executor::block_on;
use rusqlite::Connection;

use common::{Served, TestResult, block_or_not, hold, open, refusal};

#[test]
fn a_second_server_is_told_that_another_one_serves_the_file() -> TestResult {
    let given = Given::<Served>::new();
    let path = given.harness.path();
    assert!(refusal(open(&path, &Options::serve())).contains("another boxoffice serves"));
    // A command may come in beside it, and a server once the first has gone.
    open(&path, &Options::command())?;
    drop(given.harness.store);
    open(&path, &Options::serve())?;
    Ok(())
}

#[test]
fn a_command_does_not_make_a_store_by_mistake() -> TestResult {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("none.db");
    assert!(refusal(open(&path, &Options::command())).contains("there is no store"));
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 0);
    open(
        &path,
        &Options {
            create: true,
            ..Options::command()
        },
    )?;
    open(&path, &Options::command())?;
    Ok(())
}

#[test]
fn a_file_of_a_newer_binary_is_refused_by_its_number() -> TestResult {
    let given = Given::<Served>::new();
    let path = given.harness.path();
    given.harness.tamper("PRAGMA user_version = 99")?;
    drop(given.harness.store);
    for options in [Options::serve(), Options::command()] {
        let refused = open(&path, &options).err();
        assert!(
            matches!(refused, Some(StoreError::Newer { found: 99, .. })),
            "{refused:?}"
        );
    }
    Ok(())
}

#[test]
fn a_file_that_is_not_ours_is_left_as_it_is() -> TestResult {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("other.db");
    Connection::open(&path)?.execute_batch("CREATE TABLE recipes (cake TEXT)")?;
    assert!(refusal(open(&path, &Options::serve())).contains("not a box office's"));
    let mode: String =
        Connection::open(&path)?.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    assert_eq!(mode, "delete");
    let text = folder.path().join("notes.txt");
    std::fs::write(
        &text,
        "a shopping list, long enough to be taken for a database".repeat(9),
    )?;
    assert!(refusal(open(&text, &Options::serve())).contains("no SQLite database"));
    Ok(())
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_the_file() -> TestResult {
    use std::os::unix::fs::PermissionsExt;
    let given = Given::<Served>::new();
    for file in ["box.db", "box.db-wal"] {
        let file = std::fs::metadata(given.harness.folder.path().join(file))?;
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
    Ok(())
}

/// Without turns the lane, which begins again at once, would win nearly every time.
#[test]
fn a_command_that_waits_is_before_the_lanes_next_batch() -> TestResult {
    let given = Given::<Served>::new();
    let importer = open(&given.harness.path(), &Options::command())?;
    let turn = std::fs::File::open(given.harness.folder.path().join("box.db.turn"))?;
    let lane = block_on(given.store().begin())?;
    std::thread::scope(|scope| {
        let import = scope.spawn(|| block_on(publish_alone(&importer, 0)).is_ok());
        while turn.try_lock_shared().is_ok() {
            // The importer is not waiting yet.
            turn.unlock()?;
            std::thread::yield_now();
        }
        assert!(block_on(lane.commit()).is_ok());
        let mut next = block_on(given.store().begin())?;
        let published = block_on(next.lock(record(0).number, 0))?;
        assert!(published.is_some(), "the lane was first");
        drop(next);
        assert!(import.join().is_ok_and(|done| done));
        Ok(())
    })
}

#[test]
fn an_importer_and_a_busy_lane_both_get_on() -> TestResult {
    const TRANSACTIONS: u32 = 20;
    const ENOUGH: u32 = 20_000;
    let given = Given::<Served>::new();
    let mut desk = block_on(publish(&given, 0))?;
    let importer = open(&given.harness.path(), &Options::command())?;
    let (done, batches) = (AtomicBool::new(false), AtomicU32::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) && batches.load(Ordering::Relaxed) < ENOUGH {
                let number = batches.fetch_add(1, Ordering::Relaxed);
                let command = block_or_not(number);
                block_on(desk.act(given.store(), &command)).expect("the lane goes on");
            }
        });
        for sequence in 1..=TRANSACTIONS {
            block_on(publish_alone(&importer, sequence)).expect("the importer gets its turn");
        }
        done.store(true, Ordering::Relaxed);
    });
    let batches = batches.into_inner();
    assert!(
        (1..ENOUGH).contains(&batches),
        "{batches} batches beside {TRANSACTIONS} imports"
    );
    assert_eq!(
        block_on(given.store().heads())?.len() as u32,
        1 + TRANSACTIONS
    );
    assert_eq!(
        block_on(given.store().head(desk.event()))?,
        Some(desk.head())
    );
    Ok(())
}

async fn publish_alone(store: &SqliteStore, sequence: u32) -> TestResult {
    let mut batch = store.begin().await?;
    batch.put_event(&record(sequence)).await?;
    batch.commit().await?;
    Ok(())
}

#[test]
fn a_batch_may_move_between_threads() -> TestResult {
    let given = Given::<Served>::new();
    let mut desk = block_on(publish(&given, 0))?;
    let batch: Box<dyn Batch> = block_on(given.store().begin())?;
    let committed = std::thread::spawn(move || block_on(batch.commit())).join();
    assert!(matches!(committed, Ok(Ok(()))));
    block_on(hold(&mut desk, given.store(), 0))
}
