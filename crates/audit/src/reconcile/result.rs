//! What a reconciliation found, and how it reads. Nothing is compared here.

use std::collections::BTreeMap;
use std::fmt;

use boxoffice_model::Currency;

use super::amount::show;
use super::case::{Difference, Dispute, UnderWay};
use super::layout::Layout;
use super::report::ProviderReport;

/// Bookings beside a provider's report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciliation {
    pub layout: Layout,
    /// Bookings that were compared.
    pub bookings: u64,
    /// Lines of the report that say that money was taken for an attempt.
    pub charges: u64,
    /// Lines of the report without a name of ours.
    pub not_ours: u64,
    pub sums: BTreeMap<Currency, Sums>,
    /// By event and attempt, each attempt once.
    pub differences: Vec<Difference>,
    pub under_way: Vec<UnderWay>,
    pub disputes: Vec<Dispute>,
}

/// Money of one currency, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// The price of the bookings that are paid.
    pub taken_here: i128,
    /// Refunds that are done.
    pub refunded_here: i128,
    pub taken_there: i128,
    pub refunded_there: i128,
    /// What was taken there and given back in full for bookings that came to nothing, of which no refund
    /// tells here.
    pub undone: i128,
}

impl Reconciliation {
    pub(super) fn of(report: &ProviderReport) -> Self {
        Reconciliation {
            layout: report.layout,
            bookings: 0,
            charges: report.charges,
            not_ours: report.not_ours,
            sums: BTreeMap::new(),
            differences: Vec::new(),
            under_way: Vec::new(),
            disputes: Vec::new(),
        }
    }

    pub(super) fn sort(&mut self) {
        self.differences
            .sort_by_key(|found| (found.case.event, found.case.attempt));
        self.under_way
            .sort_by_key(|found| (found.case.event, found.case.attempt));
    }
}

impl Sums {
    fn write(&self, currency: Currency, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let money = |amount| show(amount, currency);
        write!(
            f,
            "taken: {} here, {} there; refunded: {} here, {} there",
            money(self.taken_here),
            money(self.taken_there),
            money(self.refunded_here),
            money(self.refunded_there)
        )?;
        match self.undone {
            0 => writeln!(f),
            undone => writeln!(
                f,
                "; of it {} for bookings that came to nothing",
                money(undone)
            ),
        }
    }
}

impl fmt::Display for Reconciliation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reconciliation {
            layout,
            bookings,
            charges,
            not_ours,
            ..
        } = self;
        writeln!(
            f,
            "{bookings} bookings compared with {charges} charges of {layout}; {not_ours} lines are not ours"
        )?;
        for (currency, sums) in &self.sums {
            sums.write(*currency, f)?;
        }
        for dispute in &self.disputes {
            writeln!(f, "dispute: {dispute}")?;
        }
        for under_way in &self.under_way {
            writeln!(f, "under way: {under_way}")?;
        }
        for difference in &self.differences {
            writeln!(f, "DIFFERENCE {difference}")?;
        }
        match self.differences.len() {
            0 => write!(f, "bookings and report agree"),
            1 => write!(f, "1 difference"),
            count => write!(f, "{count} differences"),
        }
    }
}
