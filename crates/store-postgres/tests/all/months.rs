//! Months as partitions: one that is over is taken out whole, and the others go on.

use boxoffice_model::EventNumber;
use boxoffice_store::conformance::record;
use boxoffice_store::{EventRecord, Store};
use boxoffice_testkit::{PostgresServer, PostgresVersion};

use crate::common::TestResult;
use crate::node::{beside, hold, house, is_held};

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_is_over_is_detached_whole() -> TestResult {
    let (opened, mut desk) = house().await;
    let june = EventRecord {
        number: EventNumber::new(2027, 6, 0)?,
        id: "in-june".parse()?,
        ..record(7)
    };
    let mut batch = opened.store.begin().await?;
    batch.put_event(&june).await?;
    batch.lock(june.number, 0).await?;
    batch.keep().await?;
    batch.commit().await?;
    let server = PostgresServer::shared(PostgresVersion::System);
    let (_, database) = opened.url.rsplit_once('/').ok_or("a URL")?;
    let detach = "SELECT boxoffice.detach_month(202705)";

    let held = desk.hold(&opened.store, &[0]).await?;
    let refused = server.sql(database, detach).expect_err("held seats");
    assert!(
        refused.contains("seats of 202705 are still held"),
        "{refused}"
    );
    let release = boxoffice_inventory::Command::Release { first: held };
    desk.act(&opened.store, &release).await?;
    server.sql(database, detach)?;

    let heads = opened.store.heads().await?;
    assert_eq!(
        heads.iter().map(|head| head.event).collect::<Vec<_>>(),
        [june.number]
    );
    let node = beside(&opened, 1).await;
    assert_eq!(node.store.catalogue(0).await?.events, [june]);
    let count = "SELECT count(*) FROM boxoffice_archive.ledger_202705";
    assert_eq!(server.sql(database, count)?.trim(), "3");
    // Its numbers do not come again: what is archived is not mixed with what is new.
    assert!(opened.store.next_number(2027, 5).await.is_err());
    assert!(!is_held(&node.submit(desk.event(), hold(&[0])).await));
    Ok(())
}
