//! Which bookings are compared, and what a report need not know.

use boxoffice_audit::{Kind, Period, Why};
use boxoffice_model::Timestamp;
use boxoffice_store::Store;

use crate::common::{MINUTE, TestResult};
use crate::desk::{Beside, reconciled};

fn now(desk: &Beside) -> Timestamp {
    Store::now(desk.house.store())
}

#[test]
fn a_period_holds_its_beginning_and_not_its_end() {
    let period = Period {
        from: Some(Timestamp(5)),
        to: Some(Timestamp(7)),
    };
    let inside = [4, 5, 6, 7].map(|at| period.contains(Timestamp(at)));
    assert_eq!(inside, [false, true, true, false]);
    assert!(Period::default().contains(Timestamp(i64::MIN)));
}

#[test]
fn bookings_outside_the_period_are_compared_only_if_the_report_names_them() -> TestResult {
    let mut desk = Beside::open();
    let silent = desk.sold(&[0])?;
    let named = desk.sold(&[1])?;
    desk.house.given.clock.turn(MINUTE);
    let from = now(&desk);
    let inside = desk.sold(&[2])?;
    desk.house.given.clock.turn(MINUTE);
    let to = now(&desk);
    desk.sold(&[3])?;
    desk.says(named, "24.00,0.00,eur,true", "Paid");
    desk.ask_stripe()?;

    let period = Period {
        from: Some(from),
        to: Some(to),
    };
    let result = reconciled(&desk.house, &desk.report(), period)?;
    let attempts: Vec<u64> = result
        .differences
        .iter()
        .map(|found| found.case.attempt)
        .collect();
    assert_eq!(attempts, [named.attempt, inside.attempt], "{result}");
    assert_eq!(result.bookings, 2);
    assert!(silent.attempt < named.attempt);
    Ok(())
}

#[test]
fn a_refund_behind_the_period_may_be_unknown_to_the_report() -> TestResult {
    let mut desk = Beside::open();
    let sale = desk.sold(&[0, 1])?;
    desk.house.given.clock.turn(MINUTE);
    let to = Some(now(&desk));
    desk.refund(sale, Some(&[1]), true)?;
    desk.says(sale, "50.00,0.00,eur,true", "Paid");
    desk.ask_stripe()?;

    let result = reconciled(&desk.house, &desk.report(), Period { from: None, to })?;
    assert_eq!(result.differences, [], "{result}");
    assert_eq!(result.under_way[0].why, Why::Refunding);
    let result = reconciled(&desk.house, &desk.report(), Period::default())?;
    assert_eq!(result.differences[0].kind, Kind::Refunded);
    Ok(())
}

#[test]
fn a_balance_report_may_know_refunds_of_older_bookings_alone() -> TestResult {
    let mut desk = Beside::open();
    let sale = desk.sold(&[0, 1])?;
    desk.house.given.clock.turn(MINUTE);
    let from = Some(now(&desk));
    desk.refund(sale, Some(&[1]), true)?;
    desk.ask_stripe()?;
    let report = format!(
        "balance_transaction_id,reporting_category,currency,gross,payment_metadata[boxoffice_attempt]\n\
         txn_1,refund,eur,-25.00,{}:{}\ntxn_2,payout,eur,-100.00,\n",
        desk.house.event(),
        sale.attempt
    );
    let result = reconciled(&desk.house, &report, Period { from, to: None })?;
    assert_eq!(result.differences, [], "{result}");
    assert_eq!(
        (result.bookings, result.charges, result.not_ours),
        (1, 0, 1)
    );
    let result = reconciled(&desk.house, &report, Period::default())?;
    assert_eq!(result.differences[0].kind, Kind::NoMoney { failed: false });
    Ok(())
}
