//! A database of the first schema, with a bit of everything in it, is brought up to date: all of it reads
//! back, and it goes on. Also what nodes of before and after leave to each other.

use std::sync::Arc;

use boxoffice_store::conformance::migrating::{Remembered, goes_on, sell_something};
use boxoffice_store::conformance::{BEGIN, Given, Harness, TurnedClock, publish};
use boxoffice_testkit::{PostgresServer, PostgresVersion};

use crate::common::{OnNewest, OnSystem, Opened, RUNTIME, TestResult};

/// As it has shipped: never changed.
const FIRST: &str = include_str!("../../src/migrations/0001_first.sql");

/// The tables of a month as the first schema had them.
const TABLES: [&str; 7] = [
    "heads",
    "ledger",
    "snapshots",
    "snapshot_pieces",
    "bookings",
    "tickets",
    "charges",
];

/// What the first schema had, copied from `newer`. The row about the whole store is there already.
const COPY: &str = "
    DELETE FROM state;
    DO $$ DECLARE copied record; BEGIN
        FOR copied IN SELECT table_name AS name,
            string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) AS columns
            FROM information_schema.columns
            WHERE table_schema = 'boxoffice' AND table_name !~ '_[0-9]+$'
            AND table_name <> 'schema_version'
            GROUP BY table_name ORDER BY table_name <> 'publications'
        LOOP
            EXECUTE format('INSERT INTO boxoffice.%I (%s) SELECT %s FROM newer.%I',
                           copied.name, copied.columns, copied.columns, copied.name);
        END LOOP;
    END $$;
    SELECT setval('publication_ids', (SELECT last_value FROM newer.publication_ids));
    DROP SCHEMA newer CASCADE;";

/// Makes of a database what the first schema would have made of it.
fn write_as_the_first_schema(server: &PostgresServer, database: &str) -> TestResult {
    let mut sql = "SET client_min_messages = warning; SET ROLE boxoffice;
        ALTER SCHEMA boxoffice RENAME TO newer; CREATE SCHEMA boxoffice;
        SET search_path = boxoffice; CREATE TABLE schema_version (version bigint NOT NULL);
        INSERT INTO schema_version VALUES (1);"
        .to_owned();
    sql += FIRST;
    for table in TABLES {
        sql += &format!(
            "CREATE TABLE {table}_202705 (LIKE {table} INCLUDING ALL);
             ALTER TABLE {table} ATTACH PARTITION {table}_202705
             FOR VALUES FROM (202705000000) TO (202706000000);"
        );
    }
    server.sql(database, &(sql + COPY))?;
    Ok(())
}

fn reads_back_and_goes_on<H: Harness>(
    version: PostgresVersion,
    opened: impl Fn(H) -> Opened,
    wrapped: impl Fn(Opened) -> H,
) -> TestResult {
    let given = Given::<H>::new();
    let mut desk = RUNTIME.block_on(sell_something(&given))?;
    let event = desk.event();
    let before = RUNTIME.block_on(Remembered::by(given.store(), event))?;
    let Opened { store, clock, url } = opened(given.harness);
    drop(store);
    let (_, database) = url.rsplit_once('/').ok_or("a URL")?;
    write_as_the_first_schema(PostgresServer::shared(version), database)?;

    let harness = wrapped(Opened::at(url.clone(), clock));
    let after = RUNTIME.block_on(Remembered::by(harness.store(), event))?;
    assert_eq!(after, before.by_the_first_schema());
    RUNTIME.block_on(goes_on(&mut desk, harness.store()))
}

#[test]
fn a_database_of_the_first_schema_reads_back_whole_and_goes_on() -> TestResult {
    let version = PostgresVersion::System;
    reads_back_and_goes_on::<OnSystem>(version, |on| on.0, OnSystem)
}

#[test]
fn so_does_one_on_the_newest_server() -> TestResult {
    let version = PostgresVersion::Newest;
    reads_back_and_goes_on::<OnNewest>(version, |on| on.0, OnNewest)
}

/// While nodes are replaced one after the other, an old one may import a month's first event into the new
/// schema.
#[test]
fn a_month_that_an_older_node_made_gets_the_tables_it_lacks() -> TestResult {
    let clock = Arc::new(TurnedClock::new(BEGIN));
    let harness = OnSystem(Opened::on(PostgresVersion::System, Arc::clone(&clock)));
    let (_, database) = harness.0.url.rsplit_once('/').ok_or("a URL")?;
    let mut older = "SET ROLE boxoffice; SET search_path = boxoffice;".to_owned();
    for table in TABLES {
        older += &format!(
            "CREATE TABLE {table}_202705 PARTITION OF {table}
             FOR VALUES FROM (202705000000) TO (202706000000);"
        );
    }
    PostgresServer::shared(PostgresVersion::System).sql(database, &older)?;
    let given = Given { harness, clock };
    let mut desk = RUNTIME.block_on(sell_something(&given))?;
    RUNTIME.block_on(goes_on(&mut desk, given.store()))?;
    RUNTIME.block_on(publish(&given, 2))?;
    Ok(())
}
