//! `cargo xtask bench`: how fast a hot event sells, beside what the same server does when there is
//! nothing to do. Machines differ and are shared, so what counts are ratios within one run, A and B
//! in turn, with their spread.

use std::process::Command;
use std::time::Duration;

use boxoffice_stampede::load::{Mode, Outcome, Plan, run as load};
use boxoffice_testkit::{Office, Workshop};
use serde_json::{Value, json};

/// Seats of the hot event, two a hold.
const SEATS: u64 = 50_000;
const CONNECTIONS: usize = 256;
/// How long the server does nothing, each round.
const NO_OP: Duration = Duration::from_millis(2000);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many times A and B are measured in turn.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// This is the optimised build already.
    #[arg(long, hide = true)]
    built: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), String> {
    if !args.built {
        return rerun_optimised(args.rounds);
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(holds(args.rounds))
}

/// The generator shares the machine with the server: both must be optimised.
fn rerun_optimised(rounds: usize) -> Result<(), String> {
    let built = Command::new("cargo")
        .args([
            "build",
            "--release",
            "--locked",
            "-p",
            "boxoffice-server",
            "-p",
            "xtask",
        ])
        .status();
    if !built.is_ok_and(|status| status.success()) {
        return Err("the optimised build failed".into());
    }
    let rounds = rounds.to_string();
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".into());
    let status = Command::new(format!("{target}/release/xtask"))
        .args(["bench", "--built", "--rounds", &rounds])
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        other => Err(format!("the bench failed: {other:?}")),
    }
}

/// One round's figures.
struct Round {
    no_op: f64,
    holds: f64,
    /// At 80 % of the holds' peak rate, from the intended start.
    p50: Duration,
    p99: Duration,
}

async fn holds(rounds: usize) -> Result<(), String> {
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".into());
    let workshop = Workshop::new(format!("{target}/release/boxoffice"));
    // Each round sells two houses: one at full speed, one at 80 % of it.
    workshop.import(&catalogue(rounds * 2));
    let office = workshop.serve(&[]);
    let mut measured = Vec::new();
    for round in 0..rounds {
        let found = one_round(&office, round).await?;
        println!(
            "round {}: no-op {:.0}/s, holds {:.0}/s, ratio {:.2}; at 80 % p50 {:?}, p99 {:?}",
            round + 1,
            found.no_op,
            found.holds,
            found.holds / found.no_op,
            found.p50,
            found.p99
        );
        measured.push(found);
    }
    let stopped = office.stop();
    println!("{}", workshop.audit());
    let ratios = sorted(measured.iter().map(|round| round.holds / round.no_op));
    println!(
        "2-seat holds / no-op, {CONNECTIONS} connections: {}",
        spread(&ratios)
    );
    let p99s = sorted(
        measured
            .iter()
            .map(|round| round.p99.as_secs_f64() * 1000.0),
    );
    println!(
        "p99 of holds at 80 % of their peak rate, ms: {}",
        spread(&p99s)
    );
    if stopped {
        Ok(())
    } else {
        Err("the server did not stop well".into())
    }
}

async fn one_round(office: &Office, round: usize) -> Result<Round, String> {
    let no_op = Plan {
        connections: CONNECTIONS,
        mode: Mode::Saturate,
        duration: NO_OP,
        ..Plan::new(office.address)
    };
    let nothing = |_: u64, request: &mut Vec<u8>| {
        request.extend_from_slice(b"GET /healthz HTTP/1.1\r\nhost: bench\r\n\r\n");
    };
    let no_op = load(&no_op, nothing)
        .await
        .map_err(|error| error.to_string())?;
    let peak = sell(office, round * 2, Mode::Saturate).await?;
    let rate = peak.answered_per_second() * 0.8;
    let calm = sell(office, round * 2 + 1, Mode::Open { per_second: rate }).await?;
    Ok(Round {
        no_op: no_op.answered_per_second(),
        holds: peak.answered_per_second(),
        p50: calm.percentile(50.0),
        p99: calm.percentile(99.0),
    })
}

/// Holds a whole house, two seats at a time; every hold must succeed.
async fn sell(office: &Office, house: usize, mode: Mode) -> Result<Outcome, String> {
    let plan = Plan {
        connections: CONNECTIONS,
        mode,
        duration: Duration::from_secs(120),
        max_requests: Some(SEATS / 2),
        ..Plan::new(office.address)
    };
    // A cold event is folded first; that has a figure of its own.
    office
        .client()
        .get(&format!("/v1/events/house-{house}/availability"));
    let request = move |sequence: u64, request: &mut Vec<u8>| {
        let seat = sequence * 2;
        let body = format!(
            r#"{{"event_id":"house-{house}","seat_ids":["s{}","s{}"]}}"#,
            seat,
            seat + 1
        );
        let head = format!(
            "POST /v1/reservations HTTP/1.1\r\nhost: bench\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        request.extend_from_slice(head.as_bytes());
        request.extend_from_slice(body.as_bytes());
    };
    let outcome = load(&plan, request)
        .await
        .map_err(|error| error.to_string())?;
    match outcome.count(201) {
        held if held == SEATS / 2 => Ok(outcome),
        held => Err(format!(
            "{held} of {} holds succeeded in house {house}",
            SEATS / 2
        )),
    }
}

/// Houses of 250 rows of 200 seats.
fn catalogue(houses: usize) -> Value {
    let row = |row: u64| {
        let seat = |at: u64| {
            json!({
                "seat_guid": format!("s{}", row * 200 + at), "seat_number": (at + 1).to_string(),
                "position": {"x": at * 20, "y": 0}, "category": "Seat",
            })
        };
        json!({
            "row_number": (row + 1).to_string(), "position": {"x": 0, "y": row * 25},
            "seats": (0..200).map(seat).collect::<Vec<_>>(),
        })
    };
    let plan = json!({
        "name": "House", "categories": [{"name": "Seat", "color": "#888"}],
        "zones": [{"name": "Bowl", "position": {"x": 0, "y": 0},
            "rows": (0..SEATS / 200).map(row).collect::<Vec<_>>(), "areas": []}],
        "size": {"width": 4000, "height": 6500},
    });
    let event = |house: usize| {
        json!({
            "id": format!("house-{house}"), "name": "Bench", "date": "2099-05-01T20:00:00Z",
            "currency": "EUR", "prices": {"Seat": 5000}, "plan": plan,
            "venue": {"name": "Bowl", "city": "Bern", "country": "CH", "time_zone": "Europe/Zurich"},
        })
    };
    json!({"events": (0..houses).map(event).collect::<Vec<_>>()})
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn spread(sorted: &[f64]) -> String {
    let (Some(least), Some(most)) = (sorted.first(), sorted.last()) else {
        return "none".into();
    };
    format!(
        "median {:.2} ({least:.2} to {most:.2})",
        sorted[sorted.len() / 2]
    )
}
