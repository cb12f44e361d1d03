//! Payments where there are several nodes: each is its own node's business, until that node is gone.

use std::thread::JoinHandle;

use boxoffice_testkit::{Answer, Client, Office, Workshop};
use serde_json::Value;

use crate::cluster::{nodes, until, version, workshop_beside_others};
use crate::house::{catalogue, held, pay, seat_status};

/// A house that two nodes sell, and somebody who pays at the first.
struct Paying {
    workshop: Workshop,
    /// The buyer at the second node.
    buyer: Client,
    body: String,
    there: Office,
}

type Answering = JoinHandle<std::io::Result<Answer>>;

/// Lets somebody pay with a token; comes back when the payment has begun, as the second node sees. Gives
/// the first node too, and what it will answer.
fn paying(token: &str) -> (Paying, Office, Answering) {
    let workshop = workshop_beside_others(&catalogue());
    let [here, there] = nodes(&workshop, &[]);
    let buyer = here.client().with_session();
    let reservation = held(&buyer, &["1-1", "1-2"]);
    let body = pay(&reservation, token, "k");
    let (client, sent) = (buyer.clone(), body.clone());
    let send = move || client.send("POST", "/v1/bookings", Some(sent.as_bytes()));
    let answering = std::thread::spawn(send);
    // The hold is the second entry, the payment the third.
    until("the payment has begun", || version(&there.client()) >= 3);
    let paying = Paying {
        workshop,
        buyer: buyer.at(there.address),
        body,
        there,
    };
    (paying, here, answering)
}

impl Paying {
    /// The payment as the second node sees it, which is not at its end.
    #[track_caller]
    fn pending(&self) -> Value {
        let pending = self.buyer.post("/v1/bookings", &self.body).expect_json(202);
        assert_eq!(pending["status"], "PENDING");
        let found = self.buyer.get(&path(&pending)).expect_json(200);
        assert_eq!(found["status"], "PENDING");
        pending
    }

    /// Pays with the same key at the second node, until that has an end.
    #[track_caller]
    fn paid_again(&self) -> Value {
        let mut paid = None;
        until("the payment ends", || {
            let answer = self.buyer.post("/v1/bookings", &self.body);
            let ended = answer.status != 202;
            paid = Some(answer);
            ended
        });
        paid.expect("an answer").expect_json(201)
    }

    /// The seats are sold and paid for, once.
    #[track_caller]
    fn assert_sold(&self, booking: &Value) {
        assert_eq!(booking["status"], "CONFIRMED");
        let path = path(booking);
        let found = self.buyer.get(&path).expect_json(200);
        assert_eq!(found["receipt"], booking["receipt"]);
        let tickets = self.buyer.get(&format!("{path}/tickets")).expect_json(200);
        assert_eq!(tickets.as_array().map(Vec::len), Some(2));
        until("the map shows it", || {
            seat_status(&self.buyer, "1-1") == "booked"
        });
        assert!(self.workshop.audit().contains("2 sold"));
    }
}

fn path(booking: &Value) -> String {
    let id = booking["booking_id"].as_str().expect("an id");
    format!("/v1/bookings/{id}")
}

/// What the first node answers in the end.
fn answered(answering: Answering) -> std::io::Result<Answer> {
    answering.join().expect("no panic")
}

#[test]
fn a_payment_under_way_is_left_to_its_node() {
    let (paying, here, answering) = paying("tok_slow");
    let pending = paying.pending();
    let answer = answered(answering).expect("an answer");
    let booking = answer.expect_json(201);
    assert_eq!(booking["booking_id"], pending["booking_id"]);
    paying.assert_sold(&booking);
    assert!(here.stop() && paying.there.stop());
}

#[test]
fn a_payment_whose_node_died_is_finished_by_another() {
    let (paying, dies, answering) = paying("tok_timeout");
    let pending = paying.pending();
    dies.kill();
    assert!(answered(answering).is_err());
    let path = path(&pending);
    let mut booking = Value::Null;
    until("the payment is confirmed", || {
        booking = paying.buyer.get(&path).expect_json(200);
        booking["status"] != "PENDING"
    });
    paying.assert_sold(&booking);
    // Who pays again hears what became of it.
    assert_eq!(paying.paid_again()["receipt"], booking["receipt"]);
}

#[test]
fn a_payment_that_died_before_it_was_made_may_be_made_again() {
    let (paying, dies, answering) = paying("tok_slow");
    dies.kill();
    assert!(answered(answering).is_err());
    let booking = paying.paid_again();
    paying.assert_sold(&booking);
}

#[test]
fn a_payment_whose_node_freezes_is_made_once() {
    let (paying, freezes, answering) = paying("tok_slow");
    let pending = paying.pending();
    freezes.freeze();
    // Longer than a node keeps what it does not tend.
    let frozen = std::time::Instant::now();
    while frozen.elapsed() < std::time::Duration::from_secs(5) {
        let found = paying.buyer.get(&path(&pending)).expect_json(200);
        assert_eq!(found["status"], "PENDING");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    freezes.thaw();
    let booking = answered(answering).expect("an answer").expect_json(201);
    assert_eq!(booking["booking_id"], pending["booking_id"]);
    paying.assert_sold(&booking);
}
