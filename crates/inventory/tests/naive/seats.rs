//! Taking, changing and blocking seats, by hand.

use boxoffice_inventory::{
    Change, Held, HeldSeat, Hold, Idempotency, NotOnSale, NotOnSaleReason, Outcome, Refusal,
    SaleStatus, SeatStatus, Wanted,
};
use boxoffice_model::{Address, OwnerHash, Timestamp};

use super::{Card, Note, Notebook, Reads};
use crate::common::event;

impl Notebook {
    pub(super) fn recall(&self, idempotency: Idempotency) -> Result<Outcome, Refusal> {
        for card in &self.cards {
            if let Some((key, request)) = card.key
                && !card.key_gone
                && key == idempotency.key
            {
                return match request == idempotency.request {
                    true => Ok(Outcome::Replayed { first: card.first }),
                    false => Err(Refusal::KeyReused),
                };
            }
        }
        Ok(Outcome::Unknown)
    }

    pub(super) fn hold(
        &mut self,
        hold: &Hold,
        picked: &[u32],
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        if let Some(idempotency) = hold.idempotency {
            let known = self.recall(idempotency)?;
            if known != Outcome::Unknown {
                return Ok(known);
            }
        }
        self.must_be_on_sale(now)?;
        let wanted = match &hold.wanted {
            Wanted::Seats(seats) => seats.len() as u32,
            Wanted::Best(best) => best.quantity,
        };
        self.must_not_be_too_many(wanted)?;
        let seats = match &hold.wanted {
            Wanted::Seats(seats) => {
                self.must_exist(seats)?;
                self.must_not_pass_the_buyers_limit(hold.owner, wanted, now)?;
                self.must_be_to_be_had(seats, None, now)?;
                seats.clone()
            }
            Wanted::Best(best) => {
                self.must_not_pass_the_buyers_limit(hold.owner, wanted, now)?;
                self.must_have_best(best, now)?;
                self.check_best(best, picked, now);
                picked.to_vec()
            }
        };
        self.end_those_who_ran_out(&seats, None, now);
        let seats: Vec<HeldSeat> = seats
            .iter()
            .map(|seat| self.at_todays_price(*seat))
            .collect();
        let until = Timestamp(now.0 + hold.hold);
        let key = hold.idempotency.map(|it| (it.key, it.request));
        self.say(
            now,
            Change::Held(Held {
                owner: hold.owner,
                bound: hold.bound,
                until,
                secret: [0; 32],
                idempotency: key,
                seats: seats.clone(),
            }),
        );
        let first = self.version;
        for seat in &seats {
            self.take(seat.index, first);
        }
        self.cards.push(Card {
            first,
            owner: hold.owner,
            key,
            made: now,
            hold: hold.hold,
            until,
            extended: false,
            seats: seats.clone(),
            marks: Vec::new(),
            returned: Vec::new(),
            tries: Vec::new(),
            end: None,
            ended_at: None,
            key_gone: false,
            gone: false,
        });
        Ok(Outcome::Held {
            address: Address {
                event: event(),
                version: first,
                secret: [0; 16],
            },
            seats,
            until,
        })
    }

    pub(super) fn change_seats(
        &mut self,
        first: u64,
        wanted: &[u32],
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        self.must_read_held(first, now)?;
        let card = self.card(first).expect("it reads held");
        let (had, until) = (card.seats.clone(), card.until);
        let mut buyers = vec![card.owner];
        buyers.extend(&card.marks);
        let kept = |seat: u32| had.iter().find(|old| old.index == seat).copied();
        for seat in wanted {
            if kept(*seat).is_none() {
                self.must_be_on_sale(now)?;
            }
        }
        self.must_not_be_too_many(wanted.len() as u32)?;
        self.must_exist(wanted)?;
        if wanted.len() > had.len() {
            let more = (wanted.len() - had.len()) as u32;
            for buyer in buyers {
                self.must_not_pass_the_buyers_limit(buyer, more, now)?;
            }
        }
        self.must_be_to_be_had(wanted, Some(first), now)?;
        let mut seats = Vec::new();
        for seat in wanted {
            seats.push(kept(*seat).unwrap_or_else(|| self.at_todays_price(*seat)));
        }
        if seats != had {
            self.settle(first, now);
            self.end_those_who_ran_out(wanted, Some(first), now);
            for seat in &had {
                self.leave(seat.index);
            }
            for seat in &seats {
                self.take(seat.index, first);
            }
            let card = self.card_mut(first);
            card.seats.clone_from(&seats);
            for known in &mut card.tries {
                known.for_others = true;
            }
            let seats = seats.clone();
            self.say(now, Change::SeatsChanged { first, seats });
        }
        Ok(Outcome::Changed { seats, until })
    }

    pub(super) fn block(&mut self, seats: &[u32], now: Timestamp) -> Result<Outcome, Refusal> {
        self.must_exist(seats)?;
        let mut taken = Vec::new();
        let mut fresh = Vec::new();
        for seat in seats {
            match self.shows(*seat) {
                SeatStatus::Held | SeatStatus::Booked => taken.push(*seat),
                _ if !self.is_off_sale(*seat) => fresh.push(*seat),
                _ => {}
            }
        }
        if !taken.is_empty() {
            return Err(Refusal::SeatsTaken(taken));
        }
        for seat in &fresh {
            self.histories[*seat as usize].push(Note::OffSale);
        }
        if !fresh.is_empty() {
            self.say(now, Change::Blocked { seats: fresh });
        }
        Ok(Outcome::Done)
    }

    pub(super) fn unblock(&mut self, seats: &[u32], now: Timestamp) -> Result<Outcome, Refusal> {
        self.must_exist(seats)?;
        let mut back = seats.to_vec();
        back.retain(|seat| self.is_off_sale(*seat));
        for seat in &back {
            self.histories[*seat as usize].push(Note::BackOnSale);
        }
        if !back.is_empty() {
            self.say(now, Change::Unblocked { seats: back });
        }
        Ok(Outcome::Done)
    }

    pub(super) fn must_read_held(&self, first: u64, now: Timestamp) -> Result<(), Refusal> {
        match self.reads(first, now) {
            None => Err(Refusal::UnknownReservation),
            Some(Reads::Held) => Ok(()),
            Some(Reads::Paying(_)) => Err(Refusal::PaymentInProgress),
            Some(Reads::Sold(_)) => Err(Refusal::AlreadyBooked),
            Some(Reads::GivenBack | Reads::RanOut) => Err(Refusal::Ended),
        }
    }

    fn must_be_on_sale(&self, now: Timestamp) -> Result<(), Refusal> {
        let facts = self.facts();
        let begin = facts.on_sale_at;
        let end = facts.sale_ends_at.unwrap_or(facts.date);
        let (on_sale_at, reason) = if self.cancelled {
            (None, NotOnSaleReason::Cancelled)
        } else if facts.status == SaleStatus::Postponed {
            (begin, NotOnSaleReason::Postponed)
        } else if begin.is_some_and(|begin| begin > now) {
            (begin, NotOnSaleReason::NotYet)
        } else if end <= now {
            (begin, NotOnSaleReason::Ended)
        } else {
            return Ok(());
        };
        Err(Refusal::NotOnSale(NotOnSale { on_sale_at, reason }))
    }

    fn must_not_be_too_many(&self, wanted: u32) -> Result<(), Refusal> {
        let limit = self.facts().max_seats_per_reservation;
        match wanted <= limit {
            true => Ok(()),
            false => Err(Refusal::TooManySeats { limit }),
        }
    }

    fn must_exist(&self, seats: &[u32]) -> Result<(), Refusal> {
        let mut unknown = seats.to_vec();
        unknown.retain(|seat| *seat >= self.seat_count());
        match unknown.is_empty() {
            true => Ok(()),
            false => Err(Refusal::UnknownSeats(unknown)),
        }
    }

    pub(super) fn must_not_pass_the_buyers_limit(
        &self,
        owner: OwnerHash,
        more: u32,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let have = self.seats_of(owner, now);
        match self.facts().max_seats_per_buyer {
            Some(limit) if have + more > limit => Err(Refusal::BuyerLimit { limit, have }),
            _ => Ok(()),
        }
    }

    pub(super) fn must_be_to_be_had(
        &self,
        seats: &[u32],
        mine: Option<u64>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut taken = Vec::new();
        for seat in seats {
            let is_mine = mine.is_some() && self.has(*seat) == mine;
            let sold_today = self.price(*seat).is_some() && self.may_be_had(*seat, now);
            if !is_mine && !sold_today {
                taken.push(*seat);
            }
        }
        match taken.is_empty() {
            true => Ok(()),
            false => Err(Refusal::SeatsTaken(taken)),
        }
    }

    pub(super) fn end_those_who_ran_out(
        &mut self,
        seats: &[u32],
        mine: Option<u64>,
        now: Timestamp,
    ) {
        for seat in seats {
            // Once said, the seat is nobody's: nobody is named twice.
            if let Some(first) = self.has(*seat)
                && Some(first) != mine
            {
                self.settle(first, now);
                assert_eq!(self.has(*seat), None, "seat {seat} was not to be had");
            }
        }
    }

    fn at_todays_price(&self, index: u32) -> HeldSeat {
        HeldSeat {
            index,
            price: self.price(index).expect("it is on sale"),
            ticket_type: 0,
            channel: 0,
            allotment: 0,
        }
    }
}
