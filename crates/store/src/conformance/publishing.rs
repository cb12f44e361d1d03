//! Cases about what is published: events, revisions, numbers, plans. Nothing is sold here.

use boxoffice_inventory::Head;
use boxoffice_model::Clock;

use super::desk::{Desk, opened, publish, record};
use super::{BEGIN, CaseResult, Given, Harness};
use crate::error::StoreError;
use crate::event::{Catalogue, EventHead, StagedEvent};
use crate::load::load_inventory;

pub async fn a_new_store_is_empty_and_has_its_keys<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let event = record(0).number;
    store.ready().await?;
    assert_eq!(store.catalogue(0).await?, Catalogue::default());
    assert_eq!(store.heads().await?, []);
    assert_eq!(store.head(event).await?, None);
    assert_eq!(store.event(event).await?, None);
    assert_eq!(store.tail(event, 0, 10).await?, []);
    assert_eq!(store.reservation(event, 1).await?, []);
    assert_eq!(store.snapshot(event).await?, None);
    assert_eq!(store.due(BEGIN, 10).await?, []);
    assert_eq!(store.unfinished(10).await?, []);
    assert_eq!(store.plan(&[1; 32]).await?, None);
    let keys = store.keys().await?;
    assert_ne!(keys.server, keys.session);
    assert_ne!(keys.session, keys.ticket);
    assert_eq!(given.reopen().store().keys().await?, keys);
    Ok(())
}

pub async fn a_published_event_reads_back_with_an_empty_ledger<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let record = record(3);
    let mut batch = given.store().begin().await?;
    batch.put_event(&record).await?;
    batch.commit().await?;
    assert_eq!(
        given.store().event(record.number).await?.as_ref(),
        Some(&record)
    );
    let empty = EventHead {
        event: record.number,
        version: 0,
        head: Head::empty(record.number),
        counts: Default::default(),
        next_due: None,
    };
    assert_eq!(given.store().head(record.number).await?, Some(empty));
    assert_eq!(given.store().heads().await?, [empty]);
    Ok(())
}

pub async fn readers_learn_only_what_changed_since_their_revision<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let desk = publish(&given, 0).await?;
    publish(&given, 1).await?;
    let all = store.catalogue(0).await?;
    assert_eq!(all.events, [record(0), record(1)]);
    let unchanged = store.catalogue(all.revision).await?;
    assert_eq!(
        unchanged,
        Catalogue {
            revision: all.revision,
            events: Vec::new()
        }
    );

    let mut changed = record(0);
    changed.document = r#"{"title":"Moved"}"#.into();
    let mut batch = store.begin().await?;
    batch.put_event(&changed).await?;
    batch.commit().await?;
    let news = store.catalogue(all.revision).await?;
    assert!(news.revision > all.revision);
    assert_eq!(news.events, [changed]);
    // Its ledger goes on where it was.
    assert_eq!(store.head(desk.event()).await?, Some(desk.head()));
    Ok(())
}

pub async fn all_events_of_a_batch_share_a_revision<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut batch = store.begin().await?;
    for sequence in 0..3 {
        batch.put_event(&record(sequence)).await?;
    }
    batch.commit().await?;
    let catalogue = store.catalogue(0).await?;
    assert_eq!(catalogue.revision, 1);
    assert_eq!(
        store.catalogue(catalogue.revision - 1).await?.events.len(),
        3
    );
    Ok(())
}

pub async fn an_event_that_is_undone_leaves_the_revision_to_the_others<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut batch = store.begin().await?;
    for sequence in 0..3 {
        assert_eq!(batch.lock(record(sequence).number, 0).await?, None);
        batch.put_event(&record(sequence)).await?;
        match sequence {
            0 => batch.undo().await?,
            _ => batch.keep().await?,
        }
    }
    batch.commit().await?;
    let catalogue = store.catalogue(0).await?;
    assert_eq!(catalogue.events, [record(1), record(2)]);
    assert_eq!(catalogue.revision, 1);
    Ok(())
}

pub async fn an_id_and_a_number_belong_together<H: Harness>(given: Given<H>) -> CaseResult {
    publish(&given, 0).await?;
    let (mut same_id, mut same_number) = (record(1), record(0));
    same_id.id = record(0).id;
    same_number.id = record(1).id;
    for wrong in [same_id, same_number] {
        let mut batch = given.store().begin().await?;
        let refused = batch.put_event(&wrong).await;
        assert!(
            matches!(refused, Err(StoreError::Conflict { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(given.store().catalogue(0).await?.events, [record(0)]);
    Ok(())
}

pub async fn numbers_of_a_month_are_given_in_order<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    assert_eq!(store.next_number(2027, 5).await?, record(0).number);
    publish(&given, 0).await?;
    publish(&given, 7).await?;
    assert_eq!(store.next_number(2027, 5).await?, record(8).number);
    assert_eq!(store.next_number(2027, 6).await?.get(), 202_706_000_000);
    publish(&given, 999_999).await?;
    assert!(
        store.next_number(2027, 5).await.is_err(),
        "the month is full"
    );
    assert!(
        store.next_number(2027, 13).await.is_err(),
        "there is no such month"
    );
    Ok(())
}

pub async fn a_plan_reads_back_whole_however_large<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let plan = |bytes: usize| {
        (0..bytes)
            .map(|at| (at * 7 + at / 251) as u8)
            .collect::<Vec<_>>()
    };
    for (name, bytes) in [(1, 0), (2, 1), (3, 256 << 10), (4, 3_000_001)] {
        store.put_plan(&[name; 32], &plan(bytes)).await?;
        assert_eq!(
            store.plan(&[name; 32]).await?,
            Some(plan(bytes)),
            "of {bytes} bytes"
        );
    }
    // What is there already is left alone.
    store.put_plan(&[4; 32], b"other").await?;
    let given = given.reopen();
    assert_eq!(given.store().plan(&[4; 32]).await?, Some(plan(3_000_001)));
    Ok(())
}

/// A new event with the first entry of its ledger.
fn staged(given: &Given<impl Harness>, sequence: u32) -> (StagedEvent, Desk) {
    let record = record(sequence);
    let (desk, append) = opened(record.number, given.clock.now());
    (StagedEvent { record, append }, desk)
}

pub async fn staged_events_are_seen_by_nobody_until_they_are_shown<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let desk = publish(&given, 0).await?;
    let before = store.catalogue(0).await?;
    let stage = store.begin_stage().await?;
    let (first, first_desk) = staged(&given, 1);
    let (second, second_desk) = staged(&given, 2);
    let events = [first.record.clone(), second.record.clone()];
    store.stage(&stage, &[first]).await?;
    store.stage(&stage, &[second]).await?;
    assert_eq!(store.catalogue(0).await?, before);
    assert_eq!(store.heads().await?, [desk.head()]);
    assert_eq!(store.event(events[0].number).await?, None);
    // Others publish meanwhile, and do not show what is not theirs.
    let mut batch = store.begin().await?;
    batch.put_event(&record(0)).await?;
    batch.commit().await?;
    assert_eq!(store.catalogue(before.revision).await?.events, [record(0)]);

    let between = store.catalogue(0).await?.revision;
    let mut batch = store.begin().await?;
    batch.put_event(&record(0)).await?;
    batch.show(&stage).await?;
    batch.commit().await?;
    let news = store.catalogue(between).await?;
    let [one, two] = events;
    assert_eq!(news.events, [record(0), one.clone(), two]);
    let heads = [desk.head(), first_desk.head(), second_desk.head()];
    assert_eq!(store.heads().await?, heads);
    assert_eq!(store.event(one.number).await?, Some(one));
    let folded = load_inventory(store, first_desk.event()).await?;
    assert_eq!(folded.head(), first_desk.inventory.head());
    Ok(())
}

pub async fn what_was_never_shown_is_removed_by_the_next_stage<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let stage = given.store().begin_stage().await?;
    let events: Vec<_> = (0..250)
        .map(|sequence| staged(&given, sequence).0)
        .collect();
    given.store().stage(&stage, &events).await?;
    let mut batch = given.store().begin().await?;
    batch.show(&stage).await?;
    drop(batch);
    drop(stage);
    let given = given.reopen();
    let store = given.store();
    assert_eq!(store.catalogue(0).await?, Catalogue::default());
    let stage = store.begin_stage().await?;
    assert_eq!(store.head(events[7].record.number).await?, None);
    assert_eq!(store.tail(events[7].record.number, 0, 9).await?, []);
    store.stage(&stage, &events[..1]).await?;
    let mut batch = store.begin().await?;
    batch.show(&stage).await?;
    batch.commit().await?;
    assert_eq!(store.catalogue(0).await?.events, [events[0].record.clone()]);
    Ok(())
}

pub async fn a_piece_whose_id_is_taken_is_staged_not_at_all<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    publish(&given, 0).await?;
    let stage = store.begin_stage().await?;
    let (good, taken) = (staged(&given, 1).0, staged(&given, 0).0);
    let refused = store.stage(&stage, &[good.clone(), taken]).await;
    assert!(
        matches!(refused, Err(StoreError::Conflict { .. })),
        "{refused:?}"
    );
    store.stage(&stage, &[good]).await?;
    Ok(())
}
