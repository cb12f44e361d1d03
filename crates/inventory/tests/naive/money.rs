//! Money that waits elsewhere, comes late or goes back, by whom it is paid, and an event that is called
//! off, by hand.

use boxoffice_inventory::{Change, FailReason, Outcome, REMEMBERED, Refusal};
use boxoffice_model::{Micros, OwnerHash, Timestamp};

use super::{End, Note, Notebook, Over, Reads};

impl Notebook {
    pub(super) fn redirect(
        &mut self,
        first: u64,
        attempt: u64,
        limit: Micros,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        if self.reads(first, now) != Some(Reads::Paying(attempt)) {
            return Err(Refusal::AttemptVoid);
        }
        let mut longer = None;
        for known in &mut self.card_mut(first).tries {
            let limit = Timestamp(known.from.0 + limit);
            if known.version == attempt && limit > known.limit {
                known.limit = limit;
                longer = Some(limit);
            }
        }
        if let Some(limit) = longer {
            self.say(
                now,
                Change::Redirected {
                    first,
                    attempt,
                    limit,
                },
            );
        }
        Ok(Outcome::Done)
    }

    pub(super) fn know_buyer(
        &mut self,
        first: u64,
        marks: &[OwnerHash],
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        match self.must_read_held(first, now) {
            Ok(()) | Err(Refusal::PaymentInProgress) => {}
            Err(refusal) => return Err(refusal),
        }
        if self.facts().max_seats_per_buyer.is_none() {
            return Ok(Outcome::Done);
        }
        let card = self.card(first).expect("it is alive");
        let mut fresh = Vec::new();
        for mark in marks {
            if !card.is_by(*mark) && !fresh.contains(mark) {
                fresh.push(*mark);
            }
        }
        let seats = card.seats.len() as u32;
        for mark in &fresh {
            self.must_not_pass_the_buyers_limit(*mark, seats, now)?;
        }
        if !fresh.is_empty() {
            self.card_mut(first).marks.extend(&fresh);
            let marks = fresh;
            self.say(now, Change::BuyerKnown { first, marks });
        }
        Ok(Outcome::Done)
    }

    pub(super) fn book_late(
        &mut self,
        first: u64,
        attempt: u64,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let void = Err(Refusal::AttemptVoid);
        let mine = match self.reads(first, now) {
            Some(Reads::Sold(sold)) if sold == attempt => return Ok(Outcome::Booked),
            Some(Reads::Held) => Some(first),
            Some(Reads::RanOut) => None,
            _ => return void,
        };
        let card = self.card(first).expect("it reads");
        if card.ended_at.is_some_and(|at| now.0 - at.0 >= REMEMBERED) {
            return void;
        }
        if self.cancelled || !card.timed_out(now).contains(&attempt) {
            return void;
        }
        let mut seats = Vec::new();
        for seat in &card.seats {
            seats.push(seat.index);
        }
        let mut buyers = vec![card.owner];
        buyers.extend(&card.marks);
        // What it still has itself is counted already.
        let more = match mine {
            Some(_) => 0,
            None => seats.len() as u32,
        };
        for buyer in buyers {
            if self
                .must_not_pass_the_buyers_limit(buyer, more, now)
                .is_err()
            {
                return void;
            }
        }
        if self.must_be_to_be_had(&seats, mine, now).is_err() {
            return void;
        }
        self.settle(first, now);
        self.end_those_who_ran_out(&seats, Some(first), now);
        for seat in seats {
            let whose = self.has(seat);
            assert!(
                whose.is_none() || whose == mine,
                "seat {seat} is {whose:?}'s"
            );
        }
        let change = Change::BookedLate { first, attempt };
        self.end_card(first, End::Sold(attempt), now, change);
        self.mark(first, attempt, Over::Sold);
        Ok(Outcome::Booked)
    }

    pub(super) fn refund(
        &mut self,
        first: u64,
        attempt: u64,
        wanted: Option<&[u32]>,
        resell: bool,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let card = self.card(first).ok_or(Refusal::NotBooked)?;
        let mut strange = wanted.unwrap_or_default().to_vec();
        strange.retain(|seat| !card.seats.iter().any(|its| its.index == *seat));
        if !strange.is_empty() {
            return Err(Refusal::UnknownSeats(strange));
        }
        let over = card.tries.iter().find(|known| known.version == attempt);
        match over.and_then(|known| known.over.as_ref()) {
            Some(Over::Sold) => {}
            Some(Over::Refunded) => return Ok(Outcome::Done),
            _ => return Err(Refusal::NotBooked),
        }
        let mut back = card.kept();
        back.retain(|seat| wanted.is_none_or(|wanted| wanted.contains(&seat.index)));
        if back.is_empty() {
            return Ok(Outcome::Done);
        }
        let mut seats = Vec::new();
        let mut amount = 0;
        for seat in back {
            seats.push(seat.index);
            amount += seat.price;
            self.leave(seat.index);
            if !resell {
                self.histories[seat.index as usize].push(Note::OffSale);
            }
        }
        let card = self.card_mut(first);
        card.returned.extend(&seats);
        card.ended_at = Some(now);
        if card.kept().is_empty() {
            card.end = Some(End::GivenBack);
            self.mark(first, attempt, Over::Refunded);
        }
        self.say(
            now,
            Change::Refunded {
                first,
                attempt,
                seats: seats.clone(),
                resell,
            },
        );
        Ok(Outcome::Refunded { seats, amount })
    }

    /// One line says it all: whatever waits is free, whoever pays pays for nothing.
    pub(super) fn cancel_event(&mut self, now: Timestamp) -> Result<Outcome, Refusal> {
        if self.cancelled && self.cards.iter().all(|card| card.end.is_some()) {
            return Ok(Outcome::Done);
        }
        self.cancelled = true;
        let mut freed = Vec::new();
        for card in &mut self.cards {
            if card.end.is_some() {
                continue;
            }
            card.end = Some(End::GivenBack);
            card.ended_at = Some(now);
            freed.extend(card.seats.iter().map(|seat| seat.index));
            for known in &mut card.tries {
                if known.over.is_none() {
                    known.over = Some(Over::Failed(FailReason::EventCancelled));
                }
            }
        }
        for seat in freed {
            self.leave(seat);
        }
        self.say(now, Change::EventCancelled);
        Ok(Outcome::Done)
    }
}
