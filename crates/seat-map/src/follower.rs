//! One event's follower: its inventory as of the last commit that was heard of, and the bodies made
//! from it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use boxoffice_inventory::{Change, Entry, Inventory, SeatIndex, SeatStatus, State, StoredEntry};
use boxoffice_model::{Micros, OwnerHash, Timestamp};
use boxoffice_seating::SeatingPlan;
use bytes::Bytes;
use parking_lot::{Mutex, RwLock};

use crate::bodies::{Bodies, Coding};
use crate::view::View;

/// Bodies are made at most this often.
const FRAME: Duration = Duration::from_millis(100);

/// A hold that ends within this time may have ended for the store already: its seats are not clearly
/// taken.
const CLEARLY: Micros = 2_000_000;

/// One event's seat map in this process.
pub struct Follower {
    plan: Arc<SeatingPlan>,
    inventory: RwLock<Inventory>,
    bodies: RwLock<(Arc<Bodies>, Instant)>,
    /// Held by whoever encodes; the others are served what there is.
    encoding: Mutex<()>,
    /// Something was missed, or the plan is another: load anew.
    stale: AtomicBool,
    looked_at: Mutex<Instant>,
}

impl Follower {
    pub(crate) fn new(plan: Arc<SeatingPlan>, inventory: Inventory) -> Self {
        let bodies = Arc::new(Bodies::encode(&plan, &View::of(&inventory)));
        Follower {
            plan,
            inventory: RwLock::new(inventory),
            bodies: RwLock::new((bodies, Instant::now())),
            encoding: Mutex::new(()),
            stale: AtomicBool::new(false),
            looked_at: Mutex::new(Instant::now()),
        }
    }

    /// The version that it has heard of.
    pub fn version(&self) -> u64 {
        self.inventory.read().version()
    }

    fn view(&self) -> View {
        View::of(&self.inventory.read())
    }

    /// Takes in entries from `first_version` on; those it knows are passed over, a hole makes it
    /// stale.
    pub(crate) fn hear(&self, first_version: u64, entries: &[Entry]) {
        let mut inventory = self.inventory.write();
        let known = (inventory.version() + 1).saturating_sub(first_version);
        if first_version > inventory.version() + 1 {
            self.stale.store(true, Ordering::Release);
            return;
        }
        for entry in entries
            .iter()
            .skip(usize::try_from(known).unwrap_or(usize::MAX))
        {
            let other_plan = matches!(&entry.change, Change::CatalogueRevised(facts)
                if inventory.facts().is_none_or(|before| before.plan != facts.plan));
            if other_plan || inventory.fold(entry).is_err() {
                self.stale.store(true, Ordering::Release);
                return;
            }
        }
    }

    /// Takes in what the store has behind this version.
    pub(crate) fn hear_stored(&self, stored: &[StoredEntry]) {
        for entry in stored {
            match Entry::decode(&entry.bytes) {
                Ok(decoded) => self.hear(entry.version, &[decoded]),
                Err(_) => self.stale.store(true, Ordering::Release),
            }
        }
    }

    pub(crate) fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Acquire)
    }

    pub(crate) fn idle_for(&self) -> Duration {
        self.looked_at.lock().elapsed()
    }

    /// The bodies of the newest version, or of one at most a frame older.
    pub fn bodies(&self) -> Arc<Bodies> {
        let (bodies, made) = {
            let bodies = self.bodies.read();
            (Arc::clone(&bodies.0), bodies.1)
        };
        if made.elapsed() < FRAME {
            return bodies;
        }
        *self.looked_at.lock() = Instant::now();
        if bodies.version == self.version() {
            return bodies;
        }
        let Some(_encoding) = self.encoding.try_lock() else {
            return bodies;
        };
        let fresh = Arc::new(Bodies::encode(&self.plan, &self.view()));
        *self.bodies.write() = (Arc::clone(&fresh), Instant::now());
        fresh
    }

    /// The JSON of the sections of a name, with its version.
    pub fn section(&self, name: &str, coding: Coding) -> (u64, Bytes) {
        let bodies = self.bodies();
        if let Some(body) = bodies.section(name, coding) {
            return (bodies.version, body);
        }
        let view = self.view();
        let body = crate::encode::seats_json(&self.plan, &view, Some(name));
        if view.version == bodies.version {
            return (bodies.version, bodies.keep_section(name, body, coding));
        }
        // The map moved on since its bodies were made; nobody else will ask for this mixture.
        let version = view.version;
        let body = match coding {
            Coding::Identity => body,
            Coding::Gzip => crate::encode::gzip(&body),
            Coding::Brotli => crate::encode::brotli(&body),
        };
        (version, body.into())
    }

    /// Those of `seats` that are taken, when a hold of them is refused for sure: every one of them is
    /// booked, blocked, being paid for, or held until well after `now`, and no check that comes
    /// before this one would have answered otherwise.
    pub fn clearly_taken(
        &self,
        seats: &[SeatIndex],
        owner: Option<&OwnerHash>,
        now: Timestamp,
    ) -> Option<Vec<SeatIndex>> {
        let inventory = self.inventory.read();
        let facts = inventory.facts()?;
        let now = now.max(inventory.last_at());
        let quantity = u32::try_from(seats.len()).ok()?;
        if inventory.on_sale(now).is_err() || quantity > facts.max_seats_per_reservation {
            return None;
        }
        if let Some(limit) = facts.max_seats_per_buyer {
            let have = inventory.seats_of(owner?, now);
            if have + quantity > limit {
                return None;
            }
        }
        let mut taken = Vec::new();
        for seat in seats {
            match inventory.status(*seat)? {
                SeatStatus::Available => {}
                SeatStatus::Held if !clearly_held(&inventory, *seat, now) => return None,
                _ => taken.push(*seat),
            }
        }
        (!taken.is_empty()).then_some(taken)
    }
}

fn clearly_held(inventory: &Inventory, seat: SeatIndex, now: Timestamp) -> bool {
    let holder = inventory
        .owner_of(seat)
        .and_then(|first| inventory.reservation(first));
    holder.is_some_and(|holder| match holder.state {
        State::Held | State::Paying { .. } => holder
            .lapses_at()
            .is_some_and(|until| until > now.plus(CLEARLY)),
        _ => false,
    })
}
