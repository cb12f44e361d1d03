//! What names an event: the catalogue's own id on the outside, a number that begins with a month on
//! the inside.

use std::fmt;
use std::str::FromStr;

/// The event's id as the catalogue gave it: `[A-Za-z0-9_-]{1,64}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct EventId(Box<str>);

/// The text cannot be an event's id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an event id is 1 to 64 of A-Z a-z 0-9 _ -")]
pub struct EventIdError;

impl EventId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EventId {
    type Err = EventIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if text.is_empty() || text.len() > 64 || !text.bytes().all(allowed) {
            return Err(EventIdError);
        }
        Ok(EventId(text.into()))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An event's number in the store: `yyyymm` of its date at first import, then six digits in order of
/// import. Every key begins with it, so that a finished month can be archived as one range.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct EventNumber(u64);

/// The number does not begin with a month, or the month is full.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not an event number (yyyymm and six digits)")]
pub struct EventNumberError(pub u64);

impl EventNumber {
    /// How many numbers a month has.
    pub const PER_MONTH: u64 = 1_000_000;

    /// The `sequence`-th event (from 0) of a month.
    ///
    /// # Errors
    /// When the month is not one, or already has a million events.
    pub fn new(year: u16, month: u8, sequence: u32) -> Result<Self, EventNumberError> {
        let number =
            (u64::from(year) * 100 + u64::from(month)) * Self::PER_MONTH + u64::from(sequence);
        if u64::from(sequence) >= Self::PER_MONTH {
            return Err(EventNumberError(number));
        }
        Self::try_from(number)
    }

    /// The number itself; below 2^48.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The first number of a month and the first of those behind it: the range of the month's events.
    pub fn month_range(year: u16, month: u8) -> (u64, u64) {
        let month = u64::from(year) * 100 + u64::from(month);
        (month * Self::PER_MONTH, (month + 1) * Self::PER_MONTH)
    }
}

impl TryFrom<u64> for EventNumber {
    type Error = EventNumberError;

    fn try_from(number: u64) -> Result<Self, Self::Error> {
        let (year, month) = (
            number / Self::PER_MONTH / 100,
            number / Self::PER_MONTH % 100,
        );
        if (1970..=9999).contains(&year) && (1..=12).contains(&month) {
            Ok(EventNumber(number))
        } else {
            Err(EventNumberError(number))
        }
    }
}

impl fmt::Display for EventNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_id_keeps_to_its_alphabet() {
        assert!("Big_Night-2".parse::<EventId>().is_ok());
        for bad in ["", "a b", "ü", "a/b", &"x".repeat(65)] {
            assert!(bad.parse::<EventId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_event_number_begins_with_its_month() {
        let number = EventNumber::new(2027, 5, 3).expect("a month");
        assert_eq!(number.get(), 202_705_000_003);
        let (first, behind) = EventNumber::month_range(2027, 5);
        assert!((first..behind).contains(&number.get()));
        assert!(EventNumber::new(2027, 13, 0).is_err());
        assert!(EventNumber::new(2027, 5, 1_000_000).is_err());
    }
}
