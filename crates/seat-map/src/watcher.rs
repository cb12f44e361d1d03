//! Somebody who watches a map: knows an event, a version, and nothing else. What it has not got yet is
//! read from the follower's frames; who was too slow for those is told to load the map.

use std::sync::Arc;

use boxoffice_model::EventNumber;
use bytes::Bytes;
use tokio::sync::watch;

use crate::follower::{Follower, Signal};
use crate::frames::{Behind, beat_message, reset_message};
use crate::maps::{MapError, SeatMaps};
use crate::ticks::subscribe;

/// Why nobody can watch.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    #[error(transparent)]
    Map(#[from] MapError),
    #[error("the event has no section of this name")]
    UnknownSection,
}

/// One watcher of an event's map, from [`SeatMaps::watch`].
pub struct Watcher {
    maps: Arc<SeatMaps>,
    event: EventNumber,
    section: Option<Arc<str>>,
    follower: Arc<Follower>,
    signal: watch::Receiver<Signal>,
    beat: u64,
    /// What the reader has.
    version: u64,
    /// The reader asked for what comes behind a version that there is not.
    beyond: bool,
    /// Nothing was said yet.
    fresh: bool,
}

impl Watcher {
    pub(crate) async fn new(
        maps: Arc<SeatMaps>,
        event: EventNumber,
        section: Option<&str>,
        since: Option<u64>,
    ) -> Result<Self, WatchError> {
        let follower = maps.follow(event).await?;
        let section = match section {
            Some(name) => {
                let known = follower.section_name(name);
                Some(known.ok_or(WatchError::UnknownSection)?)
            }
            None => None,
        };
        if since.is_some_and(|since| since > follower.shown_version()) {
            // Perhaps another node, or a reader of this one, is ahead of what is shown here.
            if since.is_some_and(|since| since > follower.version()) {
                maps.catch_up(event, &follower).await?;
            }
            follower.cut_now();
        }
        let signal = subscribe(&follower);
        let newest = follower.cut().version;
        let beat = signal.borrow().beat;
        Ok(Watcher {
            maps,
            event,
            section,
            follower,
            signal,
            beat,
            version: since.unwrap_or(newest),
            beyond: since.is_some_and(|since| since > newest),
            fresh: true,
        })
    }

    /// The next message, as it is sent. `None`: there is no map any more, come again.
    ///
    /// Dropped while it waits, nothing is lost.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            let fresh = std::mem::take(&mut self.fresh);
            if std::mem::take(&mut self.beyond) {
                self.version = self.follower.shown_version();
                return Some(reset_message(self.version));
            }
            match self.follower.behind(self.version) {
                Behind::Frame(frame) => {
                    self.version = frame.to;
                    let message = frame.message(&self.follower.plan, self.section.as_ref());
                    if !message.is_empty() {
                        return Some(message);
                    }
                    // Not its section: to look at the next one is not to have said something.
                    self.fresh = fresh;
                    continue;
                }
                Behind::TooMuch(version) => {
                    self.version = version;
                    return Some(reset_message(version));
                }
                // At once, so that the reader and everything between knows that the line stands.
                Behind::Nothing if fresh => return Some(beat_message(self.version)),
                Behind::Nothing => {}
            }
            // A follower may have retired just before it was subscribed to.
            if !self.signal.borrow().retired {
                self.signal.changed().await.ok()?;
            }
            let signal = *self.signal.borrow_and_update();
            if signal.retired {
                self.follower = self.maps.follow(self.event).await.ok()?;
                self.signal = subscribe(&self.follower);
                self.beat = self.signal.borrow().beat;
            } else if signal.beat != self.beat {
                self.beat = signal.beat;
                self.fresh = true;
            }
        }
    }
}
