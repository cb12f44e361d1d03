//! What keeps a house in order, as the contract promises it: extending, giving back, running out,
//! blocking, and what is remembered of it.
#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod common;

use boxoffice_inventory::{
    Change, Command, FailReason, Outcome, REMEMBERED, REMEMBERED_BRIEFLY, Refusal, SaleStatus,
    SeatStatus, Standing,
};
use common::{ANN, BEGIN, BEN, Desk, HOLD, LIMIT, MINUTE, house, refused};

fn until(outcome: Outcome) -> i64 {
    match outcome {
        Outcome::Changed { until, .. } => until.since(BEGIN),
        other => panic!("not changed: {other:?}"),
    }
}

#[test]
fn a_hold_is_extended_once_by_a_hold_time_from_now() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    desk.wait(4 * MINUTE);
    assert_eq!(until(desk.act(Command::Extend { first })), 14 * MINUTE);
    let before = desk.inventory.version();
    desk.wait(5 * MINUTE);
    assert_eq!(until(desk.act(Command::Extend { first })), 14 * MINUTE);
    assert_eq!(desk.inventory.version(), before);
}

#[test]
fn an_extension_ends_at_twice_the_hold_time_at_most() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    desk.wait(HOLD - 1);
    assert_eq!(until(desk.act(Command::Extend { first })), 2 * HOLD - 1);
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    assert_eq!(until(desk.act(Command::Extend { first })), HOLD);
}

#[test]
fn what_pays_is_booked_or_is_over_is_not_extended() {
    let mut desk = Desk::open();
    let extend = |desk: &mut Desk, first| refused(desk.act(Command::Extend { first }));
    let paying = desk.hold(ANN, &[0]);
    desk.pay(paying, 0);
    let (booked, _) = desk.sell(ANN, &[1]);
    let lapsed = desk.hold(ANN, &[2]);
    let released = desk.hold(ANN, &[3]);
    desk.act(Command::Release { first: released });
    assert_eq!(extend(&mut desk, paying), Refusal::PaymentInProgress);
    assert_eq!(extend(&mut desk, booked), Refusal::AlreadyBooked);
    assert_eq!(extend(&mut desk, released), Refusal::Ended);
    assert_eq!(extend(&mut desk, 999), Refusal::UnknownReservation);
    desk.wait(HOLD);
    assert_eq!(extend(&mut desk, lapsed), Refusal::Ended);
}

#[test]
fn a_hold_given_back_is_free_at_once() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    assert_eq!(desk.act(Command::Release { first }), Outcome::Released);
    desk.hold(BEN, &[0]);
    let before = desk.inventory.version();
    assert_eq!(desk.act(Command::Release { first }), Outcome::Released);
    assert_eq!(desk.inventory.version(), before);
    assert_eq!(
        refused(desk.act(Command::Release { first: 999 })),
        Refusal::UnknownReservation
    );
}

#[test]
fn what_pays_or_is_booked_is_not_given_back() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let attempt = desk.pay(first, 0);
    let release = Command::Release { first };
    assert_eq!(
        refused(desk.act(release.clone())),
        Refusal::PaymentInProgress
    );
    desk.act(Command::Book { first, attempt });
    assert_eq!(refused(desk.act(release)), Refusal::AlreadyBooked);
}

#[test]
fn giving_back_what_has_run_out_says_that_it_expired() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    desk.wait(HOLD);
    assert_eq!(desk.act(Command::Release { first }), Outcome::Released);
    assert_eq!(desk.last(1), [Change::Expired { first }]);
    assert_eq!(desk.standing(first), Standing::Expired);
}

#[test]
fn the_sweeper_says_what_has_run_out_soonest_first() {
    let mut desk = Desk::open();
    assert_eq!(desk.inventory.next_due(), None);
    let early = desk.hold(ANN, &[0]);
    let late = desk.wait(MINUTE).hold(ANN, &[1]);
    let attempt = desk.pay(late, 0);
    assert_eq!(desk.inventory.next_due(), Some(BEGIN.plus(MINUTE + LIMIT)));
    desk.wait(2 * HOLD);
    let swept = |count, more| Outcome::Swept { count, more };
    let sweep = |at_most| Command::Sweep { at_most };
    assert_eq!(desk.act(sweep(0)), swept(0, true));
    assert_eq!(desk.act(sweep(1)), swept(1, true));
    let void = Change::PaymentFailed {
        first: late,
        attempt,
        reason: FailReason::TimedOut,
    };
    assert_eq!(desk.last(2), [void, Change::Expired { first: late }]);
    assert_eq!(desk.act(sweep(9)), swept(1, false));
    assert_eq!(desk.last(1), [Change::Expired { first: early }]);
    assert_eq!(desk.act(sweep(9)), swept(0, false));
}

#[test]
fn the_sweeper_voids_an_attempt_and_leaves_a_hold_that_still_runs() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    desk.pay(first, 0);
    desk.wait(LIMIT).act(Command::Sweep { at_most: 9 });
    assert_eq!(desk.standing(first), Standing::Held);
    assert_eq!(desk.inventory.next_due(), Some(BEGIN.plus(HOLD)));
}

#[test]
fn only_free_seats_are_blocked_and_all_or_none() {
    let mut desk = Desk::open();
    desk.hold(ANN, &[0]);
    let block = |seats: &[u32]| Command::Block {
        seats: seats.to_vec(),
    };
    let refusal = refused(desk.act(block(&[0, 1])));
    assert_eq!(refusal, Refusal::SeatsTaken(vec![0]));
    assert_eq!(desk.act(block(&[1, 2])), Outcome::Done);
    assert_eq!(desk.act(block(&[2, 3])), Outcome::Done);
    assert_eq!(desk.last(1), [Change::Blocked { seats: vec![3] }]);
    let before = desk.inventory.version();
    assert_eq!(desk.act(block(&[1])), Outcome::Done);
    assert_eq!(desk.inventory.version(), before);
    let seats = vec![0, 1, 2];
    desk.act(Command::Unblock { seats });
    assert_eq!(desk.last(1), [Change::Unblocked { seats: vec![1, 2] }]);
    assert_eq!(desk.inventory.status(1), Some(SeatStatus::Available));
}

#[test]
fn seats_that_do_not_exist_are_neither_blocked_nor_unblocked() {
    let mut desk = Desk::open();
    let unknown = Refusal::UnknownSeats(vec![37]);
    let seats = vec![0, 37];
    assert_eq!(refused(desk.act(Command::Block { seats })), unknown);
    let seats = vec![0, 37];
    assert_eq!(refused(desk.act(Command::Unblock { seats })), unknown);
}

#[test]
fn a_blocked_seat_stays_so_when_its_category_gets_a_price() {
    let mut desk = Desk::open();
    desk.revise(|facts| facts.prices[2] = None);
    let seats = vec![31];
    desk.act(Command::Block { seats });
    desk.revise(|facts| facts.prices[2] = Some(1_000));
    assert_eq!(desk.inventory.status(31), Some(SeatStatus::Blocked));
    assert_eq!(desk.inventory.status(32), Some(SeatStatus::Available));
}

#[test]
fn added_seats_are_free_and_the_others_stay_as_they_are() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    desk.revise(|facts| facts.layout = Some(house::layout(1)));
    assert_eq!(desk.inventory.seat_count(), 42);
    assert_eq!(desk.inventory.owner_of(0), Some(first));
    assert_eq!(desk.inventory.counts().available, 40);
    desk.hold(BEN, &[41]);
}

#[test]
fn a_cancelled_event_sells_nothing_and_says_so_once() {
    let mut desk = Desk::open();
    desk.act(Command::CancelEvent);
    let before = desk.inventory.version();
    assert_eq!(desk.act(Command::CancelEvent), Outcome::Done);
    assert_eq!(desk.inventory.version(), before);
    assert!(matches!(
        refused(desk.try_hold(ANN, &[0])),
        Refusal::NotOnSale(_)
    ));
    desk.revise(|facts| facts.status = SaleStatus::Rescheduled);
    desk.hold(ANN, &[0]);
}

/// Lets another entry in, which is when the fold forgets.
fn later(desk: &mut Desk, span: i64) {
    desk.wait(span);
    desk.revise(|_| ());
}

#[test]
fn what_has_ended_is_remembered_for_a_day() {
    let mut desk = Desk::open();
    desk.hold_with_key(&[0], 1, 1);
    let first = desk.inventory.version();
    desk.act(Command::Release { first });
    later(&mut desk, REMEMBERED - 1);
    assert!(desk.inventory.reservation(first).is_some());
    later(&mut desk, 1);
    assert!(desk.inventory.reservation(first).is_none());
    assert!(matches!(
        desk.hold_with_key(&[1], 1, 2),
        Outcome::Held { .. }
    ));
}

#[test]
fn what_nobody_has_a_key_to_is_remembered_for_a_minute() {
    let mut desk = Desk::open();
    let plain = desk.hold(ANN, &[0]);
    desk.act(Command::Release { first: plain });
    let tried = desk.hold(ANN, &[1]);
    let attempt = desk.pay(tried, 0);
    desk.act(Command::FailPayment {
        first: tried,
        attempt,
        reason: FailReason::Declined { code: "x".into() },
    });
    desk.act(Command::Release { first: tried });
    later(&mut desk, REMEMBERED_BRIEFLY - 1);
    assert_eq!(desk.standing(plain), Standing::Released);
    later(&mut desk, 1);
    assert!(desk.inventory.reservation(plain).is_none());
    assert!(desk.inventory.reservation(tried).is_some());
    let snapshot = desk.inventory.snapshot();
    let back = boxoffice_inventory::Inventory::from_snapshot(&snapshot).expect("it reads back");
    assert!(back.reservation(tried).is_some());
}

#[test]
fn a_booking_stays_but_its_hold_key_goes_after_a_day() {
    let mut desk = Desk::open();
    desk.hold_with_key(&[0], 1, 1);
    let first = desk.inventory.version();
    let attempt = desk.pay(first, 0);
    desk.act(Command::Book { first, attempt });
    later(&mut desk, REMEMBERED);
    assert_eq!(desk.standing(first), Standing::Booked { attempt });
    assert_eq!(desk.inventory.with_key(&[1; 16]), None);
    assert_eq!(desk.try_pay(first, 0), Outcome::AttemptKnown { attempt });
}

#[test]
fn a_cancelled_booking_is_remembered_for_a_day_from_its_end() {
    let mut desk = Desk::open();
    let (first, attempt) = desk.sell(ANN, &[0]);
    desk.wait(REMEMBERED - MINUTE);
    desk.act(Command::CancelBooking {
        first,
        attempt,
        reason: FailReason::CaptureFailed { code: "x".into() },
    });
    later(&mut desk, REMEMBERED - 1);
    assert!(desk.inventory.reservation(first).is_some());
    later(&mut desk, 1);
    assert!(desk.inventory.reservation(first).is_none());
}

#[test]
fn an_old_booking_takes_no_newer_reservations_key_with_it() {
    let mut desk = Desk::open();
    desk.hold_with_key(&[0], 1, 1);
    let first = desk.inventory.version();
    let attempt = desk.pay(first, 0);
    desk.act(Command::Book { first, attempt });
    later(&mut desk, REMEMBERED);
    desk.act(Command::CancelBooking {
        first,
        attempt,
        reason: FailReason::CaptureFailed { code: "x".into() },
    });
    desk.wait(REMEMBERED - 1);
    desk.hold_with_key(&[1], 1, 2);
    let newer = desk.inventory.version();
    later(&mut desk, 1);
    assert_eq!(desk.inventory.with_key(&[1; 16]), Some((newer, [2; 16])));
}
