//! How fast reservations are paid for, beside how fast they are made; and whether a slow provider is in
//! the way of those who only hold seats.

use std::sync::Arc;
use std::time::Duration;

use boxoffice_stampede::load::{Answer, Mode, Outcome, Plan, WithAnswers, run as load};
use boxoffice_testkit::{Office, Workshop};
use parking_lot::Mutex;

use super::figures::Samples;
use super::holds::warm_up;
use super::house::{STADIUM, catalogue, hold, reservation};
use super::{Built, Done, postgres};

const CONNECTIONS: usize = 256;
/// Two seats a hold.
const HOLDS: u64 = STADIUM / 2;
/// Who pays at a slow provider while others hold seats; each has a connection.
const SLOW: usize = 1_000;

type Reservations = Arc<Mutex<Vec<String>>>;

struct Round {
    holds: f64,
    bookings: f64,
    /// Holds a second while as many pay at an instant provider, and at a slow one.
    beside_instant: f64,
    beside: f64,
}

pub(super) fn run(built: &Built, rounds: usize) -> Done {
    println!(
        "# payments: {CONNECTIONS} connections, one hot event of {STADIUM} seats, 2 seats a reservation, the test provider"
    );
    let houses = catalogue("house", 3 * rounds, STADIUM);
    let embedded = Workshop::new(built.boxoffice());
    embedded.import(&houses);
    on(&embedded, "embedded", rounds)?;
    let server = postgres::server();
    println!("{}", server.sql("postgres", "SELECT version()")?.trim());
    on(
        &postgres::workshop(built, &server, &houses),
        "postgres",
        rounds,
    )
}

fn on(shop: &Workshop, store: &str, rounds: usize) -> Done {
    let runtime = tokio::runtime::Runtime::new()?;
    let office = shop.serve(&[]);
    let mut measured = Vec::new();
    for round in 0..rounds as u64 {
        let found = runtime.block_on(one_round(&office, 3 * round))?;
        println!(
            "{store}, round {}: holds {:.0}/s, bookings {:.0}/s, ratio {:.2}; holds beside {SLOW} instant payments {:.0}/s, slow ones {:.0}/s",
            round + 1,
            found.holds,
            found.bookings,
            found.bookings / found.holds,
            found.beside_instant,
            found.beside,
        );
        measured.push(found);
    }
    let steps = commands(&office)?;
    if !office.stop() {
        return Err("the server did not stop well".into());
    }
    println!("audit: {}", shop.audit().trim().replace('\n', "; "));
    let ratios = |of: fn(&Round) -> f64| Samples::new(measured.iter().map(of));
    println!(
        "{store}: bookings / holds: {}; aim 0.25 at least, 0.4 hoped for",
        ratios(|round| round.bookings / round.holds)
    );
    println!(
        "{store}: holds beside slow payments / beside instant ones: {}; aim 1",
        ratios(|round| round.beside / round.beside_instant)
    );
    println!(
        "{store}: holds beside slow payments / alone: {}",
        ratios(|round| round.beside / round.holds)
    );
    let holds = rounds as u64 * 3 * HOLDS;
    let bookings = rounds as u64 * (HOLDS + SLOW as u64);
    let writes = (steps - holds as f64) / bookings as f64;
    println!("{store}: commands and records that the lane wrote a booking: {writes:.2}");
    Ok(())
}

async fn one_round(office: &Office, house: u64) -> Result<Round, Box<dyn std::error::Error>> {
    let reservations = Reservations::default();
    let held = hold_all(office, house, &reservations, CONNECTIONS).await?;
    let mut ids = std::mem::take(&mut *reservations.lock());
    let slow = ids.split_off(ids.len() - SLOW);
    let instant = ids.split_off(ids.len() - SLOW);
    let count = ids.len() as u64;
    let paid = expect(pay(office, ids, "tok_visa", CONNECTIONS).await?, count)?;
    let beside_instant = beside(office, house + 1, instant, "tok_visa").await?;
    let beside = beside(office, house + 2, slow, "tok_slow").await?;
    Ok(Round {
        holds: held.answered_per_second(),
        bookings: paid.answered_per_second(),
        beside_instant,
        beside,
    })
}

/// Holds a house while others pay; gives the holds a second.
async fn beside(
    office: &Office,
    house: u64,
    reservations: Vec<String>,
    token: &'static str,
) -> Result<f64, Box<dyn std::error::Error>> {
    let quiet = Reservations::default();
    let paying = pay(office, reservations, token, SLOW);
    let (paid, held) = tokio::join!(paying, hold_all(office, house, &quiet, CONNECTIONS));
    // A thousand who come in one moment: a database that cannot read for all of them in time refuses some,
    // and nothing is changed.
    let (paid, refused) = (paid?.count(201), SLOW as u64 / 5);
    if paid + refused < SLOW as u64 {
        return Err(format!("only {paid} of {SLOW} payments succeeded").into());
    }
    Ok(held?.answered_per_second())
}

/// Holds all seats of a house, two by two.
async fn hold_all(
    office: &Office,
    house: u64,
    held: &Reservations,
    connections: usize,
) -> Result<Outcome, Box<dyn std::error::Error>> {
    let event = format!("house-{house}");
    warm_up(&office.client(), &event)?;
    let plan = saturate(office, HOLDS, connections);
    let keep = Arc::clone(held);
    let source = WithAnswers {
        request: move |sequence: u64, request: &mut Vec<u8>| hold(&event, sequence, request),
        wants: |status: u16| status == 201,
        answered: move |answer: Answer<'_>| {
            keep.lock()
                .extend(reservation(answer.body).map(str::to_owned));
        },
    };
    expect(load(&plan, source).await?, HOLDS)
}

async fn pay(
    office: &Office,
    reservations: Vec<String>,
    token: &'static str,
    connections: usize,
) -> Result<Outcome, Box<dyn std::error::Error>> {
    let count = reservations.len() as u64;
    let plan = saturate(office, count, connections);
    let request = move |sequence: u64, request: &mut Vec<u8>| {
        let reservation = &reservations[sequence as usize];
        let body = format!(
            r#"{{"reservation_id":"{reservation}","payment_token":"{token}","idempotency_key":"{sequence}","email":"ada@example.org"}}"#
        );
        let head = format!(
            "POST /v1/bookings HTTP/1.1\r\nhost: bench\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        request.extend_from_slice(head.as_bytes());
        request.extend_from_slice(body.as_bytes());
    };
    Ok(load(&plan, request).await?)
}

fn saturate(office: &Office, requests: u64, connections: usize) -> Plan {
    Plan {
        connections,
        mode: Mode::Saturate,
        duration: Duration::from_secs(120),
        max_requests: Some(requests),
        ..Plan::new(office.address)
    }
}

fn expect(outcome: Outcome, count: u64) -> Result<Outcome, Box<dyn std::error::Error>> {
    match outcome.count(201) {
        well if well == count => Ok(outcome),
        well => Err(format!(
            "{well} of {count} requests succeeded; pending {}, unavailable {}",
            outcome.count(202),
            outcome.count(503)
        )
        .into()),
    }
}

/// How many commands and records the lane has decided so far.
fn commands(office: &Office) -> Result<f64, Box<dyn std::error::Error>> {
    let metrics = office.client().get("/metrics").expect_text(200);
    let sum = metrics
        .lines()
        .find_map(|line| line.strip_prefix("sequencer_batch_commands_sum "));
    Ok(sum.ok_or("no count of commands")?.trim().parse()?)
}
