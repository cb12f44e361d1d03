//! What is spoken: HTTP/1.1 with keep-alive and pipelining, HTTP/2 with prior knowledge.

use axum::body::Body;
use axum::http::{Request, Version};
use axum::routing::get;
use axum::{Extension, Router};
use boxoffice_http_server::{Connection, Limits};
use http_body_util::BodyExt;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::harness::{GET, Running, SHORT, patient};

fn peer() -> Router {
    let handler =
        async |Extension(connection): Extension<Connection>| format!("<{}>", connection.peer());
    Router::new().route("/", get(handler))
}

#[tokio::test]
async fn a_handler_sees_who_asks() {
    let running = Running::start(peer(), patient());
    let mut client = running.connect().await;
    client.send(GET).await;
    let answer = client.until(">").await;
    let own = client.0.local_addr().unwrap();
    assert!(answer.ends_with(&format!("<{own}>")), "{answer}");
}

#[tokio::test]
async fn one_connection_serves_one_request_after_the_other() {
    let running = Running::start(peer(), patient());
    let mut client = running.connect().await;
    for _ in 0..3 {
        client.send(GET).await;
        let answer = client.until(">").await;
        assert!(answer.contains("\r\ncontent-length: "), "{answer}");
    }
    client.send(&GET.repeat(20)).await;
    for _ in 0..20 {
        client.until(">").await;
    }
    assert_eq!(running.stop().await.served, 1);
}

#[tokio::test]
async fn http2_with_prior_knowledge_is_served() {
    let running = Running::start(peer(), patient());
    let stream = TokioIo::new(running.connect().await.0);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream)
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    for _ in 0..3 {
        let request = Request::get("http://box/").body(Body::empty()).unwrap();
        let answer = sender.send_request(request).await.unwrap();
        assert_eq!(answer.version(), Version::HTTP_2);
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert!(body.starts_with(b"<127.0.0.1:"));
    }
    // The listener says GOAWAY, and the client's side ends without an error.
    assert_eq!(running.stop().await.aborted, 0);
    connection.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_idle_http2_connection_is_asked_to_go() {
    let limits = Limits {
        idle_timeout: SHORT,
        ..patient()
    };
    let running = Running::start(peer(), limits);
    let stream = TokioIo::new(running.connect().await.0);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream)
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::get("http://box/").body(Body::empty()).unwrap();
    let answer = sender.send_request(request).await.unwrap();
    answer.into_body().collect().await.unwrap();
    connection.await.unwrap().unwrap();
}
