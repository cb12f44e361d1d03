//! Which seats are clearly taken: whatever the map refuses, the lane would have refused.

use boxoffice_inventory::{Command, Outcome, Refusal};
use boxoffice_store::Store;
use proptest::prelude::*;

use crate::office::{EAGER, HOLD, Office, SMALL, hold};

#[tokio::test]
async fn what_is_held_well_beyond_now_is_clearly_taken_and_what_may_have_lapsed_is_not() {
    let office = Office::open(SMALL, EAGER).await;
    let map = office.follower().await;
    office.hold(&[1, 2]).await;
    let taken = |seats: &[u32]| map.clearly_taken(seats, Some(&[1; 16]), office.store.now());
    assert_eq!(taken(&[0, 1, 2]), Some(vec![1, 2]));
    assert_eq!(taken(&[0, 3]), None);
    office.clock.turn(HOLD - 3_000_000);
    assert_eq!(taken(&[1]), Some(vec![1]));
    // Another node's clock may be ahead of ours by this much.
    office.clock.turn(1_500_000);
    assert_eq!(taken(&[1]), None);
    office.clock.turn(HOLD);
    assert_eq!(taken(&[1]), None);
}

#[derive(Clone, Debug)]
struct Try {
    seats: Vec<u32>,
    wait: i64,
    what: u8,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let seats = prop::collection::btree_set(0..20_u32, 1..4);
    let one = (seats, 0..400_000_000_i64, any::<u8>());
    let one = one.prop_map(|(seats, wait, what)| Try {
        seats: seats.into_iter().collect(),
        wait,
        what,
    });
    prop::collection::vec(one, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_the_map_refuses_the_lane_refuses_in_the_same_words(tries in tries()) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let office = Office::open(SMALL, EAGER).await;
            let map = office.follower().await;
            for Try { seats, wait, what } in tries {
                office.clock.turn(wait);
                match what % 8 {
                    0 => drop(office.submit(Command::Block { seats: seats.clone() }).await.unwrap()),
                    1 => drop(office.submit(Command::Sweep { at_most: 3 }).await.unwrap()),
                    2 => drop(office.submit(Command::CancelEvent).await.unwrap()),
                    _ => {}
                }
                let refused = map.clearly_taken(&seats, Some(&[1; 16]), office.store.now());
                let decided = office.submit(hold(&seats)).await.unwrap();
                if let Some(taken) = refused {
                    let Outcome::Refused(Refusal::SeatsTaken(by_the_lane)) = decided else {
                        panic!("the lane says {decided:?} of {seats:?}");
                    };
                    assert_eq!(taken, by_the_lane);
                }
            }
        });
    }
}
