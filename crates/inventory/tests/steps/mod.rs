//! Steps: small numbers that are read as commands against what there is when their turn comes, so that
//! most of them mean something.

mod random;

use boxoffice_inventory::{
    Best, Command, Facts, FailReason, Hold, Idempotency, SaleStatus, Wanted,
};
use boxoffice_model::{Micros, OwnerHash, Timestamp};

use crate::common::{ANN, BEN, Desk, HOLD, HOUR, LIMIT, MINUTE, house, idempotency};
use crate::naive::{Card, End, Notebook, Reads};
pub(crate) use random::{late_step, limit, paying_step, step};

pub(crate) const CAT: OwnerHash = [0xc; 16];
/// By what buyers are known: two of them are owners, too.
pub(crate) const MARKS: [OwnerHash; 4] = [ANN, BEN, [0xd; 16], [0xe; 16]];
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
    /// Who, which attempt, for how many minutes.
    Redirect(usize, usize, i64),
    /// Who, and by which of the marks.
    KnowBuyer(usize, Vec<usize>),
    BookLate(usize, usize),
    Refund {
        who: usize,
        which: usize,
        /// All, or those of these bits and one that may be another's.
        seats: Option<(u8, Option<u32>)>,
        resell: bool,
    },
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
        let late = |who: &usize| {
            named(notebook, *who, |card| {
                let over = matches!(card.end, Some(End::Sold(_) | End::GivenBack));
                !over && !card.timed_out(desk.now).is_empty()
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
            What::Redirect(who, which, minutes) => Command::Redirect {
                first: paying(who),
                attempt: attempt(notebook, paying(who), *which),
                limit: minutes * MINUTE,
            },
            What::KnowBuyer(who, marks) => Command::KnowBuyer {
                first: match who % 2 {
                    0 => held(who),
                    _ => paying(who),
                },
                marks: marks.iter().map(|mark| MARKS[*mark]).collect(),
            },
            What::BookLate(who, which) => Command::BookLate {
                first: late(who),
                attempt: late_attempt(notebook, late(who), *which, desk.now),
            },
            What::Refund {
                who,
                which,
                seats,
                resell,
            } => Command::Refund {
                first: sold(who),
                attempt: sold_attempt(notebook, sold(who), *which),
                seats: seats.map(|(these, strange)| some_of(notebook, sold(who), these, strange)),
                resell: *resell,
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

/// One whose time ran out, if there is one; else any.
fn late_attempt(notebook: &Notebook, first: u64, which: usize, now: Timestamp) -> u64 {
    let card = notebook.card(first);
    let late = card.map_or(Vec::new(), |card| card.timed_out(now));
    let found = late.iter().rev().nth(which).copied();
    found.unwrap_or_else(|| attempt(notebook, first, which))
}

/// The one that it is sold to; for another number, any.
fn sold_attempt(notebook: &Notebook, first: u64, which: usize) -> u64 {
    match notebook.card(first).and_then(|card| card.end) {
        Some(End::Sold(attempt)) if which == 0 => attempt,
        _ => attempt(notebook, first, which),
    }
}

fn some_of(notebook: &Notebook, first: u64, these: u8, strange: Option<u32>) -> Vec<u32> {
    let had = notebook.card(first).map_or(&[][..], |card| &card.seats);
    let meant = had.iter().enumerate();
    let meant = meant.filter(|(at, _)| these >> (at % 8) & 1 == 1);
    let mut seats: Vec<u32> = meant.map(|(_, seat)| seat.index).collect();
    seats.extend(strange);
    seats
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
