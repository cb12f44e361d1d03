//! Our own plain form, into which any provider's report can be brought: `attempt,currency,taken,refunded`
//! in minor units, a line a charge.

use super::super::line::{At, Header, Line, ReportError, named};
use super::super::report::{Gathering, Movement};
use super::Columns;

pub(super) struct Plain {
    attempt: At,
    currency: At,
    taken: At,
    refunded: At,
}

impl Plain {
    pub(super) fn find(header: &Header) -> Result<Self, ReportError> {
        Ok(Plain {
            attempt: header.need("attempt")?,
            currency: header.need("currency")?,
            taken: header.need("taken")?,
            refunded: header.need("refunded")?,
        })
    }
}

impl Columns for Plain {
    fn take(&self, line: &Line<'_>, into: &mut Gathering) -> Result<(), ReportError> {
        let name = named(line.text(self.attempt)?);
        let name =
            name.ok_or_else(|| line.wrong(self.attempt, "event:attempt, as in 202705000001:7"))?;
        let movement = Movement {
            taken: minor(line, self.taken)?,
            refunded: minor(line, self.refunded)?,
            currency: line.currency(self.currency)?,
        };
        into.add(name, movement, line, self.taken)
    }
}

fn minor(line: &Line<'_>, at: At) -> Result<i64, ReportError> {
    let amount = line.text(at)?.parse().ok().filter(|amount| *amount >= 0);
    amount.ok_or_else(|| line.wrong(at, "an amount in minor units, without a point"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, refused, told};

    const HEADER: &str = "attempt,currency,taken,refunded\n";

    #[test]
    fn columns_come_in_any_order_and_case() {
        let text = "\u{feff}Refunded, TAKEN ,note,Currency,\"Attempt\"\r\n\
                    100,\"5000\",\"a, \"\"b\"\"\nc\",eur,202705000001:7\r\n";
        let told = told(&read(text));
        assert_eq!((told.taken, told.refunded, told.charges), (5_000, 100, 1));
        assert_eq!(
            told.currency.map(|currency| currency.to_string()),
            Some("EUR".into())
        );
    }

    #[test]
    fn two_lines_of_an_attempt_are_two_charges() {
        let line = "202705000001:7,EUR,5000,0\n";
        let report = read(&format!("{HEADER}{line}{line}"));
        assert_eq!((told(&report).taken, told(&report).charges), (10_000, 2));
        assert_eq!(report.charges(), 2);
    }

    #[test]
    fn what_is_wrong_is_named_by_line_and_column() {
        for (line, wrong) in [
            (
                "7,EUR,1,0",
                "column `attempt`: expected event:attempt, as in 202705000001:7, found `7`",
            ),
            (
                "202705000001:7,Euro,1,0",
                "column `currency`: expected a currency's three letters",
            ),
            (
                "202705000001:7,EUR,1.00,0",
                "column `taken`: expected an amount in minor units",
            ),
            (
                "202705000001:7,EUR,1,-1",
                "column `refunded`: expected an amount in minor units",
            ),
        ] {
            let text = refused(&format!("{HEADER}202705000001:6,EUR,1,0\n{line}\n"));
            assert!(text.starts_with(&format!("line 3, {wrong}")), "{text}");
        }
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let text = refused(
            "attempt,currency,taken,refunded,note\n202705000001:6,EUR,1,0,\"a\nb\"\nx,EUR,1,0,\n",
        );
        assert!(text.starts_with("line 4, column `attempt`"), "{text}");
    }

    #[test]
    fn amounts_beyond_all_sums_are_refused() {
        let line = format!("202705000001:7,EUR,{},0\n", i64::MAX);
        let text = refused(&format!("{HEADER}{line}{line}"));
        assert!(
            text.contains("line 3, column `taken`: expected amounts that can be summed up"),
            "{text}"
        );
    }

    #[test]
    fn a_currency_beside_the_first_is_remembered_but_not_summed_up() {
        let told = told(&read(&format!(
            "{HEADER}202705000001:7,EUR,5,0\n202705000001:7,JPY,7,0\n"
        )));
        assert_eq!((told.taken, told.mixed), (5, true));
    }
}
