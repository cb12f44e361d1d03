//! An event as someone with paper would keep it: for each seat the list of all that happened to it, for
//! each reservation a card. Every question is answered by reading the lists from the beginning;
//! nothing is counted, indexed or shared with the code it checks but types.

mod best;
mod cards;
mod money;
mod paper;
mod seats;

use boxoffice_inventory::{
    Change, Command, Facts, Outcome, REMEMBERED, REMEMBERED_BRIEFLY, Refusal, SeatStatus,
};
use boxoffice_model::{OwnerHash, Timestamp};

use crate::common::house::{self, Row};
use paper::Note;
pub(crate) use paper::{Card, End, Over, Reads, Try};

#[derive(Default)]
pub(crate) struct Notebook {
    pub(crate) version: u64,
    last_at: Timestamp,
    facts: Option<Facts>,
    cancelled: bool,
    rows: Vec<Row>,
    histories: Vec<Vec<Note>>,
    pub(crate) cards: Vec<Card>,
    said: Vec<Change>,
}

impl Notebook {
    /// What the answer must be, and what must be said; secrets are zeros. `picked` are the best seats
    /// as they were chosen: which they may be is checked here, too.
    pub(crate) fn act(
        &mut self,
        command: &Command,
        stage: usize,
        picked: &[u32],
        now: Timestamp,
    ) -> (Outcome, Vec<Change>) {
        let answer = match command {
            Command::Hold(hold) => self.hold(hold, picked, now),
            Command::Recall(idempotency) => self.recall(*idempotency),
            Command::ChangeSeats { first, seats } => self.change_seats(*first, seats, now),
            Command::Extend { first } => self.extend(*first, now),
            Command::Release { first } => self.release(*first, now),
            Command::Pay {
                first,
                idempotency,
                limit,
            } => self.pay(*first, *idempotency, *limit, now),
            Command::Book { first, attempt } => self.book(*first, *attempt, now),
            Command::FailPayment {
                first,
                attempt,
                reason,
            } => self.fail(*first, *attempt, reason, now),
            Command::Redirect {
                first,
                attempt,
                limit,
            } => self.redirect(*first, *attempt, *limit, now),
            Command::KnowBuyer { first, marks } => self.know_buyer(*first, marks, now),
            Command::BookLate { first, attempt } => self.book_late(*first, *attempt, now),
            Command::Refund {
                first,
                attempt,
                seats,
                resell,
            } => self.refund(*first, *attempt, seats.as_deref(), *resell, now),
            Command::CancelBooking {
                first,
                attempt,
                reason,
            } => self.cancel_booking(*first, *attempt, reason, now),
            Command::Sweep { at_most } => self.sweep(*at_most, now),
            Command::Block { seats } => self.block(seats, now),
            Command::Unblock { seats } => self.unblock(seats, now),
            Command::Revise(facts) => self.revise(facts, stage, now),
            Command::CancelEvent => self.cancel_event(now),
        };
        let outcome = answer.unwrap_or_else(Outcome::Refused);
        (outcome, std::mem::take(&mut self.said))
    }

    fn revise(&mut self, facts: &Facts, stage: usize, now: Timestamp) -> Result<Outcome, Refusal> {
        if facts.layout.is_some() {
            self.rows = house::rows(stage);
            while self.histories.len() < house::seat_count(stage) as usize {
                self.histories.push(Vec::new());
            }
        }
        self.facts = Some(facts.clone());
        self.cancelled = facts.status == boxoffice_inventory::SaleStatus::Cancelled;
        self.say(now, Change::CatalogueRevised(Box::new(facts.clone())));
        Ok(Outcome::Done)
    }

    /// Writes an entry; what ended a day ago is over, or a minute ago if nobody has a key to it.
    fn say(&mut self, now: Timestamp, change: Change) {
        assert!(now >= self.last_at);
        self.version += 1;
        self.last_at = now;
        self.said.push(change);
        for card in &mut self.cards {
            let span = match card.key.is_some() || !card.tries.is_empty() {
                true => REMEMBERED,
                false => REMEMBERED_BRIEFLY,
            };
            if card.ended_at.is_some_and(|at| now.0 - at.0 >= span) {
                card.key_gone = true;
                card.gone = !matches!(card.end, Some(End::Sold(_)));
            }
        }
    }

    fn facts(&self) -> &Facts {
        self.facts
            .as_ref()
            .expect("the first command is a revision")
    }

    pub(crate) fn seat_count(&self) -> u32 {
        self.histories.len() as u32
    }

    fn category(&self, seat: u32) -> Option<u16> {
        for row in &self.rows {
            for (index, category) in &row.seats {
                if *index == seat {
                    return *category;
                }
            }
        }
        None
    }

    fn price(&self, seat: u32) -> Option<u64> {
        let prices = &self.facts().prices;
        *prices.get(usize::from(self.category(seat)?))?
    }

    /// Whose a seat is, by its history.
    pub(crate) fn has(&self, seat: u32) -> Option<u64> {
        let mut whose = None;
        for note in &self.histories[seat as usize] {
            match note {
                Note::Taken(first) | Note::Sold(first) => whose = Some(*first),
                Note::Left => whose = None,
                Note::OffSale | Note::BackOnSale => {}
            }
        }
        whose
    }

    fn is_off_sale(&self, seat: u32) -> bool {
        let mut off = false;
        for note in &self.histories[seat as usize] {
            match note {
                Note::OffSale => off = true,
                Note::BackOnSale => off = false,
                _ => {}
            }
        }
        off
    }

    pub(crate) fn shows(&self, seat: u32) -> SeatStatus {
        match self.has(seat) {
            Some(first) => match self.card(first).expect("its card").end {
                Some(End::Sold(_)) => SeatStatus::Booked,
                _ => SeatStatus::Held,
            },
            None if self.is_off_sale(seat) || self.price(seat).is_none() => SeatStatus::Blocked,
            None => SeatStatus::Available,
        }
    }

    /// Whether the next who comes may have a seat: nobody has it, or the one who does has run out.
    fn may_be_had(&self, seat: u32, now: Timestamp) -> bool {
        match self.has(seat) {
            Some(first) => self.reads(first, now) == Some(Reads::RanOut),
            None => self.shows(seat) == SeatStatus::Available,
        }
    }

    fn take(&mut self, seat: u32, first: u64) {
        assert_eq!(self.has(seat), None, "seat {seat} would have two owners");
        self.histories[seat as usize].push(Note::Taken(first));
    }

    fn leave(&mut self, seat: u32) {
        self.histories[seat as usize].push(Note::Left);
    }

    /// What one buyer has at a moment, by whatever mark they are known.
    pub(crate) fn seats_of(&self, owner: OwnerHash, now: Timestamp) -> u32 {
        let mut count = 0;
        for seat in 0..self.seat_count() {
            if let Some(first) = self.has(seat)
                && self.card(first).expect("its card").is_by(owner)
                && self.reads(first, now) != Some(Reads::RanOut)
            {
                count += 1;
            }
        }
        count
    }

    pub(crate) fn card(&self, first: u64) -> Option<&Card> {
        self.cards
            .iter()
            .find(|card| card.first == first && !card.gone)
    }

    fn card_mut(&mut self, first: u64) -> &mut Card {
        let found = self.cards.iter_mut().find(|card| card.first == first);
        found.expect("the card is there")
    }

    /// How a card reads at a moment; none when there is no such card any more.
    pub(crate) fn reads(&self, first: u64, now: Timestamp) -> Option<Reads> {
        let card = self.card(first)?;
        Some(match card.end {
            Some(End::Sold(attempt)) => Reads::Sold(attempt),
            Some(End::GivenBack) => Reads::GivenBack,
            Some(End::RanOut) => Reads::RanOut,
            None => match card.open() {
                Some(open) if now < open.limit => Reads::Paying(open.version),
                _ if now < card.until => Reads::Held,
                _ => Reads::RanOut,
            },
        })
    }
}
