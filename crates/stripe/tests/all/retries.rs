//! When the client tries again, and what it says when it gives up.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use boxoffice_stripe::{CallError, Confirmation, Refund, SecretText, StripeConfig};

use crate::peer::{Act, Peer, answer, answer_with, client_with};

const REFUND: &str = r#"{"id":"re_1","status":"succeeded","amount":500}"#;

async fn refund(peer: &Peer) -> Result<Refund, CallError> {
    let metadata = [("order".to_owned(), "7".to_owned())].into();
    let client = peer.client();
    client
        .create_refund("pi_1", 500, &metadata, "202705000003:7:refund")
        .await
}

#[tokio::test]
async fn a_retry_is_the_same_call() {
    let peer = Peer::acting(vec![
        answer(503, ""),
        Act::DropAnswer,
        Act::HalfAnswer,
        Act::DropUnread,
        answer(200, REFUND),
    ]);
    let refund = refund(&peer).await.expect("the fifth try succeeds");
    assert_eq!(refund.id, "re_1");
    let seen = peer.seen();
    assert_eq!(seen.len(), 4);
    assert!(seen.iter().all(|each| each == &seen[0]), "{seen:?}");
    assert_eq!(
        seen[0].header("idempotency-key"),
        Some("202705000003:7:refund")
    );
    assert_eq!(
        seen[0].form,
        ["payment_intent=pi_1", "amount=500", "metadata[order]=7"]
    );
}

#[tokio::test]
async fn too_many_requests_are_repeated_when_stripe_says() {
    let peer = Peer::acting(vec![
        answer_with(429, "Retry-After", "1", ""),
        answer(200, REFUND),
    ]);
    let begin = Instant::now();
    refund(&peer).await.expect("the second try succeeds");
    assert!(begin.elapsed() >= Duration::from_secs(1));
    assert_eq!(peer.seen().len(), 2);
}

#[tokio::test]
async fn a_wait_beyond_patience_is_not_begun() {
    let peer = Peer::acting(vec![answer_with(429, "Retry-After", "60", "")]);
    let error = refund(&peer).await.expect_err("no time");
    assert!(
        matches!(&error, CallError::Unavailable(trouble) if trouble.status == Some(429)),
        "{error:?}"
    );
    assert_eq!(peer.seen().len(), 1);
}

#[tokio::test]
async fn calls_that_get_in_each_others_way_are_repeated() {
    let code = |code| format!(r#"{{"error":{{"type":"idempotency_error","code":"{code}"}}}}"#);
    let peer = Peer::acting(vec![
        answer(409, &code("idempotency_key_in_use")),
        answer(409, &code("lock_timeout")),
        answer(429, &code("lock_timeout")),
        answer(200, REFUND),
    ]);
    refund(&peer).await.expect("the fourth try succeeds");
    assert_eq!(peer.seen().len(), 4);
}

#[tokio::test]
async fn where_nobody_listens_surely_nothing_happens() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address");
    drop(listener);
    let config = StripeConfig {
        api_base: format!("http://{address}"),
        patience: Duration::from_millis(1200),
        ..StripeConfig::new(SecretText::new("sk_test_1"))
    };
    let error = client_with(config, 0xff).ping().await.expect_err("nobody");
    assert!(
        matches!(&error, CallError::Unavailable(trouble) if trouble.tries > 1),
        "{error:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn when_every_answer_is_lost_the_outcome_is_unknown() {
    let peer = Peer::acting(vec![Act::Silence; 9]);
    let config = StripeConfig {
        call_timeout: Duration::from_millis(300),
        patience: Duration::from_millis(1200),
        ..peer.config()
    };
    let client = client_with(config, 0);
    let confirmation = Confirmation::default();
    let error = client.confirm_intent("pi_1", &confirmation, "k").await;
    let error = error.expect_err("no answer");
    assert!(matches!(&error, CallError::Unknown(_)), "{error:?}");
    assert!(error.to_string().contains("no answer in time"), "{error}");
    assert!(peer.seen().len() > 1);
}

#[tokio::test]
async fn one_lost_answer_is_not_forgotten_when_nobody_listens_any_more() {
    let peer = Peer::acting(vec![Act::DropAnswer]);
    let config = StripeConfig {
        patience: Duration::from_millis(900),
        ..peer.config()
    };
    let error = client_with(config, 0xff).capture_intent("pi_1", "k").await;
    assert!(matches!(error, Err(CallError::Unknown(_))), "{error:?}");
}

#[tokio::test]
async fn stripe_may_end_the_retries() {
    let peer = Peer::acting(vec![answer_with(500, "Stripe-Should-Retry", "false", "")]);
    let error = refund(&peer).await.expect_err("a failure that is kept");
    assert!(
        matches!(&error, CallError::Unknown(trouble) if trouble.tries == 1),
        "{error:?}"
    );
    assert_eq!(peer.seen().len(), 1);
}

#[tokio::test]
async fn nobody_is_followed_elsewhere() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("a free port");
    elsewhere.set_nonblocking(true).expect("a socket");
    let address = elsewhere.local_addr().expect("its address");
    let peer = Peer::acting(vec![answer_with(
        307,
        "Location",
        &format!("http://{address}/"),
        "",
    )]);
    let error = refund(&peer).await.expect_err("no answer of Stripe's");
    assert!(
        matches!(&error, CallError::Refused(refusal) if refusal.status == 307),
        "{error:?}"
    );
    assert!(elsewhere.accept().is_err());
}
