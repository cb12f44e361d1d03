//! The store against the plainest thing that could be one: for each event a list of what happened.
//! Whatever a store keeps ready is worked out here from the whole list, each time anew.

use std::collections::BTreeMap;

use boxoffice_inventory::{Change, Entry, Inventory};
use boxoffice_model::{Clock, EventNumber, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::desk::{Desk, publish};
use super::expected::{Happening, charges, head_of, refunds, tickets};
use super::outcomes::bookings;
use super::random::{Action, EVENTS, Plan, command, plan};
use super::records::record;
use super::{CaseResult, Given, Harness, runtime};
use crate::batch::{Append, Batch, Record};
use crate::booking::{Booking, Cleanup};
use crate::store::Store;

/// How many random histories are tried, unless `PROPTEST_CASES` says otherwise.
const HISTORIES: u32 = 24;

/// All that happened to one event, and the desk that it happened at.
#[derive(Clone, Debug)]
struct History {
    desk: Desk,
    log: Vec<Happening>,
    snapshot: Option<(u64, Vec<u8>)>,
}

pub async fn it_agrees_with_a_list_of_entries_under_random_batches<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    drop(given);
    // Each history has a runtime of its own, which this thread's must not be around.
    std::thread::scope(|scope| scope.spawn(all_histories::<H>).join())
        .map_err(|_| "a history panicked")??;
    Ok(())
}

fn all_histories<H: Harness>() -> Result<(), String> {
    let mut config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = HISTORIES;
    }
    let plans = prop::collection::vec(plan(), 1..20);
    let played = TestRunner::new(config).run(&plans, |plans| {
        let failed = |error: &dyn std::fmt::Display| TestCaseError::fail(error.to_string());
        let runtime = runtime().map_err(|error| failed(&error))?;
        runtime
            .block_on(play::<H>(&plans))
            .map_err(|error| failed(&error))
    });
    played.map_err(|error| error.to_string())
}

async fn play<H: Harness>(plans: &[Plan]) -> CaseResult {
    let given = Given::<H>::new();
    let mut histories = Vec::new();
    for sequence in 0..EVENTS {
        let desk = publish(&given, sequence).await?;
        let tail = given.store().tail(desk.event(), 0, 1).await?;
        let first = tail.into_iter().next().ok_or("no first entry")?;
        let (entry, head) = (Entry::decode(&first.bytes)?, desk.inventory.head());
        let log = vec![Happening::Entry(first, entry, head)];
        histories.push(History {
            desk,
            log,
            snapshot: None,
        });
    }
    for plan in plans {
        let trial = write(given.store(), &histories, plan).await?;
        if plan.commit {
            histories = trial;
        }
        given.clock.turn(plan.pause);
        compare(given.store(), &histories, given.clock.now()).await?;
    }
    let given = given.reopen();
    compare(given.store(), &histories, given.clock.now()).await
}

/// Writes a plan's batch and gives what is remembered if it is committed.
async fn write(
    store: &dyn Store,
    histories: &[History],
    plan: &Plan,
) -> Result<Vec<History>, Box<dyn std::error::Error>> {
    let mut batch = store.begin().await?;
    let mut histories = histories.to_vec();
    for turn in &plan.turns {
        let mut trial = histories[turn.event].clone();
        let (event, version) = (trial.desk.event(), trial.desk.inventory.version());
        let locked = batch.lock(event, version).await?.ok_or("not locked")?;
        assert_eq!((locked.head, locked.tail), (trial.desk.head(), vec![]));
        let mut waiting = Waiting::None;
        for action in &turn.actions {
            waiting = act(batch.as_mut(), &mut trial, waiting, *action).await?;
        }
        waiting.write(batch.as_mut()).await?;
        if turn.keep {
            batch.keep().await?;
            histories[turn.event] = trial;
        } else {
            batch.undo().await?;
        }
    }
    if !plan.commit {
        return Ok(histories);
    }
    batch.commit().await?;
    for turn in plan.turns.iter().filter(|turn| turn.snapshot) {
        let history = &mut histories[turn.event];
        let inventory = &history.desk.inventory;
        let (version, bytes) = (inventory.version(), inventory.snapshot());
        store
            .put_snapshot(inventory.event(), version, &bytes)
            .await?;
        history.snapshot = Some((version, bytes));
    }
    Ok(histories)
}

/// What is written next, all of a kind at one time, as a lane does.
enum Waiting {
    None,
    Append(Append),
    Records(Vec<Record>),
}

impl Waiting {
    async fn write(self, batch: &mut dyn Batch) -> CaseResult {
        match self {
            Waiting::None => {}
            Waiting::Append(append) => batch.append(&append).await?,
            Waiting::Records(records) => batch.record(&records).await?,
        }
        Ok(())
    }
}

async fn act(
    batch: &mut dyn Batch,
    history: &mut History,
    waiting: Waiting,
    action: Action,
) -> Result<Waiting, Box<dyn std::error::Error>> {
    let desk = &mut history.desk;
    if let Some(record) = record(&history.log, desk.event(), action) {
        history.log.push(Happening::Record(record.clone()));
        return match waiting {
            Waiting::Records(mut records) => {
                records.push(record);
                Ok(Waiting::Records(records))
            }
            other => {
                other.write(batch).await?;
                Ok(Waiting::Records(vec![record]))
            }
        };
    }
    let Some(command) = command(&desk.inventory, action) else {
        return Ok(waiting);
    };
    let (_, append) = desk.decide(&command, batch.now());
    for (stored, entry) in &append.entries {
        let next = head_of(&history.log).next(&stored.bytes);
        history
            .log
            .push(Happening::Entry(stored.clone(), entry.clone(), next));
    }
    match waiting {
        waiting if append.entries.is_empty() => Ok(waiting),
        Waiting::Append(mut before) => {
            before.follow(append);
            Ok(Waiting::Append(before))
        }
        other => {
            other.write(batch).await?;
            Ok(Waiting::Append(append))
        }
    }
}

/// Everything a store can be asked, against the lists.
async fn compare(store: &dyn Store, histories: &[History], now: Timestamp) -> CaseResult {
    let mut due = Vec::new();
    let (mut unfinished, mut troubled) = (Vec::new(), Vec::new());
    for history in histories {
        let event = history.desk.event();
        compare_ledger(store, event, history).await?;
        let bookings = bookings(&history.log, event);
        assert_eq!(
            store.bookings(event, 0, 9_999).await?,
            bookings.values().cloned().collect::<Vec<_>>()
        );
        assert_eq!(store.tickets(event).await?, tickets(&history.log, event));
        assert_eq!(store.charges(event).await?, charges(&history.log));
        let refunds = refunds(&history.log, event);
        assert_eq!(store.refunds(event, None).await?, refunds);
        for attempt in bookings.keys() {
            let its = refunds.iter().filter(|refund| refund.attempt == *attempt);
            let its: Vec<_> = its.cloned().collect();
            assert_eq!(store.refunds(event, Some(*attempt)).await?, its);
        }
        due.extend(
            history
                .desk
                .inventory
                .next_due()
                .filter(|at| *at <= now)
                .map(|at| (at, event)),
        );
        let needs_a_step =
            |booking: &Booking| booking.status.under_way() || booking.cleanup != Cleanup::None;
        for booking in bookings.into_values() {
            match booking.trouble {
                None if needs_a_step(&booking) => unfinished.push(booking),
                None => {}
                Some(_) => troubled.push(booking),
            }
        }
    }
    let mut found = store.due(now, 99).await?;
    let times: BTreeMap<_, _> = due.iter().map(|(at, event)| (*event, *at)).collect();
    assert!(
        found.is_sorted_by_key(|event| times.get(event).copied()),
        "the longest due first"
    );
    found.sort_unstable();
    assert_eq!(found, times.into_keys().collect::<Vec<_>>());
    let age = |booking: &Booking| (booking.created_at, booking.event, booking.attempt);
    unfinished.sort_by_key(|booking| (booking.cleanup != Cleanup::None, age(booking)));
    troubled.sort_by_key(age);
    assert_eq!(store.unfinished(9_999).await?, unfinished);
    assert_eq!(store.troubled(9_999).await?, troubled);
    Ok(())
}

async fn compare_ledger(store: &dyn Store, event: EventNumber, history: &History) -> CaseResult {
    let entries: Vec<_> = history
        .log
        .iter()
        .filter_map(|happening| match happening {
            Happening::Entry(stored, entry, _) => Some((stored.clone(), entry)),
            Happening::Record(_) => None,
        })
        .collect();
    let stored: Vec<_> = entries.iter().map(|(stored, _)| stored.clone()).collect();
    assert_eq!(store.tail(event, 0, 9_999).await?, stored);
    let mut folded = Inventory::new(event);
    for entry in &stored {
        folded.replay(entry)?;
    }
    let head = store.head(event).await?.ok_or("no head")?;
    assert_eq!(
        (head.version, head.head),
        (stored.len() as u64, head_of(&history.log))
    );
    assert_eq!(
        (head.counts, head.next_due),
        (folded.counts(), folded.next_due())
    );
    assert_eq!(store.snapshot(event).await?, history.snapshot);
    for (first, entry) in &entries {
        if matches!(entry.change, Change::Held(_)) {
            let continues = |entry: &Entry| entry.change.continues() == Some(first.version);
            let of_it = entries
                .iter()
                .filter(|(stored, entry)| stored.version == first.version || continues(entry));
            let of_it: Vec<_> = of_it.map(|(stored, _)| stored.clone()).collect();
            assert_eq!(store.reservation(event, first.version).await?, of_it);
        }
    }
    Ok(())
}
