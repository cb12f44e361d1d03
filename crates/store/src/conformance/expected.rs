//! What a list of happenings comes to: tickets, refunds, charges, each worked out from the whole list.
//! Written without any cleverness, and nothing like a store. What becomes of bookings is in `outcomes`.

use std::collections::BTreeMap;

use boxoffice_inventory::{Change, Entry, Head, SeatIndex, StoredEntry};
use boxoffice_model::EventNumber;

use crate::batch::Record;
use crate::booking::{Charge, Refund, Ticket};

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

/// The entries of a log, with their versions.
pub(super) fn entries(log: &[Happening]) -> impl Iterator<Item = (u64, &Entry)> {
    log.iter().filter_map(|happening| match happening {
        Happening::Entry(stored, entry, _) => Some((stored.version, entry)),
        Happening::Record(_) => None,
    })
}

fn records(log: &[Happening]) -> impl Iterator<Item = &Record> {
    log.iter().filter_map(|happening| match happening {
        Happening::Entry(..) => None,
        Happening::Record(record) => Some(record),
    })
}

/// The seats of a reservation at the end of the log, with their prices.
pub(super) fn seats(log: &[Happening], first: u64) -> Vec<(SeatIndex, u64)> {
    let mut seats = Vec::new();
    for (version, entry) in entries(log) {
        let set = match &entry.change {
            Change::Held(held) if version == first => &held.seats,
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
    for (_, entry) in entries(log) {
        match &entry.change {
            Change::Booked { first, attempt } | Change::BookedLate { first, attempt } => {
                let seats = seats(log, *first).into_iter();
                sold.extend(seats.map(|(seat, _)| (seat, *attempt)));
            }
            Change::BookingCancelled { attempt, .. } => sold.retain(|_, sold| sold != attempt),
            Change::Refunded { seats, .. } => sold.retain(|seat, _| !seats.contains(seat)),
            _ => {}
        }
    }
    let tickets = sold.into_iter();
    let ticket = |(seat, attempt)| Ticket {
        event,
        seat,
        attempt,
    };
    tickets.map(ticket).collect()
}

pub(super) fn refunds(log: &[Happening], event: EventNumber) -> Vec<Refund> {
    let owed = entries(log).filter_map(|(version, entry)| match &entry.change {
        Change::Refunded {
            first,
            attempt,
            seats: back,
            ..
        } => {
            let paid = seats(log, *first).into_iter();
            let said = said_of_refund(log, version);
            Some(Refund {
                event,
                version,
                attempt: *attempt,
                amount: paid
                    .filter(|(seat, _)| back.contains(seat))
                    .map(|(_, price)| price)
                    .sum(),
                created_at: entry.at,
                done: !said.is_empty(),
                reference: said.into_iter().flatten().next_back(),
            })
        }
        _ => None,
    });
    owed.collect()
}

/// The names that the provider has given to a refund, each time that it was done.
fn said_of_refund(log: &[Happening], refund: u64) -> Vec<Option<String>> {
    let said = records(log).filter_map(|record| match record {
        Record::Refunded {
            version, reference, ..
        } if *version == refund => Some(reference.clone()),
        _ => None,
    });
    said.collect()
}

pub(super) fn charges(log: &[Happening]) -> Vec<Charge> {
    let charges = records(log).filter_map(|record| match record {
        Record::Charge(charge) => Some((charge.attempt, charge.clone())),
        _ => None,
    });
    charges.collect::<BTreeMap<_, _>>().into_values().collect()
}
