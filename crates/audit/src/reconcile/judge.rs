//! The decision about one attempt: whether its two sides agree, differ, or need not agree yet. A plain
//! function of both; nothing is read here.

use boxoffice_store::{BookingStatus, Cleanup};

use super::case::{Kind, Why};
use super::report::Told;
use super::rows::Row;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Agrees,
    UnderWay(Why),
    Differs(Kind),
}

/// Compares an attempt with what the report says of it.
pub(super) fn judge(row: &Row, told: Option<&Told>) -> Verdict {
    let nothing = Told::default();
    let told = told.unwrap_or(&nothing);
    if !row.asked {
        return match told.taken == told.refunded && !told.mixed {
            true => Verdict::Agrees,
            false => Verdict::Differs(Kind::NotAsked),
        };
    }
    if told.has_money() && (told.mixed || told.currency != Some(row.currency)) {
        return Verdict::Differs(Kind::Currency);
    }
    if row.status.under_way() {
        under_way(row, told)
    } else if row.status.is_paid() {
        paid(row, told)
    } else {
        came_to_nothing(row, told)
    }
}

/// Nothing need agree yet, but nobody is to pay twice.
fn under_way(row: &Row, told: &Told) -> Verdict {
    let charges = told.charges;
    if charges > 1 && told.taken.saturating_sub(told.refunded) > row.amount {
        Verdict::Differs(Kind::TakenAgain { charges })
    } else if row.troubled {
        Verdict::UnderWay(Why::Troubled)
    } else if told.has_money() || row.status == BookingStatus::Booked {
        Verdict::UnderWay(Why::Paying)
    } else {
        Verdict::Agrees
    }
}

/// Whatever was taken must have been given back.
fn came_to_nothing(row: &Row, told: &Told) -> Verdict {
    if told.taken == told.refunded {
        Verdict::Agrees
    } else if told.taken < told.refunded {
        // Of a booking before the period the report may lack the charge.
        match told.taken == 0 && !row.in_period && told.refunded <= row.amount {
            true => Verdict::Agrees,
            false => Verdict::Differs(Kind::Refunded),
        }
    } else if row.cleanup == Cleanup::None {
        Verdict::Differs(Kind::NoSeats)
    } else if row.troubled {
        Verdict::UnderWay(Why::Troubled)
    } else {
        Verdict::UnderWay(Why::Returning)
    }
}

/// What was taken is the price, and what was given back is what the refunds say.
fn paid(row: &Row, told: &Told) -> Verdict {
    if told.taken == 0 && row.amount > 0 {
        let charge_is_older = !row.in_period && !told.failed && told.refunded != 0;
        return match charge_is_older {
            true => refunds_before(row, told),
            false => Verdict::Differs(Kind::NoMoney {
                failed: told.failed,
            }),
        };
    }
    let too_much = told.taken.saturating_sub(row.amount);
    let charges = told.charges;
    if charges > 1 && too_much > 0 {
        // Somebody may have given the second charge back at the provider, which no refund here says.
        return match told.refunded.checked_sub(too_much) == Some(row.done) {
            true => Verdict::Agrees,
            false => Verdict::Differs(Kind::TakenAgain { charges }),
        };
    }
    if too_much != 0 {
        return Verdict::Differs(Kind::Taken);
    }
    refunds(row, told)
}

fn refunds(row: &Row, told: &Told) -> Verdict {
    let all = row.done.saturating_add(row.due);
    if told.refunded == row.done && row.due == 0 {
        let whole = row.status != BookingStatus::Refunded || row.done == row.amount;
        return match whole {
            true => Verdict::Agrees,
            false => Verdict::Differs(Kind::NotAllRefunded),
        };
    }
    let least = row.done.saturating_sub(row.younger);
    if all == least || !(least..=all).contains(&told.refunded) {
        Verdict::Differs(Kind::Refunded)
    } else if row.troubled && row.due > 0 {
        Verdict::UnderWay(Why::Troubled)
    } else {
        Verdict::UnderWay(Why::Refunding)
    }
}

/// Of a booking before the period, whose charge the report need not have, some refunds may be as old.
fn refunds_before(row: &Row, told: &Told) -> Verdict {
    match told.refunded <= row.done.saturating_add(row.due) {
        true => Verdict::Agrees,
        false => Verdict::Differs(Kind::Refunded),
    }
}

#[cfg(test)]
mod tests {
    use boxoffice_model::Currency;

    use BookingStatus::{Booked, Cancelled, Confirmed, PartlyRefunded, Pending, Refunded, Voided};

    use super::*;

    fn euro() -> Currency {
        "EUR".parse().expect("a currency")
    }

    /// A booking of 100 with refunds.
    fn row(status: BookingStatus, done: i64, due: i64) -> Row {
        Row {
            attempt: 7,
            status,
            cleanup: Cleanup::None,
            troubled: false,
            amount: 100,
            currency: euro(),
            asked: true,
            in_period: true,
            done,
            younger: 0,
            due,
        }
    }

    fn told(taken: i64, refunded: i64) -> Told {
        Told {
            taken,
            refunded,
            currency: Some(euro()),
            charges: u32::from(taken > 0),
            ..Told::default()
        }
    }

    fn verdict(row: &Row, taken: i64, refunded: i64) -> Verdict {
        judge(row, Some(&told(taken, refunded)))
    }

    #[test]
    fn what_was_taken_must_be_the_price() {
        let row = row(Confirmed, 0, 0);
        assert_eq!(verdict(&row, 100, 0), Verdict::Agrees);
        assert_eq!(verdict(&row, 99, 0), Verdict::Differs(Kind::Taken));
        assert_eq!(verdict(&row, 101, 0), Verdict::Differs(Kind::Taken));
        assert_eq!(
            judge(&row, None),
            Verdict::Differs(Kind::NoMoney { failed: false })
        );
    }

    #[test]
    fn a_second_charge_is_named_until_it_was_given_back() {
        let twice = |refunded| Told {
            charges: 2,
            ..told(200, refunded)
        };
        let again = Verdict::Differs(Kind::TakenAgain { charges: 2 });
        for (status, done) in [(Confirmed, 0), (PartlyRefunded, 40), (Refunded, 100)] {
            let row = row(status, done, 0);
            assert_eq!(judge(&row, Some(&twice(done))), again);
            assert_eq!(judge(&row, Some(&twice(100 + done))), Verdict::Agrees);
        }
        assert_eq!(judge(&row(Pending, 0, 0), Some(&twice(0))), again);
        assert_eq!(
            judge(&row(Voided, 0, 0), Some(&twice(200))),
            Verdict::Agrees
        );
    }

    #[test]
    fn refunds_that_are_due_may_have_been_given_or_not() {
        let row = row(PartlyRefunded, 30, 20);
        for refunded in [30, 50] {
            assert_eq!(
                verdict(&row, 100, refunded),
                Verdict::UnderWay(Why::Refunding)
            );
        }
        for refunded in [0, 29, 51] {
            assert_eq!(
                verdict(&row, 100, refunded),
                Verdict::Differs(Kind::Refunded)
            );
        }
    }

    #[test]
    fn refunds_behind_the_period_may_be_unknown_to_the_report() {
        let row = Row {
            younger: 20,
            ..row(PartlyRefunded, 50, 0)
        };
        assert_eq!(verdict(&row, 100, 50), Verdict::Agrees);
        assert_eq!(verdict(&row, 100, 30), Verdict::UnderWay(Why::Refunding));
        assert_eq!(verdict(&row, 100, 29), Verdict::Differs(Kind::Refunded));
    }

    #[test]
    fn where_all_seats_came_back_all_money_did() {
        assert_eq!(verdict(&row(Refunded, 100, 0), 100, 100), Verdict::Agrees);
        let verdict = verdict(&row(Refunded, 90, 0), 100, 90);
        assert_eq!(verdict, Verdict::Differs(Kind::NotAllRefunded));
    }

    #[test]
    fn money_without_seats_may_be_on_its_way_back() {
        let mut row = row(Cancelled, 0, 0);
        assert_eq!(verdict(&row, 100, 100), Verdict::Agrees);
        assert_eq!(verdict(&row, 100, 99), Verdict::Differs(Kind::NoSeats));
        assert_eq!(verdict(&row, 100, 101), Verdict::Differs(Kind::Refunded));
        row.cleanup = Cleanup::Void;
        assert_eq!(verdict(&row, 100, 0), Verdict::UnderWay(Why::Returning));
        row.troubled = true;
        assert_eq!(verdict(&row, 100, 0), Verdict::UnderWay(Why::Troubled));
    }

    #[test]
    fn what_is_under_way_need_not_agree() {
        assert_eq!(judge(&row(Pending, 0, 0), None), Verdict::Agrees);
        assert_eq!(
            judge(&row(Booked, 0, 0), None),
            Verdict::UnderWay(Why::Paying)
        );
        assert_eq!(
            verdict(&row(Pending, 0, 0), 100, 0),
            Verdict::UnderWay(Why::Paying)
        );
    }

    #[test]
    fn of_older_bookings_the_report_may_know_refunds_alone() {
        let mut row = row(PartlyRefunded, 30, 0);
        assert_eq!(
            verdict(&row, 0, 30),
            Verdict::Differs(Kind::NoMoney { failed: false })
        );
        row.in_period = false;
        assert_eq!(verdict(&row, 0, 30), Verdict::Agrees);
        assert_eq!(verdict(&row, 0, 31), Verdict::Differs(Kind::Refunded));
    }

    #[test]
    fn another_currency_or_another_payer_is_named_first() {
        let mut row = row(Confirmed, 0, 0);
        let dollars = Told {
            currency: "USD".parse().ok(),
            ..told(100, 0)
        };
        assert_eq!(
            judge(&row, Some(&dollars)),
            Verdict::Differs(Kind::Currency)
        );
        let mixed = Told {
            mixed: true,
            ..told(100, 0)
        };
        assert_eq!(judge(&row, Some(&mixed)), Verdict::Differs(Kind::Currency));
        row.asked = false;
        assert_eq!(verdict(&row, 100, 0), Verdict::Differs(Kind::NotAsked));
        assert_eq!(verdict(&row, 0, 0), Verdict::Agrees);
    }
}
