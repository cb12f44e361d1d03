//! What an audit remembers of a ledger beside the fold: every attempt to pay with its end, and the
//! owner of every seat, kept by other means than the inventory's so that both must err alike.

use boxoffice_inventory::{Change, Entry, FailReason, HeldSeat, Paying};
use boxoffice_model::Timestamp;
use rustc_hash::FxHashMap;

/// An attempt to pay as its entries tell it.
#[derive(Clone, Debug)]
pub(crate) struct AttemptHistory {
    pub(crate) version: u64,
    pub(crate) started: Timestamp,
    pub(crate) nonce: u64,
    pub(crate) paying: Paying,
    /// What the reservation's seats cost when it began.
    pub(crate) amount: u64,
    pub(crate) seats: Vec<HeldSeat>,
    pub(crate) end: End,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    UnderWay,
    /// Sold, by the entry of this version.
    Booked(u64),
    Failed(FailReason),
    Cancelled(FailReason),
}

/// A ledger's history, seat by seat and attempt by attempt.
#[derive(Default)]
pub(crate) struct History {
    seats_of: FxHashMap<u64, Vec<HeldSeat>>,
    /// By seat: the reservation that has it.
    owner: FxHashMap<u32, u64>,
    pub(crate) attempts: FxHashMap<u64, AttemptHistory>,
}

impl History {
    /// Takes in the entry at `version`.
    ///
    /// # Errors
    /// A sentence when a seat would have two owners.
    pub(crate) fn take_in(&mut self, version: u64, entry: &Entry) -> Result<(), String> {
        match &entry.change {
            Change::Held(held) => self.give(version, &held.seats)?,
            Change::SeatsChanged { first, seats } => {
                self.take_back(*first);
                self.give(*first, seats)?;
            }
            Change::Released { first } | Change::Expired { first } => self.take_back(*first),
            Change::Paying(paying) => self.begin(version, entry, paying),
            Change::PaymentFailed {
                attempt, reason, ..
            } => {
                self.end(*attempt, End::Failed(reason.clone()));
            }
            Change::Booked { attempt, .. } => self.end(*attempt, End::Booked(version)),
            Change::BookingCancelled {
                first,
                attempt,
                reason,
            } => {
                self.end(*attempt, End::Cancelled(reason.clone()));
                self.take_back(*first);
            }
            _ => {}
        }
        Ok(())
    }

    fn give(&mut self, first: u64, seats: &[HeldSeat]) -> Result<(), String> {
        for seat in seats {
            if let Some(other) = self.owner.insert(seat.index, first) {
                return Err(format!(
                    "seat {} is given to {first} while it is {other}'s",
                    seat.index
                ));
            }
        }
        self.seats_of.insert(first, seats.to_vec());
        Ok(())
    }

    fn take_back(&mut self, first: u64) {
        for seat in self.seats_of.remove(&first).unwrap_or_default() {
            self.owner.remove(&seat.index);
        }
    }

    fn begin(&mut self, version: u64, entry: &Entry, paying: &Paying) {
        let seats = self
            .seats_of
            .get(&paying.first)
            .cloned()
            .unwrap_or_default();
        let attempt = AttemptHistory {
            version,
            started: entry.at,
            nonce: entry.nonce,
            paying: paying.clone(),
            amount: seats.iter().map(|seat| seat.price).sum(),
            seats,
            end: End::UnderWay,
        };
        self.attempts.insert(version, attempt);
    }

    fn end(&mut self, attempt: u64, end: End) {
        if let Some(attempt) = self.attempts.get_mut(&attempt) {
            attempt.end = end;
        }
    }

    /// How many seats somebody has.
    pub(crate) fn seats_owned(&self) -> usize {
        self.owner.len()
    }
}
