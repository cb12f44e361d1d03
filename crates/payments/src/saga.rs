//! The steps of the saga, forwards, and backwards as far as the ledger. Each may be taken twice. What is
//! left to do at the provider afterwards is in `closing`; who takes steps when, and what a caller is
//! told, is not said here.

use std::sync::Arc;
use std::time::Duration;

use boxoffice_inventory::{Command, FailReason, Outcome, Refusal};
use boxoffice_model::{Micros, Timestamp};
use boxoffice_sequencer::{Sequencer, SequencerError};
use boxoffice_store::{
    Booking, BookingStatus, Cleanup, PaymentMethod, Receipt, Record, StoreError,
};

use crate::buyer::{Buyers, Mark};
use crate::config::PaymentConfig;
use crate::provider::{
    Attempt, Capture, ChargeState, Order, PaymentProvider, ProviderCharge, ProviderError,
};

pub(crate) struct Saga {
    pub(crate) sequencer: Sequencer,
    pub(crate) provider: Option<Arc<dyn PaymentProvider>>,
    buyers: Arc<dyn Buyers>,
    call_timeout: Duration,
    arrives_within: Duration,
    redirect_limit: Micros,
}

/// How far a run of steps came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// Sold, and paid for; the receipt where it is known.
    Confirmed(Option<Receipt>),
    /// Confirmed, declined or void: the booking says which.
    ToTheEnd,
    /// The provider could not be asked, and the ledger has forgotten the attempt.
    ToNothing,
    /// Its payer must do something first.
    ToThePayer,
    /// Not to an end; recovery goes on.
    SoFar,
}

/// Why a step was not taken; recovery takes it later.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stuck {
    #[error(transparent)]
    Sequencer(#[from] SequencerError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error("another node may have taken the payment over")]
    NotOurs,
    #[error("the booking is of the provider `{0}`, which is not configured")]
    OtherProvider(String),
    /// No further try will help.
    #[error("{0}")]
    ForGood(String),
}

pub(crate) type Steps = Result<Came, Stuck>;

/// So long before the limit of a payer's page it is closed, that no money comes after the seats are
/// free; of short limits it is half.
const CLOSING: Micros = 30 * 1_000_000;

impl Saga {
    pub(crate) fn new(
        sequencer: Sequencer,
        provider: Option<Arc<dyn PaymentProvider>>,
        config: &PaymentConfig,
    ) -> Self {
        Saga {
            sequencer,
            provider,
            buyers: Arc::clone(&config.buyers),
            call_timeout: config.call_timeout,
            arrives_within: config.arrives_within,
            redirect_limit: config.redirect_limit,
        }
    }

    /// Whether this process can take its steps.
    pub(crate) fn knows(&self, booking: &Booking) -> bool {
        is_free(booking)
            || self
                .provider
                .as_ref()
                .is_some_and(|provider| provider.name() == booking.draft.provider)
    }

    /// The provider of a booking.
    pub(crate) fn provider(&self, booking: &Booking) -> Result<&dyn PaymentProvider, Stuck> {
        let name = &booking.draft.provider;
        self.provider
            .as_deref()
            .filter(|provider| provider.name() == name)
            .ok_or_else(|| Stuck::OtherProvider(name.clone()))
    }

    /// Runs a new attempt, whose `paying` is committed, to its end or to where only recovery, or its
    /// payer, can go on.
    pub(crate) async fn run(&self, booking: &Booking, order: &Order) -> Steps {
        if booking.amount == 0 {
            return self.book(booking, &free()).await;
        }
        if is_free(booking) {
            // Its seats were others when that was decided: the caller asks again.
            return self.end(booking, FailReason::Unavailable).await;
        }
        let attempt = self.attempt(booking);
        let authorizing = self.provider(booking)?.authorize(&attempt, order);
        match self.call(authorizing).await {
            Ok(charge) => self.follow(booking, &charge).await,
            Err(error @ ProviderError::Rejected { .. }) => {
                tracing::error!(%error, "A payment cannot be asked for");
                self.end(booking, FailReason::Unavailable).await
            }
            // Cleaning up is for later: the provider is away, and the buyer waits.
            Err(ProviderError::Unavailable) => self.end(booking, FailReason::Unavailable).await,
            Err(ProviderError::Unknown) => Err(Stuck::Provider(ProviderError::Unknown)),
        }
    }

    /// Takes the steps that an attempt still needs, by its row as it stands now.
    pub(crate) async fn resume(&self, booking: &Booking) -> Steps {
        match booking.status {
            BookingStatus::Pending | BookingStatus::Action => self.ask(booking).await,
            BookingStatus::Booked => self.settle(booking).await,
            _ => match booking.cleanup {
                Cleanup::Void | Cleanup::Look => self.clean_up(booking).await,
                Cleanup::Refund => self.give_back(booking).await,
                Cleanup::None => Ok(Came::ToTheEnd),
            },
        }
    }

    /// The answer to `authorize` was lost, or its payer is elsewhere: what happened?
    async fn ask(&self, booking: &Booking) -> Steps {
        if self.past_limit(booking) {
            return self.fail(booking, FailReason::TimedOut).await;
        }
        if booking.amount == 0 {
            return self.book(booking, &free()).await;
        }
        if is_free(booking) {
            return self.fail(booking, FailReason::Unavailable).await;
        }
        let now = self.sequencer.store().now();
        match self.find(booking).await? {
            Some(charge) => self.follow(booking, &charge).await,
            // The call of another process may still be on its way: see "When nothing is found".
            None if now < booking.created_at.plus(micros(self.arrives_within)) => Ok(Came::SoFar),
            None => self.fail(booking, FailReason::Unavailable).await,
        }
    }

    /// Goes on from how the charge of an attempt under way stands.
    async fn follow(&self, booking: &Booking, charge: &ProviderCharge) -> Steps {
        match &charge.state {
            ChargeState::Authorized | ChargeState::Captured => self.sell(booking, charge).await,
            ChargeState::Open { redirect_url } => {
                self.redirect(booking, charge, redirect_url).await
            }
            ChargeState::Pending => Ok(Came::SoFar),
            ChargeState::Declined { code } => {
                if booking.status == BookingStatus::Action {
                    // Its payer could try once more at the page.
                    self.void(booking).await?;
                }
                let code = code.clone();
                self.fail(booking, FailReason::Declined { code }).await
            }
            // We closed its page: the rest is the limit's.
            ChargeState::Voided if self.is_closing(booking) => Ok(Came::SoFar),
            ChargeState::Voided => {
                let code = "payment_cancelled".to_owned();
                self.fail(booking, FailReason::Declined { code }).await
            }
        }
    }

    /// The payer must go elsewhere: the seats wait as long as that may take, and everyone who asks is
    /// told where.
    async fn redirect(&self, booking: &Booking, charge: &ProviderCharge, url: &str) -> Steps {
        if self.is_closing(booking) {
            self.void(booking).await?;
            return Ok(Came::SoFar);
        }
        let known = booking.redirect_url.as_deref() == Some(url);
        if known && booking.status == BookingStatus::Action {
            return Ok(Came::SoFar);
        }
        let (event, first, attempt) = (booking.event, booking.first, booking.attempt);
        let wait = Command::Redirect {
            first,
            attempt,
            limit: self.redirect_limit,
        };
        let decided = self.sequencer.submit(event, wait).await?;
        if matches!(decided.outcome, Outcome::Refused(_)) {
            // It is over meanwhile; its row says how it goes on.
            return Ok(Came::SoFar);
        }
        let action = Record::ActionRequired {
            event,
            attempt,
            reference: charge.reference.clone(),
            redirect_url: url.to_owned(),
        };
        self.sequencer.record(action).await?;
        Ok(Came::ToThePayer)
    }

    /// The money is promised, or there: sell, unless whoever pays has all the seats that one may have.
    async fn sell(&self, booking: &Booking, charge: &ProviderCharge) -> Steps {
        let mark = charge
            .card
            .as_deref()
            .and_then(|card| self.buyers.mark(booking.event, Mark::Card, card));
        if let Some(mark) = mark {
            let first = booking.first;
            let marks = vec![mark];
            let know = Command::KnowBuyer { first, marks };
            let decided = self.sequencer.submit(booking.event, know).await?;
            if matches!(
                decided.outcome,
                Outcome::Refused(Refusal::BuyerLimit { .. })
            ) {
                return self.fail(booking, FailReason::BuyerLimit).await;
            }
        }
        self.book(booking, charge).await
    }

    async fn book(&self, booking: &Booking, charge: &ProviderCharge) -> Steps {
        let (first, attempt) = (booking.first, booking.attempt);
        let command = Command::Book { first, attempt };
        let keep = charge.keep.clone();
        let submitted = self.sequencer.submit_with(booking.event, command, keep);
        let decided = submitted.await?;
        match decided.outcome {
            Outcome::Booked => {
                let receipt = decided.changed.then_some(decided.receipt);
                let booked = Booking {
                    status: BookingStatus::Booked,
                    receipt,
                    ..booking.clone()
                };
                self.collect(&booked, charge).await
            }
            // The seats may be someone else's. Where the ledger has not said so yet it must, before
            // the money is given back.
            _ if self.past_limit(booking) => self.fail(booking, FailReason::TimedOut).await,
            // The event was called off.
            _ => self.fail(booking, FailReason::Unavailable).await,
        }
    }

    /// The seats are sold, who knows by whom: ask for the money, and collect it.
    async fn settle(&self, booking: &Booking) -> Steps {
        if is_free(booking) {
            return self.confirm(booking, &free(), Vec::new()).await;
        }
        // What was taken at once is not collected again.
        match self.find(booking).await? {
            Some(charge) => self.collect(booking, &charge).await,
            None => self.collect(booking, &ChargeState::Authorized.into()).await,
        }
    }

    /// The seats are sold: collect, where that was not done at once.
    pub(crate) async fn collect(&self, booking: &Booking, charge: &ProviderCharge) -> Steps {
        if charge.state == ChargeState::Captured {
            return self.confirm(booking, charge, Vec::new()).await;
        }
        let (event, first, attempt) = (booking.event, booking.first, booking.attempt);
        let call = Attempt {
            reference: charge.reference.clone().or(booking.reference.clone()),
            ..self.attempt(booking)
        };
        let collected = self.call(self.provider(booking)?.capture(&call)).await?;
        match collected {
            Capture::Done { keep } => self.confirm(booking, charge, keep).await,
            Capture::FailedForGood { code } => {
                let reason = FailReason::CaptureFailed { code };
                let command = Command::CancelBooking {
                    first,
                    attempt,
                    reason,
                };
                self.sequencer.submit(event, command).await?;
                count("cancelled");
                self.clean_up_now(booking).await
            }
        }
    }

    async fn confirm(
        &self,
        booking: &Booking,
        charge: &ProviderCharge,
        mut keep: Vec<Record>,
    ) -> Steps {
        keep.push(Record::Confirmed {
            event: booking.event,
            attempt: booking.attempt,
            reference: charge.reference.clone(),
        });
        self.sequencer.record_all(booking.event, keep).await?;
        count("confirmed");
        Ok(Came::Confirmed(booking.receipt))
    }

    /// The attempt came to nothing: the seats go back to what their hold says, and then the money.
    async fn fail(&self, booking: &Booking, reason: FailReason) -> Steps {
        let came = self.end(booking, reason).await?;
        if came != Came::SoFar {
            // The end is recorded, and so is what is left to do; it need not succeed now.
            if let Err(stuck) = self.clean_up_now(booking).await {
                note(booking, &stuck);
            }
        }
        Ok(came)
    }

    /// The attempt came to nothing, as far as the ledger is concerned.
    async fn end(&self, booking: &Booking, reason: FailReason) -> Steps {
        let (outcome, came) = match reason {
            FailReason::Declined { .. } => ("declined", Came::ToTheEnd),
            FailReason::Unavailable => ("unavailable", Came::ToNothing),
            FailReason::TimedOut => ("timed_out", Came::ToTheEnd),
            FailReason::BuyerLimit => ("buyer_limit", Came::ToTheEnd),
            FailReason::CaptureFailed { .. } | FailReason::EventCancelled => {
                ("cancelled", Came::ToTheEnd)
            }
        };
        let (first, attempt) = (booking.first, booking.attempt);
        let command = Command::FailPayment {
            first,
            attempt,
            reason,
        };
        let decided = self.sequencer.submit(booking.event, command).await?;
        // It was booked by someone, or the lane's clock is not at the limit yet: its row says how it
        // goes on, and giving money back now would be wrong.
        if matches!(decided.outcome, Outcome::Refused(_)) {
            return Ok(Came::SoFar);
        }
        count(outcome);
        Ok(came)
    }

    /// How the provider has it now.
    pub(crate) async fn find(&self, booking: &Booking) -> Result<Option<ProviderCharge>, Stuck> {
        let attempt = self.attempt(booking);
        let provider = self.provider(booking)?;
        Ok(self.call(provider.find(&attempt)).await?)
    }

    /// Has the provider give back what it set aside, and close its page.
    pub(crate) async fn void(&self, booking: &Booking) -> Result<(), Stuck> {
        let attempt = self.attempt(booking);
        let provider = self.provider(booking)?;
        Ok(self.call(provider.void(&attempt)).await?)
    }

    pub(crate) fn past_limit(&self, booking: &Booking) -> bool {
        self.sequencer.store().now() >= booking.limit
    }

    /// Whether it is so late that no payer is let begin any more.
    fn is_closing(&self, booking: &Booking) -> bool {
        self.sequencer.store().now() >= closing_at(booking)
    }

    pub(crate) fn attempt(&self, booking: &Booking) -> Attempt {
        Attempt {
            event: booking.event,
            attempt: booking.attempt,
            amount: booking.amount,
            currency: booking.currency,
            method: booking.draft.method,
            reference: booking.reference.clone(),
            started: booking.created_at,
            age: self.sequencer.store().now().since(booking.created_at),
        }
    }

    pub(crate) async fn call<T>(
        &self,
        call: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<T, ProviderError> {
        let answer = tokio::time::timeout(self.call_timeout, call).await;
        answer.unwrap_or(Err(ProviderError::Unknown))
    }
}

/// When a payer's page is closed.
pub(crate) fn closing_at(booking: &Booking) -> Timestamp {
    let whole = booking.limit.since(booking.created_at);
    booking.limit.plus(-CLOSING.min(whole / 2))
}

/// Whether no provider is ever asked.
pub(crate) fn is_free(booking: &Booking) -> bool {
    booking.amount == 0 || booking.draft.method == PaymentMethod::Free
}

/// What costs nothing is paid for.
fn free() -> ProviderCharge {
    ChargeState::Captured.into()
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

pub(crate) fn count(outcome: &'static str) {
    metrics::counter!("payments_attempts_total", "outcome" => outcome).increment(1);
}

/// Says why an attempt waits for recovery.
pub(crate) fn note(booking: &Booking, stuck: &Stuck) {
    let (event, attempt) = (booking.event, booking.attempt);
    tracing::info!(event.number = %event, attempt, %stuck, "A payment waits for recovery");
}
