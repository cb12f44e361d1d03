//! Cases about money: bookings and tickets in the commit of their entries, charges, what is left to
//! do.

use boxoffice_inventory::{Command, FailReason, Outcome};
use boxoffice_model::Clock;

use super::desk::{publish, record};
use super::wishes::{PAYMENT, draft, put};
use super::{CaseResult, Given, Harness};
use crate::batch::{Record, SideRow};
use crate::booking::{BookingStatus, Charge, ChargeStatus, Cleanup, Receipt, Ticket};
use crate::error::StoreError;

fn declined(code: &str) -> FailReason {
    FailReason::Declined { code: code.into() }
}

pub async fn a_booking_is_written_with_its_entry<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (first, attempt) = desk.pay(store, &[3, 4]).await?;
    let pending = store.booking(event, attempt).await?.ok_or("no booking")?;
    assert_eq!(
        (pending.event, pending.attempt, pending.first),
        (event, attempt, first)
    );
    assert_eq!((pending.amount, pending.currency.as_str()), (5_000, "EUR"));
    assert_eq!(pending.draft, draft(attempt));
    assert_eq!(
        (pending.status, pending.cleanup),
        (BookingStatus::Pending, Cleanup::None)
    );
    assert_eq!(pending.limit, given.clock.now().plus(PAYMENT));
    assert!(pending.nonce > u64::MAX / 2, "all 64 bits are kept");
    assert_eq!(store.tickets(event).await?, []);

    desk.act(store, &Command::Book { first, attempt }).await?;
    let booked = store.booking(event, attempt).await?.ok_or("no booking")?;
    let receipt = Receipt {
        version: desk.inventory.version(),
        head: desk.inventory.head(),
    };
    assert_eq!(
        (booked.status, booked.receipt),
        (BookingStatus::Booked, Some(receipt))
    );
    let ticket = |seat| Ticket {
        event,
        seat,
        attempt,
    };
    assert_eq!(store.tickets(event).await?, [ticket(3), ticket(4)]);

    put(
        store,
        Record::Confirmed {
            event,
            attempt,
            reference: None,
        },
    )
    .await?;
    put(
        store,
        Record::Confirmed {
            event,
            attempt,
            reference: None,
        },
    )
    .await?;
    let confirmed = store.booking(event, attempt).await?.ok_or("no booking")?;
    assert_eq!(confirmed.status, BookingStatus::Confirmed);
    assert_eq!(store.booking(event, attempt + 1).await?, None);
    Ok(())
}

pub async fn a_sale_that_is_undone_leaves_no_ticket<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let (first, attempt) = desk.pay(store, &[3, 4]).await?;
    let mut batch = store.begin().await?;
    batch.lock(desk.event(), u64::MAX).await?;
    let (_, append) = desk
        .clone()
        .decide(&Command::Book { first, attempt }, batch.now());
    batch.append(&append).await?;
    batch.undo().await?;
    batch.commit().await?;
    assert_eq!(store.tickets(desk.event()).await?, []);
    let booking = store
        .booking(desk.event(), attempt)
        .await?
        .ok_or("no booking")?;
    assert_eq!(
        (booking.status, booking.receipt),
        (BookingStatus::Pending, None)
    );
    Ok(())
}

/// A defect of ours is played: the same seat in two sales, each with entries that fold.
pub async fn the_store_itself_refuses_to_sell_a_seat_twice<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (first, attempt) = desk.pay(store, &[0, 1]).await?;
    desk.act(store, &Command::Book { first, attempt }).await?;
    let (second, other) = desk.pay(store, &[2]).await?;
    let before = store.head(event).await?;

    let mut batch = store.begin().await?;
    batch.lock(event, u64::MAX).await?;
    let (_, mut append) = desk.clone().decide(
        &Command::Book {
            first: second,
            attempt: other,
        },
        batch.now(),
    );
    for row in &mut append.side_rows {
        if let SideRow::BookingBooked { seats, .. } = row {
            seats.push(1);
        }
    }
    let refused = batch.append(&append).await;
    assert!(
        matches!(refused, Err(StoreError::SoldTwice { event: e }) if e == event),
        "{refused:?}"
    );
    batch.undo().await?;
    batch.commit().await?;
    assert_eq!(store.head(event).await?, before);
    let sold: Vec<_> = store
        .tickets(event)
        .await?
        .iter()
        .map(|ticket| (ticket.seat, ticket.attempt))
        .collect();
    assert_eq!(sold, [(0, attempt), (1, attempt)]);
    // The same seat of another event is another seat.
    let mut elsewhere = publish(&given, 1).await?;
    let (first, attempt) = elsewhere.pay(store, &[0, 1]).await?;
    elsewhere
        .act(store, &Command::Book { first, attempt })
        .await?;
    Ok(())
}

pub async fn a_booking_that_fails_says_why_and_what_is_left_to_do<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let capture = FailReason::CaptureFailed {
        code: "gone".into(),
    };
    use BookingStatus::{Cancelled, Declined, Voided};
    let expected = [
        (
            declined("card_declined"),
            Declined,
            Some("card_declined"),
            Cleanup::None,
        ),
        (FailReason::TimedOut, Voided, None, Cleanup::Void),
        (FailReason::Unavailable, Voided, None, Cleanup::Void),
        (capture, Cancelled, Some("gone"), Cleanup::Void),
    ];
    for (seat, (reason, status, code, cleanup)) in (0..).zip(expected) {
        let (first, attempt) = desk.pay(store, &[seat]).await?;
        if reason == FailReason::TimedOut {
            given.clock.turn(PAYMENT);
        }
        let outcome = desk
            .act(
                store,
                &Command::FailPayment {
                    first,
                    attempt,
                    reason,
                },
            )
            .await?;
        assert_eq!(outcome, Outcome::Done);
        let booking = store.booking(event, attempt).await?.ok_or("no booking")?;
        assert_eq!((booking.status, booking.cleanup), (status, cleanup));
        assert_eq!(booking.decline_code.as_deref(), code);
        put(
            store,
            Record::CleanedUp {
                event,
                attempt,
                cleanup,
                notices: 0,
            },
        )
        .await?;
        let booking = store.booking(event, attempt).await?.ok_or("no booking")?;
        assert_eq!((booking.status, booking.cleanup), (status, Cleanup::None));
    }
    assert_eq!(store.unfinished(9).await?, []);
    Ok(())
}

pub async fn a_cancelled_booking_gives_its_tickets_back<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (kept, paid) = desk.pay(store, &[5]).await?;
    desk.act(
        store,
        &Command::Book {
            first: kept,
            attempt: paid,
        },
    )
    .await?;
    let (first, attempt) = desk.pay(store, &[0, 1]).await?;
    desk.act(store, &Command::Book { first, attempt }).await?;
    let reason = FailReason::CaptureFailed {
        code: "expired".into(),
    };
    desk.act(
        store,
        &Command::CancelBooking {
            first,
            attempt,
            reason,
        },
    )
    .await?;
    let booking = store.booking(event, attempt).await?.ok_or("no booking")?;
    assert_eq!(
        (booking.status, booking.cleanup),
        (BookingStatus::Cancelled, Cleanup::Void)
    );
    assert_eq!(booking.decline_code.as_deref(), Some("expired"));
    assert_eq!(
        store.tickets(event).await?,
        [Ticket {
            event,
            seat: 5,
            attempt: paid
        }]
    );
    // Its seats may be sold again.
    let (first, attempt) = desk.pay(store, &[0, 1]).await?;
    desk.act(store, &Command::Book { first, attempt }).await?;
    assert_eq!(store.tickets(event).await?.len(), 3);
    Ok(())
}

pub async fn what_needs_a_step_is_found_the_oldest_first<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut late = publish(&given, 0).await?;
    let mut soon = publish(&given, 1).await?;
    let (first, pending) = soon.pay(store, &[0]).await?;
    given.clock.turn(1);
    let (second, booked) = late.pay(store, &[0]).await?;
    late.act(
        store,
        &Command::Book {
            first: second,
            attempt: booked,
        },
    )
    .await?;
    let names = |bookings: Vec<crate::Booking>| {
        bookings
            .iter()
            .map(|booking| (booking.event, booking.attempt))
            .collect::<Vec<_>>()
    };
    let (soon_event, late_event) = (soon.event(), late.event());
    let both = [(soon_event, pending), (late_event, booked)];
    assert_eq!(names(store.unfinished(9).await?), both);
    assert_eq!(names(store.unfinished(1).await?), both[..1]);

    put(
        store,
        Record::Confirmed {
            event: late_event,
            attempt: booked,
            reference: None,
        },
    )
    .await?;
    let reason = FailReason::Unavailable;
    soon.act(
        store,
        &Command::FailPayment {
            first,
            attempt: pending,
            reason,
        },
    )
    .await?;
    assert_eq!(
        names(store.unfinished(9).await?),
        both[..1],
        "it is to be voided"
    );
    put(
        store,
        Record::CleanedUp {
            event: soon_event,
            attempt: pending,
            cleanup: Cleanup::Void,
            notices: 0,
        },
    )
    .await?;
    assert_eq!(store.unfinished(9).await?, []);
    Ok(())
}

pub async fn a_step_on_a_booking_that_is_not_there_is_refused<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (_, pending) = desk.pay(store, &[0]).await?;
    for wrong in [
        Record::Confirmed {
            event,
            attempt: 99,
            reference: None,
        },
        Record::Confirmed {
            event,
            attempt: pending,
            reference: None,
        },
        Record::CleanedUp {
            event: record(1).number,
            attempt: pending,
            cleanup: Cleanup::Void,
            notices: 0,
        },
    ] {
        let mut batch = store.begin().await?;
        batch.lock(event, u64::MAX).await?;
        let refused = batch.record(std::slice::from_ref(&wrong)).await;
        assert!(
            matches!(refused, Err(StoreError::Damaged { .. })),
            "{wrong:?}: {refused:?}"
        );
    }
    Ok(())
}

pub async fn bookings_read_back_in_pages<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let mut other = publish(&given, 1).await?;
    let mut attempts = Vec::new();
    for seat in 0..4 {
        attempts.push(desk.pay(store, &[seat]).await?.1);
        other.pay(store, &[seat]).await?;
    }
    let all = store.bookings(desk.event(), 0, 99).await?;
    assert_eq!(
        all.iter()
            .map(|booking| booking.attempt)
            .collect::<Vec<_>>(),
        attempts
    );
    assert_eq!(store.bookings(desk.event(), 0, 3).await?, all[..3]);
    assert_eq!(
        store.bookings(desk.event(), attempts[2], 3).await?,
        all[3..]
    );
    assert_eq!(store.bookings(desk.event(), u64::MAX, 3).await?, []);
    Ok(())
}

pub async fn a_charge_is_remembered_as_it_stands_last<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let desk = publish(&given, 0).await?;
    let mut charge = Charge {
        event: desk.event(),
        attempt: 7,
        token: "tok_ok".into(),
        amount: 5_000,
        currency: "EUR".parse()?,
        status: ChargeStatus::Authorized,
        decline_code: None,
        refunded: 0,
    };
    assert_eq!(store.charge(charge.event, 7).await?, None);
    put(store, Record::Charge(charge.clone())).await?;
    assert_eq!(store.charge(charge.event, 7).await?.as_ref(), Some(&charge));
    let first = Charge {
        attempt: 3,
        decline_code: Some("no_funds".into()),
        ..charge.clone()
    };
    put(store, Record::Charge(first.clone())).await?;
    charge.status = ChargeStatus::Captured;
    put(store, Record::Charge(charge.clone())).await?;
    assert_eq!(store.charges(charge.event).await?, [first, charge]);
    assert_eq!(store.charges(record(1).number).await?, []);
    Ok(())
}
