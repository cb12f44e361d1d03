//! What the ledger says, entry by entry, and which seats moved since somebody last cut. The lane waits
//! while it is told: each entry costs what it changes and no more.

use boxoffice_inventory::{Change, Entry, Inventory, SeatIndex, SeatStatus, Touched};

use crate::cut::Moves;

/// An event's inventory as of the last commit that was heard of.
pub(crate) struct Heard {
    pub(crate) inventory: Inventory,
    /// The seats that moved since the last cut, each once.
    moved: Vec<SeatIndex>,
    /// By seat: whether it stands in `moved`.
    marked: Vec<bool>,
    repriced: bool,
}

/// Why entries could not be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missed {
    /// Those before them are not known yet.
    Hole,
    /// The seats are others now, or the ledger is damaged: everything must be loaded anew.
    Everything,
}

impl Heard {
    pub(crate) fn new(inventory: Inventory) -> Self {
        Heard {
            marked: vec![false; inventory.statuses().len()],
            inventory,
            moved: Vec::new(),
            repriced: false,
        }
    }

    pub(crate) fn version(&self) -> u64 {
        self.inventory.version()
    }

    /// Takes in entries from `first_version` on; those it knows are passed over.
    pub(crate) fn take_in(&mut self, first_version: u64, entries: &[Entry]) -> Result<(), Missed> {
        let next = self.version() + 1;
        if first_version > next {
            return Err(Missed::Hole);
        }
        let known = usize::try_from(next - first_version).unwrap_or(usize::MAX);
        entries
            .iter()
            .skip(known)
            .try_for_each(|entry| self.fold(entry))
    }

    fn fold(&mut self, entry: &Entry) -> Result<(), Missed> {
        if let Change::CatalogueRevised(facts) = &entry.change {
            let before = self.inventory.facts();
            if before.is_none_or(|before| before.plan != facts.plan) {
                return Err(Missed::Everything);
            }
            self.repriced |= before.is_some_and(|before| before.prices != facts.prices);
        }
        let touched = match self.inventory.touched_by(&entry.change) {
            Touched::Seats(seats) => seats,
            Touched::All => (0..self.inventory.seat_count()).collect(),
        };
        let before: Vec<_> = touched
            .iter()
            .map(|seat| self.inventory.status(*seat))
            .collect();
        let folded = self.inventory.fold(entry);
        folded.map_err(|_| Missed::Everything)?;
        for (seat, before) in touched.into_iter().zip(before) {
            if self.inventory.status(seat) != before {
                self.mark(seat);
            }
        }
        Ok(())
    }

    fn mark(&mut self, seat: SeatIndex) {
        if !std::mem::replace(&mut self.marked[seat as usize], true) {
            self.moved.push(seat);
        }
    }

    /// What moved since this was last asked.
    pub(crate) fn take_moves(&mut self) -> Moves {
        let moved = std::mem::take(&mut self.moved);
        let now = |seat: SeatIndex| {
            let status = self.inventory.status(seat);
            (seat, status.unwrap_or(SeatStatus::Blocked))
        };
        let changes = moved.iter().map(|seat| now(*seat)).collect();
        for seat in moved {
            self.marked[seat as usize] = false;
        }
        let facts = self.inventory.facts();
        let prices = match std::mem::take(&mut self.repriced) {
            true => facts.map(|facts| facts.prices.clone()),
            false => None,
        };
        Moves {
            version: self.version(),
            changes,
            prices,
        }
    }
}
