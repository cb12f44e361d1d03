//! One event's follower: hears its commits, cuts the map at most ten times a second, and serves each
//! cut as bodies to readers and as frames to watchers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use boxoffice_inventory::{Entry, Inventory, Reservation, SeatIndex, Standing, StoredEntry};
use boxoffice_model::{OwnerHash, Timestamp};
use boxoffice_seating::SeatingPlan;
use parking_lot::{Mutex, RwLock};
use rustc_hash::FxHashMap;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::cut::Cut;
use crate::frames::{Behind, Frame, Ring};
use crate::heard::{Heard, Missed};
use crate::listing::{Listing, Seats};
use crate::maps::Pace;
use crate::parts::{Coding, Encoded};
use crate::taken::clearly_taken;

/// A map that the store has not confirmed for this long refuses nobody: the store shall say.
const CONFIRMED: Duration = Duration::from_secs(2);

/// One event's seat map in this process.
pub struct Follower {
    pub(crate) plan: Arc<SeatingPlan>,
    pub(crate) pace: Pace,
    heard: RwLock<Heard>,
    shown: RwLock<Shown>,
    /// Held by whoever cuts.
    cutting: Mutex<()>,
    whole: Arc<Listing>,
    /// By name.
    sections: Mutex<FxHashMap<Arc<str>, Arc<Listing>>>,
    /// Told of each commit; whoever ticks waits for it.
    pub(crate) news: Notify,
    /// What wakes the watchers.
    pub(crate) signal: watch::Sender<Signal>,
    /// Whether somebody ticks.
    pub(crate) ticking: Mutex<bool>,
    behind: AtomicBool,
    stale: AtomicBool,
    looked_at: Mutex<Instant>,
    confirmed_at: Mutex<Instant>,
}

/// What readers and watchers see: always of one version.
struct Shown {
    cut: Arc<Cut>,
    ring: Ring,
}

/// What wakes a watcher: any of these is another than before.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Signal {
    version: u64,
    /// Counted up when a line wants to be kept alive.
    pub(crate) beat: u64,
    /// Another follower has taken over.
    pub(crate) retired: bool,
}

impl Follower {
    pub(crate) fn new(plan: Arc<SeatingPlan>, inventory: Inventory, pace: Pace) -> Self {
        let cut = Arc::new(Cut::first(&inventory));
        let seats = cut.seat_count().min(plan.seat_count());
        let version = cut.version;
        let signal = Signal {
            version,
            ..Signal::default()
        };
        let now = Instant::now();
        Follower {
            plan,
            pace,
            heard: RwLock::new(Heard::new(inventory)),
            shown: RwLock::new(Shown {
                cut,
                ring: Ring::new(version, pace.frames),
            }),
            cutting: Mutex::default(),
            whole: Arc::new(Listing::new(Seats::All(seats))),
            sections: Mutex::default(),
            news: Notify::new(),
            signal: watch::Sender::new(signal),
            ticking: Mutex::default(),
            behind: AtomicBool::new(false),
            stale: AtomicBool::new(false),
            looked_at: Mutex::new(now),
            confirmed_at: Mutex::new(now),
        }
    }

    /// The version that it has heard of.
    pub fn version(&self) -> u64 {
        self.heard.read().version()
    }

    /// Takes in entries from `first_version` on; those it knows are passed over.
    pub(crate) fn hear(&self, first_version: u64, entries: &[Entry]) {
        match self.heard.write().take_in(first_version, entries) {
            Ok(()) => self.confirm(),
            Err(Missed::Hole) => self.behind.store(true, Ordering::Release),
            Err(Missed::Everything) => self.stale.store(true, Ordering::Release),
        }
        self.news.notify_one();
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

    /// Entries are missing; the store has them.
    pub(crate) fn take_behind(&self) -> bool {
        self.behind.swap(false, Ordering::AcqRel)
    }

    /// It cannot go on; another must be loaded.
    pub(crate) fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Acquire)
    }

    /// Sends its watchers to the follower that took over.
    pub(crate) fn retire(&self) {
        self.signal.send_modify(|signal| signal.retired = true);
    }

    /// The store has nothing newer, or what it has was heard.
    pub(crate) fn confirm(&self) {
        *self.confirmed_at.lock() = Instant::now();
    }

    /// For how long the store has not said that this is its newest.
    pub fn age(&self) -> Duration {
        self.confirmed_at.lock().elapsed()
    }

    /// For how long nobody has looked; not at all while somebody watches.
    pub(crate) fn idle_for(&self) -> Duration {
        match self.watchers() {
            0 => self.looked_at.lock().elapsed(),
            _ => Duration::ZERO,
        }
    }

    pub(crate) fn watchers(&self) -> usize {
        self.signal.receiver_count()
    }

    /// The newest cut, at most a frame old; made now if need be.
    pub(crate) fn cut(&self) -> Arc<Cut> {
        let latest = Arc::clone(&self.shown.read().cut);
        if latest.made.elapsed() < self.pace.frame {
            return latest;
        }
        *self.looked_at.lock() = Instant::now();
        if latest.version == self.version() {
            return latest;
        }
        self.cut_now()
    }

    /// The map of everything that was heard.
    pub(crate) fn cut_now(&self) -> Arc<Cut> {
        let _cutting = self.cutting.lock();
        let before = Arc::clone(&self.shown.read().cut);
        let moves = {
            let mut heard = self.heard.write();
            if heard.version() == before.version {
                return before;
            }
            heard.take_moves()
        };
        let cut = Arc::new(before.next(&moves));
        let version = cut.version;
        {
            let mut shown = self.shown.write();
            shown.cut = Arc::clone(&cut);
            match moves.prices {
                // Frames tell no prices.
                Some(_) => shown.ring.cut_off(version),
                None => shown
                    .ring
                    .push(Frame::new(before.version, version, moves.changes)),
            }
        }
        self.signal.send_modify(|signal| signal.version = version);
        metrics::counter!("seat_map_frames_total").increment(1);
        cut
    }

    /// What readers see now, at most a frame old.
    pub fn view(self: &Arc<Self>) -> View {
        View {
            cut: self.cut(),
            follower: Arc::clone(self),
        }
    }

    /// Whether a section has this name.
    pub fn has_section(&self, name: &str) -> bool {
        self.plan.sections().any(|known| known == name)
    }

    fn section_listing(&self, name: &str) -> Option<Arc<Listing>> {
        let mut sections = self.sections.lock();
        if let Some(listing) = sections.get(name) {
            return Some(Arc::clone(listing));
        }
        let name = self.section_name(name)?;
        let count = self.shown.read().cut.seat_count();
        let seats = self.plan.section_seats(&name);
        let seats = Seats::Section(seats.filter(|seat| *seat < count).collect());
        let listing = Arc::new(Listing::new(seats));
        sections.insert(name, Arc::clone(&listing));
        Some(listing)
    }

    /// The name, if a section has it.
    pub(crate) fn section_name(&self, name: &str) -> Option<Arc<str>> {
        let mut names = self.plan.sections();
        names.find(|known| *known == name).map(Arc::from)
    }

    /// Lets go of the sections that nobody has asked for lately.
    pub(crate) fn tidy_up(&self, idle: Duration) {
        let asked_lately = |listing: &Listing| listing.asked().elapsed() < idle;
        self.sections
            .lock()
            .retain(|_, listing| asked_lately(listing));
    }

    /// What comes behind a version.
    pub(crate) fn behind(&self, version: u64) -> Behind {
        self.shown.read().ring.behind(version)
    }

    /// The version that is shown.
    pub(crate) fn shown_version(&self) -> u64 {
        self.shown.read().ring.newest()
    }

    /// Those of `seats` that are taken, when a hold of them is refused for sure.
    pub fn clearly_taken(
        &self,
        seats: &[SeatIndex],
        owner: Option<&OwnerHash>,
        now: Timestamp,
    ) -> Option<Vec<SeatIndex>> {
        if self.age() > CONFIRMED {
            return None;
        }
        clearly_taken(&self.heard.read().inventory, seats, owner, now)
    }

    /// A reservation that is held at `now`, by the version of its first entry, as of the last commit that
    /// was heard of. Others that write to the store may have changed it since.
    pub fn held(&self, first: u64, now: Timestamp) -> Option<Reservation> {
        let heard = self.heard.read();
        let found = heard.inventory.reservation(first)?;
        (found.standing(now) == Standing::Held).then(|| found.clone())
    }
}

/// A map at one version, to be encoded as somebody likes it.
pub struct View {
    cut: Arc<Cut>,
    follower: Arc<Follower>,
}

impl View {
    /// The ledger's version that it shows.
    pub fn version(&self) -> u64 {
        self.cut.version
    }

    /// For how long the store has not said that the map is its newest.
    pub fn age(&self) -> Duration {
        self.follower.age()
    }

    /// The JSON of all seats, of this version or a newer one.
    pub async fn seats(&self, coding: Coding) -> Encoded {
        let Follower { whole, plan, .. } = &*self.follower;
        whole.encoded(plan, &self.cut, coding).await
    }

    /// The JSON of the sections of a name, of this version or a newer one. `None`: there is none of
    /// that name.
    pub async fn section(&self, name: &str, coding: Coding) -> Option<Encoded> {
        let listing = self.follower.section_listing(name)?;
        let plan = &self.follower.plan;
        Some(listing.encoded(plan, &self.cut, coding).await)
    }

    /// How each section stands, as JSON.
    pub fn sections(&self, coding: Coding) -> Encoded {
        self.cut.sections(&self.follower.plan, coding)
    }

    /// Two bits a seat.
    pub fn availability(&self, coding: Coding) -> Encoded {
        self.cut.availability(coding)
    }
}
