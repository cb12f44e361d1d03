//! A damaged ledger stops the fold at the very entry, by event and version; a damaged snapshot is
//! dropped. Neither is ever papered over.
#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod common;

use boxoffice_inventory::{
    Command, Head, Inventory, Problem, SNAPSHOT_VERSION, SnapshotError, StoredEntry, invariants,
};
use common::{ANN, BEN, Desk, KEY, busy, event, replay, troubled};
use proptest::prelude::*;

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
    let mut called_off = troubled();
    called_off.act(Command::CancelEvent);
    for desk in [busy(), troubled(), called_off] {
        for at in 0..=desk.ledger.len() {
            let bytes = replay(&desk.ledger[..at]).unwrap().snapshot();
            let mut restored = Inventory::from_snapshot(&bytes).unwrap();
            assert_eq!(restored.version(), at as u64);
            for stored in &desk.ledger[at..] {
                restored.replay(stored).unwrap();
            }
            invariants::check(&restored).unwrap();
            is_the_same(&restored, &desk);
        }
    }
}

fn is_the_same(restored: &Inventory, desk: &Desk) {
    assert_eq!(restored.head(), desk.inventory.head());
    assert_eq!(restored.statuses(), desk.inventory.statuses());
    assert_eq!(restored.counts(), desk.inventory.counts());
    assert_eq!(restored.next_due(), desk.inventory.next_due());
    let key = [1; 16];
    assert_eq!(restored.with_key(&key), desk.inventory.with_key(&key));
    for buyer in [ANN, BEN, [0xd; 16], [0xe; 16]] {
        let has = desk.inventory.seats_of(&buyer, desk.now);
        assert_eq!(restored.seats_of(&buyer, desk.now), has);
    }
    for reservation in desk.inventory.reservations() {
        let found = restored.reservation(reservation.first);
        assert_eq!(found, Some(reservation));
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
