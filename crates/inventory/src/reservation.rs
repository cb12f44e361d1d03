//! One reservation, from its hold to its end: a state machine that moves by entries and never looks
//! at a clock. Which seats are whose is the inventory's business, not this module's.

use boxoffice_model::{OwnerHash, SecretHash, Timestamp};
use serde::{Deserialize, Serialize};

use crate::SeatIndex;
use crate::entry::{Change, FailReason, Held, HeldSeat, IdempotencyKey, Paying, RequestHash};
use crate::fold::Problem;

/// A reservation as the ledger has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// The version of its `held`: its name within the ledger.
    pub first: u64,
    /// Whose.
    pub owner: OwnerHash,
    /// Whether it answers to its owner only.
    pub bound: bool,
    /// Proves its id.
    pub secret: SecretHash,
    /// When it was made.
    pub started: Timestamp,
    /// When it would have lapsed first: what `extend` measures by.
    pub first_until: Timestamp,
    /// When it lapses.
    pub until: Timestamp,
    /// Whether it was extended; that happens once.
    pub extended: bool,
    /// Its seats; they stay written here after its end.
    pub seats: Vec<HeldSeat>,
    /// The version of the entry that gave it these seats: attempts before it were for others.
    pub seated: u64,
    /// Where it stands.
    pub state: State,
    /// The attempts to pay that are remembered, oldest first.
    pub attempts: Vec<Attempt>,
    /// How a retry finds it.
    pub idempotency: Option<(IdempotencyKey, RequestHash)>,
    /// By what else its buyer is known, where the event limits a buyer's seats.
    pub marks: Vec<OwnerHash>,
    /// Those of its seats that were sold, taken back and refunded.
    pub returned: Vec<SeatIndex>,
    /// When it came to where it stands, if it was sold, given back or ran out: what is remembered of it
    /// counts from here.
    pub ended: Option<Timestamp>,
}

/// Where a reservation stands by its entries alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Its seats wait for a payment until `until`.
    Held,
    /// An attempt to pay is under way; its seats wait until `until`, or `limit` if later.
    Paying { attempt: u64, limit: Timestamp },
    /// Sold to this attempt.
    Booked { attempt: u64 },
    /// Given back, its booking was undone or refunded whole, or the event was called off.
    Released,
    /// Run out.
    Expired,
}

/// Where a reservation stands at some moment, what has run out counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Held,
    Paying { attempt: u64 },
    Booked { attempt: u64 },
    Released,
    Expired,
}

/// One attempt to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The version of its `paying`.
    pub version: u64,
    /// Its idempotency key, hashed.
    pub key: IdempotencyKey,
    /// The request it came with.
    pub request: RequestHash,
    /// Proves the booking's id.
    pub secret: SecretHash,
    /// When it began.
    pub started: Timestamp,
    /// When it is void unless it has ended.
    pub limit: Timestamp,
    /// How it stands.
    pub state: AttemptState,
}

/// How an attempt to pay stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttemptState {
    UnderWay,
    Booked,
    Failed(FailReason),
    Cancelled(FailReason),
    /// All its seats were taken back.
    Refunded,
}

impl Reservation {
    /// A reservation begins.
    pub fn begin(first: u64, at: Timestamp, held: &Held) -> Self {
        Reservation {
            first,
            owner: held.owner,
            bound: held.bound,
            secret: held.secret,
            started: at,
            first_until: held.until,
            until: held.until,
            extended: false,
            seats: held.seats.clone(),
            seated: first,
            state: State::Held,
            attempts: Vec::new(),
            idempotency: held.idempotency,
            marks: Vec::new(),
            returned: Vec::new(),
            ended: None,
        }
    }

    /// What all its seats cost, in minor units.
    pub fn total(&self) -> u64 {
        self.seats.iter().map(|seat| seat.price).sum()
    }

    /// Whether it is this buyer's: its owner, or who is known by this mark.
    pub fn is_by(&self, buyer: &OwnerHash) -> bool {
        self.owner == *buyer || self.marks.contains(buyer)
    }

    /// Those of its seats that were not taken back.
    pub fn kept_seats(&self) -> impl Iterator<Item = &HeldSeat> {
        let kept = |seat: &&HeldSeat| !self.returned.contains(&seat.index);
        self.seats.iter().filter(kept)
    }

    /// The attempt whose `paying` has this version.
    pub fn attempt(&self, version: u64) -> Option<&Attempt> {
        self.attempts
            .iter()
            .find(|attempt| attempt.version == version)
    }

    /// Whether money that comes late for this attempt may still buy the seats, if they are free: its
    /// time ran out, it was for these very seats, and nobody has given the hold back or pays for it
    /// otherwise.
    pub fn may_be_booked_late(&self, attempt: u64) -> bool {
        matches!(self.state, State::Held | State::Expired) && self.timed_out(attempt)
    }

    /// Whether an attempt to pay for these very seats ran out of time.
    pub(crate) fn timed_out(&self, attempt: u64) -> bool {
        let timed_out = AttemptState::Failed(FailReason::TimedOut);
        attempt > self.seated
            && self
                .attempt(attempt)
                .is_some_and(|found| found.state == timed_out)
    }

    /// From when on its seats may be taken by others although no entry has said so; none when they
    /// are sold or free already.
    pub fn lapses_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Held => Some(self.until),
            State::Paying { limit, .. } => Some(self.until.max(limit)),
            _ => None,
        }
    }

    /// When the sweeper has something to say about it.
    pub fn due_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Held => Some(self.until),
            State::Paying { limit, .. } => Some(limit),
            _ => None,
        }
    }

    /// Whether its seats may be taken by others at `now`.
    pub fn lapsed(&self, now: Timestamp) -> bool {
        self.lapses_at().is_some_and(|until| now >= until)
    }

    /// Where it stands at `now`: an attempt past its limit is void, and then the hold is what its
    /// `until` says.
    pub fn standing(&self, now: Timestamp) -> Standing {
        match self.state {
            State::Paying { attempt, limit } if now < limit => Standing::Paying { attempt },
            State::Held | State::Paying { .. } if now < self.until => Standing::Held,
            State::Held | State::Paying { .. } | State::Expired => Standing::Expired,
            State::Booked { attempt } => Standing::Booked { attempt },
            State::Released => Standing::Released,
        }
    }

    /// The attempt with this idempotency key.
    pub fn attempt_with_key(&self, key: &IdempotencyKey) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.key == *key)
    }

    /// Whether somebody may come back to it by an idempotency key, its own or an attempt's.
    pub(crate) fn has_key(&self) -> bool {
        self.idempotency.is_some() || !self.attempts.is_empty()
    }

    /// How many attempts count against the most that a reservation may have.
    pub fn failed_attempts(&self) -> usize {
        let failed = |attempt: &&Attempt| matches!(attempt.state, AttemptState::Failed(_));
        self.attempts.iter().filter(failed).count()
    }

    /// Moves on by one entry that continues this reservation.
    ///
    /// # Errors
    /// [`Problem`] when the entry cannot follow what was before: the ledger is damaged.
    pub fn apply(&mut self, version: u64, at: Timestamp, change: &Change) -> Result<(), Problem> {
        match change {
            Change::SeatsChanged { seats, .. } => {
                self.expect(State::Held, change)?;
                self.seats.clone_from(seats);
                self.seated = version;
            }
            Change::Extended { until, .. } => {
                self.expect(State::Held, change)?;
                if self.extended || *until < self.until {
                    return Err(self.wrong(change));
                }
                (self.until, self.extended) = (*until, true);
            }
            Change::Paying(paying) => self.start_attempt(version, at, paying, change)?,
            Change::PaymentFailed {
                attempt, reason, ..
            } => {
                if *reason == FailReason::TimedOut && !self.past_limit(at) {
                    return Err(self.wrong(change));
                }
                self.end_attempt(*attempt, reason, change)?;
            }
            Change::Redirected { attempt, limit, .. } => {
                self.redirect(*attempt, at, *limit, change)?;
            }
            Change::BuyerKnown { marks, .. } => {
                if !matches!(self.state, State::Held | State::Paying { .. }) {
                    return Err(self.wrong(change));
                }
                self.marks.extend(marks);
            }
            Change::Booked { attempt, .. } => self.book(*attempt, at, change)?,
            Change::BookedLate { attempt, .. } => {
                if !self.may_be_booked_late(*attempt) {
                    return Err(self.wrong(change));
                }
                self.sell_to(*attempt);
            }
            Change::Refunded { attempt, seats, .. } => self.refund(*attempt, seats, change)?,
            Change::BookingCancelled {
                attempt, reason, ..
            } => {
                self.expect(State::Booked { attempt: *attempt }, change)?;
                self.set_attempt(*attempt, AttemptState::Cancelled(reason.clone()));
                self.state = State::Released;
            }
            Change::Released { .. } => {
                self.expect(State::Held, change)?;
                self.state = State::Released;
            }
            Change::Expired { .. } => {
                self.expect(State::Held, change)?;
                if at < self.until {
                    return Err(self.wrong(change));
                }
                self.state = State::Expired;
            }
            _ => return Err(self.wrong(change)),
        }
        if matches!(
            self.state,
            State::Booked { .. } | State::Released | State::Expired
        ) {
            self.ended = Some(at);
        }
        Ok(())
    }

    fn start_attempt(
        &mut self,
        version: u64,
        at: Timestamp,
        paying: &Paying,
        change: &Change,
    ) -> Result<(), Problem> {
        self.expect(State::Held, change)?;
        let limit = at.plus(paying.limit);
        self.attempts.push(Attempt {
            version,
            key: paying.key,
            request: paying.request,
            secret: paying.secret,
            started: at,
            limit,
            state: AttemptState::UnderWay,
        });
        self.state = State::Paying {
            attempt: version,
            limit,
        };
        Ok(())
    }

    fn end_attempt(
        &mut self,
        attempt: u64,
        reason: &FailReason,
        change: &Change,
    ) -> Result<(), Problem> {
        match self.state {
            State::Paying {
                attempt: current, ..
            } if current == attempt => {
                if *reason == FailReason::Unavailable {
                    // It never began: its key is free again.
                    self.attempts.retain(|known| known.version != attempt);
                } else {
                    self.set_attempt(attempt, AttemptState::Failed(reason.clone()));
                }
                self.state = State::Held;
                Ok(())
            }
            _ => Err(self.wrong(change)),
        }
    }

    fn book(&mut self, attempt: u64, at: Timestamp, change: &Change) -> Result<(), Problem> {
        match self.state {
            State::Paying {
                attempt: current,
                limit,
            } if current == attempt && at < limit => {
                self.sell_to(attempt);
                Ok(())
            }
            _ => Err(self.wrong(change)),
        }
    }

    fn sell_to(&mut self, attempt: u64) {
        self.set_attempt(attempt, AttemptState::Booked);
        self.state = State::Booked { attempt };
    }

    fn redirect(
        &mut self,
        attempt: u64,
        at: Timestamp,
        until: Timestamp,
        change: &Change,
    ) -> Result<(), Problem> {
        match &mut self.state {
            State::Paying {
                attempt: current,
                limit,
            } if *current == attempt && at < *limit && until > *limit => {
                *limit = until;
                for known in &mut self.attempts {
                    if known.version == attempt {
                        known.limit = until;
                    }
                }
                Ok(())
            }
            _ => Err(self.wrong(change)),
        }
    }

    fn refund(
        &mut self,
        attempt: u64,
        seats: &[SeatIndex],
        change: &Change,
    ) -> Result<(), Problem> {
        self.expect(State::Booked { attempt }, change)?;
        if seats.is_empty() {
            return Err(Problem::NoSeats("refunded"));
        }
        for seat in seats {
            if !self.kept_seats().any(|kept| kept.index == *seat) {
                return Err(Problem::NotItsSeat {
                    seat: *seat,
                    first: self.first,
                });
            }
            self.returned.push(*seat);
        }
        if self.returned.len() == self.seats.len() {
            self.set_attempt(attempt, AttemptState::Refunded);
            self.state = State::Released;
        }
        Ok(())
    }

    /// The event was called off: a hold is free, and an attempt under way is void.
    pub(crate) fn call_off(&mut self, at: Timestamp) {
        if let State::Paying { attempt, .. } = self.state {
            self.set_attempt(attempt, AttemptState::Failed(FailReason::EventCancelled));
        }
        self.state = State::Released;
        self.ended = Some(at);
    }

    fn past_limit(&self, at: Timestamp) -> bool {
        matches!(self.state, State::Paying { limit, .. } if at >= limit)
    }

    fn set_attempt(&mut self, version: u64, state: AttemptState) {
        if let Some(attempt) = self
            .attempts
            .iter_mut()
            .find(|known| known.version == version)
        {
            attempt.state = state;
        }
    }

    fn expect(&self, state: State, change: &Change) -> Result<(), Problem> {
        if self.state == state {
            Ok(())
        } else {
            Err(self.wrong(change))
        }
    }

    fn wrong(&self, change: &Change) -> Problem {
        Problem::WrongState {
            first: self.first,
            kind: change.kind(),
            state: self.state,
        }
    }
}
