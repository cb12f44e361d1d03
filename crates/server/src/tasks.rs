//! The tasks that keep a box office in order. Each is idempotent, runs on a period, and logs once
//! when it begins to fail and once when it works again.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use boxoffice_api::{App, deliver_order_links};
use boxoffice_store_sqlite::SqliteStore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What has run out is said within a second.
const SWEEP: Duration = Duration::from_millis(250);
/// What other processes wrote is seen within a second.
const MAPS: Duration = Duration::from_millis(250);
const CATALOGUE: Duration = Duration::from_secs(1);
/// Between two fetches of what other nodes told of; watchers get a frame each tenth of a second.
const GATHER: Duration = Duration::from_millis(20);
/// The provider is asked again at least every five seconds, and what a node left that died is taken
/// over within five.
const PAYMENTS: Duration = Duration::from_secs(1);
const GAUGES: Duration = Duration::from_secs(5);
/// Payments in trouble that are counted; so many that an operator has come long before.
const MOST_STUCK: usize = 10_000;

pub(crate) fn start(
    app: &Arc<App>,
    sqlite: Option<Arc<SqliteStore>>,
    tracker: &TaskTracker,
    stop: &CancellationToken,
) {
    let every = |name, period, app: &Arc<App>| Periodic {
        name,
        period,
        app: Arc::clone(app),
        stop: stop.clone(),
    };
    tracker.spawn(every("sweep", SWEEP, app).run(|app| async move {
        boxoffice_sequencer::sweep(&app.sequencer)
            .await
            .map(drop)
            .map_err(|error| error.to_string())
    }));
    tracker.spawn(
        every("seat maps", MAPS, app)
            .run(|app| async move { app.maps.refresh().await.map_err(|error| error.to_string()) }),
    );
    tracker.spawn(hear(Arc::clone(app), stop.clone()));
    tracker.spawn(deliver_order_links(Arc::clone(app), stop.clone()));
    tracker.spawn(every("catalogue", CATALOGUE, app).run(|app| async move {
        app.catalogue
            .refresh(app.store.as_ref())
            .await
            .map_err(|error| error.to_string())
    }));
    tracker.spawn(every("payments", PAYMENTS, app).run(|app| async move {
        // What a provider keeps waiting must not keep the others waiting.
        app.payments
            .begin_recovery()
            .await
            .map(drop)
            .map_err(|error| error.to_string())
    }));
    tracker.spawn(every("stuck payments", GAUGES, app).run(|app| async move {
        let troubled = app.store.troubled(MOST_STUCK).await;
        let troubled = troubled.map_err(|error| error.to_string())?;
        metrics::gauge!("payments_stuck").set(troubled.len() as f64);
        Ok(())
    }));
    tracker.spawn(every("gauges", GAUGES, app).run(move |app| {
        if let Some(sqlite) = &sqlite {
            metrics::gauge!("sqlite_wal_bytes").set(sqlite.wal_bytes() as f64);
        }
        let maps = app.maps.standing();
        metrics::gauge!("seat_maps").set(maps.followers as f64);
        metrics::gauge!("seat_map_watchers").set(maps.watchers as f64);
        metrics::gauge!("seat_map_age_seconds").set(maps.age.as_secs_f64());
        // Histograms keep each sample until somebody sorts them into their buckets; an operator who
        // never asks for them must not pay with memory.
        if let Some(metrics) = &app.metrics {
            metrics.run_upkeep();
        }
        async { Ok(()) }
    }));
}

/// Shows at once what other nodes tell of; whatever is missed here is mended by the task "seat maps".
async fn hear(app: Arc<App>, stop: CancellationToken) {
    loop {
        let events = tokio::select! {
            () = stop.cancelled() => return,
            events = app.store.changed() => events,
        };
        if let Err(error) = app.maps.refresh_some(&events).await {
            tracing::debug!(error = %error, "Cannot show yet what other nodes told of");
        }
        // What is told of meanwhile is fetched together.
        tokio::time::sleep(GATHER).await;
    }
}

struct Periodic {
    name: &'static str,
    period: Duration,
    app: Arc<App>,
    stop: CancellationToken,
}

impl Periodic {
    async fn run<F>(self, task: impl Fn(Arc<App>) -> F)
    where
        F: Future<Output = Result<(), String>>,
    {
        let mut ticks = tokio::time::interval(self.period);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            match task(Arc::clone(&self.app)).await {
                Ok(()) if failing => tracing::info!(task = self.name, "The task works again"),
                Err(error) if !failing => tracing::warn!(task = self.name, error, "The task fails"),
                Ok(()) | Err(_) => {
                    continue;
                }
            }
            failing = !failing;
        }
    }
}
