//! The built-in test provider: each token of the contract from `pay` to its end, and each call twice.

mod common;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use boxoffice_payments::{
    Attempt, Capture, ChargeState, OfferKind, Order, PayError, PaymentProvider, ProviderError,
    TestProvider,
};
use boxoffice_store::{BookingStatus, PaymentMethod, Store};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use boxoffice_store::conformance::{COMMIT_FAULTS, CommitFault};
use common::play::Play;
use common::{Office, SECOND, TestResult};

fn provider(office: &Office) -> Arc<TestProvider> {
    Arc::new(TestProvider::new(office.sequencer.clone()))
}

fn attempt(office: &Office, attempt: u64) -> Attempt {
    Attempt {
        event: office.event,
        attempt,
        amount: 5_000,
        currency: "EUR".parse().expect("a currency"),
        method: PaymentMethod::Token,
        reference: None,
        started: office.store.now(),
        age: 0,
    }
}

fn order(token: &str) -> Order {
    Order {
        token: token.into(),
        description: "A night".into(),
        email: None,
        return_url: "http://localhost/orders/1".into(),
    }
}

/// How the provider has it.
async fn state(
    provider: &TestProvider,
    attempt: &Attempt,
) -> Result<Option<ChargeState>, ProviderError> {
    let found = provider.find(attempt).await?;
    Ok(found.map(|charge| charge.state))
}

#[tokio::test(start_paused = true)]
async fn what_is_offered_is_taken() -> TestResult {
    let office = Office::open().await?;
    let payments = office.payments(provider(&office));
    let (name, offers) = payments.offers().expect("a provider");
    assert_eq!(name, "test");
    for offer in offers {
        let token = offer.token.expect("a token");
        let method = match offer.kind {
            OfferKind::Redirect => PaymentMethod::Checkout,
            OfferKind::TestCard | OfferKind::PaymentMethod => PaymentMethod::Token,
        };
        assert_eq!(provider(&office).method(token), Some(method), "{token}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn each_token_ends_as_it_says() -> TestResult {
    let office = Office::open().await?;
    let payments = office.payments(provider(&office));
    use BookingStatus::{Cancelled, Confirmed, Declined};
    for (token, status, code) in [
        ("tok_visa", Confirmed, None),
        ("tok_of_any_other_name", Confirmed, None),
        ("tok_chargeDeclined", Declined, Some("generic_decline")),
        (
            "tok_chargeDeclinedInsufficientFunds",
            Declined,
            Some("insufficient_funds"),
        ),
        (
            "tok_chargeDeclinedExpiredCard",
            Declined,
            Some("expired_card"),
        ),
        ("tok_capture_fails", Cancelled, Some("capture_failed")),
    ] {
        let first = office.hold().await?.first;
        let booking = office.pay(&payments, first, 1, token).await?.booking;
        assert_eq!(booking.status, status, "{token}");
        assert_eq!(booking.decline_code.as_deref(), code, "{token}");
    }
    office.balances_with_its_own_charges().await
}

#[tokio::test(start_paused = true)]
async fn tok_unavailable_leaves_the_key_free() -> TestResult {
    let office = Office::open().await?;
    let payments = office.payments(provider(&office));
    let first = office.hold().await?.first;
    let away = office.pay(&payments, first, 1, "tok_unavailable").await;
    assert!(matches!(away, Err(PayError::ProviderUnavailable)));
    let paid = office.pay(&payments, first, 1, "tok_visa").await?;
    assert_eq!(paid.booking.status, BookingStatus::Confirmed);
    payments.recover().await?;
    office.balances_with_its_own_charges().await
}

#[tokio::test(start_paused = true)]
async fn tok_timeout_is_found_by_asking_later() -> TestResult {
    let office = Office::open().await?;
    for (token, status) in [
        ("tok_timeout", BookingStatus::Confirmed),
        ("tok_timeout_declined", BookingStatus::Declined),
    ] {
        let tasks = TaskTracker::new();
        let payments = office.payments_in(Some(provider(&office)), &tasks);
        let first = office.hold().await?.first;
        let mut pay = pin!(office.pay(&payments, first, 1, token));
        let charged = async {
            while office
                .store
                .charges(office.event)
                .await?
                .iter()
                .all(|charge| charge.token != token)
            {}
            Ok::<_, Box<dyn std::error::Error>>(())
        };
        tokio::select! {
            _ = &mut pay => return Err("it was answered".into()),
            charged = charged => charged?,
        }
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(pay.await?.booking.status, BookingStatus::Pending);
        // Its task has the attempt in hand until its call has run out of time too.
        tasks.close();
        tasks.wait().await;
        assert_eq!(payments.recover().await?, 1);
        let ended = office.pay(&payments, first, 1, token).await?;
        assert_eq!((ended.booking.status, ended.replayed), (status, true));
    }
    office.balances_with_its_own_charges().await
}

/// By a clock that jumps to the next timer.
#[tokio::test(start_paused = true)]
async fn tok_slow_is_approved_after_three_seconds() -> TestResult {
    let office = Office::open_in_flowing_time().await?;
    let provider = provider(&office);
    let begun = Instant::now();
    let answer = provider
        .authorize(&attempt(&office, 7), &order("tok_slow"))
        .await?
        .state;
    assert_eq!(answer, ChargeState::Authorized);
    assert_eq!(begun.elapsed().as_secs(), 3);
    Ok(())
}

/// Asks for the money, and writes what the saga would write with its next step.
async fn authorized(
    office: &Office,
    attempt: &Attempt,
    token: &str,
) -> Result<ChargeState, Box<dyn std::error::Error>> {
    let charge = provider(office).authorize(attempt, &order(token)).await?;
    office
        .sequencer
        .record_all(office.event, charge.keep)
        .await?;
    Ok(charge.state)
}

/// Collects, and writes what the saga would write with it; gives the code of a failure for good.
async fn captured(
    office: &Office,
    attempt: &Attempt,
) -> Result<Option<String>, Box<dyn std::error::Error>> {
    match provider(office).capture(attempt).await? {
        Capture::Done { keep } => {
            office.sequencer.record_all(office.event, keep).await?;
            Ok(None)
        }
        Capture::FailedForGood { code } => Ok(Some(code)),
    }
}

#[tokio::test(start_paused = true)]
async fn each_call_twice_is_the_same() -> TestResult {
    let office = Office::open().await?;
    let provider = provider(&office);
    let paid = attempt(&office, 7);
    for _ in 0..2 {
        let answer = authorized(&office, &paid, "tok_visa").await?;
        assert_eq!(answer, ChargeState::Authorized);
    }
    assert_eq!(
        state(&provider, &paid).await?,
        Some(ChargeState::Authorized)
    );
    for _ in 0..2 {
        assert_eq!(captured(&office, &paid).await?, None);
        assert_eq!(state(&provider, &paid).await?, Some(ChargeState::Captured));
    }
    let voided = attempt(&office, 8);
    authorized(&office, &voided, "tok_visa").await?;
    for _ in 0..2 {
        provider.void(&voided).await?;
        assert_eq!(state(&provider, &voided).await?, Some(ChargeState::Voided));
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn only_what_is_set_aside_is_collected_or_given_back() -> TestResult {
    let office = Office::open().await?;
    let provider = provider(&office);
    let [none, declined, voided, taken] = [1, 2, 3, 4].map(|number| attempt(&office, number));
    let never = |code: &str| Some(code.to_owned());
    assert_eq!(captured(&office, &none).await?, never("charge_not_found"));
    authorized(&office, &declined, "tok_chargeDeclined").await?;
    assert_eq!(
        captured(&office, &declined).await?,
        never("charge_not_authorized")
    );
    authorized(&office, &voided, "tok_visa").await?;
    provider.void(&voided).await?;
    assert_eq!(
        captured(&office, &voided).await?,
        never("charge_not_authorized")
    );
    authorized(&office, &taken, "tok_visa").await?;
    captured(&office, &taken).await?;
    provider.void(&taken).await?;
    assert_eq!(state(&provider, &taken).await?, Some(ChargeState::Captured));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_was_voided_before_it_came_sets_nothing_aside() -> TestResult {
    let office = Office::open().await?;
    let provider = provider(&office);
    let late = attempt(&office, 7);
    assert_eq!(state(&provider, &late).await?, None);
    provider.void(&late).await?;
    // What goes well is written with the sale, which the ledger refuses to an attempt that is void.
    provider.authorize(&late, &order("tok_visa")).await?;
    assert_eq!(state(&provider, &late).await?, Some(ChargeState::Voided));
    let answer = authorized(&office, &late, "tok_capture_fails").await?;
    assert_eq!(answer, ChargeState::Voided);
    Ok(())
}

/// Its charges are written with our own steps, and some in commits of their own: each may fail.
#[tokio::test(start_paused = true)]
async fn a_fault_at_any_two_commits_leaves_its_books_right() -> TestResult {
    let stage = Play::set_up().await?;
    for token in ["tok_visa", "tok_chargeDeclined", "tok_capture_fails"] {
        for (at, fault) in (0..6).flat_map(|at| COMMIT_FAULTS.map(|fault| (at, fault))) {
            for second in [CommitFault::None].into_iter().chain(COMMIT_FAULTS) {
                let play = stage.anew().await?;
                let office = &play.office;
                let first = office.hold().await?.first;
                let mut faults = vec![CommitFault::None; at];
                faults.extend([fault, second]);
                play.plan(&[], &faults);
                let process = office.payments(provider(office));
                // A fault is told as one, or was recovered from already.
                let _ = office.pay(&process, first, 1, token).await;
                for _ in 0..12 {
                    office.clock.turn(11 * SECOND);
                    office.payments(provider(office)).recover().await?;
                }
                play.plan(&[], &[]);
                office.balances_with_its_own_charges().await?;
            }
        }
    }
    Ok(())
}
