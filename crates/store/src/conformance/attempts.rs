//! Cases about what else befalls attempts to pay: payers who must go elsewhere, money that comes late,
//! events that are called off.

use boxoffice_inventory::{Command, FailReason, Outcome};
use boxoffice_model::Clock;

use super::desk::{Desk, publish};
use super::wishes::{HOLD, PAYMENT, pay, put};
use super::{CaseResult, Given, Harness};
use crate::batch::Record;
use crate::booking::{BookingStatus, Cleanup, Receipt};
use crate::store::Store;

pub async fn a_redirect_moves_the_limit_with_its_entry<H: Harness>(given: Given<H>) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (first, attempt) = desk.pay(store, &[0]).await?;
    let (_, other) = desk.pay(store, &[1]).await?;
    let begun = given.clock.now();
    given.clock.turn(7);
    let redirect = Command::Redirect {
        first,
        attempt,
        limit: 3 * PAYMENT,
    };
    desk.act(store, &redirect).await?;
    let limit = |attempt| async move {
        let booking = store.booking(event, attempt).await?.ok_or("no booking")?;
        assert_eq!(booking.status, BookingStatus::Pending);
        Ok::<_, Box<dyn std::error::Error>>(booking.limit)
    };
    assert_eq!(limit(attempt).await?, begun.plus(3 * PAYMENT));
    assert_eq!(limit(other).await?, begun.plus(PAYMENT));
    // Again, and in the batch in which it is sold.
    let further = Command::Redirect {
        first,
        attempt,
        limit: 4 * PAYMENT,
    };
    desk.act_at_once(store, &[further, Command::Book { first, attempt }])
        .await?;
    let booking = store.booking(event, attempt).await?.ok_or("no booking")?;
    assert_eq!(
        (booking.limit, booking.status),
        (begun.plus(4 * PAYMENT), BookingStatus::Booked)
    );
    Ok(())
}

pub async fn a_payment_that_waits_for_its_payer_is_unfinished<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (first, attempt) = desk.pay(store, &[0]).await?;
    let action = |reference: Option<&str>, page: &str| Record::ActionRequired {
        event,
        attempt,
        reference: reference.map(str::to_owned),
        redirect_url: page.to_owned(),
    };
    put(store, action(Some("cs_1"), "https://pay.example/1")).await?;
    put(store, action(None, "https://pay.example/2")).await?;
    let booking = store.booking(event, attempt).await?.ok_or("no booking")?;
    assert_eq!(booking.status, BookingStatus::Action);
    assert_eq!(booking.reference.as_deref(), Some("cs_1"));
    assert_eq!(
        booking.redirect_url.as_deref(),
        Some("https://pay.example/2")
    );
    assert_eq!(store.unfinished(9).await?, [booking]);
    // Whoever comes to its end first: the page is of no use any more.
    desk.act(store, &Command::Book { first, attempt }).await?;
    put(store, action(None, "https://pay.example/3")).await?;
    let booked = store.booking(event, attempt).await?.ok_or("no booking")?;
    assert_eq!(booked.status, BookingStatus::Booked);
    Ok(())
}

pub async fn money_that_comes_late_makes_a_sale_like_any_other<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (first, attempt) = desk.pay(store, &[3, 4]).await?;
    given.clock.turn(HOLD);
    let late = Command::BookLate { first, attempt };
    // That it ran out, and that it is sold all the same, are of one batch.
    assert_eq!(desk.act(store, &late).await?, Outcome::Booked);
    assert_sold(&desk, store, attempt).await?;

    let (first, attempt) = desk.pay(store, &[5]).await?;
    given.clock.turn(PAYMENT);
    desk.act(store, &Command::Sweep { at_most: 9 }).await?;
    let voided = store.booking(event, attempt).await?.ok_or("no booking")?;
    assert_eq!(
        (voided.status, voided.cleanup),
        (BookingStatus::Voided, Cleanup::Void)
    );
    assert_eq!(voided.receipt, None);
    let late = Command::BookLate { first, attempt };
    assert_eq!(desk.act(store, &late).await?, Outcome::Booked);
    assert_sold(&desk, store, attempt).await?;
    assert_eq!(store.tickets(event).await?.len(), 3);
    Ok(())
}

/// The desk's last entry sold the attempt's seats.
async fn assert_sold(desk: &Desk, store: &dyn Store, attempt: u64) -> CaseResult {
    let booking = store.booking(desk.event(), attempt).await?;
    let booking = booking.ok_or("no booking")?;
    let receipt = Receipt {
        version: desk.inventory.version(),
        head: desk.inventory.head(),
    };
    assert_eq!(booking.receipt, Some(receipt));
    assert_eq!(
        (booking.status, booking.decline_code, booking.cleanup),
        (BookingStatus::Booked, None, Cleanup::None)
    );
    Ok(())
}

pub async fn an_event_that_is_called_off_voids_what_is_under_way_and_nothing_else<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let mut elsewhere = publish(&given, 1).await?;
    let event = desk.event();
    let (_, pending) = desk.pay(store, &[0]).await?;
    let (_, action) = desk.pay(store, &[1]).await?;
    let (_, booked) = desk.sell(store, &[2]).await?;
    let (first, declined) = desk.pay(store, &[3]).await?;
    let code = "no_funds".to_owned();
    let fail = Command::FailPayment {
        first,
        attempt: declined,
        reason: FailReason::Declined { code },
    };
    desk.act(store, &fail).await?;
    let (_, other) = elsewhere.pay(store, &[0]).await?;
    let page = Record::ActionRequired {
        event,
        attempt: action,
        reference: None,
        redirect_url: "https://pay.example/1".into(),
    };
    put(store, page).await?;

    // Whoever gives the batch up gives all of it up.
    let mut batch = store.begin().await?;
    batch.lock(event, u64::MAX).await?;
    let (_, append) = desk.clone().decide(&Command::CancelEvent, batch.now());
    batch.append(&append).await?;
    batch.undo().await?;
    batch.commit().await?;
    let before = store.booking(event, pending).await?.ok_or("no booking")?;
    assert_eq!(before.status, BookingStatus::Pending);

    desk.act(store, &Command::CancelEvent).await?;
    let off = (
        BookingStatus::Voided,
        Some("event_cancelled"),
        Cleanup::Void,
    );
    let no_funds = (BookingStatus::Declined, Some("no_funds"), Cleanup::None);
    for (attempt, expected) in [
        (pending, off),
        (action, off),
        (booked, (BookingStatus::Booked, None, Cleanup::None)),
        (declined, no_funds),
    ] {
        let booking = store.booking(event, attempt).await?.ok_or("no booking")?;
        let found = (
            booking.status,
            booking.decline_code.as_deref(),
            booking.cleanup,
        );
        assert_eq!(found, expected);
    }
    let other = store.booking(elsewhere.event(), other).await?;
    assert_eq!(
        other.ok_or("no booking")?.status,
        BookingStatus::Pending,
        "of another event"
    );
    assert_eq!(store.tickets(event).await?.len(), 1);
    Ok(())
}

/// Attempts that begin, end and are sold in the very batch in which the event is called off.
pub async fn what_stands_before_a_calling_off_in_its_batch_is_void_too<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let event = desk.event();
    let (first, sold) = desk.pay(store, &[0]).await?;
    let (failing, failed) = desk.pay(store, &[1]).await?;
    let held = desk.hold(store, &[2]).await?;
    let fail = Command::FailPayment {
        first: failing,
        attempt: failed,
        reason: FailReason::Declined { code: "no".into() },
    };
    let book = Command::Book {
        first,
        attempt: sold,
    };
    let commands = [
        pay(held),
        book,
        fail,
        Command::CancelEvent,
        // Too late: these come to nothing.
        Command::FailPayment {
            first: held,
            attempt: desk.inventory.version() + 1,
            reason: FailReason::Unavailable,
        },
        pay(failing),
    ];
    let outcomes = desk.act_at_once(store, &commands).await?;
    let Outcome::Paying { address, .. } = &outcomes[0] else {
        return Err(format!("{outcomes:?}").into());
    };
    let status = |attempt| async move {
        let booking = store.booking(event, attempt).await?.ok_or("no booking")?;
        Ok::<_, Box<dyn std::error::Error>>((booking.status, booking.decline_code))
    };
    let code = |code: &str| Some(code.to_owned());
    assert_eq!(
        status(address.version).await?,
        (BookingStatus::Voided, code("event_cancelled"))
    );
    assert_eq!(status(sold).await?, (BookingStatus::Booked, None));
    assert_eq!(status(failed).await?, (BookingStatus::Declined, code("no")));

    // On sale again: what begins behind it, even in one batch with it, is not void.
    let mut facts = desk.inventory.facts().ok_or("no facts")?.clone();
    facts.status = boxoffice_inventory::SaleStatus::Scheduled;
    let on_sale = Command::Revise(Box::new(facts));
    desk.act(store, &on_sale).await?;
    let held = desk.hold(store, &[2]).await?;
    let outcomes = desk
        .act_at_once(store, &[Command::CancelEvent, on_sale, pay(held)])
        .await?;
    assert!(
        matches!(outcomes[2], Outcome::Refused(_)),
        "its hold has ended: {outcomes:?}"
    );
    Ok(())
}
