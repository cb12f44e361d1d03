//! What an audit found, and how it reads. Nothing is looked for here.

use std::fmt;

use boxoffice_model::EventNumber;

/// Breaches of one event that are named one by one; of the rest only the number is said.
const MOST_NAMED: usize = 100;

/// Something that disagrees with the ledger, or a ledger that disagrees with itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The event's number.
    pub event: EventNumber,
    /// The event's id; `?` of a ledger that the catalogue does not know.
    pub id: String,
    /// The version of the entry that it concerns: of a booking, a ticket or a charge that of its
    /// `paying`, of a refund that of its `refunded`. None when it concerns no single entry.
    pub version: Option<u64>,
    /// What is wrong.
    pub what: String,
}

/// The result of an audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditReport {
    pub events: u64,
    /// Entries replayed.
    pub entries: u64,
    pub seats: u64,
    pub seats_sold: u64,
    /// Attempts to pay, whatever became of them.
    pub bookings: u64,
    pub breaches: Vec<Breach>,
    /// What is allowed but should be known.
    pub warnings: Vec<String>,
}

/// What is found while one event is audited.
#[derive(Default)]
pub(crate) struct Findings {
    breaches: Vec<(Option<u64>, String)>,
    unnamed: usize,
    warnings: Vec<String>,
}

impl Findings {
    /// A breach that concerns the entry at `version`.
    pub(crate) fn at(&mut self, version: u64, what: impl Into<String>) {
        self.breach(Some(version), what);
    }

    pub(crate) fn breach(&mut self, version: Option<u64>, what: impl Into<String>) {
        if self.breaches.len() < MOST_NAMED {
            self.breaches.push((version, what.into()));
        } else {
            self.unnamed += 1;
        }
    }

    pub(crate) fn warn(&mut self, what: String) {
        self.warnings.push(what);
    }
}

impl AuditReport {
    /// Takes in what was found in an event.
    pub(crate) fn add(&mut self, event: EventNumber, id: &str, mut found: Findings) {
        if found.unnamed > 0 {
            let more = format!("and {} more breaches of this event", found.unnamed);
            found.breaches.push((None, more));
        }
        let breaches = found.breaches.into_iter();
        self.breaches.extend(breaches.map(|(version, what)| Breach {
            event,
            id: id.to_owned(),
            version,
            what,
        }));
        let warnings = found.warnings.into_iter();
        self.warnings
            .extend(warnings.map(|what| format!("event {id} ({event}): {what}")));
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
            "{entries} entries of {events} events replayed: {seats} seats, {seats_sold} sold; \
             {bookings} attempts to pay"
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_breaches_is_named_in_part_and_counted_in_full() {
        let event = EventNumber::new(2027, 5, 1).expect("a month");
        let mut found = Findings::default();
        (0..MOST_NAMED as u64 + 7).for_each(|version| found.at(version, "wrong"));
        let mut report = AuditReport::default();
        report.add(event, "night", found);
        let text = report.to_string();
        assert!(text.contains("BREACH event night (202705000001) version 3: wrong\n"));
        assert!(text.contains("and 7 more breaches of this event"));
    }
}
