//! Sold seats that go back: one, some or all of a sale, to be sold again or not, and what becomes of all
//! seats when an event is called off.

mod common;

use boxoffice_inventory::{
    AttemptState, Change, Command, FailReason, Outcome, REMEMBERED, Refusal, SaleStatus, SeatIndex,
    SeatStatus, Standing,
};
use common::{ANN, BEN, Desk, HOLD, LIMIT, MINUTE, refused};

type Sale = (u64, u64);

fn refund((first, attempt): Sale, seats: Option<&[SeatIndex]>, resell: bool) -> Command {
    Command::Refund {
        first,
        attempt,
        seats: seats.map(<[u32]>::to_vec),
        resell,
    }
}

fn undo((first, attempt): Sale) -> Command {
    let code = "expired".into();
    Command::CancelBooking {
        first,
        attempt,
        reason: FailReason::CaptureFailed { code },
    }
}

fn owed(seats: &[SeatIndex], amount: u64) -> Outcome {
    let seats = seats.to_vec();
    Outcome::Refunded { seats, amount }
}

#[test]
fn a_refunded_seat_is_free_again_and_the_rest_stays_sold() {
    let mut desk = Desk::open();
    let (first, attempt) = desk.sell(ANN, &[0, 1, 31]);
    // What it cost then is owed, whatever it costs now.
    desk.revise(|facts| facts.prices[2] = Some(9_900));
    let outcome = desk.act(refund((first, attempt), Some(&[31, 0]), true));
    assert_eq!(outcome, owed(&[0, 31], 7_000));
    let refunded = Change::Refunded {
        first,
        attempt,
        seats: vec![0, 31],
        resell: true,
    };
    assert_eq!(desk.last(1), [refunded]);
    assert_eq!(desk.inventory.status(0), Some(SeatStatus::Available));
    assert_eq!(desk.inventory.status(1), Some(SeatStatus::Booked));
    assert_eq!(desk.standing(first), Standing::Booked { attempt });
    assert_eq!(desk.reservation(first).returned, [0, 31]);
    assert_eq!(desk.inventory.seats_of(&ANN, desk.now), 1);
    desk.hold(BEN, &[0, 31]);
}

#[test]
fn a_seat_refunded_off_sale_is_blocked_and_may_be_unblocked_and_resold() {
    let mut desk = Desk::open();
    let sale = desk.sell(ANN, &[0, 1]);
    let outcome = desk.act(refund(sale, Some(&[0]), false));
    assert_eq!(outcome, owed(&[0], 5_000));
    assert_eq!(desk.inventory.status(0), Some(SeatStatus::Blocked));
    refused(desk.try_hold(BEN, &[0]));
    desk.act(Command::Unblock { seats: vec![0] });
    let second = desk.sell(BEN, &[0]);
    // The first sale has nothing to do with it any more.
    assert_eq!(desk.ask(refund(sale, Some(&[0]), true)), Outcome::Done);
    assert_eq!(desk.inventory.owner_of(0), Some(second.0));
}

#[test]
fn refunding_twice_is_refunding_once() {
    let mut desk = Desk::open();
    let sale = desk.sell(ANN, &[0, 1, 2]);
    desk.refund(sale, &[0]);
    assert_eq!(desk.ask(refund(sale, Some(&[0, 0]), true)), Outcome::Done);
    assert_eq!(desk.ask(refund(sale, Some(&[]), true)), Outcome::Done);
    let outcome = desk.act(refund(sale, Some(&[1, 0, 1]), true));
    assert_eq!(outcome, owed(&[1], 5_000));
    let outcome = desk.act(refund(sale, None, true));
    assert_eq!(outcome, owed(&[2], 5_000));
    for seats in [None, Some(&[0, 1, 2][..]), Some(&[1])] {
        assert_eq!(desk.ask(refund(sale, seats, false)), Outcome::Done);
    }
}

#[test]
fn seats_of_others_are_not_refunded() {
    let mut desk = Desk::open();
    let sale = desk.sell(ANN, &[0, 1]);
    desk.sell(BEN, &[2]);
    let outcome = desk.ask(refund(sale, Some(&[0, 2, 99]), true));
    assert_eq!(refused(outcome), Refusal::UnknownSeats(vec![2, 99]));
}

#[test]
fn what_is_not_sold_is_not_refunded() {
    let mut desk = Desk::open();
    let not_booked = |desk: &Desk, sale| {
        let outcome = desk.ask(refund(sale, None, true));
        assert_eq!(refused(outcome), Refusal::NotBooked);
    };
    let first = desk.hold(ANN, &[0]);
    not_booked(&desk, (first, 99));
    let attempt = desk.pay(first, 1);
    not_booked(&desk, (first, attempt));
    not_booked(&desk, (999, attempt));
    desk.wait(LIMIT);
    not_booked(&desk, (first, attempt));
    let second = desk.pay(first, 2);
    desk.book(first, second);
    not_booked(&desk, (first, attempt));
    let mut undone = desk.clone();
    undone.act(undo((first, second)));
    not_booked(&undone, (first, second));
    desk.act(refund((first, second), None, true));
    not_booked(&desk, (first, attempt));
}

#[test]
fn the_last_seat_ends_the_reservation() {
    let mut desk = Desk::open();
    let sale = desk.sell(ANN, &[0, 1]);
    let (first, attempt) = sale;
    desk.refund(sale, &[1]);
    assert_eq!(desk.standing(first), Standing::Booked { attempt });
    desk.refund(sale, &[0]);
    assert_eq!(desk.standing(first), Standing::Released);
    assert_eq!(
        desk.reservation(first).attempts[0].state,
        AttemptState::Refunded
    );
    assert_eq!(desk.inventory.seats_of(&ANN, desk.now), 0);
    let outcome = desk.ask(Command::Release { first });
    assert_eq!(outcome, Outcome::Released);
    let outcome = desk.ask(Command::BookLate { first, attempt });
    assert_eq!(refused(outcome), Refusal::AttemptVoid);
    assert_eq!(desk.ask(undo(sale)), Outcome::Done);
    let known = Outcome::AttemptKnown { attempt };
    assert_eq!(desk.try_pay(first, 0), known);
}

#[test]
fn a_sale_undone_frees_what_was_not_refunded_before() {
    let mut desk = Desk::open();
    let sale = desk.sell(ANN, &[0, 1]);
    desk.refund(sale, &[0]);
    let other = desk.hold(BEN, &[0]);
    desk.act(undo(sale));
    assert_eq!(desk.inventory.owner_of(0), Some(other));
    assert_eq!(desk.inventory.status(1), Some(SeatStatus::Available));
    assert_eq!(desk.inventory.seats_of(&ANN, desk.now), 0);
    // Nobody is owed for what was never collected.
    let outcome = desk.ask(refund(sale, None, true));
    assert_eq!(refused(outcome), Refusal::NotBooked);
}

#[test]
fn what_was_booked_late_is_refunded_as_any_sale() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let attempt = desk.pay(first, 1);
    desk.wait(HOLD).book_late(first, attempt);
    let outcome = desk.act(refund((first, attempt), None, true));
    assert_eq!(outcome, owed(&[0], 5_000));
}

#[test]
fn a_refunded_sale_is_remembered_for_a_day_from_its_last_refund() {
    let mut desk = Desk::open();
    let sale = desk.sell(ANN, &[0, 1]);
    desk.wait(REMEMBERED - MINUTE).refund(sale, &[0]);
    desk.wait(REMEMBERED - MINUTE).refund(sale, &[1]);
    desk.wait(REMEMBERED - 1).revise(|_| ());
    assert_eq!(desk.standing(sale.0), Standing::Released);
    desk.wait(1).revise(|_| ());
    assert!(desk.inventory.reservation(sale.0).is_none());
}

#[test]
fn an_event_called_off_frees_holds_and_voids_payments_in_one_entry() {
    let mut desk = Desk::open();
    let ran_out = desk.hold(BEN, &[3]);
    desk.wait(HOLD);
    let held = desk.hold(ANN, &[0]);
    let paying = desk.hold(BEN, &[1]);
    let attempt = desk.pay(paying, 1);
    let before = desk.inventory.version();
    assert_eq!(desk.act(Command::CancelEvent), Outcome::Done);
    assert_eq!(desk.last(1), [Change::EventCancelled]);
    assert_eq!(desk.inventory.version(), before + 1);
    for (first, seat) in [(ran_out, 3), (held, 0), (paying, 1)] {
        assert_eq!(desk.standing(first), Standing::Released);
        assert_eq!(desk.inventory.owner_of(seat), None);
    }
    assert_eq!(
        desk.reservation(paying).attempts[0].state,
        AttemptState::Failed(FailReason::EventCancelled)
    );
    assert_eq!(desk.inventory.next_due(), None);
    assert_eq!(desk.inventory.seats_of(&BEN, desk.now), 0);
    for outcome in [
        desk.ask(Command::Book {
            first: paying,
            attempt,
        }),
        desk.ask(Command::BookLate {
            first: paying,
            attempt,
        }),
    ] {
        assert_eq!(refused(outcome), Refusal::AttemptVoid);
    }
    let reason = FailReason::TimedOut;
    let outcome = desk.ask(Command::FailPayment {
        first: paying,
        attempt,
        reason,
    });
    assert_eq!(outcome, Outcome::Done);
}

#[test]
fn an_event_that_the_catalogue_called_off_is_called_off_while_something_waits() {
    let mut desk = Desk::open();
    let held = desk.hold(ANN, &[0]);
    let paying = desk.hold(BEN, &[1]);
    let attempt = desk.pay(paying, 1);
    let (sold, _) = desk.sell(ANN, &[2]);
    desk.revise(|facts| facts.status = SaleStatus::Cancelled);
    assert_eq!(desk.standing(paying), Standing::Paying { attempt });
    assert_eq!(desk.act(Command::CancelEvent), Outcome::Done);
    assert_eq!(desk.last(1), [Change::EventCancelled]);
    for first in [held, paying] {
        assert_eq!(desk.standing(first), Standing::Released);
    }
    assert_eq!(desk.inventory.status(2), Some(SeatStatus::Booked));
    assert_eq!(desk.inventory.owner_of(2), Some(sold));
    assert_eq!(desk.ask(Command::CancelEvent), Outcome::Done);
}

#[test]
fn an_event_called_off_twice_is_called_off_once() {
    let mut desk = Desk::open();
    desk.act(Command::CancelEvent);
    assert_eq!(desk.ask(Command::CancelEvent), Outcome::Done);
    let mut desk = Desk::open();
    desk.sell(ANN, &[0]);
    desk.revise(|facts| facts.status = SaleStatus::Cancelled);
    assert_eq!(desk.ask(Command::CancelEvent), Outcome::Done);
}

#[test]
fn an_event_called_off_keeps_its_sales_and_these_may_be_refunded() {
    let mut desk = Desk::open();
    let sale = desk.sell(ANN, &[0, 1]);
    desk.refund(sale, &[1]);
    desk.act(Command::CancelEvent);
    assert_eq!(desk.inventory.status(0), Some(SeatStatus::Booked));
    assert_eq!(desk.inventory.counts().booked, 1);
    let (first, attempt) = sale;
    assert_eq!(desk.book(first, attempt), Outcome::Booked);
    let outcome = desk.act(refund(sale, None, false));
    assert_eq!(outcome, owed(&[0], 5_000));
    assert_eq!(desk.standing(first), Standing::Released);
}

#[test]
fn what_an_event_called_off_ended_is_remembered_as_any_end() {
    let mut desk = Desk::open();
    desk.hold_with_key(&[0], 1, 1);
    let with_key = desk.inventory.version();
    let plain = desk.hold(BEN, &[1]);
    desk.act(Command::CancelEvent);
    desk.wait(MINUTE).revise(|_| ());
    assert!(desk.inventory.reservation(plain).is_none());
    assert_eq!(desk.standing(with_key), Standing::Released);
    desk.wait(REMEMBERED).revise(|_| ());
    assert!(desk.inventory.reservation(with_key).is_none());
}
