//! What one buyer may have: by e-mail address before anything is paid, by card once the card is known.

mod common;

use std::sync::Arc;

use boxoffice_inventory::{Refusal, Reservation};
use boxoffice_model::{EventNumber, OwnerHash};
use boxoffice_payments::{Buyers, ChargeState, Mark, PayError, PayResult, PaymentConfig};
use boxoffice_store::{BookingDraft, BookingStatus, Store};

use common::play::Play;
use common::{SECOND, TestResult, draft, idempotency, purse};

/// Tells marks apart as they are written.
struct Known;

impl Buyers for Known {
    fn mark(&self, _: EventNumber, mark: Mark, value: &str) -> Option<OwnerHash> {
        let mut hash = [0; 16];
        let bytes = mark.as_str().bytes().chain(value.bytes()).enumerate();
        bytes.for_each(|(at, byte)| hash[at % 16] ^= byte.rotate_left(at as u32 / 16));
        Some(hash)
    }
}

/// An event where one buyer may have two seats.
async fn limited() -> Result<Play, Box<dyn std::error::Error>> {
    let mut stage = Play::set_up().await?;
    stage.config = PaymentConfig {
        buyers: Arc::new(Known),
        ..PaymentConfig::default()
    };
    stage.anew_with(Some(2)).await
}

/// Somebody in a session of their own buys seats.
async fn buy(
    play: &Play,
    session: u8,
    seats: &[u32],
    email: &str,
    token: &str,
) -> Result<PayResult, PayError> {
    let held = play.office.hold_as([session; 16], seats.to_vec()).await;
    let reservation = held.expect("the session has nothing yet");
    pay(play, &reservation, session, email, token).await
}

async fn pay(
    play: &Play,
    reservation: &Reservation,
    key: u8,
    email: &str,
    token: &str,
) -> Result<PayResult, PayError> {
    let draft = BookingDraft {
        email: Some(email.into()),
        ..draft()
    };
    let (event, purse) = (play.office.event, purse(token));
    play.process()
        .pay(event, reservation, idempotency(key, key), draft, purse)
        .await
}

#[track_caller]
fn refused(result: &Result<PayResult, PayError>, limit: u32, have: u32) {
    let limit = Refusal::BuyerLimit { limit, have };
    assert!(
        matches!(result, Err(PayError::Refused(refusal)) if *refusal == limit),
        "{result:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn one_mailbox_however_written_has_its_limit_before_anything_is_paid() -> TestResult {
    let play = limited().await?;
    let bought = buy(&play, 1, &[0, 1], "ada@gmail.com", "approved").await?;
    assert_eq!(bought.booking.status, BookingStatus::Confirmed);
    play.fake.calls.lock().clear();
    for (session, email) in [(2, "ADA@gmail.com"), (3, " a.d.a+more@googlemail.com")] {
        let seat = u32::from(session);
        let over = buy(&play, session, &[seat], email, "approved").await;
        refused(&over, 2, 2);
    }
    assert!(play.fake.calls.lock().is_empty(), "no card was asked");
    let other = buy(&play, 4, &[4, 5], "grace@gmail.com", "approved").await?;
    assert_eq!(other.booking.status, BookingStatus::Confirmed);
    play.office.balances(&play.fake).await
}

#[tokio::test(start_paused = true)]
async fn a_card_over_its_limit_is_given_its_money_back() -> TestResult {
    let play = limited().await?;
    let bought = buy(&play, 1, &[0, 1], "ada@example.org", "card-a").await?;
    assert_eq!(bought.booking.status, BookingStatus::Confirmed);
    let over = buy(&play, 2, &[2], "grace@example.org", "card-a")
        .await?
        .booking;
    assert_eq!(over.status, BookingStatus::Declined);
    assert_eq!(over.decline_code.as_deref(), Some("buyer_limit_reached"));
    assert_eq!(play.fake.state(over.attempt), Some(ChargeState::Voided));
    play.office.balances(&play.fake).await?;
    // The hold is a hold again: another card may pay for it.
    let reservation = play.office.reservation(over.first).await?;
    let paid = pay(&play, &reservation, 9, "grace@example.org", "card-b").await?;
    assert_eq!(paid.booking.status, BookingStatus::Confirmed);
    play.office.balances(&play.fake).await
}

/// What was taken at once is paid back, not voided.
#[tokio::test(start_paused = true)]
async fn money_taken_at_once_from_a_card_over_its_limit_is_paid_back() -> TestResult {
    let play = limited().await?;
    buy(&play, 1, &[0, 1], "ada@example.org", "card-a").await?;
    let over = buy(&play, 2, &[2], "grace@example.org", "card-a at once")
        .await?
        .booking;
    assert_eq!(over.status, BookingStatus::Declined);
    let refunded = play.fake.charges.lock()[&over.attempt].refunded();
    assert_eq!(refunded, 2_500);
    play.office.balances(&play.fake).await
}

/// Two sessions with one card at the same moment: the limit holds, whoever is first.
#[tokio::test(start_paused = true)]
async fn two_sessions_with_one_card_at_once_keep_the_limit() -> TestResult {
    let play = limited().await?;
    let one = buy(&play, 1, &[0, 1], "ada@example.org", "card-a");
    let other = buy(&play, 2, &[2, 3], "grace@example.org", "card-a");
    let (one, other) = tokio::join!(one, other);
    let mut ends = [one?.booking.status, other?.booking.status];
    ends.sort_by_key(|status| status.code());
    assert_eq!(ends, [BookingStatus::Confirmed, BookingStatus::Declined]);
    play.office.balances(&play.fake).await
}

/// Seats that went back count no longer.
#[tokio::test(start_paused = true)]
async fn who_gave_seats_back_may_buy_again() -> TestResult {
    let play = limited().await?;
    let bought = buy(&play, 1, &[0, 1], "ada@example.org", "card-a").await?;
    play.refund(&bought.booking, Some(vec![0])).await?;
    let again = buy(&play, 2, &[2], "ada@example.org", "card-a").await?;
    assert_eq!(again.booking.status, BookingStatus::Confirmed);
    refused(
        &buy(&play, 3, &[3], "ada@example.org", "card-a").await,
        2,
        2,
    );
    play.settle().await?;
    play.office.balances(&play.fake).await
}

/// A card that is known only when its payer was at another page.
#[tokio::test(start_paused = true)]
async fn a_card_is_known_after_its_payer_was_elsewhere() -> TestResult {
    let play = limited().await?;
    buy(&play, 1, &[0, 1], "ada@example.org", "card-a").await?;
    let paying = buy(&play, 2, &[2], "grace@example.org", "card-a 3ds")
        .await?
        .booking;
    assert_eq!(paying.status, BookingStatus::Action);
    play.fake.becomes(paying.attempt, ChargeState::Authorized);
    play.office.clock.turn(5 * SECOND);
    play.settle().await?;
    let over = play.office.booking(paying.attempt).await?;
    assert_eq!(over.status, BookingStatus::Declined);
    assert_eq!(play.fake.state(over.attempt), Some(ChargeState::Voided));
    assert_eq!(play.office.store.tickets(play.office.event).await?.len(), 2);
    play.office.balances(&play.fake).await
}
