//! What is no breach, and what a report says of it.

mod common;

use boxoffice_inventory::FailReason;
use boxoffice_store::ChargeStatus;

use common::{House, MINUTE, TestResult};

#[test]
fn an_empty_store_has_nothing_to_disagree() {
    let report = House::open().audit();
    assert_eq!((report.events, report.entries, report.seats), (1, 1, 12));
    assert_eq!(report.breaches, []);
}

#[test]
fn payments_in_the_middle_of_their_way_are_no_breach() -> TestResult {
    let scene = House::lively()?;
    let report = scene.house.audit();
    assert_eq!(report.breaches, [], "{report}");
    assert_eq!(report.warnings, [""; 0]);
    assert_eq!(report.entries, scene.house.desk.inventory.version());
    assert_eq!((report.seats_sold, report.bookings), (3, 6));
    Ok(())
}

#[test]
fn reservations_that_the_inventory_has_forgotten_are_still_checked() -> TestResult {
    let scene = House::lively()?;
    let mut house = scene.house;
    house.given.clock.turn(3 * 24 * 60 * MINUTE);
    house.act(&boxoffice_inventory::Command::Sweep { at_most: 10 })?;
    let forgotten = house.hold(&[10])?;
    assert!(
        house
            .desk
            .inventory
            .reservation(scene.cancelled.first)
            .is_none()
    );
    // The sweep called the payment that was under way void: its money is to go back.
    let report = house.audit();
    assert_eq!(report.breaches, [], "{report}");
    assert_eq!(report.warnings.len(), 1);

    let sql = "UPDATE bookings SET amount = 1 WHERE attempt = ?1";
    house.tamper(sql, [scene.cancelled.attempt as i64])?;
    let report = house.audit();
    assert_eq!(report.breaches.len(), 1, "{report}");
    assert_eq!(report.breaches[0].version, Some(scene.cancelled.attempt));
    assert!(forgotten > scene.cancelled.attempt);
    Ok(())
}

#[test]
fn money_that_waits_to_be_given_back_is_a_warning() -> TestResult {
    let mut house = House::open();
    let sale = house.pay(&[0])?;
    house.charge(sale, ChargeStatus::Authorized)?;
    house.fail(sale, FailReason::Unavailable)?;
    let report = house.audit();
    assert_eq!(report.breaches, [], "{report}");
    let warning = report.warnings.first().ok_or("no warning")?;
    assert!(warning.contains("1 authorisations wait"), "{warning}");
    assert!(
        warning.contains(&format!("of {}", sale.attempt)),
        "{warning}"
    );
    Ok(())
}

#[test]
fn a_snapshot_that_does_not_read_back_is_a_warning() -> TestResult {
    let house = House::open();
    let mut bytes = house.desk.inventory.snapshot();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    house.put_snapshot(1, &bytes)?;
    let report = house.audit();
    assert_eq!(report.breaches, []);
    assert_eq!(report.warnings.len(), 1);
    assert!(
        report.warnings[0].contains("damaged"),
        "{}",
        report.warnings[0]
    );
    Ok(())
}

#[test]
fn the_report_says_what_was_proven() -> TestResult {
    let text = House::lively()?.house.audit().to_string();
    assert!(
        text.contains("entries of 1 events replayed: 12 seats, 3 sold"),
        "{text}"
    );
    assert!(text.ends_with("payments and counts agree"), "{text}");
    Ok(())
}
