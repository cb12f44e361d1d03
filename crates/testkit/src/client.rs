//! A client for one request a connection: small, blocking, and honest about what came back.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Longer than anything the server may take: a test that gets here has found a hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody who asks.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    headers: Vec<(String, String)>,
    patience: Duration,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Client {
    /// Somebody without a session.
    pub fn new(address: SocketAddr) -> Self {
        Client {
            address,
            headers: Vec::new(),
            patience: PATIENCE,
        }
    }

    /// The same at another node.
    #[must_use]
    pub fn at(&self, address: SocketAddr) -> Self {
        Client {
            address,
            ..self.clone()
        }
    }

    /// The same, but for those who go elsewhere when no byte has come for so long.
    #[must_use]
    pub fn within(&self, patience: Duration) -> Self {
        Client {
            patience,
            ..self.clone()
        }
    }

    /// The same with one more header on each request.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// The same with a new guest session, sent as a bearer.
    ///
    /// # Panics
    /// When the server gives none.
    #[must_use]
    pub fn with_session(&self) -> Self {
        let token = self.post("/v1/sessions", "").expect_json(201)["session_token"].clone();
        let token = token.as_str().expect("a token is a text");
        self.with("authorization", &format!("Bearer {token}"))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).expect("an answer")
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None).expect("an answer")
    }

    pub fn post(&self, path: &str, body: &str) -> Answer {
        self.send("POST", path, Some(body.as_bytes()))
            .expect("an answer")
    }

    pub fn put(&self, path: &str, body: &str) -> Answer {
        self.send("PUT", path, Some(body.as_bytes()))
            .expect("an answer")
    }

    /// One request on a connection of its own.
    ///
    /// # Errors
    /// When the server went away before it answered.
    pub fn send(&self, method: &str, path: &str, body: Option<&[u8]>) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(self.patience))?;
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n");
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = body {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.unwrap_or_default())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Answer::read(&answer).ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
    }
}

impl Answer {
    fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let pair = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        let headers: Vec<_> = lines.filter_map(pair).collect();
        let mut body = bytes[end + 4..].to_vec();
        if headers
            .iter()
            .any(|(name, value)| name == "transfer-encoding" && value == "chunked")
        {
            body = unchunk(&body)?;
        }
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let whole = length.is_none_or(|(_, length)| length.parse() == Ok(body.len()));
        (whole || status == 304).then_some(Answer {
            status,
            headers,
            body,
        })
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON, null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as JSON, of an answer that must have this status.
    ///
    /// # Panics
    /// When it has another; the message shows what came instead.
    #[track_caller]
    pub fn expect_json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }

    /// The body as text, of an answer that must have this status.
    ///
    /// # Panics
    /// When it has another; the message shows what came instead.
    #[track_caller]
    pub fn expect_text(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        self.text()
    }

    /// The problem's slug, of an answer that must be a problem of this status.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        let body = self.expect_json(status);
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(body["status"], status);
        let kind = body["type"].as_str().expect("a problem has a type");
        kind.strip_prefix("/problems/")
            .expect("a problem's type")
            .to_owned()
    }
}

fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
        rest = &rest[end + 2..];
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}
