//! How fast a hot event sells, beside what the same server does when there is nothing to do.

use std::time::Duration;

use boxoffice_stampede::load::{Mode, Outcome, Plan, run as load};
use boxoffice_testkit::{Client, Office, Workshop};

use super::figures::Samples;
use super::house::{STADIUM, catalogue, hold, reservation};
use super::{Built, Done};

const CONNECTIONS: usize = 256;
/// How long the server does nothing, each round.
const NO_OP: Duration = Duration::from_secs(3);
/// Stadiums sold one after the other at full speed, and at 80 % of it: one alone is gone within half a
/// second, too short a time to say anything.
const PEAK: u64 = 3;
const CALM: u64 = 6;
/// Two seats a hold.
const HOLDS: u64 = STADIUM / 2;

/// One round's figures.
struct Round {
    no_op: f64,
    holds: f64,
    /// At 80 % of the holds' peak rate, from the intended start.
    calm: Outcome,
    /// Requests that do nothing, at the same rate: what the machine adds by itself.
    control: Outcome,
}

pub(super) fn run(built: &Built, rounds: usize) -> Done {
    println!(
        "# holds: {CONNECTIONS} connections, 2 seats a hold, one hot event of {STADIUM} seats"
    );
    let workshop = Workshop::new(built.boxoffice());
    workshop.import(&catalogue(
        "house",
        rounds * (PEAK + CALM) as usize,
        STADIUM,
    ));
    let office = workshop.serve(&[]);
    let runtime = tokio::runtime::Runtime::new()?;
    let mut measured = Vec::new();
    for round in 0..rounds {
        let found = runtime.block_on(one_round(&office, round as u64))?;
        println!(
            "round {}: no-op {:.0}/s, holds {:.0}/s, ratio {:.2}; at 80 %: p50 {:.1?}, p99 {:.1?}, p99.9 {:.1?}; no-op at that rate: p99 {:.1?}",
            round + 1,
            found.no_op,
            found.holds,
            found.holds / found.no_op,
            found.calm.percentile(50.0),
            found.calm.percentile(99.0),
            found.calm.percentile(99.9),
            found.control.percentile(99.0),
        );
        measured.push(found);
    }
    if !office.stop() {
        return Err("the server did not stop well".into());
    }
    println!("audit: {}", workshop.audit().trim().replace('\n', "; "));
    let ratios = Samples::new(measured.iter().map(|round| round.holds / round.no_op));
    println!("holds / no-op: {ratios}; aim 0.4 at least");
    let p99 = Samples::millis(measured.iter().map(|round| round.calm.percentile(99.0)));
    println!("p99 at 80 % of the holds' peak rate, ms: {p99}; aim below 20");
    let control = Samples::millis(measured.iter().map(|round| round.control.percentile(99.0)));
    println!("p99 of no-ops at the same rate, ms: {control}");
    Ok(())
}

async fn one_round(office: &Office, round: u64) -> Result<Round, Box<dyn std::error::Error>> {
    let first = round * (PEAK + CALM);
    let no_op = nothing(office, Mode::Saturate).await?;
    let peak = sell(office, first, PEAK, Mode::Saturate).await?;
    let per_second = peak.answered_per_second() * 0.8;
    let calm = sell(office, first + PEAK, CALM, Mode::Open { per_second }).await?;
    let control = nothing(office, Mode::Open { per_second }).await?;
    Ok(Round {
        no_op: no_op.answered_per_second(),
        holds: peak.answered_per_second(),
        calm,
        control,
    })
}

/// Requests that do nothing.
async fn nothing(office: &Office, mode: Mode) -> Result<Outcome, Box<dyn std::error::Error>> {
    let plan = Plan {
        connections: CONNECTIONS,
        duration: NO_OP,
        mode,
        ..Plan::new(office.address)
    };
    let nothing = |_: u64, request: &mut Vec<u8>| {
        request.extend_from_slice(b"GET /healthz HTTP/1.1\r\nhost: bench\r\n\r\n");
    };
    Ok(load(&plan, nothing).await?)
}

/// Sells whole houses, one after the other; every hold must succeed.
async fn sell(
    office: &Office,
    first: u64,
    houses: u64,
    mode: Mode,
) -> Result<Outcome, Box<dyn std::error::Error>> {
    // A cold event is folded first; that has a figure of its own.
    for house in first..first + houses {
        warm_up(&office.client(), &format!("house-{house}"))?;
    }
    let plan = Plan {
        connections: CONNECTIONS,
        mode,
        duration: Duration::from_secs(120),
        max_requests: Some(HOLDS * houses),
        ..Plan::new(office.address)
    };
    let request = move |sequence: u64, request: &mut Vec<u8>| {
        let event = format!("house-{}", first + sequence / HOLDS);
        hold(&event, sequence % HOLDS, request);
    };
    let outcome = load(&plan, request).await?;
    match outcome.count(201) {
        held if held == HOLDS * houses => Ok(outcome),
        held => Err(format!("{held} of {} holds succeeded", HOLDS * houses).into()),
    }
}

/// Looks at an event's map, and takes and gives back a seat.
pub(super) fn warm_up(client: &Client, event: &str) -> Done {
    let path = format!("/v1/events/{event}/availability");
    client.get(&path).expect_text(200);
    let best = format!(r#"{{"event_id":"{event}","best_available":{{"quantity":1}}}}"#);
    let held = client.post("/v1/reservations", &best);
    let id = reservation(&held.body).ok_or("no seat was held")?;
    client
        .delete(&format!("/v1/reservations/{id}"))
        .expect_text(204);
    Ok(())
}
