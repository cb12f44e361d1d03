//! What an append costs: entries a second and bytes on disk, by the size of a batch. Run with
//! `cargo run --release -p boxoffice-store-sqlite --example append -- FOLDER [ENTRIES]`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use boxoffice_inventory::{Change, Counts, Entry, Head, Held, HeldSeat, StoredEntry};
use boxoffice_model::{Clock, EventNumber, Key, Timestamp};
use boxoffice_store::{Append, EventHead, EventRecord, Store};
use boxoffice_store_sqlite::{Options, SqliteStore};
use futures::executor::block_on;

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000)
    }
}

/// A ledger of 2-seat holds, with entries as they are, but never folded.
struct Ledger {
    event: EventNumber,
    version: u64,
    head: Head,
}

impl Ledger {
    fn holds(&mut self, count: usize) -> Append {
        let after = self.version;
        let entries = (0..count).map(|_| self.hold()).collect();
        let head = EventHead {
            event: self.event,
            version: self.version,
            head: self.head,
            counts: Counts::default(),
            next_due: Some(Still.now()),
        };
        Append {
            after,
            entries,
            side_rows: Vec::new(),
            head,
        }
    }

    fn hold(&mut self) -> (StoredEntry, Entry) {
        let seat = |index| HeldSeat {
            index,
            price: 12_500,
            ticket_type: 0,
            channel: 0,
            allotment: 0,
        };
        let index = u32::try_from(self.version % 25_000).expect("a small number") * 2;
        let held = Held {
            owner: [1; 16],
            bound: true,
            until: Still.now().plus(600_000_000),
            secret: self.head.0,
            idempotency: Some(([2; 16], [3; 16])),
            seats: vec![seat(index), seat(index + 1)],
        };
        let entry = Entry {
            at: Still.now(),
            nonce: u64::MAX / 3,
            change: Change::Held(held),
        };
        let bytes = entry.encode();
        self.head = self.head.next(&bytes);
        self.version += 1;
        (
            StoredEntry {
                version: self.version,
                check: self.head.check(),
                bytes,
            },
            entry,
        )
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name a folder")?);
    let entries: usize = arguments.next().map_or(Ok(200_000), |text| text.parse())?;
    for size in [1, 16, 64, 256, 1024] {
        let path = folder.join(format!("append-{size}.db"));
        let store = SqliteStore::open(&path, &Options::serve(), Arc::new(Still), &mut |bytes| {
            bytes.fill(1)
        })?;
        let (batches, seconds) = fill(&store, entries.min(size * 2_000), size)?;
        drop(store);
        let count = batches * size;
        println!(
            "batches of {size:>4}: {:>7.0} entries/s, {:>6.0} commits/s, {:.0} bytes an entry on disk",
            count as f64 / seconds,
            batches as f64 / seconds,
            std::fs::metadata(&path)?.len() as f64 / count as f64,
        );
    }
    Ok(())
}

fn fill(
    store: &SqliteStore,
    entries: usize,
    size: usize,
) -> Result<(usize, f64), Box<dyn std::error::Error>> {
    let event = EventNumber::new(2027, 5, 0)?;
    let mut batch = block_on(store.begin())?;
    block_on(batch.put_event(&EventRecord {
        number: event,
        id: "measured".parse()?,
        plan: [0; 32],
        document: "{}".into(),
        owner_key: Key::new([0; 32]),
    }))?;
    block_on(batch.commit())?;
    let mut ledger = Ledger {
        event,
        version: 0,
        head: Head::empty(event),
    };
    let batches = entries / size;
    let prepared: Vec<_> = (0..batches).map(|_| ledger.holds(size)).collect();
    let begin = Instant::now();
    for append in &prepared {
        let mut batch = block_on(store.begin())?;
        block_on(batch.lock(event, u64::MAX))?;
        block_on(batch.append(append))?;
        block_on(batch.keep())?;
        block_on(batch.commit())?;
    }
    Ok((batches, begin.elapsed().as_secs_f64()))
}
