//! A batch finds what it needs by its keys, however long the ledgers of its month are.

use boxoffice_inventory::Command;
use boxoffice_store::conformance::Desk;
use boxoffice_store::{Cleanup, Record, Store};
use boxoffice_store_postgres::Options;
use boxoffice_testkit::{PostgresServer, PostgresVersion};

use crate::common::{Opened, TestResult, options};
use crate::node::{Node, hold, house, is_held};

/// Entries of another event of the same month, so that a plan which looks through the table pays.
const LONG: &str = "INSERT INTO boxoffice.ledger_202705
    SELECT 202705000777, version, NULL, '\\x00', decode(repeat('00', 100), 'hex')
    FROM generate_series(1, 300000) AS version; ANALYZE boxoffice.ledger_202705";

/// The bookings of another event of the same month, all of them paid for when statistics were taken, and all
/// under way now.
const CROWD: &str = "INSERT INTO boxoffice.bookings_202705
    SELECT 202705000777, attempt, attempt, 0, '\\x00', '\\x00', '\\x00', 'test', NULL, NULL, NULL, 1, 'EUR',
    attempt, 0, 'confirmed', NULL, 'none', NULL, NULL, 0, 0
    FROM generate_series(1, 50000) AS attempt; ANALYZE boxoffice.bookings_202705;
    UPDATE boxoffice.bookings_202705 SET status = 'pending' WHERE event = 202705000777";

/// Many refunds of the same event.
const REFUNDS: &str = "INSERT INTO boxoffice.refunds_202705
    SELECT 202705000000, version, version - 1, 1, 0, false, NULL
    FROM generate_series(1000, 50000) AS version";

/// A statement that looks through rows of others reads so many at least.
const MANY: u64 = 10_000;

#[tokio::test(flavor = "multi_thread")]
async fn no_batch_looks_through_a_ledger() -> TestResult {
    let (opened, desk) = house().await;
    let server = PostgresServer::shared(PostgresVersion::System);
    let (_, database) = opened.url.rsplit_once('/').ok_or("a URL")?;
    let database = database.to_owned();
    server.sql(&database, LONG)?;
    // The server is to think that its keys are slow.
    server.sql(
        &database,
        &format!("ALTER DATABASE {database} SET random_page_cost = 100000"),
    )?;
    let Opened { store, clock, url } = opened;
    drop(store);
    let looked = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'ledger_202705'";
    let before = told(server, &database, looked).await?;
    let opened = tokio::task::spawn_blocking(|| Opened::at(url, clock)).await?;
    let node = Node::on(opened, 1, None);
    for seat in 0..8 {
        assert!(is_held(&node.submit(desk.event(), hold(&[seat])).await));
    }
    drop(node);
    assert_eq!(told(server, &database, looked).await?, before);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_called_off_reads_no_bookings_of_others() -> TestResult {
    let (opened, mut desk) = house().await;
    desk.pay(&opened.store, &[0]).await?;
    let read = rows_read(opened, "bookings", CROWD, async |store: &dyn Store| {
        desk.act(store, &Command::CancelEvent).await?;
        let bookings = store.bookings(desk.event(), 0, 9).await?;
        assert_eq!(bookings[0].decline_code.as_deref(), Some("event_cancelled"));
        Ok(())
    });
    let read = read.await?;
    assert!(read < MANY, "{read} rows");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_looked_for_without_a_look_at_other_events() -> TestResult {
    let (opened, mut desk) = house().await;
    desk.pay(&opened.store, &[0]).await?;
    let read = rows_read(opened, "bookings", CROWD, async |store: &dyn Store| {
        store.orders_of(desk.event(), "ada@example.org", 20).await?;
        Ok(())
    });
    let read = read.await?;
    assert!(read < MANY, "{read} rows");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_cleaned_up_without_a_look_at_the_refunds_of_others() -> TestResult {
    let (opened, mut desk) = house().await;
    let (first, attempt) = desk.sell(&opened.store, &[0]).await?;
    let refund = Command::Refund {
        first,
        attempt,
        seats: None,
        resell: true,
    };
    desk.act(&opened.store, &refund).await?;
    let read = rows_read(opened, "refunds", REFUNDS, async |store: &dyn Store| {
        clean_up(&desk, store, attempt).await?;
        assert_eq!(store.refunds(desk.event(), Some(attempt)).await?.len(), 1);
        Ok(())
    });
    let read = read.await?;
    assert!(read < MANY, "{read} rows");
    Ok(())
}

async fn clean_up(desk: &Desk, store: &dyn Store, attempt: u64) -> TestResult {
    let event = desk.event();
    let mut batch = store.begin().await?;
    batch.lock(event, u64::MAX).await?;
    let cleaned = Record::CleanedUp {
        event,
        attempt,
        cleanup: Cleanup::Refund,
        notices: 0,
    };
    batch.record(&[cleaned]).await?;
    batch.keep().await?;
    batch.commit().await?;
    Ok(())
}

/// How many rows and keys of a table of May the server has read for `work`, beside the rows that `crowd` puts
/// there.
async fn rows_read(
    opened: Opened,
    table: &str,
    crowd: &str,
    work: impl AsyncFnOnce(&dyn Store) -> TestResult,
) -> Result<u64, Box<dyn std::error::Error>> {
    let server = PostgresServer::shared(PostgresVersion::System);
    let (_, database) = opened.url.rsplit_once('/').ok_or("a URL")?;
    let database = database.to_owned();
    server.sql(&database, crowd)?;
    // Nobody tends anything meanwhile: that reads what is under way, all of it.
    let quiet = Options {
        tend: false,
        ..options()
    };
    let Opened { store, clock, url } = opened;
    drop(store);
    let read = format!(
        "SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = '{table}_202705')
         + (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = '{table}_202705')"
    );
    let before: u64 = told(server, &database, &read).await?.trim().parse()?;
    let opening = move || crate::common::open(&url, &quiet, clock, 9);
    let store = tokio::task::spawn_blocking(opening).await??;
    work(&store).await?;
    drop(store);
    let after: u64 = told(server, &database, &read).await?.trim().parse()?;
    Ok(after - before)
}

/// What a server has counted, once all nodes have gone: what a server process counted is told when it ends.
async fn told(
    server: &PostgresServer,
    database: &str,
    count: &str,
) -> Result<String, Box<dyn std::error::Error>> {
    let there = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND usename = 'boxoffice'"
    );
    while server.sql("postgres", &there)?.trim() != "0" {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    Ok(server.sql(database, count)?)
}
