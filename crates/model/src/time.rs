//! Points in time with microseconds, as the store keeps them and as the wire shows them. The clock
//! itself is a trait: no room below the binary reads the machine's.

use std::fmt;
use std::str::FromStr;

/// A span of time in microseconds.
pub type Micros = i64;

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// The text is not a time that we understand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an RFC 3339 time such as 2027-05-01T20:00:00Z")]
pub struct TimestampError(pub String);

/// Where the present moment comes from. The binary injects the machine's clock, tests one that they
/// turn by hand.
pub trait Clock: Send + Sync {
    /// The present moment. May jump back; who needs order takes the maximum with what it saw last.
    fn now(&self) -> Timestamp;
}

impl Timestamp {
    /// Later than every time we store: what never comes.
    pub const NEVER: Timestamp = Timestamp(i64::MAX);

    /// A time from whole seconds since 1970.
    pub const fn from_seconds(seconds: i64) -> Self {
        Timestamp(seconds.saturating_mul(1_000_000))
    }

    /// Whole seconds since 1970, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This time moved by `span`, never past the ends of what can be stored.
    #[must_use]
    pub const fn plus(self, span: Micros) -> Self {
        Timestamp(self.0.saturating_add(span))
    }

    /// Microseconds from `earlier` to this time; negative when it is later.
    pub const fn since(self, earlier: Timestamp) -> Micros {
        self.0.saturating_sub(earlier.0)
    }

    /// The time as jiff knows it, for calendars and zones.
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    /// RFC 3339 in UTC with six decimals: the form of the times that the server sets itself.
    pub fn with_micros(self) -> String {
        format!("{:.6}", self.to_jiff())
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(time: jiff::Timestamp) -> Self {
        Timestamp(time.as_microsecond())
    }
}

/// RFC 3339 in UTC with only the decimals it needs: the form of times that the catalogue gave.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_jiff())
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>()
            .map(Timestamp::from)
            .map_err(|_| TimestampError(text.chars().take(64).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_times_have_six_decimals_and_a_z() {
        assert_eq!(
            Timestamp(1_793_520_000_000_000).with_micros(),
            "2026-11-01T08:00:00.000000Z"
        );
        assert_eq!(
            Timestamp(1_793_520_000_123_450).with_micros(),
            "2026-11-01T08:00:00.123450Z"
        );
    }

    #[test]
    fn an_offset_is_understood_and_shown_in_utc() {
        let time: Timestamp = "2027-05-01T22:00:00+02:00".parse().expect("a time");
        assert_eq!(time.to_string(), "2027-05-01T20:00:00Z");
    }

    #[test]
    fn what_is_no_time_is_refused_by_name() {
        let error = "next Friday".parse::<Timestamp>().expect_err("no time");
        assert!(error.to_string().contains("next Friday"));
    }
}
