//! When a try is followed by another, and what is said when there is no time for one. It knows no HTTP:
//! a try is whatever it is given.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::client::Chance;
use crate::error::{ApiError, CallError, Trouble};

/// The longest wait after the first setback. It doubles with each.
const BASE: Duration = Duration::from_millis(200);

/// The longest wait after any.
const CAP: Duration = Duration::from_secs(2);

/// What came of one try.
pub(crate) enum Try<T> {
    /// The answer to the call.
    Answer(T),
    /// A refusal that another try would not change.
    Error(CallError),
    /// Neither.
    Setback(Setback),
}

/// A try that told nothing final.
pub(crate) struct Setback {
    pub trouble: Trouble,
    /// Whether Stripe may have done something.
    pub maybe_done: bool,
    pub advice: Advice,
}

/// What Stripe said about another try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Advice {
    Retry,
    /// Not before.
    RetryAfter(Duration),
    /// It would change nothing.
    Stop,
}

/// How long is tried.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    /// All tries together.
    pub patience: Duration,
    /// One try.
    pub limit: Duration,
    /// No try begins with less time than this before it: it could not even tell whether it was
    /// connected, and "surely nothing happened" would become "nobody knows".
    pub least: Duration,
}

/// Tries until there is an answer or no more time. `attempt` gets the time that it may take.
///
/// # Errors
/// [`CallError`]. Once a try may have done something, no later setback takes that back; a later answer
/// does, because it is Stripe's to the same idempotency key.
pub(crate) async fn run<T, F>(
    pace: Pace,
    chance: &Chance,
    mut attempt: impl FnMut(Duration) -> F,
) -> Result<T, CallError>
where
    F: Future<Output = Try<T>>,
{
    let begin = Instant::now();
    let mut end = begin + pace.patience;
    let mut maybe_done = false;
    let mut tries = 0;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        tries += 1;
        let setback = match attempt(left.min(pace.limit)).await {
            Try::Answer(answer) => return Ok(answer),
            // The key was withdrawn between two tries: the first may have gone through.
            Try::Error(CallError::Unauthorized(error)) if maybe_done => {
                return Err(given_up(unauthorized(error), tries, true));
            }
            Try::Error(error) => return Err(error),
            Try::Setback(setback) => setback,
        };
        maybe_done |= setback.maybe_done;
        if !maybe_done && setback.trouble.status.is_none() {
            // Nobody is there, and somebody waits here: better to hear it soon.
            end = end.min(begin + pace.patience * 2 / 3);
        }
        let wait = match setback.advice {
            Advice::Stop => return Err(given_up(setback.trouble, tries, maybe_done)),
            Advice::Retry => backoff(tries, chance),
            Advice::RetryAfter(least) => least.max(backoff(tries, chance)),
        };
        if Instant::now() + wait + pace.least > end {
            return Err(given_up(setback.trouble, tries, maybe_done));
        }
        sleep(wait).await;
    }
}

fn given_up(trouble: Trouble, tries: u32, maybe_done: bool) -> CallError {
    let trouble = Trouble { tries, ..trouble };
    match maybe_done {
        true => CallError::Unknown(trouble),
        false => CallError::Unavailable(trouble),
    }
}

fn unauthorized(error: ApiError) -> Trouble {
    Trouble {
        what: "an answer was lost, then our key was not accepted",
        tries: 0,
        status: Some(error.status),
        code: error.code,
        request_id: error.request_id,
    }
}

/// Anything between nothing and the longest wait: nodes that failed together must not return together.
fn backoff(tries: u32, chance: &Chance) -> Duration {
    let doubled = BASE.saturating_mul(1 << tries.saturating_sub(1).min(16));
    let mut bytes = [0; 4];
    chance(&mut bytes);
    let share = f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX);
    doubled.min(CAP).mul_f64(share)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Arc;

    use super::*;

    const PACE: Pace = Pace {
        patience: Duration::from_secs(9),
        limit: Duration::from_secs(8),
        least: Duration::from_secs(3),
    };

    fn always(byte: u8) -> Chance {
        Arc::new(move |bytes: &mut [u8]| bytes.fill(byte))
    }

    /// Too many requests.
    fn busy(wait: Duration) -> Try<()> {
        match setback(false, Advice::RetryAfter(wait)) {
            Try::Setback(setback) => Try::Setback(Setback {
                trouble: Trouble {
                    status: Some(429),
                    ..setback.trouble
                },
                ..setback
            }),
            other => other,
        }
    }

    fn setback(maybe_done: bool, advice: Advice) -> Try<()> {
        Try::Setback(Setback {
            trouble: Trouble::default(),
            maybe_done,
            advice,
        })
    }

    /// Tries that take `each` and fail as told, and when each of them began.
    async fn failing(each: Duration, try_of: impl Fn(usize) -> Try<()>) -> (Vec<u64>, CallError) {
        let begin = Instant::now();
        let began = Cell::new(Vec::new());
        let chance = always(0xff);
        let result = run(PACE, &chance, |limit| {
            let mut times = began.take();
            times.push(begin.elapsed().as_millis() as u64);
            let answer = try_of(times.len());
            began.set(times);
            async move {
                sleep(each.min(limit)).await;
                answer
            }
        });
        let error = result.await.expect_err("no try succeeds");
        (began.take(), error)
    }

    #[test]
    fn waits_double_up_to_the_cap_and_chance_shortens_them() {
        let longest = |tries| backoff(tries, &always(0xff)).as_millis();
        assert_eq!(
            [1, 2, 3, 4, 5, 40].map(longest),
            [200, 400, 800, 1600, 2000, 2000]
        );
        let half = backoff(1, &always(0x80)).as_millis();
        assert!((100..=101).contains(&half), "{half}");
        assert_eq!(backoff(9, &always(0)), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn refused_connections_are_tried_for_less_than_lost_answers() {
        let (began, error) = failing(Duration::ZERO, |_| setback(false, Advice::Retry)).await;
        assert_eq!(began, [0, 200, 600, 1400, 3000]);
        assert!(
            matches!(&error, CallError::Unavailable(trouble) if trouble.tries == 5),
            "{error:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_swallows_packets_is_surely_untouched() {
        let connecting = Duration::from_secs(3);
        let (began, error) = failing(connecting, |_| setback(false, Advice::Retry)).await;
        assert_eq!(began, [0]);
        assert!(matches!(error, CallError::Unavailable(_)), "{error:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn one_lost_answer_leaves_the_outcome_unknown() {
        let (_, error) = failing(Duration::from_millis(100), |at| {
            setback(at == 1, Advice::Retry)
        })
        .await;
        assert!(matches!(error, CallError::Unknown(_)), "{error:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_withdrawn_after_a_lost_answer_leaves_it_unknown() {
        let (began, error) = failing(Duration::ZERO, |at| match at {
            1 => setback(true, Advice::Retry),
            _ => Try::Error(CallError::Unauthorized(ApiError::default())),
        })
        .await;
        assert_eq!(began.len(), 2);
        assert!(matches!(error, CallError::Unknown(_)), "{error:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn stripe_says_when_to_come_again() {
        let (began, _) = failing(Duration::ZERO, |_| busy(Duration::from_secs(2))).await;
        assert_eq!(began, [0, 2000, 4000, 6000]);
        let (began, error) = failing(Duration::ZERO, |_| busy(Duration::from_secs(60))).await;
        assert_eq!(began, [0], "{error:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_tried_again_against_advice() {
        let (began, error) = failing(Duration::ZERO, |_| setback(true, Advice::Stop)).await;
        assert_eq!(began, [0]);
        assert!(matches!(error, CallError::Unknown(_)), "{error:?}");
    }
}
