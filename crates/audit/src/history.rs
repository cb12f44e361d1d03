//! What an audit remembers of a ledger beside the fold: every attempt to pay with its end, and the
//! owner of every seat, kept by other means than the inventory's so that both must err alike.

use std::collections::BTreeMap;

use boxoffice_inventory::{Change, Entry, FailReason, Head, HeldSeat, Paying, SeatIndex};
use boxoffice_model::{Currency, Timestamp};
use boxoffice_store::{BookingStatus, Cleanup, Receipt};
use rustc_hash::{FxHashMap, FxHashSet};

/// An attempt to pay as its entries tell it.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) started: Timestamp,
    pub(crate) nonce: u64,
    pub(crate) paying: Paying,
    /// What the reservation's seats cost when it began.
    pub(crate) amount: u64,
    pub(crate) currency: Option<Currency>,
    pub(crate) seats: Vec<SeatIndex>,
    pub(crate) end: End,
    /// How it stood before, since the history has been watched.
    pub(crate) earlier: Vec<End>,
    /// Where its sale stands; it stays when the sale is undone.
    pub(crate) receipt: Option<Receipt>,
    /// What its booking says, once that was read.
    pub(crate) row: Option<Row>,
}

/// How an attempt stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    UnderWay,
    Booked,
    Failed(FailReason),
    Cancelled(FailReason),
}

/// Of a booking's row, what its charge is compared with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) status: BookingStatus,
    pub(crate) cleanup: Cleanup,
    /// Whether its charge is kept in the store.
    pub(crate) test_provider: bool,
}

/// A ledger's history, seat by seat and attempt by attempt.
#[derive(Default)]
pub(crate) struct History {
    /// By version of their `paying`.
    pub(crate) attempts: BTreeMap<u64, Attempt>,
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
            Change::Booked { attempt, .. } => self.book(*attempt, Receipt { version, head }),
            Change::BookingCancelled {
                first,
                attempt,
                reason,
            } => {
                self.end(*attempt, End::Cancelled(reason.clone()))?;
                self.unsell(*attempt);
                self.take_back(*first)
            }
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
            Change::Extended { .. } | Change::EventCancelled => Ok(()),
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

    /// All that is sold: seat and attempt, in no order.
    pub(crate) fn sold(&self) -> impl Iterator<Item = (SeatIndex, u64)> {
        self.sold.iter().map(|(seat, attempt)| (*seat, *attempt))
    }

    fn give(&mut self, first: u64, seats: &[HeldSeat]) -> Result<(), String> {
        for seat in seats {
            let index = seat.index;
            if self.blocked.contains(&index) {
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
        let attempt = Attempt {
            started: entry.at,
            nonce: entry.nonce,
            paying: paying.clone(),
            amount: seats
                .iter()
                .fold(0, |sum: u64, seat| sum.saturating_add(seat.price)),
            currency: self.currency,
            seats: seats.iter().map(|seat| seat.index).collect(),
            end: End::UnderWay,
            earlier: Vec::new(),
            receipt: None,
            row: None,
        };
        self.attempts.insert(version, attempt);
        Ok(())
    }

    fn book(&mut self, attempt: u64, receipt: Receipt) -> Result<(), String> {
        self.end(attempt, End::Booked)?;
        let Some(sale) = self.attempts.get_mut(&attempt) else {
            return Ok(());
        };
        sale.receipt = Some(receipt);
        for &seat in &sale.seats {
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
            self.sold.remove(seat);
        }
    }

    fn end(&mut self, version: u64, end: End) -> Result<(), String> {
        let attempt = self.attempts.get_mut(&version);
        let attempt = attempt.ok_or_else(|| format!("there is no attempt {version} to end"))?;
        let follows = match end {
            End::UnderWay => false,
            End::Booked | End::Failed(_) => attempt.end == End::UnderWay,
            End::Cancelled(_) => attempt.end == End::Booked,
        };
        if !follows {
            let before = &attempt.end;
            return Err(format!(
                "attempt {version} is {before}, so it cannot be {end}"
            ));
        }
        let before = std::mem::replace(&mut attempt.end, end);
        if self.watched {
            attempt.earlier.push(before);
        }
        Ok(())
    }
}

impl Attempt {
    /// How it stands, then how it stood before while the history was watched.
    pub(crate) fn stands(&self) -> impl Iterator<Item = &End> {
        std::iter::once(&self.end).chain(&self.earlier)
    }

    /// Whether it has moved while the history was watched.
    pub(crate) fn moved(&self) -> bool {
        !self.earlier.is_empty()
    }
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            End::UnderWay => f.write_str("under way"),
            End::Booked => f.write_str("booked"),
            End::Failed(reason) => write!(f, "failed ({reason:?})"),
            End::Cancelled(reason) => write!(f, "cancelled ({reason:?})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use boxoffice_inventory::Held;
    use boxoffice_model::EventNumber;

    fn take(history: &mut History, version: u64, change: Change) -> Result<(), String> {
        let event = EventNumber::new(2027, 5, 0).expect("a month");
        let entry = Entry {
            at: Timestamp(0),
            nonce: 0,
            change,
        };
        history.take_in(version, Head::empty(event), &entry)
    }

    fn held(seats: &[SeatIndex]) -> Change {
        let seat = |index: &SeatIndex| HeldSeat {
            index: *index,
            price: 100,
            ticket_type: 0,
            channel: 0,
            allotment: 0,
        };
        Change::Held(Held {
            owner: [0; 16],
            bound: false,
            until: Timestamp(1),
            secret: [0; 32],
            idempotency: None,
            seats: seats.iter().map(seat).collect(),
        })
    }

    fn paying(first: u64) -> Change {
        Change::Paying(Paying {
            first,
            key: [0; 16],
            request: [0; 16],
            secret: [0; 32],
            limit: 1,
        })
    }

    fn refused(taken: Result<(), String>) -> String {
        taken.expect_err("the history is impossible")
    }

    #[test]
    fn a_seat_with_two_owners_is_seen_without_the_fold() {
        let mut history = History::default();
        take(&mut history, 2, held(&[4, 5])).expect("both are free");
        let what = refused(take(&mut history, 3, held(&[5])));
        assert_eq!(what, "seat 5 is given to 3 while it is 2's");
    }

    #[test]
    fn a_second_sale_of_a_seat_is_seen_without_the_fold() {
        let mut history = History::default();
        let book = |first, attempt| Change::Booked { first, attempt };
        take(&mut history, 2, held(&[4])).expect("it is free");
        take(&mut history, 3, paying(2)).expect("it may be paid for");
        take(&mut history, 4, paying(2)).expect("twice, as far as this history knows");
        take(&mut history, 5, book(2, 3)).expect("it is sold");
        let what = refused(take(&mut history, 6, book(2, 4)));
        assert_eq!(what, "seat 4 is sold to 3 and to 4");
    }

    #[test]
    fn a_sold_seat_is_not_given_back() {
        let mut history = History::default();
        take(&mut history, 2, held(&[4])).expect("it is free");
        take(&mut history, 3, paying(2)).expect("it may be paid for");
        let (first, attempt) = (2, 3);
        take(&mut history, 4, Change::Booked { first, attempt }).expect("it is sold");
        let what = refused(take(&mut history, 5, Change::Expired { first }));
        assert_eq!(what, "seat 4 is given back, but sold to 3");
    }

    #[test]
    fn an_attempt_has_one_end() {
        let mut history = History::default();
        take(&mut history, 2, held(&[4])).expect("it is free");
        take(&mut history, 3, paying(2)).expect("it may be paid for");
        let (first, attempt, reason) = (2, 3, FailReason::TimedOut);
        let failed = Change::PaymentFailed {
            first,
            attempt,
            reason,
        };
        take(&mut history, 4, failed).expect("it fails");
        let what = refused(take(&mut history, 5, Change::Booked { first, attempt }));
        assert_eq!(
            what,
            "attempt 3 is failed (TimedOut), so it cannot be booked"
        );
    }
}
