//! Which rows must be written with an entry: bookings, tickets and refunds follow from the ledger, in
//! the same commit.

use boxoffice_inventory::{Change, Entry, Inventory, Paying, SeatIndex, State, StoredEntry};

use crate::batch::SideRow;
use crate::booking::{
    Booking, BookingDraft, BookingStatus, Cleanup, PaymentMethod, Receipt, Refund,
};

/// The row that goes with `entry`, which the inventory has just taken in. `draft` says of a payment
/// what the ledger must not.
pub fn side_row(
    inventory: &Inventory,
    stored: &StoredEntry,
    entry: &Entry,
    draft: Option<&BookingDraft>,
) -> Option<SideRow> {
    match &entry.change {
        Change::Paying(paying) => {
            let booking = opened(inventory, stored.version, entry, paying, draft)?;
            Some(SideRow::BookingOpened(Box::new(booking)))
        }
        Change::PaymentFailed {
            attempt, reason, ..
        } => Some(SideRow::BookingFailed {
            attempt: *attempt,
            reason: reason.clone(),
        }),
        Change::Redirected { attempt, limit, .. } => Some(SideRow::BookingRedirected {
            attempt: *attempt,
            limit: *limit,
        }),
        Change::Booked { first, attempt } | Change::BookedLate { first, attempt } => {
            booked(inventory, *first, *attempt)
        }
        Change::BookingCancelled {
            attempt, reason, ..
        } => Some(SideRow::BookingCancelled {
            attempt: *attempt,
            reason: reason.clone(),
        }),
        Change::Refunded {
            first,
            attempt,
            seats,
            ..
        } => refunded(inventory, entry, *first, *attempt, seats),
        Change::EventCancelled => Some(SideRow::PaymentsVoided),
        _ => None,
    }
}

fn opened(
    inventory: &Inventory,
    version: u64,
    entry: &Entry,
    paying: &Paying,
    draft: Option<&BookingDraft>,
) -> Option<Booking> {
    let nobody = || BookingDraft {
        provider: String::new(),
        method: PaymentMethod::Token,
        email: None,
        name: None,
        attendees: None,
    };
    Some(Booking {
        event: inventory.event(),
        attempt: version,
        first: paying.first,
        nonce: entry.nonce,
        secret: paying.secret,
        key: paying.key,
        request: paying.request,
        draft: draft.cloned().unwrap_or_else(nobody),
        amount: inventory.reservation(paying.first)?.total(),
        currency: inventory.facts()?.currency,
        created_at: entry.at,
        limit: entry.at.plus(paying.limit),
        status: BookingStatus::Pending,
        decline_code: None,
        cleanup: Cleanup::None,
        receipt: None,
        reference: None,
        redirect_url: None,
        trouble: None,
        notices: 0,
    })
}

fn booked(inventory: &Inventory, first: u64, attempt: u64) -> Option<SideRow> {
    let reservation = inventory.reservation(first)?;
    Some(SideRow::BookingBooked {
        attempt,
        seats: reservation.seats.iter().map(|seat| seat.index).collect(),
        receipt: Receipt {
            version: inventory.version(),
            head: inventory.head(),
        },
    })
}

fn refunded(
    inventory: &Inventory,
    entry: &Entry,
    first: u64,
    attempt: u64,
    seats: &[SeatIndex],
) -> Option<SideRow> {
    let reservation = inventory.reservation(first)?;
    let back = reservation
        .seats
        .iter()
        .filter(|seat| seats.contains(&seat.index));
    Some(SideRow::BookingRefunded {
        refund: Refund {
            event: inventory.event(),
            version: inventory.version(),
            attempt,
            amount: back.map(|seat| seat.price).sum(),
            created_at: entry.at,
            done: false,
            reference: None,
        },
        seats: seats.to_vec(),
        whole: reservation.state == State::Released,
    })
}
