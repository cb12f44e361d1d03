//! Random histories in a real store: what the test provider keeps of them agrees with them as a report in
//! the plain form, at every moment, and one changed line is named.

use std::fmt::Write as _;

use boxoffice_audit::{Period, ProviderReport, reconcile};
use boxoffice_store::{BookingStatus, Charge, ChargeStatus, Cleanup};
use futures::executor::block_on;
use proptest::prelude::*;

use crate::common::{House, World, cases};

/// SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>, public domain).
fn throw(dice: &mut u64) -> u64 {
    *dice = dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*dice ^ (*dice >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A house in which so many steps were taken, and the charges of its provider.
fn history(mut seed: u64, steps: u64) -> (House, Vec<Charge>) {
    let house = House::open();
    let mut world = World::new(house.desk.clone());
    for _ in 0..steps {
        let dice = throw(&mut seed);
        let step = world.step(house.store(), &house.given.clock, dice);
        block_on(step).expect("the box office goes on");
    }
    let charges = block_on(house.store().charges(house.event())).expect("its charges");
    (house, charges)
}

fn report(charges: &[Charge]) -> String {
    let mut text = "attempt,currency,taken,refunded\n".to_owned();
    for charge in charges {
        let taken = if charge.status == ChargeStatus::Captured {
            charge.amount
        } else {
            0
        };
        let Charge {
            event,
            attempt,
            currency,
            refunded,
            ..
        } = charge;
        writeln!(text, "{event}:{attempt},{currency},{taken},{refunded}").expect("text");
    }
    text
}

/// The attempts that differ.
fn differ(house: &House, report: &str) -> Vec<u64> {
    let report = ProviderReport::read(report.as_bytes()).expect("a report");
    let result = block_on(reconcile(house.store(), &report, Period::default()));
    let result = result.expect("the store can be read");
    result
        .differences
        .iter()
        .map(|found| found.case.attempt)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(24)))]

    #[test]
    fn what_the_provider_keeps_agrees_at_every_moment(seed: u64, steps in 0u64..400) {
        let (house, charges) = history(seed, steps);
        prop_assert_eq!(differ(&house, &report(&charges)), Vec::<u64>::new());
    }

    #[test]
    fn a_changed_line_is_named_alone(seed: u64, steps in 50u64..400, at: usize, more in 1u64..9) {
        let (house, mut charges) = history(seed, steps);
        let settled = |charge: &Charge| {
            let booking = block_on(house.store().booking(house.event(), charge.attempt));
            let booking = booking.expect("a store").expect("a booking");
            charge.status == ChargeStatus::Captured && !booking.status.under_way()
                && (booking.cleanup == Cleanup::None || booking.status == BookingStatus::Confirmed)
        };
        let settled: Vec<usize> = (0..charges.len()).filter(|at| settled(&charges[*at])).collect();
        prop_assume!(!settled.is_empty());
        let changed = &mut charges[settled[at % settled.len()]];
        changed.amount += more;
        let attempt = changed.attempt;
        prop_assert_eq!(differ(&house, &report(&charges)), [attempt]);
    }
}
