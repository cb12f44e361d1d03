//! Counts what came back. Says nothing about whether it was good enough.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use parking_lot::Mutex;

/// The longest latency told apart, in microseconds (one hour); longer ones count as this.
const LONGEST: u64 = 3_600_000_000;
/// Latencies are kept to three digits.
const DIGITS: u8 = 3;
/// Connections share this many tallies: one each would not fit a cache, one for all would be
/// fought over.
const SHARDS: usize = 8;

/// Requests that got no complete answer, by reason. None is sent again: it may have had effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Errors {
    /// A connection had to be opened anew and could not be; the request was not sent.
    pub connect: u64,
    /// The connection was closed or broke before the answer was complete.
    pub disconnected: u64,
    /// The answer was not complete in time.
    pub timed_out: u64,
    /// The answer was not HTTP/1.1, or more came than was asked for.
    pub malformed: u64,
}

impl Errors {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.connect + self.disconnected + self.timed_out + self.malformed
    }
}

/// What a run saw.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// From the first intended start to the last answer.
    pub elapsed: Duration,
    /// Latencies in microseconds of the complete answers, by status; a histogram's `len` is the
    /// number of answers.
    pub by_status: BTreeMap<u16, Histogram<u64>>,
    /// Requests without a complete answer.
    pub errors: Errors,
    /// Arrivals of an open plan that found no free connection until it was too late.
    pub unsent: u64,
    /// Connections opened anew because the server had closed the old one, or because of an error.
    pub reconnects: u64,
}

impl Outcome {
    /// How many answers came with `status`.
    pub fn count(&self, status: u16) -> u64 {
        self.by_status.get(&status).map_or(0, Histogram::len)
    }

    /// How many complete answers came.
    pub fn answered(&self) -> u64 {
        self.by_status.values().map(Histogram::len).sum()
    }

    /// Complete answers a second, over the whole of [`Self::elapsed`].
    pub fn answered_per_second(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 {
            self.answered() as f64 / seconds
        } else {
            0.0
        }
    }

    /// The latencies of all answers, in microseconds.
    pub fn latencies(&self) -> Histogram<u64> {
        let mut all = histogram();
        for one in self.by_status.values() {
            all.add(one).expect("all histograms have the same bounds");
        }
        all
    }

    /// The latency that `percentile` per cent of all answers did not exceed; zero without answers.
    pub fn percentile(&self, percentile: f64) -> Duration {
        Duration::from_micros(self.latencies().value_at_percentile(percentile))
    }
}

/// Why a request has no complete answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    Connect,
    Disconnected,
    TimedOut,
    Malformed,
}

#[derive(Default)]
struct Shard {
    by_status: BTreeMap<u16, Histogram<u64>>,
    errors: Errors,
    reconnects: u64,
}

/// Where the connections of a run count.
#[derive(Default)]
pub(super) struct Tally {
    shards: [Mutex<Shard>; SHARDS],
}

impl Tally {
    pub(super) fn answered(&self, connection: usize, status: u16, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(LONGEST);
        let mut shard = self.shards[connection % SHARDS].lock();
        shard
            .by_status
            .entry(status)
            .or_insert_with(histogram)
            .saturating_record(micros);
    }

    pub(super) fn failed(&self, connection: usize, failure: Failure) {
        let errors = &mut self.shards[connection % SHARDS].lock().errors;
        match failure {
            Failure::Connect => errors.connect += 1,
            Failure::Disconnected => errors.disconnected += 1,
            Failure::TimedOut => errors.timed_out += 1,
            Failure::Malformed => errors.malformed += 1,
        }
    }

    pub(super) fn reconnected(&self, connection: usize) {
        self.shards[connection % SHARDS].lock().reconnects += 1;
    }

    pub(super) fn outcome(&self, elapsed: Duration, unsent: u64) -> Outcome {
        let mut outcome = Outcome {
            elapsed,
            by_status: BTreeMap::new(),
            errors: Errors::default(),
            unsent,
            reconnects: 0,
        };
        for shard in &self.shards {
            let shard = shard.lock();
            for (&status, latencies) in &shard.by_status {
                let sum = outcome.by_status.entry(status).or_insert_with(histogram);
                sum.add(latencies)
                    .expect("all histograms have the same bounds");
            }
            outcome.errors.connect += shard.errors.connect;
            outcome.errors.disconnected += shard.errors.disconnected;
            outcome.errors.timed_out += shard.errors.timed_out;
            outcome.errors.malformed += shard.errors.malformed;
            outcome.reconnects += shard.reconnects;
        }
        outcome
    }
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST, DIGITS).expect("the bounds are constants that fit")
}
