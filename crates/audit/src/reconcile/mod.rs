//! Bookings against the money that the payment provider says it took: a report of the provider's is read,
//! and every attempt whose two sides differ is named. It reads the store in short pages, beside a running
//! server, asks the provider nothing and writes nothing.
//!
//! # Reports
//! A report is CSV (RFC 4180) in UTF-8. Which one it is, its headers tell; upper or lower case and the order
//! of the columns do not matter, and unknown columns are left alone.
//!
//! | report | one line is | amounts | module |
//! | --- | --- | --- | --- |
//! | Stripe's Dashboard, Payments, Export | a payment | major units | `layout/payments.rs` |
//! | Stripe's itemized balance change from activity | a movement | major units | `layout/balance.rs` |
//! | our plain form `attempt,currency,taken,refunded` | a charge | minor units | `layout/plain.rs` |
//!
//! In the plain form an attempt is `event:attempt`, as in `202705000001:7`; two lines of one attempt are two
//! charges. Any other provider's report can be brought into it.
//!
//! # Periods
//! A report is of the past: bookings and refunds that are younger than it would be named. So let the period
//! end before the report was made, and let the report reach further than the period on both sides: a payment
//! may come some minutes behind its booking, and a refund weeks behind it.
//!
//! # Adding a layout
//! 1. Give it a module in `layout/` that says where its headers are documented.
//! 2. Let [`layout::recognise`] know the headers that tell it from the others.
//! 3. Its tests write a few lines and expect what each attempt has; `random.rs` writes many.

mod amount;
mod case;
mod compare;
mod judge;
mod layout;
mod line;
#[cfg(test)]
mod random;
mod report;
mod result;
mod rows;

use std::collections::BTreeMap;

use boxoffice_model::{EventNumber, Timestamp};
use boxoffice_store::{Store, StoreError};

pub use case::{Amounts, Case, Difference, Dispute, Kind, UnderWay, Why};
pub use layout::Layout;
pub use line::ReportError;
pub use report::ProviderReport;
pub use result::{Reconciliation, Sums};

/// Which bookings are compared, by when they began: from the first moment on, before the second. A booking
/// that the report names is compared in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

impl Period {
    /// Whether it is neither before the period nor behind it.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && !self.is_over(at)
    }

    /// Whether it is behind the period.
    pub(crate) fn is_over(&self, at: Timestamp) -> bool {
        self.to.is_some_and(|to| to <= at)
    }
}

/// Compares the bookings of a period, and all those that a report names, with that report.
///
/// # Errors
/// When the store cannot be read; what differs is in the result.
pub async fn reconcile(
    store: &dyn Store,
    report: &ProviderReport,
    period: Period,
) -> Result<Reconciliation, StoreError> {
    let mut result = Reconciliation::of(report);
    let events = store.catalogue(0).await?.events;
    let ids: BTreeMap<EventNumber, String> = events
        .into_iter()
        .map(|event| (event.number, event.id.as_str().to_owned()))
        .collect();
    for (event, id) in &ids {
        let rows = rows::read(store, *event, report, period).await?;
        compare::event(*event, id, &rows, report, &mut result);
    }
    compare::strangers(&ids, report, &mut result);
    result.sort();
    Ok(result)
}
