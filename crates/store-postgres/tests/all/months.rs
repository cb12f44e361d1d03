//! Months as partitions: one that is over is taken out whole, and the others go on.

use boxoffice_inventory::Command;
use boxoffice_model::EventNumber;
use boxoffice_store::conformance::{Desk, record};
use boxoffice_store::{Cleanup, EventRecord, Record, Store};
use boxoffice_testkit::{PostgresServer, PostgresVersion};

use crate::common::TestResult;
use crate::node::{beside, hold, house, is_held};

const DETACH: &str = "SELECT boxoffice.detach_month(202705)";

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

    let refusal = || server.sql(database, DETACH).expect_err("it is refused");
    let held = desk.hold(&opened.store, &[0]).await?;
    let refused = refusal();
    assert!(
        refused.contains("seats of 202705 are still held"),
        "{refused}"
    );
    let release = Command::Release { first: held };
    desk.act(&opened.store, &release).await?;
    let (attempt, version) = sell_and_take_back(&mut desk, &opened.store).await?;
    let refused = refusal();
    assert!(
        refused.contains("payments of 202705 are still under way"),
        "{refused}"
    );
    pay_back(&opened.store, desk.event(), attempt, version).await?;
    server.sql(database, DETACH)?;

    let heads = opened.store.heads().await?;
    assert_eq!(
        heads.iter().map(|head| head.event).collect::<Vec<_>>(),
        [june.number]
    );
    let node = beside(&opened, 1).await;
    assert_eq!(node.store.catalogue(0).await?.events, [june]);
    for (table, rows) in [
        ("ledger", "7"),
        ("bookings", "1"),
        ("refunds", "1"),
        ("notices", "1"),
    ] {
        let count = format!("SELECT count(*) FROM boxoffice_archive.{table}_202705");
        assert_eq!(server.sql(database, &count)?.trim(), rows, "{table}");
    }
    let left = "SELECT count(*) FROM pg_tables WHERE schemaname = 'boxoffice'
                AND tablename LIKE '%202705'";
    assert_eq!(server.sql(database, left)?.trim(), "0");
    // Its numbers do not come again: what is archived is not mixed with what is new.
    assert!(opened.store.next_number(2027, 5).await.is_err());
    assert!(!is_held(&node.submit(desk.event(), hold(&[0])).await));
    Ok(())
}

/// Gives the attempt and the refund.
async fn sell_and_take_back(
    desk: &mut Desk,
    store: &dyn Store,
) -> Result<(u64, u64), Box<dyn std::error::Error>> {
    let (first, attempt) = desk.sell(store, &[1]).await?;
    let refund = Command::Refund {
        first,
        attempt,
        seats: None,
        resell: false,
    };
    desk.act(store, &refund).await?;
    Ok((attempt, desk.inventory.version()))
}

async fn pay_back(store: &dyn Store, event: EventNumber, attempt: u64, version: u64) -> TestResult {
    let rows = [
        Record::Noticed {
            event,
            attempt,
            id: "evt_1".into(),
            at: store.now(),
            trouble: None,
        },
        Record::Refunded {
            event,
            version,
            reference: None,
        },
        Record::CleanedUp {
            event,
            attempt,
            cleanup: Cleanup::Refund,
            notices: 1,
        },
    ];
    let mut batch = store.begin().await?;
    batch.lock(event, u64::MAX).await?;
    batch.record(&rows).await?;
    batch.keep().await?;
    batch.commit().await?;
    Ok(())
}
