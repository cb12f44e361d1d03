//! Cases about reading ledgers: pages, addresses, what is due, snapshots, restarts.

use boxoffice_inventory::Command;
use boxoffice_model::Clock;

use super::desk::publish;
use super::wishes::HOLD;
use super::{BEGIN, CaseResult, Given, Harness};
use crate::load::{load_inventory, load_reservation};

pub async fn entries_read_back_in_pages<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let mut other = publish(&given, 1).await?;
    for seat in 0..6 {
        desk.hold(store, &[seat]).await?;
        other.hold(store, &[seat]).await?;
    }
    let all = store.tail(desk.event(), 0, usize::MAX).await?;
    let versions: Vec<_> = all.iter().map(|entry| entry.version).collect();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(store.tail(desk.event(), 0, 3).await?, all[..3]);
    assert_eq!(store.tail(desk.event(), 3, 3).await?, all[3..6]);
    assert_eq!(store.tail(desk.event(), 6, 3).await?, all[6..]);
    assert_eq!(store.tail(desk.event(), 7, 3).await?, []);
    assert_eq!(store.tail(desk.event(), u64::MAX, 3).await?, []);
    let folded = load_inventory(store, desk.event()).await?;
    assert_eq!(
        (folded.version(), folded.head()),
        (7, desk.inventory.head())
    );
    Ok(())
}

pub async fn a_reservation_is_found_by_its_address<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let (first, attempt) = desk.pay(store, &[0, 1]).await?;
    let other = desk.hold(store, &[2]).await?;
    desk.act(store, &Command::Book { first, attempt }).await?;
    let versions = |entries: Vec<boxoffice_inventory::StoredEntry>| {
        entries
            .iter()
            .map(|entry| entry.version)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        versions(store.reservation(desk.event(), first).await?),
        [2, 3, 5]
    );
    assert_eq!(versions(store.reservation(desk.event(), other).await?), [4]);
    assert_eq!(store.reservation(desk.event(), 99).await?, []);
    let loaded = load_reservation(store, desk.event(), first).await?;
    let loaded = loaded.map(|(reservation, _)| reservation);
    assert_eq!(loaded.as_ref(), desk.inventory.reservation(first));
    assert_eq!(load_reservation(store, desk.event(), 1).await?, None);
    Ok(())
}

pub async fn what_has_run_out_is_due_the_longest_first<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut late = publish(&given, 0).await?;
    let mut soon = publish(&given, 1).await?;
    publish(&given, 2).await?;
    soon.hold(store, &[0]).await?;
    given.clock.turn(1);
    late.hold(store, &[0]).await?;
    assert_eq!(store.due(BEGIN.plus(HOLD - 1), 10).await?, []);
    assert_eq!(store.due(BEGIN.plus(HOLD), 10).await?, [soon.event()]);
    assert_eq!(
        store.due(BEGIN.plus(HOLD + 1), 10).await?,
        [soon.event(), late.event()]
    );
    assert_eq!(store.due(BEGIN.plus(HOLD + 1), 1).await?, [soon.event()]);
    given.clock.turn(HOLD);
    soon.act(store, &Command::Sweep { at_most: 10 }).await?;
    assert_eq!(store.due(given.clock.now(), 10).await?, [late.event()]);
    Ok(())
}

pub async fn the_newest_snapshot_replaces_the_one_before<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    for seats in [[0, 1], [2, 3]] {
        desk.hold(store, &seats).await?;
        let (version, bytes) = (desk.inventory.version(), desk.inventory.snapshot());
        store.put_snapshot(desk.event(), version, &bytes).await?;
        assert_eq!(store.snapshot(desk.event()).await?, Some((version, bytes)));
    }
    // A large one, as of a stadium.
    let large: Vec<u8> = (0..2_000_000u32).map(|at| (at % 251) as u8).collect();
    store.put_snapshot(desk.event(), 3, &large).await?;
    assert_eq!(store.snapshot(desk.event()).await?, Some((3, large)));
    // The same version again, shorter: nothing of the longer one is left.
    store.put_snapshot(desk.event(), 3, b"short").await?;
    let short = store.snapshot(desk.event()).await?;
    assert_eq!(short, Some((3, b"short".to_vec())));
    // It reads as nothing that we know, so the ledger itself is folded.
    let folded = load_inventory(store, desk.event()).await?;
    assert_eq!(folded.head(), desk.inventory.head());
    Ok(())
}

pub async fn a_restart_forgets_nothing<H: Harness>(given: Given<H>) -> CaseResult {
    let mut desk = publish(&given, 0).await?;
    let (first, attempt) = desk.pay(given.store(), &[0, 1]).await?;
    desk.act(given.store(), &Command::Book { first, attempt })
        .await?;
    desk.hold(given.store(), &[5]).await?;
    let event = desk.event();
    let before = given.store();
    let (heads, tail) = (before.heads().await?, before.tail(event, 0, 99).await?);
    let (bookings, tickets) = (
        before.bookings(event, 0, 99).await?,
        before.tickets(event).await?,
    );
    let catalogue = before.catalogue(0).await?;

    let given = given.reopen();
    let after = given.store();
    assert_eq!(after.heads().await?, heads);
    assert_eq!(after.tail(event, 0, 99).await?, tail);
    assert_eq!(after.bookings(event, 0, 99).await?, bookings);
    assert_eq!(after.tickets(event).await?, tickets);
    assert_eq!(after.catalogue(0).await?, catalogue);
    assert_eq!(after.unfinished(9).await?, bookings);
    assert_eq!(after.due(BEGIN.plus(HOLD), 9).await?, [event]);
    // And it goes on.
    desk.hold(after, &[6]).await?;
    assert_eq!(after.head(event).await?, Some(desk.head()));
    Ok(())
}
