//! A damaged ledger stops the fold at the very entry, by event and version; a damaged snapshot is
//! dropped. Neither is ever papered over.
#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod common;

use boxoffice_inventory::{
    Change, Command, Entry, FailReason, FoldError, Head, Held, HeldSeat, Inventory, Problem,
    SNAPSHOT_VERSION, SeatStatus, SnapshotError, State, StoredEntry,
};
use boxoffice_model::Timestamp;
use common::{ANN, BEGIN, BEN, Desk, HOLD, KEY, LIMIT, event, facts, house};
use proptest::prelude::*;

/// Something of everything: a hold that lives, one that expired, a booking, blocked seats.
fn busy() -> Desk {
    let mut desk = Desk::open();
    desk.hold(BEN, &[9]);
    desk.wait(HOLD).sell(ANN, &[0, 1]);
    desk.hold_with_key(&[9], 1, 1);
    let paying = desk.hold(BEN, &[21]);
    desk.pay(paying, 1);
    desk.act(Command::Block { seats: vec![5, 6] });
    desk
}

fn replay(ledger: &[StoredEntry]) -> Result<Inventory, FoldError> {
    let mut inventory = Inventory::new(event());
    for stored in ledger {
        inventory.replay(stored)?;
    }
    Ok(inventory)
}

#[test]
fn a_sound_ledger_folds_to_the_same_inventory() {
    let desk = busy();
    let replayed = replay(&desk.ledger).unwrap();
    assert_eq!(replayed.head(), desk.inventory.head());
    assert_eq!(replayed.statuses(), desk.inventory.statuses());
}

#[test]
fn a_changed_byte_is_named_by_event_and_version() {
    let desk = busy();
    for at in 0..desk.ledger.len() {
        for byte in 0..desk.ledger[at].bytes.len() {
            let mut ledger = desk.ledger.clone();
            ledger[at].bytes[byte] ^= 1;
            let error = replay(&ledger).expect_err("damaged");
            assert_eq!((error.event, error.version), (event(), at as u64 + 1));
            assert_eq!(error.problem, Problem::Chain);
        }
    }
}

#[test]
fn a_changed_check_is_named_by_event_and_version() {
    let desk = busy();
    for at in 0..desk.ledger.len() {
        let mut ledger = desk.ledger.clone();
        ledger[at].check[7] ^= 1;
        let error = replay(&ledger).expect_err("damaged");
        assert_eq!(
            (error.version, error.problem),
            (at as u64 + 1, Problem::Chain)
        );
    }
}

#[test]
fn a_missing_or_repeated_entry_is_named_by_event_and_version() {
    let desk = busy();
    let mut missing = desk.ledger.clone();
    missing.remove(3);
    let error = replay(&missing).expect_err("a gap");
    assert_eq!(
        (error.version, &error.problem),
        (5, &Problem::Gap { expected: 4 })
    );
    assert_eq!(
        error.to_string(),
        format!(
            "the ledger of event {} is damaged at version 5: expected version 4 here",
            event()
        )
    );
    let mut repeated = desk.ledger.clone();
    repeated.insert(3, repeated[2].clone());
    let error = replay(&repeated).expect_err("twice");
    assert_eq!(
        (error.version, error.problem),
        (3, Problem::Gap { expected: 4 })
    );
}

#[test]
fn another_events_ledger_does_not_follow() {
    let desk = busy();
    let other = boxoffice_model::EventNumber::new(2027, 5, 2).unwrap();
    let error = Inventory::new(other)
        .replay(&desk.ledger[0])
        .expect_err("another's");
    assert_eq!((error.event, error.problem), (other, Problem::Chain));
}

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

#[test]
fn bytes_of_another_format_are_named_by_event_and_version() {
    let desk = busy();
    let bytes = vec![9, 9, 9];
    let head: Head = desk.inventory.head();
    let mut inventory = desk.inventory.clone();
    let error = inventory
        .replay(&StoredEntry {
            version: inventory.version() + 1,
            check: head.next(&bytes).check(),
            bytes,
        })
        .expect_err("another format");
    assert_eq!(error.version, desk.inventory.version() + 1);
    assert!(error.to_string().contains("entry format 9 is unknown"));
}

#[test]
fn a_snapshot_goes_on_where_its_ledger_stood() {
    let desk = busy();
    for at in 0..=desk.ledger.len() {
        let bytes = replay(&desk.ledger[..at]).unwrap().snapshot();
        let mut restored = Inventory::from_snapshot(&bytes).unwrap();
        assert_eq!(restored.version(), at as u64);
        for stored in &desk.ledger[at..] {
            restored.replay(stored).unwrap();
        }
        assert_eq!(restored.head(), desk.inventory.head());
        assert_eq!(restored.statuses(), desk.inventory.statuses());
        assert_eq!(restored.counts(), desk.inventory.counts());
        assert_eq!(restored.next_due(), desk.inventory.next_due());
        assert_eq!(
            restored.with_key(&[1; 16]),
            desk.inventory.with_key(&[1; 16])
        );
    }
}

#[test]
fn a_snapshot_of_another_fold_is_dropped() {
    let mut bytes = busy().inventory.snapshot();
    bytes[..2].copy_from_slice(&(SNAPSHOT_VERSION + 1).to_be_bytes());
    let error = Inventory::from_snapshot(&bytes).expect_err("another fold");
    assert_eq!(error, SnapshotError::Version(SNAPSHOT_VERSION + 1));
}

#[test]
fn a_snapshot_of_no_bytes_or_few_is_dropped() {
    let bytes = busy().inventory.snapshot();
    for end in 0..20 {
        assert!(Inventory::from_snapshot(&bytes[..end]).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(common::cases(300)))]

    #[test]
    fn a_damaged_snapshot_is_dropped(at in any::<proptest::sample::Index>(), by in 1..=255u8) {
        let mut bytes = busy().inventory.snapshot();
        let at = at.index(bytes.len());
        bytes[at] ^= by;
        prop_assert!(Inventory::from_snapshot(&bytes).is_err());
    }

    #[test]
    fn a_cut_snapshot_is_dropped(end in any::<proptest::sample::Index>()) {
        let bytes = busy().inventory.snapshot();
        prop_assert!(Inventory::from_snapshot(&bytes[..end.index(bytes.len())]).is_err());
    }
}

#[test]
fn a_secret_does_not_show_in_the_ledger() {
    let mut desk = Desk::open();
    let first = desk.hold(ANN, &[0]);
    let address = boxoffice_model::Address::seal(&KEY, event(), first, common::NONCE);
    let bytes = &desk.ledger.last().unwrap().bytes;
    assert!(!bytes.windows(16).any(|window| *window == address.secret));
}
