//! Payment as the inventory sees it, as the contract promises it: attempts, their keys, their limits,
//! bookings and their undoing.
#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod common;

use boxoffice_inventory::{
    Change, Command, FailReason, Outcome, Refusal, SaleStatus, SeatStatus, Standing,
};
use common::{ANN, BEN, Desk, HOLD, KEY, LIMIT, MINUTE, NONCE, event, idempotency, refused};

fn declined() -> FailReason {
    FailReason::Declined {
        code: "card_declined".into(),
    }
}

#[test]
fn an_attempt_seals_its_own_entry_and_says_what_is_due() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0, 31]);
    let Outcome::Paying { address, total } = desk.try_pay(first, 1) else {
        panic!("not paying")
    };
    assert_eq!(total, 7_000);
    assert_eq!(address.version, desk.inventory.version());
    let sealed = boxoffice_model::Address::seal(&KEY, event(), address.version, NONCE);
    assert_eq!(address, sealed);
    assert!(address.proves(&desk.reservation(first).attempts[0].secret));
}

#[test]
fn a_hold_cannot_run_out_while_its_payment_is_under_way() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let attempt = desk.wait(HOLD - 1).pay(first, 1);
    desk.wait(LIMIT - 1);
    assert_eq!(desk.standing(first), Standing::Paying { attempt });
    refused(desk.try_hold(BEN, &[0]));
    let outcome = desk.act(Command::Book { first, attempt });
    assert_eq!(outcome, Outcome::Booked);
    assert_eq!(desk.inventory.status(0), Some(SeatStatus::Booked));
}

#[test]
fn booking_twice_is_booking_once() {
    let mut desk = Desk::open();
    let (first, attempt) = desk.sell(ANN, &[0]);
    let before = desk.inventory.version();
    let outcome = desk.act(Command::Book { first, attempt });
    assert_eq!(outcome, Outcome::Booked);
    let outcome = desk.act(Command::Book { first, attempt: 99 });
    assert_eq!(refused(outcome), Refusal::AttemptVoid);
    let outcome = desk.act(Command::Book { first: 99, attempt });
    assert_eq!(refused(outcome), Refusal::AttemptVoid);
    assert_eq!(desk.inventory.version(), before);
}

#[test]
fn an_attempt_past_its_limit_is_void_and_the_hold_is_what_its_until_says() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let attempt = desk.pay(first, 1);
    desk.wait(LIMIT);
    assert_eq!(desk.standing(first), Standing::Held);
    let outcome = desk.act(Command::Book { first, attempt });
    assert_eq!(refused(outcome), Refusal::AttemptVoid);
    let void = |attempt| Change::PaymentFailed {
        first,
        attempt,
        reason: FailReason::TimedOut,
    };
    assert_eq!(desk.last(1), [void(attempt)]);
    desk.wait(HOLD - LIMIT - 1);
    let attempt = desk.pay(first, 2);
    desk.wait(LIMIT);
    assert_eq!(desk.standing(first), Standing::Expired);
    let outcome = desk.act(Command::Book { first, attempt });
    assert_eq!(refused(outcome), Refusal::AttemptVoid);
    assert_eq!(desk.last(2), [void(attempt), Change::Expired { first }]);
}

#[test]
fn a_hold_whose_attempt_is_void_may_be_changed_extended_or_given_back() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    desk.pay(first, 1);
    desk.wait(LIMIT);
    for command in [
        Command::Extend { first },
        Command::ChangeSeats {
            first,
            seats: vec![1],
        },
        Command::Release { first },
    ] {
        let mut desk = desk.clone();
        desk.act(command);
        assert_eq!(desk.last(2)[0].kind(), "payment_failed");
    }
    let next = desk.pay(first, 2);
    assert_eq!(desk.last(2)[0].kind(), "payment_failed");
    assert_eq!(desk.standing(first), Standing::Paying { attempt: next });
}

#[test]
fn a_key_is_one_attempt_whatever_became_of_it() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let attempt = desk.pay(first, 1);
    let known = Outcome::AttemptKnown { attempt };
    assert_eq!(desk.try_pay(first, 1), known);
    let other = Command::Pay {
        first,
        idempotency: idempotency(1, 9),
        limit: LIMIT,
    };
    assert_eq!(refused(desk.act(other)), Refusal::KeyReused);
    assert_eq!(refused(desk.try_pay(first, 2)), Refusal::PaymentInProgress);
    desk.fail(first, attempt, declined());
    assert_eq!(desk.try_pay(first, 1), known);
    let second = desk.pay(first, 2);
    desk.act(Command::Book {
        first,
        attempt: second,
    });
    assert_eq!(desk.try_pay(first, 1), known);
    assert_eq!(refused(desk.try_pay(first, 3)), Refusal::AlreadyBooked);
}

#[test]
fn what_is_over_or_unknown_is_not_paid_for() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    assert_eq!(refused(desk.try_pay(999, 1)), Refusal::UnknownReservation);
    desk.wait(HOLD);
    assert_eq!(refused(desk.try_pay(first, 1)), Refusal::Ended);
}

#[test]
fn a_declined_payment_leaves_the_hold_for_another_try() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let attempt = desk.pay(first, 1);
    assert_eq!(desk.fail(first, attempt, declined()), Outcome::Done);
    assert_eq!(desk.standing(first), Standing::Held);
    let attempt = desk.wait(HOLD - 1).pay(first, 2);
    desk.wait(MINUTE);
    desk.fail(first, attempt, declined());
    assert_eq!(desk.last(1), [Change::Expired { first }]);
    assert_eq!(desk.inventory.status(0), Some(SeatStatus::Available));
}

#[test]
fn failing_twice_is_failing_once_and_what_is_booked_does_not_fail() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let attempt = desk.pay(first, 1);
    desk.fail(first, attempt, declined());
    let before = desk.inventory.version();
    assert_eq!(desk.fail(first, attempt, declined()), Outcome::Done);
    assert_eq!(desk.fail(999, 1, declined()), Outcome::Done);
    assert_eq!(desk.inventory.version(), before);
    let (first, attempt) = desk.sell(BEN, &[1]);
    let refusal = refused(desk.fail(first, attempt, declined()));
    assert_eq!(refusal, Refusal::AlreadyBooked);
}

#[test]
fn an_attempt_does_not_time_out_before_its_limit() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let attempt = desk.pay(first, 1);
    desk.wait(LIMIT - 1);
    let refusal = refused(desk.fail(first, attempt, FailReason::TimedOut));
    assert_eq!(refusal, Refusal::PaymentInProgress);
    desk.wait(1);
    let outcome = desk.fail(first, attempt, FailReason::TimedOut);
    assert_eq!(outcome, Outcome::Done);
}

#[test]
fn five_attempts_may_fail_at_most() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    for key in 1..=4 {
        let attempt = desk.pay(first, key);
        desk.fail(first, attempt, declined());
    }
    desk.pay(first, 5);
    desk.wait(LIMIT);
    let before = desk.inventory.version();
    let refusal = refused(desk.try_pay(first, 6));
    assert_eq!(refusal, Refusal::TooManyAttempts { limit: 5 });
    assert_eq!(desk.inventory.version(), before);
    desk.act(Command::Sweep { at_most: 1 });
    let refusal = refused(desk.try_pay(first, 6));
    assert_eq!(refusal, Refusal::TooManyAttempts { limit: 5 });
    assert_eq!(desk.standing(first), Standing::Held);
}

#[test]
fn an_attempt_that_never_began_is_forgotten() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    for _ in 0..9 {
        let attempt = desk.pay(first, 1);
        desk.fail(first, attempt, FailReason::Unavailable);
    }
    assert!(desk.reservation(first).attempts.is_empty());
    desk.pay(first, 1);
}

#[test]
fn a_cancelled_event_begins_no_payment_and_finishes_none() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let attempt = desk.pay(first, 1);
    let waiting = desk.hold(ANN, &[1]);
    desk.act(Command::CancelEvent);
    assert_eq!(refused(desk.try_pay(waiting, 1)), Refusal::Ended);
    let outcome = desk.act(Command::Book { first, attempt });
    assert_eq!(refused(outcome), Refusal::AttemptVoid);
}

#[test]
fn an_event_that_the_catalogue_calls_off_begins_no_payment_and_finishes_none() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let attempt = desk.pay(first, 1);
    let waiting = desk.hold(ANN, &[1]);
    desk.revise(|facts| facts.status = SaleStatus::Cancelled);
    assert!(matches!(
        refused(desk.try_pay(waiting, 1)),
        Refusal::NotOnSale(_)
    ));
    assert_eq!(refused(desk.book(first, attempt)), Refusal::AttemptVoid);
    assert_eq!(desk.standing(first), Standing::Paying { attempt });
}

#[test]
fn the_end_of_sales_stops_no_payment() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let now = desk.now;
    desk.revise(|facts| facts.sale_ends_at = Some(now));
    let attempt = desk.pay(first, 1);
    let outcome = desk.act(Command::Book { first, attempt });
    assert_eq!(outcome, Outcome::Booked);
}

#[test]
fn a_booking_cancelled_frees_its_seats() {
    let mut desk = Desk::open();
    let (first, attempt) = desk.sell(ANN, &[0, 1]);
    let cancel = |attempt| Command::CancelBooking {
        first,
        attempt,
        reason: FailReason::CaptureFailed {
            code: "expired".into(),
        },
    };
    let before = desk.inventory.version();
    assert_eq!(desk.act(cancel(99)), Outcome::Done);
    assert_eq!(desk.inventory.version(), before);
    assert_eq!(desk.act(cancel(attempt)), Outcome::Done);
    assert_eq!(desk.standing(first), Standing::Released);
    assert_eq!(desk.act(cancel(attempt)), Outcome::Done);
    assert_eq!(desk.inventory.version(), before + 1);
    assert_eq!(desk.inventory.seats_of(&ANN, desk.now), 0);
    desk.hold(BEN, &[0, 1]);
}
