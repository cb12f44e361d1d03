//! A crowd that buys and remembers what it was told, until the server is gone: what every crash must
//! leave. How the server ends is the tests' business.

use std::collections::HashSet;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

use boxoffice_testkit::{Answer, Client};
use serde_json::Value;

use crate::house::{id, pay};

/// What everybody wants.
pub(crate) const BEST: &str = r#"{"event_id":"night","best_available":{"quantity":2}}"#;

/// People who hold, pay and release at the same time.
pub(crate) struct Crowd {
    heard: Arc<Heard>,
    buyers: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Heard {
    told: Mutex<Told>,
    more: Condvar,
}

/// What the crowd was told: the answers that came.
#[derive(Default)]
pub(crate) struct Told {
    held: Vec<Value>,
    booked: Vec<Value>,
    released: Vec<String>,
    /// Buyers who have left.
    gone: usize,
}

impl Crowd {
    /// Lets so many buyers begin. They go on until an answer does not come, or is no success.
    pub(crate) fn gather(client: &Client, buyers: usize) -> Self {
        let heard = Arc::new(Heard::default());
        let buyer = |number| {
            let (client, heard) = (client.clone(), Arc::clone(&heard));
            std::thread::spawn(move || {
                for turn in 0.. {
                    if buy(&client, number, turn, &heard).is_none() {
                        return heard.tell(|told| told.gone += 1);
                    }
                }
            })
        };
        let buyers = (0..buyers).map(buyer).collect();
        Crowd { heard, buyers }
    }

    /// Waits until this many holds were acknowledged.
    ///
    /// # Panics
    /// When all buyers have left before.
    pub(crate) fn wait_for_holds(&self, holds: usize) {
        let told = self.heard.told.lock().expect("no panic");
        let enough = |told: &mut Told| told.held.len() < holds && told.gone < self.buyers.len();
        let told = self.heard.more.wait_while(told, enough).expect("no panic");
        assert!(
            told.held.len() >= holds,
            "all left after {} holds",
            told.held.len()
        );
    }

    /// What they were told, once all have left: after the server's end.
    pub(crate) fn told(self) -> Told {
        for buyer in self.buyers {
            buyer.join().expect("no panic");
        }
        std::mem::take(&mut self.heard.told.lock().expect("no panic"))
    }
}

impl Heard {
    fn tell(&self, write: impl FnOnce(&mut Told)) {
        write(&mut self.told.lock().expect("no panic"));
        self.more.notify_all();
    }
}

/// One buyer's turn: a hold, and then payment, release or nothing. `None` when that was the last.
fn buy(client: &Client, buyer: usize, turn: usize, heard: &Heard) -> Option<()> {
    let success = |answer: std::io::Result<Answer>, status| {
        answer.ok().filter(|answer| answer.status == status)
    };
    let held = client.send("POST", "/v1/reservations", Some(BEST.as_bytes()));
    let held = success(held, 201)?.json();
    heard.tell(|told| told.held.push(held.clone()));
    match (buyer + turn) % 3 {
        0 => {
            let body = pay(&held, "tok_visa", &format!("{buyer}-{turn}"));
            let paid = client.send("POST", "/v1/bookings", Some(body.as_bytes()));
            let booking = success(paid, 201)?.json();
            heard.tell(|told| told.booked.push(booking));
        }
        1 => {
            let path = format!("/v1/reservations/{}", id(&held));
            success(client.send("DELETE", &path, None), 204)?;
            heard.tell(|told| told.released.push(id(&held).to_owned()));
        }
        _ => {}
    }
    Some(())
}

impl Told {
    /// Takes in what others were told.
    pub(crate) fn join(&mut self, other: Told) {
        self.held.extend(other.held);
        self.booked.extend(other.booked);
        self.released.extend(other.released);
    }

    /// What the box office does not know any more, or knows otherwise, a sentence each.
    pub(crate) fn missing(&self, client: &Client) -> Vec<String> {
        let mut missing = Vec::new();
        for held in &self.held {
            let found = client.get(&format!("/v1/reservations/{}", id(held)));
            if found.status != 200 || found.json()["seats"] != held["seats"] {
                missing.push(format!("held {held}, now {}", found.text()));
            }
        }
        for released in &self.released {
            let found = client.get(&format!("/v1/reservations/{released}"));
            if found.json()["status"] != "released" {
                missing.push(format!("released {released}, now {}", found.text()));
            }
        }
        let mut sold = HashSet::new();
        for booking in &self.booked {
            let id = booking["booking_id"].as_str().expect("an id");
            let found = client.get(&format!("/v1/bookings/{id}"));
            let now = found.json();
            let same = ["status", "seats", "receipt"].map(|part| now[part] == booking[part]);
            if found.status != 200 || same.contains(&false) {
                missing.push(format!("booked {booking}, now {}", found.text()));
            }
            for seat in booking["seats"].as_array().expect("seats") {
                if !sold.insert(seat["seat_id"].to_string()) {
                    missing.push(format!("sold twice: {seat}"));
                }
            }
        }
        missing
    }
}
