//! Who pays: sent to another page, where the seats wait longer for them, and known by marks, each of
//! which has its limit.

mod common;

use boxoffice_inventory::{Change, Command, Outcome, Refusal, SeatStatus, Standing};
use boxoffice_model::OwnerHash;
use common::{ANN, BEGIN, BEN, Desk, HOLD, HOUR, LIMIT, MINUTE, refused};

const MAIL: OwnerHash = [0xd; 16];
const CARD: OwnerHash = [0xe; 16];

#[test]
fn a_redirect_makes_the_seats_wait_longer() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let attempt = desk.wait(MINUTE).pay(first, 1);
    let outcome = desk.wait(MINUTE).redirect(first, attempt, HOUR);
    assert_eq!(outcome, Outcome::Done);
    // Counted from when the attempt began.
    let limit = BEGIN.plus(MINUTE + HOUR);
    let redirected = Change::Redirected {
        first,
        attempt,
        limit,
    };
    assert_eq!(desk.last(1), [redirected]);
    assert_eq!(desk.inventory.next_due(), Some(limit));
    desk.now = limit.plus(-1);
    assert_eq!(desk.standing(first), Standing::Paying { attempt });
    refused(desk.try_hold(BEN, &[0]));
    let mut late = desk.clone();
    assert_eq!(desk.book(first, attempt), Outcome::Booked);
    late.wait(1);
    assert_eq!(refused(late.book(first, attempt)), Refusal::AttemptVoid);
    assert_eq!(late.last(1), [Change::Expired { first }]);
}

#[test]
fn a_redirect_makes_no_wait_shorter_and_twice_is_once() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let attempt = desk.pay(first, 1);
    let redirect = |limit| Command::Redirect {
        first,
        attempt,
        limit,
    };
    for shorter in [0, MINUTE, LIMIT] {
        assert_eq!(desk.ask(redirect(shorter)), Outcome::Done);
    }
    desk.act(redirect(HOUR));
    desk.wait(MINUTE);
    for not_longer in [LIMIT, HOUR - 1, HOUR] {
        assert_eq!(desk.ask(redirect(not_longer)), Outcome::Done);
    }
    desk.act(redirect(2 * HOUR));
    assert_eq!(desk.inventory.next_due(), Some(BEGIN.plus(2 * HOUR)));
}

#[test]
fn what_is_not_under_way_is_not_redirected() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let void = |desk: &Desk, first, attempt| {
        let limit = HOUR;
        let outcome = desk.ask(Command::Redirect {
            first,
            attempt,
            limit,
        });
        assert_eq!(refused(outcome), Refusal::AttemptVoid);
    };
    void(&desk, first, 99);
    let attempt = desk.pay(first, 1);
    void(&desk, first, attempt + 1);
    void(&desk, 999, attempt);
    let mut booked = desk.clone();
    booked.book(first, attempt);
    void(&booked, first, attempt);
    let mut called_off = desk.clone();
    called_off.act(Command::CancelEvent);
    void(&called_off, first, attempt);
    // Past the old limit, too, whether it was said or not.
    desk.wait(LIMIT);
    void(&desk, first, attempt);
    desk.act(Command::Sweep { at_most: 1 });
    void(&desk, first, attempt);
}

/// One buyer may have so many seats.
fn limited(limit: u32) -> Desk {
    let mut desk = Desk::open();
    desk.revise(|facts| facts.max_seats_per_buyer = Some(limit));
    desk
}

#[track_caller]
fn too_many(outcome: Outcome, limit: u32, have: u32) {
    assert_eq!(refused(outcome), Refusal::BuyerLimit { limit, have });
}

#[test]
fn a_mark_that_has_as_many_seats_as_a_buyer_may_refuses_the_next() {
    let mut desk = limited(3);
    let anns = desk.hold(ANN, &[0, 1]);
    assert_eq!(desk.know(anns, &[MAIL, CARD]), Outcome::Done);
    let marks = vec![MAIL, CARD];
    assert_eq!(desk.last(1), [Change::BuyerKnown { first: anns, marks }]);
    assert_eq!(desk.inventory.seats_of(&MAIL, desk.now), 2);
    let one = desk.hold(BEN, &[2]);
    desk.know(one, &[MAIL]);
    let two = desk.hold([0xc; 16], &[3, 4]);
    let before = desk.inventory.version();
    // All marks or none.
    too_many(desk.know(two, &[[0xf; 16], MAIL]), 3, 3);
    too_many(desk.know(two, &[CARD]), 3, 2);
    assert_eq!(desk.inventory.version(), before);
    assert_eq!(desk.inventory.seats_of(&[0xf; 16], desk.now), 0);
}

#[test]
fn a_mark_counts_whoever_is_known_by_it_as_owner_or_as_payer() {
    let mut desk = limited(2);
    desk.sell(ANN, &[0, 1]);
    let bens = desk.hold(BEN, &[2]);
    too_many(desk.know(bens, &[ANN]), 2, 2);
    desk.know(bens, &[MAIL]);
    // Who is known by that mark holds as an owner.
    too_many(desk.try_hold(MAIL, &[3, 4]), 2, 1);
    desk.hold(MAIL, &[3]);
    assert_eq!(desk.inventory.seats_of(&MAIL, desk.now), 2);
}

#[test]
fn seats_that_ran_out_or_went_back_do_not_count_for_a_mark() {
    let mut desk = limited(2);
    let first = desk.hold(ANN, &[0, 1]);
    desk.know(first, &[MAIL]);
    let mut released = desk.clone();
    desk.wait(HOLD);
    assert_eq!(desk.inventory.seats_of(&MAIL, desk.now), 0);
    let bens = desk.hold(BEN, &[2, 3]);
    assert_eq!(desk.know(bens, &[MAIL]), Outcome::Done);
    released.act(Command::Release { first });
    let bens = released.hold(BEN, &[0, 1]);
    released.know(bens, &[MAIL]);
    let attempt = released.pay(bens, 1);
    released.book(bens, attempt);
    too_many(released.try_hold(MAIL, &[2]), 2, 2);
    released.refund((bens, attempt), &[0]);
    assert_eq!(released.inventory.seats_of(&MAIL, released.now), 1);
    released.hold(MAIL, &[2]);
}

#[test]
fn without_a_limit_nothing_is_written_of_a_buyer() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let marks = vec![MAIL];
    assert_eq!(desk.ask(Command::KnowBuyer { first, marks }), Outcome::Done);
    assert_eq!(desk.inventory.seats_of(&MAIL, desk.now), 0);
}

#[test]
fn a_mark_is_known_once_and_an_owner_is_no_news() {
    let mut desk = limited(3);
    let first = desk.hold(ANN, &[0, 1]);
    let know = |marks: &[OwnerHash]| Command::KnowBuyer {
        first,
        marks: marks.to_vec(),
    };
    desk.act(know(&[MAIL, MAIL, ANN]));
    let marks = vec![MAIL];
    assert_eq!(desk.last(1), [Change::BuyerKnown { first, marks }]);
    for known in [know(&[]), know(&[MAIL]), know(&[ANN, MAIL])] {
        assert_eq!(desk.ask(known), Outcome::Done);
    }
    desk.act(know(&[MAIL, CARD]));
    let marks = vec![CARD];
    assert_eq!(desk.last(1), [Change::BuyerKnown { first, marks }]);
    for buyer in [ANN, MAIL, CARD] {
        assert_eq!(desk.inventory.seats_of(&buyer, desk.now), 2);
    }
}

#[test]
fn more_seats_count_against_the_limit_of_each_mark() {
    let mut desk = limited(3);
    let first = desk.hold(ANN, &[0]);
    desk.know(first, &[MAIL]);
    let bens = desk.hold(BEN, &[1]);
    desk.know(bens, &[MAIL]);
    let change = |seats: &[u32]| Command::ChangeSeats {
        first,
        seats: seats.to_vec(),
    };
    too_many(desk.act(change(&[0, 2, 3])), 3, 2);
    desk.act(change(&[2, 3]));
    assert_eq!(desk.inventory.seats_of(&MAIL, desk.now), 3);
}

#[test]
fn a_buyer_may_become_known_while_paying_but_not_afterwards() {
    let mut desk = limited(4);
    let first = desk.hold(ANN, &[0]);
    let attempt = desk.pay(first, 1);
    assert_eq!(desk.know(first, &[MAIL]), Outcome::Done);
    let know = |first| Command::KnowBuyer {
        first,
        marks: vec![CARD],
    };
    let mut late = desk.clone();
    late.wait(HOLD);
    assert_eq!(refused(late.ask(know(first))), Refusal::Ended);
    desk.book(first, attempt);
    assert_eq!(refused(desk.ask(know(first))), Refusal::AlreadyBooked);
    assert_eq!(refused(desk.ask(know(999))), Refusal::UnknownReservation);
    assert_eq!(desk.inventory.status(0), Some(SeatStatus::Booked));
}

#[test]
fn seats_booked_late_count_for_each_mark_again() {
    let mut desk = limited(2);
    let first = desk.hold(ANN, &[0, 1]);
    desk.know(first, &[MAIL]);
    let attempt = desk.pay(first, 1);
    desk.wait(HOLD).act(Command::Sweep { at_most: 1 });
    assert_eq!(desk.inventory.seats_of(&MAIL, desk.now), 0);
    desk.book_late(first, attempt);
    too_many(desk.try_hold(MAIL, &[2]), 2, 2);
    too_many(desk.try_hold(ANN, &[2]), 2, 2);
}
