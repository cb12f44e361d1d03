//! Money that comes after its limit: the same seats are sold after all if they are still to be had, and
//! in no other case does what has ended revive.

mod common;

use boxoffice_inventory::{
    AttemptState, Change, Command, FailReason, Outcome, REMEMBERED, Refusal, SaleStatus,
    SeatStatus, Standing,
};
use boxoffice_model::OwnerHash;
use common::{ANN, BEN, Desk, HOLD, LIMIT, MINUTE, refused};

/// Ann's attempt to pay for these seats has run out of time, her hold has not; no entry says so.
fn timed_out(seats: &[u32]) -> (Desk, u64, u64) {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, seats);
    let attempt = desk.pay(first, 1);
    desk.wait(LIMIT);
    (desk, first, attempt)
}

fn void(first: u64, attempt: u64) -> Change {
    Change::PaymentFailed {
        first,
        attempt,
        reason: FailReason::TimedOut,
    }
}

/// The money must go back, and nothing is written.
#[track_caller]
fn goes_back(desk: &Desk, first: u64, attempt: u64) {
    let outcome = desk.ask(Command::BookLate { first, attempt });
    assert_eq!(refused(outcome), Refusal::AttemptVoid);
}

#[test]
fn late_money_buys_the_seats_of_a_hold_that_is_alive() {
    let (mut desk, first, attempt) = timed_out(&[0, 1]);
    assert_eq!(desk.book_late(first, attempt), Outcome::Booked);
    let late = Change::BookedLate { first, attempt };
    assert_eq!(desk.last(2), [void(first, attempt), late]);
    assert_eq!(desk.standing(first), Standing::Booked { attempt });
    assert_eq!(
        desk.reservation(first).attempts[0].state,
        AttemptState::Booked
    );
    assert_eq!(desk.inventory.status(1), Some(SeatStatus::Booked));
    assert_eq!(desk.inventory.next_due(), None);
}

#[test]
fn late_money_buys_the_seats_of_a_hold_that_ran_out() {
    let (mut desk, first, attempt) = timed_out(&[0]);
    desk.wait(HOLD);
    let mut swept = desk.clone();
    swept.act(Command::Sweep { at_most: 9 });
    assert_eq!(swept.inventory.status(0), Some(SeatStatus::Available));
    let (expired, late) = (
        Change::Expired { first },
        Change::BookedLate { first, attempt },
    );
    assert_eq!(desk.book_late(first, attempt), Outcome::Booked);
    assert_eq!(
        desk.last(3),
        [void(first, attempt), expired.clone(), late.clone()]
    );
    assert_eq!(swept.book_late(first, attempt), Outcome::Booked);
    assert_eq!(swept.last(2), [expired, late]);
    for desk in [desk, swept] {
        assert_eq!(desk.inventory.status(0), Some(SeatStatus::Booked));
        assert_eq!(desk.inventory.owner_of(0), Some(first));
        assert_eq!(desk.inventory.seats_of(&ANN, desk.now), 1);
    }
}

#[test]
fn late_money_twice_is_once() {
    let (mut desk, first, attempt) = timed_out(&[0]);
    desk.book_late(first, attempt);
    let again = Command::BookLate { first, attempt };
    assert_eq!(desk.ask(again), Outcome::Booked);
    assert_eq!(
        desk.ask(Command::Book { first, attempt }),
        Outcome::Booked,
        "it is a sale as any"
    );
    let (first, attempt) = desk.sell(BEN, &[1]);
    let in_time = Command::BookLate { first, attempt };
    assert_eq!(desk.ask(in_time), Outcome::Booked);
}

#[test]
fn seats_that_another_has_are_not_booked_late() {
    let (mut desk, first, attempt) = timed_out(&[0, 1]);
    desk.wait(HOLD);
    let mut blocked = desk.clone();
    let other = desk.hold(BEN, &[1]);
    goes_back(&desk, first, attempt);
    let paying = desk.pay(other, 1);
    goes_back(&desk, first, attempt);
    desk.book(other, paying);
    goes_back(&desk, first, attempt);
    assert_eq!(desk.inventory.status(0), Some(SeatStatus::Available));
    blocked.act(Command::Sweep { at_most: 9 });
    blocked.act(Command::Block { seats: vec![0] });
    goes_back(&blocked, first, attempt);
}

#[test]
fn seats_that_another_had_and_lost_are_booked_late() {
    let (mut desk, first, attempt) = timed_out(&[0, 1]);
    let other = desk.wait(HOLD).hold(BEN, &[1]);
    let paying = desk.wait(HOLD - 1).pay(other, 1);
    desk.wait(LIMIT - 1);
    goes_back(&desk, first, attempt);
    desk.wait(1);
    assert_eq!(desk.book_late(first, attempt), Outcome::Booked);
    let (ran_out, late) = (
        Change::Expired { first: other },
        Change::BookedLate { first, attempt },
    );
    assert_eq!(desk.last(3), [void(other, paying), ran_out, late]);
    // His money comes late, too, and finds her seat sold.
    goes_back(&desk, other, paying);
}

#[test]
fn what_is_being_paid_for_otherwise_is_not_booked_late() {
    let (mut desk, first, attempt) = timed_out(&[0]);
    let next = desk.pay(first, 2);
    goes_back(&desk, first, attempt);
    let mut booked = desk.clone();
    booked.book(first, next);
    goes_back(&booked, first, attempt);
    // Once the other has failed or run out of time, whichever money comes first is good.
    let mut declined = desk.clone();
    let code = "card_declined".into();
    declined.fail(first, next, FailReason::Declined { code });
    assert_eq!(declined.book_late(first, attempt), Outcome::Booked);
    desk.wait(LIMIT);
    for (money, other) in [(attempt, next), (next, attempt)] {
        let mut desk = desk.clone();
        assert_eq!(desk.book_late(first, money), Outcome::Booked);
        assert_eq!(desk.last(2)[0], void(first, next));
        goes_back(&desk, first, other);
    }
}

#[test]
fn what_was_given_back_is_not_booked_late() {
    let (mut desk, first, attempt) = timed_out(&[0]);
    let mut undone = desk.clone();
    desk.act(Command::Release { first });
    goes_back(&desk, first, attempt);
    undone.book_late(first, attempt);
    let code = "expired".into();
    undone.act(Command::CancelBooking {
        first,
        attempt,
        reason: FailReason::CaptureFailed { code },
    });
    goes_back(&undone, first, attempt);
}

#[test]
fn nothing_is_booked_late_of_an_event_that_is_called_off() {
    let (mut desk, first, attempt) = timed_out(&[0]);
    let mut revised = desk.clone();
    revised.revise(|facts| facts.status = SaleStatus::Cancelled);
    goes_back(&revised, first, attempt);
    revised.revise(|facts| facts.status = SaleStatus::Rescheduled);
    assert_eq!(revised.book_late(first, attempt), Outcome::Booked);
    desk.act(Command::CancelEvent);
    goes_back(&desk, first, attempt);
    // What that has ended stays so.
    desk.revise(|facts| facts.status = SaleStatus::Rescheduled);
    goes_back(&desk, first, attempt);
}

#[test]
fn only_an_attempt_that_ran_out_of_time_is_booked_late() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let declined = desk.pay(first, 1);
    let code = "card_declined".into();
    desk.fail(first, declined, FailReason::Declined { code });
    goes_back(&desk, first, declined);
    goes_back(&desk, first, 99);
    goes_back(&desk, 999, declined);
    let attempt = desk.pay(first, 2);
    desk.wait(LIMIT - 1);
    goes_back(&desk, first, attempt);
    desk.wait(1);
    assert_eq!(desk.book_late(first, attempt), Outcome::Booked);
}

#[test]
fn other_seats_than_were_paid_for_are_not_booked_late() {
    let (mut desk, first, attempt) = timed_out(&[31]);
    let change = |seats: &[u32]| Command::ChangeSeats {
        first,
        seats: seats.to_vec(),
    };
    desk.act(change(&[31]));
    let mut same = desk.clone();
    assert_eq!(same.book_late(first, attempt), Outcome::Booked);
    desk.act(change(&[0]));
    goes_back(&desk, first, attempt);
    let attempt = desk.pay(first, 2);
    desk.wait(LIMIT);
    assert_eq!(desk.book_late(first, attempt), Outcome::Booked);
}

#[test]
fn a_seat_that_is_no_longer_sold_is_booked_late_while_its_hold_lives() {
    let (mut desk, first, attempt) = timed_out(&[0]);
    desk.revise(|facts| facts.prices[0] = None);
    let mut alive = desk.clone();
    assert_eq!(alive.book_late(first, attempt), Outcome::Booked);
    desk.wait(HOLD);
    let mut swept = desk.clone();
    swept.act(Command::Sweep { at_most: 9 });
    goes_back(&swept, first, attempt);
    goes_back(&desk, first, attempt);
}

#[test]
fn what_ended_a_day_ago_is_not_booked_late() {
    let (mut desk, first, attempt) = timed_out(&[0]);
    let other = desk.wait(HOLD).hold(BEN, &[0]);
    desk.wait(REMEMBERED - 1);
    // Ben has run out, too, although nothing was said for a day.
    assert_eq!(desk.standing(other), Standing::Expired);
    let mut just = desk.clone();
    assert_eq!(just.book_late(first, attempt), Outcome::Booked);
    desk.wait(1);
    goes_back(&desk, first, attempt);
}

#[test]
fn the_day_of_what_is_booked_late_begins_anew() {
    let mut desk = Desk::open();
    desk.hold_with_key(&[0], 1, 1);
    let first = desk.inventory.version();
    let attempt = desk.pay(first, 1);
    desk.wait(HOLD).act(Command::Sweep { at_most: 9 });
    desk.wait(REMEMBERED - MINUTE).book_late(first, attempt);
    desk.wait(REMEMBERED - 1).revise(|_| ());
    let replayed = Outcome::Replayed { first };
    assert_eq!(desk.hold_with_key(&[0], 1, 1), replayed);
    desk.wait(1).revise(|_| ());
    assert_eq!(desk.inventory.with_key(&[1; 16]), None);
    assert_eq!(desk.standing(first), Standing::Booked { attempt });
}

/// Ann's attempt has run out of time, her hold too; one buyer may have so many seats.
fn ran_out(seats: &[u32], limit: u32, marks: &[OwnerHash]) -> (Desk, u64, u64) {
    let mut desk = Desk::open();
    desk.revise(|facts| facts.max_seats_per_buyer = Some(limit));
    let first = desk.hold(ANN, seats);
    desk.know(first, marks);
    let attempt = desk.pay(first, 1);
    desk.wait(HOLD);
    (desk, first, attempt)
}

#[test]
fn late_money_buys_no_more_than_its_owner_may_have() {
    let (mut desk, first, attempt) = ran_out(&[0, 1], 3, &[]);
    let mut fewer = desk.clone();
    fewer.sell(ANN, &[2]);
    assert_eq!(fewer.book_late(first, attempt), Outcome::Booked);
    assert_eq!(fewer.inventory.seats_of(&ANN, fewer.now), 3);
    // She has taken two others meanwhile.
    let others = desk.hold(ANN, &[2, 3]);
    goes_back(&desk, first, attempt);
    desk.act(Command::Release { first: others });
    assert_eq!(desk.book_late(first, attempt), Outcome::Booked);
}

#[test]
fn late_money_buys_no_more_than_a_mark_of_its_buyer_may_have() {
    let (mail, card) = ([0xd; 16], [0xe; 16]);
    let (mut desk, first, attempt) = ran_out(&[0, 1], 2, &[mail, card]);
    let bens = desk.hold(BEN, &[2]);
    assert_eq!(desk.know(bens, &[card]), Outcome::Done);
    goes_back(&desk, first, attempt);
    desk.wait(HOLD);
    assert_eq!(desk.book_late(first, attempt), Outcome::Booked);
    for mark in [mail, card] {
        assert_eq!(desk.inventory.seats_of(&mark, desk.now), 2);
    }
}

#[test]
fn seats_that_late_money_still_holds_are_counted_once() {
    let (mut desk, first, attempt) = timed_out(&[0, 1]);
    desk.revise(|facts| facts.max_seats_per_buyer = Some(2));
    let mut lowered = desk.clone();
    assert_eq!(desk.book_late(first, attempt), Outcome::Booked);
    assert_eq!(desk.inventory.seats_of(&ANN, desk.now), 2);
    lowered.revise(|facts| facts.max_seats_per_buyer = Some(1));
    goes_back(&lowered, first, attempt);
}
