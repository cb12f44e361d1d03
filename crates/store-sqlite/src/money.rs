//! Bookings, tickets and charges as they are read. How they are written with entries is said in
//! `side_rows`.

use boxoffice_inventory::Head;
use boxoffice_model::EventNumber;
use boxoffice_store::{
    Booking, BookingDraft, BookingStatus, Charge, ChargeStatus, Cleanup, PaymentMethod, Receipt,
    Refund, StoreError, Ticket,
};
use rusqlite::{Connection, params};

use crate::row::{Cells, Source, bound, int, limit};

const BOOKINGS: Source = Source {
    table: "bookings",
    keys: 2,
};
const TICKETS: Source = Source {
    table: "tickets",
    keys: 2,
};
const CHARGES: Source = Source {
    table: "charges",
    keys: 2,
};
const REFUNDS: Source = Source {
    table: "refunds",
    keys: 2,
};

/// A query over all columns of a booking, in the order in which [`read_booking`] has them.
macro_rules! select_bookings {
    ($rest:literal) => {
        concat!(
            "SELECT event, attempt, first, nonce, secret, idempotency_key, request, provider, email,
             name, attendees, amount, currency, created_at, limit_at, status, decline_code, cleanup,
             receipt_version, receipt_head, method, reference, redirect_url, trouble, notices
             FROM bookings ",
            $rest
        )
    };
}

/// A query over all columns of a refund, in the order in which [`read_refund`] has them.
macro_rules! select_refunds {
    ($rest:literal) => {
        concat!(
            "SELECT event, version, attempt, amount, created_at, done, reference FROM refunds ",
            $rest
        )
    };
}

pub(crate) fn booking(
    connection: &Connection,
    event: EventNumber,
    attempt: u64,
) -> Result<Option<Booking>, StoreError> {
    let sql = select_bookings!("WHERE event = ?1 AND attempt = ?2");
    BOOKINGS.one(
        connection,
        sql,
        [int(event.get()), int(attempt)],
        read_booking,
    )
}

/// The condition stands as in the index `bookings_unfinished`, or SQLite would not use that.
pub(crate) const UNFINISHED: &str = select_bookings!(
    "WHERE (status IN ('pending', 'action', 'booked') OR cleanup <> 'none') AND trouble IS NULL
     ORDER BY cleanup <> 'none', created_at, event, attempt LIMIT ?1"
);

pub(crate) const TROUBLED: &str = select_bookings!(
    "WHERE trouble IS NOT NULL
     ORDER BY created_at, event, attempt LIMIT ?1"
);

pub(crate) fn unfinished(connection: &Connection, most: usize) -> Result<Vec<Booking>, StoreError> {
    BOOKINGS.all(connection, UNFINISHED, [limit(most)], read_booking)
}

pub(crate) fn troubled(connection: &Connection, most: usize) -> Result<Vec<Booking>, StoreError> {
    BOOKINGS.all(connection, TROUBLED, [limit(most)], read_booking)
}

pub(crate) fn bookings(
    connection: &Connection,
    event: EventNumber,
    after: u64,
    most: usize,
) -> Result<Vec<Booking>, StoreError> {
    let sql = select_bookings!("WHERE event = ?1 AND attempt > ?2 ORDER BY attempt LIMIT ?3");
    let range = params![int(event.get()), bound(after), limit(most)];
    BOOKINGS.all(connection, sql, range, read_booking)
}

/// SQLite's `lower` knows the letters from A to Z only, as it should be here.
pub(crate) const ORDERS_OF: &str = select_bookings!(
    "WHERE event = ?1 AND lower(trim(email)) = lower(trim(?2))
     AND status IN ('pending', 'action', 'booked', 'confirmed', 'partly_refunded', 'refunded')
     ORDER BY attempt DESC LIMIT ?3"
);

pub(crate) fn orders_of(
    connection: &Connection,
    event: EventNumber,
    email: &str,
    most: usize,
) -> Result<Vec<Booking>, StoreError> {
    let wanted = params![int(event.get()), email, limit(most)];
    BOOKINGS.all(connection, ORDERS_OF, wanted, read_booking)
}

fn read_booking(cells: &Cells<'_, '_>) -> Result<Booking, StoreError> {
    Ok(Booking {
        event: cells.event(0)?,
        attempt: cells.number(1)?,
        first: cells.number(2)?,
        nonce: cells.number(3)?,
        secret: cells.array(4)?,
        key: cells.array(5)?,
        request: cells.array(6)?,
        draft: BookingDraft {
            provider: cells.get(7)?,
            method: cells.parsed(20, PaymentMethod::from_code)?,
            email: cells.get(8)?,
            name: cells.get(9)?,
            attendees: cells.get(10)?,
        },
        amount: cells.number(11)?,
        currency: cells.parsed(12, |text| text.parse().ok())?,
        created_at: cells.time(13)?,
        limit: cells.time(14)?,
        status: cells.parsed(15, BookingStatus::from_code)?,
        decline_code: cells.get(16)?,
        cleanup: cells.parsed(17, Cleanup::from_code)?,
        receipt: read_receipt(cells)?,
        reference: cells.get(21)?,
        redirect_url: cells.get(22)?,
        trouble: cells.get(23)?,
        notices: cells.small(24)?,
    })
}

fn read_receipt(cells: &Cells<'_, '_>) -> Result<Option<Receipt>, StoreError> {
    if cells.get::<Option<i64>>(18)?.is_none() {
        return Ok(None);
    }
    Ok(Some(Receipt {
        version: cells.number(18)?,
        head: Head(cells.array(19)?),
    }))
}

pub(crate) fn tickets(
    connection: &Connection,
    event: EventNumber,
) -> Result<Vec<Ticket>, StoreError> {
    let sql = "SELECT event, seat, attempt FROM tickets WHERE event = ?1 ORDER BY seat";
    TICKETS.all(connection, sql, [int(event.get())], |cells| {
        Ok(Ticket {
            event: cells.event(0)?,
            seat: cells.small(1)?,
            attempt: cells.number(2)?,
        })
    })
}

pub(crate) fn charges(
    connection: &Connection,
    event: EventNumber,
) -> Result<Vec<Charge>, StoreError> {
    let sql = "SELECT event, attempt, token, amount, currency, status, decline_code, refunded FROM charges
               WHERE event = ?1 ORDER BY attempt";
    CHARGES.all(connection, sql, [int(event.get())], read_charge)
}

pub(crate) fn charge(
    connection: &Connection,
    event: EventNumber,
    attempt: u64,
) -> Result<Option<Charge>, StoreError> {
    let sql = "SELECT event, attempt, token, amount, currency, status, decline_code, refunded FROM charges
               WHERE event = ?1 AND attempt = ?2";
    CHARGES.one(
        connection,
        sql,
        [int(event.get()), int(attempt)],
        read_charge,
    )
}

fn read_charge(cells: &Cells<'_, '_>) -> Result<Charge, StoreError> {
    Ok(Charge {
        event: cells.event(0)?,
        attempt: cells.number(1)?,
        token: cells.get(2)?,
        amount: cells.number(3)?,
        currency: cells.parsed(4, |text| text.parse().ok())?,
        status: cells.parsed(5, ChargeStatus::from_code)?,
        decline_code: cells.get(6)?,
        refunded: cells.number(7)?,
    })
}

pub(crate) const REFUNDS_OF_EVENT: &str = select_refunds!("WHERE event = ?1 ORDER BY version");

/// The index is named because SQLite would rather look through all refunds of the event, of which there
/// may be as many as bookings.
pub(crate) const REFUNDS_OF_BOOKING: &str = select_refunds!(
    "INDEXED BY refunds_by_attempt WHERE event = ?1 AND attempt = ?2 ORDER BY version"
);

pub(crate) fn refunds(
    connection: &Connection,
    event: EventNumber,
    attempt: Option<u64>,
) -> Result<Vec<Refund>, StoreError> {
    let event = int(event.get());
    match attempt {
        None => REFUNDS.all(connection, REFUNDS_OF_EVENT, [event], read_refund),
        Some(attempt) => {
            let of = [event, int(attempt)];
            REFUNDS.all(connection, REFUNDS_OF_BOOKING, of, read_refund)
        }
    }
}

fn read_refund(cells: &Cells<'_, '_>) -> Result<Refund, StoreError> {
    Ok(Refund {
        event: cells.event(0)?,
        version: cells.number(1)?,
        attempt: cells.number(2)?,
        amount: cells.number(3)?,
        created_at: cells.time(4)?,
        done: cells.get(5)?,
        reference: cells.get(6)?,
    })
}
