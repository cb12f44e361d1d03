//! Cases about batches: what they see, what they leave, and what they leave when they are given up.

use boxoffice_model::Clock;

use super::desk::{publish, record};
use super::wishes::hold;
use super::{BEGIN, CaseResult, Given, Harness};
use crate::error::StoreError;

pub async fn an_append_follows_the_version_that_was_locked<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let mut stale = desk.clone();
    desk.hold(store, &[0]).await?;
    assert_eq!(store.head(desk.event()).await?, Some(desk.head()));

    let mut batch = store.begin().await?;
    let locked = batch.lock(desk.event(), 2).await?.ok_or("not locked")?;
    assert_eq!((locked.head, locked.tail), (desk.head(), vec![]));
    let (_, append) = stale.decide(&hold(&[1]), BEGIN);
    let refused = batch.append(&append).await;
    let expected = 1;
    assert!(
        matches!(refused, Err(StoreError::Conflict { event, expected: 1 }) if event == desk.event()),
        "at version {expected}: {refused:?}"
    );
    batch.undo().await?;
    // The batch goes on; the next tries on what is there.
    desk.act_in(batch.as_mut(), &hold(&[1])).await?;
    batch.commit().await?;
    assert_eq!(store.head(desk.event()).await?, Some(desk.head()));
    assert_eq!(store.tail(desk.event(), 0, 9).await?.len(), 3);
    Ok(())
}

pub async fn an_event_that_is_unknown_is_not_locked<H: Harness>(given: Given<H>) -> CaseResult {
    let mut desk = publish(&given, 0).await?;
    let mut batch = given.store().begin().await?;
    assert_eq!(batch.lock(record(1).number, 0).await?, None);
    batch.undo().await?;
    desk.act_in(batch.as_mut(), &hold(&[1])).await?;
    batch.commit().await?;
    assert_eq!(given.store().heads().await?, [desk.head()]);
    Ok(())
}

pub async fn readers_see_only_what_is_committed<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let before = desk.head();
    let mut batch = store.begin().await?;
    desk.act_in(batch.as_mut(), &hold(&[0, 1])).await?;
    batch.put_event(&record(1)).await?;
    assert_eq!(store.heads().await?, [before]);
    assert_eq!(store.tail(desk.event(), 1, 9).await?, []);
    assert_eq!(store.catalogue(1).await?.events, []);
    batch.commit().await?;
    assert_eq!(store.head(desk.event()).await?, Some(desk.head()));
    assert_eq!(store.tail(desk.event(), 1, 9).await?.len(), 1);
    assert_eq!(store.catalogue(1).await?.events, [record(1)]);
    Ok(())
}

pub async fn a_batch_sees_what_it_appended<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    desk.hold(store, &[0]).await?;
    let mut batch = store.begin().await?;
    desk.act_in(batch.as_mut(), &hold(&[1])).await?;
    let locked = batch.lock(desk.event(), 1).await?.ok_or("not locked")?;
    assert_eq!(locked.head, desk.head());
    let tail = locked.tail;
    assert_eq!(
        tail.iter().map(|entry| entry.version).collect::<Vec<_>>(),
        [2, 3]
    );
    batch.keep().await?;
    desk.act_in(batch.as_mut(), &hold(&[2])).await?;
    batch.commit().await?;
    assert_eq!(store.head(desk.event()).await?, Some(desk.head()));
    Ok(())
}

pub async fn what_is_undone_leaves_the_other_events_alone<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desks = Vec::new();
    for sequence in 0..3 {
        desks.push(publish(&given, sequence).await?);
    }
    let mut batch = store.begin().await?;
    for (number, desk) in desks.iter_mut().enumerate() {
        let mut trial = desk.clone();
        batch.lock(desk.event(), 1).await?;
        let (_, append) = trial.decide(&hold(&[0, 1]), batch.now());
        batch.append(&append).await?;
        if number == 1 {
            batch.undo().await?;
        } else {
            batch.keep().await?;
            *desk = trial;
        }
    }
    batch.commit().await?;
    for (number, desk) in desks.iter().enumerate() {
        let undone = number == 1;
        assert_eq!(store.head(desk.event()).await?, Some(desk.head()));
        assert_eq!(store.tail(desk.event(), 1, 9).await?.is_empty(), undone);
    }
    Ok(())
}

pub async fn a_batch_that_is_dropped_leaves_no_trace<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let desk = publish(&given, 0).await?;
    let mut batch = store.begin().await?;
    desk.clone().act_in(batch.as_mut(), &hold(&[0])).await?;
    batch.put_event(&record(1)).await?;
    batch.lock(record(1).number, 0).await?;
    drop(batch);
    assert_eq!(store.heads().await?, [desk.head()]);
    assert_eq!(store.catalogue(0).await?.events, [record(0)]);
    // And the next one begins.
    let mut desk = desk;
    desk.hold(store, &[0]).await?;
    assert_eq!(store.tail(desk.event(), 1, 9).await?.len(), 1);
    Ok(())
}

pub async fn time_is_the_stores_clock<H: Harness>(given: Given<H>) -> CaseResult {
    let batch = given.store().begin().await?;
    assert!(batch.now() >= BEGIN);
    given.clock.turn(60_000_000);
    assert!(batch.now() >= given.clock.now());
    assert!(given.store().now() >= given.clock.now());
    Ok(())
}
