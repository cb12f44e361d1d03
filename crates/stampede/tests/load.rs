//! The generator against a small server whose every answer is scripted here.
#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use boxoffice_stampede::load::{Answer, LoadError, Mode, Outcome, Plan, WithAnswers, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const HOUR: Duration = Duration::from_secs(3600);

/// What the server does with one request.
#[derive(Clone)]
enum Script {
    /// Writes these pieces, each its own packet if the network pleases.
    Say(Vec<Vec<u8>>),
    /// The same, then closes.
    SayAndClose(Vec<Vec<u8>>),
    /// Says nothing more and keeps the connection.
    Hang,
}

fn say(text: impl Into<Vec<u8>>) -> Script {
    Script::Say(vec![text.into()])
}

fn ok() -> Script {
    say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
}

/// A server that answers the request with body `n` by `script(n)`.
async fn server(script: impl Fn(u64) -> Script + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let script = Arc::new(script);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let script = Arc::clone(&script);
            tokio::spawn(async move { serve(stream, &*script).await });
        }
    });
    address
}

async fn serve(
    mut stream: TcpStream,
    script: &(dyn Fn(u64) -> Script + Send + Sync),
) -> Option<()> {
    loop {
        let number = read_request(&mut stream).await?;
        let (pieces, close) = match script(number) {
            Script::Say(pieces) => (pieces, false),
            Script::SayAndClose(pieces) => (pieces, true),
            Script::Hang => {
                stream.read_u8().await.ok();
                return None;
            }
        };
        for piece in pieces {
            stream.write_all(&piece).await.ok()?;
            stream.flush().await.ok()?;
            tokio::task::yield_now().await;
        }
        if close {
            return None;
        }
    }
}

/// Reads one request, whose body is 20 digits.
async fn read_request(stream: &mut TcpStream) -> Option<u64> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await.ok()?);
    }
    let mut digits = [0; 20];
    stream.read_exact(&mut digits).await.ok()?;
    std::str::from_utf8(&digits).ok()?.parse().ok()
}

fn request(sequence: u64, into: &mut Vec<u8>) {
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n";
    into.extend(format!("{head}{sequence:020}").bytes());
}

/// So many requests, as fast as they are answered.
fn requests(address: SocketAddr, connections: usize, count: u64) -> Plan {
    Plan {
        connections,
        duration: HOUR,
        max_requests: Some(count),
        ..Plan::new(address)
    }
}

async fn outcome_of(plan: &Plan) -> Outcome {
    run(plan, request).await.unwrap()
}

#[tokio::test]
async fn each_request_is_sent_once_and_each_answer_counted() {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let kept = Arc::clone(&seen);
    let address = server(move |number| {
        assert!(kept.lock().unwrap().insert(number));
        ok()
    })
    .await;
    let outcome = outcome_of(&requests(address, 4, 500)).await;
    assert_eq!(
        (
            outcome.answered(),
            outcome.count(200),
            outcome.errors.total()
        ),
        (500, 500, 0)
    );
    assert_eq!((outcome.reconnects, outcome.unsent), (0, 0));
    assert_eq!(*seen.lock().unwrap(), (0..500).collect());
    assert!(outcome.answered_per_second() > 0.0);
    assert_eq!(outcome.latencies().len(), 500);
}

#[tokio::test]
async fn answers_are_counted_by_status() {
    let address = server(|number| match number % 4 {
        0 => say("HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n"),
        1 => say("HTTP/1.1 409 Conflict\r\nContent-Length: 3\r\n\r\n{}\n"),
        2 => say("HTTP/1.1 204 No Content\r\n\r\n"),
        _ => say("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n"),
    })
    .await;
    let outcome = outcome_of(&requests(address, 3, 40)).await;
    let counts: Vec<_> = outcome
        .by_status
        .iter()
        .map(|(&code, all)| (code, all.len()))
        .collect();
    assert_eq!(counts, [(201, 10), (204, 10), (409, 10), (503, 10)]);
    assert_eq!((outcome.errors.total(), outcome.reconnects), (0, 0));
}

#[tokio::test]
async fn answers_in_pieces_and_in_chunks_are_read_whole() {
    let address = server(|number| {
        let answer: &[u8] = if number % 2 == 0 {
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x\r\n world\r\n0\r\n\r\n"
        } else {
            b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world"
        };
        let size = 1 + number as usize % 13;
        Script::Say(answer.chunks(size).map(<[u8]>::to_vec).collect())
    })
    .await;
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&bodies);
    let source = WithAnswers {
        request,
        wants: |status| status == 200,
        answered: move |answer: Answer<'_>| {
            kept.lock()
                .unwrap()
                .push((answer.sequence, answer.body.to_vec()));
        },
    };
    let outcome = run(&requests(address, 2, 52), source).await.unwrap();
    assert_eq!((outcome.count(200), outcome.reconnects), (52, 0));
    let mut bodies = std::mem::take(&mut *bodies.lock().unwrap());
    bodies.sort();
    let expected: Vec<_> = (0..52)
        .map(|number| (number, b"hello world".to_vec()))
        .collect();
    assert_eq!(bodies, expected);
}

#[tokio::test]
async fn bodies_of_unwanted_statuses_are_not_shown() {
    let address = server(|number| match number {
        0 => ok(),
        _ => say("HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\nno"),
    })
    .await;
    let shown = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&shown);
    let source = WithAnswers {
        request,
        wants: |status| status == 409,
        answered: move |answer: Answer<'_>| {
            kept.lock()
                .unwrap()
                .push((answer.status, answer.body.to_vec()));
        },
    };
    run(&requests(address, 1, 2), source).await.unwrap();
    assert_eq!(*shown.lock().unwrap(), [(409, b"no".to_vec())]);
}

#[tokio::test]
async fn an_announced_close_costs_a_connection_and_no_request() {
    let close = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let address = server(move |_| Script::SayAndClose(vec![close.to_vec()])).await;
    let outcome = outcome_of(&requests(address, 1, 10)).await;
    assert_eq!(
        (
            outcome.count(200),
            outcome.errors.total(),
            outcome.reconnects
        ),
        (10, 0, 9)
    );
}

#[tokio::test]
async fn a_body_may_end_with_its_connection() {
    let address =
        server(|_| Script::SayAndClose(vec![b"HTTP/1.1 200 OK\r\n\r\nall".to_vec()])).await;
    let outcome = outcome_of(&requests(address, 1, 3)).await;
    assert_eq!(
        (
            outcome.count(200),
            outcome.errors.total(),
            outcome.reconnects
        ),
        (3, 0, 2)
    );
}

#[tokio::test]
async fn a_close_without_an_answer_is_an_error_and_the_run_goes_on() {
    let address = server(|number| match number % 3 {
        0 => Script::SayAndClose(vec![]),
        1 => Script::SayAndClose(vec![
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_vec(),
        ]),
        _ => ok(),
    })
    .await;
    let outcome = outcome_of(&requests(address, 2, 30)).await;
    assert_eq!((outcome.count(200), outcome.errors.disconnected), (10, 20));
    assert_eq!(outcome.errors.total(), 20);
    // Which of the two connections met the last close decides who had to come back.
    assert!(
        (18..=20).contains(&outcome.reconnects),
        "{}",
        outcome.reconnects
    );
}

#[tokio::test]
async fn what_is_not_http_is_an_error() {
    let address = server(|number| match number {
        0 => say("220 mail.example ESMTP\r\n\r\n"),
        1 => say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore than asked for"),
        _ => ok(),
    })
    .await;
    let outcome = outcome_of(&requests(address, 1, 3)).await;
    assert_eq!(
        (
            outcome.count(200),
            outcome.errors.malformed,
            outcome.reconnects
        ),
        (1, 2, 2)
    );
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_an_error() {
    let address = server(|number| if number == 1 { Script::Hang } else { ok() }).await;
    let plan = Plan {
        timeout: Duration::from_secs(2),
        ..requests(address, 1, 3)
    };
    let outcome = outcome_of(&plan).await;
    assert_eq!(
        (
            outcome.count(200),
            outcome.errors.timed_out,
            outcome.reconnects
        ),
        (2, 1, 1)
    );
}

#[tokio::test]
async fn an_open_plan_sends_as_many_as_its_rate_and_duration_say() {
    let address = server(|_| ok()).await;
    let plan = Plan {
        connections: 3,
        mode: Mode::Open { per_second: 1000.0 },
        duration: Duration::from_millis(200),
        ..Plan::new(address)
    };
    let outcome = outcome_of(&plan).await;
    assert_eq!(
        (outcome.count(200), outcome.errors.total(), outcome.unsent),
        (200, 0, 0)
    );
    assert!(outcome.elapsed >= plan.duration);
    assert!(outcome.answered_per_second() <= 1000.0);
    let fewer = Plan {
        max_requests: Some(7),
        ..plan
    };
    assert_eq!(outcome_of(&fewer).await.count(200), 7);
}

#[tokio::test]
async fn latency_counts_from_the_intended_start() {
    // The first answer takes half a second, the others none; all ten were due within 10 ms. A
    // loader that waits before it begins to count would see one slow answer and nine quick ones.
    let stall = Duration::from_millis(500);
    let address = server(move |number| {
        if number == 0 {
            std::thread::sleep(stall);
        }
        ok()
    })
    .await;
    let plan = Plan {
        connections: 1,
        mode: Mode::Open { per_second: 1000.0 },
        duration: Duration::from_millis(10),
        ..Plan::new(address)
    };
    let outcome = outcome_of(&plan).await;
    assert_eq!(outcome.count(200), 10);
    let least = Duration::from_micros(outcome.latencies().min());
    assert!(
        least >= stall - plan.duration - Duration::from_millis(1),
        "{least:?}"
    );
}

#[tokio::test]
async fn arrivals_that_find_no_connection_in_time_count_as_unsent() {
    let address = server(|_| Script::Hang).await;
    let plan = Plan {
        connections: 2,
        mode: Mode::Open { per_second: 1000.0 },
        duration: Duration::from_millis(50),
        timeout: Duration::from_millis(200),
        ..Plan::new(address)
    };
    let outcome = outcome_of(&plan).await;
    assert_eq!(outcome.answered(), 0);
    // Each attempt takes the whole timeout, so each connection can make two at most.
    assert!(outcome.errors.timed_out <= 4);
    assert_eq!(outcome.errors.timed_out + outcome.unsent, 50);
}

#[tokio::test]
async fn saturation_ends_with_its_duration() {
    let served = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&served);
    let address = server(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        ok()
    })
    .await;
    let plan = Plan {
        connections: 2,
        duration: Duration::from_millis(50),
        ..Plan::new(address)
    };
    let outcome = outcome_of(&plan).await;
    assert!(outcome.answered() > 0);
    assert_eq!(outcome.answered(), served.load(Ordering::Relaxed));
}

#[tokio::test]
async fn another_machine_is_not_loaded_by_mistake() {
    for address in ["192.0.2.1:80", "[2001:db8::1]:80", "0.0.0.0:80"] {
        let plan = Plan::new(address.parse().unwrap());
        assert!(
            matches!(run(&plan, request).await, Err(LoadError::NotLoopback(_))),
            "{address}"
        );
    }
}

#[tokio::test]
async fn plans_that_cannot_be_carried_out_are_refused() {
    let address = server(|_| ok()).await;
    let nobody = Plan {
        connections: 0,
        ..Plan::new(address)
    };
    assert!(matches!(
        run(&nobody, request).await,
        Err(LoadError::NoConnections)
    ));
    let too_long = Plan {
        duration: Duration::MAX,
        ..Plan::new(address)
    };
    assert!(matches!(
        run(&too_long, request).await,
        Err(LoadError::TooLong(_))
    ));
    for per_second in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300] {
        let plan = Plan {
            mode: Mode::Open { per_second },
            ..Plan::new(address)
        };
        assert!(
            matches!(run(&plan, request).await, Err(LoadError::Rate(_))),
            "{per_second}"
        );
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = run(&requests(address, 1, 1), request).await.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot connect to {address}"));
}
