//! The link of an order is lost: it is mailed to the address that the order was placed with, to no other,
//! and nobody who asks learns whether there are orders.

use std::io::{Read, Seek};

use boxoffice_testkit::{Answer, Client, MailSink, Office};
use serde_json::{Value, json};

use crate::house::{catalogue, held, pay, workshop, workshop_with};
use crate::stripe_shop::path;

const PUBLIC: &str = "http://tickets.example";

/// Books a seat in the name of an address.
fn booked(client: &Client, seat: &str, email: &str) -> Value {
    let body = pay(&held(client, &[seat]), "tok_visa", seat);
    let mut body: Value = serde_json::from_str(&body).expect("JSON");
    body["email"] = json!(email);
    let paid = client.post("/v1/bookings", &body.to_string());
    paid.expect_json(201)
}

/// Asks for the links of somebody's orders.
fn ask(client: &Client, email: &str, language: &str) -> Answer {
    let body = json!({"event_id": "night", "email": email, "language": language});
    client.post("/v1/order-links", &body.to_string())
}

/// The paths of the links in a mail, as its text has them, which must also stand in its HTML.
fn links(mail: &Value) -> Vec<String> {
    let (text, html) = (mail["text"].as_str(), mail["html"].as_str());
    let (text, html) = (text.expect("a text"), html.expect("HTML"));
    let lines = text.lines().filter_map(|line| line.strip_prefix(PUBLIC));
    let paths: Vec<_> = lines.map(str::to_owned).collect();
    for path in &paths {
        assert!(html.contains(&format!("href=\"{PUBLIC}{path}\"")), "{html}");
    }
    paths
}

fn form(email: &str) -> String {
    format!("event=night&email={}", email.replace('@', "%40"))
}

#[test]
fn a_lost_link_is_mailed_to_whoever_ordered_and_to_nobody_else() {
    let (workshop, sink) = (workshop(), MailSink::start());
    let office = workshop.serve(&["--smtp", &sink.url(), "--public-url", PUBLIC]);
    let (owner, stranger) = (office.client().with_session(), office.client());
    let offered = stranger.get("/v1/order-links").expect_json(200);
    assert_eq!(offered, json!({"available": true}));
    let first = booked(&owner, "1-1", "ada@example.org");
    let second = booked(&owner, "2-7", "Ada@Example.org");
    booked(&owner, "3-3", "eve@example.org");
    let declined = pay(&held(&owner, &["4-4"]), "tok_chargeDeclined", "4-4");
    assert_eq!(owner.post("/v1/bookings", &declined).status, 402);

    let asked = ask(&stranger, " ADA@example.org ", "en");
    assert_eq!(asked.expect_json(202), json!({}));
    let mail = sink.next();
    assert_eq!(mail["sender"], "tickets@tickets.example");
    assert_eq!(
        mail["recipients"],
        json!(["Ada@Example.org"]),
        "as it was ordered"
    );
    let header = |name: &str| mail["headers"][name].as_str().expect("a header").to_owned();
    assert_eq!(header("from"), "tickets@tickets.example");
    assert_eq!(header("to"), "Ada@Example.org");
    assert_eq!(header("subject"), "Your orders: Ōne Night");
    assert_eq!(header("auto-submitted"), "auto-generated");
    let paths = links(&mail);
    assert_eq!(paths.len(), 2, "{}", mail["text"]);
    for (link, (booking, seat)) in paths.iter().zip([(&second, "2-7"), (&first, "1-1")]) {
        assert_eq!(booking["order_url"], format!("{PUBLIC}{link}"));
        let page = stranger.get(link).expect_text(200);
        let (row, number) = seat.split_once('-').expect("a row and a seat");
        assert!(
            page.contains(&format!("Row {row}, seat {number}")),
            "{page}"
        );
        let (_, signature) = link.split_once('?').expect("a signature");
        let order = stranger.get(&format!("{}?{signature}", path(booking)));
        assert_eq!(order.expect_json(200)["seats"][0]["seat_id"], seat);
    }

    // Asked again, and for an address that nothing was ordered with: the same answer, and no mail.
    for email in ["ada@example.org", "ADA@EXAMPLE.ORG", "bob@example.org"] {
        let again = ask(&stranger, email, "en");
        let same = |answer: &Answer| {
            let kind = answer.header("content-type").map(str::to_owned);
            let cache = answer.header("cache-control").map(str::to_owned);
            (answer.status, kind, cache, answer.body.clone())
        };
        assert_eq!(same(&again), same(&asked), "{email}");
    }
    assert_eq!(ask(&stranger, "eve@example.org", "de").status, 202);
    let mail = sink.next();
    assert_eq!(mail["recipients"], json!(["eve@example.org"]));
    assert_eq!(mail["headers"]["subject"], "Ihre Bestellung: Ōne Night");
    assert_eq!(links(&mail).len(), 1);
    assert!(office.stop(), "what was being sent was sent to its end");
    assert_eq!(sink.close(), [] as [Value; 0]);
    workshop.audit();
}

#[test]
fn the_page_for_lost_links_works_without_a_script() {
    let (workshop, sink) = (workshop(), MailSink::start());
    let from = "Kasse <kasse@example.org>";
    let words = [
        "--smtp",
        &sink.url(),
        "--public-url",
        PUBLIC,
        "--mail-from",
        from,
    ];
    let office = workshop.serve(&words);
    let client = office.client();
    booked(&client, "1-1", "ada@example.org");
    let page = client.get("/orders?event=night");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let page = page.expect_text(200);
    assert!(
        page.contains("<option value=\"night\" selected>Ōne Night"),
        "{page}"
    );
    assert!(
        client
            .get("/")
            .expect_text(200)
            .contains("href=\"/orders\"")
    );
    for (wrong, status) in [
        ("event=night&email=ada", 422),
        ("event=night&email=%40", 422),
        ("event=&email=ada%40example.org", 422),
        ("event=nowhere&email=ada%40example.org", 422),
        ("", 422),
    ] {
        let answer = client.post("/orders", wrong);
        assert_eq!(answer.status, status, "{wrong}: {}", answer.text());
        assert!(answer.text().contains("aria-invalid=\"true\""), "{wrong}");
    }
    let elsewhere = client.with("sec-fetch-site", "cross-site");
    assert_eq!(
        elsewhere.post("/orders", &form("ada@example.org")).status,
        403
    );
    for email in ["ada@example.org", "bob@example.org"] {
        let asked = client.post("/de/orders", &form(email)).expect_text(200);
        assert!(asked.contains("so ist ein Link unterwegs"), "{asked}");
    }
    let mail = sink.next();
    assert_eq!(mail["headers"]["from"], from);
    assert_eq!(mail["headers"]["subject"], "Ihre Bestellung: Ōne Night");
    assert!(office.stop());
    assert_eq!(sink.close(), [] as [Value; 0]);
}

#[test]
fn a_box_office_without_mail_says_so() {
    let workshop = workshop();
    let office = workshop.serve(&[]);
    let client = office.client();
    let offered = client.get("/v1/order-links").expect_json(200);
    assert_eq!(offered, json!({"available": false}));
    let refused = ask(&client, "ada@example.org", "en");
    assert_eq!(refused.problem(503), "mail-unavailable");
    for page in [
        client.get("/orders"),
        client.post("/orders", &form("ada@example.org")),
    ] {
        let page = page.expect_text(200);
        assert!(
            page.contains("sends no mails") && !page.contains("<select"),
            "{page}"
        );
    }
    let unknown = json!({"event_id": "nowhere", "email": "ada@example.org"}).to_string();
    let unknown = client.post("/v1/order-links", &unknown);
    assert_eq!(unknown.problem(400), "unknown-event");
}

#[test]
fn a_password_of_the_mail_server_stays_off_the_command_line() {
    let workshop = workshop();
    let refused = |url: &str| {
        let words = workshop.serve_args(&["--smtp", url]);
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let output = workshop.run(&words);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!said.contains("secret"), "{said}");
        (output.status.code(), said)
    };
    let (code, said) = refused("smtp://me:secret@mail.example:587");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("--smtp must not hold a password"), "{said}");
    let (code, said) = refused("smtp://me@mail.example");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("BOXOFFICE_SMTP_PASSWORD"), "{said}");
    assert_eq!(refused("mail.example").0, Some(2));
}

/// What a server writes into its log while `work` goes on.
fn logged(words: &[&str], level: &str, work: impl FnOnce(&Office)) -> String {
    let mut many = catalogue();
    many["events"][0]["name"] = json!("Night\r\nBcc: eve@example.org");
    let workshop = workshop_with(&many);
    let mut log = tempfile::tempfile().expect("a file");
    let mut server = workshop.server(words);
    server
        .env("RUST_LOG", level)
        .stderr(log.try_clone().expect("a file"));
    let office = Office::start(&mut server).expect("it serves");
    work(&office);
    assert!(office.stop());
    let mut logged = String::new();
    log.rewind().expect("a file");
    log.read_to_string(&mut logged).expect("text");
    logged
}

#[test]
fn neither_addresses_nor_links_reach_the_log() {
    let sink = MailSink::start();
    let mut secrets = Vec::new();
    let words = ["--smtp", &sink.url(), "--public-url", PUBLIC];
    let log = logged(&words, "trace", |office| {
        let client = office.client();
        // The second is refused by the mail server, in words that repeat the address.
        for (seat, email) in [("1-1", "ada@example.org"), ("1-2", "nobody@example.org")] {
            let booking = booked(&client, seat, email);
            let link = booking["order_url"].as_str().expect("a link");
            let (id, signature) = link.split_once("?signature=").expect("a signature");
            let (_, id) = id.rsplit_once('/').expect("an id");
            secrets.extend([email.to_owned(), id.to_owned(), signature.to_owned()]);
            assert_eq!(ask(&client, email, "en").status, 202);
        }
        let mail = sink.next();
        assert_eq!(
            mail["recipients"],
            json!(["ada@example.org"]),
            "and nobody in copy"
        );
        assert_eq!(mail["headers"].get("bcc"), None, "{}", mail["headers"]);
        let failed = r#"mails_total{kind="order_links",outcome="failed"} 1"#;
        let begun = std::time::Instant::now();
        let metrics = loop {
            let metrics = client.get("/metrics").expect_text(200);
            if metrics.contains(failed) {
                break metrics;
            }
            assert!(
                begun.elapsed().as_secs() < 60,
                "in vain waited for {failed}"
            );
            std::thread::yield_now();
        };
        for secret in &secrets {
            assert!(!metrics.contains(secret), "{secret} in\n{metrics}");
        }
        // Whoever got none for no fault of theirs may ask again at once.
        assert_eq!(ask(&client, "nobody@example.org", "en").status, 202);
    });
    assert!(log.contains("The mail server answers"), "{log}");
    assert!(log.contains("the mail server refuses with 550"), "{log}");
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret}");
    }
}

#[test]
fn a_mail_server_that_is_away_is_said_at_once_and_keeps_nobody_from_buying() {
    let words = ["--smtp", "smtp://127.0.0.1:1", "--public-url", PUBLIC];
    let log = logged(&words, "info", |office| {
        let client = office.client();
        booked(&client, "1-1", "ada@example.org");
        assert_eq!(ask(&client, "ada@example.org", "en").status, 202);
    });
    assert!(log.contains("The mail server cannot be used"), "{log}");
}
