//! The server's time as this node knows it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use boxoffice_model::{Clock, Timestamp};

/// The server's clock in microseconds since 1970, behind whatever the statement waited for.
macro_rules! now {
    () => {
        "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
    };
}
pub(crate) use now;

/// Tells the store's time between two answers of the server.
pub(crate) struct ServerClock {
    /// This node's own.
    here: Arc<dyn Clock>,
    /// Whether the server's time counts; otherwise this node's does, for tests that turn it.
    of_server: bool,
    /// How far the server's clock is ahead of this node's, by its last answer, in microseconds.
    ahead: AtomicI64,
}

impl ServerClock {
    pub(crate) fn new(here: Arc<dyn Clock>, of_server: bool) -> Self {
        ServerClock {
            here,
            of_server,
            ahead: AtomicI64::new(0),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.here.now().plus(self.ahead.load(Ordering::Relaxed))
    }

    /// The server has just answered that it is `then`; gives the time to decide at.
    pub(crate) fn hear(&self, then: Timestamp) -> Timestamp {
        if !self.of_server {
            return self.here.now();
        }
        let ahead = then.0.saturating_sub(self.here.now().0);
        self.ahead.store(ahead, Ordering::Relaxed);
        then
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct At(i64);

    impl Clock for At {
        fn now(&self) -> Timestamp {
            Timestamp(self.0)
        }
    }

    #[test]
    fn the_servers_time_goes_on_between_its_answers() {
        let clock = ServerClock::new(Arc::new(At(1_000)), true);
        assert_eq!(clock.now(), Timestamp(1_000));
        assert_eq!(clock.hear(Timestamp(700)), Timestamp(700));
        assert_eq!(clock.now(), Timestamp(700));
    }

    #[test]
    fn a_turned_clock_is_not_moved_by_the_server() {
        let clock = ServerClock::new(Arc::new(At(1_000)), false);
        assert_eq!(clock.hear(Timestamp(700)), Timestamp(1_000));
        assert_eq!(clock.now(), Timestamp(1_000));
    }
}
