//! kill -9 in the middle of a crowd: nothing acknowledged is lost, nothing is sold twice.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use boxoffice_testkit::Client;
use serde_json::Value;

use crate::house::{id, pay, workshop};

/// What a crowd was told before the crash.
#[derive(Default)]
struct Told {
    held: Vec<Value>,
    booked: Vec<Value>,
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let rounds = if std::env::var_os("BOXOFFICE_LONG").is_some() {
        100
    } else {
        4
    };
    for round in 0..rounds {
        let workshop = workshop();
        let office = workshop.serve(&[]);
        let told = Arc::new(Mutex::new(Told::default()));
        let over = Arc::new(AtomicBool::new(false));
        let buyers: Vec<_> = (0..4)
            .map(|buyer| {
                let (client, told, over) = (office.client(), Arc::clone(&told), Arc::clone(&over));
                std::thread::spawn(move || buy(&client, buyer, &told, &over))
            })
            .collect();
        // Later in each round, so that crashes fall into different moments.
        while told.lock().expect("no panic").held.len() < 2 + round % 7 * 3 {
            std::thread::yield_now();
        }
        office.kill();
        over.store(true, Ordering::Release);
        buyers
            .into_iter()
            .for_each(|buyer| buyer.join().expect("no panic"));
        workshop.audit();
        let office = workshop.serve(&[]);
        check(&office.client(), &told.lock().expect("no panic"));
        assert!(office.stop());
        workshop.audit();
    }
}

fn buy(client: &Client, buyer: usize, told: &Mutex<Told>, over: &AtomicBool) {
    let best = br#"{"event_id":"night","best_available":{"quantity":2}}"#;
    for turn in 0.. {
        if over.load(Ordering::Acquire) {
            return;
        }
        let Ok(answer) = client.send("POST", "/v1/reservations", Some(best)) else {
            return;
        };
        if answer.status != 201 {
            return;
        }
        let reservation = answer.json();
        told.lock()
            .expect("no panic")
            .held
            .push(reservation.clone());
        if turn % 2 == 0 {
            let body = pay(&reservation, "tok_visa", &format!("{buyer}-{turn}"));
            match client.send("POST", "/v1/bookings", Some(body.as_bytes())) {
                Ok(answer) if answer.status == 201 => {
                    told.lock().expect("no panic").booked.push(answer.json());
                }
                _ => return,
            }
        }
    }
}

fn check(client: &Client, told: &Told) {
    for reservation in &told.held {
        let found = client
            .get(&format!("/v1/reservations/{}", id(reservation)))
            .expect_json(200);
        assert_eq!(found["seats"], reservation["seats"]);
    }
    let mut sold = HashSet::new();
    for booking in &told.booked {
        let path = format!(
            "/v1/bookings/{}",
            booking["booking_id"].as_str().expect("an id")
        );
        assert_eq!(client.get(&path).expect_json(200)["status"], "CONFIRMED");
        for seat in booking["seats"].as_array().expect("seats") {
            assert!(
                sold.insert(seat["seat_id"].to_string()),
                "sold twice: {seat}"
            );
        }
    }
}
