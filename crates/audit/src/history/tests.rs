//! Histories that are possible, and some that are not.

use super::*;
use boxoffice_inventory::Held;
use boxoffice_model::{EventNumber, Timestamp};

fn take(history: &mut History, version: u64, change: Change) -> Result<(), String> {
    let event = EventNumber::new(2027, 5, 0).expect("a month");
    let entry = Entry {
        at: Timestamp(0),
        nonce: 0,
        change,
    };
    history.take_in(version, Head::empty(event), &entry)
}

fn held(seats: &[SeatIndex]) -> Change {
    let seat = |index: &SeatIndex| HeldSeat {
        index: *index,
        price: 100,
        ticket_type: 0,
        channel: 0,
        allotment: 0,
    };
    Change::Held(Held {
        owner: [0; 16],
        bound: false,
        until: Timestamp(1),
        secret: [0; 32],
        idempotency: None,
        seats: seats.iter().map(seat).collect(),
    })
}

fn paying(first: u64) -> Change {
    Change::Paying(Paying {
        first,
        key: [0; 16],
        request: [0; 16],
        secret: [0; 32],
        limit: 1,
    })
}

fn refused(taken: Result<(), String>) -> String {
    taken.expect_err("the history is impossible")
}

#[test]
fn a_seat_with_two_owners_is_seen_without_the_fold() {
    let mut history = History::default();
    take(&mut history, 2, held(&[4, 5])).expect("both are free");
    let what = refused(take(&mut history, 3, held(&[5])));
    assert_eq!(what, "seat 5 is given to 3 while it is 2's");
}

#[test]
fn a_second_sale_of_a_seat_is_seen_without_the_fold() {
    let mut history = History::default();
    let book = |first, attempt| Change::Booked { first, attempt };
    take(&mut history, 2, held(&[4])).expect("it is free");
    take(&mut history, 3, paying(2)).expect("it may be paid for");
    take(&mut history, 4, paying(2)).expect("twice, as far as this history knows");
    take(&mut history, 5, book(2, 3)).expect("it is sold");
    let what = refused(take(&mut history, 6, book(2, 4)));
    assert_eq!(what, "seat 4 is sold to 3 and to 4");
}

#[test]
fn a_sold_seat_is_not_given_back() {
    let mut history = History::default();
    take(&mut history, 2, held(&[4])).expect("it is free");
    take(&mut history, 3, paying(2)).expect("it may be paid for");
    let (first, attempt) = (2, 3);
    take(&mut history, 4, Change::Booked { first, attempt }).expect("it is sold");
    let what = refused(take(&mut history, 5, Change::Expired { first }));
    assert_eq!(what, "seat 4 is given back, but sold to 3");
}

#[test]
fn an_attempt_has_one_end() {
    let mut history = History::default();
    take(&mut history, 2, held(&[4])).expect("it is free");
    take(&mut history, 3, paying(2)).expect("it may be paid for");
    let (first, attempt, reason) = (2, 3, FailReason::TimedOut);
    let failed = Change::PaymentFailed {
        first,
        attempt,
        reason,
    };
    take(&mut history, 4, failed).expect("it fails");
    let what = refused(take(&mut history, 5, Change::Booked { first, attempt }));
    assert_eq!(
        what,
        "attempt 3 is failed (TimedOut), so it cannot be booked"
    );
}

/// Seats 4 and 5 are held by 2, paid for by attempt 3, and sold with entry 4.
fn sold() -> History {
    let mut history = History::default();
    let (first, attempt) = (2, 3);
    take(&mut history, 2, held(&[4, 5])).expect("both are free");
    take(&mut history, 3, paying(2)).expect("they may be paid for");
    take(&mut history, 4, Change::Booked { first, attempt }).expect("they are sold");
    history
}

fn refunded(attempt: u64, seats: &[SeatIndex], resell: bool) -> Change {
    Change::Refunded {
        first: 2,
        attempt,
        seats: seats.to_vec(),
        resell,
    }
}

#[test]
fn seats_that_come_back_are_nobodys_and_their_price_is_owed() {
    let mut history = sold();
    take(&mut history, 5, refunded(3, &[4], true)).expect("it comes back");
    assert_eq!((history.owner_of(4), history.owner_of(5)), (None, Some(2)));
    assert_eq!(history.attempts[&3].end, End::TakenBack { whole: false });
    take(&mut history, 6, refunded(3, &[5], false)).expect("so does the other");
    assert_eq!((history.owner_of(5), history.sold_to(5)), (None, None));
    assert!(history.is_blocked(5) && !history.is_blocked(4));
    assert_eq!(history.attempts[&3].end, End::TakenBack { whole: true });
    let owed: Vec<_> = history
        .refunds
        .iter()
        .map(|(at, owed)| (*at, owed.amount))
        .collect();
    assert_eq!(owed, [(5, 100), (6, 100)]);
    assert_eq!(history.attempts[&3].owed, 200);
}

#[test]
fn only_what_an_attempt_has_is_taken_back_from_it() {
    let mut history = sold();
    take(&mut history, 5, refunded(3, &[4], true)).expect("it comes back");
    let what = refused(take(&mut history, 6, refunded(3, &[4], true)));
    assert_eq!(what, "seat 4 is taken back, but not 3's");
    let mut history = sold();
    let what = refused(take(&mut history, 5, refunded(9, &[4], true)));
    assert_eq!(what, "seat 4 is taken back, but not 9's");
}

#[test]
fn only_what_ran_out_of_time_is_booked_late() {
    let (first, attempt) = (2, 3);
    for (reason, may) in [
        (FailReason::TimedOut, true),
        (FailReason::Unavailable, false),
    ] {
        let mut history = History::default();
        take(&mut history, 2, held(&[4])).expect("it is free");
        take(&mut history, 3, paying(2)).expect("it may be paid for");
        let failed = Change::PaymentFailed {
            first,
            attempt,
            reason,
        };
        take(&mut history, 4, failed).expect("it fails");
        take(&mut history, 5, Change::Expired { first }).expect("its time runs out");
        let booked = take(&mut history, 6, Change::BookedLate { first, attempt });
        assert_eq!(booked.is_ok(), may, "{booked:?}");
        assert_eq!(history.sold_to(4), may.then_some(3));
    }
}

#[test]
fn what_came_late_does_not_get_a_seat_of_somebody_else() {
    let (first, attempt, reason) = (2, 3, FailReason::TimedOut);
    let mut history = History::default();
    take(&mut history, 2, held(&[4])).expect("it is free");
    take(&mut history, 3, paying(2)).expect("it may be paid for");
    let failed = Change::PaymentFailed {
        first,
        attempt,
        reason,
    };
    take(&mut history, 4, failed).expect("it fails");
    take(&mut history, 5, Change::Expired { first }).expect("its time runs out");
    take(&mut history, 6, held(&[4])).expect("it is free again");
    let what = refused(take(&mut history, 7, Change::BookedLate { first, attempt }));
    assert_eq!(what, "seat 4 is given to 2 while it is 6's");
}

#[test]
fn nobody_holds_or_pays_for_anything_once_an_event_is_called_off() {
    let mut history = sold();
    take(&mut history, 5, held(&[6])).expect("it is free");
    take(&mut history, 6, held(&[7])).expect("it is free");
    take(&mut history, 7, paying(6)).expect("it may be paid for");
    take(&mut history, 8, Change::EventCancelled).expect("it is called off");
    assert_eq!((history.owner_of(6), history.owner_of(7)), (None, None));
    assert_eq!(history.sold_to(4), Some(3));
    let (first, attempt) = (6, 7);
    let what = refused(take(&mut history, 9, Change::Booked { first, attempt }));
    let ended = "attempt 7 is failed (EventCancelled), so it cannot be booked";
    assert_eq!(what, ended);
}

#[test]
fn a_limit_moves_forwards_and_only_while_somebody_pays() {
    let mut history = History::default();
    take(&mut history, 2, held(&[4])).expect("it is free");
    take(&mut history, 3, paying(2)).expect("it may be paid for");
    let wait = |limit| Change::Redirected {
        first: 2,
        attempt: 3,
        limit: Timestamp(limit),
    };
    take(&mut history, 4, wait(5)).expect("it waits longer");
    assert!(refused(take(&mut history, 5, wait(5))).contains("cannot wait"));
    let (first, attempt) = (2, 3);
    take(&mut history, 6, Change::Booked { first, attempt }).expect("it is sold");
    assert!(refused(take(&mut history, 7, wait(9))).contains("cannot wait"));
}
