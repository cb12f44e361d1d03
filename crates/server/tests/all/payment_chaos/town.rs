//! The box office with one server or several, each at an address that changes with each of its lives; and
//! who kills them.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use boxoffice_testkit::{Answer, Client, Office, StripeFake, Workshop};

use super::chance::Chance;
use crate::stripe_shop::serve;

const FLAGS: [&str; 6] = [
    "--payment-limit",
    "6s",
    "--redirect-limit",
    "9s",
    "--hold",
    "20s",
];

/// Longer than a server may take for an answer.
const IMPATIENCE: Duration = Duration::from_secs(25);

/// For how long a buyer asks the same, however many servers die meanwhile.
const STUBBORN: Duration = Duration::from_secs(90);

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) struct Town {
    workshop: Workshop,
    pub(crate) fake: StripeFake,
    pub(crate) offices: Vec<Office>,
    doors: Mutex<Vec<SocketAddr>>,
    /// Whose turn it is to be asked.
    turn: AtomicU64,
    begun: AtomicU64,
    goal: u64,
}

impl Town {
    /// So many servers, for so many attempts.
    pub(crate) fn open(workshop: Workshop, fake: StripeFake, servers: usize, goal: u64) -> Self {
        let start = || serve(&workshop, &fake, &FLAGS);
        let offices: Vec<_> = (0..servers).map(|_| start()).collect();
        let doors = offices.iter().map(|office| office.address).collect();
        let town = Town {
            workshop,
            fake,
            offices,
            doors: Mutex::new(doors),
            turn: AtomicU64::new(0),
            begun: AtomicU64::new(0),
            goal,
        };
        town.listen(0);
        town
    }

    /// Whether one more attempt is to be begun.
    pub(crate) fn begins(&self) -> bool {
        self.begun.fetch_add(1, Ordering::AcqRel) < self.goal
    }

    /// From now on Stripe tells this server what happens.
    fn listen(&self, place: usize) {
        let door = self.doors.lock().expect("no panic")[place];
        self.fake.send_webhooks_to(door, "/v1/webhooks/payments");
    }

    fn door(&self) -> SocketAddr {
        let turn = self.turn.fetch_add(1, Ordering::AcqRel);
        let doors = self.doors.lock().expect("no panic");
        doors[usize::try_from(turn).expect("few turns") % doors.len()]
    }

    /// Somebody without a session, at one of the servers.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.door())
    }

    /// Asks until there is an answer. Who has died, or cannot tell, is asked again, or the next one.
    pub(crate) fn insist(
        &self,
        client: &Client,
        method: &str,
        path: &str,
        body: Option<&str>,
    ) -> Answer {
        let begun = Instant::now();
        loop {
            let client = client.at(self.door()).within(IMPATIENCE);
            let answer = client.send(method, path, body.map(str::as_bytes));
            match answer {
                Ok(answer) if is_definite(&answer) => return answer,
                answer => assert!(begun.elapsed() < STUBBORN, "{method} {path}: {answer:?}"),
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Kills one of the servers every few seconds, and starts another in its place. Gives back how many.
    pub(crate) fn kill_now_and_then(
        &self,
        offices: &mut Vec<Office>,
        chance: &mut Chance,
        closed: &AtomicBool,
    ) -> usize {
        for kills in 0.. {
            let until = Instant::now() + Duration::from_millis(2000 + chance.below(2000));
            while Instant::now() < until {
                if closed.load(Ordering::Acquire) {
                    return kills;
                }
                std::thread::sleep(PAUSE);
            }
            let mut draw = || usize::try_from(chance.below(offices.len() as u64)).expect("few");
            let (place, listens) = (draw(), draw());
            offices.remove(place).kill();
            offices.insert(place, serve(&self.workshop, &self.fake, &FLAGS));
            self.doors.lock().expect("no panic")[place] = offices[place].address;
            self.listen(listens);
        }
        unreachable!("it is closed at some time")
    }

    /// Stops all servers politely, and starts others.
    pub(crate) fn restart(&mut self) {
        let servers = self.stop();
        self.offices = (0..servers)
            .map(|_| serve(&self.workshop, &self.fake, &FLAGS))
            .collect();
        let doors = self.offices.iter().map(|office| office.address);
        *self.doors.lock().expect("no panic") = doors.collect();
        self.listen(0);
    }

    fn stop(&mut self) -> usize {
        let offices = std::mem::take(&mut self.offices);
        let count = offices.len();
        assert!(
            offices.into_iter().all(Office::stop),
            "a server did not end well"
        );
        count
    }

    /// Stops all servers politely.
    pub(crate) fn close(mut self) -> (Workshop, StripeFake) {
        self.stop();
        (self.workshop, self.fake)
    }
}

/// A 503 is none, but for that of the payment provider: that ends an attempt.
fn is_definite(answer: &Answer) -> bool {
    answer.status != 503 || answer.problem(503) == "payment-provider-unavailable"
}
