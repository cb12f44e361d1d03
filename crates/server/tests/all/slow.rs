//! Clients that are slow, break off or are too many, against the real binary with its real limits:
//! each gets a clear end, and the others notice nothing.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use boxoffice_testkit::Office;

use crate::house::{held, hold, seat_status, workshop};

/// Between two bytes of a client that trickles: it looks for an answer for as long.
const DRIP: Duration = Duration::from_millis(50);

/// Longer than any limit of the server; who gets here has found a hang.
const PATIENCE: Duration = Duration::from_secs(60);

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream
}

/// A connection on which this was sent.
fn said(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = connect(address);
    stream.write_all(text.as_bytes()).expect("it is taken");
    stream
}

/// All that comes until the server closes.
fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        // A client that sent more than was read is told so by a reset.
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("no end: {error}"),
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends `text` and then a byte now and then, until an answer or the end comes.
fn trickle(address: SocketAddr, text: &str, byte: u8) -> String {
    let mut stream = said(address, text);
    stream.set_read_timeout(Some(DRIP)).expect("a timeout");
    let mut first = [0; 1];
    loop {
        match stream.read(&mut first) {
            Ok(0) => return String::new(),
            Ok(_) => break,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return String::new(),
        }
        // Refused by a server that has closed already: the next reading says so.
        let _ = stream.write_all(&[byte]);
    }
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    format!("{}{}", char::from(first[0]), rest(stream))
}

fn head(length: usize) -> String {
    format!("POST /v1/reservations HTTP/1.1\r\nhost: test\r\ncontent-length: {length}\r\n")
}

/// Kilobytes of memory that the server has.
#[cfg(target_os = "linux")]
fn resident(office: &Office) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", office.pid()));
    let status = status.expect("the process is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kilobytes
        .and_then(|text| text.parse().ok())
        .expect("a number")
}

/// A metric without labels.
#[cfg(target_os = "linux")]
fn metric(office: &Office, name: &str) -> Option<f64> {
    let metrics = office.client().get("/metrics").text();
    let mut lines = metrics.lines().filter_map(|line| line.split_once(' '));
    lines.find(|(known, _)| *known == name)?.1.parse().ok()
}

/// The server sells as if nobody else were there.
#[track_caller]
fn assert_sells(office: &Office, seat: &str) {
    held(&office.client(), &[seat]);
    assert_eq!(office.client().get("/readyz").status, 200);
}

#[test]
fn a_request_that_never_ends_is_ended() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let address = office.address;
    let whole = hold(&["1-1"]);
    let half = &whole[..whole.len() / 2];
    let body = |text: &str| format!("{}\r\n{text}", head(whole.len()));
    let clients = [
        std::thread::spawn(move || rest(connect(address))),
        std::thread::spawn(move || rest(said(address, &head(9)))),
        std::thread::spawn(move || trickle(address, &head(9), b'x')),
        std::thread::spawn({
            let text = body(half);
            move || rest(said(address, &text))
        }),
        std::thread::spawn({
            let text = format!("{}\r\n", head(60_000));
            move || trickle(address, &text, b' ')
        }),
    ];
    assert_sells(&office, "9-9");
    let answers = clients.map(|client| client.join().expect("no panic"));
    // Who has said nothing is told nothing.
    assert_eq!(answers[0], "");
    for answer in &answers[1..] {
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("/problems/request-timeout"), "{answer}");
    }
    assert_sells(&office, "9-8");
    assert_eq!(seat_status(&office.client(), "1-1"), "available");
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn a_request_that_breaks_off_holds_nothing() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let whole = hold(&["1-1"]);
    let request = format!("{}\r\n{whole}", head(whole.len()));
    for length in (1..request.len()).step_by(7) {
        let stream = said(office.address, &request[..length]);
        stream.shutdown(Shutdown::Write).expect("it is open");
        let answer = rest(stream);
        let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 4");
        assert!(refused, "{length} bytes: {answer}");
    }
    assert_eq!(seat_status(&office.client(), "1-1"), "available");
    // The body as long as it should be, but not what it says it is.
    let long = format!("{}\r\n{whole}", head(whole.len() + 1));
    let stream = said(office.address, &long);
    stream.shutdown(Shutdown::Write).expect("it is open");
    let answer = rest(stream);
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    assert_eq!(seat_status(&office.client(), "1-1"), "available");
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn what_is_no_http_is_refused() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let long = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(40_000));
    let requests = [
        (
            "\x16\x03\x01\x02\x00\x01\x00\x01\u{fc}\x03\x03\r\n\r\n",
            "400",
        ),
        ("GET /v1/events HTTP/1.1\r\nno colon\r\n\r\n", "400"),
        ("GET / HTTP/9.9\r\n\r\n", "400"),
        ("POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", "400"),
        (
            "POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx",
            "400",
        ),
        (
            "POST /v1/reservations HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            "400",
        ),
        (&long, "431"),
    ];
    for (request, status) in requests {
        let answer = rest(said(office.address, request));
        let expected = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&expected), "{request:.40}: {answer}");
    }
    assert_sells(&office, "1-1");
}

#[test]
fn connections_too_many_are_told_so_until_some_leave() {
    let workshop = workshop();
    let office = workshop.serve(&["--max-connections", "4"]);
    let client = office.client();
    let keep = "GET /healthz HTTP/1.1\r\nhost: test\r\n\r\n";
    let guests: Vec<TcpStream> = std::iter::repeat_with(|| {
        // Answered, so it is let in.
        let mut stream = said(office.address, keep);
        let mut status = [0; 12];
        stream.read_exact(&mut status).expect("an answer");
        assert_eq!(&status, b"HTTP/1.1 200");
        stream
    })
    .take(4)
    .collect();
    for _ in 0..8 {
        let refused = client.post("/v1/reservations", &hold(&["1-1"]));
        assert_eq!(refused.problem(503), "overloaded");
        assert_eq!(refused.header("retry-after"), Some("1"));
    }
    drop(guests);
    // Asked again and again until the server has seen them leave.
    let free = (0..10_000).find(|_| client.post("/v1/reservations", &hold(&["1-1"])).status == 201);
    assert!(free.is_some(), "nobody is let in any more");
    assert!(office.stop());
    workshop.audit();
}

#[cfg(target_os = "linux")]
#[test]
fn a_crowd_of_half_requests_costs_little_and_stops_nobody() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    assert_sells(&office, "1-1");
    let before = resident(&office);
    // Each promises the longest body and sends nearly none of it.
    let text = format!("{}\r\n{{", head(65_536));
    let slow: Vec<TcpStream> = (0..400)
        .map(|turn| match turn % 2 {
            0 => said(office.address, &text),
            _ => said(office.address, "GET /v1/ev"),
        })
        .collect();
    // Asked again and again until all have been let in; who asks is one more.
    let inside = (0..10_000).any(|_| metric(&office, "http_connections") == Some(401.0));
    assert!(inside, "not all were let in");
    for seat in ["1-2", "1-3", "1-4"] {
        assert_sells(&office, seat);
    }
    let more = resident(&office).saturating_sub(before);
    // With 4,000 it is about 30 KiB each; twice as much is still no danger.
    assert!(more < 400 * 60, "{more} KiB for 400 clients");
    drop(slow);
    assert_sells(&office, "1-5");
    assert!(office.stop(), "it waits for nobody who has left");
}
