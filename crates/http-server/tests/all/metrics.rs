//! What an operator sees. The recorder here is the thread's own: these tests run on one thread.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use boxoffice_http_server::Limits;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use crate::harness::{GET, Running, patient};

#[derive(Default)]
struct Notebook(Mutex<HashMap<String, Arc<AtomicU64>>>);

impl Notebook {
    fn value(&self, name: &str) -> Arc<AtomicU64> {
        Arc::clone(self.0.lock().unwrap().entry(name.to_owned()).or_default())
    }

    fn gauge(&self, name: &str) -> f64 {
        f64::from_bits(self.value(name).load(Relaxed))
    }
}

impl Recorder for Notebook {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.value(key.name()))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.value(key.name()))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[tokio::test]
async fn a_storm_of_connections_leaves_the_gauge_at_zero() {
    let notebook = Notebook::default();
    let _recording = metrics::set_default_local_recorder(&notebook);
    let handler = async || -> &'static str { panic!("a handler that breaks") };
    let router = Router::new()
        .route("/", get(async || "hello"))
        .route("/break", get(handler));
    let limits = Limits {
        max_connections: 50,
        ..patient()
    };
    let running = Running::start(router, limits);
    let sends = [
        GET,
        "GET /break HTTP/1.1\r\nhost: box\r\n\r\n",
        "nonsense\r\n\r\n",
        "GET",
        "",
    ];
    let mut clients = Vec::new();
    for number in 0..200 {
        let client = running.connect().await;
        // A refused connection may be gone already.
        let _ = client.0.try_write(sends[number % sends.len()].as_bytes());
        clients.push(client);
        if number % 3 == 0 {
            clients.remove(0);
        }
    }
    drop(clients);
    let mut last = running.connect().await;
    last.send(GET).await;
    last.until("\r\n\r\n").await;
    drop(last);
    let report = running.stop().await;
    assert_eq!(notebook.gauge("http_connections"), 0.0);
    let refused = notebook
        .value("http_connections_refused_total")
        .load(Relaxed);
    assert_eq!(refused, report.refused);
    assert_eq!(report.served + report.refused, 201);
}
