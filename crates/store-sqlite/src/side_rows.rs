//! Rows about money that go with entries, as they are written: in the commit of the entry they follow
//! from. Those that no entry stands for are in `records`.

use boxoffice_inventory::{FailReason, SeatIndex};
use boxoffice_model::EventNumber;
use boxoffice_store::{Booking, BookingStatus, Ending, Receipt, Refund, SideRow, StoreError};
use rusqlite::{Connection, Params, params};

use crate::error::{Doing, is_duplicate};
use crate::row::int;

/// Writes what goes with an entry of `event`.
pub(crate) fn write(
    connection: &Connection,
    event: EventNumber,
    row: &SideRow,
) -> Result<(), StoreError> {
    match row {
        SideRow::BookingOpened(booking) => open(connection, booking),
        SideRow::BookingFailed { attempt, reason } => {
            end(connection, event, *attempt, Ending::failed(reason))
        }
        SideRow::BookingBooked {
            attempt,
            seats,
            receipt,
        } => {
            book(connection, event, *attempt, receipt)?;
            sell(connection, event, *attempt, seats)
        }
        SideRow::BookingCancelled { attempt, reason } => {
            end(connection, event, *attempt, Ending::cancelled(reason))?;
            take_back(connection, event, *attempt)
        }
        SideRow::BookingRedirected { attempt, limit } => {
            let sql = "UPDATE bookings SET limit_at = ?3 WHERE event = ?1 AND attempt = ?2";
            let row = params![int(event.get()), int(*attempt), limit.0];
            update(connection, sql, event, *attempt, row)
        }
        SideRow::BookingRefunded {
            refund,
            seats,
            whole,
        } => {
            owe(connection, refund, *whole)?;
            take_seats_back(connection, event, refund.attempt, seats)
        }
        SideRow::PaymentsVoided => void_all(connection, event),
    }
}

fn owe(connection: &Connection, refund: &Refund, whole: bool) -> Result<(), StoreError> {
    let sql = "INSERT INTO refunds (event, version, attempt, amount, created_at, done, reference)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let event = int(refund.event.get());
    let row = params![
        event,
        int(refund.version),
        int(refund.attempt),
        int(refund.amount),
        refund.created_at.0,
        refund.done,
        refund.reference,
    ];
    execute(connection, "refunds", sql, row)?;
    let sql =
        "UPDATE bookings SET status = ?3, cleanup = 'refund' WHERE event = ?1 AND attempt = ?2";
    let status = BookingStatus::taken_back(whole).code();
    let row = params![event, int(refund.attempt), status];
    update(connection, sql, refund.event, refund.attempt, row)
}

fn take_seats_back(
    connection: &Connection,
    event: EventNumber,
    attempt: u64,
    seats: &[SeatIndex],
) -> Result<(), StoreError> {
    let sql = "DELETE FROM tickets WHERE event = ?1 AND attempt = ?2 AND seat = ?3";
    for seat in seats {
        let row = params![int(event.get()), int(attempt), seat];
        if execute(connection, "tickets", sql, row)? != 1 {
            return Err(missing("tickets", event, attempt));
        }
    }
    Ok(())
}

pub(crate) const VOID_ALL: &str = "UPDATE bookings SET status = ?2, decline_code = ?3, cleanup = ?4
    WHERE event = ?1 AND status IN ('pending', 'action')";

fn void_all(connection: &Connection, event: EventNumber) -> Result<(), StoreError> {
    let reason = FailReason::EventCancelled;
    let ending = Ending::failed(&reason);
    let row = params![
        int(event.get()),
        ending.status.code(),
        ending.decline_code,
        ending.cleanup.code()
    ];
    execute(connection, "bookings", VOID_ALL, row).map(drop)
}

fn open(connection: &Connection, booking: &Booking) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO bookings (event, attempt, first, nonce, secret, idempotency_key, request,
               provider, email, name, attendees, amount, currency, created_at, limit_at, status,
               decline_code, cleanup, receipt_version, receipt_head, method, reference, redirect_url,
               trouble, notices)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
               ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)";
    let draft = &booking.draft;
    let row = params![
        int(booking.event.get()),
        int(booking.attempt),
        int(booking.first),
        int(booking.nonce),
        booking.secret,
        booking.key,
        booking.request,
        draft.provider,
        draft.email,
        draft.name,
        draft.attendees,
        int(booking.amount),
        booking.currency.as_str(),
        booking.created_at.0,
        booking.limit.0,
        booking.status.code(),
        booking.decline_code,
        booking.cleanup.code(),
        booking.receipt.map(|receipt| int(receipt.version)),
        booking.receipt.map(|receipt| receipt.head.0),
        draft.method.code(),
        booking.reference,
        booking.redirect_url,
        booking.trouble,
        booking.notices,
    ];
    execute(connection, "bookings", sql, row).map(drop)
}

fn end(
    connection: &Connection,
    event: EventNumber,
    attempt: u64,
    ending: Ending<'_>,
) -> Result<(), StoreError> {
    let sql = "UPDATE bookings SET status = ?3, decline_code = ?4, cleanup = ?5
               WHERE event = ?1 AND attempt = ?2";
    let row = params![
        int(event.get()),
        int(attempt),
        ending.status.code(),
        ending.decline_code,
        ending.cleanup.code()
    ];
    update(connection, sql, event, attempt, row)
}

fn book(
    connection: &Connection,
    event: EventNumber,
    attempt: u64,
    receipt: &Receipt,
) -> Result<(), StoreError> {
    let sql = "UPDATE bookings SET status = 'booked', receipt_version = ?3, receipt_head = ?4,
               decline_code = NULL, cleanup = 'none' WHERE event = ?1 AND attempt = ?2";
    let row = params![
        int(event.get()),
        int(attempt),
        int(receipt.version),
        receipt.head.0
    ];
    update(connection, sql, event, attempt, row)
}

/// The tickets, under the key that refuses a second sale.
fn sell(
    connection: &Connection,
    event: EventNumber,
    attempt: u64,
    seats: &[SeatIndex],
) -> Result<(), StoreError> {
    let failed = Doing::writing("tickets").failed();
    let sql = "INSERT INTO tickets (event, seat, attempt) VALUES (?1, ?2, ?3)";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    for seat in seats {
        let sold = statement.execute(params![int(event.get()), seat, int(attempt)]);
        sold.map_err(|error| match is_duplicate(&error) {
            true => StoreError::SoldTwice { event },
            false => failed(error),
        })?;
    }
    Ok(())
}

/// Scans the event's tickets: a capture that fails for good is too rare for an index of its own.
fn take_back(connection: &Connection, event: EventNumber, attempt: u64) -> Result<(), StoreError> {
    let sql = "DELETE FROM tickets WHERE event = ?1 AND attempt = ?2";
    execute(connection, "tickets", sql, [int(event.get()), int(attempt)]).map(drop)
}

/// Changes the one booking it is about.
pub(crate) fn update(
    connection: &Connection,
    sql: &str,
    event: EventNumber,
    attempt: u64,
    row: impl Params,
) -> Result<(), StoreError> {
    match execute(connection, "bookings", sql, row)? {
        1 => Ok(()),
        _ => Err(missing("bookings", event, attempt)),
    }
}

pub(crate) fn missing(table: &'static str, event: EventNumber, name: u64) -> StoreError {
    StoreError::Damaged {
        table,
        what: format!("event {event}, version {name}: there is none that this could change"),
    }
}

pub(crate) fn execute(
    connection: &Connection,
    table: &'static str,
    sql: &str,
    row: impl Params,
) -> Result<usize, StoreError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute(row))
        .map_err(Doing::writing(table).failed())
}
