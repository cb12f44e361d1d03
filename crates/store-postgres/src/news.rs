//! What nodes tell each other: which ledgers have grown. Sent after the commit, on a connection of its
//! own, never in a batch's transaction: PostgreSQL lets one transaction at a time commit with a NOTIFY.
//! What is lost on the way is found by those who look.

use std::sync::Arc;
use std::time::Duration;

use boxoffice_model::EventNumber;
use boxoffice_store::StoreError;
use parking_lot::Mutex;
use rustc_hash::FxHashSet;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_postgres::{AsyncMessage, Client};

use crate::connection::{Connector, Purpose};
use crate::error::Doing;
use crate::options::ANSWER;

/// Where it is told.
const CHANNEL: &str = "boxoffice_ledgers";

/// Events in one message, which may have 8,000 bytes.
const MOST_TOLD: usize = 400;

/// Between two messages: what happens meanwhile goes into the next.
const GATHER: Duration = Duration::from_millis(10);

/// After a connection was lost.
const PAUSE: Duration = Duration::from_millis(500);

/// Events that gather until somebody takes them.
#[derive(Default)]
struct Gathered {
    events: Mutex<FxHashSet<EventNumber>>,
    some: Notify,
}

impl Gathered {
    fn add(&self, events: impl IntoIterator<Item = EventNumber>) {
        self.events.lock().extend(events);
        self.some.notify_one();
    }

    /// Waits for the first, and takes at most so many.
    async fn take(&self, most: usize) -> Vec<EventNumber> {
        loop {
            let taken = self.take_now(most);
            if !taken.is_empty() {
                return taken;
            }
            self.some.notified().await;
        }
    }

    fn take_now(&self, most: usize) -> Vec<EventNumber> {
        let mut events = self.events.lock();
        let taken: Vec<_> = events.iter().copied().take(most).collect();
        for event in &taken {
            events.remove(event);
        }
        if !events.is_empty() {
            self.some.notify_one();
        }
        taken
    }
}

/// Tells other nodes. While one message is on its way, the next gathers.
pub(crate) struct Teller {
    gathered: Arc<Gathered>,
    task: JoinHandle<()>,
}

impl Teller {
    /// `node` is who tells, so that it need not hear itself.
    pub(crate) fn start(connector: Connector, node: u64) -> Self {
        let gathered = Arc::<Gathered>::default();
        let own = Arc::clone(&gathered);
        let runtime = connector.runtime().clone();
        let task = runtime.spawn(async move {
            let mut connection = None;
            loop {
                let events = own.take(MOST_TOLD).await;
                let told = tokio::time::timeout(
                    2 * ANSWER,
                    notify(&connector, &mut connection, node, &events),
                );
                if !matches!(told.await, Ok(Ok(()))) {
                    connection = None;
                    metrics::counter!("postgres_notifications_lost_total").increment(1);
                    tokio::time::sleep(PAUSE).await;
                }
                tokio::time::sleep(GATHER).await;
            }
        });
        Teller { gathered, task }
    }

    pub(crate) fn tell(&self, events: &[EventNumber]) {
        if !events.is_empty() {
            self.gathered.add(events.iter().copied());
        }
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn notify(
    connector: &Connector,
    connection: &mut Option<Client>,
    node: u64,
    events: &[EventNumber],
) -> Result<(), StoreError> {
    let failed = Doing::writing("notifications").failed();
    let client = match connection.take() {
        Some(client) if !client.is_closed() => client,
        _ => connector.connect(Purpose::Tell, |_| ()).await?.0,
    };
    let message = message(node, events);
    let sql = "SELECT pg_notify($1, $2)";
    let told = client.execute(sql, &[&CHANNEL, &message]).await;
    told.map_err(failed)?;
    *connection = Some(client);
    Ok(())
}

/// Hears what other nodes tell.
pub(crate) struct Listener {
    heard: Arc<Gathered>,
    task: JoinHandle<()>,
}

impl Listener {
    pub(crate) fn start(connector: Connector, node: u64) -> Self {
        let heard = Arc::<Gathered>::default();
        let own = Arc::clone(&heard);
        let runtime = connector.runtime().clone();
        let task = runtime.spawn(async move {
            loop {
                match listen(&connector, node, Arc::clone(&own)).await {
                    // What was told until the next connection stands is found by looking.
                    Ok(ended) => ended.await,
                    Err(error) => {
                        tracing::debug!(error = %error, "Cannot listen to other nodes yet");
                    }
                }
                tokio::time::sleep(PAUSE).await;
            }
        });
        Listener { heard, task }
    }

    /// Waits until another node has told something.
    pub(crate) async fn hear(&self) -> Vec<EventNumber> {
        self.heard.take(usize::MAX).await
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Begins to listen; what it returns ends with the connection.
async fn listen(
    connector: &Connector,
    node: u64,
    heard: Arc<Gathered>,
) -> Result<impl Future<Output = ()>, StoreError> {
    let failed = Doing::reading("notifications").failed();
    let hear = move |said: AsyncMessage| {
        if let AsyncMessage::Notification(said) = said {
            heard.add(understand(node, said.payload()));
        }
    };
    let (client, driver) = connector.connect(Purpose::Tell, hear).await?;
    let listening = client.batch_execute(&format!("LISTEN {CHANNEL}")).await;
    listening.map_err(failed)?;
    Ok(async move {
        // Kept for as long as somebody listens.
        let _client = client;
        let _ = driver.await;
    })
}

fn message(node: u64, events: &[EventNumber]) -> String {
    let events: Vec<_> = events.iter().map(|event| event.get().to_string()).collect();
    format!("{node:x} {}", events.join(" "))
}

/// The events of another node's message. Whatever else is said on the channel is nobody's business.
fn understand(node: u64, said: &str) -> Vec<EventNumber> {
    let mut words = said.split(' ');
    let from = words
        .next()
        .and_then(|word| u64::from_str_radix(word, 16).ok());
    if from.is_none_or(|from| from == node) {
        return Vec::new();
    }
    words
        .filter_map(|word| EventNumber::try_from(word.parse::<u64>().ok()?).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(count: u32) -> Vec<EventNumber> {
        (0..count)
            .map(|sequence| EventNumber::new(2027, 5, sequence).expect("May has room"))
            .collect()
    }

    #[test]
    fn a_message_is_understood_by_all_but_its_sender() {
        let told = events(3);
        let said = message(7, &told);
        assert_eq!(understand(8, &said), told);
        assert_eq!(understand(7, &said), []);
    }

    #[test]
    fn what_is_said_by_strangers_is_left_alone() {
        for said in ["", "x", "8", "8 x y", "8 1", "zz 202705000001"] {
            assert_eq!(understand(7, said), [], "{said}");
        }
    }

    #[test]
    fn a_message_has_room_for_as_many_as_are_told() {
        assert!(message(u64::MAX, &events(MOST_TOLD as u32)).len() < 8_000);
    }

    #[tokio::test]
    async fn what_gathers_is_taken_once_and_in_part() {
        let gathered = Gathered::default();
        gathered.add(events(3));
        gathered.add(events(2));
        assert_eq!(gathered.take(2).await.len(), 2);
        assert_eq!(gathered.take(2).await.len(), 1);
        assert_eq!(gathered.take_now(2), []);
    }
}
