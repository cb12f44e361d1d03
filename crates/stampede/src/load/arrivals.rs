//! Says when the next request is to be sent. Sends none.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::plan::{LoadError, Mode, Plan};

/// The pacer wakes at most this often; a request starts late by no more than this plus what the
/// system's timer adds, and that counts as latency. tokio's own timer is coarser: a millisecond.
const TICK: Duration = Duration::from_micros(250);
/// The pacer wakes at least this often, to see whether the run was given up.
const LONGEST_SLEEP: Duration = Duration::from_millis(50);
/// More arrivals than any run has, and fewer than a semaphore counts.
const MOST: u64 = 1 << 48;

/// A request to send now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) sequence: u64,
    /// From when its latency counts.
    pub(super) intended: Instant,
}

/// The arrivals of one run, shared by its connections.
pub(super) struct Arrivals {
    next: AtomicU64,
    total: u64,
    unsent: AtomicU64,
    kind: Kind,
}

enum Kind {
    Open {
        schedule: Schedule,
        due: Arc<Semaphore>,
        last_call: Instant,
    },
    Saturate {
        until: Instant,
    },
}

impl Arrivals {
    /// Begins the schedule of `plan` at `started`.
    pub(super) fn begin(plan: &Plan, started: Instant) -> Result<Arc<Self>, LoadError> {
        let most = plan.max_requests.unwrap_or(MOST).min(MOST);
        let (kind, total) = match plan.mode {
            Mode::Saturate => (
                Kind::Saturate {
                    until: started + plan.duration,
                },
                most,
            ),
            Mode::Open { per_second } => {
                let total = most.min((plan.duration.as_secs_f64() * per_second).ceil() as u64);
                let schedule = Schedule {
                    started,
                    per_second,
                    total,
                };
                let due = Arc::new(Semaphore::new(0));
                let (kept, workers) = (Arc::downgrade(&due), plan.connections);
                thread::Builder::new()
                    .name("stampede-pacer".to_owned())
                    .spawn(move || pace(schedule, &kept, workers))
                    .map_err(LoadError::Pacer)?;
                let last_call = started + plan.duration + plan.timeout;
                (
                    Kind::Open {
                        schedule,
                        due,
                        last_call,
                    },
                    total,
                )
            }
        };
        Ok(Arc::new(Self {
            next: AtomicU64::new(0),
            total,
            unsent: AtomicU64::new(0),
            kind,
        }))
    }

    /// Waits for the next arrival; none once the run is over.
    pub(super) async fn next(&self) -> Option<Arrival> {
        match &self.kind {
            Kind::Saturate { until } => {
                let now = Instant::now();
                if now >= *until {
                    return None;
                }
                Some(Arrival {
                    sequence: self.take()?,
                    intended: now,
                })
            }
            Kind::Open {
                schedule,
                due,
                last_call,
            } => loop {
                due.acquire().await.ok()?.forget();
                let sequence = self.take()?;
                if Instant::now() <= *last_call {
                    return Some(Arrival {
                        sequence,
                        intended: schedule.intended(sequence),
                    });
                }
                self.unsent.fetch_add(1, Ordering::Relaxed);
            },
        }
    }

    /// How many arrivals could not be sent before the run was over.
    pub(super) fn unsent(&self) -> u64 {
        self.unsent.load(Ordering::Relaxed)
    }

    fn take(&self) -> Option<u64> {
        let sequence = self.next.fetch_add(1, Ordering::Relaxed);
        (sequence < self.total).then_some(sequence)
    }
}

/// When each request of an open run is to start.
#[derive(Clone, Copy, Debug)]
struct Schedule {
    started: Instant,
    per_second: f64,
    total: u64,
}

impl Schedule {
    fn intended(&self, sequence: u64) -> Instant {
        self.started + Duration::from_secs_f64(sequence as f64 / self.per_second)
    }

    /// How many requests are to have started by `now`.
    fn due(&self, now: Instant) -> u64 {
        let passed = now.saturating_duration_since(self.started).as_secs_f64();
        self.total.min((passed * self.per_second) as u64 + 1)
    }
}

/// Makes arrivals due until the schedule ends, then lets each of the waiting `workers` go; ends early
/// when nobody keeps the other end of `due`.
fn pace(schedule: Schedule, due: &Weak<Semaphore>, workers: usize) {
    // Also the time after the last arrival belongs to the run, or its rate would come out too high.
    let end = schedule.intended(schedule.total);
    let mut released = 0;
    loop {
        let now = Instant::now();
        let by_now = schedule.due(now).max(released);
        if !release(due, by_now - released) {
            return;
        }
        released = by_now;
        if now >= end {
            break;
        }
        let wait = schedule.intended(released).saturating_duration_since(now);
        thread::sleep(wait.clamp(TICK, LONGEST_SLEEP));
    }
    release(due, workers as u64);
}

fn release(due: &Weak<Semaphore>, count: u64) -> bool {
    let Some(due) = due.upgrade() else {
        return false;
    };
    due.add_permits(usize::try_from(count).unwrap_or(Semaphore::MAX_PERMITS));
    true
}

#[cfg(test)]
mod tests {
    use super::Schedule;
    use std::time::{Duration, Instant};

    #[test]
    fn a_schedule_is_even_and_ends() {
        let started = Instant::now();
        let schedule = Schedule {
            started,
            per_second: 100.0,
            total: 50,
        };
        let after = |millis| schedule.due(started + Duration::from_millis(millis));
        assert_eq!(
            (after(0), after(9), after(11), after(104), after(9000)),
            (1, 1, 2, 11, 50)
        );
        assert_eq!(schedule.intended(20), started + Duration::from_millis(200));
    }
}
