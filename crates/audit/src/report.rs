//! What an audit found.

use std::fmt;

use boxoffice_model::EventNumber;

/// Something that disagrees with the ledger, or a ledger that disagrees with itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The event's number.
    pub event: EventNumber,
    /// The event's id.
    pub id: String,
    /// The version of the entry that it concerns.
    pub version: Option<u64>,
    /// What is wrong.
    pub what: String,
}

/// The result of an audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditReport {
    pub events: u64,
    pub entries: u64,
    pub seats: u64,
    pub seats_sold: u64,
    pub bookings: u64,
    pub breaches: Vec<Breach>,
    /// What is allowed but should be known.
    pub warnings: Vec<String>,
}

impl AuditReport {
    pub(crate) fn breach(
        &mut self,
        event: EventNumber,
        id: &str,
        version: Option<u64>,
        what: impl Into<String>,
    ) {
        self.breaches.push(Breach {
            event,
            id: id.to_owned(),
            version,
            what: what.into(),
        });
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {} ({})", self.id, self.event)?;
        if let Some(version) = self.version {
            write!(f, " version {version}")?;
        }
        write!(f, ": {}", self.what)
    }
}

impl fmt::Display for AuditReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let AuditReport {
            events,
            entries,
            seats,
            seats_sold,
            bookings,
            ..
        } = self;
        writeln!(
            f,
            "{entries} entries of {events} events replayed: {seats} seats, {seats_sold} sold in {bookings} bookings"
        )?;
        for warning in &self.warnings {
            writeln!(f, "warning: {warning}")?;
        }
        for breach in &self.breaches {
            writeln!(f, "BREACH {breach}")?;
        }
        match self.breaches.len() {
            0 => write!(
                f,
                "ledger, hash chain, seats, holds, bookings, tickets, payments and counts agree"
            ),
            count => write!(f, "{count} breaches"),
        }
    }
}
