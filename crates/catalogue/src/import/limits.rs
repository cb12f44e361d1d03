//! What may no longer change of an event once seats were held or booked. That no seat goes is seating's
//! to say.

use boxoffice_inventory::{Change, Entry};
use boxoffice_model::EventNumber;
use boxoffice_store::Store;

use super::outcome::{Announce, ImportFailure};
use crate::document::EventDocument;
use crate::report::Report;

/// Entries looked at in one reading transaction.
const PAGE: usize = 20_000;

/// Once there are bookings, a new date, venue or status needs a word on who is told.
pub(super) fn refuse_unannounced(
    path: &str,
    (before, after): (&EventDocument, &EventDocument),
    booked: u32,
    announce: Announce,
    report: &mut Report,
) {
    if booked == 0 || announce != Announce::Undecided {
        return;
    }
    for (field, show) in ANNOUNCED {
        let (was, is) = (show(before), show(after));
        if was != is {
            let expected = format!(
                "{was} as before, since {booked} seats are booked, or --notify or --silent"
            );
            report.error(format!("{path}.{field}"), is, expected);
        }
    }
}

/// A field's name, and what it says in words.
type Field = (&'static str, fn(&EventDocument) -> String);

/// What buyers should be told of.
const ANNOUNCED: [Field; 3] = [
    ("date", |document| document.date.to_string()),
    ("status", |document| {
        format!("{:?}", document.status).to_lowercase()
    }),
    ("venue", |document| {
        serde_json::to_string(&document.venue).expect("a plain struct")
    }),
];

/// A hold's price is in the currency that it was made in, so that one stays.
pub(super) fn refuse_currency(
    path: &str,
    before: &EventDocument,
    after: &EventDocument,
    report: &mut Report,
) {
    let code = |document: &EventDocument| {
        let currency = document.currency;
        currency.map_or("none".to_owned(), |currency| currency.to_string())
    };
    let expected = format!(
        "{} as before, since seats have been held in it",
        code(before)
    );
    report.error(format!("{path}.currency"), code(after), expected);
}

/// Whether any entry of the ledger ever took a seat. Looks at the whole ledger: what ended long ago
/// is no longer in the inventory.
pub(super) async fn was_ever_held(
    store: &dyn Store,
    event: EventNumber,
) -> Result<bool, ImportFailure> {
    let mut after = 0;
    loop {
        let page = store.tail(event, after, PAGE).await?;
        let held = |bytes: &[u8]| {
            Entry::decode(bytes).is_ok_and(|entry| matches!(entry.change, Change::Held(_)))
        };
        if page.iter().any(|stored| held(&stored.bytes)) {
            return Ok(true);
        }
        match page.last() {
            Some(last) if page.len() == PAGE => after = last.version,
            _ => return Ok(false),
        }
    }
}
