//! A small house, and a desk at which commands are decided, appended and kept: what a sequencer does,
//! without lanes, store or waiting.
#![allow(dead_code, reason = "each test file uses what it needs")]

pub(crate) mod house;

use boxoffice_inventory::{
    Best, Change, Command, Decision, Entry, Facts, FoldError, Hold, Idempotency, Inventory, Moment,
    Outcome, Refusal, Reservation, SaleStatus, SeatIndex, Standing, StoredEntry, Wanted, decide,
    invariants,
};
use boxoffice_model::{EventNumber, Key, Micros, OwnerHash, Timestamp};

pub(crate) const SECOND: Micros = 1_000_000;
pub(crate) const MINUTE: Micros = 60 * SECOND;
pub(crate) const HOUR: Micros = 60 * MINUTE;
pub(crate) const HOLD: Micros = 10 * MINUTE;
pub(crate) const LIMIT: Micros = 3 * MINUTE;
pub(crate) const BEGIN: Timestamp = Timestamp::from_seconds(1_800_000_000);
pub(crate) const NONCE: u64 = 0x5eed;
pub(crate) const KEY: Key = Key::new([7; 32]);

pub(crate) const ANN: OwnerHash = [0xa; 16];
pub(crate) const BEN: OwnerHash = [0xb; 16];

pub(crate) fn event() -> EventNumber {
    EventNumber::new(2027, 5, 1).expect("May has room")
}

/// Stalls at 50.00, balcony at 30.00, floor at 20.00; on sale for a month.
pub(crate) fn facts() -> Facts {
    Facts {
        plan: [9; 32],
        layout: Some(house::layout(0)),
        currency: "EUR".parse().expect("a currency"),
        prices: vec![Some(5_000), Some(3_000), Some(2_000)],
        date: BEGIN.plus(30 * 24 * HOUR),
        on_sale_at: None,
        sale_ends_at: None,
        status: SaleStatus::Scheduled,
        max_seats_per_reservation: 8,
        max_seats_per_buyer: None,
    }
}

pub(crate) fn idempotency(key: u8, request: u8) -> Idempotency {
    Idempotency {
        key: [key; 16],
        request: [request; 16],
    }
}

pub(crate) fn hold_of(owner: OwnerHash, wanted: Wanted) -> Hold {
    Hold {
        owner,
        bound: true,
        idempotency: None,
        wanted,
        hold: HOLD,
    }
}

pub(crate) fn best(quantity: u32) -> Best {
    Best {
        quantity,
        ..Best::default()
    }
}

/// One event at one node.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) inventory: Inventory,
    pub(crate) ledger: Vec<StoredEntry>,
    pub(crate) now: Timestamp,
}

impl Desk {
    /// The house is on sale, everything is free.
    pub(crate) fn open() -> Self {
        Self::open_with(facts())
    }

    pub(crate) fn open_with(facts: Facts) -> Self {
        let mut desk = Desk {
            inventory: Inventory::new(event()),
            ledger: Vec::new(),
            now: BEGIN,
        };
        desk.act(Command::Revise(Box::new(facts)));
        desk
    }

    pub(crate) fn wait(&mut self, span: Micros) -> &mut Self {
        self.now = self.now.plus(span);
        self
    }

    pub(crate) fn decide(&self, command: &Command) -> Decision {
        let moment = Moment {
            now: self.now,
            nonce: NONCE,
            key: &KEY,
        };
        decide(&self.inventory, command, &moment)
    }

    /// Decides and appends; what was said can be read by [`Desk::last`].
    pub(crate) fn act(&mut self, command: Command) -> Outcome {
        let decision = self.decide(&command);
        for change in decision.changes {
            self.append(change);
        }
        decision.outcome
    }

    pub(crate) fn append(&mut self, change: Change) {
        let entry = Entry {
            at: self.now,
            nonce: NONCE,
            change,
        };
        let stored = self
            .inventory
            .append(&entry)
            .expect("decide and fold agree");
        self.ledger.push(stored);
        invariants::check(&self.inventory).expect("the invariants hold");
    }

    /// The last `count` things the ledger says.
    pub(crate) fn last(&self, count: usize) -> Vec<Change> {
        let from = self.ledger.len() - count;
        let change = |stored: &StoredEntry| Entry::decode(&stored.bytes).expect("an entry").change;
        self.ledger[from..].iter().map(change).collect()
    }

    /// Holds seats that are to be had.
    pub(crate) fn hold(&mut self, owner: OwnerHash, seats: &[SeatIndex]) -> u64 {
        match self.try_hold(owner, seats) {
            Outcome::Held { address, .. } => address.version,
            other => panic!("not held: {other:?}"),
        }
    }

    pub(crate) fn try_hold(&mut self, owner: OwnerHash, seats: &[SeatIndex]) -> Outcome {
        let hold = hold_of(owner, Wanted::Seats(seats.to_vec()));
        self.act(Command::Hold(hold))
    }

    pub(crate) fn hold_with_key(&mut self, seats: &[SeatIndex], key: u8, request: u8) -> Outcome {
        let hold = Hold {
            idempotency: Some(idempotency(key, request)),
            ..hold_of(ANN, Wanted::Seats(seats.to_vec()))
        };
        self.act(Command::Hold(hold))
    }

    /// Begins to pay, which may be done; gives the attempt.
    pub(crate) fn pay(&mut self, first: u64, key: u8) -> u64 {
        match self.try_pay(first, key) {
            Outcome::Paying { address, .. } => address.version,
            other => panic!("not paying: {other:?}"),
        }
    }

    pub(crate) fn try_pay(&mut self, first: u64, key: u8) -> Outcome {
        self.act(Command::Pay {
            first,
            idempotency: idempotency(key, 0),
            limit: LIMIT,
        })
    }

    pub(crate) fn fail(
        &mut self,
        first: u64,
        attempt: u64,
        reason: boxoffice_inventory::FailReason,
    ) -> Outcome {
        self.act(Command::FailPayment {
            first,
            attempt,
            reason,
        })
    }

    pub(crate) fn book(&mut self, first: u64, attempt: u64) -> Outcome {
        self.act(Command::Book { first, attempt })
    }

    pub(crate) fn book_late(&mut self, first: u64, attempt: u64) -> Outcome {
        self.act(Command::BookLate { first, attempt })
    }

    pub(crate) fn redirect(&mut self, first: u64, attempt: u64, limit: Micros) -> Outcome {
        self.act(Command::Redirect {
            first,
            attempt,
            limit,
        })
    }

    pub(crate) fn know(&mut self, first: u64, marks: &[OwnerHash]) -> Outcome {
        let marks = marks.to_vec();
        self.act(Command::KnowBuyer { first, marks })
    }

    /// Takes these sold seats back, to be sold again.
    pub(crate) fn refund(&mut self, (first, attempt): (u64, u64), seats: &[SeatIndex]) -> Outcome {
        self.act(Command::Refund {
            first,
            attempt,
            seats: Some(seats.to_vec()),
            resell: true,
        })
    }

    /// Asks for something that leads to no entry.
    pub(crate) fn ask(&self, command: Command) -> Outcome {
        let decision = self.decide(&command);
        assert_eq!(decision.changes, [], "{command:?}");
        decision.outcome
    }

    /// Holds, pays and books; gives the reservation and the attempt.
    pub(crate) fn sell(&mut self, owner: OwnerHash, seats: &[SeatIndex]) -> (u64, u64) {
        let first = self.hold(owner, seats);
        let attempt = self.pay(first, 0);
        let outcome = self.act(Command::Book { first, attempt });
        assert_eq!(outcome, Outcome::Booked);
        (first, attempt)
    }

    pub(crate) fn revise(&mut self, change: impl FnOnce(&mut Facts)) {
        let mut facts = self.inventory.facts().expect("facts").clone();
        facts.layout = None;
        change(&mut facts);
        self.act(Command::Revise(Box::new(facts)));
    }

    pub(crate) fn reservation(&self, first: u64) -> &Reservation {
        self.inventory.reservation(first).expect("it is remembered")
    }

    pub(crate) fn standing(&self, first: u64) -> Standing {
        self.reservation(first).standing(self.now)
    }
}

/// Something of everything: a hold that lives, one that expired, a booking, blocked seats.
pub(crate) fn busy() -> Desk {
    let mut desk = Desk::open();
    desk.hold(BEN, &[9]);
    desk.wait(HOLD).sell(ANN, &[0, 1]);
    desk.hold_with_key(&[9], 1, 1);
    let paying = desk.hold(BEN, &[21]);
    desk.pay(paying, 1);
    desk.act(Command::Block { seats: vec![5, 6] });
    desk
}

/// The rest of everything: a buyer known by a mark, a payment elsewhere, money late, money given back.
pub(crate) fn troubled() -> Desk {
    let mut desk = Desk::open();
    desk.revise(|facts| facts.max_seats_per_buyer = Some(6));
    let late = desk.hold(ANN, &[0, 1]);
    desk.know(late, &[[0xd; 16], [0xe; 16]]);
    let attempt = desk.pay(late, 1);
    desk.wait(HOLD);
    assert_eq!(desk.book_late(late, attempt), Outcome::Booked);
    desk.refund((late, attempt), &[1]);
    let whole = desk.sell(BEN, &[2, 3]);
    desk.act(Command::Refund {
        first: whole.0,
        attempt: whole.1,
        seats: None,
        resell: false,
    });
    let elsewhere = desk.hold(BEN, &[4]);
    let attempt = desk.pay(elsewhere, 3);
    desk.redirect(elsewhere, attempt, HOUR);
    desk
}

pub(crate) fn replay(ledger: &[StoredEntry]) -> Result<Inventory, FoldError> {
    let mut inventory = Inventory::new(event());
    for stored in ledger {
        inventory.replay(stored)?;
    }
    Ok(inventory)
}

pub(crate) fn refused(outcome: Outcome) -> Refusal {
    match outcome {
        Outcome::Refused(refusal) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// How many random cases a property gets: more by `BOXOFFICE_LONG=1`.
pub(crate) fn cases(usual: u32) -> u32 {
    let long = std::env::var_os("BOXOFFICE_LONG").is_some_and(|value| value != "0");
    if long { usual * 50 } else { usual }
}
