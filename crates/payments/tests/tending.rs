//! Who takes the steps of an attempt, and when: a provider that is away or does not answer, a node that
//! has lost what it tends, and bookings that need no provider.

mod common;

use std::pin::pin;
use std::time::Duration;

use boxoffice_inventory::{Command, Outcome, Standing};
use boxoffice_payments::{ChargeState, PayError};
use boxoffice_store::{BookingStatus, PaymentMethod, Store};
use tokio_util::task::TaskTracker;

use common::fake::Fault;
use common::play::Play;
use common::{FEW_SEATS, LIMIT, SECOND, TestResult, draft, idempotency, purse};

#[tokio::test(start_paused = true)]
async fn a_node_that_has_lost_what_it_tends_takes_no_step() -> TestResult {
    let stage = Play::set_up().await?;
    for (token, script) in [
        ("approved", [Fault::CrashAfter, Fault::None]),
        ("approved", [Fault::None, Fault::CrashBefore]),
        ("capture_fails", [Fault::None, Fault::CrashAfter]),
        ("3ds", [Fault::None, Fault::None]),
    ] {
        let play = stage.anew().await?;
        let reservation = play.office.hold().await?;
        play.fake.plan(&script);
        play.pay_or_crash(&reservation, token).await;
        let before = play.attempt(&reservation).await?;
        play.fake.calls.lock().clear();
        play.office.store.fence_off(true);
        let process = play.process();
        // Not even days later, when another would have given it up.
        for wait in [
            0,
            11 * SECOND,
            LIMIT,
            48 * 3600 * SECOND,
            SECOND,
            SECOND,
            SECOND,
        ] {
            play.office.clock.turn(wait);
            process.recover().await?;
            assert!(play.fake.calls.lock().is_empty());
            assert_eq!(play.attempt(&reservation).await?, before);
        }
        play.office.store.fence_off(false);
        play.settle().await?;
        play.office.balances(&play.fake).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn while_the_provider_is_away_nothing_is_booked_and_holds_go_on() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let process = play.process();
    let reservation = play.office.hold_seats(vec![0, 1]).await?;
    let first = reservation.first;
    play.fake.plan(&[Fault::Unavailable; 99]);
    for key in 1..9 {
        // More often than five times: an attempt that never began is none.
        let away = play.office.pay(&process, first, key, "approved").await;
        assert!(
            matches!(away, Err(PayError::ProviderUnavailable)),
            "{away:?}"
        );
    }
    let held = play.office.reservation(first).await?;
    assert_eq!(held.standing(play.office.store.now()), Standing::Held);
    let other = play.office.hold_as([2; 16], vec![2]).await?.first;
    let event = play.office.event;
    let extended = play
        .office
        .sequencer
        .submit(event, Command::Extend { first: other })
        .await?;
    assert!(matches!(extended.outcome, Outcome::Changed { .. }));
    process.recover().await?;
    play.fake.plan(&[]);
    let paid = play.office.pay(&process, first, 1, "approved").await?;
    assert_eq!(paid.booking.status, BookingStatus::Confirmed);
    play.settle().await?;
    play.office.balances(&play.fake).await
}

/// Eight attempts wait for a provider that never answers; the ninth is the only one it answers.
#[tokio::test(start_paused = true)]
async fn calls_that_hang_keep_nobody_waiting() -> TestResult {
    let play = Play::set_up().await?;
    let office = &play.office;
    let hanging = 8;
    let mut reservations = Vec::new();
    for _ in 0..=hanging {
        let reservation = office.hold().await?;
        play.fake.plan(&[Fault::LostAfter]);
        play.pay_or_crash(&reservation, "approved").await;
        reservations.push(reservation);
    }
    office.clock.turn(11 * SECOND);
    let process = play.process();
    play.fake.plan(&vec![Fault::CrashBefore; hanging]);
    let mut begun = process.begin_recovery().await?;
    assert_eq!(begun.len(), hanging + 1);
    // One is answered and goes to its end, whichever it is.
    let (ended, _, hang) = futures::future::select_all(begun.drain(..)).await;
    assert!(ended?);
    let mut confirmed = 0;
    for reservation in &reservations {
        let booking = play.attempt(reservation).await?.ok_or("no booking")?;
        confirmed += usize::from(booking.status == BookingStatus::Confirmed);
    }
    assert_eq!(confirmed, 1);
    // Those that hang are left to their tasks, and new ones begin.
    assert_eq!(process.recover().await?, 0);
    let fresh = office.hold().await?.first;
    let paid = office.pay(&process, fresh, 2, "approved").await?;
    assert_eq!(paid.booking.status, BookingStatus::Confirmed);
    assert_eq!(hang.len(), hanging);
    // A call is given up in time.
    tokio::time::advance(Duration::from_secs(10)).await;
    let given_up = futures::future::join_all(hang).await;
    assert!(given_up.into_iter().all(|task| task.is_ok()));
    play.settle().await?;
    office.balances(&play.fake).await
}

#[tokio::test(start_paused = true)]
async fn what_costs_nothing_is_booked_without_any_provider() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let payments = play.office.payments_in(None, &TaskTracker::new());
    let gallery = vec![FEW_SEATS, FEW_SEATS + 1];
    let reservation = play.office.hold_seats(gallery).await?;
    let purse = boxoffice_payments::Purse {
        token: None,
        ..purse("")
    };
    let (event, key) = (play.office.event, idempotency(1, 1));
    let pay = || payments.pay(event, &reservation, key, draft(), purse.clone());
    let booked = pay().await?.booking;
    assert_eq!(booked.status, BookingStatus::Confirmed);
    assert_eq!(
        (booked.amount, booked.draft.method),
        (0, PaymentMethod::Free)
    );
    assert_eq!(booked.draft.provider, "");
    let again = pay().await?;
    assert!(again.replayed);
    assert_eq!(again.booking, booked);
    // With one seat that costs something it cannot be.
    let mixed = play.office.hold_seats(vec![0]).await?.first;
    let refused = play.office.pay(&payments, mixed, 2, "approved").await;
    assert!(matches!(refused, Err(PayError::NoProvider)));
    play.office.balances(&play.fake).await
}

/// Our process dies, or the commit's answer is lost: another without a provider finishes it.
#[tokio::test(start_paused = true)]
async fn what_costs_nothing_is_recovered_without_any_provider() -> TestResult {
    use boxoffice_store::conformance::COMMIT_FAULTS;
    let stage = Play::set_up().await?;
    for fault in COMMIT_FAULTS {
        let play = stage.anew().await?;
        let gallery = vec![FEW_SEATS, FEW_SEATS + 1];
        let reservation = play.office.hold_seats(gallery).await?;
        let well = boxoffice_store::conformance::CommitFault::None;
        play.plan(&[], &[well, fault, fault]);
        let payments = play.office.payments_in(None, &TaskTracker::new());
        // A fault is told as one, or recovered from already.
        let _ = play.office.pay(&payments, reservation.first, 1, "").await;
        play.plan(&[], &[]);
        play.office.clock.turn(SECOND);
        payments.recover().await?;
        play.office.clock.turn(SECOND);
        payments.recover().await?;
        let booking = play.attempt(&reservation).await?.ok_or("no booking")?;
        assert_eq!(booking.status, BookingStatus::Confirmed, "{fault:?}");
        assert!(play.fake.calls.lock().is_empty());
        play.office.balances(&play.fake).await?;
    }
    Ok(())
}

/// The end of an attempt does not wait for a provider that hangs while the answer is lost.
#[tokio::test(start_paused = true)]
async fn a_caller_is_told_in_time_that_nobody_knows_yet() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let process = play.process();
    let first = play.office.hold().await?.first;
    play.fake.plan(&[Fault::Slow]);
    let mut pay = pin!(play.office.pay(&process, first, 1, "3ds"));
    tokio::select! {
        _ = &mut pay => return Err("it was not slow".into()),
        () = play.fake.slow.notified() => {}
    }
    tokio::time::advance(Duration::from_secs(10)).await;
    let pending = pay.await?.booking;
    assert_eq!(pending.status, BookingStatus::Pending);
    // The call arrives all the same, and its payer is let in.
    let attempt = common::attempt_of(&pending);
    play.fake.arrives(&attempt, "3ds");
    play.rounds(1).await?;
    let action = play.office.booking(pending.attempt).await?;
    assert_eq!(action.status, BookingStatus::Action);
    play.fake.becomes(pending.attempt, ChargeState::Authorized);
    play.settle().await?;
    play.office.balances(&play.fake).await
}
