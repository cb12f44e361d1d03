//! The door to the saga: begins an attempt, waits a while for its end, and repeats what was answered
//! to who asks again.

use std::sync::Arc;
use std::time::Duration;

use boxoffice_inventory::{
    Command, Idempotency, IdempotencyKey, Outcome, Refusal, Reservation, Standing,
};
use boxoffice_model::{EventNumber, Micros};
use boxoffice_sequencer::{Decided, Sequencer, SequencerError};
use boxoffice_store::{Booking, BookingDraft, BookingStatus, StoreError, load_reservation};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

use crate::in_hand::InHand;
use crate::provider::PaymentProvider;
use crate::saga::{Came, Saga};

/// Attempts recovered in one go, and at one time: a provider that does not answer must not keep the
/// others waiting.
const MOST_RECOVERED: usize = 4096;
const AT_ONE_TIME: usize = 64;

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct PaymentConfig {
    /// For how long an attempt may be under way: then it is void.
    pub method_limit: Micros,
    /// For how long a caller waits before it is told that the outcome is pending.
    pub wait: Duration,
    /// For how long one call to the provider may take.
    pub call_timeout: Duration,
}

impl Default for PaymentConfig {
    fn default() -> Self {
        PaymentConfig {
            method_limit: 3 * 60 * 1_000_000,
            wait: Duration::from_secs(10),
            call_timeout: Duration::from_secs(10),
        }
    }
}

/// How an attempt stands.
#[derive(Clone, Debug)]
pub struct PayResult {
    pub booking: Booking,
    /// The attempt was made by an earlier call with the same key.
    pub replayed: bool,
}

/// Whether an attempt has come to its end, so that it will always be answered like this.
pub fn is_ended(booking: &Booking) -> bool {
    !booking.status.under_way()
}

/// Why there is no attempt.
#[derive(Debug, thiserror::Error)]
pub enum PayError {
    /// The ledger does not allow it.
    #[error("the payment was refused: {0:?}")]
    Refused(Refusal),
    #[error(transparent)]
    Sequencer(#[from] SequencerError),
    /// The provider could not be reached: nothing was charged, and the attempt is forgotten.
    #[error("the payment provider is unavailable")]
    ProviderUnavailable,
    /// None is configured.
    #[error("no payment provider is configured")]
    NoProvider,
}

impl From<StoreError> for PayError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "A booking cannot be read");
        PayError::Sequencer(SequencerError::StoreUnavailable)
    }
}

/// The payments of one process. Cheap to clone.
#[derive(Clone)]
pub struct Payments {
    sequencer: Sequencer,
    saga: Option<Arc<Saga>>,
    in_hand: InHand,
    config: PaymentConfig,
    tasks: TaskTracker,
}

/// An attempt as a caller wishes it.
struct Wish {
    event: EventNumber,
    first: u64,
    command: Command,
    draft: BookingDraft,
    token: String,
}

impl Payments {
    /// Sagas run as tasks of `tasks`: they outlive the connection that began them.
    pub fn new(
        sequencer: Sequencer,
        provider: Option<Arc<dyn PaymentProvider>>,
        config: PaymentConfig,
        tasks: TaskTracker,
    ) -> Self {
        let saga = provider
            .map(|provider| Arc::new(Saga::new(sequencer.clone(), provider, config.call_timeout)));
        Payments {
            sequencer,
            saga,
            in_hand: InHand::default(),
            config,
            tasks,
        }
    }

    /// Pays for a reservation, which was read by its address just now. The same key again gives how
    /// that attempt stands.
    ///
    /// # Errors
    /// [`PayError`]; what failed before the payment began is not remembered.
    pub async fn pay(
        &self,
        event: EventNumber,
        reservation: &Reservation,
        idempotency: Idempotency,
        mut draft: BookingDraft,
        token: String,
    ) -> Result<PayResult, PayError> {
        if let Some(known) = reservation.attempt_with_key(&idempotency.key) {
            if known.request != idempotency.request {
                return Err(PayError::Refused(Refusal::KeyReused));
            }
            let stands = self.stands(event, known.version, true).await?;
            if stands.booking.status != BookingStatus::Voided
                || self
                    .remembers(event, reservation.first, &idempotency.key)
                    .await?
            {
                return Ok(stands);
            }
        }
        match reservation.standing(self.sequencer.store().now()) {
            Standing::Booked { .. } => return Err(PayError::Refused(Refusal::AlreadyBooked)),
            Standing::Released | Standing::Expired => {
                return Err(PayError::Refused(Refusal::Ended));
            }
            Standing::Held | Standing::Paying { .. } => {}
        }
        let saga = self.saga.as_ref().ok_or(PayError::NoProvider)?;
        draft.provider = saga.provider_name().to_owned();
        let first = reservation.first;
        let limit = self.config.method_limit;
        let command = Command::Pay {
            first,
            idempotency,
            limit,
        };
        let wish = Wish {
            event,
            first,
            command,
            draft,
            token,
        };
        self.wait(Arc::clone(saga), wish).await
    }

    /// Whether the ledger knows an attempt with this key now: one that came to nothing is forgotten, perhaps
    /// after the reservation was read.
    async fn remembers(
        &self,
        event: EventNumber,
        first: u64,
        key: &IdempotencyKey,
    ) -> Result<bool, PayError> {
        let store = self.sequencer.store().as_ref();
        let found = load_reservation(store, event, first)
            .await
            .map_err(SequencerError::from)?;
        Ok(found.is_some_and(|(now, _)| now.attempt_with_key(key).is_some()))
    }

    /// Lets a task of its own begin the attempt and take its steps, so that a caller who goes away
    /// changes nothing; waits as long as a caller may be kept waiting.
    async fn wait(&self, saga: Arc<Saga>, wish: Wish) -> Result<PayResult, PayError> {
        let event = wish.event;
        let (tell, told) = oneshot::channel();
        let task = self.tasks.spawn(self.clone().attempt(saga, wish, tell));
        let decided = told.await.unwrap_or(Err(SequencerError::OutcomeUnknown))?;
        let attempt = match decided.outcome {
            Outcome::Paying { address, .. } => address.version,
            Outcome::AttemptKnown { attempt } => return self.stands(event, attempt, true).await,
            Outcome::Refused(refusal) => return Err(PayError::Refused(refusal)),
            _ => return Err(PayError::Sequencer(SequencerError::OutcomeUnknown)),
        };
        match tokio::time::timeout(self.config.wait, task).await {
            Ok(Ok(Came::ToNothing)) => return Err(PayError::ProviderUnavailable),
            Ok(_) => {}
            Err(_) => tracing::info!(event.number = %event, attempt, "A payment is pending"),
        }
        // The attempt has begun: an error must not say that nothing was changed.
        let result = self.stands(event, attempt, false).await;
        result.map_err(|_| PayError::Sequencer(SequencerError::OutcomeUnknown))
    }

    /// Begins an attempt, tells what was decided, and goes on as far as it can.
    async fn attempt(
        self,
        saga: Arc<Saga>,
        wish: Wish,
        tell: oneshot::Sender<Result<Decided, SequencerError>>,
    ) -> Came {
        let beginning = self.in_hand.begin(wish.event, wish.first);
        let submitted = self
            .sequencer
            .submit_payment(wish.event, wish.command, wish.draft);
        let decided = submitted.await;
        let began = match &decided {
            Ok(decided) => match &decided.outcome {
                Outcome::Paying { address, .. } => Some(address.version),
                _ => None,
            },
            Err(_) => None,
        };
        let busy = began.map(|attempt| (attempt, beginning.attempt(attempt)));
        drop(beginning);
        // Whoever went away does not want to know; the attempt goes on.
        let _ = tell.send(decided);
        let Some((attempt, _busy)) = busy else {
            return Came::SoFar;
        };
        match self.stands(wish.event, attempt, false).await {
            Ok(result) => saga.run(&result.booking, &wish.token).await,
            Err(_) => Came::SoFar,
        }
    }

    async fn stands(
        &self,
        event: EventNumber,
        attempt: u64,
        replayed: bool,
    ) -> Result<PayResult, PayError> {
        let booking = self.sequencer.store().booking(event, attempt).await?;
        let booking = booking.ok_or(PayError::Sequencer(SequencerError::OutcomeUnknown))?;
        Ok(PayResult { booking, replayed })
    }

    /// Takes the steps of every attempt that nobody is busy with: after a crash, a lost answer, or a
    /// provider that was away. Run at the start and every few seconds. Gives back of how many.
    ///
    /// # Errors
    /// When the store cannot be read; the next call tries again.
    pub async fn recover(&self) -> Result<usize, StoreError> {
        let Some(saga) = &self.saga else {
            return Ok(0);
        };
        let mut ours = self.sequencer.store().unfinished(MOST_RECOVERED).await?;
        ours.retain(|booking| booking.draft.provider == saga.provider_name());
        let mut waiting = ours.into_iter();
        let next = |booking| self.resume(saga, booking);
        let mut going: FuturesUnordered<_> = waiting.by_ref().take(AT_ONE_TIME).map(next).collect();
        // One that fails must not stop the others between two steps.
        let mut resumed = Ok(0);
        while let Some(one) = going.next().await {
            resumed = match (resumed, one) {
                (Ok(count), Ok(one)) => Ok(count + usize::from(one)),
                (Err(error), _) | (_, Err(error)) => Err(error),
            };
            going.extend(waiting.next().map(next));
        }
        resumed
    }

    /// Takes the steps of one attempt, unless a task is busy with it.
    async fn resume(&self, saga: &Saga, booking: Booking) -> Result<bool, StoreError> {
        let (event, attempt) = (booking.event, booking.attempt);
        let Some(_busy) = self.in_hand.take(event, booking.first, attempt) else {
            return Ok(false);
        };
        // It may have moved on between the list and now.
        let Some(booking) = self.sequencer.store().booking(event, attempt).await? else {
            return Ok(false);
        };
        saga.resume(&booking).await;
        Ok(true)
    }
}
