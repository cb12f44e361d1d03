//! Importing a stadium while seats of another are sold.

use std::time::{Duration, Instant};

use boxoffice_stampede::load::{Mode, Outcome, Plan, run as load};
use boxoffice_testkit::{Office, Workshop};

use super::figures::Samples;
use super::house::{STADIUM, catalogue, hold};
use super::{Built, Done};

const CONNECTIONS: usize = 64;
/// A busy sale, far from what the machine can do.
const PER_SECOND: f64 = 4000.0;
const SPELL: Duration = Duration::from_secs(3);

pub(super) fn run(built: &Built, rounds: usize) -> Done {
    println!(
        "# import: a stadium of {STADIUM} seats, beside {PER_SECOND} holds/s of another event"
    );
    let workshop = Workshop::new(built.boxoffice());
    workshop.import(&catalogue("house", 2 * rounds, STADIUM));
    let office = workshop.serve(&[]);
    let runtime = tokio::runtime::Runtime::new()?;
    let (mut times, mut alone, mut beside) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        alone.push(runtime.block_on(sell(&office, 2 * round))?.percentile(99.0));
        let text = catalogue(&format!("new{round}"), 1, STADIUM).to_string();
        let mut importer = workshop.importer(&text);
        let importing = std::thread::spawn(move || {
            std::thread::sleep(SPELL / 3);
            let begun = Instant::now();
            let output = importer.output();
            output.map(|output| (output.status.success(), begun.elapsed()))
        });
        beside.push(
            runtime
                .block_on(sell(&office, 2 * round + 1))?
                .percentile(99.0),
        );
        let (well, took) = importing.join().map_err(|_| "the import panicked")??;
        if !well {
            return Err("the import failed".into());
        }
        times.push(took);
        println!(
            "round {}: import {took:.2?}; p99 of holds alone {:.1?}, beside it {:.1?}",
            round + 1,
            alone[round],
            beside[round]
        );
    }
    office.stop();
    workshop.audit();
    println!("import, ms: {}; aim below 2000", Samples::millis(times));
    println!("p99 of holds alone, ms: {}", Samples::millis(alone));
    println!(
        "p99 of holds beside an import, ms: {}",
        Samples::millis(beside)
    );
    Ok(())
}

async fn sell(office: &Office, house: usize) -> Result<Outcome, Box<dyn std::error::Error>> {
    let plan = Plan {
        connections: CONNECTIONS,
        mode: Mode::Open {
            per_second: PER_SECOND,
        },
        duration: SPELL,
        ..Plan::new(office.address)
    };
    let event = format!("house-{house}");
    let request = move |sequence: u64, request: &mut Vec<u8>| hold(&event, sequence, request);
    let outcome = load(&plan, request).await?;
    if outcome.count(201) != outcome.answered() || outcome.errors.total() > 0 {
        return Err(format!(
            "{} holds of {} succeeded",
            outcome.count(201),
            outcome.answered()
        )
        .into());
    }
    Ok(outcome)
}
