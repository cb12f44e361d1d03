//! What a million seats in the file cost a hold, beside a thousand; and half a million in one event, the most that one may have.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use boxoffice_stampede::load::{Answer, Plan, WithAnswers, run as load};
use boxoffice_testkit::{Office, Workshop};
use serde_json::Value;

use super::figures::Samples;
use super::house::{STADIUM, catalogue, hold, reservation};
use super::{Built, Done};

/// Few enough that no two of them want the same of 500 pairs at one time.
const CONNECTIONS: usize = 64;
const SPELL: Duration = Duration::from_secs(2);
/// Two seats a hold, of the first so many pairs of a house: the same ones in each house.
const PAIRS: u64 = 500;

/// A server on a store, and the event that is hot there.
pub(super) struct Side {
    pub(super) name: &'static str,
    pub(super) workshop: Workshop,
    pub(super) event: &'static str,
}

pub(super) fn run(built: &Built, rounds: usize) -> Done {
    println!(
        "# scale: holds and releases in turn, {CONNECTIONS} connections, the same 1,000 seats"
    );
    let alone = side(built, "1,000 seats", "small-0", &small());
    let many = catalogue("house", 20, STADIUM);
    let many = side(built, "1,000,000 seats in 20 events", "house-0", &many);
    let one = catalogue("huge", 1, 10 * STADIUM);
    let one = side(built, "500,000 seats in one event", "huge-0", &one);
    compare(alone, [many, one], rounds)
}

/// A house of just the seats that are held everywhere.
pub(super) fn small() -> Value {
    catalogue("small", 1, 2 * PAIRS)
}

/// Measures large ones in turn with a small one.
pub(super) fn compare(small: Side, large: [Side; 2], rounds: usize) -> Done {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut costs: [Vec<f64>; 2] = Default::default();
    for round in 0..rounds {
        let alone = runtime.block_on(rate(&small))?;
        let mut line = format!("round {}: {} {alone:.0} holds/s", round + 1, small.name);
        for (side, costs) in large.iter().zip(&mut costs) {
            let rate_here = runtime.block_on(rate(side))?;
            costs.push(alone / rate_here);
            line.push_str(&format!(", {} {rate_here:.0}", side.name));
        }
        println!("{line}");
    }
    for (side, costs) in large.iter().zip(costs) {
        let cost = Samples::new(costs);
        println!(
            "cost of a hold, {} / {}: {cost}; aim 1.2 at most",
            side.name, small.name
        );
    }
    for side in large.iter().chain([&small]) {
        side.workshop.audit();
    }
    println!("audits: all agree");
    Ok(())
}

fn side(built: &Built, name: &'static str, event: &'static str, catalogue: &Value) -> Side {
    let workshop = Workshop::new(built.boxoffice());
    workshop.import(catalogue);
    Side {
        name,
        workshop,
        event,
    }
}

/// Holds a second, each released by the same connection's next request.
pub(super) async fn rate(side: &Side) -> Result<f64, Box<dyn std::error::Error>> {
    let office: Office = side.workshop.serve(&[]);
    // Folds the ledger: a cold start has a figure of its own.
    let path = format!("/v1/events/{}/availability", side.event);
    office.client().get(&path).expect_text(200);
    let plan = Plan {
        connections: CONNECTIONS,
        duration: SPELL,
        ..Plan::new(office.address)
    };
    let left = Arc::new(Mutex::new(VecDeque::<String>::new()));
    let (to_release, to_keep) = (Arc::clone(&left), Arc::clone(&left));
    let event = side.event;
    let source = WithAnswers {
        request: move |sequence: u64, request: &mut Vec<u8>| {
            let mut held = to_release.lock().expect("nobody panics with it");
            // First in, first out: a pair is free again long before its turn comes.
            match (held.len() >= CONNECTIONS)
                .then(|| held.pop_front())
                .flatten()
            {
                Some(id) => release(&id, request),
                None => hold(event, sequence % PAIRS, request),
            }
        },
        wants: |status| status == 201,
        answered: move |answer: Answer<'_>| {
            if let Some(id) = reservation(answer.body) {
                to_keep
                    .lock()
                    .expect("nobody panics with it")
                    .push_back(id.to_owned());
            }
        },
    };
    let outcome = load(&plan, source).await?;
    let (held, refused) = (outcome.count(201), outcome.count(409));
    if held < 20 * refused {
        return Err(format!("{held} holds and {refused} refused: too many to compare").into());
    }
    let rate = held as f64 / outcome.elapsed.as_secs_f64();
    // The next round finds the house as this one did.
    for id in left.lock().expect("nobody panics with it").drain(..) {
        let path = format!("/v1/reservations/{id}");
        office.client().delete(&path).expect_text(204);
    }
    office.stop();
    Ok(rate)
}

fn release(id: &str, request: &mut Vec<u8>) {
    let head = format!("DELETE /v1/reservations/{id} HTTP/1.1\r\nhost: bench\r\n\r\n");
    request.extend_from_slice(head.as_bytes());
}
