//! Random steps, with weights so that what is rare at a box office is not rare here.

use proptest::prelude::*;

use super::{KEYS, MARKS, Revision, Step, Wait, What};
use crate::common::{HOUR, MINUTE};

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

/// Few seats and few buyers with a limit, whose money comes late, from elsewhere, and goes back.
pub(crate) fn late_step() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![
        12 => Just(Wait::No),
        4 => (1..4 * MINUTE).prop_map(Wait::For),
        4 => (-1..=1i64).prop_map(Wait::UntilDue),
    ];
    let seats = || proptest::collection::vec(0..8u32, 1..3);
    let who = || 0..3usize;
    let what = prop_oneof![
        8 => (0..3u8, seats(), any::<bool>())
            .prop_map(|(owner, seats, short)| What::Hold { owner, seats, key: None, short }),
        2 => (who(), any::<u8>(), proptest::collection::vec(0..8u32, 0..3))
            .prop_map(|(who, keep, add)| What::Change { who, keep, add }),
        8 => (who(), 0..20u8)
            .prop_map(|(who, key)| What::Pay { who, key, request: 0, long: false }),
        2 => who().prop_map(|who| What::Book(who, 0)),
        2 => (who(), 0..9u8).prop_map(|(who, why)| What::Fail(who, 0, why)),
        1 => who().prop_map(What::Release),
        1 => (who(), 0..4u8).prop_map(|(who, why)| What::CancelBooking(who, why)),
        1 => (0..3usize).prop_map(What::Sweep),
        1 => seats().prop_map(What::Unblock),
        1 => (1..5u32).prop_map(|buyer| What::Revise(Revision::Limits(4, Some(buyer)))),
        1 => proptest::option::weighted(0.7, 0..9_000u64)
            .prop_map(|price| What::Revise(Revision::Price(0, price))),
        1 => (0..10u8).prop_map(|what| match what {
            0 | 1 => What::CancelEvent,
            2 => What::Revise(Revision::Status(1)),
            _ => What::Revise(Revision::Status(3)),
        }),
        20 => money(),
    ];
    let restart = proptest::bool::weighted(0.05);
    (wait, what, restart).prop_map(|(wait, what, restart)| Step {
        wait,
        what,
        restart,
    })
}

fn money() -> impl Strategy<Value = What> {
    let who = || prop_oneof![12 => 0..4usize, 1 => 4..40usize];
    let which = || prop_oneof![8 => Just(0), 1 => 1..3usize];
    let marks = proptest::collection::vec(0..MARKS.len(), 1..4);
    let seats = (any::<u8>(), proptest::option::weighted(0.1, 0..37u32));
    prop_oneof![
        2 => (who(), which(), 0..90i64)
            .prop_map(|(who, which, minutes)| What::Redirect(who, which, minutes)),
        4 => (who(), marks).prop_map(|(who, marks)| What::KnowBuyer(who, marks)),
        5 => (who(), which()).prop_map(|(who, which)| What::BookLate(who, which)),
        3 => (who(), which(), proptest::option::weighted(0.7, seats), any::<bool>())
            .prop_map(|(who, which, seats, resell)| What::Refund { who, which, seats, resell }),
    ]
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
        16 => money(),
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

/// Now, one buyer may have so many seats.
pub(crate) fn limit(buyer: u32) -> Step {
    Step {
        wait: Wait::No,
        what: What::Revise(Revision::Limits(8, Some(buyer))),
        restart: false,
    }
}
