//! A peer that follows a script: one act for each connection, then nobody is there any more. It knows
//! nothing of Stripe.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use boxoffice_stripe::{SecretText, Stripe, StripeConfig};

/// The key that must show up nowhere.
pub(crate) const KEY: &str = "sk_test_hushhush";

/// What the peer does with a connection.
#[derive(Clone)]
pub(crate) enum Act {
    /// Reads the request and answers.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Closes at once.
    DropUnread,
    /// Reads the request and closes.
    DropAnswer,
    /// Reads the request and closes in the middle of the answer.
    HalfAnswer,
    /// Reads the request and says nothing, until the caller goes.
    Silence,
}

/// An answer without headers of its own.
pub(crate) fn answer(status: u16, body: &str) -> Act {
    Act::Answer(status, Vec::new(), body.to_owned())
}

/// An answer with one header.
pub(crate) fn answer_with(status: u16, name: &'static str, value: &str, body: &str) -> Act {
    Act::Answer(status, vec![(name, value.to_owned())], body.to_owned())
}

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Method and path, without the query.
    pub line: String,
    pub headers: Vec<(String, String)>,
    /// The query's and the body's parameters, decoded, as `name=value`.
    pub query: Vec<String>,
    pub form: Vec<String>,
    /// The body as it came.
    pub body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(each, _)| each == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The peer, and what it has seen.
pub(crate) struct Peer {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Peer {
    pub(crate) fn acting(script: Vec<Act>) -> Peer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let over = Arc::new(AtomicBool::new(false));
        let (record, is_over) = (Arc::clone(&seen), Arc::clone(&over));
        let thread = std::thread::spawn(move || {
            for act in script {
                let (stream, _) = listener.accept().expect("a connection");
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
                perform(stream, &act, &record);
            }
        });
        Peer {
            address,
            seen,
            over,
            thread: Some(thread),
        }
    }

    /// A hasty client of this peer, whose retries follow at once.
    pub(crate) fn client(&self) -> Stripe {
        client_with(self.config(), 0)
    }

    pub(crate) fn config(&self) -> StripeConfig {
        StripeConfig {
            api_base: format!("http://{}", self.address),
            call_timeout: Duration::from_millis(600),
            patience: Duration::from_millis(2500),
            ..StripeConfig::new(SecretText::new(KEY))
        }
    }

    /// What it saw. Whoever kept it silent needs a runtime of several threads: one that waits here
    /// cannot hang up meanwhile. What is left of its script is not played any more.
    pub(crate) fn seen(mut self) -> Vec<Seen> {
        self.over.store(true, Ordering::SeqCst);
        // Wakes it; refused if its script is at its end.
        let woken = TcpStream::connect(self.address);
        let thread = self.thread.take().expect("it runs");
        thread.join().expect("no act fails");
        drop(woken);
        self.seen.lock().expect("unpoisoned").clone()
    }
}

/// A client whose chance always draws `byte`.
pub(crate) fn client_with(config: StripeConfig, byte: u8) -> Stripe {
    let chance = Arc::new(move |bytes: &mut [u8]| bytes.fill(byte));
    Stripe::new(config, chance).expect("a client")
}

fn perform(mut stream: TcpStream, act: &Act, record: &Mutex<Vec<Seen>>) {
    if matches!(act, Act::DropUnread) {
        return;
    }
    let request = read(&stream);
    record.lock().expect("unpoisoned").push(request);
    let answered = match act {
        Act::Answer(status, headers, body) => {
            let headers = headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}\r\n"));
            let headers: String = headers.collect();
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 {status} x\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
            )
        }
        Act::HalfAnswer => write!(
            stream,
            "HTTP/1.1 200 x\r\ncontent-length: 99\r\n\r\n{{\"id\""
        ),
        Act::Silence => stream.read(&mut [0]).map(drop),
        Act::DropAnswer | Act::DropUnread => Ok(()),
    };
    // Whoever has waited long enough is gone.
    let _ = answered;
}

/// Reads a request to its end.
pub(crate) fn read(stream: &TcpStream) -> Seen {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line");
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let headers: Vec<(String, String)> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().expect("a length"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body");
    let mut words = lines[0].split(' ');
    let method = words.next().expect("a method");
    let (path, query) = match words.next().expect("a path").split_once('?') {
        Some((path, query)) => (path.to_owned(), query.to_owned()),
        None => (
            lines[0].split(' ').nth(1).expect("a path").to_owned(),
            String::new(),
        ),
    };
    let body = String::from_utf8(body).expect("text");
    Seen {
        line: format!("{method} {path}"),
        headers,
        query: pairs(&query),
        form: pairs(&body),
        body,
    }
}

fn pairs(encoded: &str) -> Vec<String> {
    let url = format!("http://x/?{encoded}");
    let url: reqwest::Url = url.parse().expect("a query");
    let pairs = url.query_pairs();
    pairs
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}
