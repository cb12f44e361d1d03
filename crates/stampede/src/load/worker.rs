//! Drives one connection through a run: takes arrivals, exchanges, counts, connects anew.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::{Sleep, sleep};

use super::arrivals::{Arrival, Arrivals};
use super::connection::Connection;
use super::outcome::{Failure, Tally};
use super::source::{Answer, RequestSource};

/// How long to leave a server alone that refused a connection.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_millis(10);

/// One connection's part in a run.
pub(super) struct Worker<R> {
    pub(super) address: SocketAddr,
    pub(super) timeout: Duration,
    /// Which connection this is, from 0.
    pub(super) number: usize,
    pub(super) arrivals: Arc<Arrivals>,
    pub(super) requests: Arc<R>,
    pub(super) tally: Arc<Tally>,
}

impl<R: RequestSource> Worker<R> {
    /// Works until there are no more arrivals.
    pub(super) async fn work(self, connection: Connection) {
        let mut connection = Some(connection);
        let mut request = Vec::new();
        let mut watchdog = Box::pin(sleep(self.timeout));
        while let Some(arrival) = self.arrivals.next().await {
            request.clear();
            self.requests.write(arrival.sequence, &mut request);
            let deadline = Instant::now() + self.timeout;
            let served = self.serve(arrival, &request, &mut connection);
            let served = within(deadline, &mut watchdog, served).await;
            if let Err(failure) = served {
                connection = None;
                self.tally.failed(self.number, failure);
                if failure == Failure::Connect {
                    sleep(PAUSE_AFTER_REFUSAL).await;
                }
            }
        }
    }

    async fn serve(
        &self,
        arrival: Arrival,
        request: &[u8],
        kept: &mut Option<Connection>,
    ) -> Result<(), Failure> {
        let connection = match kept.take().filter(Connection::is_usable) {
            Some(connection) => kept.insert(connection),
            None => kept.insert(self.reconnect().await?),
        };
        let wants_body = |status| self.requests.wants_body(status);
        let (status, body) = connection.exchange(request, wants_body).await?;
        self.tally
            .answered(self.number, status, arrival.intended.elapsed());
        self.requests.answered(Answer {
            sequence: arrival.sequence,
            status,
            body,
        });
        Ok(())
    }

    async fn reconnect(&self) -> Result<Connection, Failure> {
        let connection = Connection::open(self.address)
            .await
            .map_err(|_| Failure::Connect)?;
        self.tally.reconnected(self.number);
        Ok(connection)
    }
}

/// Waits for `work`, but not beyond `deadline`. The one `watchdog` of a connection is set again only
/// when it rings, not for each request: a timer costs as much as a small answer.
async fn within(
    deadline: Instant,
    watchdog: &mut Pin<Box<Sleep>>,
    work: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    tokio::pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = watchdog.as_mut() => {
                watchdog.as_mut().reset(deadline.into());
                if Instant::now() >= deadline {
                    return Err(Failure::TimedOut);
                }
            }
        }
    }
}
