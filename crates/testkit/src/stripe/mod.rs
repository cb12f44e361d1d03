//! A fake of Stripe for tests of payments that go wrong: its API over HTTP as far as a box office needs
//! it, buyers who pay, faults by chance or by script, webhooks. It never looks at the code under test.
//! [`LocalStripe`] is another fake, by others: whoever speaks with both has not understood Stripe as we
//! alone do.
//!
//! An endpoint is a function in `intents`, `sessions` or `refunds` and a line in `api`. A payment method
//! that does something new is a line in `methods` and a branch in `flow`.

mod api;
mod buyer;
mod chance;
mod checkout;
mod door;
mod faults;
mod flow;
mod form;
mod intent;
mod intents;
mod keys;
#[cfg(unix)]
mod local;
mod looking;
mod methods;
mod pages;
mod refunds;
mod refusal;
mod session;
mod sessions;
mod shelf;
mod state;
mod webhooks;
mod wire;
mod world;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

pub use faults::{Fault, Faults};
#[cfg(unix)]
pub use local::LocalStripe;
pub use looking::{Call, Money};
pub use webhooks::{WebhookChaos, stripe_signature};

use crate::ports;
use door::Door;
use state::State;
use world::World;

/// The only key that is let in.
const KEY: &str = "sk_test_fake";
/// What webhooks are signed with.
const WEBHOOK_SECRET: &str = "whsec_fake";

/// A Stripe of its own. Clones are the same one; it ends with the last of them.
#[derive(Clone)]
pub struct StripeFake(Arc<House>);

struct House {
    world: Arc<World>,
    door: Door,
}

impl StripeFake {
    /// On a free port.
    ///
    /// # Panics
    /// When there is no port.
    pub fn start() -> Self {
        StripeFake::on(ports::listener())
    }

    /// On this port of 127.0.0.1.
    ///
    /// # Panics
    /// When somebody else has it.
    pub fn start_on(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        StripeFake::on(listener.expect("the port is free"))
    }

    fn on(listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("a listener has an address");
        let seed = chance::fresh_seed().to_le_bytes();
        let mark = u32::from_le_bytes([seed[0], seed[1], seed[2], seed[3]]);
        let world = Arc::new(World::new(State::new(format!("http://{address}"), mark)));
        let postman = Arc::clone(&world);
        std::thread::spawn(move || postman.webhooks.run());
        let door = Door::new(address);
        door.open_with(listener, &world);
        StripeFake(Arc::new(House { world, door }))
    }

    fn world(&self) -> &World {
        &self.0.world
    }

    /// Where it is; clients add `/v1/…`.
    pub fn base(&self) -> String {
        format!("http://{}", self.address())
    }

    /// The same as an address.
    pub fn address(&self) -> SocketAddr {
        self.0.door.address()
    }

    /// The secret key that it lets in.
    pub fn key(&self) -> &'static str {
        KEY
    }

    /// What its webhooks are signed with.
    pub fn webhook_secret(&self) -> &'static str {
        WEBHOOK_SECRET
    }

    /// Closes the port and all connections: who comes is refused. Nothing is forgotten, and buyers and
    /// webhooks go on.
    pub fn go_away(&self) {
        self.0.door.close();
    }

    /// Opens the same port again.
    ///
    /// # Panics
    /// When somebody else has taken it.
    pub fn come_back(&self) {
        self.0.door.open(&self.0.world);
    }

    /// Lets its clock go ahead of the real one: keys are forgotten after a day, sessions expire, and
    /// what was authorized lapses after seven days. Its `created` are in that time, and so is the window
    /// in which a session's `expires_at` must be.
    pub fn advance(&self, time: Duration) {
        self.world().change(|state| state.advance(time));
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.door.close();
        self.world.webhooks.close();
    }
}
