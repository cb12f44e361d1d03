//! What only many nodes can show: they start at once, sell one event together, and hear of each other.

use std::sync::Arc;
use std::time::Duration;

use boxoffice_inventory::{Command, Entry, Inventory, Moment, decide, invariants};
use boxoffice_sequencer::Decided;
use boxoffice_store::{MOST_BEHIND, Store};
use boxoffice_store_postgres::Options;
use boxoffice_testkit::{PostgresServer, PostgresVersion};
use futures::future::join_all;
use proptest::prelude::*;

use crate::common::{Opened, RUNTIME, TestResult, options};
use crate::node::{KEY, Node, PATIENCE, beside, hold, house, is_held};

/// What one of a crowd does, at one of two nodes.
#[derive(Clone, Debug)]
enum Deed {
    Hold(Vec<u32>),
    /// Of the reservation that was acknowledged so many ago.
    Release(usize),
    Extend(usize),
    ChangeSeats(usize, Vec<u32>),
    Sweep,
    Block(u32),
    Unblock(u32),
}

fn seats() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::btree_set(0..12u32, 1..4).prop_map(|seats| seats.into_iter().collect())
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => seats().prop_map(Deed::Hold),
        2 => (0..9usize).prop_map(Deed::Release),
        1 => (0..9usize).prop_map(Deed::Extend),
        1 => (0..9usize, seats()).prop_map(|(ago, seats)| Deed::ChangeSeats(ago, seats)),
        1 => Just(Deed::Sweep),
        1 => (0..12u32).prop_map(Deed::Block),
        1 => (0..12u32).prop_map(Deed::Unblock),
    ]
}

/// The crowds of some rounds, each deed with its node, and how long it is quiet behind each.
fn rounds() -> impl Strategy<Value = Vec<(Vec<(usize, Deed)>, i64)>> {
    let crowd = prop::collection::vec((0..2usize, deed()), 1..16);
    prop::collection::vec((crowd, 0..400_000_000i64), 1..8)
}

fn command(deed: &Deed, held: &[u64]) -> Command {
    let first = |ago: &usize| held.iter().rev().nth(*ago).copied().unwrap_or(u64::MAX);
    match deed {
        Deed::Hold(seats) => hold(seats),
        Deed::Release(ago) => Command::Release { first: first(ago) },
        Deed::Extend(ago) => Command::Extend { first: first(ago) },
        Deed::ChangeSeats(ago, seats) => Command::ChangeSeats {
            first: first(ago),
            seats: seats.clone(),
        },
        Deed::Sweep => Command::Sweep { at_most: 3 },
        Deed::Block(seat) => Command::Block { seats: vec![*seat] },
        Deed::Unblock(seat) => Command::Unblock { seats: vec![*seat] },
    }
}

async fn play(rounds: Vec<(Vec<(usize, Deed)>, i64)>) -> TestResult {
    let (opened, desk) = house().await;
    let event = desk.event();
    let nodes = [beside(&opened, 1).await, beside(&opened, 2).await];
    let (mut held, mut answered) = (Vec::new(), Vec::new());
    for (crowd, quiet) in rounds {
        let deeds = crowd.iter().map(|(node, deed)| {
            let (node, command) = (&nodes[*node], command(deed, &held));
            async move {
                let decided = node.submit(event, command.clone()).await;
                decided.map(|decided| (command, decided))
            }
        });
        for answer in join_all(deeds.collect::<Vec<_>>()).await {
            let (command, decided) = answer?;
            if let boxoffice_inventory::Outcome::Held { address, .. } = &decided.outcome {
                held.push(address.version);
            }
            answered.push((command, decided));
        }
        opened.clock.turn(quiet);
    }
    let inventories = every_version(&nodes[0], event).await?;
    for (command, decided) in &answered {
        assert!(
            is_what_one_desk_would_say(&inventories, command, decided),
            "{command:?}: {decided:?}"
        );
    }
    Ok(())
}

/// The inventory at each version, with the entry behind it.
async fn every_version(
    node: &Node,
    event: boxoffice_model::EventNumber,
) -> Result<Vec<(Inventory, Option<Entry>)>, Box<dyn std::error::Error>> {
    let mut inventory = Inventory::new(event);
    let mut versions = Vec::new();
    for stored in node.store.tail(event, 0, usize::MAX >> 1).await? {
        versions.push((inventory.clone(), Some(Entry::decode(&stored.bytes)?)));
        inventory.replay(&stored)?;
        invariants::check(&inventory).map_err(|broken| format!("{broken:?}"))?;
    }
    versions.push((inventory, None));
    Ok(versions)
}

/// Whether an answer is the one that a single decider gives at this answer's place in the order of
/// versions, with just the entries that stand there.
fn is_what_one_desk_would_say(
    versions: &[(Inventory, Option<Entry>)],
    command: &Command,
    decided: &Decided,
) -> bool {
    let behind = decided.receipt.version as usize;
    (0..=behind).rev().take(16).any(|before| {
        let (inventory, first) = &versions[before];
        let moment = Moment {
            now: decided.at,
            nonce: first.as_ref().map_or(0, |entry| entry.nonce),
            key: &KEY,
        };
        if decided.at < inventory.last_at() {
            return false;
        }
        let decision = decide(inventory, command, &moment);
        let entries = versions[before..behind].iter();
        let there: Vec<_> = entries.filter_map(|(_, entry)| entry.as_ref()).collect();
        decision.outcome == decided.outcome
            && decision.changes.len() == there.len()
            && there.iter().all(|entry| entry.at == decided.at)
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if std::env::var_os("BOXOFFICE_LONG").is_some() { 500 } else { 24 },
        ..ProptestConfig::default()
    })]

    #[test]
    fn two_nodes_answer_as_one_desk_would(rounds in rounds()) {
        let played = RUNTIME.block_on(async {
            play(rounds).await.map_err(|error| error.to_string())
        });
        played.map_err(TestCaseError::fail)?;
    }
}

#[test]
fn ten_nodes_set_up_one_database_at_once() {
    let url = PostgresServer::shared(PostgresVersion::Newest).new_database();
    let (_, clock) = (
        (),
        Arc::new(boxoffice_store::conformance::TurnedClock::new(
            boxoffice_store::conformance::BEGIN,
        )),
    );
    let nodes: Vec<_> = (0..10)
        .map(|node| {
            let (url, clock) = (url.clone(), Arc::clone(&clock));
            std::thread::spawn(move || crate::common::open(&url, &options(), clock, 100 + node))
        })
        .collect();
    let stores: Vec<_> = nodes
        .into_iter()
        .map(|node| node.join().expect("no panic").expect("it opens"))
        .collect();
    let keys: Vec<_> = stores
        .iter()
        .map(|store| RUNTIME.block_on(store.keys()).expect("keys"))
        .collect();
    assert!(keys.iter().all(|ring| *ring == keys[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_is_told_to_other_nodes_and_not_to_ones_own() -> TestResult {
    let (opened, desk) = house().await;
    let [one, other] = [beside(&opened, 1).await, beside(&opened, 2).await];
    let told = tokio::spawn({
        let store = Arc::clone(&other.store);
        async move { store.changed().await }
    });
    // Whoever listens may still be connecting: what is told until then is lost.
    let mut seat = 0;
    while !told.is_finished() {
        assert!(is_held(&one.submit(desk.event(), hold(&[seat % 12])).await) || seat >= 12);
        seat += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(seat < 600, "never told");
    }
    assert_eq!(told.await?, [desk.event()]);
    let own = tokio::time::timeout(Duration::from_millis(300), one.store.changed()).await;
    // The first node hears at most what was published before it came.
    assert!(own.is_err(), "{own:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_far_behind_catches_up_before_it_locks() -> TestResult {
    let (opened, desk) = house().await;
    let event = desk.event();
    let [one, other] = [beside(&opened, 1).await, beside(&opened, 2).await];
    assert!(is_held(&other.submit(event, hold(&[0])).await));
    let seats = || vec![11];
    for _ in 0..12 {
        let turns = (0..1_000).map(|turn| match turn % 2 {
            0 => one.submit(event, Command::Block { seats: seats() }),
            _ => one.submit(event, Command::Unblock { seats: seats() }),
        });
        for answer in join_all(turns.collect::<Vec<_>>()).await {
            answer?;
        }
    }
    let ahead = one.folded(event).await.version();
    assert!(ahead > MOST_BEHIND as u64 + 2, "{ahead}");
    assert!(is_held(&other.submit(event, hold(&[1])).await));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_notifications_others_find_out_by_looking() -> TestResult {
    let (opened, desk) = house().await;
    let deaf = Options {
        notify: false,
        ..options()
    };
    let one = Node::on(opened.another(&deaf), 1, Some(PATIENCE));
    let other = Node::on(opened.another(&deaf), 2, Some(PATIENCE));
    assert!(is_held(&one.submit(desk.event(), hold(&[0])).await));
    let heads = other.store.heads_of(&[desk.event()]).await?;
    assert_eq!(heads[0].version, 2);
    let silent = tokio::time::timeout(Duration::from_millis(300), other.store.changed()).await;
    assert!(silent.is_err(), "{silent:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_tended_by_one_node_and_taken_over_when_that_is_gone() -> TestResult {
    let (opened, mut desk) = house().await;
    let other = beside(&opened, 2).await;
    desk.pay(&opened.store, &[0]).await?;
    assert_eq!(other.store.unfinished(9).await?, []);
    assert_eq!(opened.store.unfinished(9).await?.len(), 1);
    let Opened { store, .. } = opened;
    drop(store);
    let taken_over = async {
        while other.store.unfinished(9).await?.is_empty() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok::<_, boxoffice_store::StoreError>(())
    };
    tokio::time::timeout(Duration::from_secs(30), taken_over).await??;
    Ok(())
}
