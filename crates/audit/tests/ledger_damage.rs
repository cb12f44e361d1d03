//! Damage done by hand to ledgers and their heads: each is found, and named with event and version.

mod common;

use rusqlite::params;

use common::{House, TestResult, damaged, expect, tampered, version};

#[test]
fn a_flipped_bit_of_any_entry_is_named() -> TestResult {
    let scene = House::lively()?;
    for version in 1..=version(&scene) {
        let whole = scene.house.entry("body", version)?;
        let mut body = whole.clone();
        let at = body.len() * version as usize / 64 % body.len();
        body[at] ^= 1 << (version % 8);
        let sql = "UPDATE ledger SET body = ?1 WHERE version = ?2";
        scene.house.tamper(sql, params![body, version as i64])?;
        expect(&scene, version, "its hash does not follow");
        scene.house.tamper(sql, params![whole, version as i64])?;
    }
    assert_eq!(scene.house.audit().breaches, []);
    Ok(())
}

#[test]
fn a_wrong_check_is_named_and_so_is_one_that_cannot_be_read() -> TestResult {
    let scene = damaged(
        "UPDATE ledger SET check_bytes = zeroblob(8) WHERE version = ?1",
        |_| 7,
    )?;
    expect(&scene, 7, "its hash does not follow");
    let scene = damaged(
        "UPDATE ledger SET check_bytes = x'00' WHERE version = ?1",
        |_| 9,
    )?;
    expect(&scene, 9, "damaged row");
    Ok(())
}

#[test]
fn a_missing_entry_is_named_wherever_it_stood() -> TestResult {
    for missing in [1, 5] {
        let scene = damaged("DELETE FROM ledger WHERE version = ?1", |_| missing)?;
        expect(&scene, missing, "there is no such entry");
    }
    let scene = damaged("DELETE FROM ledger WHERE version = ?1", version)?;
    expect(
        &scene,
        version(&scene),
        "there is no such entry, but the head says",
    );
    Ok(())
}

#[test]
fn swapped_entries_are_named_by_the_first() -> TestResult {
    let scene = House::lively()?;
    for (from, to) in [(4, 1_000), (5, 4), (1_000, 5)] {
        let sql = "UPDATE ledger SET version = ?2 WHERE version = ?1";
        assert_eq!(scene.house.tamper(sql, [from, to])?, 1);
    }
    expect(&scene, 4, "its hash does not follow");
    Ok(())
}

#[test]
fn an_entry_beyond_the_head_is_named() -> TestResult {
    let sql = "INSERT INTO ledger (event, version, check_bytes, body)
               SELECT event, ?1, check_bytes, body FROM ledger WHERE version = 2";
    let scene = damaged(sql, |scene| version(scene) + 1)?;
    expect(&scene, version(&scene) + 1, "it stands beyond the head");
    Ok(())
}

#[test]
fn every_column_of_the_head_is_proven() -> TestResult {
    let cases = [
        ("available = available + 1", "seats available"),
        ("held = held - 1", "seats held"),
        ("booked = 0", "seats booked"),
        ("blocked = 9", "seats blocked"),
        ("head = zeroblob(32)", "the head's hash"),
        ("next_due = next_due + 1", "something is due"),
        ("next_due = NULL", "due never"),
    ];
    for (set, what) in cases {
        let scene = tampered(&format!("UPDATE heads SET {set}"), [])?;
        expect(&scene, version(&scene), what);
    }
    let scene = tampered("UPDATE heads SET version = version + 1", [])?;
    expect(&scene, version(&scene) + 1, "there is no such entry");
    let scene = tampered("UPDATE heads SET version = version - 1", [])?;
    let report = scene.house.audit();
    let named = |what: &str| {
        report
            .breaches
            .iter()
            .any(|breach| breach.what.contains(what))
    };
    assert!(
        named("the head's hash") && named("beyond the head"),
        "{report}"
    );
    Ok(())
}

#[test]
fn a_head_that_is_gone_or_cannot_be_read_is_named_by_event() -> TestResult {
    let scene = tampered("DELETE FROM heads", [])?;
    expect(&scene, None, "it has no ledger");
    let scene = tampered("UPDATE heads SET available = -1", [])?;
    expect(&scene, None, "damaged row");
    Ok(())
}

#[test]
fn a_ledger_that_the_catalogue_does_not_know_is_named() -> TestResult {
    let scene = tampered("DELETE FROM events", [])?;
    let report = scene.house.audit();
    assert_eq!(report.breaches.len(), 1, "{report}");
    let breach = &report.breaches[0];
    assert_eq!(
        (breach.event, breach.id.as_str()),
        (scene.house.event(), "?")
    );
    assert!(breach.what.contains("not in the catalogue"));
    Ok(())
}
