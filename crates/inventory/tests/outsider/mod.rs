//! A ledger as an outsider reads it who knows none of our code: a seat never has two owners, and what
//! has ended never revives, but by money that came late.

use std::collections::{BTreeMap, BTreeSet};

use boxoffice_inventory::{Change, Entry, HeldSeat};
use boxoffice_model::Timestamp;

#[derive(Default)]
struct Outsider {
    /// By seat.
    owner: BTreeMap<u32, u64>,
    /// By reservation, the seats it had last.
    seats: BTreeMap<u64, Vec<u32>>,
    /// What is sold, to which attempt.
    sold: BTreeMap<u64, u64>,
    /// What ran out, and nothing else.
    expired: BTreeSet<u64>,
    ended: BTreeSet<u64>,
}

pub(crate) fn read(ledger: impl Iterator<Item = Entry>) {
    let mut outsider = Outsider::default();
    let mut before = Timestamp(i64::MIN);
    for (at, entry) in ledger.enumerate() {
        assert!(entry.at >= before);
        before = entry.at;
        let version = at as u64 + 1;
        if let Some(first) = entry.change.continues() {
            assert!(first < version);
            outsider.may_go_on(first, &entry.change);
        }
        outsider.read(version, &entry.change);
    }
}

impl Outsider {
    fn may_go_on(&self, first: u64, change: &Change) {
        let late = matches!(change, Change::BookedLate { .. });
        let ended = self.ended.contains(&first);
        let revives = late && self.expired.contains(&first);
        assert!(!ended || revives, "{first} revives by {change:?}");
        // What is sold goes back, and nothing else becomes of it.
        let goes_back = matches!(
            change,
            Change::BookingCancelled { .. } | Change::Refunded { .. }
        );
        let sold = self.sold.contains_key(&first);
        assert_eq!(sold, goes_back, "{change:?}");
    }

    fn read(&mut self, version: u64, change: &Change) {
        match change {
            Change::Held(held) => self.take(version, indexes(&held.seats)),
            Change::SeatsChanged { first, seats } => {
                self.leave(*first);
                self.take(*first, indexes(seats));
            }
            Change::Released { first } => self.end(*first),
            Change::Expired { first } => {
                self.end(*first);
                self.expired.insert(*first);
            }
            Change::Booked { first, attempt } => {
                self.sold.insert(*first, *attempt);
            }
            Change::BookedLate { first, attempt } => {
                self.sold.insert(*first, *attempt);
                self.ended.remove(first);
                self.expired.remove(first);
                self.leave(*first);
                self.take(*first, self.seats[first].clone());
            }
            Change::BookingCancelled { first, attempt, .. } => {
                assert_eq!(self.sold.remove(first), Some(*attempt));
                self.end(*first);
            }
            Change::Refunded {
                first,
                attempt,
                seats,
                ..
            } => {
                assert_eq!(self.sold.get(first), Some(attempt));
                for seat in seats {
                    assert_eq!(self.owner.remove(seat), Some(*first));
                }
                if !self.owner.values().any(|whose| whose == first) {
                    self.sold.remove(first);
                    self.end(*first);
                }
            }
            Change::EventCancelled => self.end_all_that_is_not_sold(),
            Change::Blocked { seats } => {
                assert!(seats.iter().all(|seat| !self.owner.contains_key(seat)));
            }
            _ => {}
        }
    }

    fn take(&mut self, first: u64, seats: Vec<u32>) {
        for seat in &seats {
            let other = self.owner.insert(*seat, first);
            assert_eq!(other, None, "seat {seat} has two owners");
        }
        self.seats.insert(first, seats);
    }

    fn leave(&mut self, first: u64) {
        self.owner.retain(|_, whose| *whose != first);
    }

    fn end(&mut self, first: u64) {
        self.leave(first);
        self.ended.insert(first);
    }

    fn end_all_that_is_not_sold(&mut self) {
        let waiting: Vec<u64> = self.seats.keys().copied().collect();
        for first in waiting {
            if !self.sold.contains_key(&first) {
                self.end(first);
            }
        }
    }
}

fn indexes(seats: &[HeldSeat]) -> Vec<u32> {
    seats.iter().map(|seat| seat.index).collect()
}
