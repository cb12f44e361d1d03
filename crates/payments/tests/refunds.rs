//! Money that goes back for seats that were taken back: each refund once, whatever befalls it, and an
//! operator looks where it cannot be done.

mod common;

use boxoffice_inventory::{Command, SeatStatus};
use boxoffice_payments::ChargeState;
use boxoffice_store::{Booking, BookingStatus, Cleanup, PaymentMethod, Record, Store};

use common::fake::Fault;
use common::play::Play;
use common::{FEW_SEATS, SECOND, TestResult};

const HOUR: i64 = 3600 * SECOND;

/// Two seats are sold.
async fn sold(play: &Play, token: &str) -> Result<Booking, Box<dyn std::error::Error>> {
    let reservation = play.office.hold_seats(vec![0, 1]).await?;
    play.pay_or_crash(&reservation, token).await;
    play.rounds(3).await?;
    let booking = play.attempt(&reservation).await?.ok_or("no booking")?;
    assert_eq!(booking.status, BookingStatus::Confirmed);
    Ok(booking)
}

async fn now(play: &Play, booking: &Booking) -> Result<Booking, Box<dyn std::error::Error>> {
    play.office.booking(booking.attempt).await
}

fn paid_back(play: &Play, booking: &Booking) -> Vec<u64> {
    let charges = play.fake.charges.lock();
    charges[&booking.attempt]
        .refunds
        .values()
        .copied()
        .collect()
}

#[tokio::test(start_paused = true)]
async fn one_seat_goes_back_and_then_the_rest() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let booking = sold(&play, "approved").await?;
    assert!(play.refund(&booking, Some(vec![1])).await?);
    let due = now(&play, &booking).await?;
    assert_eq!(due.status, BookingStatus::PartlyRefunded);
    assert_eq!(due.cleanup, Cleanup::Refund);
    play.settle().await?;
    assert_eq!(paid_back(&play, &booking), [2_500]);
    play.office.balances(&play.fake).await?;
    // Asked for again it is no second refund.
    play.refund(&booking, Some(vec![1])).await?;
    play.refund(&booking, None).await?;
    play.settle().await?;
    assert_eq!(now(&play, &booking).await?.status, BookingStatus::Refunded);
    assert_eq!(paid_back(&play, &booking), [2_500, 2_500]);
    play.office.balances(&play.fake).await
}

#[tokio::test(start_paused = true)]
async fn two_refunds_at_once_are_paid_back_each() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let booking = sold(&play, "approved").await?;
    play.refund(&booking, Some(vec![0])).await?;
    play.refund(&booking, Some(vec![1])).await?;
    play.fake.plan(&[
        Fault::None,
        Fault::LostAfter,
        Fault::None,
        Fault::LostBefore,
    ]);
    play.settle().await?;
    assert_eq!(paid_back(&play, &booking), [2_500, 2_500]);
    play.office.balances(&play.fake).await
}

/// The second is asked for while the first is on its way.
#[tokio::test(start_paused = true)]
async fn a_refund_that_comes_meanwhile_is_not_forgotten() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let booking = sold(&play, "approved").await?;
    play.refund(&booking, Some(vec![0])).await?;
    play.fake.plan(&[Fault::None, Fault::SlowAnswer]);
    let process = play.process();
    let slow = process.begin_recovery().await?;
    play.fake.slow.notified().await;
    play.refund(&booking, Some(vec![1])).await?;
    play.fake.go.notify_one();
    futures::future::join_all(slow).await;
    assert_eq!(now(&play, &booking).await?.cleanup, Cleanup::Refund);
    play.settle().await?;
    assert_eq!(paid_back(&play, &booking), [2_500, 2_500]);
    play.office.balances(&play.fake).await
}

#[tokio::test(start_paused = true)]
async fn what_cost_nothing_is_refunded_without_a_provider() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let gallery = vec![FEW_SEATS, FEW_SEATS + 1];
    let reservation = play.office.hold_seats(gallery).await?;
    play.pay_or_crash(&reservation, "free").await;
    let booking = play.attempt(&reservation).await?.ok_or("no booking")?;
    assert_eq!(booking.draft.method, PaymentMethod::Free);
    play.refund(&booking, None).await?;
    play.settle().await?;
    assert_eq!(now(&play, &booking).await?.status, BookingStatus::Refunded);
    assert!(play.fake.calls.lock().is_empty());
    play.office.balances(&play.fake).await
}

/// Our process dies between the sale and its money, and then the seats are taken back.
#[tokio::test(start_paused = true)]
async fn seats_taken_back_before_their_money_was_collected_cost_nothing() -> TestResult {
    let stage = Play::set_up().await?;
    for (token, seats, status, kept) in [
        ("approved", None, BookingStatus::Refunded, 0),
        (
            "approved",
            Some(vec![0]),
            BookingStatus::PartlyRefunded,
            2_500,
        ),
        // What stays sold cannot be paid for.
        ("capture_fails", Some(vec![0]), BookingStatus::Cancelled, 0),
    ] {
        let play = stage.anew().await?;
        let reservation = play.office.hold_seats(vec![0, 1]).await?;
        play.fake.plan(&[Fault::None, Fault::CrashBefore]);
        play.pay_or_crash(&reservation, token).await;
        let booking = play.attempt(&reservation).await?.ok_or("no booking")?;
        assert_eq!(booking.status, BookingStatus::Booked);
        assert!(play.refund(&booking, seats).await?);
        play.settle().await?;
        assert_eq!(now(&play, &booking).await?.status, status);
        let back: u64 = paid_back(&play, &booking).iter().sum();
        let taken = match play.fake.state(booking.attempt) {
            Some(ChargeState::Captured) => booking.amount,
            _ => 0,
        };
        assert_eq!(taken - back, kept, "{token}");
        play.office.balances(&play.fake).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_refund_that_cannot_be_done_is_trouble_until_an_operator_has_looked() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let booking = sold(&play, "no_refunds").await?;
    play.refund(&booking, None).await?;
    play.rounds(1).await?;
    let troubled = play.office.store.troubled(9).await?;
    let trouble = troubled[0].trouble.clone().ok_or("no trouble")?;
    assert_eq!(trouble, "5000 EUR cannot be paid back: charge_not_captured");
    assert_eq!(troubled[0].cleanup, Cleanup::Refund);
    // It is left alone.
    play.fake.calls.lock().clear();
    play.office.clock.turn(HOUR);
    assert_eq!(play.process().recover().await?, 0);
    assert!(play.fake.calls.lock().is_empty());

    let charges = &play.fake.charges;
    charges
        .lock()
        .entry(booking.attempt)
        .and_modify(|charge| charge.token.clear());
    play.office
        .sequencer
        .record(Record::Troubled {
            event: booking.event,
            attempt: booking.attempt,
            trouble: None,
        })
        .await?;
    play.settle().await?;
    assert_eq!(paid_back(&play, &booking), [5_000]);
    play.office.balances(&play.fake).await
}

/// The seats were sold long ago; the provider is away for a while.
#[tokio::test(start_paused = true)]
async fn a_provider_that_is_away_is_no_trouble_for_a_day() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let booking = sold(&play, "approved").await?;
    play.office.clock.turn(30 * 24 * HOUR);
    play.refund(&booking, None).await?;
    let process = play.process();
    play.fake.plan(&[Fault::Unavailable; 999]);
    let begun = play.office.store.now();
    while play.office.store.now().since(begun) < 24 * HOUR {
        process.recover().await?;
        assert_eq!(play.office.store.troubled(9).await?, []);
        play.office.clock.turn(240 * SECOND);
    }
    for _ in 0..3 {
        play.office.clock.turn(300 * SECOND);
        process.recover().await?;
    }
    let troubled = play.office.store.troubled(9).await?;
    let trouble = troubled[0].trouble.as_deref();
    assert_eq!(trouble, Some("the payment provider cannot be reached"));
    // Less and less often.
    let tries = play.fake.calls.lock().len();
    assert!((100..400).contains(&tries), "{tries} tries");

    play.fake.plan(&[]);
    let (event, attempt) = (booking.event, booking.attempt);
    let trouble = None;
    let cleared = Record::Troubled {
        event,
        attempt,
        trouble,
    };
    play.office.sequencer.record(cleared).await?;
    play.settle().await?;
    assert_eq!(paid_back(&play, &booking), [5_000]);
    play.office.balances(&play.fake).await
}

#[tokio::test(start_paused = true)]
async fn an_event_called_off_pays_everybody_back() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let mut bookings = Vec::new();
    for (seats, token) in [
        (vec![0, 1], "approved"),
        (vec![2], "instant"),
        (vec![6, 7], "free"),
    ] {
        let reservation = play.office.hold_seats(seats).await?;
        play.pay_or_crash(&reservation, token).await;
        bookings.push(play.attempt(&reservation).await?.ok_or("no booking")?);
    }
    let away = play.office.hold_seats(vec![3]).await?;
    play.pay_or_crash(&away, "bank").await;
    play.call_off().await?;
    for booking in &bookings {
        assert!(play.refund(booking, None).await?);
    }
    play.settle().await?;
    for booking in &bookings {
        assert_eq!(now(&play, booking).await?.status, BookingStatus::Refunded);
    }
    let inventory =
        boxoffice_store::load_inventory(play.office.store.as_ref(), play.office.event).await?;
    assert!(
        inventory
            .statuses()
            .iter()
            .all(|it| *it == SeatStatus::Available)
    );
    play.office.balances(&play.fake).await
}

/// Seats that went back are sold to another; each has their own money's worth.
#[tokio::test(start_paused = true)]
async fn seats_that_went_back_are_sold_again() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let booking = sold(&play, "approved").await?;
    play.refund(&booking, Some(vec![0])).await?;
    let other = play.office.hold_as([2; 16], vec![0]).await?;
    play.pay_or_crash(&other, "approved").await;
    play.settle().await?;
    play.office.balances(&play.fake).await?;
    let release = Command::Release { first: other.first };
    play.office
        .sequencer
        .submit(play.office.event, release)
        .await?;
    play.office.balances(&play.fake).await
}
