//! Measures the import of a large house and of many small events, how long others wait for the writer
//! meanwhile, and the listing of 20,000 events. Prints figures and judges nothing:
//!
//! ```text
//! cargo run --release -p boxoffice-catalogue --example measure_catalogue
//! ```

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use boxoffice_catalogue::{Announce, Catalogue, Parsed, Query, import, parse};
use boxoffice_model::{Clock, Timestamp};
use boxoffice_store::Store;
use boxoffice_store_sqlite::{Options, SqliteStore};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000)
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut rng = StdRng::seed_from_u64(1);
    let mut draw = |bytes: &mut [u8]| rng.fill_bytes(bytes);
    let path = dir.path().join("store.db");
    let store = SqliteStore::open(path, &Options::serve(), Arc::new(FixedClock), &mut draw);
    let store = Arc::new(store.expect("a store"));
    let mut dearer = stadium();
    dearer["prices"]["Stand"] = json!(9_900);
    let files = [
        ("a stadium of 50,000 seats", vec![stadium()]),
        ("the same with other prices", vec![dearer.clone()]),
        ("the same unchanged", vec![dearer]),
        ("20 clubs", clubs(0, 20)),
        ("1,000 clubs", clubs(20, 1_020)),
        ("19,000 clubs", clubs(1_020, 20_020)),
    ];
    for (what, events) in files {
        measure_import(what, events, &store, &mut rng).await;
    }
    measure_listing(&*store).await;
}

async fn measure_import(
    what: &str,
    events: Vec<Value>,
    store: &Arc<SqliteStore>,
    rng: &mut StdRng,
) {
    let text = json!({ "events": events }).to_string();
    let begin = Instant::now();
    let parsed: Parsed = parse(Path::new("catalogue.json"), text.as_bytes()).expect("valid");
    let parsing = begin.elapsed();
    let done = Arc::new(AtomicBool::new(false));
    let other = tokio::spawn(longest_wait(store.clone(), done.clone()));
    let begin = Instant::now();
    let report = import(&**store, rng, &parsed, Announce::Silent).await;
    let importing = begin.elapsed();
    done.store(true, Ordering::Relaxed);
    let waited = other.await.expect("the other writer");
    let report = report.expect("an import");
    println!(
        "{what}: {} KB read in {parsing:?}, imported in {importing:?} ({} new, {} changed, {} \
         unchanged); another writer waited {waited:?} at most",
        text.len() / 1000,
        report.new.len(),
        report.changed.len(),
        report.unchanged.len(),
    );
}

/// What another writer waits for its turn at most.
async fn longest_wait(store: Arc<SqliteStore>, done: Arc<AtomicBool>) -> Duration {
    let mut longest = Duration::ZERO;
    while !done.load(Ordering::Relaxed) {
        let begin = Instant::now();
        drop(store.begin().await.expect("a batch"));
        longest = longest.max(begin.elapsed());
        tokio::time::sleep(Duration::from_micros(500)).await;
    }
    longest
}

async fn measure_listing(store: &dyn Store) {
    let (before, begin) = (resident_kb(), Instant::now());
    let catalogue = Catalogue::load(store).await.expect("a listing");
    println!(
        "listing of {} events: loaded in {:?}, {} KB more resident",
        catalogue.all().len(),
        begin.elapsed(),
        resident_kb() - before
    );
    let begin = Instant::now();
    catalogue.refresh(store).await.expect("refreshed");
    println!("a refresh without news: {:?}", begin.elapsed());
    let keyword = |keyword, city| Query {
        keyword,
        city,
        ..Query::default()
    };
    let queries = [
        ("first page", keyword(None, None)),
        ("a rare word", keyword(Some("19007"), None)),
        ("a word of all events", keyword(Some("night"), None)),
        ("a city", keyword(None, Some("Leipzig"))),
    ];
    for (what, query) in queries {
        const TIMES: u32 = 50;
        let begin = Instant::now();
        for _ in 0..TIMES {
            catalogue.list(&query, store.now()).expect("a page");
        }
        println!("{what}: {:?} a page", begin.elapsed() / TIMES);
    }
}

fn stadium() -> Value {
    let seat = |row: u32, at: u32| {
        json!({"seat_guid": format!("{row}-{at}"), "seat_number": at.to_string(),
            "position": {"x": at * 20, "y": 0}, "category": "Stand"})
    };
    let rows = (0..500).map(|row| {
        let seats: Vec<Value> = (1..=100).map(|at| seat(row, at)).collect();
        json!({"row_number": row.to_string(), "position": {"x": 0, "y": row * 20}, "seats": seats})
    });
    let rows: Vec<Value> = rows.collect();
    let zone = json!({"name": "Bowl", "position": {"x": 0, "y": 0}, "rows": rows});
    let plan = json!({"name": "Stadium", "categories": [{"name": "Stand"}], "zones": [zone]});
    let mut event = club(99_999);
    event["areas"] = Value::Null;
    event["plan"] = plan;
    event["prices"] = json!({"Stand": 5_000});
    event
}

fn clubs(from: u32, to: u32) -> Vec<Value> {
    (from..to).map(club).collect()
}

fn club(at: u32) -> Value {
    let city = ["Berlin", "Leipzig", "Hamburg", "Dresden"][at as usize % 4];
    let venue = json!({"name": format!("Club {}", at % 300), "city": city, "country": "DE",
        "time_zone": "Europe/Berlin"});
    json!({
        "id": format!("e{at}"), "name": format!("Night number {at}"), "venue": venue,
        "artists": [format!("Band {}", at % 999)], "description": "Doors, bar, band. ".repeat(20),
        "date": format!("2027-{:02}-{:02}T19:00:00Z", at % 12 + 1, at % 27 + 2),
        "currency": "EUR", "prices": {"Standing": 1_500},
        "areas": [{"name": "Floor", "category": "Standing", "capacity": 200}]
    })
}

/// Of this process, as Linux has it; 0 elsewhere.
fn resident_kb() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or_default()
}
