//! Random batches: which events, which actions, how each ends. What they should lead to is said
//! elsewhere.

use boxoffice_inventory::{
    Attempt, AttemptState, Command, FailReason, Idempotency, Inventory, Reservation, SaleStatus,
    SeatIndex, State,
};
use proptest::prelude::*;

use super::SEATS;
use super::wishes::{HOLD, PAYMENT, hold};

/// How many events are sold at one time.
pub(super) const EVENTS: u32 = 3;

/// What one event's turn in a batch is made of.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    pub(super) event: usize,
    pub(super) actions: Vec<Action>,
    pub(super) keep: bool,
    pub(super) snapshot: bool,
}

/// A batch, how it ends, and how much time passes after it.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) turns: Vec<Turn>,
    pub(super) commit: bool,
    pub(super) pause: i64,
}

/// What is done; the number picks one of the reservations, bookings or refunds there are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    /// So many seats from this one on.
    Hold(SeatIndex, SeatIndex),
    Change(usize, SeatIndex),
    Extend(usize),
    Release(usize),
    Pay(usize),
    Redirect(usize),
    KnowBuyer(usize),
    Book(usize),
    BookLate(usize),
    Fail(usize, u8),
    Cancel(usize),
    Refund(usize, Back),
    Block(SeatIndex),
    Unblock(SeatIndex),
    Sweep,
    CallOff,
    Revise,
    Confirm(usize, bool),
    Await(usize, bool),
    CleanUp(usize, Cleaning),
    PayBack(usize, bool),
    Notice(usize, u8),
    Trouble(usize, bool),
    Charge(usize),
}

/// Which seats are taken back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Back {
    pub(super) all: bool,
    pub(super) resell: bool,
}

/// By what a booking is cleaned up: as it stands, or as it may have stood before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cleaning {
    pub(super) before_last_notice: bool,
    pub(super) of_refunds: bool,
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![24 => of_seats(), 48 => of_payments(), 1 => of_events(), 24 => of_records()]
}

fn pick() -> std::ops::Range<usize> {
    0..8
}

fn of_seats() -> impl Strategy<Value = Action> {
    use Action::*;
    let seat = || 0..SEATS;
    prop_oneof![
        8 => (seat(), 1..4u32).prop_map(|(seat, count)| Hold(seat, count)),
        1 => (pick(), seat()).prop_map(|(which, seat)| Change(which, seat)),
        1 => pick().prop_map(Extend),
        1 => pick().prop_map(Release),
        1 => seat().prop_map(Block),
        1 => seat().prop_map(Unblock),
        1 => Just(Sweep),
    ]
}

fn of_payments() -> impl Strategy<Value = Action> {
    use Action::*;
    let back = || (any::<bool>(), any::<bool>()).prop_map(|(all, resell)| Back { all, resell });
    prop_oneof![
        8 => pick().prop_map(Pay),
        2 => pick().prop_map(Redirect),
        1 => pick().prop_map(KnowBuyer),
        8 => pick().prop_map(Book),
        2 => pick().prop_map(BookLate),
        2 => (pick(), 0..5u8).prop_map(|(which, how)| Fail(which, how)),
        1 => pick().prop_map(Cancel),
        5 => (pick(), back()).prop_map(|(which, back)| Refund(which, back)),
    ]
}

fn of_events() -> impl Strategy<Value = Action> {
    prop_oneof![Just(Action::CallOff), Just(Action::Revise)]
}

fn of_records() -> impl Strategy<Value = Action> {
    use Action::*;
    let yes = any::<bool>;
    let cleaning = (yes(), prop::bool::weighted(0.2));
    let cleaning = cleaning.prop_map(|(before_last_notice, of_refunds)| Cleaning {
        before_last_notice,
        of_refunds,
    });
    prop_oneof![
        3 => (pick(), yes()).prop_map(|(which, named)| Confirm(which, named)),
        1 => (pick(), yes()).prop_map(|(which, named)| Await(which, named)),
        3 => (pick(), cleaning).prop_map(|(which, how)| CleanUp(which, how)),
        3 => (pick(), yes()).prop_map(|(which, named)| PayBack(which, named)),
        3 => (0..10usize, 0..12u8).prop_map(|(which, id)| Notice(which, id)),
        1 => (pick(), yes()).prop_map(|(which, trouble)| Trouble(which, trouble)),
        1 => pick().prop_map(Charge),
    ]
}

pub(super) fn plan() -> impl Strategy<Value = Plan> {
    let turn = (
        0..EVENTS as usize,
        prop::collection::vec(action(), 1..9),
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(event, actions, keep, snapshot)| Turn {
            event,
            actions,
            keep,
            snapshot,
        });
    let pause = prop_oneof![9 => 0..2_000_000i64, 1 => Just(PAYMENT), 1 => Just(HOLD)];
    (
        prop::collection::vec(turn, 1..4),
        prop::bool::weighted(0.85),
        pause,
    )
        .prop_map(|(turns, commit, pause)| Plan {
            turns,
            commit,
            pause,
        })
}

/// The command that an action stands for, if there is a reservation it can be about.
pub(super) fn command(inventory: &Inventory, action: Action) -> Option<Command> {
    let held = |which| pick_one(inventory, which, |found| found.state == State::Held);
    Some(match action {
        Action::Hold(seat, count) => {
            let seats: Vec<_> = (seat..seat + count).map(|seat| seat % SEATS).collect();
            hold(&seats)
        }
        Action::Change(which, seat) => Command::ChangeSeats {
            first: held(which)?.first,
            seats: vec![seat],
        },
        Action::Extend(which) => Command::Extend {
            first: held(which)?.first,
        },
        Action::Release(which) => Command::Release {
            first: held(which)?.first,
        },
        Action::Pay(which) => pay(inventory, held(which)?.first),
        Action::Book(which) => {
            let (first, attempt) = paying(inventory, which)?;
            Command::Book { first, attempt }
        }
        Action::Fail(which, how) => {
            let (first, attempt) = paying(inventory, which)?;
            Command::FailPayment {
                first,
                attempt,
                reason: reason(how),
            }
        }
        Action::Redirect(which) => {
            let (first, attempt) = paying(inventory, which)?;
            Command::Redirect {
                first,
                attempt,
                limit: 2 * PAYMENT,
            }
        }
        Action::KnowBuyer(which) => Command::KnowBuyer {
            first: held(which)?.first,
            marks: vec![[which as u8; 16]],
        },
        Action::BookLate(which) => {
            let (first, attempt) = late(inventory, which)?;
            Command::BookLate { first, attempt }
        }
        Action::Cancel(which) => {
            let (first, attempt) = booked(inventory, which)?;
            Command::CancelBooking {
                first,
                attempt,
                reason: reason(3),
            }
        }
        Action::Refund(which, Back { all, resell }) => {
            let (first, attempt) = booked(inventory, which)?;
            let mut kept = inventory.reservation(first)?.kept_seats();
            let one = || kept.next().map(|seat| vec![seat.index]);
            Command::Refund {
                first,
                attempt,
                seats: (!all).then(one).flatten(),
                resell,
            }
        }
        Action::CallOff => Command::CancelEvent,
        Action::Revise => {
            let mut facts = inventory.facts()?.clone();
            facts.status = SaleStatus::Scheduled;
            Command::Revise(Box::new(facts))
        }
        Action::Block(seat) if inventory.owner_of(seat).is_none() => {
            Command::Block { seats: vec![seat] }
        }
        Action::Unblock(seat) => Command::Unblock { seats: vec![seat] },
        Action::Sweep => Command::Sweep { at_most: 100 },
        _ => return None,
    })
}

/// One of the reservations that are like this.
fn pick_one(
    inventory: &Inventory,
    which: usize,
    fits: impl Fn(&Reservation) -> bool,
) -> Option<&Reservation> {
    let mut found: Vec<_> = inventory
        .reservations()
        .filter(|found| fits(found))
        .collect();
    found.sort_unstable_by_key(|found| found.first);
    found.get(which.checked_rem(found.len())?).copied()
}

fn paying(inventory: &Inventory, which: usize) -> Option<(u64, u64)> {
    let paying = pick_one(inventory, which, |found| {
        matches!(found.state, State::Paying { .. })
    })?;
    Some((paying.first, paying.attempts.last()?.version))
}

fn booked(inventory: &Inventory, which: usize) -> Option<(u64, u64)> {
    let booked = pick_one(inventory, which, |found| {
        matches!(found.state, State::Booked { .. })
    })?;
    match booked.state {
        State::Booked { attempt } => Some((booked.first, attempt)),
        _ => None,
    }
}

/// An attempt that has run out of time, or is about to.
fn late(inventory: &Inventory, which: usize) -> Option<(u64, u64)> {
    let ran_out = |attempt: &&Attempt| {
        matches!(
            attempt.state,
            AttemptState::UnderWay | AttemptState::Failed(FailReason::TimedOut)
        )
    };
    let late = pick_one(inventory, which, |found| {
        found.attempts.iter().any(|attempt| ran_out(&attempt))
    })?;
    let attempt = late.attempts.iter().rfind(ran_out)?;
    Some((late.first, attempt.version))
}

/// Each with a key of its own.
fn pay(inventory: &Inventory, first: u64) -> Command {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&inventory.version().to_be_bytes());
    Command::Pay {
        first,
        idempotency: Idempotency {
            key,
            request: [0; 16],
        },
        limit: PAYMENT,
    }
}

fn reason(how: u8) -> FailReason {
    match how {
        0 => FailReason::Declined {
            code: "card_declined".into(),
        },
        1 => FailReason::TimedOut,
        2 => FailReason::Unavailable,
        4 => FailReason::BuyerLimit,
        _ => FailReason::CaptureFailed {
            code: "too_late".into(),
        },
    }
}
