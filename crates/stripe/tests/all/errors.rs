//! What the client makes of refusals, and what it keeps to itself.

use boxoffice_stripe::{CallError, Confirmation, IntentStatus, PaymentIntent};

use crate::peer::{KEY, Peer, answer, answer_with};

const DECLINED: &str = r#"{"error":{"type":"card_error","code":"card_declined",
    "decline_code":"insufficient_funds","message":"Dear Ada Lovelace (ada@example.org): pm_hush",
    "payment_method":{"id":"pm_hush"},
    "payment_intent":{"id":"pi_1","status":"requires_payment_method","amount":500,"currency":"eur",
        "metadata":{"booking":"bkg_hush"},"client_secret":"pi_1_secret_hush","receipt_email":"ada@example.org",
        "last_payment_error":{"code":"card_declined","decline_code":"insufficient_funds"}}}}"#;

async fn confirmed(peer: &Peer) -> Result<PaymentIntent, CallError> {
    let confirmation = Confirmation {
        payment_method: Some("pm_hush"),
        return_url: Some("https://example.org/hush"),
    };
    peer.client()
        .confirm_intent("pi_1", &confirmation, "k")
        .await
}

async fn refused(status: u16, body: &str) -> CallError {
    let peer = Peer::acting(vec![answer_with(status, "Request-Id", "req_7", body)]);
    let error = confirmed(&peer).await.expect_err("a refusal");
    assert_eq!(peer.seen().len(), 1, "a refusal is not tried again");
    error
}

#[tokio::test]
async fn a_decline_says_why_and_how_the_payment_stands() {
    let CallError::Declined(error) = refused(402, DECLINED).await else {
        panic!("not declined");
    };
    assert_eq!(error.code, "card_declined");
    assert_eq!(error.decline_code.as_deref(), Some("insufficient_funds"));
    assert_eq!(error.request_id.as_deref(), Some("req_7"));
    let intent = error.payment_intent.expect("the payment");
    assert_eq!(intent.status, IntentStatus::RequiresPaymentMethod);
    assert_eq!(intent.metadata["booking"], "bkg_hush");
}

#[tokio::test]
async fn an_error_gives_nothing_away() {
    let echo = format!(
        r#"{{"error":{{"type":"invalid_request_error","message":"No such PaymentMethod pm_hush for {KEY}",
            "code":"{KEY} ada@example.org","param":"payment_method"}}}}"#
    );
    let errors = [
        refused(402, DECLINED).await,
        refused(400, &echo).await,
        refused(401, &echo).await,
        refused(200, &echo).await,
    ];
    for error in errors {
        let shown = format!("{error} {error:?}");
        for secret in ["hush", "ada", "Ada", "example.org"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        assert!(shown.contains("req_7"), "{shown}");
    }
}

#[tokio::test]
async fn a_key_that_is_not_accepted_is_the_operators_matter() {
    for status in [401, 403] {
        let error = refused(status, r#"{"error":{"type":"invalid_request_error"}}"#).await;
        assert!(
            matches!(&error, CallError::Unauthorized(refusal) if refusal.status == status),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_refusal_carries_stripes_code() {
    let cases = [
        (400, "idempotency_error", "null", None),
        (
            404,
            "invalid_request_error",
            r#""resource_missing""#,
            Some("resource_missing"),
        ),
        (
            400,
            "invalid_request_error",
            r#""payment_intent_unexpected_state""#,
            Some("payment_intent_unexpected_state"),
        ),
    ];
    for (status, kind, code, expected) in cases {
        let body = format!(r#"{{"error":{{"type":"{kind}","code":{code}}}}}"#);
        let CallError::Refused(error) = refused(status, &body).await else {
            panic!("{kind} is not a refusal");
        };
        assert_eq!((error.status, error.kind.as_str()), (status, kind));
        assert_eq!(error.code.as_deref(), expected);
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_leaves_the_outcome_unknown() {
    let error = refused(200, "<html>").await;
    assert!(matches!(error, CallError::Unknown(_)), "{error:?}");
}

#[tokio::test]
async fn an_id_that_can_be_none_is_asked_of_nobody() {
    let peer = Peer::acting(vec![]);
    for id in ["", ".", "..", "a/b", "pi_1?x", "pi 1"] {
        let error = peer.client().intent(id).await.expect_err("no id");
        assert!(
            matches!(&error, CallError::Refused(refusal) if refusal.status == 0),
            "{id}: {error:?}"
        );
    }
    let error = peer.client().cancel_intent("pi_1", "a\nb").await;
    assert!(
        matches!(&error, Err(CallError::Refused(refusal)) if refusal.status == 0),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_client_does_not_show_its_key() {
    let peer = Peer::acting(vec![answer(200, "{}")]);
    let client = peer.client();
    client.ping().await.expect("an answer");
    assert!(!format!("{client:?} {:?}", peer.config()).contains("hush"));
}
