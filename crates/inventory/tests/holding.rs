//! Taking seats, as the contract promises it: order of checks, prices, keys, buyer's limit, another set
//! of seats.
#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod common;

use boxoffice_inventory::{
    Best, Change, Command, FailReason, HeldSeat, NotOnSale, NotOnSaleReason, Outcome, Refusal,
    SaleStatus, SeatStatus, Standing, Wanted,
};
use common::{
    ANN, BEGIN, BEN, Desk, HOLD, HOUR, KEY, LIMIT, MINUTE, NONCE, best, event, facts, hold_of,
    idempotency, refused,
};

fn seats_of(desk: &Desk, first: u64) -> Vec<(u32, u64)> {
    let seats = desk.reservation(first).seats.iter();
    seats.map(|seat| (seat.index, seat.price)).collect()
}

#[test]
fn a_hold_fixes_prices_and_seals_its_own_entry() {
    let mut desk = Desk::open();
    let outcome = desk.try_hold(ANN, &[0, 31]);
    let Outcome::Held {
        address,
        seats,
        until,
    } = outcome
    else {
        panic!("not held: {outcome:?}")
    };
    assert_eq!(
        (address.event, address.version),
        (event(), desk.inventory.version())
    );
    assert!(address.proves(&desk.reservation(address.version).secret));
    let sealed = boxoffice_model::Address::seal(&KEY, event(), address.version, NONCE);
    assert_eq!(address, sealed);
    assert_eq!(until, BEGIN.plus(HOLD));
    let prices: Vec<_> = seats.iter().map(|seat| (seat.index, seat.price)).collect();
    assert_eq!(prices, [(0, 5_000), (31, 2_000)]);
    desk.revise(|facts| facts.prices[0] = Some(9_900));
    assert_eq!(desk.reservation(address.version).total(), 7_000);
}

#[test]
fn all_seats_or_none() {
    let mut desk = Desk::open();
    desk.hold(ANN, &[1]);
    let refusal = refused(desk.try_hold(BEN, &[0, 1, 2]));
    assert_eq!(refusal, Refusal::SeatsTaken(vec![1]));
    assert_eq!(desk.inventory.status(0), Some(SeatStatus::Available));
}

#[test]
fn a_blocked_seat_and_one_without_a_price_are_taken() {
    let mut desk = Desk::open();
    desk.act(Command::Block { seats: vec![3] });
    desk.revise(|facts| facts.prices[2] = None);
    let refusal = refused(desk.try_hold(ANN, &[2, 3, 20, 31]));
    assert_eq!(refusal, Refusal::SeatsTaken(vec![3, 20, 31]));
    assert_eq!(desk.inventory.counts().blocked, 8);
}

/// Everything is wrong at once, and then one thing less each time.
#[test]
fn checks_come_in_the_contracts_order() {
    let mut desk = Desk::open();
    desk.hold(BEN, &[0]);
    desk.hold(ANN, &[6]);
    desk.revise(|facts| {
        facts.on_sale_at = Some(BEGIN.plus(HOUR));
        facts.max_seats_per_reservation = 2;
        facts.max_seats_per_buyer = Some(2);
    });
    let not_yet = NotOnSale {
        on_sale_at: Some(BEGIN.plus(HOUR)),
        reason: NotOnSaleReason::NotYet,
    };
    let refusal = |desk: &mut Desk, seats: &[u32]| refused(desk.try_hold(ANN, seats));
    assert_eq!(refusal(&mut desk, &[0, 1, 99]), Refusal::NotOnSale(not_yet));
    desk.revise(|facts| facts.on_sale_at = None);
    assert_eq!(
        refusal(&mut desk, &[0, 1, 99]),
        Refusal::TooManySeats { limit: 2 }
    );
    assert_eq!(
        refusal(&mut desk, &[0, 99]),
        Refusal::UnknownSeats(vec![99])
    );
    assert_eq!(
        refusal(&mut desk, &[0, 1]),
        Refusal::BuyerLimit { limit: 2, have: 1 }
    );
    assert_eq!(refusal(&mut desk, &[0]), Refusal::SeatsTaken(vec![0]));
    desk.hold(ANN, &[1]);
}

#[test]
fn an_event_that_is_not_on_sale_says_why() {
    let why = |change: fn(&mut boxoffice_inventory::Facts)| {
        let mut facts = facts();
        change(&mut facts);
        match refused(Desk::open_with(facts).try_hold(ANN, &[0])) {
            Refusal::NotOnSale(not) => not.reason,
            other => panic!("refused for another reason: {other:?}"),
        }
    };
    assert_eq!(
        why(|facts| facts.on_sale_at = Some(BEGIN.plus(1))),
        NotOnSaleReason::NotYet
    );
    assert_eq!(why(|facts| facts.date = BEGIN), NotOnSaleReason::Ended);
    assert_eq!(
        why(|facts| facts.sale_ends_at = Some(BEGIN)),
        NotOnSaleReason::Ended
    );
    assert_eq!(
        why(|facts| facts.status = SaleStatus::Postponed),
        NotOnSaleReason::Postponed
    );
    assert_eq!(
        why(|facts| facts.status = SaleStatus::Cancelled),
        NotOnSaleReason::Cancelled
    );
}

#[test]
fn a_lapsed_hold_gives_its_seat_to_the_next() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0, 1]);
    desk.wait(HOLD - 1);
    let taken = Refusal::SeatsTaken(vec![1]);
    assert_eq!(refused(desk.try_hold(BEN, &[1, 2])), taken);
    desk.wait(1);
    let next = desk.hold(BEN, &[1, 2]);
    assert!(
        matches!(&desk.last(2)[..], [Change::Expired { first: over }, Change::Held(_)] if *over == first)
    );
    assert_eq!(next, desk.inventory.version());
    assert_eq!(desk.inventory.status(0), Some(SeatStatus::Available));
    assert_eq!(desk.standing(first), Standing::Expired);
}

#[test]
fn a_seat_whose_payment_lapsed_is_void_and_expired_before_it_is_anothers() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0, 1]);
    desk.wait(HOLD - 1);
    let attempt = desk.pay(first, 0);
    desk.wait(LIMIT - 1);
    refused(desk.try_hold(BEN, &[0, 1]));
    desk.wait(1);
    desk.hold(BEN, &[0, 1]);
    let void = Change::PaymentFailed {
        first,
        attempt,
        reason: FailReason::TimedOut,
    };
    assert_eq!(desk.last(3)[..2], [void, Change::Expired { first }]);
}

#[test]
fn a_retry_with_its_key_finds_the_first_success() {
    let mut desk = Desk::open();
    let Outcome::Held { address, .. } = desk.hold_with_key(&[0], 1, 1) else {
        panic!("not held")
    };
    let first = address.version;
    let before = desk.inventory.version();
    assert_eq!(desk.hold_with_key(&[0], 1, 1), Outcome::Replayed { first });
    desk.act(Command::Release { first });
    desk.wait(HOUR);
    assert_eq!(desk.hold_with_key(&[0], 1, 1), Outcome::Replayed { first });
    assert_eq!(desk.inventory.version(), before + 1);
    let recall = |key, request| Command::Recall(idempotency(key, request));
    assert_eq!(desk.act(recall(1, 1)), Outcome::Replayed { first });
    assert_eq!(desk.act(recall(2, 1)), Outcome::Unknown);
}

#[test]
fn a_key_with_another_request_is_refused_and_a_refusal_keeps_no_key() {
    let mut desk = Desk::open();
    desk.hold_with_key(&[0], 1, 1);
    assert_eq!(refused(desk.hold_with_key(&[5], 1, 2)), Refusal::KeyReused);
    refused(desk.hold_with_key(&[0], 2, 3));
    assert!(matches!(
        desk.hold_with_key(&[1], 2, 4),
        Outcome::Held { .. }
    ));
}

#[test]
fn a_key_is_known_before_the_sale_is_looked_at() {
    let mut desk = Desk::open();
    desk.hold_with_key(&[0], 1, 1);
    desk.act(Command::CancelEvent);
    assert!(matches!(
        desk.hold_with_key(&[0], 1, 1),
        Outcome::Replayed { .. }
    ));
}

#[test]
fn a_buyers_limit_counts_held_paying_and_booked_but_not_lapsed() {
    let mut desk = Desk::open();
    desk.sell(ANN, &[0]);
    desk.hold(ANN, &[1]);
    let paying = desk.hold(ANN, &[2]);
    desk.pay(paying, 0);
    desk.revise(|facts| facts.max_seats_per_buyer = Some(4));
    let limit = Refusal::BuyerLimit { limit: 4, have: 3 };
    assert_eq!(refused(desk.try_hold(ANN, &[3, 4])), limit);
    let too_many = hold_of(ANN, Wanted::Best(best(2)));
    assert_eq!(refused(desk.act(Command::Hold(too_many))), limit);
    desk.hold(BEN, &[3, 4]);
    desk.wait(HOLD);
    assert_eq!(desk.inventory.seats_of(&ANN, desk.now), 1);
    desk.hold(ANN, &[7, 8, 9]);
}

#[test]
fn another_set_keeps_the_price_of_kept_seats_and_the_end() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0, 1]);
    let until = desk.reservation(first).until;
    desk.wait(MINUTE)
        .revise(|facts| facts.prices[0] = Some(7_500));
    let seats = vec![2, 1];
    let outcome = desk.act(Command::ChangeSeats { first, seats });
    let seat = |index, price| HeldSeat {
        index,
        price,
        ticket_type: 0,
        channel: 0,
        allotment: 0,
    };
    let seats = vec![seat(2, 7_500), seat(1, 5_000)];
    assert_eq!(outcome, Outcome::Changed { seats, until });
    assert_eq!(desk.inventory.status(0), Some(SeatStatus::Available));
    assert_eq!(desk.inventory.owner_of(2), Some(first));
}

#[test]
fn a_kept_seat_whose_category_is_no_longer_sold_stays_kept() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0, 1]);
    desk.revise(|facts| facts.prices[0] = None);
    let seats = vec![0, 21];
    desk.act(Command::ChangeSeats { first, seats });
    assert_eq!(seats_of(&desk, first), [(0, 5_000), (21, 3_000)]);
    assert_eq!(desk.inventory.status(1), Some(SeatStatus::Blocked));
}

#[test]
fn the_same_set_again_changes_nothing_and_a_taken_seat_changes_none() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0, 1]);
    desk.hold(BEN, &[2]);
    let before = desk.inventory.version();
    let seats = vec![0, 1];
    desk.act(Command::ChangeSeats { first, seats });
    let seats = vec![1, 2];
    let refusal = refused(desk.act(Command::ChangeSeats { first, seats }));
    assert_eq!(refusal, Refusal::SeatsTaken(vec![2]));
    assert_eq!(desk.inventory.version(), before);
}

#[test]
fn fewer_seats_are_to_be_had_even_when_nothing_is_sold_any_more() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0, 1]);
    desk.revise(|facts| {
        facts.status = SaleStatus::Postponed;
        facts.max_seats_per_buyer = Some(1);
    });
    let seats = vec![0, 2];
    let refusal = refused(desk.act(Command::ChangeSeats { first, seats }));
    assert!(matches!(refusal, Refusal::NotOnSale(_)));
    let seats = vec![1];
    desk.act(Command::ChangeSeats { first, seats });
    assert_eq!(seats_of(&desk, first), [(1, 5_000)]);
}

#[test]
fn more_seats_count_against_the_limits_without_those_given_up() {
    let mut desk = Desk::open();
    desk.revise(|facts| {
        facts.max_seats_per_buyer = Some(3);
        facts.max_seats_per_reservation = 3;
    });
    let first = desk.hold(ANN, &[0, 1]);
    let change = |seats: &[u32]| Command::ChangeSeats {
        first,
        seats: seats.to_vec(),
    };
    let refusal = refused(desk.act(change(&[0, 1, 2, 3])));
    assert_eq!(refusal, Refusal::TooManySeats { limit: 3 });
    let refusal = refused(desk.act(change(&[0, 99])));
    assert_eq!(refusal, Refusal::UnknownSeats(vec![99]));
    desk.act(change(&[2, 3, 4]));
    assert_eq!(seats_of(&desk, first).len(), 3);
    desk.revise(|facts| facts.max_seats_per_reservation = 8);
    let refusal = refused(desk.act(change(&[0, 1, 2, 3])));
    assert_eq!(refusal, Refusal::BuyerLimit { limit: 3, have: 3 });
}

#[test]
fn seats_of_what_pays_is_booked_or_is_over_do_not_change() {
    let mut desk = Desk::open();
    let change = |first| Command::ChangeSeats {
        first,
        seats: vec![30],
    };
    let paying = desk.hold(ANN, &[0]);
    desk.pay(paying, 0);
    let (booked, _) = desk.sell(ANN, &[1]);
    let released = desk.hold(ANN, &[2]);
    desk.act(Command::Release { first: released });
    let lapsed = desk.hold(ANN, &[3]);
    let refusal = |desk: &mut Desk, first| refused(desk.act(change(first)));
    assert_eq!(refusal(&mut desk, paying), Refusal::PaymentInProgress);
    assert_eq!(refusal(&mut desk, booked), Refusal::AlreadyBooked);
    assert_eq!(refusal(&mut desk, released), Refusal::Ended);
    assert_eq!(refusal(&mut desk, 999), Refusal::UnknownReservation);
    desk.wait(HOLD);
    assert_eq!(refusal(&mut desk, lapsed), Refusal::Ended);
}

#[test]
fn the_best_seats_are_side_by_side_in_the_best_row_that_fits() {
    let mut desk = Desk::open();
    let pick = |desk: &mut Desk, best: Best| match desk
        .act(Command::Hold(hold_of(ANN, Wanted::Best(best))))
    {
        Outcome::Held { seats, .. } => seats.iter().map(|seat| seat.index).collect::<Vec<_>>(),
        other => panic!("not held: {other:?}"),
    };
    let three = pick(&mut desk, best(3));
    assert_eq!(three, [2, 3, 4]);
    let balcony = Best {
        sections: Some(vec![1]),
        ..best(3)
    };
    assert_eq!(pick(&mut desk, balcony), [21, 22, 23]);
    let cheap = Best {
        max_price: Some(2_000),
        ..best(2)
    };
    assert_eq!(pick(&mut desk, cheap), [31, 32]);
    let category = Best {
        categories: Some(vec![1]),
        ..best(2)
    };
    assert_eq!(pick(&mut desk, category), [5, 6]);
}

#[test]
fn what_cannot_be_had_together_says_how_many_can() {
    let mut desk = Desk::open();
    let stalls = |quantity, split| {
        let wanted = Wanted::Best(Best {
            sections: Some(vec![0]),
            split,
            ..best(quantity)
        });
        Command::Hold(hold_of(ANN, wanted))
    };
    let refusal = refused(desk.act(stalls(8, false)));
    assert_eq!(refusal, Refusal::NotEnoughTogether { available: 7 });
    assert!(matches!(desk.act(stalls(8, true)), Outcome::Held { .. }));
    assert!(matches!(desk.act(stalls(8, true)), Outcome::Held { .. }));
    let refusal = refused(desk.act(stalls(8, true)));
    assert_eq!(refusal, Refusal::NotEnoughTogether { available: 4 });
}

#[test]
fn the_best_seats_may_be_those_of_a_lapsed_hold() {
    let mut desk = Desk::open();
    let front: Vec<u32> = (0..7).collect();
    let first = desk.hold(ANN, &front);
    desk.wait(HOLD);
    let hold = hold_of(BEN, Wanted::Best(best(2)));
    assert!(matches!(
        desk.act(Command::Hold(hold)),
        Outcome::Held { .. }
    ));
    assert_eq!(desk.last(2)[0], Change::Expired { first });
    assert_eq!(desk.inventory.counts().held, 2);
}
