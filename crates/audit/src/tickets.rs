//! Tickets against what the ledger sold: one for each booked seat, of the attempt that paid, and no
//! other.

use boxoffice_inventory::SeatIndex;
use boxoffice_store::{StoreError, Ticket};
use rustc_hash::FxHashSet;

use crate::history::History;
use crate::replay::{Replay, Stop};
use crate::report::Findings;

pub(crate) async fn check(replay: &mut Replay<'_>, found: &mut Findings) -> Result<(), Stop> {
    let tickets = match replay.store.tickets(replay.event).await {
        Ok(tickets) => tickets,
        Err(error @ StoreError::Damaged { .. }) => {
            found.breach(None, error.to_string());
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    replay.catch_up().await?;
    let history = &replay.history;
    let mut seen = FxHashSet::default();
    for ticket in &tickets {
        if !seen.insert(ticket.seat) {
            let what = format!("seat {} has two tickets", ticket.seat);
            found.at(ticket.attempt, what);
        }
        row(history, ticket, found);
    }
    let without = history.sold().filter(|(seat, _)| !seen.contains(seat));
    let mut without: Vec<(SeatIndex, u64)> = without.collect();
    without.sort_unstable();
    for (seat, attempt) in without {
        // Sold behind the reading of the tickets, perhaps.
        if !moved(history, attempt) {
            found.at(attempt, format!("seat {seat} is sold, but has no ticket"));
        }
    }
    Ok(())
}

fn row(history: &History, ticket: &Ticket, found: &mut Findings) {
    let Ticket { seat, attempt, .. } = ticket;
    if history.sold_to(*seat) == Some(*attempt) || had(history, *attempt, *seat) {
        return;
    }
    let what = match history.sold_to(*seat) {
        Some(other) => format!("it has a ticket for seat {seat}, which is sold to {other}"),
        None => format!("it has a ticket for seat {seat}, which is not sold"),
    };
    found.at(*attempt, what);
}

fn moved(history: &History, attempt: u64) -> bool {
    let attempt = history.attempts.get(&attempt);
    attempt.is_some_and(|attempt| attempt.moved())
}

/// Whether the attempt was undone, or the seat taken back, since the ledger was read first, and had the seat until then.
fn had(history: &History, attempt: u64, seat: SeatIndex) -> bool {
    let known = history.attempts.get(&attempt);
    moved(history, attempt)
        && known.is_some_and(|known| known.seats.iter().any(|its| its.index == seat))
}
