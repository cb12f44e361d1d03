//! What pages cost beside requests that do nothing, and what a browser on a slow line sees of them.

use std::time::Duration;

use boxoffice_stampede::load::{Plan, run as load};
use boxoffice_testkit::{Office, Workshop};

use super::figures::Samples;
use super::house::{STADIUM, catalogue};
use super::{Built, Done};
use crate::browser;

const CONNECTIONS: usize = 64;
const LASTS: Duration = Duration::from_secs(3);

/// What is asked for, and the line it is asked with.
const PAGES: [(&str, &str); 3] = [
    ("what is on", "/"),
    ("an event of 50,000 seats", "/events/map-0"),
    (
        "a search that nobody asked before",
        "/?keyword=map&max_price=",
    ),
];

pub(super) fn run(built: &Built, rounds: usize) -> Done {
    println!("# site: pages, brotli, {CONNECTIONS} connections");
    let workshop = Workshop::new(built.boxoffice());
    workshop.import(&catalogue("map", 1, STADIUM));
    let office = workshop.serve(&[]);
    let runtime = tokio::runtime::Runtime::new()?;
    for (name, path) in PAGES {
        let mut ratios = Vec::new();
        for _ in 0..rounds {
            let page = runtime.block_on(answered(&office, path))?;
            let nothing = runtime.block_on(answered(&office, "/healthz"))?;
            println!("{name}: {page:.0}/s, no-op {nothing:.0}/s");
            ratios.push(page / nothing);
        }
        let aim = if path.ends_with('=') {
            ""
        } else {
            "; aim 0.3 at least"
        };
        println!("{name} / no-op: {}{aim}", Samples::new(ratios));
    }
    drop(office);
    browser::prepare()?;
    let rounds = rounds.to_string();
    let boxoffice = built.boxoffice();
    let boxoffice = std::path::absolute(boxoffice)?;
    let boxoffice = boxoffice.to_string_lossy();
    let variables = [("BOXOFFICE_BINARY", &*boxoffice)];
    browser::node(&["browser/speed.js", "--rounds", &rounds], &variables)?;
    Ok(())
}

/// Answers a second. A path that ends in `=` gets another number behind it each time.
async fn answered(office: &Office, path: &'static str) -> Result<f64, Box<dyn std::error::Error>> {
    let plan = Plan {
        connections: CONNECTIONS,
        duration: LASTS,
        ..Plan::new(office.address)
    };
    let request = move |sequence: u64, request: &mut Vec<u8>| {
        let number = if path.ends_with('=') {
            sequence.to_string()
        } else {
            String::new()
        };
        let head = "accept-encoding: br\r\naccept: text/html\r\n";
        let text = format!("GET {path}{number} HTTP/1.1\r\nhost: bench\r\n{head}\r\n");
        request.extend_from_slice(text.as_bytes());
    };
    let outcome = load(&plan, request).await?;
    match outcome.count(200) {
        right if right == outcome.answered() => Ok(outcome.answered_per_second()),
        right => Err(format!("{right} of {} were 200", outcome.answered()).into()),
    }
}
