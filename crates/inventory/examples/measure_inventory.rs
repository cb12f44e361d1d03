//! Prints what a house of 50,000 seats costs: deciding, folding, picking, snapshots.
//! `cargo run --release -p boxoffice-inventory --example measure_inventory`

use std::hint::black_box;
use std::time::{Duration, Instant};

use boxoffice_inventory::{
    Best, Command, Entry, Facts, Hold, Idempotency, Inventory, Moment, Outcome, SaleStatus,
    StoredEntry, Wanted, decide,
};
use boxoffice_model::{EventNumber, Key, Timestamp};
use boxoffice_seating::SeatingPlan;
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

const SEATS: u32 = 50_000;
const MINUTE: i64 = 60_000_000;
const BEGIN: Timestamp = Timestamp::from_seconds(1_800_000_000);
const KEY: Key = Key::new([7; 32]);

fn main() -> Result<(), Failure> {
    let empty = open()?;
    holds(&empty, None)?;
    holds(&empty, Some(8))?;
    picks(&empty)?;
    replays(&empty)?;
    snapshots(&empty)
}

/// A desk without a store.
#[derive(Clone)]
struct Desk {
    inventory: Inventory,
    ledger: Vec<StoredEntry>,
    now: Timestamp,
}

impl Desk {
    fn act(&mut self, command: &Command) -> Result<Outcome, Failure> {
        let moment = Moment {
            now: self.now,
            nonce: 1,
            key: &KEY,
        };
        let decision = decide(&self.inventory, command, &moment);
        for change in decision.changes {
            let entry = Entry {
                at: self.now,
                nonce: 1,
                change,
            };
            self.ledger.push(self.inventory.append(&entry)?);
        }
        Ok(decision.outcome)
    }

    /// Holds the seats from `first` on, as a buyer of its own.
    fn hold(&mut self, first: u32, count: u32) -> Result<u64, Failure> {
        let buyer = u32::try_from(self.ledger.len())?;
        match self.act(&seats(buyer, first, count))? {
            Outcome::Held { address, .. } => Ok(address.version),
            other => Err(format!("not held: {other:?}").into()),
        }
    }

    fn sell(&mut self, seat: u32, count: u32) -> Result<(), Failure> {
        let first = self.hold(seat, count)?;
        let idempotency = Idempotency {
            key: [1; 16],
            request: [1; 16],
        };
        self.act(&Command::Pay {
            first,
            idempotency,
            limit: MINUTE,
        })?;
        let attempt = self.inventory.version();
        self.act(&Command::Book { first, attempt })?;
        Ok(())
    }
}

fn open() -> Result<Desk, Failure> {
    let (plan, _) =
        SeatingPlan::from_pretix(Some(&stadium()), &[]).map_err(|errors| errors[0].clone())?;
    let facts = Facts {
        plan: [0; 32],
        layout: Some(plan.layout()),
        currency: "EUR".parse()?,
        prices: vec![Some(12_900), Some(4_900)],
        date: Timestamp::NEVER,
        on_sale_at: None,
        sale_ends_at: None,
        status: SaleStatus::Scheduled,
        max_seats_per_reservation: 20,
        max_seats_per_buyer: None,
    };
    let mut desk = Desk {
        inventory: Inventory::new(EventNumber::new(2027, 5, 1)?),
        ledger: Vec::new(),
        now: BEGIN,
    };
    desk.act(&Command::Revise(Box::new(facts)))?;
    Ok(desk)
}

fn seats(buyer: u32, first: u32, count: u32) -> Command {
    hold(buyer, Wanted::Seats((first..first + count).collect()))
}

fn hold(buyer: u32, wanted: Wanted) -> Command {
    let mut owner = [0; 16];
    owner[..8].copy_from_slice(&mixed(buyer).to_be_bytes());
    Command::Hold(Hold {
        owner,
        bound: true,
        idempotency: Some(Idempotency {
            key: owner,
            request: [2; 16],
        }),
        wanted,
        hold: 10 * MINUTE,
    })
}

/// 25,000 holds of two seats, from the free house and then from lapsed holds that nobody swept.
fn holds(empty: &Desk, buyers_limit: Option<u32>) -> Result<(), Failure> {
    let mut desk = empty.clone();
    if let Some(mut facts) = desk.inventory.facts().cloned() {
        facts.max_seats_per_buyer = buyers_limit;
        desk.act(&Command::Revise(Box::new(facts)))?;
    }
    println!("a buyer's limit of {buyers_limit:?}");
    let count = SEATS / 2;
    let spent = timed(|| (0..count).try_for_each(|at| desk.hold(2 * at, 2).map(drop)))?;
    per("  decide and append a hold of two", spent, count);
    desk.now = BEGIN.plus(11 * MINUTE);
    let spent = timed(|| (0..count).try_for_each(|at| desk.hold(2 * at, 2).map(drop)))?;
    per("  the same where two lapsed", spent, count);
    let taken: Vec<Command> = (0..count).map(|at| seats(at, 2 * at, 2)).collect();
    let moment = Moment {
        now: desk.now,
        nonce: 1,
        key: &KEY,
    };
    let spent = timed(|| {
        for command in &taken {
            black_box(decide(&desk.inventory, command, &moment));
        }
        Ok(())
    })?;
    per("  decide a retry or a refusal", spent, count);
    Ok(())
}

/// Best available where half the seats are gone, like a die.
fn picks(empty: &Desk) -> Result<(), Failure> {
    let gone = |seat: &u32| mixed(*seat).is_multiple_of(2);
    let mut sold = empty.clone();
    let mut held = empty.clone();
    for seat in (0..SEATS).filter(gone) {
        sold.sell(seat, 1)?;
        held.hold(seat, 1)?;
        // All but the first come a minute later.
        held.now = BEGIN.plus(MINUTE);
    }
    let mut one_lapsed = held.clone();
    one_lapsed.now = BEGIN.plus(10 * MINUTE);
    let mut lapsed = held.clone();
    lapsed.now = BEGIN.plus(12 * MINUTE);
    for (what, desk) in [
        ("sold", &sold),
        ("held", &held),
        ("held, one lapsed", &one_lapsed),
        ("lapsed", &lapsed),
    ] {
        let moment = Moment {
            now: desk.now,
            nonce: 1,
            key: &KEY,
        };
        for (quantity, split) in [(2, false), (8, false), (20, false), (20, true)] {
            let best = Best {
                quantity,
                split,
                ..Best::default()
            };
            let command = hold(u32::MAX, Wanted::Best(best));
            let spent = fastest(|| decide(&desk.inventory, &command, &moment).changes.len());
            println!("best {quantity:>2}, half {what}, split {split}: {spent:?}");
        }
    }
    Ok(())
}

/// 500,000 entries: holds of two seats, and given back.
fn replays(empty: &Desk) -> Result<(), Failure> {
    let mut desk = empty.clone();
    let mut seat = 0;
    while desk.ledger.len() < 500_000 {
        // A second each, so that a day goes by and the oldest are forgotten.
        desk.now = desk.now.plus(1_000_000);
        let first = desk.hold(seat, 2)?;
        desk.act(&Command::Release { first })?;
        seat = (seat + 2) % SEATS;
    }
    let count = u32::try_from(desk.ledger.len())?;
    let bytes: usize = desk.ledger.iter().map(|stored| stored.bytes.len()).sum();
    println!("an entry: {} bytes", bytes / desk.ledger.len());
    let new = || Inventory::new(desk.inventory.event());
    let spent = timed(|| {
        let mut inventory = new();
        for stored in &desk.ledger {
            black_box(inventory.replay(stored)?);
        }
        Ok(())
    })?;
    per("replay an entry from its bytes", spent, count);
    let entries: Result<Vec<Entry>, _> = desk
        .ledger
        .iter()
        .map(|it| Entry::decode(&it.bytes))
        .collect();
    let entries = entries?;
    let spent = timed(|| {
        let mut inventory = new();
        for entry in &entries {
            inventory.fold(entry)?;
        }
        black_box(inventory);
        Ok(())
    })?;
    per("  of that, fold", spent, count);
    let spent = timed(|| {
        for stored in &desk.ledger {
            black_box(Entry::decode(&stored.bytes)?);
        }
        Ok(())
    })?;
    per("  of that, decode", spent, count);
    let spent = timed(|| {
        let mut head = new().head();
        for stored in &desk.ledger {
            head = head.next(&stored.bytes);
        }
        black_box(head);
        Ok(())
    })?;
    per("  of that, hash", spent, count);
    let spent = timed(|| {
        for entry in &entries {
            black_box(entry.encode());
        }
        Ok(())
    })?;
    per("encode an entry", spent, count);
    Ok(())
}

fn snapshots(empty: &Desk) -> Result<(), Failure> {
    let mut desk = empty.clone();
    for at in 0..SEATS / 2 {
        desk.hold(2 * at, 2)?;
    }
    let bytes = desk.inventory.snapshot();
    println!("snapshot of 25,000 holds: {} KB", bytes.len() / 1000);
    println!(
        "  encode: {:?}",
        fastest(|| desk.inventory.snapshot().len())
    );
    let decode = fastest(|| Inventory::from_snapshot(&bytes).is_ok());
    println!("  decode: {decode:?}");
    Ok(())
}

fn timed(run: impl FnOnce() -> Result<(), Failure>) -> Result<Duration, Failure> {
    let start = Instant::now();
    run()?;
    Ok(start.elapsed())
}

fn per(what: &str, spent: Duration, count: u32) {
    println!("{what}: {:?} ({count} in {spent:?})", spent / count);
}

/// The shortest of twenty runs.
fn fastest<T>(run: impl Fn() -> T) -> Duration {
    let times = (0..20).map(|_| {
        let start = Instant::now();
        black_box(run());
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

/// The same for the same number, and like a die otherwise (the finaliser of SplitMix64).
fn mixed(number: u32) -> u64 {
    let mut z = u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// 2,000 rows of 25 in 50 sections, the lower half of each dearer.
fn stadium() -> Value {
    let row = |section: u32, row: u32| {
        let seats = (0..25).map(|n| {
            json!({
                "seat_guid": format!("{section}-{row}-{n}"),
                "seat_number": (n + 1).to_string(),
                "position": {"x": n * 20, "y": row * 20},
                "category": if row < 20 { "Lower" } else { "Upper" },
            })
        });
        json!({"row_number": (row + 1).to_string(), "seats": seats.collect::<Vec<_>>()})
    };
    let zone = |section| {
        let rows: Vec<Value> = (0..40).map(|at| row(section, at)).collect();
        json!({"name": format!("Block {section}"), "rows": rows})
    };
    let categories =
        json!([{"name": "Lower", "color": "#c00"}, {"name": "Upper", "color": "#00c"}]);
    json!({"name": "Stadium", "categories": categories, "zones": (0..50).map(zone).collect::<Vec<_>>()})
}
