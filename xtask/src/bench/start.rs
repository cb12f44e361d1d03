//! Starting on a million seats and ten million entries.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use boxoffice_testkit::{Client, Office, Workshop};

use super::figures::{Samples, resident, size};
use super::house::{STADIUM, catalogue};
use super::{Built, Done};

const EVENTS: usize = 20;
const ENTRIES: u64 = 10_000_000;
/// Rises when what is written changes.
const FORMAT: u32 = 1;

pub(super) fn run(built: &Built, rounds: usize) -> Done {
    println!("# start: {EVENTS} events of {STADIUM} seats, {ENTRIES} entries over ten days");
    let workshop = Workshop::new(built.boxoffice());
    let store = written(built, &workshop)?;
    let gigabytes = size(&store) as f64 / 1e9;
    println!("the file: {gigabytes:.2} GB");
    std::fs::copy(&store, workshop.path("store.sqlite3"))?;
    let (mut ready, mut memory, mut first, mut after) = (vec![], vec![], vec![], vec![]);
    for round in 0..rounds {
        forget_pages(&workshop.path("store.sqlite3"));
        let begun = Instant::now();
        let office = workshop.serve(&[]);
        while office.client().get("/readyz").status != 200 {}
        ready.push(begun.elapsed());
        memory.push(resident(office.pid()));
        for event in [round % EVENTS, (round + 7) % EVENTS] {
            first.push(first_hold(&office, event));
        }
        after.push(resident(office.pid()));
        office.stop();
    }
    println!(
        "from exec to ready, ms: {}; aim below 2000",
        Samples::millis(ready)
    );
    println!("memory then, MiB: {}; aim below 300", Samples::new(memory));
    println!(
        "first hold of a cold event, ms: {}; aim below 500",
        Samples::millis(first)
    );
    println!("memory after two of them, MiB: {}", Samples::new(after));
    Ok(())
}

/// The store with its history, which takes minutes to write and is kept.
fn written(built: &Built, workshop: &Workshop) -> Result<PathBuf, Box<dyn std::error::Error>> {
    let path = built.cache(&format!("start-{FORMAT}-{ENTRIES}.sqlite3"));
    if path.exists() {
        return Ok(path);
    }
    println!("writing the history: this takes some minutes, once");
    let fresh = path.with_extension("new");
    std::fs::create_dir_all(built.cache(""))?;
    for old in ["", "-wal", "-shm", ".lock", ".turn"] {
        let _ = std::fs::remove_file(format!("{}{old}", fresh.display()));
    }
    let file = workshop.path("twenty.json");
    std::fs::write(&file, catalogue("house", EVENTS, STADIUM).to_string())?;
    let each = (ENTRIES / EVENTS as u64).to_string();
    let mut history = Command::new(built.history());
    let status = history
        .args([&fresh, &file])
        .args(["trade", &each])
        .status()?;
    if !status.success() {
        return Err("the history was not written".into());
    }
    std::fs::rename(&fresh, &path)?;
    Ok(path)
}

/// The system forgets what it has of a file, as far as it is told: the disk is cold.
fn forget_pages(path: &Path) {
    let file = format!("if={}", path.display());
    let mut dd = Command::new("dd");
    let _ = dd
        .args([&file, "iflag=nocache", "count=0", "status=none"])
        .status();
}

/// How long somebody waits who is the first to want seats of an event.
fn first_hold(office: &Office, event: usize) -> Duration {
    let client: Client = office.client();
    let body = format!(r#"{{"event_id":"house-{event}","best_available":{{"quantity":2}}}}"#);
    let begun = Instant::now();
    client.post("/v1/reservations", &body).expect_json(201);
    begun.elapsed()
}
