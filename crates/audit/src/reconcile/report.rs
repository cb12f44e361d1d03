//! What a provider's report says of each attempt of ours, gathered line by line: of a report of a million
//! lines only a small row an attempt is kept.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;
use std::ops::RangeInclusive;

use boxoffice_model::{Currency, EventNumber};
use csv::ByteRecord;
use rustc_hash::FxHashSet;

use super::layout::{self, Layout};
use super::line::{At, Header, Line, ReportError, shortened};

/// An attempt by its event and its version there.
pub(super) type Name = (EventNumber, u64);

/// A payment provider's report, as far as it is about attempts of ours.
#[derive(Clone, Debug)]
pub struct ProviderReport {
    pub(super) layout: Layout,
    pub(super) attempts: BTreeMap<Name, Told>,
    pub(super) disputes: Vec<Disputed>,
    /// Lines that say that money was taken for an attempt.
    pub(super) charges: u64,
    /// Lines without a name of ours.
    pub(super) not_ours: u64,
}

/// What the report says of one attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) taken: i64,
    /// Less than nothing where only a refund's failure falls into the report.
    pub(super) refunded: i64,
    /// None until money is spoken of.
    pub(super) currency: Option<Currency>,
    /// How often money was taken.
    pub(super) charges: u32,
    /// It says that the payment failed.
    pub(super) failed: bool,
    /// Lines speak of more than one currency: only the first one's amounts are summed up.
    pub(super) mixed: bool,
    /// The provider's name for the payment.
    pub(super) reference: Option<Box<str>>,
}

/// A dispute as the report writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Disputed {
    pub(super) name: Name,
    pub(super) amount: String,
    pub(super) state: String,
}

/// Money that a line moves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Movement {
    pub(super) taken: i64,
    pub(super) refunded: i64,
    pub(super) currency: Currency,
}

/// A report while it is read.
pub(super) struct Gathering {
    pub(super) report: ProviderReport,
    /// Hashes of what lines are named by: a report that was joined of others may say a thing twice.
    seen: FxHashSet<u64>,
}

impl ProviderReport {
    /// Reads a whole report.
    ///
    /// # Errors
    /// The first line that cannot be understood.
    pub fn read(bytes: &[u8]) -> Result<ProviderReport, ReportError> {
        Self::read_from(bytes)
    }

    /// Reads a report piece by piece: a file need not fit into memory.
    ///
    /// # Errors
    /// The first line that cannot be understood, or that cannot be read.
    pub fn read_from(source: impl Read) -> Result<ProviderReport, ReportError> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(source);
        let mut record = ByteRecord::new();
        if !reader.read_byte_record(&mut record)? {
            return Err(ReportError {
                line: Some(1),
                column: None,
                what: "expected a line of headers, found nothing".into(),
            });
        }
        let header = Header::read(&record);
        let (layout, columns) = layout::recognise(&header)?;
        let mut gathering = Gathering::new(layout);
        while reader.read_byte_record(&mut record)? {
            let line = Line {
                header: &header,
                record: &record,
            };
            columns.take(&line, &mut gathering)?;
        }
        Ok(gathering.report)
    }

    /// Which of the known reports it is.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Lines that say that money was taken for an attempt.
    pub fn charges(&self) -> u64 {
        self.charges
    }

    /// What it says of the attempts of an event.
    pub(super) fn of_event(&self, event: EventNumber) -> impl Iterator<Item = (u64, &Told)> {
        let all: RangeInclusive<Name> = (event, 0)..=(event, u64::MAX);
        self.attempts
            .range(all)
            .map(|((_, attempt), told)| (*attempt, told))
    }
}

impl Gathering {
    pub(super) fn new(layout: Layout) -> Self {
        Gathering {
            report: ProviderReport {
                layout,
                attempts: BTreeMap::new(),
                disputes: Vec::new(),
                charges: 0,
                not_ours: 0,
            },
            seen: FxHashSet::default(),
        }
    }

    /// The row of an attempt, with the provider's name for the payment if it is the first to give one.
    pub(super) fn told(&mut self, name: Name, reference: &str) -> &mut Told {
        let told = self.report.attempts.entry(name).or_default();
        if told.reference.is_none() && !reference.is_empty() {
            told.reference = Some(shortened(reference).into());
        }
        told
    }

    /// Adds what a line moves; `at` is the column of its amount.
    pub(super) fn add(
        &mut self,
        name: Name,
        movement: Movement,
        line: &Line<'_>,
        at: At,
    ) -> Result<(), ReportError> {
        let is_charge = movement.taken > 0;
        self.report.charges += u64::from(is_charge);
        let told = self.report.attempts.entry(name).or_default();
        told.charges = told.charges.saturating_add(u32::from(is_charge));
        if *told.currency.get_or_insert(movement.currency) != movement.currency {
            told.mixed = true;
            return Ok(());
        }
        let taken = told.taken.checked_add(movement.taken);
        let refunded = told.refunded.checked_add(movement.refunded);
        let (Some(taken), Some(refunded)) = (taken, refunded) else {
            return Err(line.wrong(at, "amounts that can be summed up"));
        };
        (told.taken, told.refunded) = (taken, refunded);
        Ok(())
    }

    /// Refuses a line whose name was there before.
    pub(super) fn once(&mut self, line: &Line<'_>, at: At) -> Result<(), ReportError> {
        let name = line.text(at)?;
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        match name.is_empty() || self.seen.insert(hasher.finish()) {
            true => Ok(()),
            false => Err(line.wrong(at, "each line once, of reports that do not overlap")),
        }
    }

    pub(super) fn dispute(&mut self, name: Name, amount: String, state: &str) {
        let state = shortened(state);
        self.report.disputes.push(Disputed {
            name,
            amount,
            state,
        });
    }
}

impl Told {
    /// Whether it speaks of money.
    pub(super) fn has_money(&self) -> bool {
        self.taken != 0 || self.refunded != 0 || self.mixed
    }
}
