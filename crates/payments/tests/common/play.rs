//! An attempt to pay, played from `pay` to its end: processes of ours that die and follow one another,
//! a payer at the provider's page, and others who want something of the same event meanwhile.

use std::sync::Arc;

use boxoffice_inventory::{Command, Outcome, Reservation};
use boxoffice_payments::{PaymentConfig, Payments};
use boxoffice_store::conformance::CommitFault;
use boxoffice_store::{Booking, Store};
use parking_lot::Mutex;

use super::fake::{Fake, Fault};
use super::{FEW_SEATS, Office, SECOND, TestResult, facts};

/// Rounds of recovery after which everything must be settled, when time goes by as it does, and more
/// when nobody but time ends it.
const MOST_ROUNDS: usize = 12;
const MOST_WAITS: usize = 12;

/// An office, a provider, and what is planned for both.
pub struct Play {
    pub office: Office,
    pub fake: Arc<Fake>,
    pub config: PaymentConfig,
    /// What is left of the commits' faults, counted from so many commits.
    commits: Mutex<(Vec<CommitFault>, usize)>,
}

impl Play {
    pub async fn set_up() -> Result<Self, Box<dyn std::error::Error>> {
        Ok(Play::at(Office::open().await?))
    }

    /// The next play on the same stage, with an event and a provider of its own.
    pub async fn anew(&self) -> Result<Self, Box<dyn std::error::Error>> {
        self.anew_with(None).await
    }

    /// The same, where one buyer may have so many seats.
    pub async fn anew_with(&self, limit: Option<u32>) -> Result<Self, Box<dyn std::error::Error>> {
        let mut facts = facts(FEW_SEATS)?;
        facts.max_seats_per_buyer = limit;
        let mut play = Play::at(self.office.another_event(facts).await?);
        play.config = self.config.clone();
        Ok(play)
    }

    fn at(office: Office) -> Self {
        let store: Arc<dyn Store> = office.store.clone();
        Play {
            office,
            fake: Fake::new(store),
            config: PaymentConfig::default(),
            commits: Mutex::default(),
        }
    }

    /// A new process of ours.
    pub fn process(&self) -> Payments {
        let provider = self.fake.clone();
        self.office.payments_by(provider, self.config.clone())
    }

    /// From now on these befall the next calls and commits.
    pub fn plan(&self, calls: &[Fault], commits: &[CommitFault]) {
        self.fake.plan(calls);
        self.plan_commits(commits);
    }

    fn plan_commits(&self, faults: &[CommitFault]) {
        self.office.store.plan(faults);
        *self.commits.lock() = (faults.to_vec(), self.office.store.commits());
    }

    /// How many commits were tried since the plan was made.
    pub fn commits(&self) -> usize {
        self.office.store.commits() - self.commits.lock().1
    }

    /// Does what has nothing to do with the attempt: nothing befalls it.
    pub async fn undisturbed<T>(&self, doing: impl Future<Output = T>) -> T {
        let left = {
            let commits = self.commits.lock();
            let gone = self.office.store.commits() - commits.1;
            commits.0[gone.min(commits.0.len())..].to_vec()
        };
        self.plan_commits(&[]);
        let done = self.fake.undisturbed(doing).await;
        self.plan_commits(&left);
        done
    }

    /// Pays, and recovers in a new process after each crash, until nothing is left to do. Gives the
    /// booking at its end; none when the attempt did not even begin.
    pub async fn run(
        &self,
        token: &str,
        script: &[Fault],
    ) -> Result<Option<Booking>, Box<dyn std::error::Error>> {
        let reservation = self.office.hold().await?;
        self.fake.plan(script);
        self.pay_or_crash(&reservation, token).await;
        self.settle().await?;
        self.attempt(&reservation).await
    }

    pub async fn pay_or_crash(&self, reservation: &Reservation, token: &str) {
        let process = self.process();
        tokio::select! {
            _ = self.office.pay(&process, reservation.first, 1, token) => {}
            () = self.fake.crashed.notified() => {}
        }
    }

    /// The attempt for a reservation that [`Play::pay_or_crash`] began.
    pub async fn attempt(
        &self,
        reservation: &Reservation,
    ) -> Result<Option<Booking>, Box<dyn std::error::Error>> {
        let (event, first) = (self.office.event, reservation.first);
        let found = self.office.store.bookings(event, first, 9).await?;
        let is_it = |booking: &Booking| booking.first == first && booking.key == [1; 16];
        Ok(found.into_iter().find(is_it))
    }

    /// Lets recovery go on, while there is something to do.
    pub async fn rounds(&self, most: usize) -> TestResult {
        for _ in 0..most {
            if self.is_settled().await? {
                break;
            }
            self.office.clock.turn(11 * SECOND);
            self.recover_or_crash().await?;
        }
        Ok(())
    }

    /// Recovers until nothing is left to do.
    pub async fn settle(&self) -> TestResult {
        self.rounds(MOST_ROUNDS).await?;
        for _ in 0..MOST_WAITS {
            if self.is_settled().await? {
                break;
            }
            // Only time ends what waits for a payer who never comes.
            self.office.clock.turn(120 * SECOND);
            self.recover_or_crash().await?;
        }
        assert_eq!(self.office.store.unfinished(9).await?, [], "not settled");
        Ok(())
    }

    async fn is_settled(&self) -> Result<bool, Box<dyn std::error::Error>> {
        Ok(self.office.store.unfinished(1).await?.is_empty())
    }

    pub async fn recover_or_crash(&self) -> TestResult {
        let process = self.process();
        tokio::select! {
            recovered = process.recover() => { recovered?; }
            () = self.fake.crashed.notified() => {}
        }
        Ok(())
    }

    /// The provider tells of the attempt.
    pub async fn notice(&self, id: &str, attempt: u64) -> TestResult {
        let body = format!("{id} {}:{attempt}", self.office.event);
        let process = self.process();
        process.notice(Some("good"), body.as_bytes()).await?;
        Ok(())
    }

    pub async fn call_off(&self) -> TestResult {
        let event = self.office.event;
        self.office
            .sequencer
            .submit(event, Command::CancelEvent)
            .await?;
        Ok(())
    }

    /// An operator takes seats back, these or all; whether they were sold.
    pub async fn refund(
        &self,
        booking: &Booking,
        seats: Option<Vec<u32>>,
    ) -> Result<bool, Box<dyn std::error::Error>> {
        let refund = Command::Refund {
            first: booking.first,
            attempt: booking.attempt,
            seats,
            resell: true,
        };
        let event = self.office.event;
        let decided = self.office.sequencer.submit(event, refund).await?;
        Ok(!matches!(decided.outcome, Outcome::Refused(_)))
    }
}
