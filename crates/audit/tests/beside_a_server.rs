//! An audit beside a box office that goes on: between any two readings holds, payments and their ends
//! may be committed. None of that is a breach, and what is one is found all the same.

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

use boxoffice_store::{ChargeStatus, Store};
use futures::executor::block_on;
use futures::lock::Mutex;
use proptest::prelude::*;

use common::{House, Moving, TestResult, World, audit, cases};

fn moving(house: &House, seed: u64, steps: u64) -> Moving {
    Moving {
        inner: Arc::clone(&house.given.harness.store),
        clock: Arc::clone(&house.given.clock),
        world: Mutex::new(World::new(house.desk.clone())),
        dice: AtomicU64::new(seed),
        steps,
        page: 7,
        stutters: false,
        publishes: AtomicBool::new(false),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(32)))]

    #[test]
    fn a_healthy_box_office_has_no_breach_however_busy(
        seed: u64, before in 0u64..400, steps in 0u64..6,
    ) {
        let house = House::open();
        let store = moving(&house, seed, steps);
        block_on(store.go_on(before));
        let report = audit(&store);
        prop_assert_eq!(report.breaches, []);
        // And once everybody has gone home.
        let report = house.audit();
        prop_assert_eq!(report.breaches, []);
    }

    #[test]
    fn damage_is_found_however_busy_the_box_office(
        seed: u64, before in 0u64..200, steps in 0u64..4, case in 0usize..9,
    ) {
        let (damage, what) = [
            ("UPDATE bookings SET amount = amount + 1 WHERE attempt = ?1", "the booking is of"),
            ("UPDATE bookings SET nonce = nonce + 1 WHERE attempt = ?1", "nonce"),
            ("UPDATE bookings SET status = 'voided' WHERE attempt = ?1", "the booking is voided"),
            ("DELETE FROM bookings WHERE attempt = ?1", "without a booking"),
            ("DELETE FROM tickets WHERE attempt = ?1", "has no ticket"),
            ("UPDATE charges SET status = 'voided' WHERE attempt = ?1", "not paid for"),
            ("UPDATE charges SET amount = 1 WHERE attempt = ?1", "the charge is of"),
            ("UPDATE charges SET refunded = 1 WHERE attempt = ?1", "were paid back"),
            ("UPDATE bookings SET cleanup = 'refund' WHERE attempt = ?1", "to go back"),
        ][case];
        let mut house = House::open();
        let sale = house.sell(&[0]).expect("it is free");
        house.charge(sale, ChargeStatus::Captured).expect("it may be charged");
        house.confirm(sale).expect("it was paid");
        let store = moving(&house, seed, steps);
        block_on(store.go_on(before));
        prop_assert_eq!(house.tamper(damage, [sale.attempt as i64]).expect("a change"), 1);
        let report = audit(&store);
        let found = report.breaches.iter().any(|breach| {
            breach.version == Some(sale.attempt) && breach.what.contains(what)
        });
        prop_assert!(found, "{} is not in {}", what, report);
    }
}

#[test]
fn the_chance_of_these_tests_reaches_every_status() -> TestResult {
    let mut seen = BTreeSet::new();
    for seed in 0..40 {
        let house = House::open();
        let store = moving(&house, seed, 0);
        block_on(store.go_on(10 * seed));
        let bookings = block_on(store.bookings(house.event(), 0, 10_000))?;
        seen.extend(bookings.iter().map(|booking| booking.status.code()));
    }
    assert_eq!(seen.len(), 9, "{seen:?}");
    Ok(())
}

#[test]
fn rows_that_a_store_tells_twice_are_named() -> TestResult {
    let mut house = House::open();
    let sale = house.sell(&[3])?;
    house.charge(sale, ChargeStatus::Captured)?;
    let other = house.sell_paid(&[4])?;
    let refund = house.take_back(other, &[4], true)?;
    let store = Moving {
        stutters: true,
        ..moving(&house, 0, 0)
    };
    let report = audit(&store);
    let named = |what: &str| {
        let mut breaches = report.breaches.iter();
        breaches.any(|breach| breach.version == Some(sale.attempt) && breach.what == what)
    };
    assert!(named("seat 3 has two tickets"), "{report}");
    assert!(named("the attempt was charged twice"), "{report}");
    let twice = "the refund is there twice";
    let mut breaches = report.breaches.iter();
    let named = breaches.any(|breach| breach.version == Some(refund) && breach.what == twice);
    assert!(named, "{report}");
    Ok(())
}

#[test]
fn progress_is_told_page_by_page() {
    let house = House::open();
    let store = moving(&house, 5, 0);
    block_on(store.go_on(100));
    let mut told = Vec::new();
    let report = block_on(boxoffice_audit::audit(&store, &mut |progress| {
        told.push(progress.entries);
    }));
    let report = report.expect("the store can be read");
    assert!(told.len() > 2 && told.is_sorted(), "{told:?}");
    assert_eq!(told.last(), Some(&report.entries));
}

#[test]
fn an_event_that_is_published_meanwhile_is_no_stranger() {
    let house = House::open();
    let store = Moving {
        publishes: AtomicBool::new(true),
        ..moving(&house, 0, 0)
    };
    let report = audit(&store);
    assert_eq!(report.breaches, []);
    assert_eq!(house.audit().events, 2);
}
