//! The client against the testkit's fake of Stripe, which remembers what has happened: that a call that
//! was tried again has happened once.

use std::time::Duration;

use boxoffice_stripe::{
    CallError, CheckoutSession, Confirmation, IntentStatus, Metadata, NewIntent, NewSession,
    PaymentIntent, SecretText, SessionStatus, Stripe, StripeConfig,
};
use boxoffice_testkit::{Fault, StripeFake};

use crate::peer::client_with;

fn config(fake: &StripeFake) -> StripeConfig {
    StripeConfig {
        api_base: fake.base(),
        ..StripeConfig::new(SecretText::new(fake.key()))
    }
}

fn client(fake: &StripeFake) -> Stripe {
    client_with(config(fake), 0x20)
}

fn order(name: &str) -> Metadata {
    [("order".to_owned(), name.to_owned())].into()
}

async fn begun(stripe: &Stripe, name: &str) -> Result<PaymentIntent, CallError> {
    let new = NewIntent {
        amount: 500,
        currency: "EUR".parse().expect("a currency"),
        capture_manual: true,
        automatic_payment_methods: true,
        payment_method: None,
        description: Some("Two seats"),
        receipt_email: None,
        metadata: &order(name),
    };
    stripe.create_intent(&new, &format!("{name}:create")).await
}

async fn confirmed(stripe: &Stripe, id: &str, method: &str) -> Result<PaymentIntent, CallError> {
    let confirmation = Confirmation {
        payment_method: Some(method),
        return_url: Some("https://example.org/back"),
    };
    stripe.confirm_intent(id, &confirmation, "confirm").await
}

/// A payment from its beginning to its refund.
async fn paid_and_back(stripe: &Stripe) -> Result<(), CallError> {
    let id = begun(stripe, "7").await?.id;
    let intent = confirmed(stripe, &id, "pm_card_visa").await?;
    assert_eq!(intent.status, IntentStatus::RequiresCapture);
    assert_eq!(intent.card_fingerprint(), Some("fp_visa"));
    let intent = stripe.capture_intent(&id, "capture").await?;
    assert_eq!(intent.amount_received, 500);
    stripe
        .create_refund(&id, 200, &order("7"), "refund")
        .await?;
    assert_eq!(stripe.refunds_of(&id).await?.len(), 1);
    assert_eq!(stripe.intent(&id).await?.amount_refunded(), Some(200));
    Ok(())
}

#[tokio::test]
async fn each_step_happens_once_whatever_befalls_it_first() {
    for fault in [
        Fault::LostAfter,
        Fault::ErrorAfterLost,
        Fault::Refused,
        Fault::ErrorBefore,
        Fault::TooMany,
        Fault::Conflict,
    ] {
        let fake = StripeFake::start();
        let steps = ["payment_intents", "confirm", "capture", "refunds"];
        for step in steps {
            fake.script_for(step, &[fault]);
        }
        paid_and_back(&client(&fake))
            .await
            .expect("it gets through");
        let money: Vec<_> = fake.money().into_values().collect();
        assert_eq!(money.len(), 1, "{fault:?}");
        assert_eq!(
            (money[0].captured, money[0].captures),
            (500, 1),
            "{fault:?}"
        );
        assert_eq!(
            (fake.intents().len(), fake.refunds().len()),
            (1, 1),
            "{fault:?}"
        );
        assert_eq!(fake.unplayed(), 0, "{fault:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_under_its_key() {
    let fake = StripeFake::start();
    fake.script(&[Fault::LostAfter]);
    begun(&client(&fake), "7").await.expect("the second answer");
    let calls = fake.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!((calls[0].status, calls[1].status), (0, 200));
    assert_eq!(calls[0].idempotency_key.as_deref(), Some("7:create"));
    assert_eq!(calls[0].idempotency_key, calls[1].idempotency_key);
    assert_eq!(calls[0].params, calls[1].params);
    assert_eq!(fake.intents().len(), 1);
}

#[tokio::test]
async fn a_call_that_is_still_at_work_is_waited_for() {
    let fake = StripeFake::start();
    fake.script(&[Fault::Slow(Duration::from_millis(900))]);
    let config = StripeConfig {
        call_timeout: Duration::from_millis(300),
        ..config(&fake)
    };
    let stripe = client_with(config, 0xff);
    begun(&stripe, "7").await.expect("the answer of the first");
    assert!(fake.calls().iter().any(|call| call.status == 409));
    assert_eq!(fake.intents().len(), 1);
}

#[tokio::test]
async fn a_failure_that_is_kept_leaves_the_outcome_unknown_and_is_found() {
    let fake = StripeFake::start();
    fake.script(&[Fault::ErrorAfterSaved]);
    let config = StripeConfig {
        patience: Duration::from_secs(2),
        ..config(&fake)
    };
    let stripe = client_with(config, 0xff);
    let error = begun(&stripe, "7")
        .await
        .expect_err("the same failure again");
    assert!(matches!(error, CallError::Unknown(_)), "{error:?}");
    assert!(fake.calls().len() > 1);
    begun(&stripe, "8").await.expect("another key");
    let found = stripe.find_intents("order", "7").await.expect("a list");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].metadata, order("7"));
}

#[tokio::test]
async fn too_many_requests_for_too_long_are_surely_none() {
    let fake = StripeFake::start();
    fake.script(&[Fault::TooMany; 100]);
    let config = StripeConfig {
        patience: Duration::from_secs(1),
        ..config(&fake)
    };
    let stripe = client_with(config, 0xff);
    let error = begun(&stripe, "7").await.expect_err("no time is left");
    assert!(
        matches!(&error, CallError::Unavailable(trouble) if trouble.status == Some(429)),
        "{error:?}"
    );
    assert!(fake.intents().is_empty());
}

#[tokio::test]
async fn a_stripe_that_was_away_is_found_again() {
    let fake = StripeFake::start();
    let config = StripeConfig {
        patience: Duration::from_secs(1),
        ..config(&fake)
    };
    let stripe = client_with(config, 0x20);
    fake.go_away();
    let error = stripe.ping().await.expect_err("nobody is there");
    assert!(matches!(error, CallError::Unavailable(_)), "{error:?}");
    fake.come_back();
    stripe.ping().await.expect("it is there again");
}

#[tokio::test]
async fn refusals_say_what_was_wrong() {
    let fake = StripeFake::start();
    let stripe = client(&fake);
    let wrong = StripeConfig::new(SecretText::new("sk_test_wrong"));
    let wrong = StripeConfig {
        api_base: fake.base(),
        ..wrong
    };
    let error = client_with(wrong, 0)
        .ping()
        .await
        .expect_err("no key of its");
    assert!(matches!(error, CallError::Unauthorized(_)), "{error:?}");
    let code = |answer: Result<PaymentIntent, CallError>| match answer {
        Err(CallError::Refused(refused)) => refused.code.expect("a code"),
        Err(CallError::Declined(card)) => card.decline_code.expect("a reason"),
        other => panic!("{other:?}"),
    };
    let missing = stripe.intent("pi_none").await;
    assert_eq!(code(missing), "resource_missing");
    let id = begun(&stripe, "7").await.expect("an intent").id;
    let declined = confirmed(&stripe, &id, "pm_card_visa_chargeDeclined").await;
    assert_eq!(code(declined), "generic_decline");
    let early = stripe.capture_intent(&id, "capture").await;
    assert_eq!(code(early), "payment_intent_unexpected_state");
    let canceled = stripe.cancel_intent(&id, "cancel").await;
    assert_eq!(canceled.expect("canceled").status, IntentStatus::Canceled);
    let again = stripe.cancel_intent(&id, "cancel again").await;
    assert_eq!(code(again), "payment_intent_unexpected_state");
}

#[tokio::test]
async fn a_list_of_several_pages_is_read_whole() {
    let fake = StripeFake::start();
    let stripe = client(&fake);
    for number in 0..101 {
        begun(&stripe, &number.to_string()).await.expect("made");
    }
    let all = stripe.intents_since(0).await.expect("two pages");
    let names: Vec<_> = all.iter().map(|each| &*each.metadata["order"]).collect();
    let newest_first: Vec<_> = (0..101)
        .rev()
        .map(|number: u8| number.to_string())
        .collect();
    assert_eq!(names, newest_first);
    let one = stripe.find_intents("order", "42").await.expect("a page");
    assert_eq!(one.len(), 1);
    assert!(
        stripe
            .find_intents("order", "101")
            .await
            .expect("a page")
            .is_empty()
    );
}

async fn opened(stripe: &Stripe) -> CheckoutSession {
    let soon =
        std::time::UNIX_EPOCH.elapsed().expect("it is past 1970") + Duration::from_secs(3600);
    let new = NewSession {
        amount: 500,
        currency: "EUR".parse().expect("a currency"),
        name: "Two seats",
        success_url: "https://example.org/done",
        cancel_url: "https://example.org/back",
        expires_at: i64::try_from(soon.as_secs()).expect("no such year"),
        email: Some("ada@example.org"),
        client_reference_id: Some("202705000003-7"),
        capture_manual: true,
        metadata: &order("7"),
    };
    stripe.create_session(&new, "page").await.expect("a page")
}

#[tokio::test]
async fn a_page_that_was_closed_takes_no_money() {
    let fake = StripeFake::start();
    let stripe = client(&fake);
    fake.script(&[Fault::LostAfter]);
    let page = opened(&stripe).await;
    assert_eq!(
        (page.status, page.amount_total),
        (SessionStatus::Open, Some(500))
    );
    fake.script_for("expire", &[Fault::LostAfter]);
    let closed = stripe.expire_session(&page.id, "close").await;
    assert_eq!(closed.expect("closed").status, SessionStatus::Expired);
    let url = page.url.expect("a page to go to");
    fake.pay_url(&url).expect_err("it is closed");
    let again = stripe.expire_session(&page.id, "close again").await;
    assert!(matches!(again, Err(CallError::Refused(_))), "{again:?}");
    assert_eq!((fake.sessions().len(), fake.captured_total()), (1, 0));
}

#[tokio::test]
async fn a_page_that_was_paid_has_money_set_aside() {
    let fake = StripeFake::start();
    let stripe = client(&fake);
    let page = opened(&stripe).await;
    fake.pay_url(&page.url.expect("a page to go to"))
        .expect("it is open");
    let late = stripe.expire_session(&page.id, "close").await;
    assert!(matches!(late, Err(CallError::Refused(_))), "{late:?}");
    let pages = stripe.sessions_since(0).await.expect("a list");
    assert_eq!(pages.len(), 1);
    let page = stripe.session(&page.id).await.expect("it is there");
    assert_eq!(page.status, SessionStatus::Complete);
    let intent = page.payment_intent.expect("a payment");
    let whole = intent.object().expect("in full");
    assert_eq!(whole.status, IntentStatus::RequiresCapture);
    assert_eq!((whole.amount, &whole.metadata), (500, &order("7")));
    let id = intent.id();
    stripe.capture_intent(id, "capture").await.expect("taken");
    assert_eq!(fake.captured_total(), 500);
}
