//! The built-in test provider: each token of the contract from `pay` to its end, and each call twice.

mod common;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use boxoffice_payments::{
    Attempt, Capture, ChargeState, Order, PayError, PaymentProvider, ProviderError, TestProvider,
};
use boxoffice_store::{BookingStatus, ChargeStatus, PaymentMethod, Store};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use common::{Office, TestResult};

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
        return_url: "http://localhost/checkout/1".into(),
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

#[tokio::test(start_paused = true)]
async fn each_call_twice_is_the_same() -> TestResult {
    let office = Office::open().await?;
    let provider = provider(&office);
    let paid = attempt(&office, 7);
    for _ in 0..2 {
        let answer = provider.authorize(&paid, &order("tok_visa")).await?.state;
        assert_eq!(answer, ChargeState::Authorized);
    }
    assert_eq!(
        state(&provider, &paid).await?,
        Some(ChargeState::Authorized)
    );
    for _ in 0..2 {
        assert_eq!(provider.capture(&paid).await?, Capture::Done);
        assert_eq!(state(&provider, &paid).await?, Some(ChargeState::Captured));
    }
    let voided = attempt(&office, 8);
    provider.authorize(&voided, &order("tok_visa")).await?;
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
    let never = |code: &str| Capture::FailedForGood { code: code.into() };
    let [none, declined, voided, captured] = [1, 2, 3, 4].map(|number| attempt(&office, number));
    assert_eq!(provider.capture(&none).await?, never("charge_not_found"));
    provider
        .authorize(&declined, &order("tok_chargeDeclined"))
        .await?;
    assert_eq!(
        provider.capture(&declined).await?,
        never("charge_not_authorized")
    );
    provider.authorize(&voided, &order("tok_visa")).await?;
    provider.void(&voided).await?;
    assert_eq!(
        provider.capture(&voided).await?,
        never("charge_not_authorized")
    );
    provider.authorize(&captured, &order("tok_visa")).await?;
    provider.capture(&captured).await?;
    provider.void(&captured).await?;
    let charge = office
        .store
        .charge(office.event, 4)
        .await?
        .ok_or("no charge")?;
    assert_eq!(charge.status, ChargeStatus::Captured);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_was_voided_before_it_came_sets_nothing_aside() -> TestResult {
    let office = Office::open().await?;
    let provider = provider(&office);
    let late = attempt(&office, 7);
    assert_eq!(state(&provider, &late).await?, None);
    provider.void(&late).await?;
    let answer = provider.authorize(&late, &order("tok_visa")).await?.state;
    assert_eq!(answer, ChargeState::Voided);
    assert_eq!(state(&provider, &late).await?, Some(ChargeState::Voided));
    Ok(())
}
