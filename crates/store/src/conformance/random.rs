//! Random batches: which events, which actions, how each ends. What they should lead to is said
//! elsewhere.

use boxoffice_inventory::{
    Command, FailReason, Idempotency, Inventory, Reservation, SeatIndex, State,
};
use proptest::prelude::*;

use super::SEATS;
use super::desk::{HOLD, PAYMENT, hold};

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

/// What is done; the number picks one of the reservations there are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    Hold(SeatIndex),
    Change(usize, SeatIndex),
    Extend(usize),
    Release(usize),
    Pay(usize),
    Book(usize),
    Fail(usize, u8),
    Cancel(usize),
    Block(SeatIndex),
    Unblock(SeatIndex),
    Sweep,
    Confirm(usize),
    CleanUp(usize),
    Charge(usize),
}

fn action() -> impl Strategy<Value = Action> {
    use Action::*;
    let seat = || 0..SEATS;
    let pick = || 0..8usize;
    prop_oneof![
        6 => seat().prop_map(Hold),
        1 => (pick(), seat()).prop_map(|(which, seat)| Change(which, seat)),
        1 => pick().prop_map(Extend),
        1 => pick().prop_map(Release),
        5 => pick().prop_map(Pay),
        4 => pick().prop_map(Book),
        2 => (pick(), 0..4u8).prop_map(|(which, how)| Fail(which, how)),
        2 => pick().prop_map(Cancel),
        1 => seat().prop_map(Block),
        1 => seat().prop_map(Unblock),
        1 => Just(Sweep),
        1 => pick().prop_map(Confirm),
        1 => pick().prop_map(CleanUp),
        1 => pick().prop_map(Charge),
    ]
}

pub(super) fn plan() -> impl Strategy<Value = Plan> {
    let turn = (
        0..EVENTS as usize,
        prop::collection::vec(action(), 1..6),
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(event, actions, keep, snapshot)| Turn {
            event,
            actions,
            keep,
            snapshot,
        });
    let pause = prop_oneof![4 => 0..2_000_000i64, 1 => Just(PAYMENT), 1 => Just(HOLD)];
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
    let held = |which| pick(inventory, which, |state| matches!(state, State::Held));
    Some(match action {
        Action::Hold(seat) => hold(&[seat]),
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
        Action::Cancel(which) => {
            let booked = pick(inventory, which, |state| {
                matches!(state, State::Booked { .. })
            })?;
            let (first, attempt) = (booked.first, booked.attempts.last()?.version);
            Command::CancelBooking {
                first,
                attempt,
                reason: reason(3),
            }
        }
        Action::Block(seat) if inventory.owner_of(seat).is_none() => {
            Command::Block { seats: vec![seat] }
        }
        Action::Unblock(seat) => Command::Unblock { seats: vec![seat] },
        Action::Sweep => Command::Sweep { at_most: 100 },
        _ => return None,
    })
}

/// One of the reservations in such a state.
fn pick(
    inventory: &Inventory,
    which: usize,
    fits: impl Fn(&State) -> bool,
) -> Option<&Reservation> {
    let mut found: Vec<_> = inventory
        .reservations()
        .filter(|found| fits(&found.state))
        .collect();
    found.sort_unstable_by_key(|found| found.first);
    found.get(which.checked_rem(found.len())?).copied()
}

fn paying(inventory: &Inventory, which: usize) -> Option<(u64, u64)> {
    let paying = pick(inventory, which, |state| {
        matches!(state, State::Paying { .. })
    })?;
    Some((paying.first, paying.attempts.last()?.version))
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
        _ => FailReason::CaptureFailed {
            code: "too_late".into(),
        },
    }
}
