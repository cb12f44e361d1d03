//! Random crowds and random faults: whatever was acknowledged is in the ledger, and nothing is sold
//! twice.

use boxoffice_inventory::{Command, Outcome, invariants};
use boxoffice_sequencer::SequencerError;
use boxoffice_store::Store;
use boxoffice_store::conformance::{COMMIT_FAULTS, CommitFault};
use futures::future::join_all;
use proptest::prelude::*;

use crate::office::{Limits, Office, WIDE, hold};

/// What one of a crowd does.
#[derive(Clone, Debug)]
enum Deed {
    Hold(usize, Vec<u32>),
    /// Gives back what was held so many acknowledged holds ago.
    Release(usize),
}

#[derive(Clone, Debug)]
struct Round {
    deeds: Vec<Deed>,
    fault: Option<CommitFault>,
    wait: i64,
}

fn deed() -> impl Strategy<Value = Deed> {
    let seats = prop::collection::btree_set(0..12u32, 1..4);
    prop_oneof![
        3 => (0..3usize, seats).prop_map(|(at, seats)| Deed::Hold(at, seats.into_iter().collect())),
        1 => (0..20usize).prop_map(Deed::Release),
    ]
}

fn round() -> impl Strategy<Value = Round> {
    let fault = prop::option::weighted(0.4, prop::sample::select(COMMIT_FAULTS.to_vec()));
    (
        prop::collection::vec(deed(), 1..12),
        fault,
        0..400_000_000i64,
    )
        .prop_map(|(deeds, fault, wait)| Round { deeds, fault, wait })
}

async fn play(rounds: Vec<Round>) {
    let limits = Limits {
        inventories: 2,
        snapshot_every: 7,
        ..WIDE
    };
    let office = Office::open(3, limits).await;
    let mut held: Vec<(usize, u64)> = Vec::new();
    for Round { deeds, fault, wait } in rounds {
        office.store.plan(fault.as_slice());
        let crowd = deeds.iter().map(|deed| {
            let (at, command) = match deed {
                Deed::Hold(at, seats) => (*at, hold(seats)),
                Deed::Release(ago) => match held.iter().rev().nth(*ago) {
                    Some((at, first)) => (*at, Command::Release { first: *first }),
                    None => (0, Command::Sweep { at_most: 9 }),
                },
            };
            let office = &office;
            async move { (at, office.submit(at, command).await) }
        });
        for (at, answer) in join_all(crowd.collect::<Vec<_>>()).await {
            match answer {
                Ok(Outcome::Held { address, .. }) => held.push((at, address.version)),
                Ok(_) | Err(SequencerError::StoreUnavailable | SequencerError::OutcomeUnknown) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        office.clock.turn(wait);
    }
    for at in 0..3 {
        // Folding proves the chain and that no seat had two owners; the rest is derived.
        let folded = office.folded(at).await;
        invariants::check(&folded).unwrap();
        for (_, first) in held.iter().filter(|(of, _)| *of == at) {
            // By its address: what has ended may be forgotten.
            let entries = office.store.reservation(office.event(at), *first).await;
            assert!(!entries.unwrap().is_empty(), "{at} {first}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn acknowledged_holds_are_there_and_no_seat_has_two_owners(
        rounds in prop::collection::vec(round(), 1..12)
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(play(rounds));
    }
}
