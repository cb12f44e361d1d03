//! Cases about seats that are taken back and the money that is owed for them.

use boxoffice_inventory::{Command, FailReason, Outcome, SeatIndex};
use boxoffice_model::{Clock, EventNumber};

use super::desk::{Desk, publish, record};
use super::wishes::{put, refund};
use super::{CaseResult, Given, Harness};
use crate::batch::{Record, SideRow};
use crate::booking::{Booking, BookingStatus, Cleanup, Refund};
use crate::error::StoreError;
use crate::store::Store;

pub async fn a_refund_is_written_with_its_entry_and_only_its_tickets_go<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (first, attempt) = sell_and_confirm(&mut desk, store, &[3, 4, 5]).await?;
    let (_, other) = desk.sell(store, &[6]).await?;
    given.clock.turn(5);

    let back = refund(first, attempt, Some(&[4]), true);
    let outcome = desk.act(store, &back).await?;
    let (seats, amount) = (vec![4], 2_500);
    assert_eq!(outcome, Outcome::Refunded { seats, amount });
    let partly = booking(store, event, attempt).await?;
    assert_eq!(
        (partly.status, partly.cleanup, partly.amount),
        (BookingStatus::PartlyRefunded, Cleanup::Refund, 7_500)
    );
    assert_eq!(partly.receipt.map(|receipt| receipt.version), Some(4));
    assert_eq!(
        sold(store, event).await?,
        [(3, attempt), (5, attempt), (6, other)]
    );
    let owed = Refund {
        event,
        version: desk.inventory.version(),
        attempt,
        amount: 2_500,
        created_at: given.clock.now(),
        done: false,
        reference: None,
    };
    assert_eq!(
        store.refunds(event, None).await?,
        std::slice::from_ref(&owed)
    );

    desk.act(store, &refund(first, attempt, None, false))
        .await?;
    let whole = booking(store, event, attempt).await?;
    assert_eq!(
        (whole.status, whole.cleanup),
        (BookingStatus::Refunded, Cleanup::Refund)
    );
    assert_eq!(sold(store, event).await?, [(6, other)]);
    let rest = Refund {
        version: desk.inventory.version(),
        amount: 5_000,
        ..owed.clone()
    };
    assert_eq!(store.refunds(event, None).await?, [owed, rest]);
    let due: Vec<_> = store.unfinished(9).await?;
    assert!(due.iter().any(|booking| booking.attempt == attempt));
    Ok(())
}

pub async fn seats_that_were_taken_back_may_be_sold_again<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let (first, attempt) = desk.sell(store, &[0, 1]).await?;
    let (_, second) = desk.pay(store, &[2]).await?;
    let back = refund(first, attempt, Some(&[1]), true);
    desk.act(store, &back).await?;
    let (_, again) = desk.sell(store, &[1]).await?;
    assert_eq!(
        sold(store, desk.event()).await?,
        [(0, attempt), (1, again)],
        "{second} only pays"
    );
    // Back and sold once more, in one batch.
    let held = desk.hold(store, &[3]).await?;
    let paying = desk.act(store, &super::wishes::pay(held)).await?;
    let Outcome::Paying { address, .. } = paying else {
        return Err(format!("{paying:?}").into());
    };
    let other = Command::Book {
        first: held,
        attempt: address.version,
    };
    let whole = refund(first, attempt, None, true);
    let outcomes = desk.act_at_once(store, &[other, whole]).await?;
    assert_eq!(outcomes[0], Outcome::Booked);
    assert_eq!(
        sold(store, desk.event()).await?,
        [(1, again), (3, address.version)]
    );
    Ok(())
}

pub async fn refunds_are_listed_by_event_and_by_booking<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let mut elsewhere = publish(&given, 1).await?;
    let mut sales = Vec::new();
    for seat in [0, 2, 4] {
        sales.push(desk.sell(store, &[seat, seat + 1]).await?);
        elsewhere.sell(store, &[seat]).await?;
    }
    let mut expected = Vec::new();
    for (at, seat) in [(1, 3), (0, 0), (1, 2)] {
        let (first, attempt) = sales[at];
        let back = refund(first, attempt, Some(&[seat]), true);
        desk.act(store, &back).await?;
        expected.push((desk.inventory.version(), attempt));
    }
    let event = desk.event();
    assert_eq!(names(store.refunds(event, None).await?), expected);
    for (_, attempt) in sales {
        let its: Vec<_> = expected.iter().filter(|(_, of)| *of == attempt).collect();
        let found = names(store.refunds(event, Some(attempt)).await?);
        assert_eq!(found.iter().collect::<Vec<_>>(), its);
    }
    assert_eq!(store.refunds(elsewhere.event(), None).await?, []);
    assert_eq!(store.refunds(record(9).number, None).await?, []);
    Ok(())
}

pub async fn a_refund_is_done_once_however_often_that_is_said<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (first, attempt) = sell_and_confirm(&mut desk, store, &[0, 1]).await?;
    desk.act(store, &refund(first, attempt, Some(&[0]), true))
        .await?;
    let earlier = desk.inventory.version();
    desk.act(store, &refund(first, attempt, None, true)).await?;
    let version = desk.inventory.version();
    let done = |reference: Option<&str>| Record::Refunded {
        event,
        version,
        reference: reference.map(str::to_owned),
    };
    for (said, kept) in [
        (None, None),
        (Some("re_1"), Some("re_1")),
        (None, Some("re_1")),
    ] {
        put(store, done(said)).await?;
        let refunds = store.refunds(event, Some(attempt)).await?;
        let done: Vec<_> = refunds.iter().map(|refund| refund.done).collect();
        assert_eq!(done, [false, true]);
        assert_eq!(refunds[1].reference.as_deref(), kept);
        assert_eq!(refunds[0].version, earlier);
    }
    let unknown = Record::Refunded {
        event,
        version: attempt,
        reference: None,
    };
    let refused = put(store, unknown).await.map_err(|error| error.to_string());
    assert!(
        refused.as_ref().is_err_and(|what| what.contains("refunds")),
        "{refused:?}"
    );
    Ok(())
}

/// Two nodes may both have collected the money; the slower one says so when the buyer has already
/// returned the seats.
pub async fn what_is_confirmed_again_stays_refunded<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (first, attempt) = sell_and_confirm(&mut desk, store, &[0, 1]).await?;
    let confirmed = |reference: &str| Record::Confirmed {
        event,
        attempt,
        reference: Some(reference.to_owned()),
    };
    use BookingStatus::{PartlyRefunded, Refunded};
    for (seats, status) in [(Some(&[0][..]), PartlyRefunded), (None, Refunded)] {
        desk.act(store, &refund(first, attempt, seats, true))
            .await?;
        put(store, confirmed(status.code())).await?;
        let booking = booking(store, event, attempt).await?;
        assert_eq!((booking.status, booking.cleanup), (status, Cleanup::Refund));
        assert_eq!(booking.reference.as_deref(), Some(status.code()));
    }
    Ok(())
}

/// A defect of ours is played: a refund of a seat that its booking does not have.
pub async fn a_seat_of_another_booking_is_not_taken_back<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (first, attempt) = desk.sell(store, &[0, 1]).await?;
    let (_, other) = desk.sell(store, &[2]).await?;
    let before = store.head(event).await?;
    for wrong in [2, 7] {
        let mut batch = store.begin().await?;
        batch.lock(event, u64::MAX).await?;
        let back = refund(first, attempt, Some(&[0]), true);
        let (_, mut append) = desk.clone().decide(&back, batch.now());
        for row in &mut append.side_rows {
            if let SideRow::BookingRefunded { seats, .. } = row {
                seats.push(wrong);
            }
        }
        let refused = batch.append(&append).await;
        assert!(
            matches!(
                refused,
                Err(StoreError::Damaged {
                    table: "tickets",
                    ..
                })
            ),
            "{refused:?}"
        );
        batch.undo().await?;
        batch.commit().await?;
    }
    assert_eq!(store.head(event).await?, before);
    assert_eq!(store.refunds(event, None).await?, []);
    assert_eq!(
        sold(store, event).await?,
        [(0, attempt), (1, attempt), (2, other)]
    );
    Ok(())
}

/// The money of a booking may fail to come after some of its seats were taken back.
pub async fn a_booking_that_is_cancelled_keeps_its_refunds<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (first, attempt) = desk.sell(store, &[0, 1]).await?;
    let code = "gone".to_owned();
    let cancel = Command::CancelBooking {
        first,
        attempt,
        reason: FailReason::CaptureFailed { code },
    };
    let back = refund(first, attempt, Some(&[1]), true);
    desk.act_at_once(store, &[back, cancel]).await?;
    let booking = booking(store, event, attempt).await?;
    assert_eq!(
        (booking.status, booking.cleanup),
        (BookingStatus::Cancelled, Cleanup::Void)
    );
    assert_eq!(store.refunds(event, Some(attempt)).await?.len(), 1);
    assert_eq!(sold(store, event).await?, []);
    Ok(())
}

async fn sell_and_confirm(
    desk: &mut Desk,
    store: &dyn Store,
    seats: &[SeatIndex],
) -> Result<(u64, u64), Box<dyn std::error::Error>> {
    let (first, attempt) = desk.sell(store, seats).await?;
    let confirmed = Record::Confirmed {
        event: desk.event(),
        attempt,
        reference: None,
    };
    put(store, confirmed).await?;
    Ok((first, attempt))
}

async fn booking(
    store: &dyn Store,
    event: EventNumber,
    attempt: u64,
) -> Result<Booking, Box<dyn std::error::Error>> {
    let found = store.booking(event, attempt).await?;
    found.ok_or_else(|| "no booking".into())
}

/// Which seats have tickets, and of which attempts.
async fn sold(store: &dyn Store, event: EventNumber) -> Result<Vec<(SeatIndex, u64)>, StoreError> {
    let tickets = store.tickets(event).await?.into_iter();
    Ok(tickets
        .map(|ticket| (ticket.seat, ticket.attempt))
        .collect())
}

fn names(refunds: Vec<Refund>) -> Vec<(u64, u64)> {
    let names = refunds.iter();
    names
        .map(|refund| (refund.version, refund.attempt))
        .collect()
}
