//! What stands beside the ledger, compared with it. Each check gives back the version and the
//! sentence of every disagreement.

use boxoffice_inventory::{FailReason, SeatStatus};
use boxoffice_model::EventNumber;
use boxoffice_store::{
    Booking, BookingStatus, Charge, ChargeStatus, Cleanup, EventHead, Receipt, Store, StoreError,
    Ticket,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::event::Replayed;
use crate::history::{AttemptHistory, End};

/// A disagreement: the version of the entry that it concerns, and what is wrong.
pub(crate) type Found = (Option<u64>, String);

/// Bookings read in one go.
const PAGE: usize = 5_000;

/// The rows that stand beside an event's ledger.
pub(crate) struct Rows {
    pub(crate) bookings: Vec<Booking>,
    tickets: Vec<Ticket>,
    charges: Vec<Charge>,
}

impl Rows {
    pub(crate) async fn read(store: &dyn Store, event: EventNumber) -> Result<Self, StoreError> {
        let mut bookings: Vec<Booking> = Vec::new();
        loop {
            let after = bookings.last().map_or(0, |booking| booking.attempt);
            let page = store.bookings(event, after, PAGE).await?;
            let last = page.len() < PAGE;
            bookings.extend(page);
            if last {
                break;
            }
        }
        let (tickets, charges) = (store.tickets(event).await?, store.charges(event).await?);
        Ok(Rows {
            bookings,
            tickets,
            charges,
        })
    }
}

pub(crate) fn all(replayed: &Replayed, head: &EventHead, rows: &Rows) -> Vec<Found> {
    let mut found = Vec::new();
    heads(replayed, head, &mut found);
    bookings(replayed, head, rows, &mut found);
    tickets(replayed, rows, &mut found);
    charges(rows, &mut found);
    found
}

fn heads(replayed: &Replayed, head: &EventHead, found: &mut Vec<Found>) {
    let inventory = &replayed.inventory;
    let version = Some(head.version);
    if inventory.head() != head.head {
        found.push((version, "the head's hash is not that of the ledger".into()));
    }
    if inventory.counts() != head.counts {
        let (row, ledger) = (head.counts, inventory.counts());
        found.push((
            version,
            format!("the counts say {row:?}, the ledger says {ledger:?}"),
        ));
    }
    if inventory.next_due() != head.next_due {
        found.push((
            version,
            "the time when something next runs out is wrong".into(),
        ));
    }
    let counts = inventory.counts();
    if replayed.history.seats_owned() != (counts.held + counts.booked) as usize {
        let what = "the seats that somebody has are not those held and booked";
        found.push((version, what.into()));
    }
}

fn bookings(replayed: &Replayed, head: &EventHead, rows: &Rows, found: &mut Vec<Found>) {
    let attempts = &replayed.history.attempts;
    let mut seen = FxHashSet::default();
    for booking in &rows.bookings {
        seen.insert(booking.attempt);
        match attempts.get(&booking.attempt) {
            Some(attempt) => booking_row(replayed, attempt, booking, found),
            // Of an entry behind the version that we replay to.
            None if booking.attempt > head.version => {}
            None => found.push((
                Some(booking.attempt),
                "a booking without a paying entry".into(),
            )),
        }
    }
    let missing = attempts.keys().filter(|version| !seen.contains(*version));
    found
        .extend(missing.map(|version| (Some(*version), "a paying entry without a booking".into())));
}

fn booking_row(
    replayed: &Replayed,
    attempt: &AttemptHistory,
    booking: &Booking,
    found: &mut Vec<Found>,
) {
    let mut wrong = |what: String| found.push((Some(attempt.version), what));
    let paying = &attempt.paying;
    let currency = replayed.inventory.facts().map(|facts| facts.currency);
    if booking.first != paying.first
        || booking.secret != paying.secret
        || booking.key != paying.key
        || booking.request != paying.request
        || booking.nonce != attempt.nonce
        || booking.created_at != attempt.started
        || booking.limit != attempt.started.plus(paying.limit)
    {
        wrong("the booking is not that of its paying entry".into());
    }
    if booking.amount != attempt.amount || Some(booking.currency) != currency {
        let (paid, price) = (booking.amount, attempt.amount);
        wrong(format!("the booking is of {paid}, its seats cost {price}"));
    }
    if !agrees(&attempt.end, booking) {
        wrong(format!(
            "the booking is {:?}, the ledger says {:?}",
            booking.status, attempt.end
        ));
    }
    let receipt = match &attempt.end {
        End::Booked(version) => replayed.receipts.get(version).map(|head| Receipt {
            version: *version,
            head: *head,
        }),
        _ => booking.receipt,
    };
    if booking.receipt != receipt {
        wrong("the booking's receipt is not the ledger's".into());
    }
}

fn agrees(end: &End, booking: &Booking) -> bool {
    use BookingStatus::{Booked, Cancelled, Confirmed, Declined, Pending, Voided};
    match end {
        End::UnderWay => booking.status == Pending,
        End::Booked(_) => matches!(booking.status, Booked | Confirmed),
        End::Failed(FailReason::Declined { code }) => {
            booking.status == Declined && booking.decline_code.as_ref() == Some(code)
        }
        End::Failed(_) => booking.status == Voided,
        End::Cancelled(_) => booking.status == Cancelled,
    }
}

/// Each booked seat has one ticket, of the attempt that paid; nothing else has one.
fn tickets(replayed: &Replayed, rows: &Rows, found: &mut Vec<Found>) {
    let mut sold: FxHashMap<u32, u64> = FxHashMap::default();
    for attempt in replayed.history.attempts.values() {
        if matches!(attempt.end, End::Booked(_)) {
            for seat in &attempt.seats {
                if let Some(other) = sold.insert(seat.index, attempt.version) {
                    let what = format!("seat {} was sold to {other} already", seat.index);
                    found.push((Some(attempt.version), what));
                }
            }
        }
    }
    for (seat, status) in replayed.inventory.statuses().iter().enumerate() {
        let listed = u32::try_from(seat).is_ok_and(|seat| sold.contains_key(&seat));
        if (*status == SeatStatus::Booked) != listed {
            found.push((
                None,
                format!("seat {seat} is {status:?}, its attempts say otherwise"),
            ));
        }
    }
    for ticket in &rows.tickets {
        match sold.remove(&ticket.seat) {
            Some(attempt) if attempt == ticket.attempt => {}
            Some(attempt) => found.push((
                Some(attempt),
                format!(
                    "the ticket of seat {} is of attempt {}",
                    ticket.seat, ticket.attempt
                ),
            )),
            None => found.push((
                Some(ticket.attempt),
                format!(
                    "seat {} has a ticket, but the ledger did not sell it",
                    ticket.seat
                ),
            )),
        }
    }
    found.extend(sold.iter().map(|(seat, attempt)| {
        (
            Some(*attempt),
            format!("seat {seat} is sold, but has no ticket"),
        )
    }));
}

/// Money was collected for what was sold, exactly once and for exactly its price, and for nothing
/// else.
fn charges(rows: &Rows, found: &mut Vec<Found>) {
    let charges: FxHashMap<u64, &Charge> = rows
        .charges
        .iter()
        .map(|charge| (charge.attempt, charge))
        .collect();
    for booking in rows
        .bookings
        .iter()
        .filter(|booking| booking.draft.provider == "test")
    {
        let charge = charges.get(&booking.attempt);
        let captured = charge.is_some_and(|charge| charge.status == ChargeStatus::Captured);
        let mut wrong = |what: &str| found.push((Some(booking.attempt), what.to_owned()));
        match booking.status {
            BookingStatus::Confirmed if !captured => wrong("it is confirmed, but was not paid"),
            BookingStatus::Confirmed | BookingStatus::Booked => {}
            _ if captured => wrong("money was taken for seats that were not sold"),
            _ => {}
        }
        let set_aside = charge.is_some_and(|charge| charge.status == ChargeStatus::Authorized);
        let ended = !booking.status.under_way() && booking.status != BookingStatus::Confirmed;
        if set_aside && ended && booking.cleanup == Cleanup::None {
            wrong("money stays set aside for an attempt that came to nothing");
        }
        let right = |charge: &&&Charge| {
            charge.amount == booking.amount && charge.currency == booking.currency
        };
        if charge.is_some() && charge.filter(right).is_none() {
            wrong("the charge is of another amount");
        }
    }
    let known: FxHashSet<u64> = rows
        .bookings
        .iter()
        .map(|booking| booking.attempt)
        .collect();
    let strangers = rows
        .charges
        .iter()
        .filter(|charge| !known.contains(&charge.attempt));
    found.extend(
        strangers.map(|charge| (Some(charge.attempt), "a charge without a booking".into())),
    );
}
