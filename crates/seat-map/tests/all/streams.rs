//! What a watcher is told, and when.

use std::sync::Arc;
use std::time::Duration;

use boxoffice_inventory::Entry;
use boxoffice_seat_map::{Pace, WatchError};
use boxoffice_sequencer::{Committed, Listener as _};
use boxoffice_store::Store;

use crate::office::{EAGER, Office, SMALL};
use crate::reader::{Message, waiting};

fn held(version: u64, seats: &[u64]) -> Message {
    let seats = seats.iter().map(|seat| (*seat, "held".to_owned()));
    Message::Seats(version, seats.collect())
}

#[tokio::test]
async fn who_says_no_version_sees_what_happens_from_now_on() {
    let office = Office::open(SMALL, EAGER).await;
    office.hold(&[1]).await;
    let mut line = office.maps.watch(office.event(), None, None).await.unwrap();
    assert_eq!(waiting(&mut line), [Message::Beat(3)]);
    office.hold(&[2]).await;
    assert_eq!(Message::read(&line.next().await.unwrap()), held(4, &[2]));
    assert_eq!(waiting(&mut line), []);
}

#[tokio::test]
async fn a_seat_that_changed_twice_appears_once_as_it_is_last() {
    let pace = Pace {
        frame: Duration::from_secs(3600),
        ..EAGER
    };
    let office = Office::open(SMALL, pace).await;
    let map = office.follower().await;
    let version = map.view().version();
    let first = office.hold(&[3, 4]).await;
    let release = boxoffice_inventory::Command::Release { first };
    office.submit(release).await.unwrap();
    let last = office.hold(&[4, 5]).await;
    // Who asks for more than is shown makes the map catch up.
    let mut ahead = office
        .maps
        .watch(office.event(), None, Some(last))
        .await
        .unwrap();
    assert_eq!(waiting(&mut ahead), [Message::Beat(last)]);
    let mut line = office
        .maps
        .watch(office.event(), None, Some(version))
        .await
        .unwrap();
    let changes = [(3, "available"), (4, "held"), (5, "held")];
    let changes = changes.map(|(seat, status)| (seat, status.to_owned()));
    assert_eq!(waiting(&mut line), [Message::Seats(last, changes.into())]);
}

#[tokio::test]
async fn what_moves_no_seat_is_no_message() {
    let office = Office::open(SMALL, EAGER).await;
    let first = office.hold(&[1]).await;
    let mut line = office.maps.watch(office.event(), None, None).await.unwrap();
    assert_eq!(waiting(&mut line), [Message::Beat(first)]);
    let extend = boxoffice_inventory::Command::Extend { first };
    office.submit(extend).await.unwrap();
    office.follower().await.view().version();
    assert_eq!(waiting(&mut line), []);
    let last = office.hold(&[2]).await;
    assert_eq!(Message::read(&line.next().await.unwrap()), held(last, &[2]));
}

#[tokio::test]
async fn a_section_sees_its_own_seats_by_the_same_index() {
    let office = Office::open(SMALL, EAGER).await;
    let event = office.event();
    let mut line = office
        .maps
        .watch(event, Some("Balcony"), None)
        .await
        .unwrap();
    waiting(&mut line);
    office.hold(&[1]).await;
    let version = office.hold(&[2, 13]).await;
    assert_eq!(
        Message::read(&line.next().await.unwrap()),
        held(version, &[13])
    );
    let unknown = office.maps.watch(event, Some("Gallery"), None).await;
    assert!(matches!(unknown, Err(WatchError::UnknownSection)));
}

#[tokio::test]
async fn a_version_that_there_is_not_is_reset() {
    let office = Office::open(SMALL, EAGER).await;
    let version = office.hold(&[1]).await;
    let event = office.event();
    let mut line = office
        .maps
        .watch(event, None, Some(version + 1))
        .await
        .unwrap();
    assert_eq!(waiting(&mut line), [Message::Reset(version)]);
    let mut line = office
        .maps
        .watch(event, None, Some(u64::MAX))
        .await
        .unwrap();
    assert_eq!(waiting(&mut line), [Message::Reset(version)]);
}

#[tokio::test]
async fn a_node_behind_the_reader_catches_up_first() {
    let office = Office::open(SMALL, EAGER).await;
    let behind = office.follower().await.view().version();
    let hold = crate::office::hold(&[7]);
    office.elsewhere.submit(office.event(), hold).await.unwrap();
    assert_eq!(office.follower().await.view().version(), behind);
    let version = behind + 1;
    let event = office.event();
    let mut line = office.maps.watch(event, None, Some(version)).await.unwrap();
    assert_eq!(waiting(&mut line), [Message::Beat(version)]);
}

#[tokio::test]
async fn other_prices_are_a_reset_and_other_times_are_not() {
    let office = Office::open(SMALL, EAGER).await;
    let mut line = office.maps.watch(office.event(), None, None).await.unwrap();
    waiting(&mut line);
    office.revise(SMALL, [2_500, 1_000]).await;
    let map = office.follower().await;
    map.view().version();
    assert_eq!(waiting(&mut line), []);
    office.revise(SMALL, [2_600, 1_000]).await;
    let version = map.view().version();
    assert_eq!(waiting(&mut line), [Message::Reset(version)]);
}

#[tokio::test]
async fn watchers_go_on_with_a_house_that_grew() {
    let office = Office::open(SMALL, EAGER).await;
    let mut line = office.maps.watch(office.event(), None, None).await.unwrap();
    waiting(&mut line);
    office.revise((12, 10), [2_500, 1_000]).await;
    office.maps.refresh().await.unwrap();
    let version = office.follower().await.view().version();
    assert_eq!(waiting(&mut line), [Message::Reset(version)]);
    let version = office.hold(&[21]).await;
    assert_eq!(
        Message::read(&line.next().await.unwrap()),
        held(version, &[21])
    );
}

#[tokio::test]
async fn a_hole_in_the_versions_is_mended_from_the_store_without_a_reset() {
    let office = Office::open(SMALL, EAGER).await;
    let mut line = office.maps.watch(office.event(), None, None).await.unwrap();
    waiting(&mut line);
    let event = office.event();
    let map = office.follower().await;
    let before = map.view().version();
    for seat in [7, 8] {
        let elsewhere = crate::office::hold(&[seat]);
        office.elsewhere.submit(event, elsewhere).await.unwrap();
    }
    // The map is told of the second only.
    let stored = office.store.tail(event, before + 1, 1).await.unwrap();
    let committed = Committed {
        first_version: before + 2,
        entries: Arc::new([Entry::decode(&stored[0].bytes).unwrap()]),
        head: office.store.head(event).await.unwrap().unwrap(),
    };
    office.maps.committed(&committed);
    assert_eq!(map.view().version(), before);
    office.maps.refresh().await.unwrap();
    assert_eq!(map.view().version(), before + 2);
    assert_eq!(waiting(&mut line), [held(before + 2, &[7, 8])]);
}

#[tokio::test]
async fn what_the_lane_comes_upon_is_shown_with_its_own() {
    let office = Office::open(SMALL, EAGER).await;
    let mut line = office.maps.watch(office.event(), None, None).await.unwrap();
    waiting(&mut line);
    let elsewhere = crate::office::hold(&[7]);
    let event = office.event();
    office.elsewhere.submit(event, elsewhere).await.unwrap();
    let version = office.hold(&[8]).await;
    assert_eq!(office.follower().await.view().version(), version);
    // In one frame or in two.
    let told = waiting(&mut line);
    let apart = [held(version - 1, &[7]), held(version, &[8])];
    assert!(
        told == [held(version, &[7, 8])] || told == apart,
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_line_is_kept_alive_and_a_map_that_nobody_watches_is_let_go() {
    let pace = Pace {
        beat: Duration::from_secs(15),
        idle: Duration::from_secs(60),
        ..EAGER
    };
    let office = Office::open(SMALL, pace).await;
    let mut line = office.maps.watch(office.event(), None, None).await.unwrap();
    let version = office.follower().await.view().version();
    waiting(&mut line);
    let begun = tokio::time::Instant::now();
    for beats in 1..=10 {
        assert_eq!(
            Message::read(&line.next().await.unwrap()),
            Message::Beat(version)
        );
        assert_eq!(begun.elapsed().as_secs(), beats * 15);
        office.maps.refresh().await.unwrap();
    }
    assert!(office.maps.loaded(office.event()).is_some());
    drop(line);
    tokio::time::advance(Duration::from_secs(61)).await;
    office.maps.refresh().await.unwrap();
    assert!(office.maps.loaded(office.event()).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_map_that_the_store_does_not_confirm_grows_old_and_refuses_nobody() {
    let office = Office::open(SMALL, EAGER).await;
    let map = office.follower().await;
    office.hold(&[1]).await;
    let taken = || map.clearly_taken(&[1], Some(&[1; 16]), office.store.now());
    assert_eq!(taken(), Some(vec![1]));
    tokio::time::advance(Duration::from_secs(7)).await;
    assert_eq!(map.age().as_secs(), 7);
    assert_eq!(office.maps.standing().age, map.age());
    assert_eq!(taken(), None);
    office.maps.refresh().await.unwrap();
    assert_eq!(map.age().as_secs(), 0);
    assert_eq!(taken(), Some(vec![1]));
}
