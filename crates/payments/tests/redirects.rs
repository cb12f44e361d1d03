//! Payers who must go to another page: where to is told to whoever asks, the seats wait for them, and the
//! page is closed before the seats are free.

mod common;

use std::sync::Arc;

use boxoffice_inventory::{Command, Refusal, Standing};
use boxoffice_payments::{ChargeState, PayError, Payments};
use boxoffice_store::{BookingStatus, Store};

use common::fake::{Fake, Fault};
use common::play::Play;
use common::{HOLD, LIMIT, Office, REDIRECT_LIMIT, SECOND, TestResult, idempotency};

/// So long before its limit a page is closed.
const CLOSING: i64 = 30 * SECOND;

async fn set_up() -> Result<(Office, Arc<Fake>, Payments), Box<dyn std::error::Error>> {
    let Play { office, fake, .. } = Play::set_up().await?;
    let payments = office.payments(fake.clone());
    Ok((office, fake, payments))
}

fn declined() -> ChargeState {
    let code = "generic_decline".into();
    ChargeState::Declined { code }
}

#[tokio::test(start_paused = true)]
async fn where_to_go_is_told_to_whoever_asks_until_the_payer_was_there() -> TestResult {
    let (office, fake, payments) = set_up().await?;
    for token in ["checkout", "3ds", "bank"] {
        let first = office.hold().await?.first;
        let begun = office.pay(&payments, first, 1, token).await?;
        let page = Some(format!("https://pay.example/{}", begun.booking.attempt));
        assert_eq!(begun.booking.status, BookingStatus::Action, "{token}");
        assert_eq!(begun.booking.redirect_url, page);
        payments.recover().await?;
        // At another process, too, as after a restart.
        for process in [&payments, &office.payments(fake.clone())] {
            let again = office.pay(process, first, 1, token).await?;
            assert!(again.replayed);
            assert_eq!(again.booking.status, BookingStatus::Action);
            assert_eq!(again.booking.redirect_url, page);
        }
        fake.becomes(begun.booking.attempt, ChargeState::Authorized);
        office.clock.turn(5 * SECOND);
        payments.recover().await?;
        let ended = office.pay(&payments, first, 1, token).await?.booking;
        assert_eq!(ended.status, BookingStatus::Confirmed);
        let authorized = fake
            .calls
            .lock()
            .iter()
            .filter(|it| **it == "authorize")
            .count();
        assert_eq!(authorized, 1, "asked for once");
        fake.calls.lock().clear();
    }
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn a_page_has_fifteen_minutes_and_a_card_three() -> TestResult {
    let (office, fake, payments) = set_up().await?;
    for (token, wait) in [
        ("processing", LIMIT),
        ("checkout", REDIRECT_LIMIT),
        ("bank", REDIRECT_LIMIT),
        // A card whose payer must go elsewhere after all.
        ("3ds", REDIRECT_LIMIT),
    ] {
        let first = office.hold().await?.first;
        let paying = office.pay(&payments, first, 1, token).await?.booking;
        let paying = office.booking(paying.attempt).await?;
        assert_eq!(paying.limit.since(paying.created_at), wait, "{token}");
        let attempt = paying.attempt;
        office.clock.turn(wait - 1);
        let standing = |reservation: boxoffice_inventory::Reservation| {
            reservation.standing(office.store.now())
        };
        let now = standing(office.reservation(first).await?);
        assert_eq!(now, Standing::Paying { attempt }, "{token}");
        office.clock.turn(1);
        let now = standing(office.reservation(first).await?);
        assert_ne!(now, Standing::Paying { attempt }, "{token}");
        if token == "processing" {
            fake.becomes(attempt, declined());
        }
        payments.recover().await?;
    }
    office.clock.turn(SECOND);
    payments.recover().await?;
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn a_page_is_closed_before_its_limit_and_the_seats_wait_until_it() -> TestResult {
    let (office, fake, payments) = set_up().await?;
    for token in ["checkout", "3ds"] {
        let first = office.hold().await?.first;
        let attempt = office
            .pay(&payments, first, 1, token)
            .await?
            .booking
            .attempt;
        office.clock.turn(REDIRECT_LIMIT - CLOSING - 1);
        payments.recover().await?;
        let open = fake.state(attempt);
        assert!(matches!(open, Some(ChargeState::Open { .. })), "{open:?}");
        office.clock.turn(1);
        payments.recover().await?;
        assert_eq!(fake.state(attempt), Some(ChargeState::Voided));
        for _ in 0..3 {
            office.clock.turn(9 * SECOND);
            payments.recover().await?;
            assert_eq!(office.booking(attempt).await?.status, BookingStatus::Action);
        }
        office.clock.turn(4 * SECOND);
        payments.recover().await?;
        assert_eq!(office.booking(attempt).await?.status, BookingStatus::Voided);
    }
    office.balances(&fake).await
}

/// Who pays at the very moment when the page is closed has paid, or has the money back.
#[tokio::test(start_paused = true)]
async fn who_pays_while_the_page_is_closed_has_seats_or_money() -> TestResult {
    for (token, paid, status) in [
        ("checkout", ChargeState::Authorized, BookingStatus::Voided),
        ("bank", ChargeState::Captured, BookingStatus::Confirmed),
    ] {
        let (office, fake, payments) = set_up().await?;
        let first = office.hold().await?.first;
        let attempt = office
            .pay(&payments, first, 1, token)
            .await?
            .booking
            .attempt;
        let payer = fake.clone();
        *fake.meanwhile.lock() = Some(Arc::new(move || {
            payer.becomes(attempt, paid.clone());
            Box::pin(async {})
        }));
        office.clock.turn(REDIRECT_LIMIT - CLOSING);
        fake.plan(&[Fault::None, Fault::MeanwhileBefore]);
        payments.recover().await?;
        assert_eq!(fake.calls.lock().last(), Some(&"void"));
        for _ in 0..4 {
            office.clock.turn(10 * SECOND);
            payments.recover().await?;
        }
        assert_eq!(office.booking(attempt).await?.status, status, "{token}");
        office.balances(&fake).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn while_a_payer_is_away_the_provider_is_asked_every_five_seconds() -> TestResult {
    let (office, fake, payments) = set_up().await?;
    let first = office.hold().await?.first;
    let attempt = office
        .pay(&payments, first, 1, "checkout")
        .await?
        .booking
        .attempt;
    let mut quiet = 0;
    for second in 0..600 {
        fake.calls.lock().clear();
        office.clock.turn(SECOND);
        payments.recover().await?;
        quiet = match fake.calls.lock().is_empty() {
            true => quiet + 1,
            false => 0,
        };
        assert!(quiet < 5, "not asked for {quiet} s after {second} s");
    }
    fake.becomes(attempt, declined());
    payments.hurry(&office.booking(attempt).await?);
    payments.recover().await?;
    assert_eq!(
        office.booking(attempt).await?.status,
        BookingStatus::Declined
    );
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn who_looks_all_the_time_has_the_provider_asked_every_two_seconds() -> TestResult {
    let (office, fake, payments) = set_up().await?;
    let first = office.hold().await?.first;
    let attempt = office.pay(&payments, first, 1, "checkout").await?;
    let attempt = attempt.booking.attempt;
    // Until the provider is asked seldom.
    for _ in 0..30 {
        office.clock.turn(SECOND);
        payments.recover().await?;
    }
    let booking = office.booking(attempt).await?;
    fake.calls.lock().clear();
    for _ in 0..20 * 10 {
        payments.looked_at(&booking);
        office.clock.turn(SECOND / 10);
        payments.recover().await?;
    }
    let asked = fake.calls.lock().len();
    assert!((9..=11).contains(&asked), "asked {asked} times in 20 s");
    fake.becomes(attempt, declined());
    payments.looked_at(&booking);
    office.clock.turn(2 * SECOND);
    payments.recover().await?;
    let ended = office.booking(attempt).await?;
    assert_eq!(ended.status, BookingStatus::Declined);
    payments.looked_at(&ended);
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn a_decline_gives_no_time_back() -> TestResult {
    let (office, fake, payments) = set_up().await?;
    for (away, standing) in [
        (HOLD - SECOND, Standing::Held),
        // Without the payment the hold had run out by now.
        (HOLD, Standing::Expired),
    ] {
        let before = office.hold().await?;
        let first = before.first;
        let attempt = office
            .pay(&payments, first, 1, "3ds")
            .await?
            .booking
            .attempt;
        office.clock.turn(away);
        fake.becomes(attempt, declined());
        payments.recover().await?;
        let after = office.reservation(first).await?;
        assert_eq!(after.until, before.until);
        assert_eq!(after.standing(office.store.now()), standing);
        let declined = office.booking(attempt).await?;
        assert_eq!(declined.status, BookingStatus::Declined);
        let seats = after.seats.iter().map(|seat| seat.index).collect();
        assert_eq!(
            office.hold_seats(seats).await.is_ok(),
            standing == Standing::Expired
        );
    }
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn a_page_that_its_payer_has_left_is_a_decline() -> TestResult {
    let (office, fake, payments) = set_up().await?;
    let first = office.hold().await?.first;
    let attempt = office
        .pay(&payments, first, 1, "checkout")
        .await?
        .booking
        .attempt;
    fake.becomes(attempt, ChargeState::Voided);
    payments.recover().await?;
    let left = office.booking(attempt).await?;
    assert_eq!(left.status, BookingStatus::Declined);
    assert_eq!(left.decline_code.as_deref(), Some("payment_cancelled"));
    let paid = office.pay(&payments, first, 2, "approved").await?;
    assert_eq!(paid.booking.status, BookingStatus::Confirmed);
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn five_attempts_may_fail_and_no_sixth_begins() -> TestResult {
    let (office, fake, payments) = set_up().await?;
    let first = office.hold().await?.first;
    for key in 1..=5 {
        let token = ["declined", "3ds"][usize::from(key % 2)];
        let attempt = office
            .pay(&payments, first, key, token)
            .await?
            .booking
            .attempt;
        if token == "3ds" {
            fake.becomes(attempt, declined());
            office.clock.turn(5 * SECOND);
            payments.recover().await?;
        }
        assert_eq!(
            office.booking(attempt).await?.status,
            BookingStatus::Declined
        );
    }
    let limit = 5;
    let sixth = office.pay(&payments, first, 6, "approved").await;
    assert!(
        matches!(&sixth, Err(PayError::Refused(refusal)) if *refusal == Refusal::TooManyAttempts { limit }),
        "{sixth:?}"
    );
    let known = office.pay(&payments, first, 5, "3ds").await?;
    assert!(known.replayed);
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn two_tabs_at_once_make_one_charge() -> TestResult {
    let (office, fake, payments) = set_up().await?;
    for token in ["approved", "checkout"] {
        let reservation = office.hold().await?;
        let pay = |key| office.pay_as(&payments, &reservation, idempotency(key, key), token);
        let (one, other) = tokio::join!(pay(1), pay(2));
        let (paid, refused) = match one {
            Ok(paid) => (paid, other),
            Err(_) => (other?, one),
        };
        assert!(
            matches!(
                refused,
                Err(PayError::Refused(
                    Refusal::PaymentInProgress | Refusal::AlreadyBooked
                ))
            ),
            "{refused:?}"
        );
        if token == "checkout" {
            fake.becomes(paid.booking.attempt, ChargeState::Authorized);
            payments.recover().await?;
        }
        let booking = office.booking(paid.booking.attempt).await?;
        assert_eq!(booking.status, BookingStatus::Confirmed);
    }
    assert_eq!(fake.charges.lock().len(), 2);
    office.balances(&fake).await
}

#[tokio::test(start_paused = true)]
async fn pressing_twice_leads_to_one_page() -> TestResult {
    let (office, fake, payments) = set_up().await?;
    let reservation = office.hold().await?;
    let pay = || office.pay_as(&payments, &reservation, idempotency(1, 1), "checkout");
    let (one, other) = tokio::join!(pay(), pay());
    let (one, other) = (one?.booking, other?.booking);
    assert_eq!(one.attempt, other.attempt);
    assert_eq!(*fake.calls.lock(), ["authorize"]);
    let third = pay().await?.booking;
    assert_eq!(third.redirect_url, one.redirect_url.or(other.redirect_url));
    fake.becomes(third.attempt, ChargeState::Authorized);
    payments.recover().await?;
    office.balances(&fake).await
}

/// Nobody waits for a payer who will never be let in.
#[tokio::test(start_paused = true)]
async fn an_event_called_off_closes_its_pages() -> TestResult {
    let (office, fake, payments) = set_up().await?;
    let first = office.hold().await?.first;
    let attempt = office
        .pay(&payments, first, 1, "checkout")
        .await?
        .booking
        .attempt;
    let event = office.event;
    office.sequencer.submit(event, Command::CancelEvent).await?;
    let ended = office.booking(attempt).await?;
    assert_eq!(ended.status, BookingStatus::Voided);
    assert_eq!(ended.decline_code.as_deref(), Some("event_cancelled"));
    office.clock.turn(SECOND);
    payments.recover().await?;
    assert_eq!(fake.state(attempt), Some(ChargeState::Voided));
    office.balances(&fake).await
}
