//! Measures what the generator itself costs: a server in the same process that answers at once.
//! `cargo run --release -p boxoffice-stampede --example overhead`

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use boxoffice_stampede::load::{Mode, Plan, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const REQUEST: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers whatever arrives in one piece; the generator sends one request at a time.
async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut input = [0; 1024];
    while stream.read(&mut input).await? > 0 {
        stream.write_all(ANSWER).await?;
    }
    Ok(())
}

async fn serve() -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    Ok(address)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = serve().await?;
    let saturate = Mode::Saturate;
    let open = |per_second| Mode::Open { per_second };
    for (connections, mode) in [
        (1, saturate),
        (64, saturate),
        (256, saturate),
        (64, open(1_000.0)),
        (64, open(10_000.0)),
        (256, open(50_000.0)),
    ] {
        let duration = Duration::from_secs(3);
        let plan = Plan {
            connections,
            mode,
            duration,
            ..Plan::new(address)
        };
        let outcome = run(&plan, |_: u64, request: &mut Vec<u8>| {
            request.extend(REQUEST)
        })
        .await?;
        println!(
            "{connections:>4} connections, {mode:?}: {:.0}/s, p50 {:?}, p99 {:?}, {} errors",
            outcome.answered_per_second(),
            outcome.percentile(50.0),
            outcome.percentile(99.0),
            outcome.errors.total(),
        );
    }
    Ok(())
}
