//! Who waits for a mail with links, and who has asked a moment ago. Bounded: whoever finds no place is
//! told to come again.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use boxoffice_mail::{Language, Mailer};
use boxoffice_model::EventNumber;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use tokio::sync::Notify;

use crate::problem::Problem;

/// Between two wishes that are looked at.
pub(super) const PACE: Duration = Duration::from_millis(100);
/// So many may wait: the last of them for ten seconds.
const MOST_WAITING: usize = 100;
/// Who comes then finds a place.
const COME_AGAIN: u32 = 10;
/// Between two mails to one address for one event.
const APART: Duration = Duration::from_secs(5 * 60);

/// A hash of event and address.
pub(super) type Mark = [u8; 16];

/// Somebody's wish for the links of their orders.
pub(super) struct Wish {
    pub(super) event: EventNumber,
    pub(super) email: String,
    pub(super) language: Language,
    pub(super) mark: Mark,
}

/// Mails people the links of their orders.
pub struct OrderLinks {
    pub(super) mailer: Arc<dyn Mailer>,
    waiting: Mutex<Waiting>,
    came: Notify,
}

#[derive(Default)]
struct Waiting {
    wishes: VecDeque<Wish>,
    /// When each wish came that was taken in the last minutes.
    asked: FxHashMap<Mark, Instant>,
}

impl OrderLinks {
    /// With this mailer; nothing is sent before [`deliver_order_links`](crate::deliver_order_links) runs.
    #[must_use]
    pub fn new(mailer: Arc<dyn Mailer>) -> Self {
        OrderLinks {
            mailer,
            waiting: Mutex::default(),
            came: Notify::new(),
        }
    }

    /// Takes a wish in; one that came a moment ago already is dropped without a word.
    pub(super) fn ask(&self, wish: Wish, now: Instant) -> Result<(), Problem> {
        let mut waiting = self.waiting.lock();
        let recent = |asked: &Instant| now.saturating_duration_since(*asked) < APART;
        if waiting.asked.get(&wish.mark).is_some_and(recent) {
            return Ok(());
        }
        if waiting.wishes.len() >= MOST_WAITING {
            return Err(Problem::rate_limited(COME_AGAIN));
        }
        // No more than the pace lets through in that time, and those who wait.
        waiting.asked.retain(|_, asked| recent(asked));
        waiting.asked.insert(wish.mark, now);
        waiting.wishes.push_back(wish);
        drop(waiting);
        self.came.notify_one();
        Ok(())
    }

    /// Waits for the next wish.
    pub(super) async fn next(&self) -> Wish {
        loop {
            let next = self.waiting.lock().wishes.pop_front();
            if let Some(wish) = next {
                return wish;
            }
            self.came.notified().await;
        }
    }

    /// They got nothing for no fault of theirs: they may ask again at once.
    pub(super) fn forget(&self, mark: &Mark) {
        self.waiting.lock().asked.remove(mark);
    }
}

#[cfg(test)]
mod tests {
    use boxoffice_mail::{Letter, SendError};

    use super::*;

    struct Nobody;

    #[async_trait::async_trait]
    impl Mailer for Nobody {
        async fn send(&self, _: Letter) -> Result<(), SendError> {
            Ok(())
        }
    }

    fn links() -> OrderLinks {
        OrderLinks::new(Arc::new(Nobody))
    }

    fn wish(mark: u8) -> Wish {
        Wish {
            event: EventNumber::new(2027, 5, 1).expect("a month"),
            email: "ada@example.org".into(),
            language: Language::English,
            mark: [mark; 16],
        }
    }

    fn waiting(links: &OrderLinks) -> usize {
        links.waiting.lock().wishes.len()
    }

    #[test]
    fn one_who_asks_again_is_answered_the_same_and_dropped() {
        let (links, begin) = (links(), Instant::now());
        for (after, wanted) in [(0, 1), (1, 1), (299, 1), (300, 2)] {
            links
                .ask(wish(1), begin + Duration::from_secs(after))
                .expect("taken");
            assert_eq!(waiting(&links), wanted, "after {after} s");
        }
        links.ask(wish(2), begin).expect("another");
        links.forget(&[2; 16]);
        links.ask(wish(2), begin).expect("it was not sent");
        assert_eq!(waiting(&links), 4);
    }

    #[test]
    fn more_than_find_a_place_are_told_to_come_again() {
        let (links, now) = (links(), Instant::now());
        let mut taken = 0;
        while links.ask(wish(taken), now).is_ok() {
            taken += 1;
        }
        assert_eq!(usize::from(taken), MOST_WAITING);
        let full = links.ask(wish(taken), now).expect_err("full");
        assert_eq!(full.slug(), "rate-limited");
        links
            .ask(wish(0), now)
            .expect("who waits already is not refused");
    }

    #[tokio::test]
    async fn wishes_come_in_order() {
        let links = links();
        for mark in [3, 1, 2] {
            links.ask(wish(mark), Instant::now()).expect("taken");
        }
        for mark in [3, 1, 2] {
            assert_eq!(links.next().await.mark, [mark; 16]);
        }
    }

    #[test]
    fn what_is_remembered_of_who_asked_goes_again() {
        let (links, mut now) = (links(), Instant::now());
        for mark in 0..200 {
            links.ask(wish(mark), now).expect("taken");
            links.waiting.lock().wishes.clear();
            now += APART / 4;
        }
        assert!(links.waiting.lock().asked.len() <= 4);
    }
}
