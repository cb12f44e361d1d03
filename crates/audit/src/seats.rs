//! The seats at one version: the head's row against the fold, the fold against its own rules, and
//! against the history that was kept without it.

use boxoffice_inventory::{Inventory, SeatStatus, invariants};
use boxoffice_store::EventHead;

use crate::history::History;
use crate::report::Findings;

/// The inventory is at the head's version.
pub(crate) fn check(
    head: &EventHead,
    inventory: &Inventory,
    history: &History,
    found: &mut Findings,
) {
    head_row(head, inventory, found);
    if let Err(what) = invariants::check(inventory) {
        found.at(head.version, what);
    }
    owners(head.version, inventory, history, found);
}

fn head_row(head: &EventHead, inventory: &Inventory, found: &mut Findings) {
    let version = head.version;
    if inventory.head() != head.head {
        found.at(version, "the head's hash is not that of the ledger");
    }
    let (row, ledger) = (head.counts, inventory.counts());
    let counts = [
        ("available", row.available, ledger.available),
        ("held", row.held, ledger.held),
        ("booked", row.booked, ledger.booked),
        ("blocked", row.blocked, ledger.blocked),
    ];
    for (name, row, ledger) in counts {
        if row != ledger {
            let what = format!("the head counts {row} seats {name}, the ledger {ledger}");
            found.at(version, what);
        }
    }
    let (row, ledger) = (head.next_due, inventory.next_due());
    if row != ledger {
        let time = |due: Option<_>| due.map_or("never".to_owned(), |due| format!("{due}"));
        let (row, ledger) = (time(row), time(ledger));
        let what = format!("the head says that something is due {row}, the ledger {ledger}");
        found.at(version, what);
    }
}

fn owners(version: u64, inventory: &Inventory, history: &History, found: &mut Findings) {
    for seat in 0..inventory.seat_count() {
        let (fold, naive) = (inventory.owner_of(seat), history.owner_of(seat));
        if fold != naive {
            let what = format!("seat {seat} is {fold:?}'s by the fold, {naive:?}'s by its entries");
            found.at(version, what);
        }
        let booked = inventory.status(seat) == Some(SeatStatus::Booked);
        if booked != history.sold_to(seat).is_some() {
            let what =
                format!("seat {seat} is sold by the fold or by its entries, but not by both");
            found.at(version, what);
        }
    }
}
