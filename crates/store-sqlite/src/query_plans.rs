//! Tests that SQLite answers the queries of the hot path from the indexes that were made for them.

use rusqlite::{Connection, params_from_iter};

use crate::{ledger, migrate, money};

/// How SQLite would answer, in its own words.
fn plan(sql: &str) -> String {
    let mut connection = Connection::open_in_memory().expect("a database");
    migrate::migrate(&mut connection, &mut |_| {}).expect("the tables");
    let mut statement = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .expect("a query");
    let anything = vec![0; statement.parameter_count()];
    let steps = statement.query_map(params_from_iter(anything), |row| row.get::<_, String>(3));
    steps
        .expect("a plan")
        .map(|step| step.expect("a step") + "; ")
        .collect()
}

#[test]
fn a_reservations_entries_come_from_their_index_in_order() {
    let plan = plan(ledger::CONTINUES);
    assert!(
        plan.contains("SEARCH ledger USING INDEX ledger_by_first (event=? AND first=?)"),
        "{plan}"
    );
    assert!(!plan.contains("TEMP B-TREE"), "{plan}");
}

#[test]
fn what_is_due_comes_from_its_index_in_order() {
    let plan = plan(ledger::DUE);
    assert!(plan.contains("heads_by_due (next_due<?)"), "{plan}");
    assert!(!plan.contains("TEMP B-TREE"), "{plan}");
}

#[test]
fn what_needs_a_step_comes_from_its_index() {
    let plan = plan(money::UNFINISHED);
    assert!(
        plan.contains("SCAN bookings USING INDEX bookings_unfinished"),
        "{plan}"
    );
}
