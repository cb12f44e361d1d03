//! A file of the first schema, with a bit of everything in it, is brought up to date: all of it reads
//! back, and it goes on.

mod common;

use std::path::Path;

use boxoffice_store::conformance::Given;
use boxoffice_store::conformance::migrating::{Remembered, goes_on, sell_something};
use boxoffice_store_sqlite::Options;
use futures::executor::block_on;
use rusqlite::Connection;

use common::{Served, TestResult, open};

/// As it has shipped: never changed.
const FIRST: &str = include_str!("../src/migrations/0001_first.sql");

#[test]
fn a_file_of_the_first_schema_reads_back_whole_and_goes_on() -> TestResult {
    let given = Given::<Served>::new();
    let mut desk = block_on(sell_something(&given))?;
    let before = block_on(Remembered::by(given.store(), desk.event()))?;
    let old = given.harness.folder.path().join("old.db");
    write_as_the_first_schema(&given.harness.path(), &old)?;

    let store = open(&old, &Options::serve())?;
    let after = block_on(Remembered::by(&store, desk.event()))?;
    assert_eq!(after, before.by_the_first_schema());
    block_on(goes_on(&mut desk, &store))
}

/// Copies what the first schema had into a file of that schema.
fn write_as_the_first_schema(new: &Path, old: &Path) -> TestResult {
    let file = Connection::open(old)?;
    file.execute_batch(FIRST)?;
    file.execute("ATTACH ?1 AS new", [new.to_string_lossy()])?;
    // The row about the whole file is there from the beginning.
    file.execute_batch("DELETE FROM state; PRAGMA foreign_keys = off")?;
    let mut tables = file.prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table'")?;
    let tables = tables.query_map([], |row| row.get::<_, String>(0))?;
    for table in tables.collect::<Result<Vec<_>, _>>()? {
        let mut columns = file.prepare("SELECT name FROM pragma_table_info(?1, 'main')")?;
        let columns = columns.query_map([&table], |row| row.get::<_, String>(0))?;
        let columns = columns.collect::<Result<Vec<_>, _>>()?.join(", ");
        let copy = format!("INSERT INTO {table} ({columns}) SELECT {columns} FROM new.{table}");
        file.execute(&copy, [])?;
    }
    let marks = "PRAGMA application_id = 0x424f584f; PRAGMA user_version = 1";
    file.execute_batch(&format!("DETACH new; {marks}"))?;
    Ok(())
}
