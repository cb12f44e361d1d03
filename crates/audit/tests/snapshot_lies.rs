//! Snapshots that read back and lie: each is found at its version.

mod common;

use boxoffice_inventory::{Command, FailReason};

use common::{House, TestResult, expect, version};

type Steps = fn(&mut House) -> TestResult;

#[test]
fn a_snapshot_under_the_wrong_version_is_named() -> TestResult {
    let mut scene = House::lively()?;
    let (now, honest) = (version(&scene), scene.house.desk.inventory.snapshot());
    scene.house.put_snapshot(now, &honest)?;
    assert_eq!(scene.house.audit().breaches, []);
    scene.house.put_snapshot(now - 1, &honest)?;
    expect(
        &scene,
        now - 1,
        &format!("the snapshot is of version {now}"),
    );
    let mut ahead = scene.house.desk.clone();
    let facts = ahead.inventory.facts().ok_or("no facts")?.clone();
    ahead.decide(&Command::Revise(Box::new(facts)), scene.house.store().now());
    scene
        .house
        .put_snapshot(now + 1, &ahead.inventory.snapshot())?;
    expect(&scene, now + 1, "the snapshot is beyond the head");
    scene.house.act(&Command::CancelEvent)?;
    // The ledger gets there by another way.
    expect(&scene, now + 1, "cancellation");
    Ok(())
}

#[test]
fn a_snapshot_of_another_event_is_named() -> TestResult {
    let scene = House::lively()?;
    let other =
        futures::executor::block_on(boxoffice_store::conformance::publish(&scene.house.given, 1))?;
    let snapshot = other.inventory.snapshot();
    scene.house.put_snapshot(1, &snapshot)?;
    expect(
        &scene,
        1,
        &format!("the snapshot is of event {}", other.event()),
    );
    Ok(())
}

/// Two pasts of as many entries: the ledger has one, the snapshot the other.
#[test]
fn whatever_a_snapshot_lies_about_is_named() -> TestResult {
    let block: Steps = |house| house.act(&Command::Block { seats: vec![3] }).map(drop);
    let hold: Steps = |house| house.hold(&[3]).map(drop);
    let other_hold: Steps = |house| house.hold(&[4]).map(drop);
    let cancel: Steps = |house| house.act(&Command::CancelEvent).map(drop);
    let unavailable: Steps = |house| {
        let sale = house.pay(&[3])?;
        house.fail(sale, FailReason::Unavailable)
    };
    let timed_out: Steps = |house| {
        house.pay(&[3])?;
        house.given.clock.turn(3 * common::MINUTE);
        house.act(&Command::Sweep { at_most: 1 }).map(drop)
    };
    let cases = [
        (hold, block, "blocked seats"),
        (hold, cancel, "cancellation"),
        (hold, other_hold, "owners"),
        (hold, other_hold, "reservations"),
        (unavailable, timed_out, "last time"),
        (unavailable, timed_out, "reservations"),
    ];
    for (truth, lie, what) in cases {
        let mut scene = House::lively()?;
        scene.house = House::open();
        truth(&mut scene.house)?;
        let mut other = House::open();
        lie(&mut other)?;
        let version = other.desk.inventory.version();
        assert_eq!(version, scene.house.desk.inventory.version());
        // What happens later may heal a lie; it is one all the same.
        scene.house.act(&Command::Sweep { at_most: 1 })?;
        scene
            .house
            .put_snapshot(version, &other.desk.inventory.snapshot())?;
        expect(&scene, version, what);
    }
    Ok(())
}
