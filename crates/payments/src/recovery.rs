//! Who takes the steps of an attempt that its first run has left: after a crash, a lost answer, a payer
//! who was elsewhere, or an end with something left to do. Which steps those are is the saga's business.

use boxoffice_model::{Micros, Timestamp};
use boxoffice_store::{Booking, BookingStatus, Record, StoreError};
use tokio::task::JoinHandle;

use crate::in_hand::Busy;
use crate::payments::Payments;
use crate::provider::ProviderError;
use crate::saga::{Came, Steps, Stuck, closing_at, note};

/// Attempts recovered in one go, and at one time: a provider that does not answer must not keep the
/// others waiting.
const MOST_RECOVERED: usize = 16_384;
pub(crate) const AT_ONE_TIME: usize = 64;

/// Debits of a bank account may be thought about for two weeks
/// (<https://docs.stripe.com/payments/sepa-debit>); nothing is for a month.
const SLOWEST_BANK: Micros = 30 * 24 * 60 * 60 * 1_000_000;

impl Payments {
    /// Takes the steps of every attempt that nobody is busy with and that is due: after a crash, a lost
    /// answer, or a provider that was away. Gives back of how many, when all have been tried.
    ///
    /// # Errors
    /// When the store cannot be read; the next call tries again.
    pub async fn recover(&self) -> Result<usize, StoreError> {
        let begun = self.begin_recovery().await?;
        let resumed = futures::future::join_all(begun).await;
        Ok(resumed.into_iter().flatten().filter(|one| *one).count())
    }

    /// Begins [`Self::recover`] without waiting for a provider. Run at the start and every second.
    ///
    /// # Errors
    /// When the store cannot be read; the next call tries again.
    pub async fn begin_recovery(&self) -> Result<Vec<JoinHandle<bool>>, StoreError> {
        let mut ours = self.sequencer.store().unfinished(MOST_RECOVERED).await?;
        self.schedule.keep(&ours);
        let now = self.sequencer.store().now();
        ours.retain(|booking| self.saga.knows(booking) && self.schedule.is_due(booking, now));
        let begin = |booking: Booking| {
            let busy = self
                .in_hand
                .take(booking.event, booking.first, booking.attempt)?;
            Some(self.tasks.spawn(self.clone().resume(booking, busy)))
        };
        Ok(ours.into_iter().filter_map(begin).collect())
    }

    /// Takes the steps of one attempt; whether there were any.
    async fn resume(self, booking: Booking, _busy: Busy) -> bool {
        // Whoever waits for an answer does not wait behind what is only to be cleaned up.
        let permits = match booking.status.under_way() {
            true => &self.recovering,
            false => &self.closing,
        };
        let Ok(_permit) = permits.acquire().await else {
            return false;
        };
        // It may have moved on between the list and now.
        let store = self.sequencer.store();
        let now = store.booking(booking.event, booking.attempt).await;
        let booking = match now {
            Ok(Some(booking)) => booking,
            Ok(None) => return false,
            Err(error) => {
                tracing::warn!(%error, "A booking cannot be read");
                return false;
            }
        };
        let steps = match store.tends() {
            true => self.saga.resume(&booking).await,
            false => Err(Stuck::NotOurs),
        };
        self.came(&booking, steps).await;
        true
    }

    /// Sees to it that what has not come to an end is tried again, or looked at by an operator.
    pub(crate) async fn came(&self, booking: &Booking, steps: Steps) -> Came {
        let now = self.sequencer.store().now();
        let stuck = match steps {
            Ok(came @ (Came::Confirmed(_) | Came::ToTheEnd | Came::ToNothing)) => {
                self.schedule.forget(booking);
                return came;
            }
            Ok(came) => {
                self.schedule.again(booking, now, closing_at(booking));
                let over = booking.limit.plus(SLOWEST_BANK);
                if !booking.status.under_way() && now >= over {
                    let what = "the provider has come to no end with it: look there";
                    self.trouble(booking, what.to_owned()).await;
                }
                return came;
            }
            Err(stuck) => stuck,
        };
        note(booking, &stuck);
        let failing = self.schedule.failed(booking, now, closing_at(booking));
        // What is due long after the limit, a refund or late money, has as much time from its first try.
        let give_up = |since: Timestamp| since.max(booking.limit).plus(self.config.give_up_after);
        let hopeless = match &stuck {
            Stuck::NotOurs => false,
            Stuck::ForGood(_) | Stuck::Provider(ProviderError::Rejected { .. }) => true,
            _ => failing.is_some_and(|since| now >= give_up(since)),
        };
        // What is under way ends at its limit by itself.
        let ends = matches!(
            booking.status,
            BookingStatus::Pending | BookingStatus::Action
        );
        if hopeless && !ends {
            self.trouble(booking, stuck.to_string()).await;
        }
        Came::SoFar
    }

    async fn trouble(&self, booking: &Booking, trouble: String) {
        let (event, attempt) = (booking.event, booking.attempt);
        tracing::error!(event.number = %event, attempt, trouble, "A payment needs an operator");
        let troubled = Record::Troubled {
            event,
            attempt,
            trouble: Some(trouble),
        };
        if let Err(error) = self.sequencer.record(troubled).await {
            tracing::warn!(%error, "A payment's trouble cannot be written down");
        }
    }

    /// Somebody looks at how an attempt stands, perhaps its payer, back from the provider's page: whoever takes
    /// the steps of the attempt here waits less with the next. However often it is called, the provider is
    /// asked at most every two seconds.
    pub fn looked_at(&self, booking: &Booking) {
        if booking.status.under_way() {
            self.schedule.looked_at(booking);
        }
    }

    /// The payer has done something at the provider's page: whoever takes the steps of the attempt here need
    /// not wait with the next.
    pub fn hurry(&self, booking: &Booking) {
        self.schedule.hurry(booking);
    }
}
