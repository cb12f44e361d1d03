//! One test a kind of difference, and what is none.

use boxoffice_audit::{Kind, Layout, Period, Sums, Why};
use boxoffice_inventory::FailReason;

use crate::common::{Sale, TestResult};
use crate::desk::{Beside, reconciled};

fn declined() -> FailReason {
    let code = "card_declined".into();
    FailReason::Declined { code }
}

#[test]
fn what_agrees_is_summed_up() -> TestResult {
    let mut desk = Beside::open();
    let whole = desk.sold(&[0, 1])?;
    desk.says(whole, "50.00,0.00,eur,true", "Paid");
    let partly = desk.sold(&[2, 3])?;
    desk.refund(partly, Some(&[3]), true)?;
    desk.says(partly, "50.00,25.00,eur,true", "Partial refund");
    let back = desk.sold(&[4])?;
    desk.refund(back, None, true)?;
    desk.says(back, "25.00,25.00,eur,true", "Refunded");
    let failed = desk.house.pay(&[5])?;
    desk.house.fail(failed, declined())?;
    desk.says(failed, "25.00,0.00,eur,false", "Failed");
    let late = desk.house.pay(&[6])?;
    desk.house.fail(late, declined())?;
    desk.says(late, "25.00,25.00,eur,true", "Refunded");
    desk.names("", "9.99,0.00,usd,true", "Paid", ",");
    desk.names("order-7", "9.99,0.00,usd,true", "Paid", ",");

    let result = desk.reconciled()?;
    assert_eq!(
        (&result.differences[..], &result.under_way[..]),
        (&[][..], &[][..])
    );
    assert_eq!(
        (result.bookings, result.charges, result.not_ours),
        (5, 4, 2)
    );
    assert_eq!(result.layout, Layout::StripePayments);
    let sums = Sums {
        taken_here: 12_500,
        refunded_here: 5_000,
        taken_there: 15_000,
        refunded_there: 7_500,
        undone: 2_500,
    };
    assert_eq!(result.sums, [("EUR".parse()?, sums)].into());
    assert_eq!(
        result.to_string(),
        "5 bookings compared with 4 charges of Stripe's payments; 2 lines are not ours\n\
         taken: 125.00 EUR here, 150.00 EUR there; refunded: 50.00 EUR here, 75.00 EUR there; of it 25.00 \
         EUR for bookings that came to nothing\n\
         bookings and report agree"
    );
    Ok(())
}

#[test]
fn seats_without_money_are_named() -> TestResult {
    let mut desk = Beside::open();
    let sale = desk.sold(&[0])?;
    let kind = Kind::NoMoney { failed: false };
    desk.expect(
        sale,
        kind,
        &[
            "here 25.00 EUR taken",
            "there nothing",
            "look for the payment",
        ],
    )
}

#[test]
fn seats_whose_payment_failed_are_named() -> TestResult {
    let mut desk = Beside::open();
    let sale = desk.sold(&[0])?;
    desk.says(sale, "25.00,0.00,eur,false", "Failed");
    let kind = Kind::NoMoney { failed: true };
    desk.expect(sale, kind, &["the provider says that the payment failed"])
}

#[test]
fn another_amount_is_named() -> TestResult {
    let mut desk = Beside::open();
    let sale = desk.sold(&[0])?;
    desk.says(sale, "\"1,025.00\",0.00,eur,true", "Paid");
    let words = [
        "here 25.00 EUR taken",
        "there 1025.00 EUR taken",
        "(py_1)",
        "what is too much",
    ];
    desk.expect(sale, Kind::Taken, &words)
}

#[test]
fn another_currency_is_named() -> TestResult {
    let mut desk = Beside::open();
    let sale = desk.sold(&[0])?;
    desk.says(sale, "25.00,0.00,usd,true", "Paid");
    desk.expect(sale, Kind::Currency, &["there 25.00 USD taken"])
}

#[test]
fn money_without_seats_is_named() -> TestResult {
    let mut desk = Beside::open();
    let sale = desk.house.pay(&[0])?;
    desk.house.fail(sale, declined())?;
    desk.says(sale, "25.00,5.00,eur,true", "Partial refund");
    let words = ["version 3, declined", "give 20.00 EUR back"];
    desk.expect(sale, Kind::NoSeats, &words)
}

#[test]
fn money_taken_twice_is_named() -> TestResult {
    let mut desk = Beside::open();
    let sale = desk.sold(&[0])?;
    desk.says(sale, "25.00,0.00,eur,true", "Paid");
    desk.says(sale, "25.00,0.00,eur,true", "Paid");
    let kind = Kind::TakenAgain { charges: 2 };
    desk.expect(
        sale,
        kind,
        &["its money was taken 2 times", "every charge but one"],
    )
}

#[test]
fn a_refund_that_the_provider_does_not_know_is_named() -> TestResult {
    let mut desk = Beside::open();
    let sale = desk.sold(&[0, 1])?;
    desk.refund(sale, Some(&[0]), true)?;
    desk.says(sale, "50.00,0.00,eur,true", "Paid");
    desk.expect(
        sale,
        Kind::Refunded,
        &["25.00 EUR refunded, there 50.00 EUR taken and 0.00 EUR refunded"],
    )
}

#[test]
fn a_refund_that_was_made_by_hand_is_named() -> TestResult {
    let mut desk = Beside::open();
    let sale = desk.sold(&[0])?;
    desk.says(sale, "25.00,10.00,eur,true", "Partial refund");
    desk.expect(sale, Kind::Refunded, &["take back the seats of one"])
}

#[test]
fn seats_that_all_came_back_want_the_whole_price() -> TestResult {
    let mut desk = Beside::open();
    let sale = desk.sold(&[0])?;
    desk.refund(sale, None, true)?;
    desk.house.tamper("UPDATE refunds SET amount = 2400", [])?;
    desk.says(sale, "25.00,24.00,eur,true", "Partial refund");
    desk.expect(sale, Kind::NotAllRefunded, &["not all its money"])
}

#[test]
fn an_attempt_that_no_booking_has_is_named() -> TestResult {
    let mut desk = Beside::open();
    let unknown = Sale {
        first: 0,
        attempt: 900,
    };
    desk.says(unknown, "25.00,0.00,eur,true", "Paid");
    desk.expect(
        unknown,
        Kind::Unknown,
        &["here nothing", "a booking was lost"],
    )?;
    // Nor has anybody the event of this one; of what failed nothing is said.
    desk.names("203001000001:4", "30.00,30.00,eur,true", "Refunded", ",");
    desk.names("203001000001:5", "30.00,0.00,eur,false", "Failed", ",");
    let result = desk.reconciled()?;
    let text = result.to_string();
    assert!(
        text.contains("event ? (203001000001) version 4: money of an attempt"),
        "{text}"
    );
    assert_eq!(result.differences.len(), 2, "{text}");
    Ok(())
}

#[test]
fn money_for_another_providers_booking_is_named() -> TestResult {
    let mut desk = Beside::open();
    let sale = desk.sold(&[0])?;
    desk.sold(&[1])?;
    desk.says(sale, "25.00,0.00,eur,true", "Paid");
    let result = reconciled(&desk.house, &desk.report(), Period::default())?;
    assert_eq!(result.differences.len(), 1, "{result}");
    assert_eq!(result.differences[0].kind, Kind::NotAsked);
    assert_eq!(result.bookings, 0);
    Ok(())
}

#[test]
fn a_free_booking_is_compared_with_nothing() -> TestResult {
    let mut desk = Beside::open();
    desk.sold(&[0])?;
    desk.house
        .tamper("UPDATE bookings SET method = 'free', amount = 0", [])?;
    let plain = "attempt,currency,taken,refunded\n";
    let result = reconciled(&desk.house, plain, Period::default())?;
    assert_eq!(
        (result.bookings, result.differences.len()),
        (0, 0),
        "{result}"
    );
    Ok(())
}

#[test]
fn what_is_under_way_is_no_difference() -> TestResult {
    let mut desk = Beside::open();
    let pending = desk.house.pay(&[0])?;
    desk.says(pending, "25.00,0.00,eur,true", "Paid");
    let booked = desk.house.sell(&[1])?;
    let returning = desk.house.pay(&[2])?;
    desk.house.fail(returning, FailReason::Unavailable)?;
    desk.says(returning, "25.00,0.00,eur,true", "Paid");
    let due = desk.sold(&[3, 4])?;
    desk.refund(due, Some(&[4]), false)?;
    desk.says(due, "50.00,0.00,eur,true", "Paid");
    let untouched = desk.house.pay(&[5])?;
    desk.says(untouched, "25.00,0.00,eur,false", "requires_action");

    let result = desk.reconciled()?;
    assert_eq!(result.differences, [], "{result}");
    let why = |sale: Sale| {
        let mut found = result.under_way.iter();
        found
            .find(|found| found.case.attempt == sale.attempt)
            .map(|found| found.why)
    };
    assert_eq!(why(pending), Some(Why::Paying));
    assert_eq!(why(booked), Some(Why::Paying));
    assert_eq!(why(returning), Some(Why::Returning));
    assert_eq!(why(due), Some(Why::Refunding));
    assert_eq!(why(untouched), None);
    assert!(
        result.to_string().contains("under way: event event-0"),
        "{result}"
    );
    Ok(())
}

#[test]
fn disputes_are_told() -> TestResult {
    let mut desk = Beside::open();
    let sale = desk.sold(&[0])?;
    let name = format!("{}:{}", desk.house.event(), sale.attempt);
    desk.names(&name, "25.00,0.00,eur,true", "Paid", "25.00,needs_response");
    let result = desk.reconciled()?;
    assert_eq!(result.differences, [], "{result}");
    let told = format!("version {}: needs_response, 25.00", sale.attempt);
    assert!(result.to_string().contains(&told), "{result}");
    Ok(())
}
