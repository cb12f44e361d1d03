//! How commands share batches, and who is told of them when.

use std::task::Poll;

use boxoffice_inventory::{Command, Outcome, Refusal};
use boxoffice_sequencer::{SequencerError, sweep};
use boxoffice_store::Store;
use futures::future::join_all;
use futures::poll;

use crate::office::{HOLD, Limits, Office, WIDE, hold};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_before_the_commit() {
    let office = Office::open(1, WIDE).await;
    office.hold(0, &[0]).await;
    office.store.close_gate();
    let mut answer = Box::pin(office.submit(0, hold(&[1])));
    assert!(poll!(&mut answer).is_pending());
    office.store.wait_for_somebody_at_the_gate();
    assert_eq!(office.heard.0.lock().unwrap().len(), 1);
    assert!(poll!(&mut answer).is_pending());
    office.store.open_gate();
    answer.await.unwrap();
    let heard = office.heard.0.lock().unwrap().clone();
    assert_eq!(
        heard.last(),
        Some(&(office.event(0), 3)),
        "before the caller"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_while_a_batch_commits_is_in_the_next() {
    let office = Office::open(2, WIDE).await;
    office.hold(0, &[0]).await;
    office.hold(1, &[0]).await;
    office.store.close_gate();
    let mut first = Box::pin(office.submit(0, hold(&[1])));
    assert!(poll!(&mut first).is_pending());
    office.store.wait_for_somebody_at_the_gate();
    let wishes = (2..12).flat_map(|seat| [(0, seat), (1, seat)]);
    let mut crowd: Vec<_> = wishes
        .map(|(at, seat)| {
            let office = &office;
            Box::pin(async move { office.submit(at, hold(&[seat])).await })
        })
        .collect();
    for one in &mut crowd {
        assert!(poll!(one).is_pending());
    }
    let before = office.store.commits();
    office.store.open_gate();
    first.await.unwrap();
    for held in join_all(crowd).await {
        assert!(matches!(held.unwrap(), Outcome::Held { .. }));
    }
    assert_eq!(
        office.store.commits() - before,
        2,
        "the first one, and all others at once"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_want_a_seat_in_one_batch_are_one_winner() {
    let office = Office::open(1, WIDE).await;
    office.hold(0, &[0]).await;
    office.store.close_gate();
    let mut first = Box::pin(office.submit(0, hold(&[1])));
    assert!(poll!(&mut first).is_pending());
    office.store.wait_for_somebody_at_the_gate();
    let mut rivals: Vec<_> = (0..50)
        .map(|_| Box::pin(office.submit(0, hold(&[5, 6]))))
        .collect();
    for rival in &mut rivals {
        assert!(matches!(poll!(rival), Poll::Pending));
    }
    office.store.open_gate();
    let outcomes = join_all(rivals).await.into_iter().map(Result::unwrap);
    let winners = outcomes.filter(|outcome| match outcome {
        Outcome::Held { .. } => true,
        Outcome::Refused(Refusal::SeatsTaken(seats)) => {
            assert_eq!(seats, &[5, 6]);
            false
        }
        other => panic!("{other:?}"),
    });
    assert_eq!(winners.count(), 1);
    first.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_lane_refuses_and_changes_nothing() {
    let limits = Limits { lane: 4, ..WIDE };
    let office = Office::open(1, limits).await;
    office.hold(0, &[0]).await;
    office.store.close_gate();
    let mut first = Box::pin(office.submit(0, hold(&[1])));
    assert!(poll!(&mut first).is_pending());
    office.store.wait_for_somebody_at_the_gate();
    let mut waiting: Vec<_> = (2..6)
        .map(|seat| Box::pin(office.submit(0, hold(&[seat]))))
        .collect();
    for one in &mut waiting {
        assert!(poll!(one).is_pending());
    }
    let refused = office.submit(0, hold(&[9])).await;
    assert!(
        matches!(refused, Err(SequencerError::Overloaded)),
        "{refused:?}"
    );
    office.store.open_gate();
    first.await.unwrap();
    for held in join_all(waiting).await {
        held.unwrap();
    }
    assert_eq!(office.folded(0).await.counts().held, 6);
}

#[tokio::test]
async fn what_has_run_out_is_swept_and_nothing_else() {
    let office = Office::open(2, WIDE).await;
    office.hold(0, &[0]).await;
    office.clock.turn(HOLD / 2);
    office.hold(0, &[1]).await;
    office.hold(1, &[1]).await;
    office.clock.turn(HOLD / 2);
    assert_eq!(sweep(&office.sequencer).await.unwrap(), 1);
    assert_eq!(sweep(&office.sequencer).await.unwrap(), 0);
    assert_eq!(office.folded(0).await.counts().held, 1);
    assert_eq!(
        office
            .store
            .head(office.event(1))
            .await
            .unwrap()
            .unwrap()
            .version,
        2
    );
}

#[tokio::test]
async fn a_clock_that_jumps_back_frees_nothing_early() {
    let office = Office::open(1, WIDE).await;
    office.hold(0, &[0]).await;
    office.clock.turn(-10 * HOLD);
    let refused = office.submit(0, hold(&[0])).await.unwrap();
    assert!(
        matches!(refused, Outcome::Refused(Refusal::SeatsTaken(_))),
        "{refused:?}"
    );
    office.clock.turn(10 * HOLD + HOLD);
    office.hold(0, &[0]).await;
    // The one before was said to have run out first.
    assert_eq!(office.folded(0).await.version(), 4);
}

#[tokio::test]
async fn a_command_that_changes_nothing_appends_nothing() {
    let office = Office::open(1, WIDE).await;
    let unknown = office
        .submit(0, Command::Release { first: 77 })
        .await
        .unwrap();
    assert!(matches!(unknown, Outcome::Refused(_)), "{unknown:?}");
    assert_eq!(office.folded(0).await.version(), 1);
    assert!(office.heard.0.lock().unwrap().is_empty());
}
