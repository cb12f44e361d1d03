//! Money that comes when nobody waits for it: it buys the seats if it still can, else it goes back whole.

mod common;

use std::sync::Arc;

use boxoffice_model::{EventNumber, OwnerHash};
use boxoffice_payments::{Buyers, ChargeState, Mark};
use boxoffice_store::{Booking, BookingStatus, Cleanup, Store};

use common::fake::Fault;
use common::play::Play;
use common::{HOLD, LIMIT, REDIRECT_LIMIT, SECOND, TestResult, facts};

const HOUR: i64 = 3600 * SECOND;

/// An attempt that has run out of time and at its provider is void; its hold has run out too.
async fn voided(play: &Play) -> Result<Booking, Box<dyn std::error::Error>> {
    let reservation = play.office.hold().await?;
    play.pay_or_crash(&reservation, "bank").await;
    play.settle().await?;
    let booking = play.attempt(&reservation).await?.ok_or("no booking")?;
    assert_eq!(booking.status, BookingStatus::Voided);
    assert_eq!(booking.cleanup, Cleanup::None);
    assert_eq!(play.fake.state(booking.attempt), Some(ChargeState::Voided));
    Ok(booking)
}

/// The money of a void attempt comes, and the provider tells of it.
async fn money_comes(play: &Play, booking: &Booking) -> TestResult {
    play.fake.comes_late(booking.attempt, ChargeState::Captured);
    play.notice("succeeded", booking.attempt).await
}

async fn refunded(play: &Play, booking: &Booking) -> TestResult {
    let booking = play.office.booking(booking.attempt).await?;
    assert_eq!(booking.status, BookingStatus::Voided);
    let refunded = play.fake.charges.lock()[&booking.attempt].refunded();
    assert_eq!(refunded, booking.amount);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_notice_of_money_hours_later_buys_the_seats_that_are_still_free() -> TestResult {
    let stage = Play::set_up().await?;
    for hours in [0, 1, 23] {
        let play = stage.anew().await?;
        let booking = voided(&play).await?;
        play.office.clock.turn(hours * HOUR);
        money_comes(&play, &booking).await?;
        let looked_at = play.office.booking(booking.attempt).await?;
        assert_eq!(looked_at.cleanup, Cleanup::Look);
        play.settle().await?;
        let sold = play.office.booking(booking.attempt).await?;
        assert_eq!(sold.status, BookingStatus::Confirmed, "after {hours} h");
        play.office.balances(&play.fake).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_notice_of_money_days_later_sends_it_back_whole() -> TestResult {
    let stage = Play::set_up().await?;
    for days in [1, 7] {
        let play = stage.anew().await?;
        let booking = voided(&play).await?;
        play.office.clock.turn(days * 24 * HOUR);
        money_comes(&play, &booking).await?;
        play.settle().await?;
        refunded(&play, &booking).await?;
        play.office.balances(&play.fake).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn money_for_seats_that_another_has_goes_back_whole() -> TestResult {
    let stage = Play::set_up().await?;
    for token in ["approved", "checkout"] {
        let play = stage.anew().await?;
        let booking = voided(&play).await?;
        let other = play.office.hold_as([2; 16], vec![1, 2]).await?;
        let process = play.process();
        let bought = play.office.pay(&process, other.first, 2, token).await?;
        money_comes(&play, &booking).await?;
        process.recover().await?;
        refunded(&play, &booking).await?;
        if token == "checkout" {
            play.fake
                .becomes(bought.booking.attempt, ChargeState::Authorized);
        }
        play.settle().await?;
        let bought = play.office.booking(bought.booking.attempt).await?;
        assert_eq!(bought.status, BookingStatus::Confirmed);
        play.office.balances(&play.fake).await?;
    }
    Ok(())
}

/// The first attempt's money comes while the buyer pays again, or has paid.
#[tokio::test(start_paused = true)]
async fn money_of_two_attempts_buys_once() -> TestResult {
    let stage = Play::set_up().await?;
    for token in ["approved", "3ds"] {
        let play = stage.anew().await?;
        let long = HOLD + 2 * REDIRECT_LIMIT;
        let reservation = play.office.hold_for(long, [1; 16], vec![0, 1]).await?;
        play.pay_or_crash(&reservation, "bank").await;
        play.settle().await?;
        let first = play.attempt(&reservation).await?.ok_or("no booking")?;
        let process = play.process();
        let paid = play.office.pay(&process, reservation.first, 2, token);
        let second = paid.await?.booking.attempt;
        money_comes(&play, &first).await?;
        process.recover().await?;
        refunded(&play, &first).await?;
        if token == "3ds" {
            play.fake.becomes(second, ChargeState::Authorized);
        }
        play.settle().await?;
        let second = play.office.booking(second).await?;
        assert_eq!(second.status, BookingStatus::Confirmed);
        play.office.balances(&play.fake).await?;
    }
    Ok(())
}

/// The event is called off before the bank has an answer.
#[tokio::test(start_paused = true)]
async fn money_for_an_event_called_off_goes_back_whole() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let reservation = play.office.hold().await?;
    play.pay_or_crash(&reservation, "processing").await;
    play.call_off().await?;
    play.rounds(3).await?;
    let booking = play.attempt(&reservation).await?.ok_or("no booking")?;
    assert_eq!(booking.cleanup, Cleanup::Void, "the bank has no answer yet");
    play.fake.becomes(booking.attempt, ChargeState::Captured);
    play.settle().await?;
    refunded(&play, &booking).await?;
    play.office.balances(&play.fake).await
}

/// A bank takes days; once in a while nobody can reach it for a moment.
#[tokio::test(start_paused = true)]
async fn a_bank_that_takes_days_is_no_trouble() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let reservation = play.office.hold().await?;
    play.pay_or_crash(&reservation, "processing").await;
    let process = play.process();
    for hour in 0..72 {
        play.office.clock.turn(HOUR);
        if hour % 10 == 9 {
            play.fake.plan(&[Fault::Unavailable]);
        }
        process.recover().await?;
    }
    assert_eq!(play.office.store.troubled(9).await?, []);
    let booking = play.attempt(&reservation).await?.ok_or("no booking")?;
    play.fake.becomes(booking.attempt, ChargeState::Captured);
    play.settle().await?;
    refunded(&play, &booking).await?;
    play.office.balances(&play.fake).await
}

/// The provider was asked to give money back that came for nothing; the answer is lost, and the seats
/// become free in between.
#[tokio::test(start_paused = true)]
async fn money_that_went_back_buys_nothing_afterwards() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let booking = voided(&play).await?;
    let other = play.office.hold_as([2; 16], vec![0, 1]).await?;
    money_comes(&play, &booking).await?;
    play.fake.plan(&[Fault::None, Fault::LostAfter]);
    play.recover_or_crash().await?;
    let release = boxoffice_inventory::Command::Release { first: other.first };
    play.office
        .sequencer
        .submit(play.office.event, release)
        .await?;
    play.settle().await?;
    refunded(&play, &booking).await?;
    play.office.balances(&play.fake).await
}

/// Every buyer is known by their e-mail address.
struct ByEmail;

impl Buyers for ByEmail {
    fn mark(&self, _: EventNumber, mark: Mark, _: &str) -> Option<OwnerHash> {
        (mark == Mark::Email).then_some([0xe; 16])
    }
}

#[tokio::test(start_paused = true)]
async fn late_money_buys_no_more_than_one_buyer_may_have() -> TestResult {
    let mut stage = Play::set_up().await?;
    stage.config.buyers = Arc::new(ByEmail);
    for more in [1, 2] {
        let play = stage.anew_with(Some(3)).await?;
        let booking = voided(&play).await?;
        // Meanwhile the same buyer has taken others, in another session.
        let seats = [2, 3][..more].to_vec();
        let other = play.office.hold_as([2; 16], seats).await?;
        let process = play.process();
        play.office
            .pay(&process, other.first, 2, "approved")
            .await?;
        money_comes(&play, &booking).await?;
        play.settle().await?;
        match more {
            1 => {
                let sold = play.office.booking(booking.attempt).await?;
                assert_eq!(sold.status, BookingStatus::Confirmed);
            }
            _ => refunded(&play, &booking).await?,
        }
        play.office.balances(&play.fake).await?;
    }
    Ok(())
}

/// A card's authorisation that nobody was told of is given back, whatever may still be had for it.
#[tokio::test(start_paused = true)]
async fn what_no_payer_was_told_of_is_not_sold_late() -> TestResult {
    let play = Play::set_up().await?.anew().await?;
    let reservation = play.office.hold().await?;
    play.fake.plan(&[Fault::CrashAfter]);
    play.pay_or_crash(&reservation, "approved").await;
    play.office.clock.turn(LIMIT);
    play.settle().await?;
    let booking = play.attempt(&reservation).await?.ok_or("no booking")?;
    assert_eq!(booking.status, BookingStatus::Voided);
    assert_eq!(play.fake.state(booking.attempt), Some(ChargeState::Voided));
    play.office.balances(&play.fake).await
}

/// The facts of a house are what the plays take them for.
#[test]
fn the_gallery_costs_nothing() -> TestResult {
    let facts = facts(6)?;
    let layout = facts.layout.as_ref().ok_or("a layout")?;
    assert_eq!(layout.seat_count(), 8);
    assert_eq!(facts.price(layout.category(5)), Some(2_500));
    assert_eq!(facts.price(layout.category(6)), Some(0));
    Ok(())
}
