//! Cases about what is published: events, revisions, numbers, plans. Nothing is sold here.

use boxoffice_inventory::Head;

use super::desk::{publish, record};
use super::{BEGIN, CaseResult, Given, Harness};
use crate::error::StoreError;
use crate::event::{Catalogue, EventHead};

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
        assert_eq!(batch.lock(record(sequence).number).await?, None);
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
