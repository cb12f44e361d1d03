//! What a list of happenings comes to: bookings, tickets, charges, each worked out from the whole
//! list. Written without any cleverness, and nothing like a store.

use std::collections::BTreeMap;

use boxoffice_inventory::{Change, Entry, FailReason, Head, SeatIndex, StoredEntry};
use boxoffice_model::EventNumber;

use super::desk::{PAYMENT, draft};
use crate::batch::Record;
use crate::booking::{Booking, BookingStatus, Charge, Cleanup, Receipt, Ticket};

/// Something that happened to an event.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    Entry(StoredEntry, Entry, Head),
    Record(Record),
}

/// The chain's hash behind the last entry.
pub(super) fn head_of(log: &[Happening]) -> Head {
    let heads = log.iter().rev().filter_map(|happening| match happening {
        Happening::Entry(_, _, head) => Some(*head),
        Happening::Record(_) => None,
    });
    heads
        .into_iter()
        .next()
        .expect("a log begins with its facts")
}

/// The seats of a reservation at the end of the log.
fn seats(log: &[Happening], first: u64) -> Vec<(SeatIndex, u64)> {
    let mut seats = Vec::new();
    for happening in log {
        let Happening::Entry(stored, entry, _) = happening else {
            continue;
        };
        let set = match &entry.change {
            Change::Held(held) if stored.version == first => &held.seats,
            Change::SeatsChanged {
                first: other,
                seats,
            } if *other == first => seats,
            _ => continue,
        };
        seats = set.iter().map(|seat| (seat.index, seat.price)).collect();
    }
    seats
}

pub(super) fn tickets(log: &[Happening], event: EventNumber) -> Vec<Ticket> {
    let mut sold = BTreeMap::new();
    for happening in log {
        let Happening::Entry(_, entry, _) = happening else {
            continue;
        };
        match &entry.change {
            Change::Booked { first, attempt } => {
                sold.extend(
                    seats(log, *first)
                        .into_iter()
                        .map(|(seat, _)| (seat, *attempt)),
                );
            }
            Change::BookingCancelled { attempt, .. } => sold.retain(|_, sold| sold != attempt),
            _ => {}
        }
    }
    sold.into_iter()
        .map(|(seat, attempt)| Ticket {
            event,
            seat,
            attempt,
        })
        .collect()
}

pub(super) fn charges(log: &[Happening]) -> Vec<Charge> {
    let records = log.iter().filter_map(|happening| match happening {
        Happening::Record(Record::Charge(charge)) => Some((charge.attempt, charge.clone())),
        _ => None,
    });
    records.collect::<BTreeMap<_, _>>().into_values().collect()
}

/// What became of each attempt to pay.
pub(super) fn bookings(log: &[Happening], event: EventNumber) -> BTreeMap<u64, Booking> {
    let mut bookings: BTreeMap<u64, Booking> = BTreeMap::new();
    for (at, happening) in log.iter().enumerate() {
        match happening {
            Happening::Entry(stored, entry, head) => {
                if let Change::Paying(_) = &entry.change {
                    let booking = opened(&log[..at], event, stored.version, entry);
                    bookings.extend(booking.map(|booking| (stored.version, booking)));
                }
                let receipt = Receipt {
                    version: stored.version,
                    head: *head,
                };
                if let Some(booking) = attempt_of(entry).and_then(|key| bookings.get_mut(&key)) {
                    ended(booking, entry, receipt);
                }
            }
            Happening::Record(Record::Confirmed { attempt, .. }) => {
                if let Some(booking) = bookings.get_mut(attempt) {
                    booking.status = BookingStatus::Confirmed;
                }
            }
            Happening::Record(Record::CleanedUp { attempt, .. }) => {
                if let Some(booking) = bookings.get_mut(attempt) {
                    booking.cleanup = Cleanup::None;
                }
            }
            Happening::Record(Record::Charge(_)) => {}
        }
    }
    bookings
}

fn opened(log: &[Happening], event: EventNumber, attempt: u64, entry: &Entry) -> Option<Booking> {
    let Change::Paying(paying) = &entry.change else {
        return None;
    };
    Some(Booking {
        event,
        attempt,
        first: paying.first,
        nonce: entry.nonce,
        secret: paying.secret,
        key: paying.key,
        request: paying.request,
        draft: draft(attempt),
        amount: seats(log, paying.first)
            .iter()
            .map(|(_, price)| price)
            .sum(),
        currency: "EUR".parse().ok()?,
        created_at: entry.at,
        limit: entry.at.plus(PAYMENT),
        status: BookingStatus::Pending,
        decline_code: None,
        cleanup: Cleanup::None,
        receipt: None,
    })
}

fn attempt_of(entry: &Entry) -> Option<u64> {
    match &entry.change {
        Change::PaymentFailed { attempt, .. }
        | Change::Booked { attempt, .. }
        | Change::BookingCancelled { attempt, .. } => Some(*attempt),
        _ => None,
    }
}

fn ended(booking: &mut Booking, entry: &Entry, receipt: Receipt) {
    let (status, code, cleanup) = match &entry.change {
        Change::Booked { .. } => {
            booking.status = BookingStatus::Booked;
            booking.receipt = Some(receipt);
            return;
        }
        Change::PaymentFailed { reason, .. } | Change::BookingCancelled { reason, .. } => {
            match reason {
                FailReason::Declined { code } => {
                    (BookingStatus::Declined, Some(code.clone()), Cleanup::None)
                }
                FailReason::CaptureFailed { code } => {
                    (BookingStatus::Cancelled, Some(code.clone()), Cleanup::Void)
                }
                _ => (BookingStatus::Voided, None, Cleanup::Void),
            }
        }
        _ => return,
    };
    (booking.status, booking.decline_code, booking.cleanup) = (status, code, cleanup);
}
