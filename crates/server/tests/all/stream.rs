//! The live map from outside: every change is pushed, whoever comes back goes on where it was, and a
//! bad request is told so.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use boxoffice_testkit::Client;

use crate::house::{held, id, pay, workshop};

const STREAM: &str = "/v1/events/night/seats/stream";

/// Longer than anything the server may take: who gets here has found a hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody who watches.
pub(crate) struct Line(BufReader<TcpStream>);

impl Line {
    /// Asks for the stream, which must be there.
    #[track_caller]
    pub(crate) fn open(address: SocketAddr, query: &str, header: &str) -> Self {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let head = format!("GET {STREAM}{query} HTTP/1.1\r\nhost: test\r\n{header}\r\n");
        stream.write_all(head.as_bytes()).expect("it is taken");
        let mut line = Line(BufReader::new(stream));
        let head = line.block();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        for expected in [
            "content-type: text/event-stream",
            "cache-control: no-store",
            "x-accel-buffering: no",
            "\r\ndate: ",
        ] {
            assert!(head.contains(expected), "{head}");
        }
        line
    }

    /// Everything up to the next empty line.
    pub(crate) fn block(&mut self) -> String {
        let mut block = String::new();
        loop {
            let before = block.len();
            self.0.read_line(&mut block).expect("a line");
            assert!(block.len() > before, "the stream ended after {block:?}");
            if block[before..].trim().is_empty() {
                return block;
            }
        }
    }

    /// The next message must be this.
    #[track_caller]
    pub(crate) fn expect(&mut self, expected: &str) {
        assert_eq!(self.block().trim_end(), expected);
    }

    #[track_caller]
    fn expect_changes(&mut self, version: u64, changes: &str) {
        let data = format!("{{\"version\":{version},\"changes\":[{changes}]}}");
        self.expect(&format!("id: {version}\nevent: seats\ndata: {data}"));
    }

    fn rest(mut self) -> String {
        let mut rest = String::new();
        self.0.read_to_string(&mut rest).expect("an end");
        rest
    }
}

fn version(client: &Client) -> u64 {
    let answer = client.get("/v1/events/night/availability");
    let version = answer.header("seat-map-version").expect("a version");
    version.parse().expect("a number")
}

#[test]
fn a_hold_a_release_and_a_booking_are_pushed_and_missed_by_nobody_who_comes_back() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let mut line = Line::open(office.address, "", "");
    line.expect("id: 1");
    let reservation = held(&client, &["1-1", "1-2"]);
    line.expect_changes(2, "[0,\"held\"],[1,\"held\"]");
    client
        .delete(&format!("/v1/reservations/{}", id(&reservation)))
        .expect_text(204);
    line.expect_changes(3, "[0,\"available\"],[1,\"available\"]");
    let reservation = held(&client, &["2-1"]);
    line.expect_changes(4, "[10,\"held\"]");
    let paid = client.post("/v1/bookings", &pay(&reservation, "tok_visa", "k"));
    paid.expect_json(201);
    // To pay moves no seat.
    line.expect_changes(6, "[10,\"booked\"]");
    // A page that comes back asks with its first URL and with what it had last.
    let mut back = Line::open(office.address, "?since=1", "last-event-id: 4\r\n");
    back.expect_changes(6, "[10,\"booked\"]");
    let mut section = Line::open(office.address, "?section=Floor&since=6", "");
    section.expect("id: 6");
    held(&client, &["3-1", "Floor-1"]);
    section.expect_changes(7, "[100,\"held\"]");
    let mut beyond = Line::open(office.address, "?since=1000", "");
    beyond.expect("id: 7\nevent: reset\ndata: {\"version\":7}");
    assert_eq!(version(&client), 7);
    workshop.audit();
}

#[test]
fn a_server_that_stops_says_goodbye_to_its_watchers() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let mut lines: Vec<_> = (0..20)
        .map(|_| Line::open(office.address, "", ""))
        .collect();
    lines.iter_mut().for_each(|line| line.expect("id: 1"));
    assert!(office.stop());
    let mut waits = std::collections::BTreeSet::new();
    for line in lines {
        let rest = line.rest();
        let wait = rest.strip_prefix("retry: ").expect("a goodbye").trim_end();
        let wait: u64 = wait.parse().expect("milliseconds");
        assert!((500..5_000).contains(&wait));
        waits.insert(wait);
    }
    assert!(waits.len() > 1, "they must not all come back at once");
}

#[test]
fn a_bad_request_for_the_stream_is_told_so() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let unknown = client.get("/v1/events/day/seats/stream");
    assert_eq!(unknown.problem(404), "unknown-event");
    for path in [
        format!("{STREAM}?section=Gallery"),
        "/v1/events/night/seats?section=Gallery".into(),
    ] {
        assert_eq!(client.get(&path).problem(404), "not-found", "{path}");
    }
    for since in ["abc", "-1", "", "1.5", "99999999999999999999999"] {
        let answer = client.get(&format!("{STREAM}?since={since}"));
        assert_eq!(answer.problem(400), "invalid-request", "{since}");
        assert!(answer.text().contains("since"), "{}", answer.text());
    }
    let answer = client.with("last-event-id", "x").get(STREAM);
    assert_eq!(answer.problem(400), "invalid-request");
    assert!(answer.text().contains("Last-Event-ID"), "{}", answer.text());
    assert_eq!(client.post(STREAM, "{}").status, 405);
    let head = client.send("HEAD", STREAM, None).expect("an answer");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-type"), Some("text/event-stream"));
}

#[test]
fn many_who_come_and_go_leave_no_watcher_behind() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    for _ in 0..300 {
        drop(Line::open(office.address, "", ""));
    }
    let mut line = Line::open(office.address, "", "");
    line.expect("id: 1");
    let client = office.client();
    let watchers = || {
        let text = client.get("/metrics").text();
        let mut lines = text.lines();
        lines.any(|line| line == "seat_map_watchers 1")
    };
    // The gauge is set every few seconds; a hang is found by the test's own end.
    while !watchers() {
        std::thread::sleep(Duration::from_millis(100));
    }
    held(&client, &["1-1"]);
    line.expect_changes(2, "[0,\"held\"]");
}
