//! An event's seats and reservations at one version of its ledger. Only `fold` changes it.

use std::collections::{BTreeSet, VecDeque};

use boxoffice_model::{EventNumber, Micros, OwnerHash, Timestamp};
use boxoffice_seating::Layout;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::SeatIndex;
use crate::chain::Head;
use crate::entry::{HeldSeat, IdempotencyKey, RequestHash};
use crate::facts::{Facts, NotOnSale, NotOnSaleReason};
use crate::fold::Problem;
use crate::reservation::{Reservation, State};

/// For how long after its end a reservation and its idempotency key stay in memory. Older ones are
/// read from the store by address.
pub const REMEMBERED: Micros = 24 * 60 * 60 * 1_000_000;

/// The same for one that nobody can come back to by a key, its own or a payment's: for as long as requests
/// that found it alive may be under way. A crowd leaves millions of them.
pub const REMEMBERED_BRIEFLY: Micros = 60 * 1_000_000;

/// What the map shows of a seat. The numbers are the two bits of `/availability`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SeatStatus {
    Available = 0,
    /// Held, or being paid for.
    Held = 1,
    Booked = 2,
    /// Not on general sale now.
    Blocked = 3,
}

impl SeatStatus {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            SeatStatus::Available => "available",
            SeatStatus::Held => "held",
            SeatStatus::Booked => "booked",
            SeatStatus::Blocked => "blocked",
        }
    }
}

/// How many seats stand where; they sum to all seats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub available: u32,
    pub held: u32,
    pub booked: u32,
    pub blocked: u32,
}

/// No reservation has this version: a ledger begins with its facts.
const NOBODY: u64 = 0;

/// One event's seats and reservations, exact at `version`.
#[derive(Clone, Debug)]
pub struct Inventory {
    pub(crate) event: EventNumber,
    pub(crate) version: u64,
    pub(crate) head: Head,
    pub(crate) last_at: Timestamp,
    pub(crate) facts: Option<Facts>,
    pub(crate) cancelled: bool,
    pub(crate) layout: Layout,
    /// By seat: what the map shows. Kept beside `owner` so that best available and the map read one
    /// byte a seat.
    pub(crate) status: Vec<SeatStatus>,
    /// By seat: the reservation that has it.
    pub(crate) owner: Vec<u64>,
    /// By seat: its category, `u16::MAX` for none.
    pub(crate) category: Vec<u16>,
    /// Seats taken off general sale by hand.
    pub(crate) killed: FxHashSet<SeatIndex>,
    pub(crate) counts: Counts,
    // Boxed: a table of them by value moves megabytes when it grows, and everybody waits for that.
    pub(crate) reservations: FxHashMap<u64, Box<Reservation>>,
    pub(crate) keys: FxHashMap<IdempotencyKey, (u64, RequestHash)>,
    /// By owner, and by mark of a buyer: seats held, being paid for and booked.
    pub(crate) seats_of: FxHashMap<OwnerHash, u32>,
    /// What runs out, soonest first.
    pub(crate) due: BTreeSet<(Timestamp, u64)>,
    /// What has ended, oldest first. One that ended anew stands here for each time.
    pub(crate) finished: VecDeque<(Timestamp, u64)>,
    /// The same of those that are remembered briefly.
    pub(crate) passed: VecDeque<(Timestamp, u64)>,
}

impl Inventory {
    /// The inventory of an empty ledger.
    pub fn new(event: EventNumber) -> Self {
        Inventory {
            event,
            version: 0,
            head: Head::empty(event),
            last_at: Timestamp(i64::MIN),
            facts: None,
            cancelled: false,
            layout: Layout::default(),
            status: Vec::new(),
            owner: Vec::new(),
            category: Vec::new(),
            killed: FxHashSet::default(),
            counts: Counts::default(),
            reservations: FxHashMap::default(),
            keys: FxHashMap::default(),
            seats_of: FxHashMap::default(),
            due: BTreeSet::new(),
            finished: VecDeque::new(),
            passed: VecDeque::new(),
        }
    }

    /// Whose.
    pub fn event(&self) -> EventNumber {
        self.event
    }

    /// At which version of the ledger it is exact.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The hash of the ledger up to that version.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The time of the last entry: the present is never before it.
    pub fn last_at(&self) -> Timestamp {
        self.last_at
    }

    /// The facts in force; none before the first entry.
    pub fn facts(&self) -> Option<&Facts> {
        self.facts.as_ref()
    }

    /// Rows and categories of the seats.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// How many seats there are.
    pub fn seat_count(&self) -> u32 {
        u32::try_from(self.status.len()).expect("seats are numbered in 32 bits")
    }

    /// What the map shows of every seat, by index.
    pub fn statuses(&self) -> &[SeatStatus] {
        &self.status
    }

    /// What the map shows of a seat; none when there is no such seat.
    pub fn status(&self, seat: SeatIndex) -> Option<SeatStatus> {
        self.status.get(seat as usize).copied()
    }

    /// What a seat costs today; none is not on sale.
    pub fn price(&self, seat: SeatIndex) -> Option<u64> {
        self.facts.as_ref()?.price(self.category_of(seat))
    }

    /// A seat's category, as an index into the plan's.
    pub fn category_of(&self, seat: SeatIndex) -> Option<u16> {
        self.category
            .get(seat as usize)
            .copied()
            .filter(|category| *category != u16::MAX)
    }

    /// The reservation that has a seat.
    pub fn owner_of(&self, seat: SeatIndex) -> Option<u64> {
        self.owner
            .get(seat as usize)
            .copied()
            .filter(|owner| *owner != NOBODY)
    }

    /// A reservation that is remembered, by the version of its `held`.
    pub fn reservation(&self, first: u64) -> Option<&Reservation> {
        self.reservations.get(&first).map(Box::as_ref)
    }

    /// All that are remembered, in no order.
    pub fn reservations(&self) -> impl Iterator<Item = &Reservation> {
        self.reservations.values().map(Box::as_ref)
    }

    /// The reservation that a hold's idempotency key made, and the request it came with.
    pub fn with_key(&self, key: &IdempotencyKey) -> Option<(u64, RequestHash)> {
        self.keys.get(key).copied()
    }

    /// How many seats stand where.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// When the next reservation runs out; none while nothing can.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }

    /// What has run out at `now`, soonest first.
    pub(crate) fn due_by(&self, now: Timestamp) -> impl Iterator<Item = &Reservation> {
        self.due
            .iter()
            .take_while(move |(at, _)| *at <= now)
            .filter_map(|(_, first)| self.reservation(*first))
    }

    /// Whether a seat may be had at `now`: it is free, or whoever had it has lapsed.
    pub fn free_at(&self, seat: SeatIndex, now: Timestamp) -> bool {
        match self.status(seat) {
            Some(SeatStatus::Available) => true,
            Some(SeatStatus::Held) => self.lapsed_owner(seat, now).is_some(),
            _ => false,
        }
    }

    /// The reservation that has a seat but has lapsed at `now`.
    pub(crate) fn lapsed_owner(&self, seat: SeatIndex, now: Timestamp) -> Option<&Reservation> {
        let reservation = self.reservation(self.owner_of(seat)?)?;
        reservation.lapsed(now).then_some(reservation)
    }

    /// Seats that `owner`, or who is known by this mark, holds, pays for and has at `now`; what has lapsed
    /// does not count.
    pub fn seats_of(&self, owner: &OwnerHash, now: Timestamp) -> u32 {
        let all = self.seats_of_by_entries(owner);
        if all == 0 {
            return 0;
        }
        let lapsed =
            |reservation: &&Reservation| reservation.is_by(owner) && reservation.lapsed(now);
        let gone: usize = self
            .due_by(now)
            .filter(lapsed)
            .map(|found| found.seats.len())
            .sum();
        all - u32::try_from(gone).expect("fewer seats than all")
    }

    /// The same by entries alone, what has lapsed counted in: never fewer, and found at once.
    pub(crate) fn seats_of_by_entries(&self, owner: &OwnerHash) -> u32 {
        self.seats_of.get(owner).copied().unwrap_or(0)
    }

    /// Whether seats may be taken at `now`.
    ///
    /// # Errors
    /// [`NotOnSale`] says why not.
    pub fn on_sale(&self, now: Timestamp) -> Result<(), NotOnSale> {
        let cancelled = NotOnSale {
            on_sale_at: None,
            reason: NotOnSaleReason::Cancelled,
        };
        match &self.facts {
            Some(facts) if !self.cancelled => facts.on_sale(now),
            _ => Err(cancelled),
        }
    }

    /// Takes a reservation out for an entry to move it: its seats are free until it is put back.
    pub(crate) fn take_out(&mut self, first: u64) -> Result<Box<Reservation>, Problem> {
        let reservation = self
            .reservations
            .remove(&first)
            .ok_or(Problem::UnknownReservation(first))?;
        if let Some(at) = reservation.due_at() {
            self.due.remove(&(at, first));
        }
        if !matches!(reservation.state, State::Released | State::Expired) {
            let mut count = 0;
            for seat in reservation.kept_seats() {
                self.owner[seat.index as usize] = NOBODY;
                self.refresh_free(seat.index);
                count -= 1;
            }
            self.count_buyer(&reservation, count);
        }
        Ok(reservation)
    }

    /// Gives `seats` to a reservation; they are free.
    pub(crate) fn take_seats(&mut self, reservation: &Reservation, seats: &[HeldSeat]) {
        let status = match reservation.state {
            State::Booked { .. } => SeatStatus::Booked,
            _ => SeatStatus::Held,
        };
        for seat in seats {
            self.owner[seat.index as usize] = reservation.first;
            self.set_status(seat.index, status);
        }
        self.count_buyer(reservation, seats.len() as i64);
    }

    /// Gives a reservation the seats that it has kept; they are free.
    pub(crate) fn take_kept_seats(&mut self, reservation: &Reservation) {
        if reservation.returned.is_empty() {
            return self.take_seats(reservation, &reservation.seats);
        }
        let kept: Vec<HeldSeat> = reservation.kept_seats().copied().collect();
        self.take_seats(reservation, &kept);
    }

    /// Puts a reservation in, or back.
    pub(crate) fn insert(&mut self, reservation: Box<Reservation>) {
        if let Some(at) = reservation.due_at() {
            self.due.insert((at, reservation.first));
        }
        self.reservations.insert(reservation.first, reservation);
    }

    /// What a seat that nobody has shows: available, or blocked.
    pub(crate) fn refresh_free(&mut self, seat: SeatIndex) {
        if self.owner_of(seat).is_none() {
            let on_sale = self.price(seat).is_some() && !self.killed.contains(&seat);
            self.set_status(
                seat,
                if on_sale {
                    SeatStatus::Available
                } else {
                    SeatStatus::Blocked
                },
            );
        }
    }

    pub(crate) fn refresh_all_free(&mut self) {
        for seat in 0..self.seat_count() {
            self.refresh_free(seat);
        }
    }

    /// Makes room for the seats of a layout; those there were keep their place.
    pub(crate) fn set_layout(&mut self, layout: Layout) {
        self.category.clear();
        let category = |seat| layout.category(seat).unwrap_or(u16::MAX);
        self.category.extend((0..layout.seat_count()).map(category));
        let seats = self.category.len();
        self.counts.blocked += u32::try_from(seats - self.status.len()).expect("a seat is 32 bits");
        self.status.resize(seats, SeatStatus::Blocked);
        self.owner.resize(seats, NOBODY);
        self.layout = layout;
    }

    /// Forgets what ended longer ago than is remembered. A booking stays; its key goes.
    pub(crate) fn forget_finished(&mut self, now: Timestamp) {
        let over = |ended: &mut (Timestamp, u64), span| now.since(ended.0) >= span;
        while let Some(end) = self.finished.pop_front_if(|end| over(end, REMEMBERED)) {
            self.forget(end);
        }
        while let Some(end) = self
            .passed
            .pop_front_if(|end| over(end, REMEMBERED_BRIEFLY))
        {
            self.forget(end);
        }
    }

    fn forget(&mut self, (at, first): (Timestamp, u64)) {
        let Some(reservation) = self.reservations.get(&first) else {
            return;
        };
        // It has ended anew since.
        if reservation.ended != Some(at) {
            return;
        }
        // A key that was forgotten before may be a newer reservation's by now.
        if let Some((key, _)) = reservation.idempotency
            && self.keys.get(&key).is_some_and(|(of, _)| *of == first)
        {
            self.keys.remove(&key);
        }
        if matches!(reservation.state, State::Released | State::Expired) {
            self.reservations.remove(&first);
        }
    }

    fn set_status(&mut self, seat: SeatIndex, status: SeatStatus) {
        let before = std::mem::replace(&mut self.status[seat as usize], status);
        *self.counts.of(before) -= 1;
        *self.counts.of(status) += 1;
    }

    /// Of its owner, and of every other mark by which the buyer is known.
    fn count_buyer(&mut self, reservation: &Reservation, by: i64) {
        self.count_owner(&reservation.owner, by);
        for mark in &reservation.marks {
            self.count_owner(mark, by);
        }
    }

    fn count_owner(&mut self, owner: &OwnerHash, by: i64) {
        let count = self.seats_of.entry(*owner).or_insert(0);
        *count = u32::try_from(i64::from(*count) + by).expect("an owner has what was given");
        if *count == 0 {
            self.seats_of.remove(owner);
        }
    }
}

impl Counts {
    fn of(&mut self, status: SeatStatus) -> &mut u32 {
        match status {
            SeatStatus::Available => &mut self.available,
            SeatStatus::Held => &mut self.held,
            SeatStatus::Booked => &mut self.booked,
            SeatStatus::Blocked => &mut self.blocked,
        }
    }
}
