//! The client against `localstripe`, a fake by others: what both understand of Stripe is not our own idea
//! of it. It knows no pages, no search and no idempotency keys.

use std::io::Write;
use std::net::TcpListener;
use std::sync::OnceLock;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use boxoffice_stripe::{
    CallError, Confirmation, Event, IntentStatus, Metadata, NewIntent, PaymentIntent, RefundStatus,
    SecretText, Stripe, StripeConfig, webhook,
};
use boxoffice_testkit::{Client, LocalStripe};

use crate::peer::{Seen, client_with, read};

const GOOD: &str = "4242424242424242";
/// Can be kept, and is declined when it is to pay.
const DECLINED: &str = "4000000000000341";
/// Wants to see its owner.
const THREE_D_SECURE: &str = "4000002500003155";

/// One for all tests: it ends with their process.
fn local() -> &'static LocalStripe {
    static LOCAL: OnceLock<LocalStripe> = OnceLock::new();
    LOCAL.get_or_init(LocalStripe::start)
}

fn client_with_key(local: &LocalStripe, key: &str) -> Stripe {
    let config = StripeConfig {
        api_base: local.base(),
        ..StripeConfig::new(SecretText::new(key))
    };
    client_with(config, 0xff)
}

fn client(local: &LocalStripe) -> Stripe {
    client_with_key(local, local.key())
}

/// A card's token, as a buyer's browser gets it.
fn token(local: &LocalStripe, number: &str) -> String {
    let form = format!(
        "type=card&card[number]={number}&card[exp_month]=12&card[exp_year]=2034&card[cvc]=123"
    );
    let browser = Client::new(local.address())
        .with("authorization", &format!("Bearer {}", local.key()))
        .with("content-type", "application/x-www-form-urlencoded");
    let made = browser.post("/v1/payment_methods", &form).expect_json(200);
    made["id"].as_str().expect("an id").to_owned()
}

/// A payment of five euros with this card, which is not asked for yet.
async fn begun(local: &LocalStripe, number: &str, capture_manual: bool) -> PaymentIntent {
    let token = token(local, number);
    let metadata = Metadata::from([("order".to_owned(), "7 & 8".to_owned())]);
    let new = NewIntent {
        amount: 500,
        currency: "EUR".parse().expect("a currency"),
        capture_manual,
        automatic_payment_methods: false,
        payment_method: Some(&token),
        description: None,
        receipt_email: None,
        metadata: &metadata,
    };
    let intent = client(local).create_intent(&new, "create").await;
    let intent = intent.expect("an intent");
    assert_eq!(intent.status, IntentStatus::RequiresConfirmation);
    assert_eq!((intent.amount, intent.currency.as_str()), (500, "EUR"));
    assert_eq!(intent.metadata, metadata);
    intent
}

async fn confirmed(local: &LocalStripe, id: &str) -> Result<PaymentIntent, CallError> {
    let nothing_more = Confirmation::default();
    client(local)
        .confirm_intent(id, &nothing_more, "confirm")
        .await
}

#[tokio::test]
async fn money_is_set_aside_collected_and_given_back() {
    let (local, stripe) = (local(), client(local()));
    let id = begun(local, GOOD, true).await.id;
    let intent = confirmed(local, &id).await.expect("the card is good");
    assert_eq!(intent.status, IntentStatus::RequiresCapture);
    assert_eq!(intent.amount_refunded(), Some(0));
    let intent = stripe.capture_intent(&id, "capture").await.expect("taken");
    assert_eq!(intent.status, IntentStatus::Succeeded);
    let metadata = Metadata::from([("refund".to_owned(), "9".to_owned())]);
    for amount in [200, 300] {
        let refund = stripe.create_refund(&id, amount, &metadata, "refund").await;
        let refund = refund.expect("a refund");
        assert_eq!(
            (refund.status, refund.amount),
            (RefundStatus::Succeeded, amount)
        );
    }
    let refunds = stripe.refunds_of(&id).await.expect("a list");
    assert_eq!(refunds.iter().map(|each| each.amount).sum::<u64>(), 500);
    assert!(refunds.iter().all(|each| each.metadata == metadata));
    let intent = stripe.intent(&id).await.expect("it is there");
    assert_eq!(intent.amount_refunded(), Some(500));
}

#[tokio::test]
async fn money_that_need_not_wait_is_taken_at_once() {
    let local = local();
    let id = begun(local, GOOD, false).await.id;
    let intent = confirmed(local, &id).await.expect("the card is good");
    assert_eq!(intent.status, IntentStatus::Succeeded);
}

#[tokio::test]
async fn what_was_canceled_is_over() {
    let (local, stripe) = (local(), client(local()));
    let id = begun(local, GOOD, true).await.id;
    confirmed(local, &id).await.expect("the card is good");
    let intent = stripe.cancel_intent(&id, "cancel").await.expect("canceled");
    assert_eq!(intent.status, IntentStatus::Canceled);
    let again = stripe.cancel_intent(&id, "again").await;
    assert!(
        matches!(&again, Err(CallError::Refused(refused)) if refused.status == 400),
        "{again:?}"
    );
    let found = stripe.intent(&id).await.expect("it is there");
    assert_eq!(found.status, IntentStatus::Canceled);
}

/// Stripe itself says `card_error`, which is [`CallError::Declined`]; localstripe says 402 and the code,
/// and leaves the type as it always is.
#[tokio::test]
async fn a_declined_card_is_told_by_its_code() {
    let local = local();
    let id = begun(local, DECLINED, true).await.id;
    let error = confirmed(local, &id).await.expect_err("it is declined");
    let CallError::Refused(refused) = error else {
        panic!("{error:?}");
    };
    assert_eq!(refused.status, 402);
    assert_eq!(refused.code.as_deref(), Some("card_declined"));
    let intent = client(local).intent(&id).await.expect("it is there");
    assert_eq!(intent.status, IntentStatus::RequiresPaymentMethod);
    let why = intent.last_payment_error.expect("it says why");
    assert_eq!(why.code.as_deref(), Some("card_declined"));
}

#[tokio::test]
async fn a_payer_whom_no_page_can_ask_is_waited_for() {
    let local = local();
    let id = begun(local, THREE_D_SECURE, true).await.id;
    let intent = confirmed(local, &id).await.expect("it is asked for");
    assert_eq!(intent.status, IntentStatus::RequiresAction);
    assert_eq!(intent.redirect_url(), None);
}

#[tokio::test]
async fn what_is_not_there_is_refused() {
    let (local, stripe) = (local(), client(local()));
    let found = stripe.intent("pi_none").await;
    let captured = stripe.capture_intent("pi_none", "k").await;
    let confirmed = confirmed(local, "pi_none").await;
    for answer in [found, captured, confirmed] {
        assert!(
            matches!(&answer, Err(CallError::Refused(refused)) if refused.status == 404),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn only_a_secret_key_is_let_in() {
    client(local()).ping().await.expect("the key is good");
    let error = client_with_key(local(), "pk_test_12345").ping().await;
    assert!(
        matches!(error, Err(CallError::Unauthorized(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn its_webhooks_are_believed() {
    // Its own: it knows endpoints for ever.
    let local = LocalStripe::start();
    let secret = SecretText::new("whsec_hush");
    let (endpoint, letters) = mailbox();
    let letter = format!(r#"{{"url": "{endpoint}", "secret": "whsec_hush"}}"#);
    let operator = Client::new(local.address());
    let set = operator.post("/_config/webhooks/ours", &letter);
    assert_eq!(set.status, 200, "{}", set.text());
    let id = begun(&local, GOOD, false).await.id;
    confirmed(&local, &id).await.expect("the card is good");
    let came = letters.recv_timeout(Duration::from_secs(20));
    let came = came.expect("localstripe writes after a second");
    let signature = came.header("stripe-signature").expect("it is signed");
    let event = Event::parse(came.body.as_bytes()).expect("an event");
    let body = came.body.as_bytes();
    let now = event.created + 2;
    let verify = |secret: &SecretText, body| {
        let secrets = std::slice::from_ref(secret);
        webhook::verify(secrets, signature, body, now, webhook::TOLERANCE)
    };
    verify(&secret, body).expect("it is genuine");
    verify(&secret, &body[1..]).expect_err("another body");
    verify(&SecretText::new("whsec_other"), body).expect_err("another secret");
    assert_eq!(event.kind, "payment_intent.succeeded");
    assert_eq!(event.payment_intent.as_deref(), Some(&*id));
    assert_eq!(event.status.as_deref(), Some("succeeded"));
    assert_eq!(event.metadata["order"], "7 & 8");
    assert!(!event.livemode);
}

/// An address that takes one letter.
fn mailbox() -> (String, Receiver<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address");
    let (put, letters) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let seen = read(&stream);
        let taken = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(taken.as_bytes()).expect("it listens");
        // A test that has failed meanwhile wants no letter.
        let _ = put.send(seen);
    });
    (format!("http://{address}/hook"), letters)
}
