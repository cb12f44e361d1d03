//! How inventories come, stay and go.

use std::sync::Arc;
use std::time::Duration;

use boxoffice_sequencer::{SequencerError, load_aside};
use boxoffice_store::Store;
use futures::future::join_all;

use crate::office::{Heard, Limits, Office, WIDE, hold, start};

#[tokio::test]
async fn a_cold_event_is_folded_once_however_many_ask() {
    let office = Office::open(1, WIDE).await;
    let crowd = (0..12).map(|seat| office.submit(0, hold(&[seat])));
    for held in join_all(crowd.collect::<Vec<_>>()).await {
        held.unwrap();
    }
    assert_eq!(office.store.loads(), 1);
}

/// A store that does not answer keeps nobody waiting, and what it answers late is of use to those who
/// come then.
#[tokio::test]
async fn a_load_that_takes_too_long_is_not_waited_for_and_not_begun_again() {
    let limits = Limits {
        patience: Some(Duration::from_millis(20)),
        ..WIDE
    };
    let office = Office::open(1, limits).await;
    office.store.let_loads_wait(true);
    for _ in 0..2 {
        let crowd = (0..12).map(|seat| office.submit(0, hold(&[seat])));
        for refused in join_all(crowd.collect::<Vec<_>>()).await {
            assert!(matches!(refused, Err(SequencerError::StoreUnavailable)));
        }
    }
    office.store.let_loads_wait(false);
    while office.submit(0, hold(&[0])).await.is_err() {}
    assert_eq!(office.store.loads(), 1);
    assert_eq!(office.folded(0).await.counts().held, 1);
}

#[tokio::test]
async fn one_too_many_is_let_go_and_comes_back() {
    let limits = Limits {
        inventories: 2,
        ..WIDE
    };
    let office = Office::open(3, limits).await;
    for round in 0..4 {
        for event in 0..3 {
            office.hold(event, &[round]).await;
        }
    }
    assert!(office.store.loads() > 3, "{}", office.store.loads());
    for event in 0..3 {
        assert_eq!(office.folded(event).await.counts().held, 4);
    }
}

#[tokio::test]
async fn a_snapshot_is_written_in_time_and_the_next_start_begins_with_it() {
    let limits = Limits {
        snapshot_every: 5,
        ..WIDE
    };
    let office = Office::open(1, limits).await;
    for seat in 0..6 {
        office.hold(0, &[seat]).await;
    }
    // It is written beside the lane: nobody waits for it but we.
    while office
        .store
        .snapshot(office.event(0))
        .await
        .unwrap()
        .is_none()
    {
        tokio::task::yield_now().await;
    }
    let (inventory, snapshot) = load_aside(office.store.clone(), office.event(0))
        .await
        .unwrap();
    assert!((5..=7).contains(&snapshot), "{snapshot}");
    assert_eq!(inventory.head(), office.folded(0).await.head());
    let next = start(&office.store, WIDE, Arc::<Heard>::default());
    let event = office.event(0);
    next.submit(event, hold(&[11])).await.unwrap();
    assert_eq!(office.folded(0).await.counts().held, 7);
}
