//! What the provider tells of its own accord: in whatever order it comes and however often, it is only a
//! reason to ask.

mod common;

use std::sync::Arc;

use boxoffice_payments::{ChargeState, NoticeError, Payments};
use boxoffice_store::{Booking, BookingStatus, Cleanup, Record, Store};
use tokio_util::task::TaskTracker;

use common::fake::Fault;
use common::play::Play;
use common::{SECOND, TestResult};

/// What a provider may say of one payment, true or not.
const WORDS: [&str; 6] = [
    "created",
    "requires_action",
    "succeeded",
    "failed",
    "canceled",
    "refunded",
];

/// What the payer does at the page.
#[derive(Clone, Copy, Debug)]
enum Payer {
    Pays,
    Declines,
    /// Pays when the page is closed and the seats are free again.
    PaysLate,
}

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    Told(usize),
    Payer,
    Recovery,
}

/// All orders of the numbers up to `count`.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for next in 0..count {
        let longer = all.iter().flat_map(|order| {
            (0..=order.len()).map(move |place| {
                let mut order = order.clone();
                order.insert(place, next);
                order
            })
        });
        all = longer.collect();
    }
    all
}

/// The notices in this order, each up to three times, with the payer and recovery among them.
fn steps(order: &[usize], seed: usize) -> Vec<Step> {
    let mut steps: Vec<Step> = order.iter().map(|word| Step::Told(*word)).collect();
    for (nth, word) in order.iter().enumerate() {
        for again in 0..(seed >> nth) % 3 {
            // Not before the first.
            let place = nth + 1 + (seed + 7 * again) % (steps.len() - nth);
            steps.insert(place, Step::Told(*word));
        }
    }
    steps.insert(seed % (steps.len() + 1), Step::Payer);
    for place in [seed / 3, seed / 5] {
        steps.insert(place % (steps.len() + 1), Step::Recovery);
    }
    steps
}

async fn tell(process: &Payments, booking: &Booking, word: &str) -> TestResult {
    let body = format!("{word} {}:{}", booking.event, booking.attempt);
    process.notice(Some("good"), body.as_bytes()).await?;
    Ok(())
}

/// Plays one order; gives the booking at its end.
async fn play_through(
    stage: &Play,
    payer: Payer,
    steps: &[Step],
) -> Result<Booking, Box<dyn std::error::Error>> {
    let play = stage.anew().await?;
    let process = play.process();
    let first = play.office.hold().await?.first;
    let booking = play.office.pay(&process, first, 1, "bank").await?.booking;
    if let Payer::PaysLate = payer {
        play.settle().await?;
    }
    for step in steps {
        match (step, payer) {
            (Step::Told(word), _) => tell(&process, &booking, WORDS[*word]).await?,
            (Step::Payer, Payer::Pays) => {
                play.fake.becomes(booking.attempt, ChargeState::Captured);
            }
            (Step::Payer, Payer::Declines) => {
                let code = "generic_decline".into();
                play.fake
                    .becomes(booking.attempt, ChargeState::Declined { code });
            }
            (Step::Payer, Payer::PaysLate) => {
                play.fake.comes_late(booking.attempt, ChargeState::Captured);
                // Of money that comes that late the provider tells.
                tell(&process, &booking, "late").await?;
            }
            (Step::Recovery, _) => {
                process.recover().await?;
            }
        }
    }
    play.settle().await?;
    play.office.balances(&play.fake).await?;
    play.office.booking(booking.attempt).await
}

async fn all_orders_end_the_same(payer: Payer, status: BookingStatus, every: usize) -> TestResult {
    let stage = Play::set_up().await?;
    let every = if common::long() { 1 } else { every };
    for (seed, order) in orders(WORDS.len()).iter().enumerate().step_by(every) {
        let steps = steps(order, seed);
        let booking = play_through(&stage, payer, &steps).await?;
        assert_eq!(booking.status, status, "{payer:?} {steps:?}");
        assert_eq!(booking.cleanup, Cleanup::None, "{payer:?} {steps:?}");
        let late = u32::from(matches!(payer, Payer::PaysLate));
        let told = WORDS.len() as u32 + late;
        assert_eq!(booking.notices, told, "{payer:?} {steps:?}");
    }
    Ok(())
}

#[test]
fn there_are_720_orders_of_six() {
    let mut orders = orders(6);
    orders.sort();
    orders.dedup();
    assert_eq!(orders.len(), 720);
}

#[tokio::test(start_paused = true)]
async fn who_has_paid_is_sold_the_seats_in_whatever_order_that_is_told() -> TestResult {
    all_orders_end_the_same(Payer::Pays, BookingStatus::Confirmed, 1).await
}

#[tokio::test(start_paused = true)]
async fn who_has_declined_is_sold_nothing_in_whatever_order_that_is_told() -> TestResult {
    all_orders_end_the_same(Payer::Declines, BookingStatus::Declined, 4).await
}

#[tokio::test(start_paused = true)]
async fn who_has_paid_late_is_sold_free_seats_in_whatever_order_that_is_told() -> TestResult {
    all_orders_end_the_same(Payer::PaysLate, BookingStatus::Confirmed, 4).await
}

#[tokio::test(start_paused = true)]
async fn a_notice_twice_changes_nothing_the_second_time() -> TestResult {
    let stage = Play::set_up().await?;
    for token in ["approved", "declined", "capture_fails", "bank"] {
        let play = stage.anew().await?;
        let process = play.process();
        let first = play.office.hold().await?.first;
        let booking = play.office.pay(&process, first, 1, token).await?.booking;
        tell(&process, &booking, "succeeded").await?;
        let once = play.office.booking(booking.attempt).await?;
        assert_eq!(once.notices, 1);
        tell(&process, &booking, "succeeded").await?;
        tell(&play.process(), &booking, "succeeded").await?;
        assert_eq!(play.office.booking(booking.attempt).await?, once);
        play.settle().await?;
        let settled = play.office.booking(booking.attempt).await?;
        tell(&process, &booking, "succeeded").await?;
        assert_eq!(play.office.booking(booking.attempt).await?, settled);
        play.office.balances(&play.fake).await?;
    }
    Ok(())
}

/// No time passes: without the notice it would be asked later.
#[tokio::test(start_paused = true)]
async fn a_notice_has_the_provider_asked_at_once() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let process = play.process();
    let first = play.office.hold().await?.first;
    let booking = play.office.pay(&process, first, 1, "3ds").await?.booking;
    for _ in 0..10 {
        play.office.clock.turn(5 * SECOND);
        process.recover().await?;
    }
    play.fake.becomes(booking.attempt, ChargeState::Authorized);
    assert_eq!(process.recover().await?, 0, "it was asked a moment ago");
    tell(&process, &booking, "succeeded").await?;
    assert_eq!(process.recover().await?, 1);
    let sold = play.office.booking(booking.attempt).await?;
    assert_eq!(sold.status, BookingStatus::Confirmed);
    play.office.balances(&play.fake).await
}

/// The provider is quicker to tell of a charge than to answer the call that made it.
#[tokio::test(start_paused = true)]
async fn a_notice_may_come_before_the_answer() -> TestResult {
    let stage = Play::set_up().await?;
    for token in ["approved", "instant", "declined", "3ds", "capture_fails"] {
        let play = stage.anew().await?;
        let process = play.process();
        let reservation = play.office.hold().await?;
        let (teller, event) = (process.clone(), play.office.event);
        let attempt = reservation.first + 1;
        *play.fake.meanwhile.lock() = Some(Arc::new(move || {
            let teller = teller.clone();
            Box::pin(async move {
                let body = format!("created {event}:{attempt}");
                let told = teller.notice(Some("good"), body.as_bytes()).await;
                told.expect("a good notice");
                teller.recover().await.expect("a store");
            })
        }));
        play.fake.plan(&[Fault::MeanwhileAfter]);
        let paid = play
            .office
            .pay(&process, reservation.first, 1, token)
            .await?;
        assert_eq!(paid.booking.attempt, attempt);
        assert_eq!(play.office.booking(attempt).await?.notices, 1);
        play.settle().await?;
        play.office.balances(&play.fake).await?;
    }
    Ok(())
}

/// Something comes up while the row is cleaned up.
#[tokio::test(start_paused = true)]
async fn a_notice_during_cleanup_has_it_looked_at_once_more() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let process = play.process();
    let first = play.office.hold().await?.first;
    play.fake.plan(&[
        Fault::None,
        Fault::None,
        Fault::None,
        Fault::None,
        Fault::SlowAnswer,
    ]);
    // Authorize, capture, find, void: at the second find the money comes.
    let payer = process.clone();
    let (office, fake) = (&play.office, &play.fake);
    let pay = office.pay(&payer, first, 1, "capture_fails");
    let told = async {
        fake.slow.notified().await;
        let booking = office.newest_booking().await?;
        tell(&process, &booking, "refund.updated").await?;
        fake.go.notify_one();
        Ok::<_, Box<dyn std::error::Error>>(booking)
    };
    let (paid, told) = tokio::join!(pay, told);
    assert_eq!(paid?.booking.cleanup, Cleanup::Look);
    play.settle().await?;
    let booking = office.booking(told?.attempt).await?;
    assert_eq!(
        (booking.status, booking.cleanup),
        (BookingStatus::Cancelled, Cleanup::None)
    );
    play.office.balances(&play.fake).await
}

#[tokio::test(start_paused = true)]
async fn a_notice_with_trouble_waits_for_an_operator() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let reservation = play.office.hold().await?;
    play.pay_or_crash(&reservation, "bank").await;
    play.settle().await?;
    let booking = play.attempt(&reservation).await?.ok_or("no booking")?;
    play.fake.comes_late(booking.attempt, ChargeState::Captured);
    tell(&play.process(), &booking, "review.opened").await?;
    let body = format!(
        "dispute {}:{} the buyer objects",
        booking.event, booking.attempt
    );
    play.process().notice(Some("good"), body.as_bytes()).await?;
    let troubled = play.office.store.troubled(9).await?;
    assert_eq!(troubled.len(), 1);
    assert_eq!(troubled[0].attempt, booking.attempt);
    assert_eq!(troubled[0].trouble.as_deref(), Some("the buyer objects"));
    assert_eq!(play.process().recover().await?, 0);
    let cleared = Record::Troubled {
        event: booking.event,
        attempt: booking.attempt,
        trouble: None,
    };
    play.office.sequencer.record(cleared).await?;
    play.settle().await?;
    let sold = play.office.booking(booking.attempt).await?;
    assert_eq!(sold.status, BookingStatus::Confirmed);
    play.office.balances(&play.fake).await
}

#[tokio::test(start_paused = true)]
async fn what_is_not_the_providers_is_refused() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let reservation = play.office.hold().await?;
    play.pay_or_crash(&reservation, "bank").await;
    let before = play.attempt(&reservation).await?.ok_or("no booking")?;
    let process = play.process();
    let good = format!("succeeded {}:{}", before.event, before.attempt);
    for (signature, body) in [
        (None, &*good),
        (Some("bad"), &*good),
        (Some("good"), "what"),
    ] {
        let refused = process.notice(signature, body.as_bytes()).await;
        assert!(matches!(refused, Err(NoticeError::Bad(_))), "{refused:?}");
    }
    let nobody = play.office.payments_in(None, &TaskTracker::new());
    let refused = nobody.notice(Some("good"), good.as_bytes()).await;
    assert!(matches!(refused, Err(NoticeError::NoProvider)));
    assert_eq!(play.attempt(&reservation).await?, Some(before));
    play.settle().await
}

#[tokio::test(start_paused = true)]
async fn a_notice_of_nothing_that_we_know_is_taken_in() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let process = play.process();
    let event = play.office.event;
    for about in ["else", "209912000000:3", &format!("{event}:99")] {
        let body = format!("created {about}");
        process.notice(Some("good"), body.as_bytes()).await?;
    }
    assert_eq!(process.recover().await?, 0);
    play.office.balances(&play.fake).await
}
