//! Cases about what the provider tells of its own accord, and about steps that are no longer tried.

use boxoffice_inventory::{Command, FailReason};
use boxoffice_model::EventNumber;

use super::desk::{Desk, publish, record};
use super::wishes::{put, refund};
use super::{BEGIN, CaseResult, Given, Harness};
use crate::batch::Record;
use crate::booking::{Booking, BookingStatus, Cleanup};
use crate::store::Store;

fn notice(event: EventNumber, attempt: u64, id: &str, trouble: Option<&str>) -> Record {
    Record::Noticed {
        event,
        attempt,
        id: id.to_owned(),
        at: BEGIN,
        trouble: trouble.map(str::to_owned),
    }
}

fn cleaned(booking: &Booking) -> Record {
    Record::CleanedUp {
        event: booking.event,
        attempt: booking.attempt,
        cleanup: booking.cleanup,
        notices: booking.notices,
    }
}

async fn read(
    store: &dyn Store,
    event: EventNumber,
    attempt: u64,
) -> Result<Booking, Box<dyn std::error::Error>> {
    let found = store.booking(event, attempt).await?;
    found.ok_or_else(|| "no booking".into())
}

/// An attempt that has failed.
async fn failed(
    desk: &mut Desk,
    store: &dyn Store,
    seat: u32,
    reason: FailReason,
) -> Result<u64, Box<dyn std::error::Error>> {
    let (first, attempt) = desk.pay(store, &[seat]).await?;
    let fail = Command::FailPayment {
        first,
        attempt,
        reason,
    };
    desk.act(store, &fail).await?;
    Ok(attempt)
}

pub async fn a_notice_counts_once<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let mut elsewhere = publish(&given, 1).await?;
    let (event, other_event) = (desk.event(), elsewhere.event());
    let (_, attempt) = desk.sell(store, &[0]).await?;
    let (_, other) = elsewhere.sell(store, &[0]).await?;
    // Twice in one go and once more later.
    let first = notice(event, attempt, "evt_1", Some("disputed"));
    let again = notice(event, attempt, "evt_1", None);
    let mut batch = store.begin().await?;
    batch.lock(event, u64::MAX).await?;
    batch.record(&[first, again.clone()]).await?;
    batch.keep().await?;
    batch.commit().await?;
    put(store, again).await?;
    let told = read(store, event, attempt).await?;
    assert_eq!(
        (told.notices, told.trouble.as_deref()),
        (1, Some("disputed"))
    );
    // What it is called at another event is another.
    put(store, notice(other_event, other, "evt_1", None)).await?;
    assert_eq!(read(store, other_event, other).await?.notices, 1);
    put(store, notice(event, attempt, "evt_2", None)).await?;
    let told = read(store, event, attempt).await?;
    assert_eq!((told.notices, told.trouble), (2, None));
    Ok(())
}

pub async fn a_notice_has_what_came_to_nothing_looked_at_again<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let declined = FailReason::Declined { code: "no".into() };
    let capture = FailReason::CaptureFailed { code: "no".into() };
    let mut ended = Vec::new();
    for (seat, reason) in (0..).zip([declined, FailReason::Unavailable, capture]) {
        let attempt = failed(&mut desk, store, seat, reason).await?;
        put(store, cleaned(&read(store, event, attempt).await?)).await?;
        ended.push(attempt);
    }
    let (_, pending) = desk.pay(store, &[3]).await?;
    let (_, booked) = desk.sell(store, &[4]).await?;
    let (first, refunded) = desk.sell(store, &[5, 6]).await?;
    let back = refund(first, refunded, Some(&[5]), true);
    desk.act(store, &back).await?;
    for (number, attempt) in ended.iter().enumerate() {
        let before = read(store, event, *attempt).await?;
        assert_eq!(before.cleanup, Cleanup::None);
        put(store, notice(event, *attempt, &format!("a{number}"), None)).await?;
        let after = Booking {
            cleanup: Cleanup::Look,
            notices: 1,
            ..before
        };
        assert_eq!(read(store, event, *attempt).await?, after);
    }
    for (number, attempt) in [pending, booked, refunded].into_iter().enumerate() {
        let before = read(store, event, attempt).await?;
        put(store, notice(event, attempt, &format!("b{number}"), None)).await?;
        let after = Booking {
            notices: 1,
            ..before
        };
        assert_eq!(read(store, event, attempt).await?, after);
    }
    Ok(())
}

pub async fn a_notice_leaves_a_confirmed_booking_as_it_is<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (_, attempt) = desk.sell(store, &[0]).await?;
    let confirmed = Record::Confirmed {
        event,
        attempt,
        reference: Some("pi_1".into()),
    };
    put(store, confirmed).await?;
    put(store, notice(event, attempt, "evt_1", None)).await?;
    let booking = read(store, event, attempt).await?;
    assert_eq!(
        (booking.status, booking.cleanup, booking.notices),
        (BookingStatus::Confirmed, Cleanup::None, 1)
    );
    assert_eq!(booking.reference.as_deref(), Some("pi_1"));
    assert_eq!(store.unfinished(9).await?, []);
    Ok(())
}

pub async fn a_notice_about_a_booking_that_is_not_there_changes_nothing<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (_, attempt) = desk.pay(store, &[0]).await?;
    let before = store.bookings(event, 0, 9).await?;
    put(store, notice(event, attempt + 7, "evt_1", Some("odd"))).await?;
    assert_eq!(store.bookings(event, 0, 9).await?, before);
    // It was told all the same.
    put(store, notice(event, attempt, "evt_1", None)).await?;
    assert_eq!(store.bookings(event, 0, 9).await?, before);
    assert_eq!(store.bookings(record(1).number, 0, 9).await?, []);
    Ok(())
}

pub async fn what_has_come_up_since_is_not_cleaned_up<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let attempt = failed(&mut desk, store, 0, FailReason::Unavailable).await?;
    let seen = read(store, event, attempt).await?;
    put(store, notice(event, attempt, "evt_1", None)).await?;
    put(store, cleaned(&seen)).await?;
    let told = read(store, event, attempt).await?;
    assert_eq!((told.cleanup, told.notices), (Cleanup::Look, 1));
    // By what was read before, it is cleaned up as little as by the notice of another.
    put(store, cleaned(&seen)).await?;
    assert_eq!(read(store, event, attempt).await?.cleanup, Cleanup::Look);
    put(store, cleaned(&told)).await?;
    assert_eq!(read(store, event, attempt).await?.cleanup, Cleanup::None);

    let (first, attempt) = desk.sell(store, &[1, 2]).await?;
    let mut owed = Vec::new();
    for seat in [1, 2] {
        let back = refund(first, attempt, Some(&[seat]), true);
        desk.act(store, &back).await?;
        owed.push(desk.inventory.version());
    }
    for version in owed {
        put(store, cleaned(&read(store, event, attempt).await?)).await?;
        assert_eq!(read(store, event, attempt).await?.cleanup, Cleanup::Refund);
        let done = Record::Refunded {
            event,
            version,
            reference: None,
        };
        put(store, done).await?;
    }
    put(store, cleaned(&read(store, event, attempt).await?)).await?;
    assert_eq!(read(store, event, attempt).await?.cleanup, Cleanup::None);
    assert_eq!(store.unfinished(9).await?, []);
    Ok(())
}

/// Sold late while somebody else still gives the money back.
pub async fn what_is_no_longer_due_is_not_cleaned_up<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (first, attempt) = desk.pay(store, &[0]).await?;
    given.clock.turn(super::wishes::PAYMENT);
    desk.act(store, &Command::Sweep { at_most: 9 }).await?;
    let seen = read(store, event, attempt).await?;
    assert_eq!(seen.cleanup, Cleanup::Void);
    desk.act(store, &Command::BookLate { first, attempt })
        .await?;
    let back = refund(first, attempt, None, true);
    desk.act(store, &back).await?;
    let version = desk.inventory.version();
    let reference = None;
    put(
        store,
        Record::Refunded {
            event,
            version,
            reference,
        },
    )
    .await?;
    put(store, cleaned(&seen)).await?;
    assert_eq!(read(store, event, attempt).await?.cleanup, Cleanup::Refund);
    Ok(())
}

pub async fn what_is_in_trouble_is_listed_apart<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let mut attempts = Vec::new();
    for seat in 0..4 {
        attempts.push(desk.pay(store, &[seat]).await?.1);
        given.clock.turn(1);
    }
    let troubled = |attempt, why: Option<&str>| Record::Troubled {
        event,
        attempt,
        trouble: why.map(str::to_owned),
    };
    let names = |bookings: Vec<Booking>| {
        let names = bookings.iter().map(|booking| booking.attempt);
        names.collect::<Vec<_>>()
    };
    for attempt in [attempts[2], attempts[0]] {
        put(store, troubled(attempt, Some("currency differs"))).await?;
    }
    assert_eq!(
        names(store.unfinished(9).await?),
        [attempts[1], attempts[3]]
    );
    let found = store.troubled(9).await?;
    assert_eq!(found[0].trouble.as_deref(), Some("currency differs"));
    assert_eq!(names(found), [attempts[0], attempts[2]]);
    assert_eq!(names(store.troubled(1).await?), attempts[..1]);
    put(store, troubled(attempts[0], None)).await?;
    // News from the provider is a reason to try again.
    put(store, notice(event, attempts[2], "evt_1", None)).await?;
    assert_eq!(names(store.unfinished(9).await?), attempts);
    assert_eq!(store.troubled(9).await?, []);
    Ok(())
}
