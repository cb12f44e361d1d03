//! A handler that goes on with the bare socket.

use std::sync::Arc;

use axum::routing::get;
use axum::{Extension, Router};
use boxoffice_http_server::{Connection, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;

use crate::harness::{GET, Running, SHORT, patient};

const TAKE: &str = "GET /take HTTP/1.1\r\nhost: box\r\n\r\n";
const SAID: &str = "HTTP/1.1 200 OK\r\n\r\nsaid";
/// More than the system keeps for a reader that does not read.
const LARGE: usize = 16 << 20;

/// `/take` says something on the bare socket, and goes when the listener stops or when told.
async fn take(
    Extension(connection): Extension<Connection>,
    Extension(leave): Extension<Arc<Notify>>,
) -> String {
    let stopping = connection.stopping().clone();
    let never = connection
        .takeover()
        .unwrap()
        .take(move |mut socket| async move {
            socket.write_all(SAID.as_bytes()).await.unwrap();
            tokio::select! {
                () = stopping.cancelled() => socket.write_all(b" goodbye").await.unwrap(),
                () = leave.notified() => {}
            }
        });
    match never.await {}
}

fn router(leave: &Arc<Notify>) -> Router {
    Router::new()
        .route("/take", get(take))
        .route("/", get(async || "hello"))
        .route("/large", get(async || "z".repeat(LARGE)))
        .layer(Extension(Arc::clone(leave)))
}

#[tokio::test]
async fn it_says_what_it_likes_and_the_connection_ends_with_it() {
    let leave = Arc::new(Notify::new());
    let running = Running::start(router(&leave), patient());
    let mut client = running.connect().await;
    client.send(GET).await;
    client.until("hello").await;
    client.send(TAKE).await;
    client.until(SAID).await;
    leave.notify_one();
    assert_eq!(client.rest().await, "");
    assert_eq!(running.stop().await.aborted, 0);
}

#[tokio::test]
async fn the_answers_before_it_are_written_first() {
    let leave = Arc::new(Notify::new());
    let running = Running::start(router(&leave), patient());
    let mut client = running.connect().await;
    let large = "GET /large HTTP/1.1\r\nhost: box\r\n\r\n";
    client.send(&format!("{large}{TAKE}")).await;
    leave.notify_one();
    let all = client.rest().await;
    let body = all.bytes().filter(|byte| *byte == b'z').count();
    assert_eq!(body, LARGE);
    assert!(all.ends_with(SAID), "{}", &all[all.len() - 60..]);
    running.stop().await;
}

#[tokio::test]
async fn it_still_counts_as_a_connection() {
    let leave = Arc::new(Notify::new());
    let limits = Limits {
        max_connections: 1,
        ..patient()
    };
    let running = Running::start(router(&leave), limits);
    let mut client = running.connect().await;
    client.send(TAKE).await;
    client.until(SAID).await;
    let mut late = running.connect().await;
    late.send(GET).await;
    assert!(late.rest().await.starts_with("HTTP/1.1 503"));
    leave.notify_one();
    client.rest().await;
    // Its place is free again as soon as its task has ended.
    loop {
        let mut next = running.connect().await;
        next.send(GET).await;
        if next.until("\r\n").await.contains("200") {
            break;
        }
    }
    running.stop().await;
}

#[tokio::test]
async fn it_hears_that_the_listener_stops() {
    let leave = Arc::new(Notify::new());
    let running = Running::start(router(&leave), patient());
    let mut client = running.connect().await;
    client.send(TAKE).await;
    client.until(SAID).await;
    let report = running.stop().await;
    assert_eq!(client.rest().await, " goodbye");
    assert_eq!(report.aborted, 0);
}

#[tokio::test]
async fn one_that_does_not_hear_is_cut_off() {
    async fn deaf(Extension(connection): Extension<Connection>) -> String {
        let never = connection
            .takeover()
            .unwrap()
            .take(|mut socket| async move {
                socket.write_all(SAID.as_bytes()).await.unwrap();
                std::future::pending().await
            });
        match never.await {}
    }
    let limits = Limits {
        drain_deadline: SHORT,
        ..patient()
    };
    let running = Running::start(Router::new().route("/take", get(deaf)), limits);
    let mut client = running.connect().await;
    client.send(TAKE).await;
    client.until(SAID).await;
    assert_eq!(running.stop().await.aborted, 1);
    assert_eq!(client.0.read(&mut [0; 8]).await.unwrap_or(0), 0);
}
