//! The JSON of a house, or of a section: kept in pieces, of which only those with a changed seat are
//! written anew.

use std::sync::Arc;

use boxoffice_inventory::SeatIndex;
use boxoffice_seating::SeatingPlan;
use parking_lot::{Mutex, RwLock};
use tokio::time::Instant;

use crate::cut::Cut;
use crate::encode::{Place, seats_json};
use crate::parts::{Assembly, Coding, Encoded, Piece};

/// Seats of a piece, at most. Sections lie together by index, and sell together: a piece is a section
/// of an arena, or a part of a stand.
const PIECE_SEATS: usize = 1024;

/// Which seats are listed.
pub(crate) enum Seats {
    /// All, by index.
    All(SeatIndex),
    /// Those of a section, ascending; each is written with its index.
    Section(Vec<SeatIndex>),
}

impl Seats {
    fn len(&self) -> usize {
        match self {
            Seats::All(count) => *count as usize,
            Seats::Section(seats) => seats.len(),
        }
    }

    fn at(&self, position: usize) -> SeatIndex {
        match self {
            // Fewer than there are seats.
            Seats::All(_) => position as SeatIndex,
            Seats::Section(seats) => seats[position],
        }
    }
}

/// A list of seats as JSON, of the newest version that somebody asked for.
pub(crate) struct Listing {
    seats: Seats,
    latest: RwLock<Arc<Encoding>>,
    /// Held by whoever encodes; the others wait, for an older version must not be served after a
    /// newer one was.
    encoding: tokio::sync::Mutex<()>,
    asked: Mutex<Instant>,
}

#[derive(Default)]
struct Encoding {
    /// Of which cut; 0 is none yet.
    number: u32,
    version: u64,
    pieces: Vec<Arc<Piece>>,
    assembly: Assembly,
}

impl Listing {
    pub(crate) fn new(seats: Seats) -> Self {
        Listing {
            seats,
            latest: RwLock::default(),
            encoding: tokio::sync::Mutex::default(),
            asked: Mutex::new(Instant::now()),
        }
    }

    /// When it was last asked for.
    pub(crate) fn asked(&self) -> Instant {
        *self.asked.lock()
    }

    /// The list at `cut` or at a newer one.
    pub(crate) async fn encoded(
        self: &Arc<Self>,
        plan: &Arc<SeatingPlan>,
        cut: &Arc<Cut>,
        coding: Coding,
    ) -> Encoded {
        if let Some(ready) = self.ready(cut, coding) {
            return ready;
        }
        let _encoding = self.encoding.lock().await;
        if let Some(ready) = self.ready(cut, coding) {
            return ready;
        }
        *self.asked.lock() = cut.made;
        let (listing, plan, cut) = (Arc::clone(self), Arc::clone(plan), Arc::clone(cut));
        let made = tokio::task::spawn_blocking(move || listing.encode(&plan, &cut, coding)).await;
        match made.map_err(tokio::task::JoinError::try_into_panic) {
            Ok(encoded) => encoded,
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            // The runtime goes down, and whoever waits with it.
            Err(Err(_)) => std::future::pending().await,
        }
    }

    fn ready(&self, cut: &Cut, coding: Coding) -> Option<Encoded> {
        let latest = self.latest.read();
        if latest.number < cut.number {
            return None;
        }
        latest.assembly.ready(coding)
    }

    fn encode(&self, plan: &SeatingPlan, cut: &Cut, coding: Coding) -> Encoded {
        let latest = Arc::clone(&self.latest.read());
        if latest.number >= cut.number {
            return latest.assembly.make(latest.version, &latest.pieces, coding);
        }
        let next = Arc::new(Encoding {
            number: cut.number,
            version: cut.version,
            pieces: self.pieces(plan, cut, &latest),
            assembly: Assembly::default(),
        });
        let encoded = next.assembly.make(next.version, &next.pieces, coding);
        *self.latest.write() = next;
        encoded
    }

    /// The pieces at `cut`: those of `before`, and new ones where a seat changed.
    fn pieces(&self, plan: &SeatingPlan, cut: &Cut, before: &Encoding) -> Vec<Arc<Piece>> {
        let count = self.seats.len().div_ceil(PIECE_SEATS).max(1);
        let piece = |at: usize| {
            let end = self.seats.len().min((at + 1) * PIECE_SEATS);
            let seats = (at * PIECE_SEATS..end).map(|position| self.seats.at(position));
            if let Some(known) = before.pieces.get(at)
                && !seats
                    .clone()
                    .any(|seat| cut.changed_since(before.number, seat))
            {
                return Arc::clone(known);
            }
            let place = Place {
                first: at == 0,
                last: at + 1 == count,
                with_index: matches!(self.seats, Seats::Section(_)),
            };
            Arc::new(Piece::new(seats_json(plan, cut, seats, place)))
        };
        (0..count).map(piece).collect()
    }
}
