//! What each call sends, and what it reads.

use boxoffice_stripe::{
    API_VERSION, Confirmation, Metadata, NewIntent, NewSession, PaymentStatus, SessionStatus,
};

use crate::peer::{KEY, Peer, Seen, answer};

const INTENT: &str =
    r#"{"id":"pi_1","status":"requires_confirmation","amount":500,"currency":"eur"}"#;
const SESSION: &str = r#"{"id":"cs_1","status":"open","payment_status":"unpaid","url":"https://pay",
    "payment_intent":null,"amount_total":500,"currency":"eur","expires_at":1800,"metadata":{"order":"7"}}"#;

fn order() -> Metadata {
    [("order".to_owned(), "7 & 8".to_owned())].into()
}

fn new_intent(metadata: &Metadata) -> NewIntent<'_> {
    NewIntent {
        amount: 500,
        currency: "EUR".parse().expect("a currency"),
        capture_manual: true,
        automatic_payment_methods: true,
        payment_method: None,
        description: Some("Two seats"),
        receipt_email: None,
        metadata,
    }
}

fn only(peer: Peer) -> Seen {
    let mut seen = peer.seen();
    assert_eq!(seen.len(), 1);
    seen.remove(0)
}

#[tokio::test]
async fn every_call_says_who_calls_and_in_which_version() {
    let peer = Peer::acting(vec![answer(200, "{}")]);
    peer.client().ping().await.expect("an answer");
    let seen = only(peer);
    assert_eq!(seen.line, "GET /v1/balance");
    assert_eq!(
        seen.header("authorization"),
        Some(&*format!("Bearer {KEY}"))
    );
    assert_eq!(seen.header("stripe-version"), Some(API_VERSION));
    let agent = seen.header("user-agent").expect("a name");
    assert!(agent.starts_with("boxoffice/"), "{agent}");
    assert_eq!(seen.header("idempotency-key"), None);
}

#[tokio::test]
async fn a_payment_is_begun_unconfirmed() {
    let peer = Peer::acting(vec![answer(200, INTENT)]);
    let metadata = order();
    let new = new_intent(&metadata);
    let intent = peer.client().create_intent(&new, "k1").await;
    assert_eq!(intent.expect("an intent").id, "pi_1");
    let seen = only(peer);
    assert_eq!(seen.line, "POST /v1/payment_intents");
    assert_eq!(seen.header("idempotency-key"), Some("k1"));
    let kind = seen.header("content-type");
    assert_eq!(kind, Some("application/x-www-form-urlencoded"));
    let form = [
        "amount=500",
        "currency=eur",
        "capture_method=manual",
        "automatic_payment_methods[enabled]=true",
        "description=Two seats",
        "metadata[order]=7 & 8",
    ];
    assert_eq!(seen.form, form);
}

#[tokio::test]
async fn a_plain_peer_is_asked_for_plain_things() {
    let peer = Peer::acting(vec![answer(200, INTENT)]);
    let metadata = Metadata::new();
    let new = NewIntent {
        capture_manual: false,
        automatic_payment_methods: false,
        payment_method: Some("pm_1"),
        description: None,
        ..new_intent(&metadata)
    };
    peer.client()
        .create_intent(&new, "k1")
        .await
        .expect("an intent");
    assert_eq!(
        only(peer).form,
        ["amount=500", "currency=eur", "payment_method=pm_1"]
    );
}

#[tokio::test]
async fn a_payment_is_confirmed_captured_canceled_and_read_by_its_id() {
    let peer = Peer::acting(vec![answer(200, INTENT); 4]);
    let client = peer.client();
    let confirmation = Confirmation {
        payment_method: Some("pm_1"),
        return_url: Some("https://example.org/back?to=7"),
    };
    client
        .confirm_intent("pi_1", &confirmation, "a")
        .await
        .expect("confirmed");
    client.capture_intent("pi_1", "b").await.expect("captured");
    client.cancel_intent("pi_1", "c").await.expect("canceled");
    client.intent("pi_1").await.expect("read");
    let seen = peer.seen();
    let lines: Vec<_> = seen.iter().map(|each| each.line.as_str()).collect();
    let expected = [
        "POST /v1/payment_intents/pi_1/confirm",
        "POST /v1/payment_intents/pi_1/capture",
        "POST /v1/payment_intents/pi_1/cancel",
        "GET /v1/payment_intents/pi_1",
    ];
    assert_eq!(lines, expected);
    let form = [
        "payment_method=pm_1",
        "return_url=https://example.org/back?to=7",
        "expand[]=latest_charge",
    ];
    assert_eq!(seen[0].form, form);
    assert_eq!(seen[1].form, ["expand[]=latest_charge"]);
    assert_eq!(seen[3].query, ["expand[]=latest_charge"]);
}

#[tokio::test]
async fn a_search_quotes_what_it_looks_for() {
    let page = format!(r#"{{"data":[{INTENT}],"has_more":true,"next_page":"p2"}}"#);
    let last = format!(r#"{{"data":[{INTENT}],"has_more":false,"next_page":null}}"#);
    let peer = Peer::acting(vec![answer(200, &page), answer(200, &last)]);
    let found = peer.client().find_intents("order", r"o'clock \ 7").await;
    assert_eq!(found.expect("two pages").len(), 2);
    let seen = peer.seen();
    assert_eq!(seen[0].line, "GET /v1/payment_intents/search");
    assert_eq!(seen[0].query[0], r"query=metadata['order']:'o\'clock \\ 7'");
    assert_eq!(seen[1].query.last().map(String::as_str), Some("page=p2"));
}

#[tokio::test]
async fn a_list_is_read_to_its_end() {
    let page = |id: &str, more: bool| {
        let object = INTENT.replace("pi_1", id);
        answer(200, &format!(r#"{{"data":[{object}],"has_more":{more}}}"#))
    };
    let peer = Peer::acting(vec![
        page("pi_3", true),
        page("pi_2", true),
        page("pi_1", false),
    ]);
    let found = peer
        .client()
        .intents_since(1_700_000_000)
        .await
        .expect("three pages");
    let ids: Vec<_> = found.iter().map(|intent| intent.id.as_str()).collect();
    assert_eq!(ids, ["pi_3", "pi_2", "pi_1"]);
    let seen = peer.seen();
    let query = [
        "created[gte]=1700000000",
        "expand[]=data.latest_charge",
        "limit=100",
    ];
    assert_eq!(seen[0].query, query);
    assert_eq!(
        seen[2].query.last().map(String::as_str),
        Some("starting_after=pi_2")
    );
}

#[tokio::test]
async fn a_list_that_leads_nowhere_ends() {
    let page = format!(r#"{{"data":[{INTENT}],"has_more":true}}"#);
    let empty = r#"{"data":[],"has_more":true}"#;
    let peer = Peer::acting(vec![
        answer(200, &page),
        answer(200, &page),
        answer(200, empty),
    ]);
    let client = peer.client();
    assert_eq!(client.intents_since(0).await.expect("two pages").len(), 2);
    assert!(client.refunds_of("pi_1").await.expect("a page").is_empty());
    assert_eq!(peer.seen().len(), 3);
}

#[tokio::test]
async fn a_payment_page_is_opened_for_one_sum() {
    let peer = Peer::acting(vec![answer(200, SESSION)]);
    let metadata = order();
    let new = NewSession {
        amount: 500,
        currency: "EUR".parse().expect("a currency"),
        name: "Two seats",
        success_url: "https://example.org/done?id={CHECKOUT_SESSION_ID}",
        cancel_url: "https://example.org/back",
        expires_at: 1800,
        email: Some("ada@example.org"),
        client_reference_id: Some("202705000003-7"),
        capture_manual: true,
        metadata: &metadata,
    };
    let session = peer
        .client()
        .create_session(&new, "k")
        .await
        .expect("a page");
    assert_eq!(session.status, SessionStatus::Open);
    assert_eq!(session.payment_status, PaymentStatus::Unpaid);
    assert_eq!(session.url.as_deref(), Some("https://pay"));
    let seen = only(peer);
    assert_eq!(seen.line, "POST /v1/checkout/sessions");
    let form = [
        "mode=payment",
        "line_items[0][quantity]=1",
        "line_items[0][price_data][unit_amount]=500",
        "line_items[0][price_data][currency]=eur",
        "line_items[0][price_data][product_data][name]=Two seats",
        "payment_method_options[card][capture_method]=manual",
        "success_url=https://example.org/done?id={CHECKOUT_SESSION_ID}",
        "cancel_url=https://example.org/back",
        "expires_at=1800",
        "customer_email=ada@example.org",
        "client_reference_id=202705000003-7",
        "metadata[order]=7 & 8",
        "payment_intent_data[metadata][order]=7 & 8",
    ];
    assert_eq!(seen.form, form);
}

#[tokio::test]
async fn a_payment_page_shows_the_payment_behind_it() {
    let paid = SESSION.replace(
        r#""payment_intent":null"#,
        &format!(r#""payment_intent":{INTENT}"#),
    );
    let list = format!(r#"{{"data":[{SESSION}],"has_more":false}}"#);
    let peer = Peer::acting(vec![
        answer(200, &paid),
        answer(200, SESSION),
        answer(200, &list),
    ]);
    let client = peer.client();
    let session = client.session("cs_1").await.expect("a page");
    let intent = session.payment_intent.expect("a payment");
    assert_eq!(
        (intent.id(), intent.object().map(|each| each.amount)),
        ("pi_1", Some(500))
    );
    let expired = client.expire_session("cs_1", "k").await.expect("expired");
    assert_eq!(expired.payment_intent, None);
    assert_eq!(client.sessions_since(7).await.expect("a page").len(), 1);
    let seen = peer.seen();
    let lines: Vec<_> = seen.iter().map(|each| each.line.as_str()).collect();
    let expected = [
        "GET /v1/checkout/sessions/cs_1",
        "POST /v1/checkout/sessions/cs_1/expire",
        "GET /v1/checkout/sessions",
    ];
    assert_eq!(lines, expected);
    assert_eq!(seen[0].query, ["expand[]=payment_intent.latest_charge"]);
}
