//! The steps of the saga, forwards and backwards. Each may be taken twice. Who takes them when, and
//! what a caller is told, is not said here.

use std::sync::Arc;
use std::time::Duration;

use boxoffice_inventory::{Command, FailReason, Outcome};
use boxoffice_sequencer::{Sequencer, SequencerError};
use boxoffice_store::{Booking, BookingStatus, Cleanup, Record};

use crate::provider::{
    Attempt, Authorization, Capture, ChargeState, PaymentProvider, ProviderError,
};

pub(crate) struct Saga {
    sequencer: Sequencer,
    provider: Arc<dyn PaymentProvider>,
    call_timeout: Duration,
}

/// How far a run of steps came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// Confirmed, declined or void: the booking says which.
    ToTheEnd,
    /// The provider could not be asked, and the ledger has forgotten the attempt.
    ToNothing,
    /// Not to an end; recovery goes on.
    SoFar,
}

/// Why a step was not taken; recovery takes it later.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stuck {
    #[error(transparent)]
    Sequencer(#[from] SequencerError),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// A later void would hide it: it is left for a person.
    #[error("money was collected for an attempt that came to nothing")]
    Collected,
}

type Steps = Result<Came, Stuck>;

impl Saga {
    pub(crate) fn new(
        sequencer: Sequencer,
        provider: Arc<dyn PaymentProvider>,
        call_timeout: Duration,
    ) -> Self {
        Saga {
            sequencer,
            provider,
            call_timeout,
        }
    }

    pub(crate) fn provider_name(&self) -> &'static str {
        self.provider.name()
    }

    /// Runs a new attempt, whose `paying` is committed, to its end or to where only recovery can go
    /// on.
    pub(crate) async fn run(&self, booking: &Booking, token: &str) -> Came {
        let attempt = attempt(booking);
        let steps = match self.call(self.provider.authorize(&attempt, token)).await {
            Ok(Authorization::Approved) => self.book(booking).await,
            Ok(Authorization::Declined { code }) => {
                self.fail(booking, FailReason::Declined { code }).await
            }
            Err(ProviderError::Unavailable) => self.fail(booking, FailReason::Unavailable).await,
            Err(ProviderError::Unknown) => Err(Stuck::Provider(ProviderError::Unknown)),
        };
        note(booking, steps)
    }

    /// Takes the steps that an attempt still needs, by its row as it stands now.
    pub(crate) async fn resume(&self, booking: &Booking) -> Came {
        let steps = match booking.status {
            BookingStatus::Pending => self.ask(booking).await,
            BookingStatus::Booked => self.capture(booking).await,
            _ if booking.cleanup == Cleanup::Void => self.clean_up(booking).await,
            _ => Ok(Came::ToTheEnd),
        };
        note(booking, steps)
    }

    /// The answer to `authorize` was lost: what happened?
    async fn ask(&self, booking: &Booking) -> Steps {
        if self.past_limit(booking) {
            return self.fail(booking, FailReason::TimedOut).await;
        }
        let now = self.sequencer.store().now();
        match self.call(self.provider.find(&attempt(booking))).await? {
            Some(ChargeState::Authorized | ChargeState::Captured) => self.book(booking).await,
            Some(ChargeState::Declined { code }) => {
                self.fail(booking, FailReason::Declined { code }).await
            }
            Some(ChargeState::Voided) => self.fail(booking, FailReason::Unavailable).await,
            // The call of another process may still be on its way: see "When nothing is found".
            None if now < booking.created_at.plus(micros(self.call_timeout)) => Ok(Came::SoFar),
            None => self.fail(booking, FailReason::Unavailable).await,
        }
    }

    /// The money is promised: sell, and then collect.
    async fn book(&self, booking: &Booking) -> Steps {
        let (first, attempt) = (booking.first, booking.attempt);
        let command = Command::Book { first, attempt };
        let decided = self.sequencer.submit(booking.event, command).await?;
        match decided.outcome {
            Outcome::Booked => self.capture(booking).await,
            // The seats may be someone else's. Where the ledger has not said so yet it must, before
            // the money is given back.
            _ if self.past_limit(booking) => self.fail(booking, FailReason::TimedOut).await,
            // The event was called off.
            _ => self.fail(booking, FailReason::Unavailable).await,
        }
    }

    /// The seats are sold: collect.
    async fn capture(&self, booking: &Booking) -> Steps {
        let (event, first, attempt) = (booking.event, booking.first, booking.attempt);
        let call = self::attempt(booking);
        match self.call(self.provider.capture(&call)).await? {
            Capture::Done => {
                let confirmed = Record::Confirmed { event, attempt };
                self.sequencer.record(confirmed).await?;
                count("confirmed");
                Ok(Came::ToTheEnd)
            }
            Capture::FailedForGood { code } => {
                let reason = FailReason::CaptureFailed { code };
                let command = Command::CancelBooking {
                    first,
                    attempt,
                    reason,
                };
                self.sequencer.submit(event, command).await?;
                count("cancelled");
                self.clean_up(booking).await
            }
        }
    }

    /// The attempt came to nothing: the seats go back to what their hold says, and then the money.
    async fn fail(&self, booking: &Booking, reason: FailReason) -> Steps {
        let (outcome, came) = match reason {
            FailReason::Declined { .. } => ("declined", Came::ToTheEnd),
            FailReason::Unavailable => ("unavailable", Came::ToNothing),
            FailReason::TimedOut => ("timed_out", Came::ToTheEnd),
            FailReason::CaptureFailed { .. } => ("cancelled", Came::ToTheEnd),
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
        if outcome != "declined" {
            // The end is recorded, and so is what is left to do; it need not succeed now.
            note(booking, self.clean_up(booking).await);
        }
        Ok(came)
    }

    /// Gives back what may have been set aside, and makes sure.
    async fn clean_up(&self, booking: &Booking) -> Steps {
        let call = attempt(booking);
        self.call(self.provider.void(&call)).await?;
        match self.call(self.provider.find(&call)).await? {
            Some(ChargeState::Authorized) => return Ok(Came::SoFar),
            Some(ChargeState::Captured) => return Err(Stuck::Collected),
            Some(ChargeState::Voided | ChargeState::Declined { .. }) | None => {}
        }
        let (event, attempt) = (booking.event, booking.attempt);
        let cleaned = Record::CleanedUp { event, attempt };
        self.sequencer.record(cleaned).await?;
        Ok(Came::ToTheEnd)
    }

    fn past_limit(&self, booking: &Booking) -> bool {
        self.sequencer.store().now() >= booking.limit
    }

    async fn call<T>(
        &self,
        call: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<T, ProviderError> {
        let answer = tokio::time::timeout(self.call_timeout, call).await;
        answer.unwrap_or(Err(ProviderError::Unknown))
    }
}

fn attempt(booking: &Booking) -> Attempt {
    Attempt {
        event: booking.event,
        attempt: booking.attempt,
        amount: booking.amount,
        currency: booking.currency,
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

fn count(outcome: &'static str) {
    metrics::counter!("payments_attempts_total", "outcome" => outcome).increment(1);
}

fn note(booking: &Booking, steps: Steps) -> Came {
    let (event, attempt) = (booking.event, booking.attempt);
    match steps {
        Ok(came) => came,
        Err(stuck @ Stuck::Collected) => {
            tracing::error!(event.number = %event, attempt, %stuck, "A payment needs a refund by hand");
            Came::SoFar
        }
        Err(stuck) => {
            tracing::info!(event.number = %event, attempt, %stuck, "A payment waits for recovery");
            Came::SoFar
        }
    }
}
