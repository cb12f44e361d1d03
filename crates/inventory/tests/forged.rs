//! What a forger gets who writes a ledger that hangs together, hash by hash: the fold stops at the entry
//! that cannot follow what was before.

mod common;

use boxoffice_inventory::{
    Change, Command, Entry, FailReason, Held, HeldSeat, Inventory, Problem, SeatStatus, State,
    StoredEntry,
};
use boxoffice_model::Timestamp;
use common::{ANN, BEGIN, BEN, Desk, HOLD, LIMIT, MINUTE, busy, event, facts, house, replay};

/// What a forger gets who computes the chain anew: the entry itself cannot follow.
fn forged(change: Change) -> Problem {
    forged_after(&busy(), BEGIN.plus(HOLD), change)
}

fn forged_after(desk: &Desk, at: Timestamp, change: Change) -> Problem {
    let entry = Entry {
        at,
        nonce: 1,
        change,
    };
    let bytes = entry.encode();
    let stored = StoredEntry {
        version: desk.inventory.version() + 1,
        check: desk.inventory.head().next(&bytes).check(),
        bytes,
    };
    let mut ledger = desk.ledger.clone();
    ledger.push(stored);
    let error = replay(&ledger).expect_err("forged");
    assert_eq!(error.version, ledger.len() as u64);
    error.problem
}

fn held(seats: &[u32]) -> Change {
    let seat = |index: &u32| HeldSeat {
        index: *index,
        price: 1,
        ticket_type: 0,
        channel: 0,
        allotment: 0,
    };
    Change::Held(Held {
        owner: ANN,
        bound: true,
        until: BEGIN.plus(2 * HOLD),
        secret: [0; 32],
        idempotency: None,
        seats: seats.iter().map(seat).collect(),
    })
}

#[test]
fn a_hold_of_seats_that_are_not_free_cannot_follow() {
    let taken = |seat, status| Problem::SeatNotFree {
        seat,
        status,
        kind: "held",
    };
    assert_eq!(forged(held(&[2, 0])), taken(0, SeatStatus::Booked));
    assert_eq!(forged(held(&[9])), taken(9, SeatStatus::Held));
    assert_eq!(forged(held(&[5])), taken(5, SeatStatus::Blocked));
    assert_eq!(forged(held(&[37])), Problem::UnknownSeat(37));
    assert_eq!(forged(held(&[2, 3, 2])), Problem::RepeatedSeat(2));
    assert_eq!(forged(held(&[])), Problem::NoSeats("held"));
}

#[test]
fn what_has_ended_never_revives() {
    // Reservation 2 expired at 6; 3 was booked by attempt 4.
    let wrong = |first, kind, state| Problem::WrongState { first, kind, state };
    let until = BEGIN.plus(9 * HOLD);
    assert_eq!(
        forged(Change::Extended { first: 2, until }),
        wrong(2, "extended", State::Expired)
    );
    let booked = State::Booked { attempt: 4 };
    assert_eq!(
        forged(Change::Released { first: 3 }),
        wrong(3, "released", booked)
    );
    assert_eq!(
        forged(Change::Expired { first: 99 }),
        Problem::UnknownReservation(99)
    );
}

#[test]
fn nothing_ends_before_its_time_and_nothing_sells_after_it() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let early = forged_after(&desk, desk.now, Change::Expired { first });
    assert!(matches!(early, Problem::WrongState { .. }));
    let attempt = desk.pay(first, 1);
    let reason = FailReason::TimedOut;
    let void = Change::PaymentFailed {
        first,
        attempt,
        reason,
    };
    let early = forged_after(&desk, desk.now, void);
    assert!(matches!(early, Problem::WrongState { .. }));
    let late = desk.now.plus(LIMIT);
    let late = forged_after(&desk, late, Change::Booked { first, attempt });
    assert!(matches!(late, Problem::WrongState { .. }));
    let other = Change::Booked { first, attempt: 9 };
    let other = forged_after(&desk, desk.now, other);
    assert!(matches!(other, Problem::WrongState { .. }));
}

#[test]
fn time_does_not_run_back() {
    let desk = busy();
    let problem = forged_after(&desk, desk.now.plus(-1), Change::EventCancelled);
    assert_eq!(problem, Problem::TimeRunsBack);
}

#[test]
fn a_ledger_begins_with_its_facts_and_keeps_its_seats() {
    let empty = Desk {
        inventory: Inventory::new(event()),
        ledger: Vec::new(),
        now: BEGIN,
    };
    assert_eq!(forged_after(&empty, BEGIN, held(&[0])), Problem::NoFacts);
    let mut without = facts();
    without.layout = None;
    let without = Change::CatalogueRevised(Box::new(without));
    assert_eq!(forged_after(&empty, BEGIN, without), Problem::NoFacts);
    let mut grown = facts();
    grown.layout = Some(house::layout(1));
    let desk = Desk::open_with(grown);
    let shrunk = Change::CatalogueRevised(Box::new(facts()));
    assert_eq!(forged_after(&desk, BEGIN, shrunk), Problem::LayoutShrinks);
}

fn is_wrong(problem: &Problem, kind: &str) -> bool {
    matches!(problem, Problem::WrongState { kind: of, .. } if *of == kind)
}

#[test]
fn a_redirect_that_shortens_or_comes_late_or_is_of_another_cannot_follow() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let begin = desk.now;
    let redirected = |attempt, limit| Change::Redirected {
        first,
        attempt,
        limit: begin.plus(limit),
    };
    let before = forged_after(&desk, begin, redirected(3, 2 * LIMIT));
    assert!(is_wrong(&before, "redirected"));
    let attempt = desk.pay(first, 1);
    for (at, attempt, limit) in [
        (0, attempt, LIMIT - 1),
        (0, attempt, LIMIT),
        (0, attempt + 1, 2 * LIMIT),
        (LIMIT, attempt, 2 * LIMIT),
    ] {
        let problem = forged_after(&desk, begin.plus(at), redirected(attempt, limit));
        assert!(is_wrong(&problem, "redirected"), "{problem}");
    }
    desk.book(first, attempt);
    let after = forged_after(&desk, begin, redirected(attempt, 2 * LIMIT));
    assert!(is_wrong(&after, "redirected"));
}

#[test]
fn a_buyer_of_what_is_sold_or_over_cannot_become_known() {
    let mut desk = Desk::open();
    let (sold, _) = desk.sell(ANN, &[0]);
    let over = desk.hold(BEN, &[1]);
    desk.act(Command::Release { first: over });
    for first in [sold, over] {
        let marks = vec![[0xd; 16]];
        let problem = forged_after(&desk, desk.now, Change::BuyerKnown { first, marks });
        assert!(is_wrong(&problem, "buyer_known"), "{problem}");
    }
    let known = Change::BuyerKnown {
        first: 99,
        marks: Vec::new(),
    };
    let problem = forged_after(&desk, desk.now, known);
    assert_eq!(problem, Problem::UnknownReservation(99));
}

fn late(desk: &Desk, first: u64, attempt: u64) -> Problem {
    forged_after(desk, desk.now, Change::BookedLate { first, attempt })
}

#[test]
fn only_what_ran_out_of_time_is_booked_late() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let declined = desk.pay(first, 1);
    assert!(is_wrong(&late(&desk, first, declined), "booked_late"));
    let code = "card_declined".into();
    desk.fail(first, declined, FailReason::Declined { code });
    assert!(is_wrong(&late(&desk, first, declined), "booked_late"));
    assert!(is_wrong(&late(&desk, first, 99), "booked_late"));
    assert_eq!(late(&desk, 99, 99), Problem::UnknownReservation(99));
    let attempt = desk.pay(first, 2);
    desk.wait(LIMIT);
    // No entry has said so yet.
    assert!(is_wrong(&late(&desk, first, attempt), "booked_late"));
    desk.act(Command::Sweep { at_most: 1 });
    let mut paying = desk.clone();
    paying.pay(first, 3);
    assert!(is_wrong(&late(&paying, first, attempt), "booked_late"));
    let mut released = desk.clone();
    released.act(Command::Release { first });
    assert!(is_wrong(&late(&released, first, attempt), "booked_late"));
    let mut cancelled = desk.clone();
    cancelled.act(Command::CancelEvent);
    assert!(is_wrong(&late(&cancelled, first, attempt), "booked_late"));
    let seats = vec![1];
    desk.act(Command::ChangeSeats { first, seats });
    assert!(is_wrong(&late(&desk, first, attempt), "booked_late"));
}

#[test]
fn seats_that_are_not_free_are_not_booked_late() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0, 1]);
    let attempt = desk.pay(first, 1);
    desk.wait(HOLD).act(Command::Sweep { at_most: 1 });
    let taken = |status| Problem::SeatNotFree {
        seat: 1,
        status,
        kind: "booked_late",
    };
    let mut blocked = desk.clone();
    blocked.act(Command::Block { seats: vec![1] });
    assert_eq!(late(&blocked, first, attempt), taken(SeatStatus::Blocked));
    let other = desk.hold(BEN, &[1]);
    assert_eq!(late(&desk, first, attempt), taken(SeatStatus::Held));
    let sold = desk.pay(other, 1);
    desk.book(other, sold);
    assert_eq!(late(&desk, first, attempt), taken(SeatStatus::Booked));
}

#[test]
fn only_the_seats_of_a_sale_are_refunded_and_each_once() {
    let mut desk = Desk::open();
    let held = desk.hold(BEN, &[9]);
    let (first, attempt) = desk.sell(ANN, &[0, 1, 2]);
    desk.refund((first, attempt), &[2]);
    for resell in [true, false] {
        let refund = |first, attempt, seats: &[u32]| {
            let seats = seats.to_vec();
            let change = Change::Refunded {
                first,
                attempt,
                seats,
                resell,
            };
            forged_after(&desk, desk.now, change)
        };
        let foreign = |seat| Problem::NotItsSeat { seat, first };
        assert_eq!(refund(first, attempt, &[0, 9]), foreign(9));
        assert_eq!(refund(first, attempt, &[0, 0]), foreign(0));
        assert_eq!(refund(first, attempt, &[2]), foreign(2));
        assert_eq!(refund(first, attempt, &[99]), foreign(99));
        assert_eq!(refund(first, attempt, &[]), Problem::NoSeats("refunded"));
        assert!(is_wrong(&refund(first, 99, &[0]), "refunded"));
        assert!(is_wrong(&refund(held, attempt, &[9]), "refunded"));
        let unknown = Problem::UnknownReservation(99);
        assert_eq!(refund(99, attempt, &[0]), unknown);
    }
}

#[test]
fn what_an_event_called_off_has_ended_never_revives() {
    let mut desk = Desk::open();
    let held = desk.hold(ANN, &[0]);
    let paying = desk.hold(BEN, &[1]);
    let attempt = desk.pay(paying, 1);
    desk.wait(MINUTE).act(Command::CancelEvent);
    for change in [
        Change::Released { first: held },
        Change::Booked {
            first: paying,
            attempt,
        },
        Change::PaymentFailed {
            first: paying,
            attempt,
            reason: FailReason::EventCancelled,
        },
    ] {
        let kind = change.kind();
        assert!(is_wrong(&forged_after(&desk, desk.now, change), kind));
    }
}
