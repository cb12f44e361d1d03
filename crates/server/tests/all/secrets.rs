//! Ids of reservations and bookings, sessions and names are secrets: what an operator sees, metrics and
//! log, shows none of them.

use std::io::Read;

use boxoffice_testkit::Office;
use serde_json::json;

use crate::house::{hold, id, pay, workshop};

#[test]
fn metrics_and_log_tell_no_secret() {
    let workshop = workshop();
    // Everything that can be logged of our own is.
    let mut log = tempfile::tempfile().expect("a file");
    let mut server = workshop.server(&[]);
    server
        .env("RUST_LOG", "trace")
        .stderr(log.try_clone().expect("a file"));
    let office = Office::start(&mut server).expect("it serves");
    let mut secrets = vec!["Ada Lovelace".to_owned(), "ada@example.org".to_owned()];

    let guest = office.client();
    let session = guest.post("/v1/sessions", "").expect_json(201)["session_token"].clone();
    let session = session.as_str().expect("a token").to_owned();
    let owner = guest.with("authorization", &format!("Bearer {session}"));
    secrets.push(session);
    let keyed = owner.with("idempotency-key", "key-of-a-hold");
    secrets.push("key-of-a-hold".to_owned());
    for (client, seat) in [(&guest, "1-1"), (&owner, "1-2"), (&keyed, "1-3")] {
        let held = client
            .post("/v1/reservations", &hold(&[seat]))
            .expect_json(201);
        let reservation = id(&held);
        secrets.push(reservation.to_owned());
        let path = format!("/v1/reservations/{reservation}");
        assert_eq!(client.get(&path).status, 200);
        assert_eq!(client.post(&format!("{path}/extend"), "").status, 200);
        let seats = json!({"seat_ids": [seat]}).to_string();
        assert_eq!(client.put(&format!("{path}/seats"), &seats).status, 200);
        for (token, status) in [("tok_chargeDeclined", 402), ("tok_unavailable", 503)] {
            let key = format!("{token}-{seat}");
            let refused = client.post("/v1/bookings", &pay(&held, token, &key));
            assert_eq!(refused.status, status, "{}", refused.text());
        }
        let mut body: serde_json::Value =
            serde_json::from_str(&pay(&held, "tok_very_secret", "key-of-a-payment")).expect("JSON");
        (body["name"], body["email"]) = (json!(secrets[0]), json!(secrets[1]));
        let booking = client
            .post("/v1/bookings", &body.to_string())
            .expect_json(201)["booking_id"]
            .clone();
        let booking = booking.as_str().expect("an id").to_owned();
        for part in ["", "/tickets"] {
            let path = format!("/v1/bookings/{booking}{part}");
            assert_eq!(client.get(&path).status, 200);
        }
        let shown = client
            .get(&format!("/v1/bookings/{booking}"))
            .expect_json(200);
        let link = shown["order_url"].as_str().expect("a link");
        let (_, signature) = link.split_once("signature=").expect("a signature");
        let linked = format!("/v1/bookings/{booking}/tickets?signature={signature}");
        assert_eq!(guest.get(&linked).status, 200);
        secrets.push(signature.to_owned());
        // Also where it stands in the wrong place.
        for path in [
            format!("/v1/reservations/{booking}"),
            format!("/v1/bookings/{reservation}"),
            format!("/{reservation}"),
            format!("/v1/events/{booking}"),
        ] {
            assert_eq!(client.get(&path).status, 404, "{path}");
        }
        assert_eq!(client.delete(&path).status, 409);
        secrets.push(booking);
    }
    secrets.extend(["tok_very_secret".to_owned(), "key-of-a-payment".to_owned()]);

    let metrics = guest.get("/metrics").expect_text(200);
    assert!(
        metrics.contains(r#"route="/v1/reservations/{reservation_id}""#),
        "{metrics}"
    );
    assert!(office.stop());
    let mut logged = String::new();
    std::io::Seek::rewind(&mut log).expect("a file");
    log.read_to_string(&mut logged).expect("text");
    assert!(!logged.is_empty(), "nothing was logged");
    for secret in secrets {
        assert!(!metrics.contains(&secret), "{secret} in\n{metrics}");
        let line = logged.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret}");
    }
}
