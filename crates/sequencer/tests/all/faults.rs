//! What callers are told when a batch goes wrong, and what is true afterwards.

use boxoffice_inventory::{Command, Outcome, Refusal};
use boxoffice_sequencer::SequencerError;
use boxoffice_store::Store;
use boxoffice_store::conformance::CommitFault;
use futures::future::join;

use crate::office::{Office, WIDE, hold, hold_once};

#[tokio::test]
async fn a_commit_that_failed_changes_nothing() {
    let office = Office::open(1, WIDE).await;
    office.store.plan(&[CommitFault::Failed]);
    let failed = office.submit(0, hold(&[0])).await;
    assert!(
        matches!(failed, Err(SequencerError::StoreUnavailable)),
        "{failed:?}"
    );
    assert!(office.heard.0.lock().unwrap().is_empty());
    office.hold(0, &[0]).await;
    assert_eq!(office.folded(0).await.version(), 2);
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_a_retry_finds_what_is_there() {
    for (fault, replayed) in [
        (CommitFault::LostAfter, true),
        (CommitFault::LostBefore, false),
    ] {
        let office = Office::open(1, WIDE).await;
        office.store.plan(&[fault]);
        let lost = office.submit(0, hold_once(&[0, 1], 9)).await;
        assert!(
            matches!(lost, Err(SequencerError::OutcomeUnknown)),
            "{lost:?}"
        );
        let again = office.submit(0, hold_once(&[0, 1], 9)).await.unwrap();
        match again {
            Outcome::Replayed { first } => assert!(replayed && first == 2),
            Outcome::Held { address, .. } => assert!(!replayed && address.version == 2),
            other => panic!("{other:?}"),
        }
        let other = office.submit(0, hold(&[0])).await.unwrap();
        assert!(matches!(other, Outcome::Refused(Refusal::SeatsTaken(_))));
        assert_eq!(office.folded(0).await.counts().held, 2);
    }
}

#[tokio::test]
async fn one_events_trouble_is_not_the_others() {
    let office = Office::open(2, WIDE).await;
    office.hold(0, &[0]).await;
    office.hold(1, &[0]).await;
    office.store.refuse_appends_to(Some(office.event(0)));
    let (failed, held) = join(office.submit(0, hold(&[1])), office.submit(1, hold(&[1]))).await;
    assert!(
        matches!(failed, Err(SequencerError::StoreUnavailable)),
        "{failed:?}"
    );
    assert!(matches!(held.unwrap(), Outcome::Held { .. }));
    office.store.refuse_appends_to(None);
    office.hold(0, &[1]).await;
    assert_eq!(office.folded(0).await.counts().held, 2);
    assert_eq!(office.folded(1).await.counts().held, 2);
}

#[tokio::test]
async fn what_another_process_appended_is_caught_up_with_first() {
    let office = Office::open(1, WIDE).await;
    office.hold(0, &[0]).await;
    let mut desk = office.desks[0].clone();
    for stored in office.store.tail(desk.event(), 1, 9).await.unwrap() {
        desk.inventory.replay(&stored).unwrap();
    }
    desk.hold(office.store.as_ref(), &[1]).await.unwrap();
    let refused = office.submit(0, hold(&[1])).await.unwrap();
    assert!(
        matches!(refused, Outcome::Refused(Refusal::SeatsTaken(_))),
        "{refused:?}"
    );
    office.hold(0, &[2]).await;
    assert_eq!(office.folded(0).await.version(), 4);
    let heard = office.heard.0.lock().unwrap().clone();
    assert_eq!(heard, [2, 3, 4].map(|version| (office.event(0), version)));
}

#[tokio::test]
async fn an_event_that_is_not_there_is_said_to_be_unknown() {
    let office = Office::open(1, WIDE).await;
    let nowhere = boxoffice_model::EventNumber::new(2030, 1, 7).unwrap();
    let refused = office.sequencer.submit(nowhere, Command::CancelEvent).await;
    assert!(
        matches!(refused, Err(SequencerError::UnknownEvent)),
        "{refused:?}"
    );
}
