//! A whole box office in one process: the rooms wired around a store, and the tasks that keep it in
//! order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use boxoffice_api::{App, Config, SharedPlans};
use boxoffice_catalogue::{Catalogue, Plans};
use boxoffice_http_server::{Limits, Workers, bind, serve};
use boxoffice_inventory::Counts;
use boxoffice_mail::SmtpConfig;
use boxoffice_model::{Clock, Micros, Timestamp};
use boxoffice_payments::{PaymentConfig, Payments};
use boxoffice_seat_map::{Pace, SeatMaps};
use boxoffice_sequencer::{Committed, Listener, Options, Sequencer};
use boxoffice_store::Writers;
use boxoffice_web::Site;
use metrics_exporter_prometheus::Matcher;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::{draw_number, fill_random};
use crate::failure::Failure;
use crate::mail;
use crate::memory;
use crate::providers::{LimitedBuyers, Provider};
use crate::store::Opened;
use crate::tasks;

/// Commands that may wait in the lane; more are told to come again.
const LANE_CAPACITY: usize = 16_384;
/// Entries of an event after which its inventory is written down again: folding this many takes
/// some tens of milliseconds.
const SNAPSHOT_EVERY: u64 = 50_000;
/// Inventories in memory, with a file and with a database; a stadium's takes a few megabytes.
const MOST_INVENTORIES: (usize, usize) = (64, 256);
/// For how long a caller waits for a database that does not answer, before it is told so.
const PATIENCE: Duration = Duration::from_millis(900);
/// Banks think for some seconds longer than a caller is let wait.
const ARRIVES_WITHIN: Duration = Duration::from_secs(30);
/// Guest sessions last for thirty days.
const SESSION: Micros = 30 * 24 * 60 * 60 * 1_000_000;

/// Upper bounds of the buckets of durations, in seconds: the promises (200 and 500 ms) are among them.
const SECONDS: [f64; 12] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 10.0,
];
/// Upper bounds of the buckets of a batch's commands.
const COMMANDS: [f64; 8] = [1.0, 4.0, 16.0, 64.0, 256.0, 512.0, 1024.0, 4096.0];

/// What shapes a box office.
pub(crate) struct Shape {
    pub(crate) hold: Micros,
    pub(crate) provider: Provider,
    pub(crate) payment_limit: Micros,
    pub(crate) redirect_limit: Micros,
    /// Where buyers reach it.
    pub(crate) public_url: String,
    /// None where no mail is sent.
    pub(crate) mail: Option<SmtpConfig>,
    pub(crate) max_connections: Option<usize>,
}

/// Where a box office listens: known before it is wired, since links to it name its port.
pub(crate) struct Door {
    listener: TcpListener,
    pub(crate) address: SocketAddr,
}

impl Door {
    pub(crate) fn open(listen: SocketAddr) -> Result<Self, Failure> {
        let unusable = |error| Failure::of(&format!("cannot listen on {listen}"), &error);
        let listener = bind(listen).map_err(unusable)?;
        let address = listener.local_addr().map_err(unusable)?;
        Ok(Door { listener, address })
    }
}

/// A box office that is wired and tended, ready to be served.
pub(crate) struct BoxOffice {
    pub(crate) app: Arc<App>,
    tasks: TaskTracker,
    stop: CancellationToken,
    max_connections: Option<usize>,
}

impl BoxOffice {
    pub(crate) async fn open(opened: Opened, shape: Shape) -> Result<Self, Failure> {
        let Opened { store, sqlite } = opened;
        let keys = store
            .keys()
            .await
            .map_err(|error| Failure::of("cannot read the keys", &error))?;
        let catalogue = Catalogue::load(store.as_ref()).await;
        let catalogue =
            Arc::new(catalogue.map_err(|error| Failure::of("cannot load the catalogue", &error))?);
        let plans = Arc::new(Plans::default());
        let shared = SharedPlans {
            store: Arc::clone(&store),
            plans: Arc::clone(&plans),
        };
        let maps = Arc::new(SeatMaps::new(
            Arc::clone(&store),
            Arc::new(shared),
            Pace::default(),
        ));
        let (most_inventories, patience) = match store.writers() {
            // Its disk is the only one it can wait for.
            Writers::One => (MOST_INVENTORIES.0, None),
            Writers::PerEvent => (MOST_INVENTORIES.1, Some(PATIENCE)),
        };
        let options = Options {
            lane_capacity: LANE_CAPACITY,
            snapshot_every: SNAPSHOT_EVERY,
            most_inventories,
            key: keys.server.clone(),
            nonce: Box::new(draw_number),
            patience,
            listeners: vec![maps.clone(), Arc::new(LiveCounts(Arc::clone(&catalogue)))],
        };
        let sequencer = Sequencer::start(Arc::clone(&store), options)
            .map_err(|error| Failure::of("cannot start the lane", &error))?;
        let (stop, tracker) = (CancellationToken::new(), TaskTracker::new());
        let redirect_limit = shape.redirect_limit;
        let provider = shape
            .provider
            .open(&sequencer, &keys.server, redirect_limit)?;
        let config = PaymentConfig {
            method_limit: shape.payment_limit,
            redirect_limit,
            arrives_within: ARRIVES_WITHIN,
            public_url: shape.public_url.clone(),
            buyers: Arc::new(LimitedBuyers(Arc::clone(&catalogue))),
            ..PaymentConfig::default()
        };
        let payments = Payments::new(sequencer.clone(), provider, config, tracker.clone());
        let metrics = metrics_exporter_prometheus::PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
            .and_then(|builder| {
                builder.set_buckets_for_metric(Matcher::Suffix("_commands".into()), &COMMANDS)
            })
            .and_then(|builder| builder.install_recorder());
        let app = Arc::new(App {
            config: Config {
                hold: shape.hold,
                session: SESSION,
                https: shape.public_url.starts_with("https://"),
                public_url: shape.public_url.clone(),
            },
            store,
            sequencer,
            maps,
            catalogue,
            plans,
            payments,
            order_links: shape.mail.map(mail::order_links).transpose()?,
            keys,
            random: Arc::new(fill_random),
            // A second recorder in one process is refused; the first goes on.
            metrics: metrics.ok(),
        });
        tasks::start(&app, sqlite, &tracker, &stop);
        Ok(BoxOffice {
            app,
            tasks: tracker,
            stop,
            max_connections: shape.max_connections,
        })
    }

    /// Serves until SIGTERM or ctrl-c; `ready` is told the address.
    pub(crate) async fn serve(
        self,
        door: Door,
        ready: impl FnOnce(SocketAddr),
    ) -> Result<(), Failure> {
        let shutdown = CancellationToken::new();
        tokio::spawn(on_signal(shutdown.clone()));
        let mut limits = Limits::default();
        if let Some(most) = self.max_connections {
            limits.max_connections = most;
        }
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = Workers::threads(threads, memory::give_back)
            .map_err(|error| Failure::of("cannot start the connections' threads", &error))?;
        ready(door.address);
        let config = boxoffice_web::Config {
            public_url: self.app.config.public_url.clone(),
        };
        let api = boxoffice_api::router(Arc::clone(&self.app));
        let site = Site::new(
            api,
            config,
            Arc::new(StoreClock(Arc::clone(&self.app))),
            Arc::clone(&self.app.random),
        );
        let router = boxoffice_web::router(site, boxoffice_api::guarded);
        serve(door.listener, router, limits, &workers, shutdown).await;
        // What payments are under way runs on the workers.
        self.close().await;
        drop(workers);
        Ok(())
    }

    /// Ends the tasks. Payments under way are given a moment; the rest is recovered at the next
    /// start.
    pub(crate) async fn close(self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(Duration::from_secs(5), self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("Payments under way are left to the next start");
        }
    }
}

/// The time that holds end by: the store's, which may not be this machine's.
struct StoreClock(Arc<App>);

impl Clock for StoreClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// Brings the counts of each commit to the catalogue.
struct LiveCounts(Arc<Catalogue>);

impl Listener for LiveCounts {
    fn committed(&self, committed: &Committed) {
        let head = &committed.head;
        let counts: Counts = head.counts;
        self.0.set_counts(head.event, head.version, counts);
    }
}

async fn on_signal(shutdown: CancellationToken) {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    shutdown.cancel();
}
