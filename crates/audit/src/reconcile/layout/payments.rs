//! Stripe's Dashboard, Payments, Export: a line a payment, with what it amounted to and what of it was given
//! back until then, in the currency that the payer saw.
//!
//! Sources: <https://support.stripe.com/questions/exporting-a-report-of-all-transactions> on the export,
//! which holds failed payments too. Stripe does not document its headers: these are as public programs that
//! read `unified_payments.csv` have them, with metadata as `key (metadata)`. The words for a status are the
//! Dashboard's and a PaymentIntent's (<https://docs.stripe.com/payments/paymentintents/lifecycle>); they are
//! not promised either, so a word that is not known is refused where it would decide over money.

use super::super::line::{At, Header, Line, ReportError, named};
use super::super::report::{Gathering, Movement};
use super::{ATTEMPT, Columns};

/// Money was taken, if it was captured as well.
const TAKEN: [&str; 10] = [
    "paid",
    "succeeded",
    "refunded",
    "refund pending",
    "partial refund",
    "partial_refund",
    "partially refunded",
    "partially_refunded",
    "disputed",
    "early fraud warning",
];

/// No money was taken, and none will be.
const FAILED: [&str; 6] = [
    "failed",
    "canceled",
    "cancelled",
    "blocked",
    "expired",
    "incomplete",
];

/// No money was taken yet. Whatever begins with `requires_` is one of these too.
const NOT_YET: [&str; 4] = ["uncaptured", "pending", "processing", "open"];

pub(super) struct Payments {
    id: At,
    /// Payers may try several charges: the intent is what we know the payment by.
    intent: Option<At>,
    amount: At,
    refunded: At,
    currency: At,
    captured: At,
    status: At,
    attempt: At,
    disputed: Option<At>,
    dispute: Option<At>,
}

impl Payments {
    pub(super) fn find(header: &Header) -> Result<Self, ReportError> {
        Ok(Payments {
            id: header.need("id")?,
            intent: header.find("PaymentIntent ID"),
            amount: header.need("Amount")?,
            refunded: header.need("Amount Refunded")?,
            currency: header.need("Currency")?,
            captured: header.need("Captured")?,
            status: header.need("Status")?,
            attempt: header.need(&format!("{ATTEMPT} (metadata)"))?,
            disputed: header.find("Disputed Amount"),
            dispute: header.find("Dispute Status"),
        })
    }

    /// Whether the payment's money was taken.
    fn taken(&self, line: &Line<'_>) -> Result<bool, ReportError> {
        let captured = line.text(self.captured)?;
        // A payment without any charge has neither.
        if captured.is_empty() || captured.eq_ignore_ascii_case("false") {
            return Ok(false);
        }
        if !captured.eq_ignore_ascii_case("true") {
            return Err(line.wrong(self.captured, "true or false"));
        }
        let status = line.text(self.status)?.to_ascii_lowercase();
        let status = status.as_str();
        if TAKEN.contains(&status) {
            Ok(true)
        } else if FAILED.contains(&status)
            || NOT_YET.contains(&status)
            || status.starts_with("requires_")
        {
            Ok(false)
        } else {
            let known =
                "Paid, Refunded, Partial refund, Failed, Canceled, Uncaptured or requires_…";
            Err(line.wrong(self.status, known))
        }
    }
}

impl Columns for Payments {
    fn take(&self, line: &Line<'_>, into: &mut Gathering) -> Result<(), ReportError> {
        let Some(name) = named(line.text(self.attempt)?) else {
            into.report.not_ours += 1;
            return Ok(());
        };
        into.once(line, self.id)?;
        let intent = line.perhaps(self.intent)?;
        let reference = if intent.is_empty() {
            line.text(self.id)?
        } else {
            intent
        };
        let failed = FAILED.contains(&line.text(self.status)?.to_ascii_lowercase().as_str());
        into.told(name, reference).failed |= failed;
        if !self.taken(line)? {
            return Ok(());
        }
        let currency = line.currency(self.currency)?;
        let refunded = match line.text(self.refunded)? {
            "" => 0,
            _ => line.money(self.refunded, currency)?,
        };
        let taken = line.money(self.amount, currency)?;
        let movement = Movement {
            taken,
            refunded,
            currency,
        };
        into.add(name, movement, line, self.amount)?;
        let disputed = line.perhaps(self.disputed)?;
        if disputed.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
            let amount = super::super::line::shortened(disputed);
            into.dispute(name, amount, line.perhaps(self.dispute)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, refused, told};

    const HEADER: &str = "id,PaymentIntent ID,Created date (UTC),Amount,Amount Refunded,Currency,Captured,\
                          Status,Decline Reason,Customer Email,boxoffice_attempt (metadata)\n";

    fn line(money: &str) -> String {
        format!("{HEADER}ch_1,pi_1,2027-05-01 20:00,{money},,\"a@example.org\",202705000001:7\n")
    }

    #[test]
    fn amounts_are_read_exactly_in_each_currency() {
        for (money, taken, refunded) in [
            ("\"1,234.50\",0.10,eur,true,Partial refund", 123_450, 10),
            ("5000,5000,jpy,TRUE,Refunded", 5_000, 5_000),
            ("12.505,,kwd,true,Paid", 12_505, 0),
        ] {
            let told = told(&read(&line(money)));
            assert_eq!(
                (told.taken, told.refunded, told.charges),
                (taken, refunded, 1),
                "{money}"
            );
            assert_eq!(told.reference.as_deref(), Some("pi_1"));
        }
    }

    #[test]
    fn money_that_was_not_captured_was_not_taken() {
        for (money, failed) in [
            ("50.00,0.00,eur,false,Failed", true),
            ("50.00,,eur,true,Failed", true),
            ("50.00,,eur,,Canceled", true),
            ("50.00,0.00,eur,false,Uncaptured", false),
            ("50.00,0.00,eur,false,Paid", false),
            ("50.00,,eur,,requires_action", false),
        ] {
            let report = read(&line(money));
            let told = told(&report);
            assert_eq!(
                (told.taken, told.charges, told.failed),
                (0, 0, failed),
                "{money}"
            );
            assert_eq!(report.charges(), 0);
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_line_and_column() {
        for (money, wrong) in [
            (
                "50.001,0,eur,true,Paid",
                "`Amount`: expected an amount of EUR, such as 1250.50, found `50.001`",
            ),
            (
                "\"50,00\",0,eur,true,Paid",
                "`Amount`: expected an amount of EUR, such as 1250.50",
            ),
            (
                "-50,0,eur,true,Paid",
                "`Amount`: expected an amount that is not negative",
            ),
            (
                "50,x,eur,true,Paid",
                "`Amount Refunded`: expected an amount of EUR",
            ),
            (
                "50,0,€,true,Paid",
                "`Currency`: expected a currency's three letters, such as EUR",
            ),
            (
                "50,0,eur,yes,Paid",
                "`Captured`: expected true or false, found `yes`",
            ),
            (
                "50,0,eur,true,Thinking",
                "`Status`: expected Paid, Refunded",
            ),
        ] {
            let text = refused(&line(money));
            assert!(
                text.starts_with(&format!("line 2, column {wrong}")),
                "{text}"
            );
            assert!(!text.contains("example.org"), "{text}");
        }
    }

    #[test]
    fn a_missing_column_is_named() {
        let text = refused(&HEADER.replace(",boxoffice_attempt (metadata)", ""));
        assert!(
            text.contains("line 1, column `boxoffice_attempt (metadata)`: expected this column"),
            "{text}"
        );
        let text = refused(&HEADER.replace("Amount Refunded", "Refunds"));
        assert!(text.contains("column `Amount Refunded`"), "{text}");
    }

    #[test]
    fn what_has_no_name_of_ours_is_counted_and_not_judged() {
        let text = format!("{HEADER}ch_1,,,x,y,z,a,b,,,\nch_2,,,x,y,z,a,b,,,order-5\n");
        let report = read(&text);
        assert_eq!((report.not_ours, report.attempts.len()), (2, 0));
    }

    #[test]
    fn reports_that_were_joined_may_not_overlap() {
        let text = line("50.00,0.00,eur,true,Paid");
        let (_, again) = text.split_once('\n').expect("a line");
        let text = refused(&format!("{text}{again}"));
        assert!(
            text.starts_with("line 3, column `id`: expected each line once"),
            "{text}"
        );
    }

    #[test]
    fn a_dispute_is_told_as_it_is_written() {
        let header = HEADER.replace("Decline Reason", "Disputed Amount,Dispute Status");
        let text = format!(
            "{header}ch_1,pi_1,,50.00,0,eur,true,Paid,50.00,needs_response,,202705000001:7\n\
             ch_2,pi_2,,50.00,0,eur,true,Paid,0.00,,,202705000001:8\n"
        );
        let report = read(&text);
        assert_eq!(report.disputes.len(), 1);
        assert_eq!(
            (&*report.disputes[0].amount, &*report.disputes[0].state),
            ("50.00", "needs_response")
        );
        assert_eq!(told(&report).taken, 5_000);
    }
}
