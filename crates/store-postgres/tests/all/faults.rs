//! What befalls a node and its database: answers that are lost, commits that fail, nodes that freeze,
//! networks that are cut, servers that end. Whatever was acknowledged is there, once.

use std::time::Duration;

use boxoffice_inventory::Outcome;
use boxoffice_sequencer::SequencerError;
use boxoffice_store::Store;
use boxoffice_testkit::{PostgresServer, PostgresVersion, Proxy};

use crate::common::{Opened, TestResult, options};
use crate::node::{Node, PATIENCE, beside, hold, hold_once, house, house_at, is_held};

/// A node that comes to its database through a network of ours.
struct Behind {
    proxy: Proxy,
    node: Node,
}

fn behind(opened: &Opened, number: u64, patience: Option<Duration>) -> Behind {
    let server = PostgresServer::shared(PostgresVersion::System);
    let proxy = Proxy::before(server.address());
    let (_, database) = opened.url.rsplit_once('/').expect("a URL");
    let elsewhere = Opened {
        url: server.url_at(proxy.address(), database),
        store: opened.another(&options()).store,
        clock: opened.clock.clone(),
    };
    let node = Node::on(elsewhere.another(&options()), number, patience);
    Behind { proxy, node }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_is_found_and_acknowledged() -> TestResult {
    let (opened, desk) = house().await;
    let Behind { proxy, node } = behind(&opened, 1, None);
    let event = desk.event();
    assert!(is_held(&node.submit(event, hold(&[0])).await));
    proxy.lose_answer_after(b"COMMIT");
    let sequencer = node.sequencer.clone();
    let lost = tokio::spawn(async move { sequencer.submit(event, hold(&[1, 2])).await });
    tokio::task::block_in_place(|| {
        proxy.wait_until_lost_with(b"COMMIT");
        proxy.cut();
        proxy.pass();
    });
    assert!(is_held(&lost.await?));
    assert_eq!(node.folded(event).await.version(), 3);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_commit_is_unknown_its_caller_is_told_so_and_may_retry() -> TestResult {
    let (opened, desk) = house().await;
    let Behind { proxy, node } = behind(&opened, 1, Some(PATIENCE));
    let event = desk.event();
    assert!(is_held(&node.submit(event, hold(&[0])).await));
    proxy.lose_answer_after(b"COMMIT");
    let unknown = node.submit(event, hold_once(&[1], 9)).await;
    assert!(
        matches!(unknown, Err(SequencerError::OutcomeUnknown)),
        "{unknown:?}"
    );
    // Another node knows already; this one as soon as its network is back.
    let other = beside(&opened, 2).await;
    let retried = other.submit(event, hold_once(&[1], 9)).await?;
    assert_eq!(retried.outcome, Outcome::Replayed { first: 3 });
    tokio::task::block_in_place(|| {
        proxy.cut();
        proxy.pass();
    });
    let mut retried = node.submit(event, hold_once(&[1], 9)).await;
    while retried.is_err() {
        retried = node.submit(event, hold_once(&[1], 9)).await;
    }
    assert_eq!(retried?.outcome, Outcome::Replayed { first: 3 });
    assert_eq!(node.folded(event).await.version(), 3);
    Ok(())
}

/// A trigger ends the backend within its COMMIT: rolled back, and nobody is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_ended_with_its_server_process_is_known_to_have_failed() -> TestResult {
    let (opened, desk) = house().await;
    let server = PostgresServer::shared(PostgresVersion::System);
    let (_, database) = opened.url.rsplit_once('/').ok_or("a URL")?;
    server.sql(
        database,
        "CREATE SEQUENCE boxoffice.commits; GRANT ALL ON boxoffice.commits TO boxoffice;
         CREATE FUNCTION boxoffice.die_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('boxoffice.commits') = 1 THEN
                 PERFORM pg_terminate_backend(pg_backend_pid());
             END IF;
             RETURN NULL;
         END $$;
         CREATE CONSTRAINT TRIGGER die AFTER INSERT ON boxoffice.ledger
             DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION boxoffice.die_once();",
    )?;
    let node = beside(&opened, 1).await;
    let failed = node.submit(desk.event(), hold(&[0])).await;
    assert!(
        matches!(failed, Err(SequencerError::StoreUnavailable)),
        "{failed:?}"
    );
    assert_eq!(node.folded(desk.event()).await.version(), 1);
    assert!(is_held(&node.submit(desk.event(), hold(&[0])).await));
    Ok(())
}

/// Its network goes without a word while it has the event locked, which is what SIGSTOP looks like from
/// outside.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_freezes_with_an_event_locked_loses_it() -> TestResult {
    let (opened, desk) = house().await;
    let event = desk.event();
    let frozen = behind(&opened, 1, None);
    let other = beside(&opened, 2).await;
    assert!(is_held(&other.submit(event, hold(&[0])).await));
    let mut batch = frozen.node.store.begin().await?;
    batch.lock(event, 1).await?;
    frozen.proxy.silence();
    // Within the patience of its callers, on a machine that is not too busy.
    let mut held = other.submit(event, hold(&[1])).await;
    for _ in 0..9 {
        if !is_held(&held) {
            held = other.submit(event, hold(&[1])).await;
        }
    }
    assert!(is_held(&held), "{held:?}");
    frozen.proxy.pass();
    let (_, append) = desk.clone().decide(&hold(&[2]), batch.now());
    assert!(batch.append(&append).await.is_err());
    batch.undo().await?;
    drop(batch);
    assert!(is_held(&frozen.node.submit(event, hold(&[2])).await));
    assert_eq!(other.folded(event).await.version(), 4);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_whose_network_is_cut_says_so_and_comes_back() -> TestResult {
    let (opened, desk) = house().await;
    let event = desk.event();
    let Behind { proxy, node } = behind(&opened, 1, Some(PATIENCE));
    let other = beside(&opened, 2).await;
    assert!(is_held(&node.submit(event, hold_once(&[0], 1)).await));
    for (round, silent) in [(1, true), (2, false)] {
        if silent {
            proxy.silence();
        } else {
            tokio::task::block_in_place(|| proxy.cut());
        }
        let key = 10 * round;
        let refused = node
            .submit(event, hold_once(&[u32::from(round)], key))
            .await;
        assert!(
            matches!(
                refused,
                Err(SequencerError::StoreUnavailable | SequencerError::OutcomeUnknown)
            ),
            "{refused:?}"
        );
        let elsewhere = hold_once(&[u32::from(round) + 4], key + 1);
        let mut sold = other.submit(event, elsewhere.clone()).await;
        while sold.is_err() {
            sold = other.submit(event, elsewhere.clone()).await;
        }
        proxy.pass();
        let again = hold_once(&[u32::from(round)], key);
        let mut retried = node.submit(event, again.clone()).await;
        while retried.is_err() {
            retried = node.submit(event, again.clone()).await;
        }
    }
    let folded = other.folded(event).await;
    assert_eq!(folded.counts().held, 5);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_the_end_of_the_server() -> TestResult {
    let server = PostgresServer::start(PostgresVersion::Newest);
    let (opened, desk) = house_at(server.new_database()).await;
    let event = desk.event();
    let node = beside(&opened, 1).await;
    let mut held = 0;
    for seat in 0..6 {
        assert!(is_held(&node.submit(event, hold(&[seat])).await));
        held += 1;
        if seat % 2 == 1 {
            tokio::task::block_in_place(|| server.kill());
            let refused = node.submit(event, hold(&[seat + 6])).await;
            assert!(
                matches!(refused, Err(SequencerError::StoreUnavailable)),
                "{refused:?}"
            );
            tokio::task::block_in_place(|| server.restart());
            while !is_held(&node.submit(event, hold(&[seat + 6])).await) {}
            held += 1;
        }
    }
    assert_eq!(node.folded(event).await.counts().held, held);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_connection_to_spare_is_waited_for() -> TestResult {
    let settings = [
        ("max_connections", "14"),
        ("superuser_reserved_connections", "3"),
    ];
    let server = PostgresServer::start_with(PostgresVersion::System, &settings);
    let (opened, desk) = house_at(server.new_database()).await;
    let event = desk.event();
    let node = beside(&opened, 1).await;
    assert!(is_held(&node.submit(event, hold(&[0])).await));
    // All are taken away, and what is free is taken.
    let (_, database) = opened.url.rsplit_once('/').ok_or("a URL")?;
    let gone =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'boxoffice'";
    let limit = format!("ALTER DATABASE {database} CONNECTION LIMIT 0; {gone}");
    server.sql("postgres", &limit)?;
    let refused = node.submit(event, hold(&[1])).await;
    assert!(
        matches!(refused, Err(SequencerError::StoreUnavailable)),
        "{refused:?}"
    );
    server.sql(
        "postgres",
        &format!("ALTER DATABASE {database} CONNECTION LIMIT -1"),
    )?;
    while !is_held(&node.submit(event, hold(&[1])).await) {}
    Ok(())
}

/// A node that is cut off from the database must not take steps that another may take as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_cut_off_tends_nothing_by_the_time_another_does() -> TestResult {
    let (opened, mut desk) = house().await;
    let Behind { proxy, node } = behind(&opened, 1, None);
    desk.pay(node.store.as_ref(), &[0]).await?;
    assert_eq!(node.store.unfinished(9).await?.len(), 1);
    assert!(node.store.tends());
    assert_eq!(opened.store.unfinished(9).await?, []);
    proxy.silence();
    let taken_over = async {
        while opened.store.unfinished(9).await?.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok::<_, boxoffice_store::StoreError>(())
    };
    tokio::time::timeout(Duration::from_secs(30), taken_over).await??;
    assert!(!node.store.tends(), "both of them do");
    proxy.pass();
    let back = async {
        while !node.store.tends() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), back).await?;
    // What the other has is the other's.
    assert_eq!(node.store.unfinished(9).await?, []);
    assert!(opened.store.tends());
    Ok(())
}
