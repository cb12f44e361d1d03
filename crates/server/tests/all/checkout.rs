//! The test provider's own page, and the page that payers come back to.

use boxoffice_testkit::Client;
use serde_json::json;

use crate::house::{catalogue, held, pay, workshop, workshop_with};
use crate::stripe_shop::{Shop, path, redirect_url, until};

/// The path of an address of ours.
fn path_of(url: &str) -> &str {
    let (_, rest) = url.split_once("://").expect("an address");
    &rest[rest.find('/').expect("a path")..]
}

fn answer(client: &Client, page: &str, answer: &str) -> u16 {
    client.post(page, &format!("answer={answer}")).status
}

#[test]
fn a_test_payment_is_made_or_declined_at_its_page() {
    let workshop = workshop();
    let office = workshop.serve(&["--public-url", "http://tickets.example/"]);
    let client = office.client();
    let reservation = held(&client, &["1-1"]);
    let asked = client.post("/v1/bookings", &pay(&reservation, "checkout", "k"));
    let asked = asked.expect_json(202);
    let url = redirect_url(&asked).to_owned();
    assert!(
        url.starts_with("http://tickets.example/orders/bkg_"),
        "{url}"
    );
    let page = path_of(&url);
    let shown = client.get(page);
    assert!(shown.expect_text(200).contains("Pay €50.00"));
    assert_eq!(shown.header("referrer-policy"), Some("same-origin"));
    assert!(shown.header("content-security-policy").is_some());
    assert_eq!(answer(&client, page, "perhaps"), 400);
    assert_eq!(answer(&client, page, "decline"), 303);
    until(&client, &asked, "DECLINED");
    let again = client.post("/v1/bookings", &pay(&reservation, "checkout", "k2"));
    let again = again.expect_json(202);
    let page = path_of(redirect_url(&again));
    let back = page.strip_suffix("/test-payment").expect("a page");
    assert!(
        client
            .get(back)
            .expect_text(200)
            .contains("On to the payment")
    );
    assert_eq!(answer(&client, page, "pay"), 303);
    until(&client, &again, "CONFIRMED");
    assert!(
        client
            .get(back)
            .expect_text(200)
            .contains("The seats are yours")
    );
    assert_eq!(client.get(page).status, 303, "there is nothing more to pay");
    assert_eq!(client.get("/orders/bkg_nonsense").status, 404);
    assert!(office.stop());
    workshop.audit();
}

#[test]
fn a_page_can_offer_what_the_provider_takes() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let offered = office.client().get("/v1/payment-methods").expect_json(200);
    assert_eq!(offered["provider"], "test");
    let methods = offered["methods"].as_array().expect("an array");
    let card = json!({"token": "tok_visa", "kind": "test_card"});
    assert_eq!(methods.first(), Some(&card));
    assert!(methods.contains(&json!({"token": "checkout", "kind": "redirect"})));
    assert!(office.stop());
    let shop = Shop::without_webhooks(&[]);
    let offered = shop.client().get("/v1/payment-methods").expect_json(200);
    let expected = json!({"provider": "stripe", "methods": [
        {"token": "checkout", "kind": "redirect"}, {"token": null, "kind": "payment_method"},
    ]});
    assert_eq!(offered, expected);
    shop.close();
}

#[test]
fn what_costs_nothing_is_booked_without_a_provider() {
    let mut free = catalogue();
    free["events"][0]["prices"] = json!({"Front": 0, "Back": 3000, "Standing": 2000});
    let workshop = workshop_with(&free);
    let store = workshop.store();
    let words = ["serve", "--listen", "127.0.0.1:0", "--store", &store];
    let mut server = std::process::Command::new(env!("CARGO_BIN_EXE_boxoffice"));
    server.args(words).stderr(std::process::Stdio::null());
    let office = boxoffice_testkit::Office::start(&mut server).expect("it serves");
    let client = office.client();
    assert_eq!(
        client.get("/v1/payment-methods").expect_json(200),
        json!({"provider": null, "methods": []})
    );
    let reservation = held(&client, &["1-1", "1-2"]);
    let body = json!({"reservation_id": crate::house::id(&reservation), "idempotency_key": "k"});
    let booking = client
        .post("/v1/bookings", &body.to_string())
        .expect_json(201);
    assert_eq!(
        (&booking["status"], &booking["total"]),
        (&json!("CONFIRMED"), &json!(0))
    );
    let tickets = client
        .get(&format!("{}/tickets", path(&booking)))
        .expect_json(200);
    assert_eq!(tickets.as_array().map(Vec::len), Some(2));
    let dear = held(&client, &["6-1"]);
    let refused = client.post("/v1/bookings", &pay(&dear, "tok_visa", "k"));
    assert_eq!(refused.problem(503), "payment-provider-unavailable");
    assert!(office.stop());
    workshop.audit();
}
