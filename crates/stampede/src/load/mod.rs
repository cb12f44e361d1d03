//! Sends requests to an HTTP/1.1 server and measures the answers. Knows no API: what is sent, and
//! what an answer means, is the caller's.
//!
//! Two ways to load ([`Mode`]). **Open**: requests arrive at a given rate, whatever the server does,
//! and latency counts from the moment a request was to be sent; a server that stalls is charged for
//! everyone who waited, not only for the one request that was under way. **Saturate**: each
//! connection sends its next request once the last was answered, which finds the peak rate and says
//! little about latency.
//!
//! ```no_run
//! # async fn example() -> Result<(), boxoffice_stampede::load::LoadError> {
//! use std::time::Duration;
//! use boxoffice_stampede::load::{Mode, Plan, run};
//!
//! let address = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
//! let plan = Plan {
//!     connections: 64,
//!     mode: Mode::Open { per_second: 5000.0 },
//!     duration: Duration::from_secs(10),
//!     ..Plan::new(address)
//! };
//! let outcome = run(&plan, |_sequence: u64, request: &mut Vec<u8>| {
//!     request.extend_from_slice(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
//! })
//! .await?;
//! println!("{} answers, p99 {:?}", outcome.answered(), outcome.percentile(99.0));
//! # Ok(())
//! # }
//! ```

mod arrivals;
mod connection;
mod outcome;
mod plan;
mod response;
mod source;
mod worker;

use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;

use arrivals::Arrivals;
use connection::Connection;
use outcome::Tally;
use worker::Worker;

pub use outcome::{Errors, Outcome};
pub use plan::{LoadError, Mode, Plan};
pub use source::{Answer, RequestSource, WithAnswers};

/// Carries out `plan`, taking requests from `requests`, on the current tokio runtime.
///
/// All connections are open before the first request is due. Ends when the planned requests are
/// answered, have failed or can no longer be sent; a failing server fails no run, it is counted.
/// Dropping the future stops the load.
///
/// # Errors
/// [`LoadError`] when the plan cannot be begun.
pub async fn run(plan: &Plan, requests: impl RequestSource) -> Result<Outcome, LoadError> {
    plan.check()?;
    let connections = connect_all(plan).await?;
    let requests = Arc::new(requests);
    let tally = Arc::new(Tally::default());
    let started = Instant::now();
    let arrivals = Arrivals::begin(plan, started)?;
    let mut workers = JoinSet::new();
    for (number, connection) in connections.into_iter().enumerate() {
        let worker = Worker {
            address: plan.address,
            timeout: plan.timeout,
            number,
            arrivals: Arc::clone(&arrivals),
            requests: Arc::clone(&requests),
            tally: Arc::clone(&tally),
        };
        workers.spawn(worker.work(connection));
    }
    while let Some(ended) = workers.join_next().await {
        if let Err(failure) = ended
            && failure.is_panic()
        {
            // The source of requests has panicked; that is the caller's to see.
            std::panic::resume_unwind(failure.into_panic());
        }
    }
    Ok(tally.outcome(started.elapsed(), arrivals.unsent()))
}

async fn connect_all(plan: &Plan) -> Result<Vec<Connection>, LoadError> {
    let mut connections = Vec::with_capacity(plan.connections);
    for _ in 0..plan.connections {
        let connecting = tokio::time::timeout(plan.timeout, Connection::open(plan.address));
        let connected = connecting
            .await
            .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()));
        let refused = |source| LoadError::Connect {
            address: plan.address,
            source,
        };
        connections.push(connected.map_err(refused)?);
    }
    Ok(connections)
}
