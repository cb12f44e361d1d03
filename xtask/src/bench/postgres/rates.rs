//! Holds a second over HTTP: one hot event on one node and on two, and a hundred events at once.

use std::time::Duration;

use boxoffice_stampede::load::{Outcome, Plan, run as load};
use boxoffice_testkit::{Office, Workshop};

use super::super::figures::Samples;
use super::super::holds::warm_up;
use super::super::house::{STADIUM, catalogue, hold};
use super::super::{Built, Done};
use super::baseline::Baseline;
use super::{server, stop, workshop};

type Rate = Result<f64, Box<dyn std::error::Error>>;

const CONNECTIONS: usize = 256;
/// Stadiums sold one after the other, each time: one alone is gone too soon to say anything.
const HOUSES: u64 = 3;
/// Two seats a hold.
const HOLDS: u64 = STADIUM / 2;
/// Events that are sold at once, and how many holds each gets a round.
const MANY: u64 = 100;
const EACH: u64 = 500;

/// Holds a second, of one round.
struct Round {
    /// pgbench's.
    baseline: f64,
    /// With the embedded store.
    embedded: f64,
    one_node: f64,
    two_nodes: f64,
    many: f64,
}

pub(crate) fn run(built: &Built, rounds: usize) -> Done {
    println!(
        "# postgres: 2-seat holds over HTTP, {CONNECTIONS} connections, synchronous_commit = on; pgbench: 32 clients, one transaction a one-seat hold"
    );
    let server = server();
    println!("{}", server.sql("postgres", "SELECT version()")?.trim());
    let baseline = Baseline::new(&server)?;
    let houses = catalogue("house", rounds * 2 * HOUSES as usize, STADIUM);
    let shop = workshop(built, &server, &houses);
    let seats = 2 * EACH * rounds as u64;
    let many = workshop(built, &server, &catalogue("small", MANY as usize, seats));
    let embedded = Workshop::new(built.boxoffice());
    embedded.import(&houses);
    let runtime = tokio::runtime::Runtime::new()?;
    let mut measured = Vec::new();
    for round in 0..rounds as u64 {
        let first = 2 * HOUSES * round;
        let found = Round {
            baseline: baseline.rate()?,
            embedded: runtime.block_on(sell(&embedded, 1, first))?,
            one_node: runtime.block_on(sell(&shop, 1, first))?,
            two_nodes: runtime.block_on(sell(&shop, 2, first + HOUSES))?,
            many: runtime.block_on(sell_many(&many, round * EACH))?,
        };
        println!(
            "round {}: pgbench {:.0}/s, embedded {:.0}/s, one node {:.0}/s, two nodes {:.0}/s, {MANY} events {:.0}/s",
            round + 1,
            found.baseline,
            found.embedded,
            found.one_node,
            found.two_nodes,
            found.many,
        );
        measured.push(found);
    }
    for shop in [&shop, &many, &embedded] {
        println!("audit: {}", shop.audit().trim().replace('\n', "; "));
    }
    let ratios = |of: fn(&Round) -> f64| Samples::new(measured.iter().map(of));
    println!(
        "holds / pgbench: {}; aim 4 at least, 6 hoped for",
        ratios(|round| round.one_node / round.baseline)
    );
    println!(
        "holds / the embedded store's: {}; aim 0.6 at least",
        ratios(|round| round.one_node / round.embedded)
    );
    println!(
        "two nodes on one event / one: {}; aim 0.8 at least",
        ratios(|round| round.two_nodes / round.one_node)
    );
    println!(
        "{MANY} events at once / one event: {}",
        ratios(|round| round.many / round.one_node)
    );
    println!(
        "{MANY} events at once / pgbench: {}",
        ratios(|round| round.many / round.baseline)
    );
    Ok(())
}

/// Sells whole houses through so many nodes; every hold must succeed.
async fn sell(shop: &Workshop, nodes: u64, first: u64) -> Rate {
    let offices: Vec<Office> = (0..nodes).map(|_| shop.serve(&[])).collect();
    for office in &offices {
        for house in first..first + HOUSES {
            warm_up(&office.client(), &format!("house-{house}"))?;
        }
    }
    let total = HOLDS * HOUSES;
    // Each node gets every so-many-th pair, so that they sell the same event at the same time.
    let request = |node: u64| {
        move |sequence: u64, request: &mut Vec<u8>| {
            let at = sequence * nodes + node;
            hold(
                &format!("house-{}", first + at / HOLDS),
                at % HOLDS,
                request,
            );
        }
    };
    let plan = |office: &Office| Plan {
        connections: CONNECTIONS / nodes as usize,
        duration: Duration::from_secs(120),
        max_requests: Some(total / nodes),
        ..Plan::new(office.address)
    };
    let outcomes: Vec<Outcome> = match offices.as_slice() {
        [one] => vec![load(&plan(one), request(0)).await?],
        [one, other] => {
            let (a, b) = (plan(one), plan(other));
            let (one, other) = tokio::join!(load(&a, request(0)), load(&b, request(1)));
            vec![one?, other?]
        }
        _ => return Err("one node or two".into()),
    };
    offices.into_iter().try_for_each(stop)?;
    rate(&outcomes, total)
}

/// Holds spread evenly over many events, from a pair on.
async fn sell_many(shop: &Workshop, first: u64) -> Rate {
    let office = shop.serve(&[]);
    for event in 0..MANY {
        warm_up(&office.client(), &format!("small-{event}"))?;
    }
    let plan = Plan {
        connections: CONNECTIONS,
        duration: Duration::from_secs(120),
        max_requests: Some(MANY * EACH),
        ..Plan::new(office.address)
    };
    let request = move |sequence: u64, request: &mut Vec<u8>| {
        let event = format!("small-{}", sequence % MANY);
        hold(&event, first + sequence / MANY, request);
    };
    let outcome = load(&plan, request).await?;
    stop(office)?;
    rate(&[outcome], MANY * EACH)
}

fn rate(outcomes: &[Outcome], expected: u64) -> Rate {
    let held: u64 = outcomes.iter().map(|outcome| outcome.count(201)).sum();
    if held != expected {
        return Err(format!("{held} of {expected} holds succeeded").into());
    }
    let elapsed = outcomes.iter().map(|outcome| outcome.elapsed).max();
    Ok(held as f64 / elapsed.unwrap_or_default().as_secs_f64())
}
