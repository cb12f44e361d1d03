//! What a buyer does: holds, pays by one means or another, goes to the bank or does not, presses twice,
//! tries two cards; and follows a booking to its end, whatever dies meanwhile.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use boxoffice_testkit::{Answer, Client};
use serde_json::{Value, json};

use super::books;
use super::chance::Chance;
use super::town::Town;
use crate::house::pay;
use crate::stripe_shop::path;

/// A booking ends at its limit, or soon after: servers die meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a buyer tries again who was told that nothing has happened.
const TRIES: usize = 4;

/// What a payer does when asked, or their bank.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    SaysYes,
    SaysNo,
    GoesAway,
}

use Way::{GoesAway, SaysNo, SaysYes};

/// By which means, of a thousand.
const MEANS: [(u64, (&str, Way)); 15] = [
    (480, ("pm_card_visa", SaysYes)),
    (40, ("pm_card_visa_chargeDeclined", SaysYes)),
    (30, ("pm_card_chargeDeclinedInsufficientFunds", SaysYes)),
    (70, ("pm_card_authenticationRequired", SaysYes)),
    (30, ("pm_card_authenticationRequired", SaysNo)),
    (15, ("pm_card_authenticationRequired", GoesAway)),
    (80, ("checkout", SaysYes)),
    (15, ("checkout", GoesAway)),
    (70, ("pm_bank_redirect", SaysYes)),
    (20, ("pm_bank_redirect", SaysNo)),
    (10, ("pm_bank_redirect", GoesAway)),
    (50, ("pm_processing", SaysYes)),
    (20, ("pm_processing", SaysNo)),
    (30, ("pm_processing", GoesAway)),
    (40, ("pm_card_capture_fails", SaysYes)),
];

/// A buyer has pressed "pay", perhaps many times with the same key.
pub(crate) struct Press {
    client: Client,
    body: String,
    /// What they were told it is called.
    pub(crate) ids: BTreeSet<String>,
    /// Whether they were told that they have the seats.
    pub(crate) confirmed: bool,
}

impl Press {
    /// The answer to the press: the same as ever, once it has an end.
    pub(crate) fn answer(&self, town: &Town) -> Answer {
        town.insist(&self.client, "POST", "/v1/bookings", Some(&self.body))
    }

    /// How a booking of this press stands.
    pub(crate) fn booking(&self, town: &Town, id: &str) -> Value {
        let path = format!("/v1/bookings/{id}");
        let found = town.insist(&self.client, "GET", &path, None);
        found.expect_json(200)
    }

    fn told(&mut self, booking: &Value) {
        let id = booking["booking_id"].as_str().expect("an id");
        self.ids.insert(id.to_owned());
        self.confirmed |= booking["status"] == "CONFIRMED";
    }
}

pub(crate) struct Buyer<'a> {
    town: &'a Town,
    client: Client,
    chance: Chance,
    number: u64,
    presses: Vec<Press>,
}

impl<'a> Buyer<'a> {
    pub(crate) fn new(town: &'a Town, chance: Chance, number: u64) -> Self {
        let nobody = town.client();
        let session = town
            .insist(&nobody, "POST", "/v1/sessions", Some(""))
            .expect_json(201);
        let token = session["session_token"].as_str().expect("a token");
        Buyer {
            town,
            client: nobody.with("authorization", &format!("Bearer {token}")),
            chance,
            number,
            presses: Vec::new(),
        }
    }

    /// Buys until there were enough attempts; gives back what was pressed.
    pub(crate) fn shop(mut self) -> Vec<Press> {
        for turn in 0.. {
            if !self.town.begins() {
                break;
            }
            let key = format!("{}-{turn}", self.number);
            let held = self.hold(&key);
            let first = self.chance.choose(&MEANS);
            if self.chance.strikes(60) && self.town.begins() {
                self.pay_with_two_cards(&held, first, &key);
            } else {
                let twice = self.chance.strikes(100);
                let payer = self.payer(&held, first, &key);
                let press = payer.pay(twice);
                self.presses.push(press);
            }
        }
        self.presses
    }

    fn hold(&mut self, key: &str) -> Value {
        let quantity = 1 + self.chance.below(2);
        let body = json!({"event_id": "night", "best_available": {"quantity": quantity}});
        let client = self.client.with("idempotency-key", key);
        let answer = self
            .town
            .insist(&client, "POST", "/v1/reservations", Some(&body.to_string()));
        answer.expect_json(201)
    }

    fn payer(&mut self, held: &Value, (token, way): (&'static str, Way), key: &str) -> Payer<'a> {
        Payer {
            town: self.town,
            token,
            way,
            hesitates: Duration::from_millis(self.chance.below(500)),
            press: Press {
                client: self.client.clone(),
                body: pay(held, token, key),
                ids: BTreeSet::new(),
                confirmed: false,
            },
        }
    }

    /// Both at once: one of them at most has the seats.
    fn pay_with_two_cards(&mut self, held: &Value, first: (&'static str, Way), key: &str) {
        let second = self.chance.choose(&MEANS);
        let one = self.payer(held, first, key);
        let other = self.payer(held, second, &format!("{key}-other"));
        let presses = std::thread::scope(|scope| {
            let other = scope.spawn(|| other.pay(false));
            [one.pay(false), other.join().expect("no panic")]
        });
        self.presses.extend(presses);
    }
}

/// Who pays by one means.
struct Payer<'a> {
    town: &'a Town,
    token: &'static str,
    way: Way,
    /// Before they do what they are asked to do.
    hesitates: Duration,
    press: Press,
}

impl Payer<'_> {
    /// Pays, and waits for the end of it.
    fn pay(mut self, twice: bool) -> Press {
        let answers = match twice {
            false => vec![self.asked()],
            true => std::thread::scope(|scope| {
                let again = scope.spawn(|| self.asked());
                vec![self.asked(), again.join().expect("no panic")]
            }),
        };
        for answer in answers {
            match answer.status {
                201 => self.press.told(&answer.json()),
                202 => self.follow(answer.json()),
                // Declined; away; another card was quicker; the hold has run out.
                402 | 503 | 409 | 400 => {}
                other => panic!("a payment is answered {other}: {}", answer.text()),
            }
        }
        self.press
    }

    /// The answer to the press. Who is told that nothing has happened tries again, for a while.
    fn asked(&self) -> Answer {
        for _ in 1..TRIES {
            match self.press.answer(self.town) {
                answer if answer.status != 503 => return answer,
                _ => std::thread::sleep(self.hesitates),
            }
        }
        self.press.answer(self.town)
    }

    /// Looks at a booking until it has an end, and does once what its payer is to do.
    fn follow(&mut self, mut booking: Value) {
        let begun = Instant::now();
        let path = path(&booking);
        let mut waits = true;
        loop {
            self.press.told(&booking);
            match booking["status"].as_str().expect("a status") {
                "REQUIRES_ACTION" if waits => {
                    self.go(&booking);
                    waits = false;
                }
                "PENDING" if waits && self.token == "pm_processing" => {
                    waits = !self.settle(&booking);
                }
                "REQUIRES_ACTION" | "PENDING" => {}
                _ => return,
            }
            if begun.elapsed() > PATIENCE {
                let id = booking["booking_id"].as_str().expect("an id");
                let story = books::story(&self.town.fake, id);
                panic!("{} has no end: {booking} {story}", self.token);
            }
            std::thread::sleep(Duration::from_millis(100));
            let answer = self.town.insist(&self.press.client, "GET", &path, None);
            booking = answer.expect_json(200);
        }
    }

    /// Goes to the bank's page, or Stripe's, or away. What is closed meanwhile is no concern.
    fn go(&self, booking: &Value) {
        std::thread::sleep(self.hesitates);
        let url = booking["next_action"]["redirect_url"]
            .as_str()
            .expect("a page to go to");
        let _ = match (self.way, url.split_once("/3ds/")) {
            (SaysYes, _) => self.town.fake.pay_url(url),
            (SaysNo, Some((_, intent))) => self.town.fake.authenticate(intent, false),
            _ => Ok(()),
        };
    }

    /// The bank makes up its mind, unless it is one that never does. False while it does not have the
    /// payment.
    fn settle(&self, booking: &Value) -> bool {
        if self.way == GoesAway {
            return true;
        }
        let attempt = books::attempt(booking["booking_id"].as_str().expect("an id"));
        let intents = self.town.fake.intents();
        let here = |intent: &&Value| {
            intent["metadata"]["boxoffice_attempt"] == *attempt && intent["status"] == "processing"
        };
        let Some(intent) = intents.iter().find(here) else {
            return false;
        };
        std::thread::sleep(self.hesitates);
        let id = intent["id"].as_str().expect("an id");
        let _ = self.town.fake.settle(id, self.way == SaysYes);
        true
    }
}
