//! Clients that are too slow, too large or too many.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use axum::routing::{get, post};
use boxoffice_http_server::{BodyTooSlow, Limits};
use bytes::Bytes;
use http_body::Frame;
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use crate::harness::{GET, Running, SHORT, patient};

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

async fn read(body: Body) -> (StatusCode, String) {
    match body.collect().await {
        Ok(body) => (StatusCode::OK, body.to_bytes().len().to_string()),
        Err(error) => {
            let causes = std::iter::successors(
                Some(&error as &(dyn std::error::Error + 'static)),
                |error| error.source(),
            );
            match { causes }.any(|error| error.is::<BodyTooSlow>()) {
                true => (StatusCode::REQUEST_TIMEOUT, error.to_string()),
                false => (StatusCode::BAD_REQUEST, error.to_string()),
            }
        }
    }
}

#[tokio::test]
async fn a_client_that_sends_nothing_is_closed() {
    let limits = Limits {
        header_timeout: SHORT,
        ..patient()
    };
    let running = Running::start(hello(), limits);
    assert_eq!(running.connect().await.rest().await, "");
    assert_eq!(running.stop().await.aborted, 0);
}

#[tokio::test]
async fn half_a_head_is_answered_408() {
    let limits = Limits {
        header_timeout: SHORT,
        ..patient()
    };
    let running = Running::start(hello(), limits);
    let mut client = running.connect().await;
    client.send("GET / HTTP/1.1\r\nhost: b").await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("/problems/request-timeout"), "{answer}");
    drop(client);
    assert_eq!(running.stop().await.aborted, 0);
}

#[tokio::test]
async fn half_a_second_head_is_answered_408() {
    let limits = Limits {
        header_timeout: SHORT,
        ..patient()
    };
    let running = Running::start(hello(), limits);
    let mut client = running.connect().await;
    client.send(GET).await;
    client.until("hello").await;
    client.send("GET / HTTP/1.1\r\nhost: b").await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("/problems/request-timeout"), "{answer}");
    drop(client);
    assert_eq!(running.stop().await.aborted, 0);
}

#[tokio::test]
async fn http2_without_a_request_is_closed() {
    let limits = Limits {
        header_timeout: SHORT,
        ..patient()
    };
    let running = Running::start(hello(), limits);
    let mut client = running.connect().await;
    // The preface and an empty SETTINGS frame (RFC 9113, sections 3.4 and 6.5).
    client
        .send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .await;
    let mut frames = Vec::new();
    client.0.read_to_end(&mut frames).await.unwrap();
    let text = String::from_utf8_lossy(&frames);
    assert!(!text.contains("HTTP/1.1"), "{text}");
}

#[tokio::test]
async fn a_connection_without_a_request_is_closed() {
    let limits = Limits {
        idle_timeout: SHORT,
        ..patient()
    };
    let running = Running::start(hello(), limits);
    let mut client = running.connect().await;
    client.send(GET).await;
    client.until("hello").await;
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_slow_body_is_answered_408() {
    let limits = Limits {
        body_timeout: SHORT,
        ..patient()
    };
    let running = Running::start(Router::new().route("/", post(read)), limits);
    let mut client = running.connect().await;
    client
        .send("POST / HTTP/1.1\r\nhost: box\r\ncontent-length: 10\r\n\r\nhalf")
        .await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn whoever_is_answered_early_may_send_the_rest() {
    let refuse = post(async || StatusCode::PAYLOAD_TOO_LARGE);
    let running = Running::start(Router::new().route("/", refuse), patient());
    for head in ["content-length: 900000", "transfer-encoding: chunked"] {
        let mut client = running.connect().await;
        let head = format!("POST / HTTP/1.1\r\nhost: box\r\n{head}\r\n\r\n");
        client.send(&head).await;
        // The answer stands before the first byte of the body is sent.
        let answer = client.until("\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        client.send(&"x".repeat(900_000)).await;
        client.0.shutdown().await.unwrap();
        assert_eq!(client.rest().await, "");
    }
    assert_eq!(running.stop().await.aborted, 0);
}

#[tokio::test]
async fn a_body_in_pieces_arrives_whole() {
    let running = Running::start(Router::new().route("/", post(read)), patient());
    let mut client = running.connect().await;
    client
        .send("POST / HTTP/1.1\r\nhost: box\r\ntransfer-encoding: chunked\r\n\r\n")
        .await;
    for _ in 0..100 {
        client.send("3\r\nabc\r\n").await;
        tokio::task::yield_now().await;
    }
    client.send("0\r\n\r\n").await;
    let answer = client.until("300").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn a_body_read_on_another_task_is_watched_as_well() {
    let limits = Limits {
        body_timeout: SHORT,
        ..patient()
    };
    let elsewhere = async |body: Body| tokio::spawn(read(body)).await.unwrap();
    let running = Running::start(Router::new().route("/", post(elsewhere)), limits);
    let mut client = running.connect().await;
    client
        .send("POST / HTTP/1.1\r\nhost: box\r\ncontent-length: 10\r\n\r\n")
        .await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn too_large_a_head_is_answered_431() {
    let limits = Limits {
        max_header_bytes: 8192,
        ..patient()
    };
    let running = Running::start(hello(), limits);
    let mut client = running.connect().await;
    client
        .send(&format!("GET / HTTP/1.1\r\ncookie: {}", "x".repeat(20_000)))
        .await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn a_connection_too_many_is_answered_503_and_its_place_is_given_again() {
    let limits = Limits {
        max_connections: 1,
        ..patient()
    };
    let running = Running::start(hello(), limits);
    let mut first = running.connect().await;
    first.send(GET).await;
    first.until("hello").await;
    let mut second = running.connect().await;
    second.send(GET).await;
    let answer = second.rest().await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("\r\nretry-after: "), "{answer}");
    first
        .send("GET / HTTP/1.1\r\nhost: box\r\nconnection: close\r\n\r\n")
        .await;
    first.rest().await;
    loop {
        // The place is given back a moment after the client has seen the end.
        let mut third = running.connect().await;
        third.send(GET).await;
        if third.until("\r\n\r\n").await.starts_with("HTTP/1.1 200 ") {
            break;
        }
    }
    let report = running.stop().await;
    assert_eq!(report.served, 2);
    assert!(report.refused >= 1);
}

#[tokio::test]
async fn one_address_too_often_is_answered_503() {
    let limits = Limits {
        max_connections_per_address: Some(1),
        limit_local_addresses: true,
        ..patient()
    };
    let running = Running::start(hello(), limits);
    let mut first = running.connect().await;
    first.send(GET).await;
    first.until("hello").await;
    let answer = running.connect().await.rest().await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
}

/// Far more pages than the system's buffers take.
const MANY_PAGES: usize = 1000;

/// A long answer that tells, when it is dropped, how many pages of it were taken.
struct Long {
    pages: usize,
    taken: mpsc::UnboundedSender<usize>,
}

impl http_body::Body for Long {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        static PAGE: [u8; 64 * 1024] = [b'x'; 64 * 1024];
        if self.pages == MANY_PAGES {
            return Poll::Ready(None);
        }
        self.pages += 1;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&PAGE)))))
    }
}

impl Drop for Long {
    fn drop(&mut self) {
        let _ = self.taken.send(self.pages);
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_its_answer_is_closed() {
    let limits = Limits {
        write_timeout: SHORT,
        ..patient()
    };
    let (taken, mut dropped) = mpsc::unbounded_channel();
    let long = async move || {
        let taken = taken.clone();
        Body::new(Long { pages: 0, taken })
    };
    let running = Running::start(Router::new().route("/", get(long)), limits);
    let mut client = running.connect().await;
    client.send(GET).await;
    client.until("\r\n\r\n").await;
    // What is not read is not taken from the answer either, or it would pile up in memory.
    assert!(dropped.recv().await.unwrap() < MANY_PAGES);
    assert_eq!(running.stop().await.aborted, 0);
}
