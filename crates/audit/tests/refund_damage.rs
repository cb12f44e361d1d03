//! Damage done by hand where money waits, comes late or goes back: each is found, and named with event and
//! version.

mod common;

use boxoffice_inventory::{Command, FailReason, SaleStatus};
use boxoffice_store::{ChargeStatus, Record};

use common::{House, Returns, Sale, TestResult};

/// Damages rows of a new scene; `key` is their version or attempt.
fn damaged(
    sql: &str,
    key: impl FnOnce(&Returns) -> u64,
) -> Result<Returns, Box<dyn std::error::Error>> {
    let scene = House::returns()?;
    let key = key(&scene) as i64;
    assert_eq!(scene.house.tamper(sql, [key])?, 1, "{sql}");
    Ok(scene)
}

#[test]
fn refunds_and_payments_that_wait_or_come_late_are_no_breach() -> TestResult {
    let scene = House::returns()?;
    let report = scene.house.audit();
    assert_eq!(report.breaches, [], "{report}");
    let due = format!("1 refunds wait to be paid back, the first of {}", scene.due);
    assert_eq!(report.warnings.len(), 1, "{report}");
    assert!(report.warnings[0].contains(&due), "{report}");
    Ok(())
}

#[test]
fn every_column_of_a_refund_is_proven() -> TestResult {
    let cases = [
        ("attempt = attempt + 1", "the refund is "),
        (
            "amount = amount - 1",
            "the refund is of 2499, its seats cost 2500",
        ),
        ("created_at = created_at + 1", "the refund's time differs"),
    ];
    for (set, what) in cases {
        let sql = format!("UPDATE refunds SET {set} WHERE version = ?1");
        let scene = damaged(&sql, |scene| scene.due)?;
        scene.house.expect_among(1, scene.due, what);
    }
    Ok(())
}

#[test]
fn a_refund_that_is_gone_and_one_that_never_was_are_named() -> TestResult {
    let gone = "DELETE FROM refunds WHERE version = ?1";
    let scene = damaged(gone, |scene| scene.due)?;
    let what = "seats were taken back, but no money is owed";
    scene.house.expect_among(1, scene.due, what);
    let copy =
        "INSERT INTO refunds SELECT event, 1000, attempt, 1, created_at, 1, NULL FROM refunds
                WHERE version = ?1";
    let scene = damaged(copy, |scene| scene.refund)?;
    let what = "a refund without seats that were taken back";
    // The provider gave less back than that.
    scene.house.expect_among(2, 1_000, what);
    let what = "2500 were paid back, its refunds say 2501";
    scene.house.expect_among(2, scene.partly.attempt, what);
    Ok(())
}

#[test]
fn nobody_gets_back_more_than_was_paid() -> TestResult {
    let sql = "UPDATE refunds SET amount = 7501 WHERE version = ?1";
    let scene = damaged(sql, |scene| scene.refund)?;
    let what = "7501 are to be paid back of 7500";
    scene.house.expect_among(3, scene.partly.attempt, what);
    Ok(())
}

#[test]
fn a_refund_that_is_due_is_not_forgotten() -> TestResult {
    let sql = "UPDATE bookings SET cleanup = 'none' WHERE attempt = ?1";
    let scene = damaged(sql, |scene| scene.owed.attempt)?;
    let what = "its booking says that nothing is left to do";
    scene.house.expect_among(1, scene.due, what);
    let sql = "UPDATE bookings SET cleanup = 'refund' WHERE attempt = ?1";
    let scene = damaged(sql, |scene| scene.late.attempt)?;
    scene
        .house
        .expect_among(1, scene.late.attempt, "its money is to go back (refund)");
    Ok(())
}

#[test]
fn the_provider_gave_back_what_its_refunds_say() -> TestResult {
    let cases = [
        (0, "0 were paid back, its refunds say 2500"),
        (2_499, "2499 were paid back, its refunds say 2500"),
        (2_501, "2501 were paid back, 2500 are owed"),
    ];
    for (refunded, what) in cases {
        let sql = format!("UPDATE charges SET refunded = {refunded} WHERE attempt = ?1");
        let scene = damaged(&sql, |scene| scene.partly.attempt)?;
        scene.house.expect_among(1, scene.partly.attempt, what);
    }
    // Between the provider's answer and its row, more may have been given back, but not too much.
    for (refunded, healthy) in [(2_499, false), (2_500, true), (5_000, true), (5_001, false)] {
        let sql = format!("UPDATE charges SET refunded = {refunded} WHERE attempt = ?1");
        let scene = damaged(&sql, |scene| scene.owed.attempt)?;
        let report = scene.house.audit();
        assert_eq!(report.breaches.is_empty(), healthy, "{refunded}: {report}");
    }
    let sql = "UPDATE charges SET refunded = 1 WHERE attempt = ?1";
    let scene = damaged(sql, |scene| scene.waiting.attempt)?;
    let what = "money was paid back that was never taken";
    scene.house.expect_among(1, scene.waiting.attempt, what);
    Ok(())
}

#[test]
fn every_wrong_status_of_what_came_back_is_named() -> TestResult {
    let scene = House::returns()?;
    let right = [
        (scene.partly, "partly_refunded", &[][..]),
        (scene.whole, "refunded", &[]),
        (scene.late, "confirmed", &["booked"]),
        (scene.waiting, "action", &["pending"]),
    ];
    let all = [
        "pending",
        "action",
        "booked",
        "confirmed",
        "declined",
        "voided",
        "cancelled",
        "partly_refunded",
        "refunded",
    ];
    let sql = "UPDATE bookings SET status = ?2 WHERE attempt = ?1";
    for (sale, right, also) in right {
        let attempt = sale.attempt as i64;
        for status in all {
            scene
                .house
                .tamper(sql, rusqlite::params![attempt, status])?;
            let report = scene.house.audit();
            let named = report
                .breaches
                .iter()
                .any(|breach| breach.version == Some(sale.attempt));
            let fits = right == status || also.contains(&status);
            assert_eq!(named, !fits, "{sale:?} {status}: {report}");
        }
        scene.house.tamper(sql, rusqlite::params![attempt, right])?;
    }
    assert_eq!(scene.house.audit().breaches, []);
    Ok(())
}

#[test]
fn what_came_back_was_paid_for_before() -> TestResult {
    for charge in [
        "DELETE FROM charges WHERE attempt = ?1",
        "UPDATE charges SET status = 'authorized', refunded = 0 WHERE attempt = ?1",
    ] {
        let scene = damaged(charge, |scene| scene.whole.attempt)?;
        let what = "the booking is refunded, but was not paid for";
        scene.house.expect_among(1, scene.whole.attempt, what);
    }
    Ok(())
}

#[test]
fn seats_that_came_back_have_no_tickets() -> TestResult {
    let copy =
        "INSERT INTO tickets SELECT event, 1, attempt FROM tickets WHERE seat = 0 AND attempt = ?1";
    let scene = damaged(copy, |scene| scene.partly.attempt)?;
    let what = "it has a ticket for seat 1, which is not sold";
    scene.house.expect_among(1, scene.partly.attempt, what);
    let gone = "DELETE FROM tickets WHERE seat = 2 AND attempt = ?1";
    let scene = damaged(gone, |scene| scene.partly.attempt)?;
    let what = "seat 2 is sold, but has no ticket";
    scene.house.expect_among(1, scene.partly.attempt, what);
    let gone = "DELETE FROM tickets WHERE attempt = ?1";
    let scene = damaged(gone, |scene| scene.late.attempt)?;
    let what = "seat 5 is sold, but has no ticket";
    scene.house.expect_among(1, scene.late.attempt, what);
    Ok(())
}

#[test]
fn a_limit_that_moved_is_proven() -> TestResult {
    for limit in ["limit_at + 1", "created_at + 120000000"] {
        let sql = format!("UPDATE bookings SET limit_at = {limit} WHERE attempt = ?1");
        let scene = damaged(&sql, |scene| scene.waiting.attempt)?;
        scene
            .house
            .expect_among(1, scene.waiting.attempt, "the booking's limit differ");
    }
    Ok(())
}

#[test]
fn a_payer_is_sent_to_some_page() -> TestResult {
    let sql = "UPDATE bookings SET redirect_url = NULL WHERE attempt = ?1";
    let scene = damaged(sql, |scene| scene.waiting.attempt)?;
    let what = "its payer must go to a page, but to none";
    scene.house.expect_among(1, scene.waiting.attempt, what);
    Ok(())
}

#[test]
fn a_sale_that_came_late_has_its_own_receipt() -> TestResult {
    let sql = "UPDATE bookings SET receipt_version = receipt_version - 1 WHERE attempt = ?1";
    let scene = damaged(sql, |scene| scene.late.attempt)?;
    scene
        .house
        .expect_among(1, scene.late.attempt, "receipt is not the ledger's");
    Ok(())
}

#[test]
fn a_page_is_open_only_while_somebody_may_pay() -> TestResult {
    let sql = "UPDATE charges SET status = 'open' WHERE attempt = ?1";
    let scene = damaged(sql, |scene| scene.late.attempt)?;
    // It says that it is confirmed, too.
    let what = "it is sold, but its payer has not paid yet";
    scene.house.expect_among(2, scene.late.attempt, what);

    let mut house = House::open();
    let sale = house.pay(&[0])?;
    house.redirect(sale)?;
    house.fail(sale, FailReason::Unavailable)?;
    assert_eq!(house.audit().breaches, []);
    // Nothing is left to do, it says, but the page was not closed.
    house.clean_up(sale)?;
    let what = "a page stays open for an attempt that came to nothing";
    house.expect_among(1, sale.attempt, what);
    house.charge(sale, ChargeStatus::Voided)?;
    assert_eq!(house.audit().breaches, []);
    Ok(())
}

#[test]
fn money_for_nothing_goes_back_whole() -> TestResult {
    let mut house = House::open();
    let sale = house.sell(&[0, 1])?;
    house.charge(sale, ChargeStatus::Captured)?;
    house.cancel(sale)?;
    let report = house.audit();
    assert_eq!(report.breaches, [], "{report}");
    let waits = "1 payments for nothing wait to be paid back";
    assert!(report.warnings[0].contains(waits), "{report}");
    house.clean_up(sale)?;
    for (refunded, count) in [(0, 1), (4_999, 1), (5_000, 0), (5_001, 1)] {
        let sql = format!("UPDATE charges SET refunded = {refunded} WHERE attempt = ?1");
        house.tamper(&sql, [sale.attempt as i64])?;
        let report = house.audit();
        assert_eq!(report.breaches.len(), count, "{refunded}: {report}");
    }
    Ok(())
}

#[test]
fn an_event_that_was_called_off_is_proven_like_any_other() -> TestResult {
    let mut scene = House::returns()?;
    let house = &mut scene.house;
    let held = house.hold(&[9])?;
    let pending = house.pay(&[10])?;
    house.act(&Command::CancelEvent)?;
    let report = house.audit();
    assert_eq!(report.breaches, [], "{report}");
    // What is sold comes back afterwards.
    let refund = house.take_back(scene.late, &[5], false)?;
    house.pay_back(scene.late, refund, 2_500)?;
    house.clean_up(scene.late)?;
    assert_eq!(house.audit().breaches, []);

    let sql = "UPDATE bookings SET status = 'pending', cleanup = 'none', decline_code = NULL
               WHERE attempt = ?1";
    house.tamper(sql, [pending.attempt as i64])?;
    let what = "the booking is pending, the ledger says failed (EventCancelled)";
    house.expect_among(1, pending.attempt, what);
    let sql = "UPDATE bookings SET status = 'voided', cleanup = 'void' WHERE attempt = ?1";
    house.tamper(sql, [pending.attempt as i64])?;
    let what = "decline code is None, the ledger's Some(\"event_cancelled\")";
    house.expect_among(1, pending.attempt, what);
    assert!(held < pending.first);
    Ok(())
}

#[test]
fn what_costs_nothing_needs_no_charge() -> TestResult {
    let mut house = House::open();
    let paid = house.sell_paid(&[0])?;
    let mut facts = house.desk.inventory.facts().ok_or("no facts")?.clone();
    (facts.prices, facts.status) = (vec![Some(0)], SaleStatus::Scheduled);
    house.act(&Command::Revise(Box::new(facts)))?;
    let free = house.sell(&[1])?;
    house.confirm(free)?;
    let set_free = "UPDATE bookings SET method = 'free' WHERE attempt = ?1";
    house.tamper(set_free, [free.attempt as i64])?;
    assert_eq!(house.audit().breaches, []);

    house.charge(free, ChargeStatus::Captured)?;
    house.expect_among(1, free.attempt, "a booking that was free was charged");
    house.tamper(
        "DELETE FROM charges WHERE attempt = ?1",
        [free.attempt as i64],
    )?;
    house.tamper(set_free, [paid.attempt as i64])?;
    house.expect_among(2, paid.attempt, "nothing is asked for 2500 EUR");
    Ok(())
}

#[test]
fn a_payment_that_waits_for_an_operator_is_a_warning() -> TestResult {
    let mut house = House::open();
    let Sale { attempt, .. } = house.pay(&[0])?;
    let event = house.event();
    let trouble = Some("the provider's currency differs".into());
    house.put(Record::Troubled {
        event,
        attempt,
        trouble,
    })?;
    let report = house.audit();
    assert_eq!(report.breaches, []);
    let waits = format!("1 payments wait for an operator, the first of {attempt}: the provider's");
    assert!(report.warnings[0].contains(&waits), "{report}");
    Ok(())
}
