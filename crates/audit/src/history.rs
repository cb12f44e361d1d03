//! What an audit remembers of a ledger beside the fold: every attempt to pay with its end, and the
//! owner of every seat, kept by other means than the inventory's so that both must err alike.

use std::collections::BTreeMap;

use boxoffice_inventory::{Change, Entry, FailReason, Head, HeldSeat, Paying, SeatIndex};
use boxoffice_model::Currency;
use boxoffice_store::Receipt;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::attempt::{Attempt, End, Owed};

/// A ledger's history, seat by seat and attempt by attempt.
#[derive(Default)]
pub(crate) struct History {
    /// By version of their `paying`.
    pub(crate) attempts: BTreeMap<u64, Attempt>,
    /// By version of their `refunded`: what is owed, and to which attempt.
    pub(crate) refunds: BTreeMap<u64, Owed>,
    /// By reservation that lives: its seats.
    seats_of: FxHashMap<u64, Vec<HeldSeat>>,
    /// By seat: the reservation that has it.
    owner: FxHashMap<SeatIndex, u64>,
    /// By seat: the attempt that it is sold to.
    sold: FxHashMap<SeatIndex, u64>,
    blocked: FxHashSet<SeatIndex>,
    currency: Option<Currency>,
    watched: bool,
}

impl History {
    /// Takes in the entry at `version`, which makes `head`.
    ///
    /// # Errors
    /// A sentence when a seat would have two owners, or an attempt two ends.
    pub(crate) fn take_in(
        &mut self,
        version: u64,
        head: Head,
        entry: &Entry,
    ) -> Result<(), String> {
        match &entry.change {
            Change::Held(held) => self.give(version, &held.seats),
            Change::SeatsChanged { first, seats } => {
                self.take_back(*first)?;
                self.give(*first, seats)
            }
            Change::Released { first } | Change::Expired { first } => self.take_back(*first),
            Change::Paying(paying) => self.begin(version, entry, paying),
            Change::PaymentFailed {
                attempt, reason, ..
            } => self.end(*attempt, End::Failed(reason.clone())),
            Change::Redirected { attempt, limit, .. } => {
                let watched = self.watched;
                self.attempt(*attempt)?.wait_until(*limit, watched)
            }
            Change::Booked { attempt, .. } => {
                self.end(*attempt, End::Booked)?;
                self.sell(*attempt, Receipt { version, head })
            }
            Change::BookedLate { first, attempt } => {
                self.end_late(*attempt)?;
                self.give_again(*first, *attempt)?;
                self.sell(*attempt, Receipt { version, head })
            }
            Change::BookingCancelled {
                first,
                attempt,
                reason,
            } => {
                self.end(*attempt, End::Cancelled(reason.clone()))?;
                self.unsell(*attempt);
                self.take_back(*first)
            }
            Change::Refunded {
                first,
                attempt,
                seats,
                resell,
            } => self.refund(version, entry, (*first, *attempt), seats, *resell),
            Change::Blocked { seats } => self.block(seats),
            Change::Unblocked { seats } => {
                for seat in seats {
                    self.blocked.remove(seat);
                }
                Ok(())
            }
            Change::CatalogueRevised(facts) => {
                self.currency = Some(facts.currency);
                Ok(())
            }
            Change::EventCancelled => self.call_off(),
            Change::Extended { .. } | Change::BuyerKnown { .. } => Ok(()),
        }
    }

    /// From now on attempts remember how they stood: rows that are read later may be of any moment
    /// since.
    pub(crate) fn watch(&mut self) {
        self.watched = true;
    }

    /// The reservation that has a seat.
    pub(crate) fn owner_of(&self, seat: SeatIndex) -> Option<u64> {
        self.owner.get(&seat).copied()
    }

    /// The attempt that a seat is sold to.
    pub(crate) fn sold_to(&self, seat: SeatIndex) -> Option<u64> {
        self.sold.get(&seat).copied()
    }

    /// Whether a seat was taken off general sale by an entry.
    pub(crate) fn is_blocked(&self, seat: SeatIndex) -> bool {
        self.blocked.contains(&seat)
    }

    /// All that is sold: seat and attempt, in no order.
    pub(crate) fn sold(&self) -> impl Iterator<Item = (SeatIndex, u64)> {
        self.sold.iter().map(|(seat, attempt)| (*seat, *attempt))
    }

    fn attempt(&mut self, version: u64) -> Result<&mut Attempt, String> {
        let attempt = self.attempts.get_mut(&version);
        attempt.ok_or_else(|| format!("there is no attempt {version} to go on with"))
    }

    fn give(&mut self, first: u64, seats: &[HeldSeat]) -> Result<(), String> {
        for seat in seats {
            let index = seat.index;
            if self.is_blocked(index) {
                return Err(format!("seat {index} is given to {first}, but is blocked"));
            }
            if let Some(other) = self.owner.insert(index, first) {
                let what = format!("seat {index} is given to {first} while it is {other}'s");
                return Err(what);
            }
        }
        self.seats_of.insert(first, seats.to_vec());
        Ok(())
    }

    /// What has expired gets the seats back that it had; what has not, has them.
    fn give_again(&mut self, first: u64, attempt: u64) -> Result<(), String> {
        if self.seats_of.contains_key(&first) {
            return Ok(());
        }
        let seats = self.attempt(attempt)?.seats.clone();
        self.give(first, &seats)
    }

    fn take_back(&mut self, first: u64) -> Result<(), String> {
        let seats = self.seats_of.remove(&first);
        for seat in seats.ok_or_else(|| format!("reservation {first} has no seats"))? {
            self.owner.remove(&seat.index);
            if let Some(attempt) = self.sold_to(seat.index) {
                let seat = seat.index;
                return Err(format!("seat {seat} is given back, but sold to {attempt}"));
            }
        }
        Ok(())
    }

    fn block(&mut self, seats: &[SeatIndex]) -> Result<(), String> {
        for seat in seats {
            if let Some(owner) = self.owner_of(*seat) {
                return Err(format!("seat {seat} is blocked while it is {owner}'s"));
            }
            self.blocked.insert(*seat);
        }
        Ok(())
    }

    fn begin(&mut self, version: u64, entry: &Entry, paying: &Paying) -> Result<(), String> {
        let first = paying.first;
        let seats = self.seats_of.get(&first);
        let seats = seats.ok_or_else(|| format!("reservation {first} has no seats to pay for"))?;
        let attempt = Attempt::begin(entry, paying, self.currency, seats);
        self.attempts.insert(version, attempt);
        Ok(())
    }

    fn sell(&mut self, attempt: u64, receipt: Receipt) -> Result<(), String> {
        let Some(sale) = self.attempts.get_mut(&attempt) else {
            return Ok(());
        };
        sale.receipt = Some(receipt);
        for seat in &sale.seats {
            let seat = seat.index;
            if self.owner.get(&seat) != Some(&sale.paying.first) {
                return Err(format!("seat {seat} is sold to {attempt}, but not its own"));
            }
            if let Some(other) = self.sold.insert(seat, attempt) {
                return Err(format!("seat {seat} is sold to {other} and to {attempt}"));
            }
        }
        Ok(())
    }

    fn unsell(&mut self, attempt: u64) {
        let seats = self.attempts.get(&attempt).map(|attempt| &attempt.seats);
        for seat in seats.into_iter().flatten() {
            // One that came back may be somebody else's by now.
            if self.sold.get(&seat.index) == Some(&attempt) {
                self.sold.remove(&seat.index);
            }
        }
    }

    /// Seats that come back are nobody's, and their price is owed.
    fn refund(
        &mut self,
        version: u64,
        entry: &Entry,
        (first, attempt): (u64, u64),
        seats: &[SeatIndex],
        resell: bool,
    ) -> Result<(), String> {
        for seat in seats {
            if self.sold.remove(seat) != Some(attempt) {
                return Err(format!("seat {seat} is taken back, but not {attempt}'s"));
            }
            self.owner.remove(seat);
        }
        if let Some(kept) = self.seats_of.get_mut(&first) {
            kept.retain(|seat| !seats.contains(&seat.index));
        }
        let whole = self.seats_of.get(&first).is_none_or(Vec::is_empty);
        if whole {
            self.seats_of.remove(&first);
        }
        let owed = Owed {
            attempt,
            amount: self.attempt(attempt)?.owe(seats),
            at: entry.at,
        };
        self.refunds.insert(version, owed);
        self.end(attempt, End::TakenBack { whole })?;
        match resell {
            true => Ok(()),
            false => self.block(seats),
        }
    }

    /// Nobody holds anything any more, and nobody pays.
    fn call_off(&mut self) -> Result<(), String> {
        let is_sold = |seats: &[HeldSeat]| seats.iter().any(|it| self.sold.contains_key(&it.index));
        let ending = self.seats_of.iter().filter(|(_, seats)| !is_sold(seats));
        let ending: Vec<u64> = ending.map(|(first, _)| *first).collect();
        for first in ending {
            self.take_back(first)?;
        }
        let under_way = self
            .attempts
            .iter()
            .filter(|(_, it)| it.end == End::UnderWay);
        let under_way: Vec<u64> = under_way.map(|(version, _)| *version).collect();
        for version in under_way {
            self.end(version, End::Failed(FailReason::EventCancelled))?;
        }
        Ok(())
    }

    fn end(&mut self, version: u64, end: End) -> Result<(), String> {
        let watched = self.watched;
        let attempt = self.attempts.get_mut(&version);
        let attempt = attempt.ok_or_else(|| format!("there is no attempt {version} to end"))?;
        if !end.follows(&attempt.end) {
            let before = &attempt.end;
            return Err(format!(
                "attempt {version} is {before}, so it cannot be {end}"
            ));
        }
        attempt.stand(end, watched);
        Ok(())
    }

    /// The one end that is not for good: time ran out, and the money came after all.
    fn end_late(&mut self, version: u64) -> Result<(), String> {
        let watched = self.watched;
        let attempt = self.attempt(version)?;
        if attempt.end != End::Failed(FailReason::TimedOut) {
            let before = &attempt.end;
            return Err(format!(
                "attempt {version} is {before}, so it cannot be booked late"
            ));
        }
        attempt.stand(End::Booked, watched);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
