//! What an entry does to an inventory. Never looks at a clock; refuses an entry whose precondition
//! does not hold, which only a damaged ledger brings.

use boxoffice_model::{EventNumber, Timestamp};

use crate::SeatIndex;
use crate::chain::StoredEntry;
use crate::entry::{Change, DecodeError, Entry, Held, HeldSeat};
use crate::facts::{Facts, SaleStatus};
use crate::inventory::{Inventory, SeatStatus};
use crate::reservation::{Reservation, State};

/// A ledger that cannot be folded: which entry, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ledger of event {event} is damaged at version {version}: {problem}")]
pub struct FoldError {
    /// Whose ledger.
    pub event: EventNumber,
    /// Which entry.
    pub version: u64,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("expected version {expected} here")]
    Gap { expected: u64 },
    #[error("its hash does not follow from the entry before it")]
    Chain,
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error("its time is before the entry ahead of it")]
    TimeRunsBack,
    #[error("seat {0} does not exist")]
    UnknownSeat(SeatIndex),
    #[error("seat {seat} is {status:?}, so it cannot be {kind}")]
    SeatNotFree {
        seat: SeatIndex,
        status: SeatStatus,
        kind: &'static str,
    },
    #[error("{0} names no seat")]
    NoSeats(&'static str),
    #[error("seat {0} stands in it twice")]
    RepeatedSeat(SeatIndex),
    #[error("there is no reservation {0}")]
    UnknownReservation(u64),
    #[error("reservation {first} is {state:?}, so {kind} cannot follow")]
    WrongState {
        first: u64,
        kind: &'static str,
        state: State,
    },
    #[error("seat {seat} is not reservation {first}'s")]
    NotItsSeat { seat: SeatIndex, first: u64 },
    #[error("the first entry of a ledger is catalogue_revised with a layout")]
    NoFacts,
    #[error("the layout removes or moves seats")]
    LayoutShrinks,
}

impl Inventory {
    /// Takes in a stored entry: its place, its hash, its bytes and then what it does. Gives back the
    /// entry.
    ///
    /// # Errors
    /// [`FoldError`] names the entry. The inventory must then be thrown away.
    pub fn replay(&mut self, stored: &StoredEntry) -> Result<Entry, FoldError> {
        let damaged = |problem| FoldError {
            event: self.event,
            version: stored.version,
            problem,
        };
        if stored.version != self.version + 1 {
            return Err(damaged(Problem::Gap {
                expected: self.version + 1,
            }));
        }
        let head = self.head.next(&stored.bytes);
        if head.check() != stored.check {
            return Err(damaged(Problem::Chain));
        }
        let entry = Entry::decode(&stored.bytes).map_err(|error| damaged(error.into()))?;
        self.fold(&entry)?;
        self.head = head;
        Ok(entry)
    }

    /// Takes in a new entry and gives it the bytes and the check the store keeps.
    ///
    /// # Errors
    /// [`FoldError`] when the entry cannot follow: `decide` and `fold` disagree, which is a defect of
    /// ours. The inventory must then be thrown away.
    pub fn append(&mut self, entry: &Entry) -> Result<StoredEntry, FoldError> {
        let bytes = entry.encode();
        self.fold(entry)?;
        self.head = self.head.next(&bytes);
        Ok(StoredEntry {
            version: self.version,
            check: self.head.check(),
            bytes,
        })
    }

    /// Takes in the next entry, the chain of hashes apart.
    ///
    /// # Errors
    /// [`FoldError`] when the entry cannot follow. The inventory must then be thrown away.
    pub fn fold(&mut self, entry: &Entry) -> Result<(), FoldError> {
        let version = self.version + 1;
        self.apply(version, entry).map_err(|problem| FoldError {
            event: self.event,
            version,
            problem,
        })?;
        self.version = version;
        self.last_at = entry.at;
        self.forget_finished(entry.at);
        Ok(())
    }

    fn apply(&mut self, version: u64, entry: &Entry) -> Result<(), Problem> {
        if entry.at < self.last_at {
            return Err(Problem::TimeRunsBack);
        }
        match &entry.change {
            Change::CatalogueRevised(facts) => self.revise(facts),
            _ if self.facts.is_none() => Err(Problem::NoFacts),
            Change::Held(held) => self.begin(version, entry.at, held),
            Change::SeatsChanged { first, seats } => {
                self.change_seats(version, entry, *first, seats)
            }
            Change::Blocked { seats } => self.block(seats),
            Change::Unblocked { seats } => self.unblock(seats),
            Change::EventCancelled => {
                self.call_off(entry.at);
                Ok(())
            }
            Change::BookedLate { first, .. } => {
                self.require_bookable(*first)?;
                self.advance(version, entry.at, *first, &entry.change)
            }
            Change::Refunded {
                first,
                seats,
                resell,
                ..
            } => {
                self.advance(version, entry.at, *first, &entry.change)?;
                match resell {
                    true => Ok(()),
                    false => self.block(seats),
                }
            }
            change => match change.continues() {
                Some(first) => self.advance(version, entry.at, first, change),
                None => Err(Problem::NoFacts),
            },
        }
    }

    fn begin(&mut self, version: u64, at: Timestamp, held: &Held) -> Result<(), Problem> {
        self.require_free(&held.seats, version, "held")?;
        let reservation = Reservation::begin(version, at, held);
        self.take_seats(&reservation, &held.seats);
        if let Some((key, request)) = held.idempotency {
            self.keys.insert(key, (version, request));
        }
        self.insert(Box::new(reservation));
        Ok(())
    }

    fn change_seats(
        &mut self,
        version: u64,
        entry: &Entry,
        first: u64,
        seats: &[HeldSeat],
    ) -> Result<(), Problem> {
        // Asked while its seats are still its own: once out, one whose category is no longer sold
        // would show as blocked.
        self.require_free(seats, first, "seats_changed")?;
        let mut reservation = self.take_out(first)?;
        reservation.apply(version, entry.at, &entry.change)?;
        // The reservation was taken out whole, its seats and all; it comes back with the new ones.
        self.take_seats(&reservation, seats);
        self.insert(reservation);
        Ok(())
    }

    fn advance(
        &mut self,
        version: u64,
        at: Timestamp,
        first: u64,
        change: &Change,
    ) -> Result<(), Problem> {
        let mut reservation = self.take_out(first)?;
        reservation.apply(version, at, change)?;
        match reservation.state {
            State::Held | State::Paying { .. } | State::Booked { .. } => {
                self.take_kept_seats(&reservation);
            }
            State::Released | State::Expired => {}
        }
        self.remember(&reservation);
        self.insert(reservation);
        Ok(())
    }

    /// What has ended is forgotten some time afterwards. Where it had ended before, it stands in the queue
    /// more than once, and only the last time counts: a search for the first would cost each refund of a
    /// house that is called off a walk through all of them.
    fn remember(&mut self, reservation: &Reservation) {
        let Some(at) = reservation.ended else {
            return;
        };
        match reservation.has_key() {
            true => self.finished.push_back((at, reservation.first)),
            false => self.passed.push_back((at, reservation.first)),
        }
    }

    /// Every hold ends, every attempt under way is void; what is sold stays so until it is refunded.
    fn call_off(&mut self, at: Timestamp) {
        self.cancelled = true;
        let alive =
            |found: &&Reservation| matches!(found.state, State::Held | State::Paying { .. });
        let mut ending: Vec<u64> = self
            .reservations()
            .filter(alive)
            .map(|it| it.first)
            .collect();
        ending.sort_unstable();
        for first in ending {
            // It is there: it was listed a moment ago.
            let Ok(mut reservation) = self.take_out(first) else {
                continue;
            };
            reservation.call_off(at);
            self.remember(&reservation);
            self.insert(reservation);
        }
    }

    /// The seats of a hold that ran out are still free, if it has ended; they are its own, if it has not.
    fn require_bookable(&self, first: u64) -> Result<(), Problem> {
        let reservation = self
            .reservation(first)
            .ok_or(Problem::UnknownReservation(first))?;
        self.require_free(&reservation.seats, first, "booked_late")
    }

    /// Each seat exists, stands in the entry once, and is free or `mine` already.
    fn require_free(
        &self,
        seats: &[HeldSeat],
        mine: u64,
        kind: &'static str,
    ) -> Result<(), Problem> {
        if seats.is_empty() {
            return Err(Problem::NoSeats(kind));
        }
        for (position, seat) in seats.iter().enumerate() {
            let status = self
                .status(seat.index)
                .ok_or(Problem::UnknownSeat(seat.index))?;
            if status != SeatStatus::Available && self.owner_of(seat.index) != Some(mine) {
                return Err(Problem::SeatNotFree {
                    seat: seat.index,
                    status,
                    kind,
                });
            }
            if seats[..position]
                .iter()
                .any(|other| other.index == seat.index)
            {
                return Err(Problem::RepeatedSeat(seat.index));
            }
        }
        Ok(())
    }

    fn block(&mut self, seats: &[SeatIndex]) -> Result<(), Problem> {
        for &seat in seats {
            match self.status(seat).ok_or(Problem::UnknownSeat(seat))? {
                SeatStatus::Available | SeatStatus::Blocked => {
                    self.killed.insert(seat);
                    self.refresh_free(seat);
                }
                status => {
                    return Err(Problem::SeatNotFree {
                        seat,
                        status,
                        kind: "blocked",
                    });
                }
            }
        }
        Ok(())
    }

    fn unblock(&mut self, seats: &[SeatIndex]) -> Result<(), Problem> {
        for &seat in seats {
            self.status(seat).ok_or(Problem::UnknownSeat(seat))?;
            self.killed.remove(&seat);
            self.refresh_free(seat);
        }
        Ok(())
    }

    fn revise(&mut self, facts: &Facts) -> Result<(), Problem> {
        let mut facts = facts.clone();
        match facts.layout.take() {
            Some(layout) => {
                if self.facts.is_some() && !layout.extends(&self.layout) {
                    return Err(Problem::LayoutShrinks);
                }
                self.set_layout(layout);
            }
            None if self.facts.is_none() => return Err(Problem::NoFacts),
            None => {}
        }
        self.cancelled = facts.status == SaleStatus::Cancelled;
        self.facts = Some(facts);
        self.refresh_all_free();
        Ok(())
    }
}
