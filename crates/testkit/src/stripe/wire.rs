//! HTTP as far as Stripe's clients speak it: a request is read, a reply is written, the connection is
//! kept.

use std::collections::HashMap;
use std::io::{self, BufRead, Read, Write};

use serde_json::Value;

/// No client of ours sends more.
const LONGEST_BODY: u64 = 1 << 20;

/// What a client asks.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    /// The query or the body: Stripe reads both alike.
    pub(super) form: String,
    headers: HashMap<String, String>,
}

/// What it gets.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Request {
    /// Waits for one; none when the client has gone.
    pub(super) fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let first = line(from)?;
        let mut words = first.split(' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Ok(None);
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = HashMap::new();
        loop {
            let line = line(from)?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length");
        let length = length.map_or(Ok(0), |length| length.parse());
        let length: u64 = length.map_err(|_| io::ErrorKind::InvalidData)?;
        if length > LONGEST_BODY || headers.contains_key("transfer-encoding") {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut form = query.to_owned();
        if length > 0 {
            form.push('&');
            let read = from.take(length).read_to_string(&mut form)?;
            if read as u64 != length {
                return Ok(None);
            }
        }
        Ok(Some(Request {
            method: method.to_owned(),
            path: path.to_owned(),
            form,
            headers,
        }))
    }

    /// A header's value.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Whether the client will ask nothing more on this connection.
    pub(super) fn is_last(&self) -> bool {
        let connection = self.header("connection");
        connection.is_some_and(|word| word.eq_ignore_ascii_case("close"))
    }
}

fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    from.take(1 << 16).read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

impl Reply {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Reply {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string(),
        }
    }

    pub(super) fn page(status: u16, body: String) -> Self {
        Reply {
            status,
            headers: vec![("content-type", "text/html; charset=utf-8".to_owned())],
            body,
        }
    }

    /// Go there.
    pub(super) fn see_other(url: &str) -> Self {
        Reply::page(303, String::new()).with("location", url)
    }

    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        // A line's end in a value would begin another header.
        let value = value.replace(['\r', '\n'], "");
        self.headers.push((name, value));
        self
    }

    pub(super) fn write(&self, to: &mut impl Write, last: bool) -> io::Result<()> {
        let Reply { status, body, .. } = self;
        let mut text = format!(
            "HTTP/1.1 {status} Fake\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if last {
            text.push_str("connection: close\r\n");
        }
        // In one go: half an answer is no fault that was asked for.
        to.write_all(format!("{text}\r\n{body}").as_bytes())?;
        to.flush()
    }
}
