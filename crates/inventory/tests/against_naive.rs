//! `decide` and `fold` against the notebook in `naive`: the same commands at the same times, and after
//! each the same answer, the same entries and the same seats. At the end the ledger is folded again
//! from its bytes, and read as an outsider would.
#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod common;
mod naive;
mod outsider;
mod steps;

use std::collections::BTreeMap;

use boxoffice_inventory::{
    Attempt, AttemptState, Change, Command, Entry, Held, Inventory, Outcome, Paying, Reservation,
    SeatStatus, Standing, State,
};
use boxoffice_model::{Address, Timestamp};
use common::{BEGIN, Desk, event, facts, house};
use naive::{End, Notebook, Over, Reads};
use proptest::prelude::*;
use steps::{CAT, Step, Steps};

proptest! {
    #![proptest_config(ProptestConfig {
        max_shrink_iters: 4_000,
        ..ProptestConfig::with_cases(common::cases(1_200))
    })]

    #[test]
    fn the_inventory_agrees_with_the_notebook(steps in proptest::collection::vec(steps::step(), 1..100)) {
        let mut run = Run::begin();
        for step in &steps {
            run.step(step);
        }
        run.end();
    }

    #[test]
    fn attempts_that_pile_up_agree_with_the_notebook(steps in proptest::collection::vec(steps::paying_step(), 1..60)) {
        let mut run = Run::begin();
        for step in &steps {
            run.step(step);
        }
        run.end();
    }

    #[test]
    fn money_late_or_given_back_agrees_with_the_notebook(steps in proptest::collection::vec(steps::late_step(), 1..80)) {
        let mut run = Run::begin();
        run.step(&steps::limit(3));
        for step in &steps {
            run.step(step);
        }
        run.end();
    }
}

struct Run {
    desk: Desk,
    notebook: Notebook,
    steps: Steps,
}

impl Run {
    fn begin() -> Self {
        let mut run = Run {
            desk: Desk {
                inventory: Inventory::new(event()),
                ledger: Vec::new(),
                now: BEGIN,
            },
            notebook: Notebook::default(),
            steps: Steps::default(),
        };
        let mut facts = facts();
        facts.date = BEGIN.plus(3_650 * 24 * common::HOUR);
        run.command(Command::Revise(Box::new(facts)));
        run
    }

    fn step(&mut self, step: &Step) {
        self.desk.now = self.steps.time(step, &self.notebook, self.desk.now);
        let command = self.steps.command(step, &self.notebook, &self.desk);
        self.command(command);
        if step.restart {
            let bytes = self.desk.inventory.snapshot();
            self.desk.inventory = Inventory::from_snapshot(&bytes).unwrap();
            self.compare();
        }
    }

    /// Decides and folds, and has the notebook do the same.
    fn command(&mut self, command: Command) {
        let decision = self.desk.decide(&command);
        let again = self.desk.decide(&command);
        assert_eq!(decision.outcome, again.outcome);
        assert_eq!(decision.changes, again.changes);
        self.addresses_name_their_entries(&decision.outcome, &decision.changes);
        for change in &decision.changes {
            self.desk.append(change.clone());
        }
        let now = self.desk.now;
        let picked = picked(&decision.outcome);
        let expected = self.notebook.act(&command, self.steps.stage, &picked, now);
        let actual = without_secrets(decision.outcome, decision.changes);
        assert_eq!(actual, expected, "{command:?}");
        self.compare();
    }

    fn addresses_name_their_entries(&self, outcome: &Outcome, changes: &[Change]) {
        let secret = match changes.last() {
            Some(Change::Held(held)) => held.secret,
            Some(Change::Paying(paying)) => paying.secret,
            _ => return,
        };
        let (Outcome::Held { address, .. } | Outcome::Paying { address, .. }) = outcome else {
            panic!("{outcome:?} has no address")
        };
        assert!(address.proves(&secret));
    }

    fn compare(&self) {
        let (inventory, notebook, now) = (&self.desk.inventory, &self.notebook, self.desk.now);
        assert_eq!(inventory.version(), notebook.version);
        assert_eq!(inventory.seat_count(), notebook.seat_count());
        let mut counts = [0; 4];
        for seat in 0..notebook.seat_count() {
            let shows = notebook.shows(seat);
            assert_eq!(inventory.status(seat), Some(shows), "seat {seat}");
            assert_eq!(inventory.owner_of(seat), notebook.has(seat), "seat {seat}");
            counts[shows as usize] += 1;
        }
        let has = inventory.counts();
        assert_eq!(counts, [has.available, has.held, has.booked, has.blocked]);
        for buyer in [CAT].into_iter().chain(steps::MARKS) {
            assert_eq!(
                inventory.seats_of(&buyer, now),
                notebook.seats_of(buyer, now)
            );
        }
        let due = notebook.cards.iter().filter_map(naive::Card::due).min();
        assert_eq!(inventory.next_due(), due);
        self.compare_cards(now);
    }

    fn compare_cards(&self, now: Timestamp) {
        let (inventory, notebook) = (&self.desk.inventory, &self.notebook);
        let kept = notebook.cards.iter().filter(|card| !card.gone).count();
        assert_eq!(inventory.reservations().count(), kept);
        for card in &notebook.cards {
            let found = inventory.reservation(card.first);
            assert_eq!(found.is_some(), !card.gone);
            if let Some(found) = found {
                assert_eq!(*found, as_reservation(card, found));
                let reads = notebook.reads(card.first, now).unwrap();
                assert_eq!(found.standing(now), as_standing(reads));
            }
        }
    }

    /// Folds the ledger again from its bytes, and reads it as an outsider.
    fn end(&self) {
        let live = &self.desk.inventory;
        let mut replayed = Inventory::new(event());
        for stored in &self.desk.ledger {
            replayed.replay(stored).expect("a sound ledger");
        }
        assert_eq!(replayed.version(), live.version());
        assert_eq!(replayed.head(), live.head());
        assert_eq!(replayed.last_at(), live.last_at());
        assert_eq!(replayed.statuses(), live.statuses());
        assert_eq!(replayed.counts(), live.counts());
        assert_eq!(replayed.facts(), live.facts());
        assert_eq!(by_version(&replayed), by_version(live));
        for key in 0..steps::KEYS {
            assert_eq!(replayed.with_key(&[key; 16]), live.with_key(&[key; 16]));
        }
        let entry =
            |stored: &boxoffice_inventory::StoredEntry| Entry::decode(&stored.bytes).unwrap();
        outsider::read(self.desk.ledger.iter().map(entry));
    }
}

fn by_version(inventory: &Inventory) -> BTreeMap<u64, &Reservation> {
    let named = inventory.reservations().map(|it| (it.first, it));
    named.collect()
}

fn picked(outcome: &Outcome) -> Vec<u32> {
    match outcome {
        Outcome::Held { seats, .. } => seats.iter().map(|seat| seat.index).collect(),
        _ => Vec::new(),
    }
}

/// The notebook has no keys: its secrets are zeros.
fn without_secrets(mut outcome: Outcome, mut changes: Vec<Change>) -> (Outcome, Vec<Change>) {
    if let Outcome::Held { address, .. } | Outcome::Paying { address, .. } = &mut outcome {
        *address = Address {
            secret: [0; 16],
            ..*address
        };
    }
    for change in &mut changes {
        if let Change::Held(Held { secret, .. }) | Change::Paying(Paying { secret, .. }) = change {
            *secret = [0; 32];
        }
    }
    (outcome, changes)
}

/// A card as a reservation; what a notebook does not know is taken from the one it is compared with.
fn as_reservation(card: &naive::Card, found: &Reservation) -> Reservation {
    let attempt = |(at, known): (usize, &naive::Try)| Attempt {
        version: known.version,
        key: known.key,
        request: known.request,
        secret: found.attempts.get(at).map_or([0; 32], |it| it.secret),
        started: known.from,
        limit: known.limit,
        state: match &known.over {
            None => AttemptState::UnderWay,
            Some(Over::Sold) => AttemptState::Booked,
            Some(Over::Failed(reason)) => AttemptState::Failed(reason.clone()),
            Some(Over::Undone(reason)) => AttemptState::Cancelled(reason.clone()),
            Some(Over::Refunded) => AttemptState::Refunded,
        },
    };
    Reservation {
        first: card.first,
        owner: card.owner,
        bound: true,
        secret: found.secret,
        started: card.made,
        first_until: card.made.plus(card.hold),
        until: card.until,
        extended: card.extended,
        seats: card.seats.clone(),
        seated: found.seated,
        state: match (card.end, card.open()) {
            (Some(End::Sold(attempt)), _) => State::Booked { attempt },
            (Some(End::GivenBack), _) => State::Released,
            (Some(End::RanOut), _) => State::Expired,
            (None, Some(open)) => State::Paying {
                attempt: open.version,
                limit: open.limit,
            },
            (None, None) => State::Held,
        },
        attempts: card.tries.iter().enumerate().map(attempt).collect(),
        idempotency: card.key,
        marks: card.marks.clone(),
        returned: card.returned.clone(),
        ended: card.ended_at,
    }
}

fn as_standing(reads: Reads) -> Standing {
    match reads {
        Reads::Held => Standing::Held,
        Reads::Paying(attempt) => Standing::Paying { attempt },
        Reads::Sold(attempt) => Standing::Booked { attempt },
        Reads::GivenBack => Standing::Released,
        Reads::RanOut => Standing::Expired,
    }
}

#[test]
fn the_notebook_and_the_inventory_begin_the_same() {
    let run = Run::begin();
    assert_eq!(run.notebook.shows(20), SeatStatus::Blocked);
    assert_eq!(run.notebook.seat_count(), house::seat_count(0));
    run.end();
}
