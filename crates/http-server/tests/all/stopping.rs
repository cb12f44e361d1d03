//! How a listener ends: with those under way, without those who only wait.

use std::sync::Arc;

use axum::routing::get;
use axum::{Extension, Router};
use boxoffice_http_server::{Connection, Limits};
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore};

use crate::harness::{GET, Running, SHORT, patient};

/// A handler that says when it has begun and waits until it may end.
#[derive(Clone)]
struct Slow {
    begun: Arc<Notify>,
    may_end: Arc<Semaphore>,
}

impl Slow {
    fn new() -> Self {
        Slow {
            begun: Arc::new(Notify::new()),
            may_end: Arc::new(Semaphore::new(0)),
        }
    }

    fn router(&self) -> Router {
        let slow = self.clone();
        let handler = async move || {
            slow.begun.notify_one();
            slow.may_end.acquire().await.unwrap().forget();
            "done"
        };
        Router::new().route("/", get(handler))
    }
}

#[tokio::test]
async fn a_request_under_way_is_answered_and_newcomers_are_refused() {
    let slow = Slow::new();
    let running = Running::start(slow.router(), patient());
    let mut client = running.connect().await;
    client.send(GET).await;
    slow.begun.notified().await;
    let address = running.address;
    let client = tokio::spawn(async move { client.rest().await });
    let stopped = tokio::spawn(running.stop());
    // The listening socket closes first.
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    slow.may_end.add_permits(1);
    let answer = client.await.unwrap();
    assert!(answer.ends_with("done"), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert_eq!(stopped.await.unwrap().aborted, 0);
}

#[tokio::test]
async fn those_who_only_wait_are_closed_at_once() {
    let running = Running::start(Router::new().route("/", get(async || "hello")), patient());
    let mut silent = running.connect().await;
    let mut waiting = running.connect().await;
    waiting.send(GET).await;
    waiting.until("hello").await;
    let report = running.stop().await;
    assert_eq!(report.aborted, 0);
    assert_eq!(silent.rest().await, "");
    assert_eq!(waiting.rest().await, "");
}

#[tokio::test]
async fn whoever_does_not_end_is_cut_off_and_counted() {
    let slow = Slow::new();
    let limits = Limits {
        drain_deadline: SHORT,
        ..patient()
    };
    let running = Running::start(slow.router(), limits);
    let mut client = running.connect().await;
    client.send(GET).await;
    slow.begun.notified().await;
    assert_eq!(running.stop().await.aborted, 1);
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_handler_is_told_of_the_stop() {
    let begun = Arc::new(Notify::new());
    let told = Arc::clone(&begun);
    let handler = async move |Extension(connection): Extension<Connection>| {
        told.notify_one();
        connection.stopping().cancelled().await;
        "goodbye"
    };
    let running = Running::start(Router::new().route("/", get(handler)), patient());
    let mut client = running.connect().await;
    client.send(GET).await;
    begun.notified().await;
    assert_eq!(running.stop().await.aborted, 0);
    assert!(client.rest().await.ends_with("goodbye"));
}

#[tokio::test]
async fn a_connection_of_age_is_asked_to_go() {
    let handler = async |Extension(connection): Extension<Connection>| {
        connection.stopping().cancelled().await;
        "goodbye"
    };
    let limits = Limits {
        max_connection_age: Some(SHORT),
        ..patient()
    };
    let running = Running::start(Router::new().route("/", get(handler)), limits);
    let mut client = running.connect().await;
    client.send(GET).await;
    assert!(client.rest().await.ends_with("goodbye"));
}
