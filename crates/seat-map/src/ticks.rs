//! The pulse of an event that is watched: a cut as soon as there is news, at most ten a second, and a
//! beat when a line wants to be kept alive. One task an event, and only while somebody watches.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until};

use crate::follower::{Follower, Signal};

/// Begins to watch a follower.
pub(crate) fn subscribe(follower: &Arc<Follower>) -> watch::Receiver<Signal> {
    let mut ticking = follower.ticking.lock();
    let signal = follower.signal.subscribe();
    if !std::mem::replace(&mut *ticking, true) {
        tokio::spawn(tick(Arc::clone(follower)));
    }
    signal
}

async fn tick(follower: Arc<Follower>) {
    let pace = follower.pace;
    let mut beats = interval_at(Instant::now() + pace.beat, pace.beat);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut rested = Instant::now();
    loop {
        tokio::select! {
            () = follower.news.notified() => {
                let latest = follower.cut();
                if latest.version < follower.version() {
                    sleep_until((latest.made + pace.frame).max(rested)).await;
                    follower.cut();
                }
                rested = after_delivery(pace.frame).await;
            }
            _ = beats.tick() => follower.signal.send_modify(|signal| signal.beat += 1),
            () = follower.signal.closed() => {
                let mut ticking = follower.ticking.lock();
                if follower.watchers() == 0 {
                    *ticking = false;
                    return;
                }
            }
        }
    }
}

/// Waits behind the watchers that the last frame woke on this thread, and says until when the next
/// frame should wait: half as long as they took, if that was longer than the pace. So a crowd too
/// large for the pace leaves a third of the processor to the holds.
async fn after_delivery(pace: Duration) -> Instant {
    let begun = Instant::now();
    yield_now().await;
    let took = begun.elapsed();
    match took > pace {
        true => begun + took + took / 2,
        false => begun,
    }
}
