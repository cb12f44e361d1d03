//! Random steps: small numbers that are read as commands against what there is when their turn comes,
//! so that most of them mean something.

use boxoffice_inventory::{
    Best, Command, Facts, FailReason, Hold, Idempotency, SaleStatus, Wanted,
};
use boxoffice_model::{Micros, OwnerHash, Timestamp};
use proptest::prelude::*;

use crate::common::{ANN, BEN, Desk, HOLD, HOUR, LIMIT, MINUTE, house, idempotency};
use crate::naive::{Card, End, Notebook, Reads};

pub(crate) const CAT: OwnerHash = [0xc; 16];
/// So many idempotency keys for holds; they are used again.
pub(crate) const KEYS: u8 = 4;

#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) wait: Wait,
    pub(crate) what: What,
    /// Whether the inventory goes through a snapshot afterwards.
    pub(crate) restart: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Wait {
    No,
    For(Micros),
    /// Until the next reservation or attempt runs out, and a little more or less.
    UntilDue(Micros),
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    Hold {
        owner: u8,
        seats: Vec<u32>,
        key: Option<(u8, u8)>,
        short: bool,
    },
    Best {
        owner: u8,
        key: Option<(u8, u8)>,
        best: (u32, u8, u8, bool),
    },
    Recall(u8, u8),
    Change {
        who: usize,
        keep: u8,
        add: Vec<u32>,
    },
    Extend(usize),
    Release(usize),
    Pay {
        who: usize,
        key: u8,
        request: u8,
        long: bool,
    },
    Book(usize, usize),
    Fail(usize, usize, u8),
    CancelBooking(usize, u8),
    Sweep(usize),
    Block(Vec<u32>),
    Unblock(Vec<u32>),
    Revise(Revision),
    CancelEvent,
}

#[derive(Clone, Debug)]
pub(crate) enum Revision {
    Price(usize, Option<u64>),
    Limits(u32, Option<u32>),
    Status(u8),
    SaleBegins(Option<Micros>),
    SaleEnds(Option<Micros>),
    Grow,
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![
        40 => Just(Wait::No),
        20 => (1..MINUTE).prop_map(Wait::For),
        3 => (1..12 * MINUTE).prop_map(Wait::For),
        6 => (-1..=1i64).prop_map(Wait::UntilDue),
        1 => Just(Wait::For(24 * HOUR)),
        1 => (23 * HOUR..26 * HOUR).prop_map(Wait::For),
    ];
    let restart = proptest::bool::weighted(0.03);
    (wait, what(), restart).prop_map(|(wait, what, restart)| Step {
        wait,
        what,
        restart,
    })
}

/// Only few who pay again and again, so that attempts pile up.
pub(crate) fn paying_step() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![
        20 => Just(Wait::No),
        1 => (1..MINUTE).prop_map(Wait::For),
        1 => (-1..=1i64).prop_map(Wait::UntilDue),
    ];
    let seats = (0..2u32).prop_map(|seat| vec![seat]);
    let what = prop_oneof![
        2 => (0..2u8, seats)
            .prop_map(|(owner, seats)| What::Hold { owner, seats, key: None, short: false }),
        1 => (0..2usize).prop_map(What::Extend),
        9 => (0..2usize, 0..20u8)
            .prop_map(|(who, key)| What::Pay { who, key, request: 0, long: false }),
        9 => (0..2usize, 0..9u8).prop_map(|(who, why)| What::Fail(who, 0, why)),
        1 => (0..2usize).prop_map(|who| What::Book(who, 0)),
    ];
    (wait, what).prop_map(|(wait, what)| Step {
        wait,
        what,
        restart: false,
    })
}

fn what() -> impl Strategy<Value = What> {
    // Few, so that they are wanted often; seldom one that is not there yet, or never.
    let seat = || prop_oneof![30 => 0..37u32, 1 => 37..47u32];
    let seats = move || proptest::collection::vec(seat(), 1..5);
    let key = || proptest::option::weighted(0.4, (0..KEYS, 0..2u8));
    let who = || prop_oneof![4 => Just(0), 8 => 0..4usize, 1 => 4..40usize];
    let which = || prop_oneof![6 => Just(0), 1 => 1..4usize];
    prop_oneof![
        8 => (0..3u8, seats(), key(), any::<bool>())
            .prop_map(|(owner, seats, key, short)| What::Hold { owner, seats, key, short }),
        5 => (0..3u8, key(), (1..7u32, 0..5u8, 0..5u8, any::<bool>()))
            .prop_map(|(owner, key, best)| What::Best { owner, key, best }),
        1 => (0..KEYS, 0..2u8).prop_map(|(key, request)| What::Recall(key, request)),
        4 => (who(), any::<u8>(), proptest::collection::vec(seat(), 0..3))
            .prop_map(|(who, keep, add)| What::Change { who, keep, add }),
        2 => who().prop_map(What::Extend),
        3 => who().prop_map(What::Release),
        10 => (who(), 0..12u8, 0..8u8, any::<bool>())
            .prop_map(|(who, key, request, long)| What::Pay { who, key, request: request / 7, long }),
        4 => (who(), which()).prop_map(|(who, which)| What::Book(who, which)),
        6 => (who(), which(), 0..4u8).prop_map(|(who, which, why)| What::Fail(who, which, why)),
        2 => (who(), 0..4u8).prop_map(|(who, why)| What::CancelBooking(who, why)),
        2 => (0..4usize).prop_map(What::Sweep),
        1 => seats().prop_map(What::Block),
        1 => seats().prop_map(What::Unblock),
        2 => revision().prop_map(What::Revise),
        1 => proptest::bool::weighted(0.1)
            .prop_map(|cancel| if cancel { What::CancelEvent } else { What::Sweep(9) }),
    ]
}

fn revision() -> impl Strategy<Value = Revision> {
    let price = proptest::option::weighted(0.7, 0..9_000u64);
    let time = || proptest::option::weighted(0.3, -HOUR..HOUR);
    prop_oneof![
        3 => (0..3usize, price).prop_map(|(category, price)| Revision::Price(category, price)),
        2 => (1..9u32, proptest::option::of(1..12u32))
            .prop_map(|(most, buyer)| Revision::Limits(most, buyer)),
        2 => (0..16u8).prop_map(Revision::Status),
        1 => time().prop_map(Revision::SaleBegins),
        1 => time().prop_map(Revision::SaleEnds),
        2 => Just(Revision::Grow),
    ]
}

/// Reads steps as commands.
#[derive(Default)]
pub(crate) struct Steps {
    /// How far the house has grown.
    pub(crate) stage: usize,
}

impl Steps {
    pub(crate) fn time(&self, step: &Step, notebook: &Notebook, now: Timestamp) -> Timestamp {
        match step.wait {
            Wait::No => now,
            Wait::For(span) => now.plus(span),
            Wait::UntilDue(more) => {
                let due = notebook.cards.iter().filter_map(Card::due).min();
                due.map_or(now, |due| now.max(due.plus(more)))
            }
        }
    }

    pub(crate) fn command(&mut self, step: &Step, notebook: &Notebook, desk: &Desk) -> Command {
        let held = |who: &usize| {
            let reads = |card: &Card| notebook.reads(card.first, desk.now);
            named(notebook, *who, |card| reads(card) == Some(Reads::Held))
        };
        let paying = |who: &usize| named(notebook, *who, |card| card.open().is_some());
        let sold = |who: &usize| {
            named(notebook, *who, |card| {
                matches!(card.end, Some(End::Sold(_)))
            })
        };
        match &step.what {
            What::Hold {
                owner,
                seats,
                key,
                short,
            } => {
                let wanted = Wanted::Seats(distinct(seats));
                let span = if *short { MINUTE } else { HOLD };
                Command::Hold(hold(*owner, *key, wanted, span))
            }
            What::Best { owner, key, best } => {
                Command::Hold(hold(*owner, *key, Wanted::Best(self::best(*best)), HOLD))
            }
            What::Recall(key, request) => Command::Recall(idempotency(*key, *request)),
            What::Change { who, keep, add } => change(notebook, held(who), *keep, add),
            What::Extend(who) => Command::Extend { first: held(who) },
            What::Release(who) => Command::Release { first: held(who) },
            What::Pay {
                who,
                key,
                request,
                long,
            } => Command::Pay {
                first: held(who),
                idempotency: idempotency(*key, *request),
                limit: if *long { HOUR } else { LIMIT },
            },
            What::Book(who, which) => Command::Book {
                first: paying(who),
                attempt: attempt(notebook, paying(who), *which),
            },
            What::Fail(who, which, why) => Command::FailPayment {
                first: paying(who),
                attempt: attempt(notebook, paying(who), *which),
                reason: reason(*why),
            },
            What::CancelBooking(who, why) => Command::CancelBooking {
                first: sold(who),
                attempt: attempt(notebook, sold(who), 0),
                reason: reason(*why),
            },
            What::Sweep(at_most) => Command::Sweep { at_most: *at_most },
            What::Block(seats) => Command::Block {
                seats: distinct(seats),
            },
            What::Unblock(seats) => Command::Unblock {
                seats: distinct(seats),
            },
            What::Revise(revision) => self.revise(revision, desk),
            What::CancelEvent => Command::CancelEvent,
        }
    }

    fn revise(&mut self, revision: &Revision, desk: &Desk) -> Command {
        let mut facts: Facts = desk.inventory.facts().expect("facts").clone();
        match *revision {
            Revision::Price(category, price) => facts.prices[category] = price,
            Revision::Limits(most, buyer) => {
                facts.max_seats_per_reservation = most;
                facts.max_seats_per_buyer = buyer;
            }
            Revision::Status(status) => {
                facts.status = match status {
                    0 => SaleStatus::Postponed,
                    1 => SaleStatus::Cancelled,
                    2 => SaleStatus::Rescheduled,
                    _ => SaleStatus::Scheduled,
                };
            }
            Revision::SaleBegins(after) => facts.on_sale_at = after.map(|it| desk.now.plus(it)),
            Revision::SaleEnds(after) => facts.sale_ends_at = after.map(|it| desk.now.plus(it)),
            Revision::Grow => {
                self.stage = (self.stage + 1).min(house::STAGES);
                facts.layout = Some(house::layout(self.stage));
            }
        }
        Command::Revise(Box::new(facts))
    }
}

/// One of the latest reservations that the command is meant for, 0 is the last; or, beyond those, any.
/// Without any, one that never was.
fn named(notebook: &Notebook, who: usize, meant: impl Fn(&Card) -> bool) -> u64 {
    let meant: Vec<&Card> = notebook.cards.iter().filter(|card| meant(card)).collect();
    let any = notebook.cards.iter().rev().nth(who);
    let found = match meant.len() {
        0 => any,
        _ if who >= 4 => any,
        count => meant.iter().rev().nth(who % count).copied(),
    };
    found.map_or(1_000, |card| card.first)
}

/// One of a reservation's latest attempts; 0 is the last.
fn attempt(notebook: &Notebook, first: u64, which: usize) -> u64 {
    let card = notebook.card(first);
    let known = card.and_then(|card| card.tries.iter().rev().nth(which));
    known.map_or(2_000, |known| known.version)
}

fn change(notebook: &Notebook, first: u64, keep: u8, add: &[u32]) -> Command {
    let had = notebook.card(first).map_or(&[][..], |card| &card.seats);
    let kept = had
        .iter()
        .enumerate()
        .filter(|(at, _)| keep >> (at % 8) & 1 == 1);
    let mut seats: Vec<u32> = kept.map(|(_, seat)| seat.index).collect();
    seats.extend(add);
    if seats.is_empty() {
        // The door lets no empty list through.
        seats.push(had.first().map_or(0, |seat| seat.index));
    }
    Command::ChangeSeats {
        first,
        seats: distinct(&seats),
    }
}

fn hold(owner: u8, key: Option<(u8, u8)>, wanted: Wanted, hold: Micros) -> Hold {
    let key = key.map(|(key, request)| -> Idempotency { idempotency(key, request) });
    Hold {
        owner: [ANN, BEN, CAT][usize::from(owner)],
        bound: true,
        idempotency: key,
        wanted,
        hold,
    }
}

fn best((quantity, place, price, split): (u32, u8, u8, bool)) -> Best {
    Best {
        quantity,
        sections: match place {
            0 => Some(vec![0]),
            1 => Some(vec![1, 2]),
            _ => None,
        },
        categories: match place {
            2 => Some(vec![1]),
            3 => Some(vec![0, 2]),
            _ => None,
        },
        max_price: (price == 0).then_some(3_000),
        split,
    }
}

fn reason(why: u8) -> FailReason {
    match why {
        0 => FailReason::TimedOut,
        1 => FailReason::Unavailable,
        2 => FailReason::CaptureFailed { code: "x".into() },
        _ => FailReason::Declined {
            code: "card_declined".into(),
        },
    }
}

fn distinct(seats: &[u32]) -> Vec<u32> {
    let mut distinct = Vec::new();
    for seat in seats {
        if !distinct.contains(seat) {
            distinct.push(*seat);
        }
    }
    distinct
}
