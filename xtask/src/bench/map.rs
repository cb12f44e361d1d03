//! What the seat map costs: beside nginx serving the same bytes as a file, while seats are sold; and
//! what it saves, a hold that the map refuses.

use std::net::SocketAddr;
use std::time::Duration;

use boxoffice_stampede::load::{Mode, Outcome, Plan, run as load};
use boxoffice_testkit::{Office, Workshop};

use super::figures::Samples;
use super::house::{STADIUM, catalogue, hold, reservation};
use super::nginx::Nginx;
use super::{Built, Done};

const CONNECTIONS: usize = 64;
const LASTS: Duration = Duration::from_secs(3);
/// Holds a second while the map is read.
const WRITES: f64 = 200.0;

/// A body that is read again and again.
struct Reading {
    name: &'static str,
    path: &'static str,
    headers: &'static str,
    aim: &'static str,
}

const READINGS: [Reading; 4] = [
    Reading {
        name: "/seats",
        path: "seats",
        headers: "",
        aim: "; aim 1.0 at least, 2 hoped for",
    },
    Reading {
        name: "/seats, gzip",
        path: "seats",
        headers: "accept-encoding: gzip\r\n",
        aim: "",
    },
    Reading {
        name: "/seats, brotli",
        path: "seats",
        headers: "accept-encoding: br\r\n",
        aim: "",
    },
    Reading {
        name: "/availability",
        path: "availability",
        headers: "",
        aim: "; aim 1.0 at least",
    },
];

pub(super) fn run(built: &Built, rounds: usize) -> Done {
    println!(
        "# map: {STADIUM} seats, {CONNECTIONS} connections, {WRITES} holds a second meanwhile"
    );
    let workshop = Workshop::new(built.boxoffice());
    workshop.import(&catalogue("map", READINGS.len(), STADIUM));
    let office = workshop.serve(&[]);
    let nginx = Nginx::serve(workshop.folder())?;
    let runtime = tokio::runtime::Runtime::new()?;
    for (at, reading) in READINGS.iter().enumerate() {
        let mut sale = Sale {
            event: format!("map-{at}"),
            pairs: 0,
        };
        let mut client = office.client();
        for header in reading.headers.lines() {
            let (name, value) = header.split_once(": ").unwrap_or_default();
            client = client.with(name, value);
        }
        let path = format!("/v1/events/map-{at}/{}", reading.path);
        let body = client.get(&path).body;
        std::fs::write(workshop.path(&format!("{at}.bin")), &body)?;
        let mut ratios = Vec::new();
        for _ in 0..rounds {
            let ours = read(office.address, &path, reading.headers);
            let ours = runtime.block_on(sale.beside(&office, ours))?;
            let file_path = format!("/{at}.bin");
            let file = read(nginx.address, &file_path, "");
            let file = runtime.block_on(sale.beside(&office, file))?;
            let (ours, file) = (ours.answered_per_second(), file.answered_per_second());
            println!("{}: {ours:.0}/s, nginx {file:.0}/s", reading.name);
            ratios.push(ours / file);
        }
        println!(
            "{}, {} bytes / nginx: {}{}",
            reading.name,
            body.len(),
            Samples::new(ratios),
            reading.aim
        );
    }
    drop(nginx);
    let mut ratios = Vec::new();
    let body = r#"{"event_id":"map-0","best_available":{"quantity":1}}"#;
    let held = office.client().post("/v1/reservations", body);
    reservation(&held.body).ok_or("no seat was held")?;
    for _ in 0..rounds {
        let refused = runtime.block_on(all(&office, 409, |_, request: &mut Vec<u8>| {
            hold("map-0", 0, request);
        }))?;
        let nothing = runtime.block_on(all(&office, 200, |_, request: &mut Vec<u8>| {
            request.extend_from_slice(b"GET /healthz HTTP/1.1\r\nhost: bench\r\n\r\n");
        }))?;
        println!("refused holds: {refused:.0}/s, no-op {nothing:.0}/s");
        ratios.push(refused / nothing);
    }
    println!(
        "refused hold / no-op: {}; aim 0.6 at least",
        Samples::new(ratios)
    );
    Ok(())
}

/// Reads a path at full speed.
async fn read(
    address: SocketAddr,
    path: &str,
    headers: &str,
) -> Result<Outcome, Box<dyn std::error::Error>> {
    let plan = Plan {
        connections: CONNECTIONS,
        duration: LASTS,
        ..Plan::new(address)
    };
    let text = format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{headers}\r\n");
    let request = move |_: u64, request: &mut Vec<u8>| request.extend_from_slice(text.as_bytes());
    let outcome = load(&plan, request).await?;
    match outcome.count(200) {
        good if good == outcome.answered() => Ok(outcome),
        good => Err(format!("{good} of {} reads succeeded", outcome.answered()).into()),
    }
}

/// An event whose seats are sold meanwhile, from the first to the last.
struct Sale {
    event: String,
    /// Pairs of seats that were asked for so far.
    pairs: u64,
}

impl Sale {
    /// Reads while it sells.
    async fn beside(
        &mut self,
        office: &Office,
        reading: impl Future<Output = Result<Outcome, Box<dyn std::error::Error>>>,
    ) -> Result<Outcome, Box<dyn std::error::Error>> {
        let plan = Plan {
            connections: 4,
            mode: Mode::Open { per_second: WRITES },
            duration: LASTS,
            ..Plan::new(office.address)
        };
        let (first, event) = (self.pairs, self.event.clone());
        // Arrivals are random: more than this do not come.
        self.pairs += (WRITES * LASTS.as_secs_f64() * 1.3) as u64;
        let writing = load(&plan, move |sequence: u64, request: &mut Vec<u8>| {
            hold(&event, first + sequence, request);
        });
        let (read, written) = tokio::join!(reading, writing);
        let written = written?;
        match written.count(201) {
            held if held > 0 && held == written.answered() => read,
            held => Err(format!("{held} of {} holds succeeded", written.answered()).into()),
        }
    }
}

/// A request again and again; every answer must have this status.
async fn all(
    office: &Office,
    status: u16,
    request: impl Fn(u64, &mut Vec<u8>) + Send + Sync + 'static,
) -> Result<f64, Box<dyn std::error::Error>> {
    let plan = Plan {
        connections: 256,
        duration: LASTS,
        ..Plan::new(office.address)
    };
    let outcome = load(&plan, request).await?;
    match outcome.count(status) {
        right if right == outcome.answered() => Ok(outcome.answered_per_second()),
        right => Err(format!("{right} of {} were {status}", outcome.answered()).into()),
    }
}
