//! Rows about money as they are written: in the commit of the entry they follow from, or alone.

use boxoffice_inventory::SeatIndex;
use boxoffice_model::EventNumber;
use boxoffice_store::{Booking, Charge, Ending, Receipt, Record, SideRow, StoreError};
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
    }
}

/// Writes what no entry stands for.
pub(crate) fn record(connection: &Connection, record: &Record) -> Result<(), StoreError> {
    match record {
        Record::Confirmed { event, attempt } => {
            let sql = "UPDATE bookings SET status = 'confirmed'
                       WHERE event = ?1 AND attempt = ?2 AND status IN ('booked', 'confirmed')";
            update(
                connection,
                sql,
                *event,
                *attempt,
                [int(event.get()), int(*attempt)],
            )
        }
        Record::CleanedUp { event, attempt } => {
            let sql = "UPDATE bookings SET cleanup = 'none' WHERE event = ?1 AND attempt = ?2";
            update(
                connection,
                sql,
                *event,
                *attempt,
                [int(event.get()), int(*attempt)],
            )
        }
        Record::Charge(charge) => put_charge(connection, charge),
    }
}

fn open(connection: &Connection, booking: &Booking) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO bookings (event, attempt, first, nonce, secret, idempotency_key, request,
               provider, email, name, attendees, amount, currency, created_at, limit_at, status,
               decline_code, cleanup, receipt_version, receipt_head)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
               ?18, ?19, ?20)";
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
    let sql = "UPDATE bookings SET status = 'booked', receipt_version = ?3, receipt_head = ?4
               WHERE event = ?1 AND attempt = ?2";
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

fn put_charge(connection: &Connection, charge: &Charge) -> Result<(), StoreError> {
    let sql = "INSERT INTO charges (event, attempt, token, amount, currency, status, decline_code)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (event, attempt) DO UPDATE SET token = excluded.token,
               amount = excluded.amount, currency = excluded.currency, status = excluded.status,
               decline_code = excluded.decline_code";
    let row = params![
        int(charge.event.get()),
        int(charge.attempt),
        charge.token,
        int(charge.amount),
        charge.currency.as_str(),
        charge.status.code(),
        charge.decline_code,
    ];
    execute(connection, "charges", sql, row).map(drop)
}

/// Changes the one booking it is about.
fn update(
    connection: &Connection,
    sql: &str,
    event: EventNumber,
    attempt: u64,
    row: impl Params,
) -> Result<(), StoreError> {
    match execute(connection, "bookings", sql, row)? {
        1 => Ok(()),
        _ => Err(StoreError::Damaged {
            table: "bookings",
            what: format!("event {event}, attempt {attempt}: there is none that this could change"),
        }),
    }
}

fn execute(
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
