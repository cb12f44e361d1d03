//! The door to the saga: begins an attempt, waits a while for its end, and repeats what was answered
//! to who asks again.

use std::sync::Arc;

use boxoffice_inventory::{
    Command, Idempotency, IdempotencyKey, Outcome, Refusal, Reservation, Standing,
};
use boxoffice_model::EventNumber;
use boxoffice_sequencer::{Decided, Sequencer, SequencerError};
use boxoffice_store::{
    Booking, BookingDraft, BookingStatus, PaymentMethod, Record, StoreError, load_reservation,
};
use tokio::sync::{Semaphore, oneshot};
use tokio_util::task::TaskTracker;

use crate::buyer::{Mark, normalise_email};
use crate::config::PaymentConfig;
use crate::in_hand::InHand;
use crate::offer::Offer;
use crate::provider::{BadNotice, Notice, PaymentProvider};
use crate::recovery::AT_ONE_TIME;
use crate::saga::{Came, Saga};
use crate::schedule::Schedule;
use crate::wish::{Purse, Wish};

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

impl From<StoreError> for PayError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "A booking cannot be read");
        PayError::Sequencer(SequencerError::StoreUnavailable)
    }
}

/// So many addresses and cards may be tried for one reservation.
const MOST_MARKS: usize = 10;

/// The payments of one process. Cheap to clone.
#[derive(Clone)]
pub struct Payments {
    pub(crate) sequencer: Sequencer,
    pub(crate) saga: Arc<Saga>,
    pub(crate) in_hand: InHand,
    pub(crate) schedule: Arc<Schedule>,
    pub(crate) config: PaymentConfig,
    pub(crate) tasks: TaskTracker,
    /// How many attempts are recovered at one time.
    pub(crate) recovering: Arc<Semaphore>,
    /// The same of those that have ended, with something left to do.
    pub(crate) closing: Arc<Semaphore>,
}

/// How far the first run of an attempt came.
enum Run {
    /// To its end: the booking is like this.
    Confirmed(Box<Booking>),
    Came(Came),
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
            closing: Arc::new(Semaphore::new(AT_ONE_TIME / 4)),
        }
    }

    /// The name of the provider and the ways to pay that it takes; none: nothing can be paid.
    pub fn offers(&self) -> Option<(&'static str, &'static [Offer])> {
        let provider = self.saga.provider.as_ref()?;
        Some((provider.name(), provider.offers()))
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
        self.check_email(event, reservation, &draft).await?;
        let provider = self.saga.provider.as_ref();
        let wish = Wish {
            event,
            first: reservation.first,
            idempotency,
            limit: self.config.limit(method),
            draft: BookingDraft {
                method,
                provider: match method {
                    PaymentMethod::Free => String::new(),
                    _ => provider.map_or(String::new(), |it| it.name().to_owned()),
                },
                ..draft
            },
            purse,
        };
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
        reservation: &Reservation,
        draft: &BookingDraft,
    ) -> Result<(), PayError> {
        let email = draft.email.as_deref().map(normalise_email);
        let mark = email.and_then(|email| self.config.buyers.mark(event, Mark::Email, &email));
        let Some(mark) = mark else {
            return Ok(());
        };
        if reservation.standing(self.sequencer.store().now()) != Standing::Held {
            // It is refused anyway, and a refusal leaves nothing behind.
            return Ok(());
        }
        if reservation.marks.len() >= MOST_MARKS && !reservation.marks.contains(&mark) {
            let limit = u32::try_from(MOST_MARKS).unwrap_or(u32::MAX);
            return Err(PayError::Refused(Refusal::TooManyAttempts { limit }));
        }
        let (first, marks) = (reservation.first, vec![mark]);
        let know = Command::KnowBuyer { first, marks };
        match self.sequencer.submit(event, know).await?.outcome {
            Outcome::Refused(refusal @ Refusal::BuyerLimit { .. }) => {
                Err(PayError::Refused(refusal))
            }
            _ => Ok(()),
        }
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
            Ok(Ok(Run::Confirmed(booking))) => {
                return Ok(PayResult {
                    booking: *booking,
                    replayed: false,
                });
            }
            Ok(Ok(Run::Came(Came::ToNothing))) => return Err(PayError::ProviderUnavailable),
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
        wish: Wish,
        tell: oneshot::Sender<Result<Decided, SequencerError>>,
    ) -> Run {
        let beginning = self.in_hand.begin(wish.event, wish.first);
        let submitted =
            self.sequencer
                .submit_payment(wish.event, wish.command(), wish.draft.clone());
        let decided = submitted.await;
        let began = match &decided {
            Ok(decided) => wish.began(decided),
            Err(_) => None,
        };
        let busy = began.map(|(address, booking)| {
            let busy = beginning.attempt(address.version);
            (address, booking, busy)
        });
        drop(beginning);
        // Whoever went away does not want to know; the attempt goes on.
        let _ = tell.send(decided);
        let Some((address, booking, _busy)) = busy else {
            return Run::Came(Came::SoFar);
        };
        let order = wish.order(&self.config.public_url, address);
        let booking = match booking {
            Some(booking) => booking,
            None => match self.stands(wish.event, address.version, false).await {
                Ok(result) => result.booking,
                Err(_) => return Run::Came(Came::SoFar),
            },
        };
        let steps = self.saga.run(&booking, &order).await;
        match self.came(&booking, steps).await {
            Came::Confirmed(Some(receipt)) => Run::Confirmed(Box::new(Booking {
                status: BookingStatus::Confirmed,
                receipt: Some(receipt),
                ..booking
            })),
            came => Run::Came(came),
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
        if let Some(trouble) = &trouble {
            tracing::error!(event.number = %event, attempt, trouble, "A payment needs an operator");
        }
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
