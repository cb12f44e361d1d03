//! Scenes: what a payer, a bank and others do while an attempt is under way, and how it must end.

use boxoffice_inventory::Reservation;
use boxoffice_payments::ChargeState;
use boxoffice_store::conformance::CommitFault;
use boxoffice_store::{Booking, BookingStatus, Store};

use super::fake::Fault;
use super::play::Play;
use super::{FEW_SEATS, HOLD, REDIRECT_LIMIT, SECOND, TestResult};

type Failure = Box<dyn std::error::Error>;

/// What somebody else does, or that time passes. After each of them recovery has two rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The payer pays, or does not, at the page that we have sent them to.
    Pays,
    Declines,
    /// The bank has an answer to a payment that was being processed.
    BankPays,
    BankDeclines,
    /// Money that was under way arrives, though the provider had said that it was void, and tells of it.
    MoneyComes,
    /// Until just before a page is closed, and still without recovery.
    UntilTheLast,
    /// Until a page is closed.
    Closing,
    /// Until the attempt is past its limit, with recovery and without.
    PastLimit,
    PastLimitAlone,
    /// Until the hold has run out too.
    PastHold,
    /// For as long as what has ended is remembered, or longer.
    NearlyADay,
    ADay,
    /// Another takes the same seats, and has them or only holds them.
    OtherBuys,
    OtherHolds,
    /// The same buyer pays with this.
    PaysAgain(&'static str),
    CallOff,
    RefundOne,
    RefundAll,
}

#[derive(Clone, Copy, Debug)]
pub struct Scene {
    pub token: &'static str,
    pub acts: &'static [Act],
    /// How the attempt ends if nothing goes wrong, and how else it may.
    pub end: BookingStatus,
    pub or: &'static [BookingStatus],
}

/// What a scene took.
pub struct Performed {
    /// None: the attempt did not begin.
    pub booking: Option<Booking>,
    pub calls: usize,
    pub commits: usize,
}

/// Says which scene it was when an assertion fails.
struct Title<'a>(&'a Scene, &'a [Fault], &'a [CommitFault]);

impl Drop for Title<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Title(scene, calls, commits) = self;
            eprintln!("in {scene:?} with {calls:?} and {commits:?}");
        }
    }
}

impl Scene {
    /// Performs it on a stage of its own, and checks all books at its end.
    pub async fn perform(
        &self,
        play: &Play,
        calls: &[Fault],
        commits: &[CommitFault],
    ) -> Result<Performed, Failure> {
        let _title = Title(self, calls, commits);
        if self.token.starts_with("card-") {
            self.buys_before(play).await?;
        }
        let reservation = self.hold(play).await?;
        play.plan(calls, commits);
        play.pay_or_crash(&reservation, self.token).await;
        play.rounds(2).await?;
        for act in self.acts {
            let rounds = play.undisturbed(self.act(play, &reservation, *act));
            let rounds = rounds.await?;
            play.rounds(rounds).await?;
        }
        play.settle().await?;
        let performed = Performed {
            booking: play.attempt(&reservation).await?,
            calls: calls.len() - play.fake.planned(),
            commits: play.commits(),
        };
        play.plan(&[], &[]);
        play.office.balances(&play.fake).await?;
        if let Some(booking) = &performed.booking {
            let ends = booking.status == self.end || self.or.contains(&booking.status);
            assert!(ends, "{booking:?}");
        }
        Ok(performed)
    }

    async fn hold(&self, play: &Play) -> Result<Reservation, Failure> {
        let seats = match self.token {
            "free" => vec![FEW_SEATS, FEW_SEATS + 1],
            _ => vec![0, 1],
        };
        // Who pays again does so after a payer may have been at another page.
        let hold = match self.acts.iter().any(|act| matches!(act, Act::PaysAgain(_))) {
            true => HOLD + 2 * REDIRECT_LIMIT,
            false => HOLD,
        };
        play.office.hold_for(hold, [1; 16], seats).await
    }

    /// Somebody with the same card.
    async fn buys_before(&self, play: &Play) -> TestResult {
        let other = play.office.hold_as([2; 16], vec![2, 3]).await?;
        let process = play.process();
        let bought = play
            .office
            .pay(&process, other.first, 9, self.token)
            .await?;
        assert_eq!(bought.booking.status, BookingStatus::Confirmed);
        Ok(())
    }

    /// Gives back for how many rounds recovery goes on.
    async fn act(&self, play: &Play, to: &Reservation, act: Act) -> Result<usize, Failure> {
        let booking = play.attempt(to).await?;
        let charge = booking
            .as_ref()
            .and_then(|booking| play.fake.state(booking.attempt));
        let clock = &play.office.clock;
        let now = play.office.store.now();
        let until_limit = booking.as_ref().map_or(0, |it| it.limit.since(now));
        match act {
            Act::Pays | Act::Declines => self.at_the_page(play, booking, act),
            Act::BankPays | Act::BankDeclines => {
                if let (Some(booking), Some(ChargeState::Pending)) = (booking, charge) {
                    let state = if act == Act::BankPays {
                        ChargeState::Captured
                    } else {
                        declined()
                    };
                    play.fake.becomes(booking.attempt, state);
                }
            }
            Act::MoneyComes => self.money_comes(play, booking).await?,
            Act::UntilTheLast => {
                clock.turn((until_limit - 31 * SECOND).max(0));
                return Ok(0);
            }
            Act::Closing => clock.turn((until_limit - 26 * SECOND).max(0)),
            Act::PastLimit => clock.turn(until_limit.max(0)),
            Act::PastLimitAlone => {
                clock.turn(until_limit.max(0));
                return Ok(0);
            }
            Act::PastHold => clock.turn(2 * HOLD),
            Act::NearlyADay => clock.turn(23 * 60 * 60 * SECOND),
            Act::ADay => clock.turn(25 * 60 * 60 * SECOND),
            Act::OtherBuys | Act::OtherHolds => {
                let seats = to.seats.iter().map(|seat| seat.index).collect();
                let held = play.office.hold_as([2; 16], seats).await;
                if let (Ok(held), Act::OtherBuys) = (held, act) {
                    let process = play.process();
                    play.office.pay(&process, held.first, 9, "approved").await?;
                }
            }
            Act::PaysAgain(token) => {
                let process = play.process();
                let _ = play.office.pay(&process, to.first, 2, token).await;
            }
            Act::CallOff => play.call_off().await?,
            Act::RefundOne | Act::RefundAll => {
                let seats = (act == Act::RefundOne).then(|| vec![to.seats[0].index]);
                if let Some(booking) = booking {
                    play.refund(&booking, seats).await?;
                }
            }
        }
        Ok(2)
    }

    /// Who was told where to go to is there, if the page is still open.
    fn at_the_page(&self, play: &Play, booking: Option<Booking>, act: Act) {
        let Some(booking) = booking.filter(|booking| booking.redirect_url.is_some()) else {
            return;
        };
        if let Some(ChargeState::Open { .. }) = play.fake.state(booking.attempt) {
            let state = match act {
                Act::Declines => declined(),
                _ if self.token == "bank" => ChargeState::Captured,
                _ => ChargeState::Authorized,
            };
            play.fake.becomes(booking.attempt, state);
        }
    }

    async fn money_comes(&self, play: &Play, booking: Option<Booking>) -> TestResult {
        use ChargeState::{Open, Pending, Voided};
        let Some(booking) = booking else {
            return Ok(());
        };
        let attempt = booking.attempt;
        let was_there = play
            .fake
            .charges
            .lock()
            .get(&attempt)
            .is_some_and(|charge| {
                // It was asked for, and not made void before it came.
                !charge.token.is_empty() && matches!(charge.state, Open { .. } | Pending | Voided)
            });
        if was_there && booking.redirect_url.is_some() {
            play.fake.comes_late(attempt, ChargeState::Captured);
            play.notice("late", attempt).await?;
        }
        Ok(())
    }
}

fn declined() -> ChargeState {
    let code = "generic_decline".into();
    ChargeState::Declined { code }
}
