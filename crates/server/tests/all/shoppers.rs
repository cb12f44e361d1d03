//! A crowd that shops at several nodes and does not give up: who gets no answer, or is told to come
//! again, goes to the next node with the same key, until the answer is definite. What it was told is in
//! the end exactly what there is. What befalls the nodes is the tests' business.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use boxoffice_testkit::{Answer, Client};
use serde_json::{Value, json};

use crate::cluster::{SOON, until};
use crate::house::{hold, id, pay};

/// Who has not answered for so long is frozen, or cut off: buyers go elsewhere.
const IMPATIENCE: Duration = Duration::from_secs(3);

/// For how long they try: through all that befalls the nodes meanwhile.
const STUBBORN: Duration = Duration::from_secs(180);

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(20);

/// Seats that all want first.
const HOT: u64 = 40;

/// Who has so many holds and bookings gives all others back: the house shall not be sold out.
const MOST_KEPT: usize = 50;

/// People who hold, pay and release at the same time.
pub(crate) struct Shoppers {
    house: Arc<House>,
    buyers: Vec<JoinHandle<Told>>,
}

struct House {
    doors: Mutex<Vec<SocketAddr>>,
    seats: Vec<String>,
    acknowledged: AtomicUsize,
    closed: AtomicBool,
}

/// What buyers were told.
#[derive(Default)]
pub(crate) struct Told {
    held: Vec<Mine>,
    booked: Vec<Mine>,
    released: Vec<Mine>,
    /// Seats of holds that a node may still make when it wakes up, although another refused them.
    maybe: BTreeSet<String>,
    /// The longest that somebody waited for a definite answer of one node.
    pub(crate) slowest_answer: Duration,
    /// The longest that somebody waited to be told that the store is not there.
    pub(crate) slowest_refusal: Duration,
    /// How many were told so.
    pub(crate) refusals: usize,
    /// How many requests were never answered.
    pub(crate) unanswered: usize,
}

/// An answer and whose it is.
struct Mine {
    owner: String,
    answer: Value,
}

struct Shopper {
    house: Arc<House>,
    session: String,
    /// At which door.
    at: usize,
    chance: u64,
    /// Whether a node may still work on what was asked.
    abandoned: bool,
    told: Told,
}

impl Shoppers {
    /// Lets so many buyers begin at each of these nodes.
    pub(crate) fn gather(nodes: &[SocketAddr], each: usize) -> Self {
        let client = Client::new(nodes[0]);
        let seats = client.get("/v1/events/night/seats").expect_json(200);
        // Places to stand are left to the tests.
        let seats = seats.as_array().expect("an array").iter();
        let seats = seats.filter(|seat| seat["section"] == "Stalls");
        let name = |seat: &Value| seat["seat_id"].as_str().expect("an id").to_owned();
        let house = Arc::new(House {
            doors: Mutex::new(nodes.to_vec()),
            seats: seats.map(name).collect(),
            acknowledged: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
        });
        let buyer = |number: usize| {
            let session = client.post("/v1/sessions", "").expect_json(201)["session_token"].clone();
            let mut shopper = Shopper {
                house: Arc::clone(&house),
                session: format!("Bearer {}", session.as_str().expect("a token")),
                at: number,
                chance: number as u64 + 1,
                abandoned: false,
                told: Told::default(),
            };
            std::thread::spawn(move || {
                let mut turn = 0;
                while !shopper.house.closed.load(Ordering::Acquire) {
                    shopper.shop(turn);
                    turn += 1;
                }
                shopper.told
            })
        };
        let buyers = (0..each * nodes.len()).map(buyer).collect();
        Shoppers { house, buyers }
    }

    /// A node has come back, at another address.
    pub(crate) fn moved(&self, node: usize, address: SocketAddr) {
        self.house.doors.lock().expect("no panic")[node] = address;
    }

    /// Waits until so many more holds and bookings were acknowledged.
    #[track_caller]
    pub(crate) fn wait_for(&self, more: usize) {
        let heard = || self.house.acknowledged.load(Ordering::Acquire);
        let goal = heard() + more;
        until("the crowd is served", || {
            let gone = self.buyers.iter().any(JoinHandle::is_finished);
            assert!(!gone, "a buyer was told something strange");
            heard() >= goal
        });
    }

    /// What they were told, once all have an answer to what they last asked.
    #[track_caller]
    pub(crate) fn told(self) -> Told {
        self.house.closed.store(true, Ordering::Release);
        let mut all = Told::default();
        for buyer in self.buyers {
            let told = buyer.join().expect("nobody was told something strange");
            all.join(told);
        }
        all
    }
}

impl Shopper {
    /// One hold, and then payment, release or nothing.
    fn shop(&mut self, turn: usize) {
        let mut seats = BTreeSet::new();
        for _ in 0..=self.draw(2) {
            seats.insert(self.seat());
        }
        let wanted: Vec<_> = seats.iter().map(String::as_str).collect();
        let (key, body) = (format!("hold-{turn}"), hold(&wanted));
        let held = self.ask("POST", "/v1/reservations", Some(&body), Some(&key));
        match held.status {
            201 => {}
            409 => {
                assert_eq!(held.problem(409), "seats-taken");
                if self.abandoned {
                    self.told.maybe.extend(seats);
                }
                return;
            }
            other => panic!("a hold is answered {other}: {}", held.text()),
        }
        let held = held.json();
        self.acknowledged();
        let kept = self.told.held.len() + self.told.booked.len();
        match self.draw(12) {
            _ if kept > MOST_KEPT => self.release(held),
            0 => self.told.held.push(self.mine(held)),
            1 | 2 => self.buy(&held, turn),
            _ => self.release(held),
        }
    }

    fn release(&mut self, held: Value) {
        let path = format!("/v1/reservations/{}", id(&held));
        let released = self.ask("DELETE", &path, None, None);
        assert_eq!(released.status, 204, "{}", released.text());
        self.told.released.push(self.mine(held));
    }

    fn buy(&mut self, held: &Value, turn: usize) {
        let body = pay(held, "tok_visa", &format!("pay-{turn}"));
        let begun = Instant::now();
        loop {
            let paid = self.ask("POST", "/v1/bookings", Some(&body), None);
            match paid.status {
                201 => {
                    self.acknowledged();
                    return self.told.booked.push(self.mine(paid.json()));
                }
                // Whoever works on it will end it.
                202 if begun.elapsed() < STUBBORN => std::thread::sleep(PAUSE),
                other => panic!("a payment is answered {other}: {}", paid.text()),
            }
        }
    }

    /// Asks one node after the other for a definite answer.
    fn ask(&mut self, method: &str, path: &str, body: Option<&str>, key: Option<&str>) -> Answer {
        let first = Instant::now();
        self.abandoned = false;
        loop {
            let doors = self.house.doors.lock().expect("no panic").clone();
            let client = Client::new(doors[self.at % doors.len()]).within(IMPATIENCE);
            let mut client = client.with("authorization", &self.session);
            if let Some(key) = key {
                client = client.with("idempotency-key", key);
            }
            let begun = Instant::now();
            match client.send(method, path, body.map(str::as_bytes)) {
                Ok(answer) if answer.status == 503 => {
                    assert!(answer.header("retry-after").is_some(), "{}", answer.text());
                    self.told.refusals += 1;
                    self.told.slowest_refusal = self.told.slowest_refusal.max(begun.elapsed());
                }
                Ok(answer) => {
                    let slowest = &mut self.told.slowest_answer;
                    *slowest = begun.elapsed().max(*slowest);
                    return answer;
                }
                Err(_) => {
                    self.told.unanswered += 1;
                    self.abandoned |= begun.elapsed() >= IMPATIENCE;
                }
            }
            assert!(first.elapsed() < STUBBORN, "no answer to {method} {path}");
            self.at += 1;
            std::thread::sleep(PAUSE);
        }
    }

    fn acknowledged(&self) {
        self.house.acknowledged.fetch_add(1, Ordering::AcqRel);
    }

    fn mine(&self, answer: Value) -> Mine {
        let owner = self.session.clone();
        Mine { owner, answer }
    }

    fn seat(&mut self) -> String {
        let all = self.house.seats.len() as u64;
        let of = if self.draw(2) == 0 { HOT.min(all) } else { all };
        let index = usize::try_from(self.draw(of)).expect("an index");
        self.house.seats[index].clone()
    }

    /// Less than `of`: splitmix64.
    fn draw(&mut self, of: u64) -> u64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.chance;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % of
    }
}

impl Told {
    /// Takes in what others were told.
    pub(crate) fn join(&mut self, other: Told) {
        self.held.extend(other.held);
        self.booked.extend(other.booked);
        self.released.extend(other.released);
        self.maybe.extend(other.maybe);
        self.slowest_answer = self.slowest_answer.max(other.slowest_answer);
        self.slowest_refusal = self.slowest_refusal.max(other.slowest_refusal);
        self.refusals += other.refusals;
        self.unanswered += other.unanswered;
    }

    /// How it went, for whoever reads a test's output.
    pub(crate) fn summary(&self) -> String {
        format!(
            "{} held, {} booked, {} released; slowest answer {:?}; {} refusals, slowest {:?}; {} unanswered",
            self.held.len(),
            self.booked.len(),
            self.released.len(),
            self.slowest_answer,
            self.refusals,
            self.slowest_refusal,
            self.unanswered
        )
    }

    /// Nobody waited much longer than is promised to hear that the store is not there.
    #[track_caller]
    pub(crate) fn assert_refused_soon(&self) {
        let slowest = self.slowest_refusal;
        assert!(slowest < SOON, "a refusal took {slowest:?}");
    }

    /// No node was given up, because each answered, if only that the store is not there.
    #[track_caller]
    pub(crate) fn assert_always_answered(&self) {
        self.assert_refused_soon();
        assert_eq!(self.unanswered, 0, "{}", self.summary());
    }

    /// Everything that was acknowledged is there, and nothing else in the stalls.
    #[track_caller]
    pub(crate) fn assert_kept(&self, node: SocketAddr) {
        let owners = self.assert_known(node);
        let map = Client::new(node).get("/v1/events/night/seats?section=Stalls");
        for seat in map.expect_json(200).as_array().expect("seats") {
            let name = seat["seat_id"].as_str().expect("an id");
            let expected = owners.get(name).copied().unwrap_or("available");
            let woken = expected == "available" && self.maybe.contains(name);
            let right = seat["status"] == expected || woken && seat["status"] == "held";
            assert!(right, "{seat}, expected {expected}");
        }
    }

    /// Everything that was acknowledged is there. Gives back which seats are whose, no seat twice.
    #[track_caller]
    pub(crate) fn assert_known(&self, node: SocketAddr) -> BTreeMap<String, &'static str> {
        let mut owners = BTreeMap::new();
        for (status, told) in [("held", &self.held), ("released", &self.released)] {
            for Mine { owner, answer } in told {
                let found = look(node, owner, &format!("/v1/reservations/{}", id(answer)));
                let now = (&found["status"], &found["seats"]);
                assert_eq!(now, (&json!(status), &answer["seats"]), "{answer}");
                if status == "held" {
                    own(&mut owners, answer, "held");
                }
            }
        }
        for Mine { owner, answer } in &self.booked {
            let booking = answer["booking_id"].as_str().expect("an id");
            let found = look(node, owner, &format!("/v1/bookings/{booking}"));
            for part in ["status", "seats", "receipt", "total"] {
                assert_eq!(found[part], answer[part], "{part} of {answer}");
            }
            assert_eq!(found["status"], "CONFIRMED");
            own(&mut owners, answer, "booked");
        }
        owners
    }
}

#[track_caller]
fn look(node: SocketAddr, owner: &str, path: &str) -> Value {
    let client = Client::new(node).with("authorization", owner);
    client.get(path).expect_json(200)
}

/// Notes whose a reservation's seats are.
#[track_caller]
fn own(owners: &mut BTreeMap<String, &'static str>, answer: &Value, how: &'static str) {
    for seat in answer["seats"].as_array().expect("seats") {
        let name = seat["seat_id"].as_str().expect("an id").to_owned();
        let before = owners.insert(name.clone(), how);
        assert_eq!(before, None, "{name} has two owners");
    }
}
