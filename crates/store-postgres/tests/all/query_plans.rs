//! A batch finds what it needs by its keys, however long the ledgers of its month are.

use boxoffice_testkit::{PostgresServer, PostgresVersion};

use crate::common::{Opened, TestResult};
use crate::node::{Node, hold, house, is_held};

/// Entries of another event of the same month, so that a plan which looks through the table pays.
const LONG: &str = "INSERT INTO boxoffice.ledger_202705
    SELECT 202705000777, version, NULL, '\\x00', decode(repeat('00', 100), 'hex')
    FROM generate_series(1, 300000) AS version; ANALYZE boxoffice.ledger_202705";

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
    let before = looks(server, &database).await?;
    let opened = tokio::task::spawn_blocking(|| Opened::at(url, clock)).await?;
    let node = Node::on(opened, 1, None);
    for seat in 0..8 {
        assert!(is_held(&node.submit(desk.event(), hold(&[seat])).await));
    }
    drop(node);
    assert_eq!(looks(server, &database).await?, before);
    Ok(())
}

/// How often the month's ledger was looked through, once all nodes have gone: what a server process counted is
/// told when it ends.
async fn looks(
    server: &PostgresServer,
    database: &str,
) -> Result<String, Box<dyn std::error::Error>> {
    let there = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND usename = 'boxoffice'"
    );
    while server.sql("postgres", &there)?.trim() != "0" {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let looked = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'ledger_202705'";
    Ok(server.sql(database, looked)?)
}
