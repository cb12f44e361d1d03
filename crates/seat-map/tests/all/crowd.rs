//! Watchers who come and go while seats are sold, given back, blocked, priced anew and added, here and
//! by another process: all of them rebuild exactly the store's map.

use boxoffice_inventory::Command;
use proptest::prelude::*;

use crate::office::{EAGER, HOLD, Office, SMALL, Stage, hold};
use crate::reader::Reader;

#[derive(Clone, Debug)]
enum Step {
    Hold(Vec<u32>),
    HoldElsewhere(Vec<u32>),
    /// Gives back the hold of that version, if there is one.
    Release(u64),
    /// All holds run out, and it is said so.
    Expire,
    Block(u32),
    Unblock(u32),
    Price(u64),
    /// Two more places on the balcony.
    Grow,
    /// What other processes did is fetched.
    Refresh,
    Connect(usize),
    Disconnect(usize),
    Read(usize, usize),
}

const READERS: usize = 5;

fn step() -> impl Strategy<Value = Step> {
    let seats = || {
        let seats = prop::collection::btree_set(0..20_u32, 1..4);
        seats.prop_map(|seats| seats.into_iter().collect::<Vec<_>>())
    };
    prop_oneof![
        12 => seats().prop_map(Step::Hold),
        3 => seats().prop_map(Step::HoldElsewhere),
        6 => (2..60_u64).prop_map(Step::Release),
        1 => Just(Step::Expire),
        2 => (0..20_u32).prop_map(Step::Block),
        2 => (0..20_u32).prop_map(Step::Unblock),
        1 => (1..9_u64).prop_map(Step::Price),
        1 => Just(Step::Grow),
        3 => Just(Step::Refresh),
        8 => (0..READERS).prop_map(Step::Connect),
        4 => (0..READERS).prop_map(Step::Disconnect),
        12 => (0..READERS, 1..4_usize).prop_map(|(reader, most)| Step::Read(reader, most)),
    ]
}

struct Play {
    office: Office,
    stage: Stage,
    price: u64,
    readers: Vec<Reader>,
}

impl Play {
    async fn begin() -> Self {
        let sections = [None, Some("Floor"), None, Some("Balcony"), None];
        Play {
            office: Office::open(SMALL, EAGER).await,
            stage: SMALL,
            price: 1_000,
            readers: sections.map(Reader::new).into(),
        }
    }

    async fn step(&mut self, step: Step) {
        let office = &self.office;
        // What is refused changes nothing; who is refused is the inventory's business.
        match step {
            Step::Hold(seats) => drop(office.submit(hold(&seats)).await.unwrap()),
            Step::HoldElsewhere(seats) => {
                let hold = hold(&seats);
                drop(office.elsewhere.submit(office.event(), hold).await.unwrap());
            }
            Step::Release(first) => {
                drop(office.submit(Command::Release { first }).await.unwrap());
            }
            Step::Expire => {
                office.clock.turn(HOLD);
                drop(
                    office
                        .submit(Command::Sweep { at_most: 100 })
                        .await
                        .unwrap(),
                );
            }
            Step::Block(seat) => {
                drop(
                    office
                        .submit(Command::Block { seats: vec![seat] })
                        .await
                        .unwrap(),
                );
            }
            Step::Unblock(seat) => {
                drop(
                    office
                        .submit(Command::Unblock { seats: vec![seat] })
                        .await
                        .unwrap(),
                );
            }
            Step::Price(price) => {
                self.price = price * 100;
                office.revise(self.stage, [2_500, self.price]).await;
            }
            Step::Grow => {
                self.stage.1 += 2;
                office.revise(self.stage, [2_500, self.price]).await;
            }
            Step::Refresh => office.maps.refresh().await.unwrap(),
            Step::Connect(reader) => self.readers[reader].connect(office).await,
            Step::Disconnect(reader) => self.readers[reader].disconnect(),
            Step::Read(reader, most) => self.readers[reader].read(office, most).await,
        }
    }

    /// Everybody comes back and reads all there is.
    async fn end(mut self) {
        self.office.maps.refresh().await.unwrap();
        let truth = self.office.folded().await;
        for reader in &mut self.readers {
            self.office.follower().await.view().version();
            reader.connect(&self.office).await;
            reader.read(&self.office, 1000).await;
            // What moves no seat may be told with the next beat only.
            assert!(reader.version <= truth.version());
            reader.check(&truth, self.stage);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn watchers_who_come_and_go_rebuild_exactly_the_stores_map(
        steps in prop::collection::vec(step(), 1..120)
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let mut play = Play::begin().await;
            for step in steps {
                play.step(step).await;
            }
            play.end().await;
        });
    }
}
