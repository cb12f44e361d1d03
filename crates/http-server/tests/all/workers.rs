//! Connections on threads of their own.

use std::thread::ThreadId;

use axum::Router;
use axum::routing::get;
use boxoffice_http_server::{ServeReport, Workers};

use crate::harness::{GET, Running, patient};

async fn thread() -> String {
    name(std::thread::current().id())
}

fn name(thread: ThreadId) -> String {
    format!("{thread:?}.")
}

#[tokio::test]
async fn a_connection_stays_on_its_thread_and_the_next_goes_to_the_other() {
    let router = Router::new().route("/", get(thread));
    let workers = Workers::threads(2, || {}).unwrap();
    let server = Running::start_on(workers, router, patient());
    let (mut one, mut two) = (server.connect().await, server.connect().await);
    let mut seen = [String::new(), String::new()];
    for _ in 0..3 {
        for (client, before) in [&mut one, &mut two].into_iter().zip(&mut seen) {
            client.send(GET).await;
            client.until("\r\n\r\n").await;
            let here = client.until(".").await;
            assert!(before.is_empty() || *before == here);
            *before = here;
        }
    }
    assert_ne!(seen[0], seen[1]);
    assert!(!seen.contains(&name(std::thread::current().id())));
}

#[tokio::test]
async fn a_request_under_way_on_a_thread_is_finished() {
    let (begun, seen) = tokio::sync::oneshot::channel();
    let (go, gone) = tokio::sync::oneshot::channel::<()>();
    let once = std::sync::Mutex::new(Some((begun, gone)));
    let handler = move || {
        let (begun, gone) = once.lock().unwrap().take().unwrap();
        async move {
            begun.send(()).unwrap();
            gone.await.unwrap();
            "done"
        }
    };
    let once = std::sync::Arc::new(handler);
    let router = Router::new().route("/", get(move || once()));
    let server = Running::start_on(Workers::threads(1, || {}).unwrap(), router, patient());
    let mut client = server.connect().await;
    client.send(GET).await;
    seen.await.unwrap();
    let stopped = tokio::spawn(server.stop());
    go.send(()).unwrap();
    assert!(client.rest().await.ends_with("done"));
    let served = ServeReport {
        served: 1,
        ..ServeReport::default()
    };
    assert_eq!(stopped.await.unwrap(), served);
}
