//! A line of a report by its column names, and the error that names both. What the columns mean is not
//! known here.

use std::fmt;

use boxoffice_model::{Currency, EventNumber};
use csv::ByteRecord;

use super::amount;

/// The most that an error repeats of a field.
const MOST_SHOWN: usize = 40;

/// A report that cannot be understood: where, and what was expected there. Only fields that hold no
/// personal data are repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportError {
    /// From 1, which is the header's; none when the report could not be read at all.
    pub line: Option<u64>,
    /// As the header writes it.
    pub column: Option<String>,
    /// What was expected, and what is there.
    pub what: String,
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, &self.column) {
            (Some(line), Some(column)) => write!(f, "line {line}, column `{column}`: ")?,
            (Some(line), None) => write!(f, "line {line}: ")?,
            (None, _) => {}
        }
        f.write_str(&self.what)
    }
}

impl std::error::Error for ReportError {}

impl From<csv::Error> for ReportError {
    fn from(error: csv::Error) -> Self {
        let line = error.position().map(csv::Position::line);
        let what = match error.kind() {
            csv::ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => {
                format!("expected {expected_len} fields, as the header has, found {len}")
            }
            csv::ErrorKind::Io(error) => format!("the report cannot be read: {error}"),
            other => format!("no CSV: {other:?}"),
        };
        ReportError {
            line,
            column: None,
            what,
        }
    }
}

/// Where a column stands.
pub(super) type At = usize;

/// The names of the columns.
pub(super) struct Header {
    names: Vec<String>,
    line: u64,
}

impl Header {
    pub(super) fn read(record: &ByteRecord) -> Self {
        let names = record
            .iter()
            .map(|name| String::from_utf8_lossy(name).trim().to_owned());
        Header {
            names: names.collect(),
            line: line_of(record),
        }
    }

    /// Where a column is, whatever its case.
    pub(super) fn find(&self, name: &str) -> Option<At> {
        self.names
            .iter()
            .position(|known| known.eq_ignore_ascii_case(name))
    }

    /// Where a column is that must be there once.
    pub(super) fn need(&self, name: &str) -> Result<At, ReportError> {
        let at = self.find(name).ok_or_else(|| {
            self.wrong(
                name,
                "expected this column; take it into the report and export it again",
            )
        })?;
        let again = self.names[at + 1..].iter();
        match again
            .filter(|known| known.eq_ignore_ascii_case(name))
            .count()
        {
            0 => Ok(at),
            _ => Err(self.wrong(name, "expected this column once, it is there twice")),
        }
    }

    pub(super) fn wrong(&self, column: &str, what: &str) -> ReportError {
        ReportError {
            line: Some(self.line),
            column: Some(column.to_owned()),
            what: what.to_owned(),
        }
    }

    /// An error that concerns the whole header.
    pub(super) fn unknown(&self, what: &str) -> ReportError {
        ReportError {
            line: Some(self.line),
            column: None,
            what: what.to_owned(),
        }
    }
}

/// A line with its header.
pub(super) struct Line<'a> {
    pub(super) header: &'a Header,
    pub(super) record: &'a ByteRecord,
}

impl Line<'_> {
    pub(super) fn text(&self, at: At) -> Result<&str, ReportError> {
        let text = std::str::from_utf8(self.record.get(at).unwrap_or_default());
        let text = text.map_err(|_| self.wrong(at, "UTF-8"))?;
        Ok(text.trim())
    }

    /// The text of a column that a report may lack; empty then.
    pub(super) fn perhaps(&self, at: Option<At>) -> Result<&str, ReportError> {
        at.map_or(Ok(""), |at| self.text(at))
    }

    pub(super) fn currency(&self, at: At) -> Result<Currency, ReportError> {
        let currency = self.text(at)?.to_ascii_uppercase().parse();
        currency.map_err(|_| self.wrong(at, "a currency's three letters, such as EUR"))
    }

    /// Minor units, from a decimal of major units.
    pub(super) fn amount(&self, at: At, currency: Currency) -> Result<i64, ReportError> {
        let example = match currency.exponent() {
            0 => "1250",
            3 => "1250.500",
            _ => "1250.50",
        };
        let amount = amount::parse(self.text(at)?, currency);
        amount.ok_or_else(|| self.wrong(at, &format!("an amount of {currency}, such as {example}")))
    }

    /// An amount that is no less than nothing.
    pub(super) fn money(&self, at: At, currency: Currency) -> Result<i64, ReportError> {
        let amount = self.amount(at, currency)?;
        match amount < 0 {
            true => Err(self.wrong(at, "an amount that is not negative")),
            false => Ok(amount),
        }
    }

    /// What was expected in a column, and what is there.
    pub(super) fn wrong(&self, at: At, expected: &str) -> ReportError {
        let there = String::from_utf8_lossy(self.record.get(at).unwrap_or_default());
        let there = shortened(&there);
        ReportError {
            line: Some(line_of(self.record)),
            column: self.header.names.get(at).cloned(),
            what: format!("expected {expected}, found `{there}`"),
        }
    }
}

/// The event and the attempt that a name of ours stands for: `event:attempt`, as payments call it at their
/// provider.
pub(super) fn named(name: &str) -> Option<(EventNumber, u64)> {
    let (event, attempt) = name.split_once(':')?;
    let event = EventNumber::try_from(event.parse::<u64>().ok()?).ok()?;
    Some((event, attempt.parse().ok()?))
}

/// A field's beginning, on one line.
pub(super) fn shortened(text: &str) -> String {
    let shown = text.chars().filter(|character| !character.is_control());
    shown.take(MOST_SHOWN).collect()
}

fn line_of(record: &ByteRecord) -> u64 {
    record.position().map_or(0, csv::Position::line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_payments_write_it() {
        let event = EventNumber::new(2027, 5, 3).expect("a month");
        assert_eq!(named("202705000003:7"), Some((event, 7)));
        for wrong in [
            "",
            "7",
            "a:7",
            "202705000003:",
            "202713000003:7",
            "202705000003:7:8",
        ] {
            assert_eq!(named(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_error_repeats_little_and_stays_on_its_line() {
        let long = format!("a\nb{}", "c".repeat(100));
        assert_eq!(shortened(&long), format!("ab{}", "c".repeat(38)));
    }
}
