//! The reports that are understood, told apart by their headers. Each has a module of its own that says
//! what its columns mean.

mod balance;
mod payments;
mod plain;

use std::fmt;

use super::line::{Header, Line, ReportError};
use super::report::Gathering;

/// The metadata by which our objects at Stripe are named; the crate `payments` writes it.
const ATTEMPT: &str = "boxoffice_attempt";

/// A report that is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Stripe's Dashboard, Payments, Export.
    StripePayments,
    /// Stripe's itemized balance change from activity.
    StripeBalance,
    /// Our own.
    Plain,
}

impl Layout {
    /// Whose report it is, by the provider's name in bookings. None: it may be anybody's.
    pub fn provider(self) -> Option<&'static str> {
        match self {
            Layout::StripePayments | Layout::StripeBalance => Some("stripe"),
            Layout::Plain => None,
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Layout::StripePayments => "Stripe's payments",
            Layout::StripeBalance => "Stripe's itemized balance",
            Layout::Plain => "the plain form",
        })
    }
}

/// Where the columns of a layout are, and what a line of it says.
pub(super) trait Columns {
    /// Takes in a line.
    fn take(&self, line: &Line<'_>, into: &mut Gathering) -> Result<(), ReportError>;
}

/// Which report it is.
pub(super) fn recognise(header: &Header) -> Result<(Layout, Box<dyn Columns>), ReportError> {
    let has = |name: &str| header.find(name).is_some();
    // One telling column is enough, so that an error can name the one that is missing.
    if has("reporting_category") || has("balance_transaction_id") {
        let columns = balance::Balance::find(header)?;
        Ok((Layout::StripeBalance, Box::new(columns)))
    } else if has("Amount Refunded") || has("Captured") || has("PaymentIntent ID") {
        let columns = payments::Payments::find(header)?;
        Ok((Layout::StripePayments, Box::new(columns)))
    } else if has("attempt") || has("taken") {
        let columns = plain::Plain::find(header)?;
        Ok((Layout::Plain, Box::new(columns)))
    } else {
        Err(header.unknown(
            "expected the headers, parted by commas, of Stripe's payments export (id, Amount, Amount \
             Refunded, Currency, Captured, Status, …), of its itemized balance change from activity \
             (balance_transaction_id, reporting_category, gross, currency, …), or of the plain form \
             (attempt, currency, taken, refunded)",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::{ProviderReport, Told};

    /// What a report says of attempt 7 of its event.
    pub(super) fn told(report: &ProviderReport) -> Told {
        let told = report
            .attempts
            .iter()
            .find(|((_, attempt), _)| *attempt == 7);
        told.map(|(_, told)| told.clone())
            .expect("attempt 7 is in the report")
    }

    pub(super) fn read(text: &str) -> ProviderReport {
        ProviderReport::read(text.as_bytes()).expect("a report")
    }

    /// What is wrong with a report.
    pub(super) fn refused(text: &str) -> String {
        let error = ProviderReport::read(text.as_bytes()).expect_err("no report");
        error.to_string()
    }

    #[test]
    fn an_empty_file_is_no_report() {
        for nothing in ["", "\n\n", "\u{feff}"] {
            assert!(
                refused(nothing).starts_with("line 1: expected"),
                "{nothing:?}"
            );
        }
    }

    #[test]
    fn strange_headers_are_answered_with_those_that_are_known() {
        let text = refused("Date;Amount\n2027-01-01;5\n");
        assert!(
            text.starts_with("line 1: expected the headers, parted by commas"),
            "{text}"
        );
        assert!(
            text.contains("attempt, currency, taken, refunded"),
            "{text}"
        );
    }

    #[test]
    fn a_line_that_is_cut_off_is_named() {
        let text = refused("attempt,currency,taken,refunded\n202705000001:7,EUR,5\n");
        assert_eq!(
            text,
            "line 2: expected 4 fields, as the header has, found 3"
        );
    }

    #[test]
    fn a_column_that_is_there_twice_is_refused() {
        let text = refused("attempt,currency,taken,refunded,Taken\n");
        assert!(
            text.starts_with("line 1, column `taken`: expected this column once"),
            "{text}"
        );
    }
}
