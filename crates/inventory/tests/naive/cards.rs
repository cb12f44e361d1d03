//! What is written on the cards: longer holds, ends, attempts to pay, bookings, by hand.

use boxoffice_inventory::{
    Change, FailReason, Idempotency, NotOnSale, NotOnSaleReason, Outcome, Paying, Refusal,
};
use boxoffice_model::{Address, Micros, Timestamp};

use super::{End, Note, Notebook, Over, Reads, Try};
use crate::common::event;

impl Notebook {
    /// Says of a card what time has made of it: that its attempt is void, that it ran out.
    pub(super) fn settle(&mut self, first: u64, now: Timestamp) {
        let card = self.card(first).expect("a card that time can end");
        let void = card.open().filter(|open| now >= open.limit);
        if let Some(attempt) = void.map(|open| open.version) {
            self.end_try(first, attempt, FailReason::TimedOut, now);
        }
        let card = self.card(first).expect("it has not ended");
        if card.end.is_none() && card.open().is_none() && now >= card.until {
            self.end_card(first, End::RanOut, now, Change::Expired { first });
        }
    }

    fn end_try(&mut self, first: u64, attempt: u64, reason: FailReason, now: Timestamp) {
        let tries = &mut self.card_mut(first).tries;
        if reason == FailReason::Unavailable {
            tries.retain(|known| known.version != attempt);
        }
        for known in tries {
            if known.version == attempt {
                known.over = Some(Over::Failed(reason.clone()));
            }
        }
        self.say(
            now,
            Change::PaymentFailed {
                first,
                attempt,
                reason,
            },
        );
    }

    /// Whatever has ended never revives, but that a sale may be undone and money may come late.
    pub(super) fn end_card(&mut self, first: u64, end: End, now: Timestamp, change: Change) {
        let card = self.card_mut(first);
        match (card.end, end) {
            (None, _) | (Some(End::Sold(_)), End::GivenBack) => {}
            (Some(End::RanOut), End::Sold(_)) if matches!(change, Change::BookedLate { .. }) => {}
            _ => panic!("reservation {first} ends twice"),
        }
        card.end = Some(end);
        card.ended_at = Some(now);
        for seat in card.kept() {
            match end {
                End::Sold(_) => self.histories[seat.index as usize].push(Note::Sold(first)),
                End::GivenBack | End::RanOut => self.leave(seat.index),
            }
        }
        self.say(now, change);
    }

    pub(super) fn extend(&mut self, first: u64, now: Timestamp) -> Result<Outcome, Refusal> {
        self.must_read_held(first, now)?;
        let card = self.card(first).expect("it reads held");
        let seats = card.seats.clone();
        let mut until = card.until;
        if !card.extended {
            until = Timestamp(now.0 + card.hold);
            if until.0 > card.made.0 + 2 * card.hold {
                until = Timestamp(card.made.0 + 2 * card.hold);
            }
            self.settle(first, now);
            self.say(now, Change::Extended { first, until });
            let card = self.card_mut(first);
            card.extended = true;
            card.until = until;
        }
        Ok(Outcome::Changed { seats, until })
    }

    pub(super) fn release(&mut self, first: u64, now: Timestamp) -> Result<Outcome, Refusal> {
        match self.must_read_held(first, now) {
            Ok(()) => {
                self.settle(first, now);
                self.end_card(first, End::GivenBack, now, Change::Released { first });
            }
            Err(Refusal::Ended) => {
                if self.card(first).expect("it has ended").end.is_none() {
                    self.settle(first, now);
                }
            }
            Err(refusal) => return Err(refusal),
        }
        Ok(Outcome::Released)
    }

    pub(super) fn pay(
        &mut self,
        first: u64,
        idempotency: Idempotency,
        limit: Micros,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let card = self.card(first).ok_or(Refusal::UnknownReservation)?;
        let mut failed = 0;
        for known in &card.tries {
            if known.key == idempotency.key {
                return match known.request == idempotency.request {
                    true => Ok(Outcome::AttemptKnown {
                        attempt: known.version,
                    }),
                    false => Err(Refusal::KeyReused),
                };
            }
            // One that is open here has passed its limit, or the card would not read held.
            failed += 1;
        }
        self.must_read_held(first, now)?;
        if self.cancelled {
            return Err(Refusal::NotOnSale(NotOnSale {
                on_sale_at: None,
                reason: NotOnSaleReason::Cancelled,
            }));
        }
        if failed >= 5 {
            return Err(Refusal::TooManyAttempts { limit: 5 });
        }
        self.settle(first, now);
        self.say(
            now,
            Change::Paying(Paying {
                first,
                key: idempotency.key,
                request: idempotency.request,
                secret: [0; 32],
                limit,
            }),
        );
        let version = self.version;
        let card = self.card_mut(first);
        card.tries.push(Try {
            version,
            key: idempotency.key,
            request: idempotency.request,
            from: now,
            limit: Timestamp(now.0 + limit),
            for_others: false,
            over: None,
        });
        let total = card.seats.iter().map(|seat| seat.price).sum();
        let address = Address {
            event: event(),
            version,
            secret: [0; 16],
        };
        Ok(Outcome::Paying { address, total })
    }

    pub(super) fn book(
        &mut self,
        first: u64,
        attempt: u64,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        match self.reads(first, now) {
            Some(Reads::Sold(sold)) if sold == attempt => Ok(Outcome::Booked),
            Some(Reads::Paying(open)) if open == attempt && !self.cancelled => {
                let change = Change::Booked { first, attempt };
                self.end_card(first, End::Sold(attempt), now, change);
                self.mark(first, attempt, Over::Sold);
                Ok(Outcome::Booked)
            }
            _ => {
                let card = self.card(first);
                let open = card.and_then(|card| card.open());
                if open.is_some_and(|open| open.version == attempt) {
                    self.settle(first, now);
                }
                Err(Refusal::AttemptVoid)
            }
        }
    }

    pub(super) fn fail(
        &mut self,
        first: u64,
        attempt: u64,
        reason: &FailReason,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let Some(card) = self.card(first) else {
            return Ok(Outcome::Done);
        };
        if card.end == Some(End::Sold(attempt)) {
            return Err(Refusal::AlreadyBooked);
        }
        if let Some(open) = card.open()
            && open.version == attempt
        {
            if *reason == FailReason::TimedOut && now < open.limit {
                return Err(Refusal::PaymentInProgress);
            }
            self.end_try(first, attempt, reason.clone(), now);
            self.settle(first, now);
        }
        Ok(Outcome::Done)
    }

    pub(super) fn cancel_booking(
        &mut self,
        first: u64,
        attempt: u64,
        reason: &FailReason,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let card = self.card(first);
        if card.is_some_and(|card| card.end == Some(End::Sold(attempt))) {
            self.mark(first, attempt, Over::Undone(reason.clone()));
            let change = Change::BookingCancelled {
                first,
                attempt,
                reason: reason.clone(),
            };
            self.end_card(first, End::GivenBack, now, change);
        }
        Ok(Outcome::Done)
    }

    pub(super) fn mark(&mut self, first: u64, attempt: u64, over: Over) {
        for known in &mut self.card_mut(first).tries {
            if known.version == attempt {
                known.over = Some(over.clone());
            }
        }
    }

    pub(super) fn sweep(&mut self, at_most: usize, now: Timestamp) -> Result<Outcome, Refusal> {
        let mut due = Vec::new();
        for card in &self.cards {
            if let Some(at) = card.due()
                && at <= now
            {
                due.push((at, card.first));
            }
        }
        due.sort_unstable();
        let more = due.len() > at_most;
        due.truncate(at_most);
        for (_, first) in &due {
            self.settle(*first, now);
        }
        Ok(Outcome::Swept {
            count: due.len(),
            more,
        })
    }
}
