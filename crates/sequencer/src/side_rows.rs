//! Which rows must be written with an entry: bookings and tickets follow from the ledger, in the same
//! commit.

use boxoffice_inventory::{Change, Entry, Inventory, StoredEntry};
use boxoffice_store::{Booking, BookingDraft, BookingStatus, Cleanup, Receipt, SideRow};

/// The row that goes with `entry`, which the inventory has just taken in. `draft` says of a payment
/// what the ledger must not.
pub(crate) fn side_row(
    inventory: &Inventory,
    stored: &StoredEntry,
    entry: &Entry,
    draft: Option<&BookingDraft>,
) -> Option<SideRow> {
    match &entry.change {
        Change::Paying(_) => opened(inventory, stored.version, entry, draft),
        Change::PaymentFailed {
            attempt, reason, ..
        } => Some(SideRow::BookingFailed {
            attempt: *attempt,
            reason: reason.clone(),
        }),
        Change::Booked { first, attempt } => {
            let reservation = inventory.reservation(*first)?;
            Some(SideRow::BookingBooked {
                attempt: *attempt,
                seats: reservation.seats.iter().map(|seat| seat.index).collect(),
                receipt: Receipt {
                    version: inventory.version(),
                    head: inventory.head(),
                },
            })
        }
        Change::BookingCancelled {
            attempt, reason, ..
        } => Some(SideRow::BookingCancelled {
            attempt: *attempt,
            reason: reason.clone(),
        }),
        _ => None,
    }
}

fn opened(
    inventory: &Inventory,
    version: u64,
    entry: &Entry,
    draft: Option<&BookingDraft>,
) -> Option<SideRow> {
    let Change::Paying(paying) = &entry.change else {
        return None;
    };
    let reservation = inventory.reservation(paying.first)?;
    Some(SideRow::BookingOpened(Box::new(Booking {
        event: inventory.event(),
        attempt: version,
        first: paying.first,
        nonce: entry.nonce,
        secret: paying.secret,
        key: paying.key,
        request: paying.request,
        draft: draft.cloned().unwrap_or_else(|| BookingDraft {
            provider: String::new(),
            email: None,
            name: None,
            attendees: None,
        }),
        amount: reservation.total(),
        currency: inventory.facts()?.currency,
        created_at: entry.at,
        limit: entry.at.plus(paying.limit),
        status: BookingStatus::Pending,
        decline_code: None,
        cleanup: Cleanup::None,
        receipt: None,
    })))
}
