//! A Stripe that fails at random, servers that are killed every few seconds, and buyers who do what
//! buyers do: what Stripe has taken in the end is what was booked, to the cent. Ten times as many
//! attempts with `BOXOFFICE_LONG=1`, others with another `BOXOFFICE_SEED`.

mod books;
mod buyer;
mod chance;
mod town;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use boxoffice_testkit::{Faults, StripeFake, WebhookChaos, Workshop};

use crate::cluster::shared;
use crate::house::{catalogue_of, rounds};
use books::Books;
use buyer::{Buyer, Press};
use chance::Chance;
use town::Town;

const BUYERS: u64 = 24;

/// After the last fault: a saga may still have to wait for its limit and for a provider's answer.
const PATIENCE: Duration = Duration::from_secs(240);

#[test]
fn what_stripe_takes_is_what_one_server_sold() {
    let workshop = Workshop::new(env!("CARGO_BIN_EXE_boxoffice"));
    chaos(workshop.paying_by("stripe"), 1);
}

#[test]
fn what_stripe_takes_is_what_two_servers_sold() {
    let workshop = Workshop::on(env!("CARGO_BIN_EXE_boxoffice"), &shared().new_database());
    chaos(workshop.paying_by("stripe"), 2);
}

fn chaos(workshop: Workshop, servers: usize) {
    let seed = seed();
    println!("The buyers, the killer and Stripe come from seed {seed}");
    let goal = rounds(1_000, 10_000);
    // Room for two seats each, and for holds that nobody pays.
    let rows = usize::try_from(goal / 20).expect("so many rows");
    workshop.import(&catalogue_of(rows, 60));
    let begun = Instant::now();
    let mut town = Town::open(workshop, StripeFake::start(), servers, goal);
    town.fake.set_faults(faults(seed));
    town.fake.set_webhook_chaos(webhook_chaos(seed));
    let presses = trade(&mut town, seed);
    println!("{} presses in {:?}", presses.len(), begun.elapsed());
    let books = wind_up(&mut town, &presses, &mut Chance::new(seed));
    println!("{}", books.summary(&town.fake));
    let (workshop, fake) = town.close();
    let audit = workshop.audit();
    println!("{audit}after {:?}", begun.elapsed());
    let seats = books.seats.len();
    assert!(audit.contains(&format!(" {seats} sold")), "{seats} seats");
    assert_eq!(books.differences(&fake), [""; 0]);
    books.assert_eventful(&fake, goal);
}

/// Lets all buyers buy, while servers die.
fn trade(town: &mut Town, seed: u64) -> Vec<Press> {
    let closed = AtomicBool::new(false);
    let mut offices = std::mem::take(&mut town.offices);
    let here = &*town;
    let presses = std::thread::scope(|scope| {
        let buyer = |number| {
            let chance = Chance::new(seed.wrapping_add(number << 32));
            scope.spawn(move || Buyer::new(here, chance, number).shop())
        };
        let buyers: Vec<_> = (1..=BUYERS).map(buyer).collect();
        let killer = scope.spawn(|| {
            let mut chance = Chance::new(seed);
            here.kill_now_and_then(&mut offices, &mut chance, &closed)
        });
        let bought: Vec<_> = buyers.into_iter().map(|buyer| buyer.join()).collect();
        closed.store(true, Ordering::Release);
        println!("{} kills", killer.join().expect("each server comes back"));
        let bought = bought
            .into_iter()
            .map(|presses| presses.expect("no buyer is told something strange"));
        bought.flatten().collect()
    });
    town.offices = offices;
    presses
}

/// Ends all mishaps, lets banks make up their minds, and waits until everything is as it will stay.
fn wind_up(town: &mut Town, presses: &[Press], chance: &mut Chance) -> Books {
    town.fake.set_faults(Faults::default());
    town.fake.set_webhook_chaos(WebhookChaos::default());
    // Servers that have just begun try everything at once.
    town.restart();
    let begun = Instant::now();
    loop {
        settle(&town.fake, chance);
        let books = Books::read(town, presses);
        let differences = books.differences(&town.fake);
        if books.open == 0 && differences.is_empty() {
            return books;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "{} are not at their end; {differences:#?}",
            books.open
        );
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// The banks make up their minds about everything that they think about.
fn settle(fake: &StripeFake, chance: &mut Chance) {
    for intent in fake.intents() {
        if intent["status"] == "processing" {
            let id = intent["id"].as_str().expect("an id");
            fake.settle(id, chance.strikes(500))
                .expect("it is processing");
        }
    }
}

fn faults(seed: u64) -> Faults {
    Faults {
        seed: Some(seed),
        refused: 30,
        error_before: 30,
        too_many: 30,
        error_after_saved: 5,
        error_after_lost: 30,
        lost_after: 30,
        conflict: 20,
        slow: 40,
        slow_for: Duration::from_millis(1500),
    }
}

fn webhook_chaos(seed: u64) -> WebhookChaos {
    WebhookChaos {
        seed: Some(seed),
        twice: 200,
        out_of_order: 200,
        before_answer: 200,
        drop: 200,
    }
}

/// The same each time, unless another is asked for.
fn seed() -> u64 {
    let asked = std::env::var("BOXOFFICE_SEED").ok();
    asked.map_or(20_270_501, |seed| {
        seed.parse().expect("BOXOFFICE_SEED is a number")
    })
}
