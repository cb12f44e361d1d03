//! What a caller of `pay` is told, who may go away or come again, and what happens to an attempt that
//! comes too late.

mod common;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use boxoffice_inventory::{Command, Refusal};
use boxoffice_payments::{ChargeState, PayError, is_ended};
use boxoffice_sequencer::sweep;
use boxoffice_store::{Booking, BookingStatus, Cleanup, Store};
use tokio_util::task::TaskTracker;

use common::fake::{Fake, Fault};
use common::{HOLD, Office, SECOND, TestResult, attempt_of, draft, idempotency, purse};

/// For how long an attempt may be under way.
const LIMIT: i64 = 180 * SECOND;
const WAIT: Duration = Duration::from_secs(10);

async fn set_up() -> Result<(Office, Arc<Fake>), Box<dyn std::error::Error>> {
    let office = Office::open().await?;
    let store: Arc<dyn Store> = office.store.clone();
    Ok((office, Fake::new(store)))
}

#[tokio::test(start_paused = true)]
async fn the_same_key_is_answered_again_as_it_was() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments(fake.clone());
    for (token, status) in [
        ("approved", BookingStatus::Confirmed),
        ("declined", BookingStatus::Declined),
        ("capture_fails", BookingStatus::Cancelled),
    ] {
        let first = office.hold().await?.first;
        let fresh = office.pay(&payments, first, 1, token).await?;
        assert_eq!((fresh.booking.status, fresh.replayed), (status, false));
        fake.calls.lock().clear();
        let again = office.pay(&payments, first, 1, token).await?;
        assert_eq!((&again.booking.status, again.replayed), (&status, true));
        assert_eq!(again.booking.attempt, fresh.booking.attempt);
        assert!(fake.calls.lock().is_empty(), "{token} was tried again");
    }
    office.balances(&fake).await
}

/// What is answered at once is not read again, and yet the same.
#[tokio::test(start_paused = true)]
async fn what_is_answered_is_what_is_written() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments(fake.clone());
    for token in ["approved", "instant", "declined", "capture_fails", "3ds"] {
        let first = office.hold().await?.first;
        let answered = office.pay(&payments, first, 1, token).await?.booking;
        let written = office.booking(answered.attempt).await?;
        // The provider's name for it is nobody else's business.
        let reference = answered.reference.clone();
        assert_eq!(
            answered,
            Booking {
                reference,
                ..written.clone()
            },
            "{token}"
        );
        if token == "3ds" {
            fake.becomes(written.attempt, ChargeState::Authorized);
        }
    }
    payments.recover().await?;
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn the_same_key_with_another_body_is_refused() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments(fake.clone());
    let first = office.hold().await?.first;
    office.pay(&payments, first, 1, "declined").await?;
    let reservation = office.reservation(first).await?;
    let other = office
        .pay_as(&payments, &reservation, idempotency(1, 2), "approved")
        .await;
    assert!(matches!(other, Err(PayError::Refused(Refusal::KeyReused))));
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn a_declined_hold_may_be_paid_with_another_key() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments(fake.clone());
    let first = office.hold().await?.first;
    office.pay(&payments, first, 1, "declined").await?;
    let paid = office.pay(&payments, first, 2, "approved").await?;
    assert_eq!(paid.booking.status, BookingStatus::Confirmed);
    let twice = office.pay(&payments, first, 3, "approved").await;
    assert!(matches!(
        twice,
        Err(PayError::Refused(Refusal::AlreadyBooked))
    ));
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn an_unavailable_provider_is_forgotten_and_the_key_is_free() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments(fake.clone());
    let first = office.hold().await?.first;
    fake.plan(&[Fault::Unavailable]);
    let away = office.pay(&payments, first, 1, "approved").await;
    assert!(
        matches!(away, Err(PayError::ProviderUnavailable)),
        "{away:?}"
    );
    let paid = office.pay(&payments, first, 1, "approved").await?;
    assert_eq!(paid.booking.status, BookingStatus::Confirmed);
    assert!(!paid.replayed);
    // What may have been left at the provider is cleaned up behind the buyer's back.
    payments.recover().await?;
    office.balances(&fake).await
}

/// Whoever asks again has read its reservation a moment before the attempt is forgotten.
#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_forgotten_meanwhile_is_no_answer() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments(fake.clone());
    let first = office.hold().await?.first;
    fake.plan(&[Fault::LostBefore]);
    office.pay(&payments, first, 1, "approved").await?;
    let before = office.reservation(first).await?;
    office.clock.turn(20 * SECOND);
    payments.recover().await?;
    assert_eq!(office.newest_booking().await?.status, BookingStatus::Voided);
    let paid = office
        .pay_as(&payments, &before, idempotency(1, 1), "approved")
        .await?;
    assert_eq!(paid.booking.status, BookingStatus::Confirmed);
    assert!(!paid.replayed);
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn without_a_provider_nothing_begins() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments_in(None, &TaskTracker::new());
    let first = office.hold().await?.first;
    let refused = office.pay(&payments, first, 1, "approved").await;
    assert!(matches!(refused, Err(PayError::NoProvider)));
    assert_eq!(payments.recover().await?, 0);
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_away_changes_nothing() -> TestResult {
    let (office, fake) = set_up().await?;
    let tasks = TaskTracker::new();
    let payments = office.payments_in(Some(fake.clone()), &tasks);
    let reservation = office.hold().await?;
    {
        let mut pay = pin!(office.pay_as(&payments, &reservation, idempotency(1, 1), "approved"));
        assert!(futures::poll!(pay.as_mut()).is_pending());
    }
    tasks.close();
    tasks.wait().await;
    let booking = office.newest_booking().await?;
    assert_eq!(booking.status, BookingStatus::Confirmed);
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn two_callers_with_one_key_make_one_attempt() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments(fake.clone());
    let reservation = office.hold().await?;
    let pay = || office.pay_as(&payments, &reservation, idempotency(1, 1), "approved");
    let (one, other) = tokio::join!(pay(), pay());
    let (one, other) = (one?, other?);
    assert_eq!(one.booking.attempt, other.booking.attempt);
    assert_ne!(one.replayed, other.replayed);
    assert_eq!(*fake.calls.lock(), ["authorize", "capture"]);
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_pending_until_recovery_has_asked() -> TestResult {
    let (office, fake) = set_up().await?;
    let tasks = TaskTracker::new();
    let payments = office.payments_in(Some(fake.clone()), &tasks);
    let first = office.hold().await?.first;
    fake.plan(&[Fault::CrashAfter]);
    let mut pay = pin!(office.pay(&payments, first, 1, "approved"));
    tokio::select! {
        _ = &mut pay => return Err("it was answered without an answer".into()),
        () = fake.crashed.notified() => {}
    }
    tokio::time::advance(WAIT).await;
    let pending = pay.await?;
    assert!(!is_ended(&pending.booking));
    let again = office.pay(&payments, first, 1, "approved").await?;
    assert_eq!(
        (again.booking.status, again.replayed),
        (BookingStatus::Pending, true)
    );
    let other = office.pay(&payments, first, 2, "approved").await;
    assert!(matches!(
        other,
        Err(PayError::Refused(Refusal::PaymentInProgress))
    ));

    // Its task has the attempt in hand until its call has run out of time too.
    tasks.close();
    tasks.wait().await;
    assert_eq!(payments.recover().await?, 1);
    let ended = office.pay(&payments, first, 1, "approved").await?;
    assert_eq!(
        (ended.booking.status, ended.replayed),
        (BookingStatus::Confirmed, true)
    );
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn recovery_leaves_alone_what_a_task_is_busy_with() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments(fake.clone());
    let first = office.hold().await?.first;
    fake.plan(&[Fault::Slow]);
    let mut pay = pin!(office.pay(&payments, first, 1, "approved"));
    tokio::select! {
        _ = &mut pay => return Err("it was not slow".into()),
        () = fake.slow.notified() => {}
    }
    office.clock.turn(20 * SECOND);
    assert_eq!(payments.recover().await?, 0);
    assert_eq!(*fake.calls.lock(), ["authorize"]);
    fake.go.notify_one();
    assert_eq!(pay.await?.booking.status, BookingStatus::Confirmed);
    office.balances(&fake).await
}

/// The attempt passes its limit and the hold its end while the provider thinks; another buys the
/// seats; then the provider says yes.
#[tokio::test(start_paused = true)]
async fn a_late_yes_is_given_back_and_the_seats_stay_whose_they_are() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments(fake.clone());
    for swept in [false, true] {
        let late = office.hold().await?;
        let seats: Vec<_> = late.seats.iter().map(|seat| seat.index).collect();
        fake.plan(&[Fault::Slow]);
        let mut pay = pin!(office.pay(&payments, late.first, 1, "approved"));
        tokio::select! {
            _ = &mut pay => return Err("it was not slow".into()),
            () = fake.slow.notified() => {}
        }
        office.clock.turn(HOLD + LIMIT);
        if swept {
            sweep(&office.sequencer).await?;
        }
        let quick = office.hold_seats(seats).await?.first;
        let sold = office.pay(&payments, quick, 2, "approved").await?;
        assert_eq!(sold.booking.status, BookingStatus::Confirmed);
        fake.go.notify_one();
        let voided = pay.await?.booking;
        assert_eq!(voided.status, BookingStatus::Voided);
        assert_eq!(fake.state(voided.attempt), Some(ChargeState::Voided));
    }
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn an_attempt_past_its_limit_is_void_and_the_hold_is_a_hold_again() -> TestResult {
    let (office, fake) = set_up().await?;
    let first = office.hold().await?.first;
    fake.plan(&[Fault::CrashAfter]);
    let dead = office.payments(fake.clone());
    tokio::select! {
        _ = office.pay(&dead, first, 1, "approved") => return Err("it did not crash".into()),
        () = fake.crashed.notified() => {}
    }
    office.clock.turn(LIMIT);
    let payments = office.payments(fake.clone());
    payments.recover().await?;
    let voided = office.newest_booking().await?;
    assert_eq!(voided.status, BookingStatus::Voided);
    assert_eq!(fake.state(voided.attempt), Some(ChargeState::Voided));
    let paid = office.pay(&payments, first, 2, "approved").await?;
    assert_eq!(paid.booking.status, BookingStatus::Confirmed);
    office.balances(&fake).await
}

/// The provider is away when the limit passes: the seats are free on time, the money when it is back.
#[tokio::test(start_paused = true)]
async fn a_limit_does_not_wait_for_the_provider() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments(fake.clone());
    let first = office.hold().await?.first;
    fake.plan(&[Fault::LostAfter, Fault::Unavailable]);
    office.pay(&payments, first, 1, "approved").await?;
    office.clock.turn(LIMIT);
    payments.recover().await?;
    let voided = office.newest_booking().await?;
    assert_eq!(
        (voided.status, voided.cleanup),
        (BookingStatus::Voided, Cleanup::Void)
    );
    payments.recover().await?;
    office.balances(&fake).await
}

/// The authorize of a dead process arrives when the attempt is forgotten already.
#[tokio::test(start_paused = true)]
async fn a_latecomer_sets_nothing_aside() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments(fake.clone());
    let first = office.hold().await?.first;
    fake.plan(&[Fault::LostBefore]);
    let pending = office.pay(&payments, first, 1, "approved").await?.booking;
    payments.recover().await?;
    assert!(
        !is_ended(&office.booking(pending.attempt).await?),
        "its call may be on its way"
    );
    office.clock.turn(10 * SECOND);
    payments.recover().await?;
    let forgotten = office.booking(pending.attempt).await?;
    assert_eq!(forgotten.status, BookingStatus::Voided);
    let answer = fake.arrives(&attempt_of(&pending), "approved");
    assert_eq!(answer.state, ChargeState::Voided);
    let paid = office.pay(&payments, first, 1, "approved").await?;
    assert_eq!(paid.booking.status, BookingStatus::Confirmed);
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn an_event_called_off_meanwhile_charges_nobody() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments(fake.clone());
    let first = office.hold().await?.first;
    fake.plan(&[Fault::Slow]);
    let mut pay = pin!(office.pay(&payments, first, 1, "approved"));
    tokio::select! {
        _ = &mut pay => return Err("it was not slow".into()),
        () = fake.slow.notified() => {}
    }
    office
        .sequencer
        .submit(office.event, Command::CancelEvent)
        .await?;
    fake.go.notify_one();
    assert!(matches!(pay.await, Err(PayError::ProviderUnavailable)));
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn recovery_asks_no_provider_about_anothers_attempts() -> TestResult {
    let (office, fake) = set_up().await?;
    let first = office.hold().await?.first;
    fake.plan(&[Fault::LostAfter]);
    office
        .pay(&office.payments(fake.clone()), first, 1, "approved")
        .await?;
    let other = boxoffice_payments::TestProvider::new(office.sequencer.clone());
    office.clock.turn(20 * SECOND);
    assert_eq!(office.payments(Arc::new(other)).recover().await?, 0);
    assert!(!is_ended(&office.newest_booking().await?));
    office.payments(fake.clone()).recover().await?;
    office.balances(&fake).await
}

/// As the server runs it: on a runtime's own task.
#[tokio::test(start_paused = true)]
async fn paying_and_recovery_run_as_tasks() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments(fake.clone());
    let (event, reservation) = (office.event, office.hold().await?);
    let payer = payments.clone();
    let paid = tokio::spawn(async move {
        let token = "approved".to_owned();
        payer
            .pay(
                event,
                &reservation,
                idempotency(1, 1),
                draft(),
                purse(&token),
            )
            .await
    });
    assert_eq!(paid.await??.booking.status, BookingStatus::Confirmed);
    let recovered = tokio::spawn(async move { payments.recover().await });
    assert_eq!(recovered.await??, 0);
    office.balances(&fake).await
}

/// One process finds no charge, and is slow to act on it; meanwhile the other has sold the seats.
#[tokio::test(start_paused = true)]
async fn who_comes_too_late_to_void_a_sale_gives_no_money_back() -> TestResult {
    let (office, fake) = set_up().await?;
    let (seller, other) = (office.payments(fake.clone()), office.payments(fake.clone()));
    let first = office.hold().await?.first;
    fake.plan(&[Fault::Slow, Fault::SlowAnswer, Fault::Slow]);
    let mut pay = pin!(office.pay(&seller, first, 1, "approved"));
    tokio::select! {
        _ = &mut pay => return Err("it was not slow".into()),
        () = fake.slow.notified() => {}
    }
    office.clock.turn(20 * SECOND);
    let mut recovery = pin!(other.recover());
    tokio::select! {
        _ = &mut recovery => return Err("it was not slow".into()),
        () = fake.slow.notified() => {}
    }
    // The seller goes on, to its capture.
    fake.go.notify_one();
    tokio::select! {
        _ = &mut pay => return Err("it was not slow".into()),
        () = fake.slow.notified() => {}
    }
    assert_eq!(*fake.calls.lock(), ["authorize", "find", "capture"]);
    fake.go.notify_one();
    recovery.await?;
    fake.go.notify_one();
    assert_eq!(pay.await?.booking.status, BookingStatus::Confirmed);
    assert_eq!(*fake.calls.lock(), ["authorize", "find", "capture"]);
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn what_is_still_set_aside_after_a_void_is_voided_again() -> TestResult {
    let (office, fake) = set_up().await?;
    let payments = office.payments(fake.clone());
    let first = office.hold().await?.first;
    fake.plan(&[Fault::None, Fault::None, Fault::None, Fault::Forgets]);
    let cancelled = office.pay(&payments, first, 1, "capture_fails").await?;
    assert_eq!(cancelled.booking.cleanup, Cleanup::Void);
    office.clock.turn(5 * SECOND);
    payments.recover().await?;
    office.balances(&fake).await
}
