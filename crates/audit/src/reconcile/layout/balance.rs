//! Stripe's itemized balance change from activity: a line a movement of the balance, refunds negative.
//!
//! Sources: <https://docs.stripe.com/reports/balance> and <https://docs.stripe.com/reports/report-types> for
//! the columns of `balance_change_from_activity.itemized.3` (amounts are in major units; columns of metadata
//! are `payment_metadata[key]` and `refund_metadata[key]`), and
//! <https://docs.stripe.com/reports/reporting-categories> for what each category is. The balance is kept in
//! the currency of the account: what the payer saw is in `customer_facing_amount` and
//! `customer_facing_currency`, which are filled for charges, refunds and failed charges.

use boxoffice_model::Currency;

use super::super::line::{At, Header, Line, ReportError, named, shortened};
use super::super::report::{Gathering, Movement};
use super::{ATTEMPT, Columns};

pub(super) struct Balance {
    id: At,
    currency: At,
    gross: At,
    category: At,
    attempt: At,
    /// Our refunds bear the attempt's name as well.
    of_refund: Option<At>,
    /// What the payer saw.
    facing: Option<(At, At)>,
    /// Where the provider's name for the payment may be, the best first.
    references: [Option<At>; 3],
}

impl Balance {
    pub(super) fn find(header: &Header) -> Result<Self, ReportError> {
        let amount = header.find("customer_facing_amount");
        Ok(Balance {
            id: header.need("balance_transaction_id")?,
            currency: header.need("currency")?,
            gross: header.need("gross")?,
            category: header.need("reporting_category")?,
            attempt: header.need(&format!("payment_metadata[{ATTEMPT}]"))?,
            of_refund: header.find(&format!("refund_metadata[{ATTEMPT}]")),
            facing: amount.zip(header.find("customer_facing_currency")),
            references: ["payment_intent_id", "charge_id", "source_id"]
                .map(|name| header.find(name)),
        })
    }

    /// What moved, as the payer saw it. Its sign is that of the balance.
    fn amount(&self, line: &Line<'_>) -> Result<(i64, Currency), ReportError> {
        let currency = line.currency(self.currency)?;
        let gross = line.amount(self.gross, currency)?;
        if let Some((amount, facing)) = self.facing
            && !line.text(facing)?.is_empty()
            && !line.text(amount)?.is_empty()
        {
            let facing = line.currency(facing)?;
            if facing != currency {
                let amount = line.amount(amount, facing)?.saturating_abs();
                return Ok((if gross < 0 { -amount } else { amount }, facing));
            }
        }
        Ok((gross, currency))
    }

    fn reference<'a>(&self, line: &'a Line<'_>) -> Result<&'a str, ReportError> {
        for at in self.references.into_iter().flatten() {
            let reference = line.text(at)?;
            if !reference.is_empty() {
                return Ok(reference);
            }
        }
        Ok("")
    }
}

impl Columns for Balance {
    fn take(&self, line: &Line<'_>, into: &mut Gathering) -> Result<(), ReportError> {
        let name = match named(line.text(self.attempt)?) {
            Some(name) => Some(name),
            None => named(line.perhaps(self.of_refund)?),
        };
        let Some(name) = name else {
            into.report.not_ours += 1;
            return Ok(());
        };
        into.once(line, self.id)?;
        let category = line.text(self.category)?.to_ascii_lowercase();
        let is_refund = match category.as_str() {
            // A charge that failed later, and the part of one that was never captured, undo the charge.
            "charge" | "charge_failure" | "partial_capture_reversal" => false,
            "refund" | "refund_failure" => true,
            "dispute" | "dispute_reversal" => {
                let gross = shortened(line.text(self.gross)?);
                let amount = format!("{gross} {}", line.currency(self.currency)?);
                into.dispute(name, amount, &category.replace('_', " "));
                return Ok(());
            }
            // Fees, payouts and the like are between the provider and the seller.
            _ => return Ok(()),
        };
        let (amount, currency) = self.amount(line)?;
        let told = into.told(name, self.reference(line)?);
        told.failed |= category == "charge_failure";
        let movement = Movement {
            taken: if is_refund { 0 } else { amount },
            refunded: if is_refund { -amount } else { 0 },
            currency,
        };
        into.add(name, movement, line, self.gross)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::report::ProviderReport;
    use super::super::tests::{read, refused, told};

    const HEADER: &str = "balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,\
                          source_id,payment_intent_id,charge_id,customer_facing_amount,\
                          customer_facing_currency,payment_metadata[boxoffice_attempt],\
                          refund_metadata[boxoffice_attempt]\n";

    /// A report of movements: currency and gross, the category, what the payer saw.
    fn report(lines: &[(&str, &str, &str)]) -> ProviderReport {
        read(&text(lines))
    }

    fn text(lines: &[(&str, &str, &str)]) -> String {
        let mut text = HEADER.to_owned();
        for (at, (money, category, facing)) in lines.iter().enumerate() {
            text += &format!(
                "txn_{at},2027-05-01 20:00:00,{money},0,0,{category},ch_1,pi_1,ch_1,{facing},202705000001:7,\n"
            );
        }
        text
    }

    #[test]
    fn movements_are_summed_up() {
        let report = report(&[
            ("eur,\"1,050.00\"", "charge", ","),
            ("eur,-20.00", "refund", "-20.00,eur"),
            ("eur,-30.5", "refund", ","),
            ("eur,20.00", "refund_failure", ","),
            ("eur,-1.00", "fee", ","),
        ]);
        let told = told(&report);
        assert_eq!(
            (told.taken, told.refunded, told.charges),
            (105_000, 3_050, 1)
        );
        assert_eq!(told.reference.as_deref(), Some("pi_1"));
    }

    #[test]
    fn a_charge_that_failed_later_is_undone() {
        let told = told(&report(&[
            ("eur,50", "charge", ","),
            ("eur,-50", "charge_failure", ","),
        ]));
        assert_eq!((told.taken, told.refunded, told.failed), (0, 0, true));
    }

    #[test]
    fn what_the_payer_saw_counts_where_money_was_converted() {
        let told = told(&report(&[
            ("eur,30.12", "charge", "5000,jpy"),
            ("eur,-6.01", "refund", "1000,jpy"),
        ]));
        assert_eq!(
            (told.taken, told.refunded, told.mixed),
            (5_000, 1_000, false)
        );
        assert_eq!(
            told.currency.map(|currency| currency.to_string()),
            Some("JPY".into())
        );
    }

    #[test]
    fn a_refund_is_known_by_its_own_metadata_too() {
        let text = text(&[("eur,-5.00", "refund", ",")]);
        let told = told(&read(&text.replace("202705000001:7,", ",202705000001:7")));
        assert_eq!(told.refunded, 500);
    }

    #[test]
    fn disputes_take_no_part_in_the_sums() {
        let report = report(&[("eur,50", "charge", ","), ("eur,-50", "dispute", ",")]);
        assert_eq!((told(&report).taken, report.disputes.len()), (5_000, 1));
        assert_eq!(
            (&*report.disputes[0].amount, &*report.disputes[0].state),
            ("-50 EUR", "dispute")
        );
    }

    #[test]
    fn lines_of_others_are_counted() {
        let text = text(&[("eur,50", "charge", ","), ("eur,-50", "payout", ",")]);
        let report = read(&text.replace("202705000001:7", ""));
        assert_eq!((report.not_ours, report.attempts.len()), (2, 0));
    }

    #[test]
    fn what_is_wrong_is_named_by_line_and_column() {
        let wrong = refused(&text(&[
            ("eur,50", "charge", ","),
            ("kwd,1.2345", "charge", ","),
        ]));
        assert!(
            wrong
                .starts_with("line 3, column `gross`: expected an amount of KWD, such as 1250.500"),
            "{wrong}"
        );
        let wrong = refused(&text(&[("eur,50", "charge", "5.5,jpy")]));
        assert!(
            wrong.starts_with("line 2, column `customer_facing_amount`"),
            "{wrong}"
        );
        let wrong = refused(&HEADER.replace("payment_metadata[boxoffice_attempt],", ""));
        assert!(
            wrong.starts_with("line 1, column `payment_metadata[boxoffice_attempt]`"),
            "{wrong}"
        );
    }
}
