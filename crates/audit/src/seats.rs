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
        // What has no price today is not on sale either.
        let blocked = inventory.status(seat) == Some(SeatStatus::Blocked);
        let priced = inventory.price(seat).is_some();
        if history.is_blocked(seat) && !blocked || blocked && priced && !history.is_blocked(seat) {
            let what =
                format!("seat {seat} is blocked by the fold or by its entries, but not by both");
            found.at(version, what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use boxoffice_inventory::{Command, Facts, Hold, Moment, SaleStatus, Wanted, decide};
    use boxoffice_inventory::{Entry, Layout};
    use boxoffice_model::{EventNumber, Key, Timestamp};
    use boxoffice_seating::{AreaSpec, SeatingPlan};

    fn layout() -> Layout {
        let area = AreaSpec {
            name: "Floor".into(),
            category: Some("All".into()),
            capacity: 4,
        };
        let (plan, _) = SeatingPlan::from_pretix(None, &[area]).expect("an area");
        plan.layout()
    }

    fn commands() -> [Command; 2] {
        let facts = Facts {
            plan: [0; 32],
            layout: Some(layout()),
            currency: "EUR".parse().expect("a currency"),
            prices: vec![Some(100)],
            date: Timestamp(100),
            on_sale_at: None,
            sale_ends_at: None,
            status: SaleStatus::Scheduled,
            max_seats_per_reservation: 4,
            max_seats_per_buyer: None,
        };
        let hold = Hold {
            owner: [0; 16],
            bound: false,
            idempotency: None,
            wanted: Wanted::Seats(vec![2]),
            hold: 10,
        };
        [Command::Revise(Box::new(facts)), Command::Hold(hold)]
    }

    /// What the inventory makes of commands, and its head.
    fn folded(commands: &[Command]) -> (Inventory, EventHead) {
        let event = EventNumber::new(2027, 5, 0).expect("a month");
        let mut inventory = Inventory::new(event);
        for command in commands {
            let moment = Moment {
                now: Timestamp(1),
                nonce: 0,
                key: &Key::new([0; 32]),
            };
            for change in decide(&inventory, command, &moment).changes {
                let (at, nonce) = (moment.now, moment.nonce);
                let entry = Entry { at, nonce, change };
                inventory.append(&entry).expect("it follows");
            }
        }
        let head = EventHead {
            event,
            version: inventory.version(),
            head: inventory.head(),
            counts: inventory.counts(),
            next_due: inventory.next_due(),
        };
        (inventory, head)
    }

    /// A fold that errs, as seen from here: the history has missed what the inventory took in.
    fn unlike_an_empty_history(commands: &[Command]) -> crate::Breach {
        let (inventory, head) = folded(commands);
        let mut found = Findings::default();
        check(&head, &inventory, &History::default(), &mut found);
        let mut report = crate::AuditReport::default();
        report.add(head.event, "night", found);
        assert_eq!(report.breaches.len(), 1, "{report}");
        assert_eq!(report.breaches[0].version, Some(2));
        report.breaches.remove(0)
    }

    #[test]
    fn a_seat_that_fold_and_history_give_to_different_people_is_named() {
        let [facts, hold] = commands();
        let breach = unlike_an_empty_history(&[facts, hold]);
        let what = "seat 2 is Some(2)'s by the fold";
        assert!(breach.what.starts_with(what), "{breach}");
    }

    #[test]
    fn a_seat_that_only_one_of_them_blocks_is_named() {
        let [facts, _] = commands();
        let breach = unlike_an_empty_history(&[facts, Command::Block { seats: vec![3] }]);
        let what = "seat 3 is blocked by the fold or by its entries, but not by both";
        assert_eq!(breach.what, what);
    }
}
