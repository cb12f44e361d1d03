//! Writes years of trade into a store within minutes, for measurements: the real sequencer on the real
//! store, with a clock that is turned. It serves nobody, and commits to a file wait for no disk.
//!
//! STORE is a file, or the URL of a PostgreSQL database.
//!
//! ```text
//! history STORE CATALOGUE trade ENTRIES      holds, given back or run out, until each ledger has ENTRIES
//! history STORE CATALOGUE sell ABANDONED     sells all seats, two a sale, ABANDONED holds before each
//! ```

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use boxoffice_catalogue::{Announce, import_file};
use boxoffice_inventory::{Command, Hold, Idempotency, Outcome, Wanted};
use boxoffice_model::{Clock, EventNumber, Micros, SessionId, Timestamp};
use boxoffice_sequencer::{Options, Sequencer, SequencerError};
use boxoffice_store::{BookingDraft, Record, Store};
use boxoffice_store_postgres::{Address, PostgresStore};
use boxoffice_store_sqlite::{SqliteStore, Synchronous};
use futures::future::try_join_all;
use rand::SeedableRng;

type Failure = Box<dyn Error + Send + Sync>;

const SECOND: Micros = 1_000_000;
const HOLD: Micros = 600 * SECOND;
/// Callers at one time, as many as share a batch.
const CROWD: u32 = 1000;
/// How often in a row a disk may stall.
const MOST_STALLS: usize = 10;
/// The trade lasts for ten days.
const SPAN: Micros = 10 * 24 * 3600 * SECOND;
/// It ended so long ago that what was let run out has.
const QUIET: Micros = 900 * SECOND;

struct Turned(AtomicI64);

impl Turned {
    fn turn(&self, by: Micros) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for Turned {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().collect();
    let [_, store, catalogue, how, number] = args.as_slice() else {
        return Err("history STORE CATALOGUE trade|sell NUMBER".into());
    };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(write(store, Path::new(catalogue), how, number.parse()?))
}

async fn write(store: &str, catalogue: &Path, how: &str, number: u64) -> Result<(), Failure> {
    #[expect(clippy::disallowed_methods, reason = "this is where time enters")]
    let now = jiff::Timestamp::now().as_microsecond();
    let clock = Arc::new(Turned(AtomicI64::new(now - SPAN - QUIET)));
    let store = open(store, clock.clone()).await?;
    let mut rng = rand::rngs::StdRng::seed_from_u64(7);
    import_file(store.as_ref(), &mut rng, catalogue, Announce::Silent).await?;
    let events = store.catalogue(0).await?.events;
    let mut nonce = 0;
    let options = Options {
        lane_capacity: 4 * CROWD as usize,
        patience: None,
        snapshot_every: 50_000,
        most_inventories: 1,
        key: store.keys().await?.server,
        nonce: Box::new(move || {
            nonce += 1;
            nonce
        }),
        listeners: Vec::new(),
    };
    let sequencer = Sequencer::start(store.clone(), options)?;
    let events_count = events.len() as i64;
    for event in events {
        let head = store
            .head(event.number)
            .await?
            .ok_or("an event without a ledger")?;
        let desk = Desk {
            sequencer: sequencer.clone(),
            store: store.clone(),
            clock: clock.clone(),
            event: event.number,
            owner: SessionId([1; 16]).owner(&event.owner_key),
            seats: head.counts.available,
        };
        match how {
            "trade" => desk.trade(number, SPAN / events_count).await?,
            "sell" => desk.sell(number).await?,
            other => return Err(format!("`{other}` is not known: expected trade or sell").into()),
        }
    }
    Ok(())
}

async fn open(store: &str, clock: Arc<Turned>) -> Result<Arc<dyn Store>, Failure> {
    let mut draw = |bytes: &mut [u8]| bytes.fill(7);
    if store.starts_with("postgres://") {
        let options = boxoffice_store_postgres::Options {
            server_time: false,
            notify: false,
            ..boxoffice_store_postgres::Options::serve(8)
        };
        let address = Address::parse(store)?;
        let opened = PostgresStore::open(&address, &options, clock, &mut draw).await?;
        return Ok(Arc::new(opened));
    }
    let options = boxoffice_store_sqlite::Options {
        synchronous: Synchronous::Off,
        ..boxoffice_store_sqlite::Options::serve()
    };
    let opened = SqliteStore::open(store, &options, clock, &mut draw)?;
    Ok(Arc::new(opened))
}

struct Desk {
    sequencer: Sequencer,
    store: Arc<dyn Store>,
    clock: Arc<Turned>,
    event: EventNumber,
    owner: [u8; 16],
    seats: u32,
}

impl Desk {
    /// Holds and gives back until the ledger has `entries`, evenly over `span`.
    async fn trade(&self, entries: u64, span: Micros) -> Result<(), Failure> {
        let rounds = entries.div_ceil(2 * u64::from(CROWD)).max(1);
        let mut pair = 0;
        while self.version().await? < entries {
            let held = self.hold_pairs(pair).await?;
            // Most give their seats back, some are let run out.
            self.release(held.into_iter().filter(|first| first % 8 != 0))
                .await?;
            self.clock.turn(span / rounds as i64);
            pair = (pair + CROWD) % (self.seats / 2);
        }
        Ok(())
    }

    /// Sells everything, two seats a sale.
    async fn sell(&self, abandoned: u64) -> Result<(), Failure> {
        for pair in (0..self.seats / 2).step_by(CROWD as usize) {
            for round in 0..abandoned {
                let held = self.hold_pairs(pair).await?;
                if round % 2 == 0 {
                    self.release(held.into_iter()).await?;
                } else {
                    self.clock.turn(HOLD + SECOND);
                }
            }
            let held = self.hold_pairs(pair).await?;
            try_join_all(held.into_iter().map(|first| self.buy(first))).await?;
            self.clock.turn(SECOND);
        }
        Ok(())
    }

    async fn version(&self) -> Result<u64, Failure> {
        let head = self.store.head(self.event).await?;
        Ok(head.map_or(0, |head| head.version))
    }

    /// A crowd's holds of two seats each, from a pair on; by the versions of their first entries.
    async fn hold_pairs(&self, from: u32) -> Result<Vec<u64>, Failure> {
        let to = (from + CROWD).min(self.seats / 2);
        try_join_all((from..to).map(|pair| self.hold(pair))).await
    }

    async fn hold(&self, pair: u32) -> Result<u64, Failure> {
        let hold = Hold {
            owner: self.owner,
            bound: false,
            idempotency: None,
            wanted: Wanted::Seats(vec![2 * pair, 2 * pair + 1]),
            hold: HOLD,
        };
        match self.submit(Command::Hold(hold)).await? {
            Outcome::Held { address, .. } => Ok(address.version),
            other => Err(format!("not held: {other:?}").into()),
        }
    }

    async fn release(&self, firsts: impl Iterator<Item = u64>) -> Result<(), Failure> {
        let release = |first| self.submit(Command::Release { first });
        try_join_all(firsts.map(release)).await.map(drop)
    }

    async fn buy(&self, first: u64) -> Result<(), Failure> {
        let mut key = [0; 16];
        key[..8].copy_from_slice(&first.to_le_bytes());
        let pay = Command::Pay {
            first,
            idempotency: Idempotency { key, request: key },
            limit: HOLD,
        };
        let draft = BookingDraft {
            // Not the test provider, whose charges stand in the store and are none of a sale.
            provider: "history".into(),
            method: boxoffice_store::PaymentMethod::Token,
            email: Some(format!("buyer.number.{first}@example.org")),
            name: Some("Somebody Ordinary".into()),
            attendees: None,
        };
        let paying = self
            .sequencer
            .submit_payment(self.event, pay, draft)
            .await?;
        let Outcome::Paying { address, .. } = paying.outcome else {
            return Err(format!("not paying: {:?}", paying.outcome).into());
        };
        let attempt = address.version;
        self.submit(Command::Book { first, attempt }).await?;
        let event = self.event;
        let confirmed = Record::Confirmed {
            event,
            attempt,
            reference: None,
        };
        Ok(self.sequencer.record(confirmed).await?)
    }

    /// A store that stalls has changed nothing: the command is given again.
    async fn submit(&self, command: Command) -> Result<Outcome, Failure> {
        let mut answer = self.sequencer.submit(self.event, command.clone()).await;
        for _ in 0..MOST_STALLS {
            if !matches!(answer, Err(SequencerError::StoreUnavailable)) {
                break;
            }
            answer = self.sequencer.submit(self.event, command.clone()).await;
        }
        Ok(answer?.outcome)
    }
}
