//! What was sold, as the box office has it, against what was paid, as Stripe has it.

use std::collections::{BTreeMap, BTreeSet};

use boxoffice_model::BookingId;
use boxoffice_testkit::StripeFake;
use serde_json::Value;

use super::buyer::Press;
use super::town::Town;

/// All presses as they stand at one time.
#[derive(Default)]
pub(crate) struct Books {
    /// What each confirmed attempt has cost.
    sold: BTreeMap<String, u64>,
    /// The seats that were sold.
    pub(crate) seats: BTreeSet<String>,
    /// How many presses have no end yet.
    pub(crate) open: usize,
    /// How many bookings have which status; presses without a booking under their problem's name.
    ends: BTreeMap<String, usize>,
    breaches: Vec<String>,
}

/// What Stripe calls the attempt that this booking is.
pub(crate) fn attempt(booking: &str) -> String {
    let BookingId(address) = booking.parse().expect("a booking's id");
    format!("{}:{}", address.event, address.version)
}

/// What Stripe knows of a booking: its intents, and who has asked what about them.
pub(crate) fn story(fake: &StripeFake, booking: &str) -> String {
    let attempt = attempt(booking);
    let mut story = format!("{attempt} at Stripe:");
    let intents = fake.intents();
    let ours = |intent: &&Value| intent["metadata"]["boxoffice_attempt"] == *attempt;
    for intent in intents.iter().filter(ours) {
        let id = intent["id"].as_str().expect("an id");
        story.push_str(&format!("\n{id} is {}", intent["status"]));
        for call in fake.calls().iter().filter(|call| call.path.contains(id)) {
            let key = call.idempotency_key.as_deref().unwrap_or_default();
            story.push_str(&format!(
                "\n{} {} {key} {}",
                call.method, call.path, call.status
            ));
        }
    }
    story
}

impl Books {
    /// Asks for everything that was ever pressed.
    pub(crate) fn read(town: &Town, presses: &[Press]) -> Self {
        let mut books = Books::default();
        for press in presses {
            books.enter(town, press);
        }
        books
    }

    fn enter(&mut self, town: &Town, press: &Press) {
        let answer = press.answer(town);
        let mut ids = press.ids.clone();
        match answer.status {
            201 | 202 => {
                let id = answer.json()["booking_id"].clone();
                ids.insert(id.as_str().expect("an id").to_owned());
            }
            // Its attempts have other names, or none.
            400..500 | 503 => {}
            other => panic!("a press is answered {other}: {}", answer.text()),
        }
        if ids.is_empty() {
            *self.ends.entry(answer.problem(answer.status)).or_default() += 1;
        }
        let mut kept = false;
        for id in ids {
            let booking = press.booking(town, &id);
            kept |= self.enter_booking(&booking);
        }
        if press.confirmed && !kept {
            self.breaches
                .push(format!("{:?} was confirmed once", press.ids));
        }
    }

    /// Whether it is sold.
    fn enter_booking(&mut self, booking: &Value) -> bool {
        let status = booking["status"].as_str().expect("a status");
        *self.ends.entry(status.to_owned()).or_default() += 1;
        self.open += usize::from(matches!(status, "PENDING" | "REQUIRES_ACTION"));
        if status != "CONFIRMED" {
            return false;
        }
        let attempt = attempt(booking["booking_id"].as_str().expect("an id"));
        let total = booking["total"].as_u64().expect("an amount");
        if self.sold.insert(attempt, total).is_some() {
            return true;
        }
        for seat in booking["seats"].as_array().expect("seats") {
            let seat = seat["seat_id"].as_str().expect("an id");
            if !self.seats.insert(seat.to_owned()) {
                self.breaches.push(format!("{seat} is sold twice"));
            }
        }
        true
    }
    /// Where Stripe has it otherwise, a sentence each.
    pub(crate) fn differences(&self, fake: &StripeFake) -> Vec<String> {
        let mut differences = self.breaches.clone();
        let money = fake.money();
        for (attempt, money) in &money {
            let sold = self.sold.get(attempt).copied().unwrap_or_default();
            let once = money.captures <= 1 && money.authorized == 0;
            if !once || money.captured - money.refunded != sold || money.currency != "eur" {
                differences.push(format!("{attempt} is sold for {sold}, but has {money:?}"));
            }
        }
        let unpaid = self.sold.keys().filter(|sold| !money.contains_key(*sold));
        differences.extend(unpaid.map(|sold| format!("{sold} is sold and not paid")));
        for intent in fake.intents() {
            let status = intent["status"].as_str().expect("a status");
            if ["processing", "requires_action", "requires_capture"].contains(&status) {
                differences.push(format!("{} is still {status}", intent["id"]));
            }
        }
        let kept: u64 = money
            .values()
            .map(|money| money.captured - money.refunded)
            .sum();
        let takings: u64 = self.sold.values().sum();
        if kept != takings {
            differences.push(format!("Stripe has {kept}, sold was for {takings}"));
        }
        differences
    }

    /// How it went, for whoever reads a test's output.
    pub(crate) fn summary(&self, fake: &StripeFake) -> String {
        let takings: u64 = self.sold.values().sum();
        format!(
            "{:?}; {} attempts known to Stripe, {} calls, {} refunds; {takings} taken",
            self.ends,
            fake.money().len(),
            fake.calls().len(),
            fake.refunds().len()
        )
    }

    /// It was no quiet day.
    pub(crate) fn assert_eventful(&self, fake: &StripeFake, goal: u64) {
        assert!(
            self.sold.len() as u64 * 10 >= goal * 4,
            "{}",
            self.summary(fake)
        );
        for end in ["VOIDED", "DECLINED"] {
            assert!(self.ends.contains_key(end), "{}", self.summary(fake));
        }
        assert!(!fake.refunds().is_empty(), "{}", self.summary(fake));
    }
}
