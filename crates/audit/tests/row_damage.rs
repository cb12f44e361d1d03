//! Damage done by hand to what stands beside a ledger, bookings, tickets and charges: each is found,
//! and named with event and version.

mod common;

use boxoffice_inventory::Command;
use boxoffice_store::ChargeStatus;
use rusqlite::params;

use common::{House, Sale, TestResult, damaged, expect, expect_among, tampered};

#[test]
fn every_column_of_a_booking_is_proven() -> TestResult {
    let cases = [
        ("first = first + 1", "reservation"),
        ("nonce = nonce + 1", "nonce"),
        ("secret = zeroblob(32)", "secret"),
        ("idempotency_key = zeroblob(16)", "idempotency key"),
        ("request = zeroblob(16)", "request"),
        ("created_at = created_at + 1", "beginning"),
        ("limit_at = limit_at + 1", "limit"),
        (
            "amount = amount - 1",
            "the booking is of 2499 EUR, its seats cost 2500 EUR",
        ),
        ("currency = 'USD'", "the booking is of 2500 USD"),
        (
            "status = 'voided'",
            "the booking is voided, the ledger says booked",
        ),
        ("decline_code = 'no'", "decline code"),
        ("cleanup = 'void'", "its money is to go back"),
        ("receipt_version = receipt_version + 1", "receipt"),
        ("receipt_head = zeroblob(32)", "receipt"),
        ("receipt_version = NULL, receipt_head = NULL", "receipt"),
        ("status = 'lost'", "damaged row"),
    ];
    for (set, what) in cases {
        let sql = format!("UPDATE bookings SET {set} WHERE attempt = ?1");
        let scene = damaged(&sql, |scene| scene.booked.attempt)?;
        // Its status alone says whether money that was set aside must go back.
        let count = if what.contains("voided") { 2 } else { 1 };
        expect_among(count, &scene, scene.booked.attempt, what);
    }
    Ok(())
}

#[test]
fn every_wrong_status_of_every_attempt_is_named() -> TestResult {
    let scene = House::lively()?;
    let right = [
        (scene.confirmed, &["booked", "confirmed"][..]),
        (scene.booked, &["booked"]),
        (scene.pending, &["pending"]),
        (scene.declined, &["declined"]),
        (scene.voided, &["voided"]),
        (scene.cancelled, &["cancelled"]),
    ];
    let all = [
        "pending",
        "booked",
        "confirmed",
        "declined",
        "voided",
        "cancelled",
    ];
    let sql = "UPDATE bookings SET status = ?2 WHERE attempt = ?1";
    for (sale, right) in right {
        for status in all {
            scene
                .house
                .tamper(sql, params![sale.attempt as i64, status])?;
            let report = scene.house.audit();
            let named = report
                .breaches
                .iter()
                .any(|breach| breach.version == Some(sale.attempt));
            assert_eq!(
                named,
                !right.contains(&status),
                "{sale:?} {status}: {report}"
            );
        }
        let status = right.last().ok_or("no status")?;
        scene
            .house
            .tamper(sql, params![sale.attempt as i64, status])?;
    }
    assert_eq!(scene.house.audit().breaches, []);
    Ok(())
}

#[test]
fn a_booking_that_is_gone_and_one_that_never_was_are_named() -> TestResult {
    let scene = damaged("DELETE FROM bookings WHERE attempt = ?1", |scene| {
        scene.pending.attempt
    })?;
    expect(
        &scene,
        scene.pending.attempt,
        "a paying entry without a booking",
    );
    let sql = "UPDATE bookings SET attempt = 1000 WHERE attempt = ?1";
    let scene = damaged(sql, |scene| scene.declined.attempt)?;
    expect_among(2, &scene, 1_000, "a booking without a paying entry");
    expect_among(
        2,
        &scene,
        scene.declined.attempt,
        "a paying entry without a booking",
    );
    Ok(())
}

#[test]
fn every_booked_seat_has_one_ticket_of_its_attempt_and_no_other_has() -> TestResult {
    let scene = tampered("DELETE FROM tickets WHERE seat = 1", [])?;
    expect(
        &scene,
        scene.confirmed.attempt,
        "seat 1 is sold, but has no ticket",
    );
    let copy = "INSERT INTO tickets SELECT event, ?1, attempt FROM tickets WHERE seat = 2";
    let scene = damaged(copy, |_| 10)?;
    expect(
        &scene,
        scene.booked.attempt,
        "a ticket for seat 10, which is not sold",
    );
    let moved = "UPDATE tickets SET attempt = ?1 WHERE seat = 1";
    let scene = damaged(moved, |scene| scene.booked.attempt)?;
    let what = format!(
        "a ticket for seat 1, which is sold to {}",
        scene.confirmed.attempt
    );
    expect(&scene, scene.booked.attempt, &what);
    let kept = "INSERT INTO tickets SELECT event, 6, ?1 FROM tickets WHERE seat = 2";
    let scene = damaged(kept, |scene| scene.cancelled.attempt)?;
    expect(
        &scene,
        scene.cancelled.attempt,
        "a ticket for seat 6, which is not sold",
    );
    Ok(())
}

#[test]
fn money_is_taken_only_for_what_was_sold() -> TestResult {
    for case in 0..4 {
        let scene = House::lively()?;
        let sale = [scene.pending, scene.declined, scene.voided, scene.cancelled][case];
        let sql = "UPDATE charges SET status = 'captured' WHERE attempt = ?1";
        assert_eq!(scene.house.tamper(sql, [sale.attempt as i64])?, 1);
        expect(&scene, sale.attempt, "money was taken, but the attempt is");
    }
    let sql = "UPDATE charges SET attempt = 1000 WHERE attempt = ?1";
    let scene = damaged(sql, |scene| scene.booked.attempt)?;
    expect(&scene, 1_000, "a charge without an attempt to pay");
    Ok(())
}

#[test]
fn what_is_confirmed_was_paid_for_exactly() -> TestResult {
    let cases = [
        (
            "UPDATE charges SET status = 'voided' WHERE attempt = ?1",
            "was not paid for",
        ),
        (
            "UPDATE charges SET status = 'authorized' WHERE attempt = ?1",
            "was not paid for",
        ),
        ("DELETE FROM charges WHERE attempt = ?1", "was not paid for"),
        (
            "UPDATE charges SET amount = 4999 WHERE attempt = ?1",
            "is of 4999 EUR",
        ),
        (
            "UPDATE charges SET currency = 'USD' WHERE attempt = ?1",
            "is of 5000 USD",
        ),
    ];
    for (sql, what) in cases {
        let scene = damaged(sql, |scene| scene.confirmed.attempt)?;
        expect(&scene, scene.confirmed.attempt, what);
    }
    let other = "UPDATE bookings SET provider = 'other' WHERE attempt = ?1";
    let scene = damaged(other, |scene| scene.confirmed.attempt)?;
    expect(
        &scene,
        scene.confirmed.attempt,
        "another provider's booking",
    );
    Ok(())
}

#[test]
fn a_reservation_is_not_paid_for_twice() -> TestResult {
    let mut scene = House::lively()?;
    let house = &mut scene.house;
    let (first, number) = (scene.declined.first, 99);
    house.act(&common::pay(first, number))?;
    let attempt = house.desk.inventory.version();
    house.act(&Command::Book { first, attempt })?;
    house.charge(Sale { first, attempt }, ChargeStatus::Captured)?;
    assert_eq!(house.audit().breaches, []);
    let sql = "UPDATE charges SET status = 'captured' WHERE attempt = ?1";
    house.tamper(sql, [scene.declined.attempt as i64])?;
    let already = format!("was paid for by attempt {} already", scene.declined.attempt);
    expect_among(2, &scene, attempt, &already);
    Ok(())
}

#[test]
fn money_set_aside_for_nothing_is_named() -> TestResult {
    for case in 0..3 {
        let scene = House::lively()?;
        let sale = [scene.declined, scene.voided, scene.cancelled][case];
        let sql = "UPDATE charges SET status = 'authorized' WHERE attempt = ?1";
        assert_eq!(scene.house.tamper(sql, [sale.attempt as i64])?, 1);
        expect(&scene, sale.attempt, "money stays set aside");
    }
    Ok(())
}

#[test]
fn rows_that_cannot_be_read_are_named_and_the_others_are_still_checked() -> TestResult {
    let scene = House::lively()?;
    scene.house.tamper(
        "UPDATE charges SET amount = amount - 1 WHERE attempt = ?1",
        [scene.confirmed.attempt as i64],
    )?;
    scene.house.tamper(
        "UPDATE bookings SET status = 'lost' WHERE attempt = ?1",
        [scene.booked.attempt as i64],
    )?;
    scene.house.tamper(
        "UPDATE bookings SET nonce = 1 WHERE attempt = ?1",
        [scene.pending.attempt as i64],
    )?;
    expect_among(
        3,
        &scene,
        scene.confirmed.attempt,
        "the charge is of 4999 EUR",
    );
    expect_among(3, &scene, scene.booked.attempt, "damaged row");
    expect_among(3, &scene, scene.pending.attempt, "nonce");
    Ok(())
}
