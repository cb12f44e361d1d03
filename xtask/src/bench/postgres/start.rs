//! A cold node on an event with ten million entries, and what a hold costs there.

use std::process::Command;
use std::time::{Duration, Instant};

use boxoffice_testkit::{Office, Workshop};

use super::super::figures::{Samples, resident};
use super::super::house::{STADIUM, catalogue, reservation};
use super::super::scale::{Side, rate};
use super::super::{Built, Done};
use super::{server, stop, workshop};

pub(crate) fn run(built: &Built, rounds: usize, entries: u64) -> Done {
    println!("# postgres-start: one event of {STADIUM} seats with {entries} entries over ten days");
    let server = server();
    let fresh = side(workshop(built, &server, &catalogue("house", 1, STADIUM)));
    let old = Workshop::on(built.boxoffice(), &server.new_database());
    let file = old.path("one.json");
    std::fs::write(&file, catalogue("house", 1, STADIUM).to_string())?;
    println!("writing the history: this takes some minutes");
    let begun = Instant::now();
    let mut history = Command::new(built.history());
    let written = history
        .arg(old.store())
        .arg(&file)
        .args(["trade", &entries.to_string()])
        .status()?;
    if !written.success() {
        return Err("the history was not written".into());
    }
    println!("written in {:.0} s", begun.elapsed().as_secs_f64());
    server.sql("postgres", "CHECKPOINT")?;
    let old = side(old);
    let (mut ready, mut first, mut memory, mut costs) = (vec![], vec![], vec![], vec![]);
    let runtime = tokio::runtime::Runtime::new()?;
    for _ in 0..rounds {
        let begun = Instant::now();
        let office = old.workshop.serve(&[]);
        while office.client().get("/readyz").status != 200 {}
        ready.push(begun.elapsed());
        first.push(first_hold(&office)?);
        memory.push(resident(office.pid()));
        stop(office)?;
        let alone = runtime.block_on(rate(&fresh))?;
        costs.push(alone / runtime.block_on(rate(&old))?);
    }
    println!("from exec to ready, ms: {}", Samples::millis(ready));
    println!(
        "first hold of the cold event, ms: {}; aim below 2000 with the start",
        Samples::millis(first)
    );
    println!("memory then, MiB: {}", Samples::new(memory));
    println!(
        "cost of a hold, {entries} entries / none: {}; aim 1",
        Samples::new(costs)
    );
    println!("audit: {}", old.workshop.audit().trim().replace('\n', "; "));
    Ok(())
}

fn side(workshop: Workshop) -> Side {
    Side {
        name: "house",
        workshop,
        event: "house-0",
    }
}

/// How long somebody waits who is the first to want seats; they are given back.
fn first_hold(office: &Office) -> Result<Duration, Box<dyn std::error::Error>> {
    let client = office.client();
    let body = r#"{"event_id":"house-0","best_available":{"quantity":2}}"#;
    let begun = Instant::now();
    let held = client.post("/v1/reservations", body);
    let waited = begun.elapsed();
    let id = reservation(&held.body).ok_or("no seat was held")?;
    client
        .delete(&format!("/v1/reservations/{id}"))
        .expect_text(204);
    Ok(waited)
}
