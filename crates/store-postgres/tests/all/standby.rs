//! A primary with a synchronous standby: what was acknowledged is on both.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use boxoffice_inventory::{Command, Outcome};
use boxoffice_testkit::{PostgresServer, PostgresVersion};

use crate::common::{Opened, TestResult, options};
use crate::node::{Node, PATIENCE, hold, house_at, is_held};

struct Pair {
    primary: PostgresServer,
    standby: PostgresServer,
}

fn pair() -> Pair {
    let primary = PostgresServer::start(PostgresVersion::System);
    let standby = primary.standby("second");
    primary.synchronous("second");
    Pair { primary, standby }
}

/// The database's URL with both servers in it.
fn both(pair: &Pair, url: &str) -> String {
    let (first, second) = (pair.primary.address(), pair.standby.address());
    url.replace(&first.to_string(), &format!("{first},{second}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failover_under_load_loses_nothing_that_was_acknowledged() -> TestResult {
    let pair = tokio::task::spawn_blocking(pair).await?;
    let (opened, desk) = house_at(pair.primary.new_database()).await;
    let event = desk.event();
    let wide = Opened {
        url: both(&pair, &opened.url),
        ..opened
    };
    let nodes: Vec<_> = (1..3)
        .map(|number| Node::on(wide.another(&options()), number, Some(PATIENCE)))
        .collect();
    let (stop, promoted) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicBool::new(false)),
    );
    let buyers: Vec<_> = (0..8u32)
        .map(|buyer| {
            let sequencer = nodes[buyer as usize % 2].sequencer.clone();
            let (stop, promoted) = (Arc::clone(&stop), Arc::clone(&promoted));
            tokio::spawn(async move {
                let (mut acknowledged, mut since) = (Vec::new(), 0);
                // Until it has been served again behind the failover.
                while !stop.load(Ordering::Acquire) || since < 3 {
                    let answer = sequencer.submit(event, hold(&[buyer])).await;
                    let Ok(decided) = answer else {
                        continue;
                    };
                    if let Outcome::Held { address, .. } = decided.outcome {
                        acknowledged.push((address.version, decided.receipt));
                        since += usize::from(promoted.load(Ordering::Acquire));
                        let first = address.version;
                        let _ = sequencer.submit(event, Command::Release { first }).await;
                    } else {
                        // A release of ours is unknown; the hold is given back by hand.
                        let _ = sequencer
                            .submit(event, Command::Sweep { at_most: 99 })
                            .await;
                        for (first, _) in acknowledged.iter().rev().take(2) {
                            let first = *first;
                            let _ = sequencer.submit(event, Command::Release { first }).await;
                        }
                    }
                }
                acknowledged
            })
        })
        .collect();
    tokio::task::block_in_place(|| {
        std::thread::sleep(std::time::Duration::from_millis(500));
        pair.primary.kill();
        pair.standby.promote();
    });
    promoted.store(true, Ordering::Release);
    stop.store(true, Ordering::Release);
    let ledger = |version: u64| {
        let store = Arc::clone(&nodes[0].store);
        async move {
            use boxoffice_store::Store;
            store.tail(event, version - 1, 1).await
        }
    };
    let mut count = 0;
    for buyer in buyers {
        for (version, receipt) in buyer.await? {
            let entry = ledger(version).await?;
            assert_eq!(entry[0].version, version, "{receipt:?}");
            count += 1;
        }
    }
    assert!(count > 24, "{count}");
    // Folding proves the chain: no acknowledged entry was replaced by another.
    assert!(nodes[1].folded(event).await.version() >= 2 * count);
    Ok(())
}

/// PostgreSQL's known trap: a COMMIT that is cancelled while it waits for its standby succeeds with a
/// warning, and is visible although the standby does not have it.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_was_not_let_wait_for_its_standby_is_not_acknowledged() -> TestResult {
    let pair = tokio::task::spawn_blocking(pair).await?;
    let (opened, desk) = house_at(pair.primary.new_database()).await;
    let event = desk.event();
    let node = Node::on(opened.another(&options()), 1, None);
    assert!(is_held(&node.submit(event, hold(&[0])).await));
    pair.standby.freeze();
    let sequencer = node.sequencer.clone();
    let waiting = tokio::spawn(async move { sequencer.submit(event, hold(&[1])).await });
    let cancel = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity
                  WHERE wait_event = 'SyncRep' AND query = 'COMMIT'";
    let mut cancelled = 0;
    while cancelled < 3 {
        cancelled += pair
            .primary
            .sql("postgres", cancel)?
            .trim()
            .parse::<u32>()?;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(!waiting.is_finished(), "acknowledged without its standby");
    pair.standby.thaw();
    assert!(is_held(&waiting.await?));
    assert_eq!(node.folded(event).await.version(), 3);
    Ok(())
}
