//! The door to the saga: begins an attempt, waits a while for its end, and repeats what was answered
//! to who asks again.

use std::sync::Arc;

use boxoffice_inventory::{
    Command, Idempotency, IdempotencyKey, Outcome, Refusal, Reservation, Standing,
};
use boxoffice_model::{BookingId, Currency, EventNumber, Timestamp};
use boxoffice_sequencer::{Decided, Sequencer, SequencerError};
use boxoffice_store::{
    Booking, BookingDraft, BookingStatus, PaymentMethod, Record, StoreError, load_reservation,
};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use crate::buyer::{Mark, normalise_email};
use crate::config::PaymentConfig;
use crate::in_hand::{Busy, InHand};
use crate::provider::{BadNotice, Notice, Order, PaymentProvider, ProviderError};
use crate::saga::{Came, Saga, Steps, Stuck, closing_at, note};
use crate::schedule::Schedule;

/// Attempts recovered in one go, and at one time: a provider that does not answer must not keep the
/// others waiting.
const MOST_RECOVERED: usize = 4096;
const AT_ONE_TIME: usize = 64;

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
    /// The token is none of the provider's, or was needed and is not there.
    #[error("the payment token is not one of this provider's")]
    BadToken,
    /// The provider cannot take such an amount.
    #[error("the amount cannot be paid: {0}")]
    BadAmount(String),
}

/// Why a notice was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    #[error("no payment provider is configured")]
    NoProvider,
    #[error(transparent)]
    Bad(#[from] BadNotice),
    #[error(transparent)]
    Sequencer(#[from] SequencerError),
}

/// What a caller wants to pay with.
#[derive(Clone)]
pub struct Purse {
    /// Not needed where there is nothing to pay.
    pub token: Option<String>,
    /// What the payer reads on a page of the provider.
    pub description: String,
    /// What the event's prices are counted in.
    pub currency: Option<Currency>,
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
    saga: Arc<Saga>,
    in_hand: InHand,
    schedule: Arc<Schedule>,
    config: PaymentConfig,
    tasks: TaskTracker,
    /// How many attempts are recovered at one time.
    recovering: Arc<Semaphore>,
}

/// An attempt as a caller wishes it.
struct Wish {
    event: EventNumber,
    first: u64,
    command: Command,
    draft: BookingDraft,
    order: Order,
}

impl Payments {
    /// Sagas run as tasks of `tasks`: they outlive the connection that began them.
    pub fn new(
        sequencer: Sequencer,
        provider: Option<Arc<dyn PaymentProvider>>,
        config: PaymentConfig,
        tasks: TaskTracker,
    ) -> Self {
        Payments {
            saga: Arc::new(Saga::new(sequencer.clone(), provider, &config)),
            sequencer,
            in_hand: InHand::default(),
            schedule: Arc::default(),
            config,
            tasks,
            recovering: Arc::new(Semaphore::new(AT_ONE_TIME)),
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
        draft: BookingDraft,
        purse: Purse,
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
        let method = self.method(reservation, &purse)?;
        self.check_email(event, reservation.first, &draft).await?;
        let wish = self.wish(event, reservation, idempotency, draft, purse, method)?;
        self.wait(wish).await
    }

    /// How it is paid, if it can be.
    fn method(&self, reservation: &Reservation, purse: &Purse) -> Result<PaymentMethod, PayError> {
        if reservation.total() == 0 {
            return Ok(PaymentMethod::Free);
        }
        let provider = self.saga.provider.as_ref().ok_or(PayError::NoProvider)?;
        let token = purse.token.as_deref().ok_or(PayError::BadToken)?;
        let method = provider.method(token).ok_or(PayError::BadToken)?;
        if let Some(currency) = purse.currency {
            let checked = provider.check_amount(reservation.total(), currency);
            checked.map_err(PayError::BadAmount)?;
        }
        Ok(method)
    }

    /// Where a buyer's seats are limited, those of an e-mail address are.
    async fn check_email(
        &self,
        event: EventNumber,
        first: u64,
        draft: &BookingDraft,
    ) -> Result<(), PayError> {
        let email = draft.email.as_deref().map(normalise_email);
        let mark = email.and_then(|email| self.config.buyers.mark(event, Mark::Email, &email));
        let Some(mark) = mark else {
            return Ok(());
        };
        let marks = vec![mark];
        let know = Command::KnowBuyer { first, marks };
        match self.sequencer.submit(event, know).await?.outcome {
            Outcome::Refused(refusal @ Refusal::BuyerLimit { .. }) => {
                Err(PayError::Refused(refusal))
            }
            _ => Ok(()),
        }
    }

    fn wish(
        &self,
        event: EventNumber,
        reservation: &Reservation,
        idempotency: Idempotency,
        mut draft: BookingDraft,
        purse: Purse,
        method: PaymentMethod,
    ) -> Result<Wish, PayError> {
        draft.method = method;
        draft.provider = match (&self.saga.provider, method) {
            (Some(provider), PaymentMethod::Token | PaymentMethod::Checkout) => {
                provider.name().to_owned()
            }
            _ => String::new(),
        };
        let first = reservation.first;
        let limit = match method {
            PaymentMethod::Checkout => self.config.redirect_limit,
            PaymentMethod::Token | PaymentMethod::Free => self.config.method_limit,
        };
        let order = Order {
            token: purse.token.unwrap_or_default(),
            description: purse.description,
            email: draft.email.clone(),
            return_url: String::new(),
        };
        let command = Command::Pay {
            first,
            idempotency,
            limit,
        };
        Ok(Wish {
            event,
            first,
            command,
            draft,
            order,
        })
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
    async fn wait(&self, wish: Wish) -> Result<PayResult, PayError> {
        let event = wish.event;
        let (tell, told) = oneshot::channel();
        let task = self.tasks.spawn(self.clone().attempt(wish, tell));
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
        let result = result.map_err(|_| PayError::Sequencer(SequencerError::OutcomeUnknown))?;
        let booking = &result.booking;
        let early = self.sequencer.store().now() < booking.limit;
        match (booking.status, &booking.decline_code) {
            // It was given up before its time: it has not begun, and its key is free.
            (BookingStatus::Voided, None) if early => Err(PayError::ProviderUnavailable),
            _ => Ok(result),
        }
    }

    /// Begins an attempt, tells what was decided, and goes on as far as it can.
    async fn attempt(
        self,
        mut wish: Wish,
        tell: oneshot::Sender<Result<Decided, SequencerError>>,
    ) -> Came {
        let beginning = self.in_hand.begin(wish.event, wish.first);
        let submitted = self
            .sequencer
            .submit_payment(wish.event, wish.command, wish.draft);
        let decided = submitted.await;
        let began = match &decided {
            Ok(decided) => match &decided.outcome {
                Outcome::Paying { address, .. } => Some(*address),
                _ => None,
            },
            Err(_) => None,
        };
        let busy = began.map(|address| (address, beginning.attempt(address.version)));
        drop(beginning);
        // Whoever went away does not want to know; the attempt goes on.
        let _ = tell.send(decided);
        let Some((address, _busy)) = busy else {
            return Came::SoFar;
        };
        let url = &self.config.public_url;
        wish.order.return_url = format!("{url}/checkout/{}", BookingId(address));
        let Ok(result) = self.stands(wish.event, address.version, false).await else {
            return Came::SoFar;
        };
        let steps = self.saga.run(&result.booking, &wish.order).await;
        self.came(&result.booking, steps).await
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
        let Ok(_permit) = self.recovering.acquire().await else {
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
    async fn came(&self, booking: &Booking, steps: Steps) -> Came {
        let now = self.sequencer.store().now();
        let stuck = match steps {
            Ok(came @ (Came::ToTheEnd | Came::ToNothing)) => {
                self.schedule.forget(booking);
                return came;
            }
            Ok(came) => {
                self.schedule.again(booking, now, closing_at(booking));
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

    /// The payer is back from the provider's page, or was there: whoever takes the steps of the attempt here
    /// need not wait with the next.
    pub fn hurry(&self, booking: &Booking) {
        self.schedule.hurry(booking);
    }

    /// Takes in news that the provider sent: that it was seen and what follows from it are one commit.
    /// What happened is not believed but asked for, so that the order of notices does not matter.
    ///
    /// # Errors
    /// [`NoticeError`]; the provider sends it again.
    pub async fn notice(&self, signature: Option<&str>, body: &[u8]) -> Result<(), NoticeError> {
        let provider = self.saga.provider.as_ref().ok_or(NoticeError::NoProvider)?;
        let now = self.sequencer.store().now();
        let Notice { id, about, trouble } = provider.read_notice(signature, body, now)?;
        let Some((event, attempt)) = about else {
            return Ok(());
        };
        let noticed = Record::Noticed {
            event,
            attempt,
            id,
            at: now,
            trouble,
        };
        match self.sequencer.record(noticed).await {
            // Of an event that was archived, or was never here.
            Err(SequencerError::UnknownEvent) => Ok(()),
            result => Ok(result?),
        }
    }
}
