//! Tests that SQLite answers the queries of the hot path from the indexes that were made for them.

use rusqlite::{Connection, params_from_iter};

use crate::{ledger, migrate, money, records, side_rows};

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
    for (query, index) in [
        (money::UNFINISHED, "bookings_unfinished"),
        (money::TROUBLED, "bookings_troubled"),
    ] {
        let plan = plan(query);
        let wanted = format!("SCAN bookings USING INDEX {index}");
        assert!(plan.contains(&wanted), "{plan}");
    }
}

#[test]
fn refunds_come_from_their_keys_in_order() {
    for (query, index) in [
        (money::REFUNDS_OF_EVENT, "USING PRIMARY KEY (event=?)"),
        (
            money::REFUNDS_OF_BOOKING,
            "USING INDEX refunds_by_attempt (event=? AND attempt=?)",
        ),
    ] {
        let plan = plan(query);
        assert!(plan.contains(index), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}

#[test]
fn an_event_that_is_called_off_looks_at_its_own_bookings_only() {
    let plan = plan(side_rows::VOID_ALL);
    assert!(
        plan.contains("SEARCH bookings USING PRIMARY KEY (event=?)"),
        "{plan}"
    );
}

#[test]
fn orders_of_an_address_are_looked_for_in_their_event_only() {
    let plan = plan(money::ORDERS_OF);
    assert!(
        plan.contains("SEARCH bookings USING PRIMARY KEY (event=?)"),
        "{plan}"
    );
    assert!(!plan.contains("TEMP B-TREE"), "{plan}");
}

#[test]
fn whether_refunds_are_due_is_found_by_booking() {
    let plan = plan(records::CLEANED_UP);
    assert!(
        plan.contains("refunds_by_attempt (event=? AND attempt=?)"),
        "{plan}"
    );
}
