//! The pulse of an event that is watched: a cut as soon as there is news, at most ten a second, and a
//! beat when a line wants to be kept alive. One task an event, and only while somebody watches.

use std::sync::Arc;

use tokio::sync::watch;
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
    loop {
        tokio::select! {
            () = follower.news.notified() => {
                let latest = follower.cut();
                if latest.version < follower.version() {
                    sleep_until(latest.made + pace.frame).await;
                    follower.cut();
                }
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
