//! Rows about money that no entry stands for, as they are written: what the provider has said. Those that
//! go with entries are in `side_rows`.

use boxoffice_store::{Charge, Record, StoreError};
use rusqlite::{Connection, params};

use crate::row::int;
use crate::side_rows::{execute, missing, update};

/// Nothing is left to do, unless more has become due meanwhile.
pub(crate) const CLEANED_UP: &str = "UPDATE bookings SET cleanup = CASE
    WHEN notices > ?4 AND status IN ('voided', 'declined', 'cancelled') THEN 'look'
    WHEN EXISTS (SELECT 1 FROM refunds INDEXED BY refunds_by_attempt
    WHERE event = ?1 AND attempt = ?2 AND NOT done) THEN 'refund'
    WHEN cleanup = ?3 THEN 'none' ELSE cleanup END
    WHERE event = ?1 AND attempt = ?2";

/// Writes what no entry stands for.
pub(crate) fn record(connection: &Connection, record: &Record) -> Result<(), StoreError> {
    let event = int(record.event().get());
    match record {
        Record::Confirmed {
            attempt, reference, ..
        } => {
            // Said again, it may find that seats were taken back meanwhile.
            let sql = "UPDATE bookings SET reference = coalesce(?3, reference),
                       status = CASE status WHEN 'booked' THEN 'confirmed' ELSE status END
                       WHERE event = ?1 AND attempt = ?2
                       AND status IN ('booked', 'confirmed', 'partly_refunded', 'refunded', 'cancelled')";
            let row = params![event, int(*attempt), reference];
            update(connection, sql, record.event(), *attempt, row)
        }
        Record::ActionRequired {
            attempt,
            reference,
            redirect_url,
            ..
        } => {
            // It may have ended meanwhile: then nobody needs to go there.
            let sql = "UPDATE bookings SET redirect_url = ?4, reference = coalesce(?3, reference),
                       status = CASE status WHEN 'pending' THEN 'action' ELSE status END
                       WHERE event = ?1 AND attempt = ?2";
            let row = params![event, int(*attempt), reference, redirect_url];
            update(connection, sql, record.event(), *attempt, row)
        }
        Record::CleanedUp {
            attempt,
            cleanup,
            notices,
            ..
        } => {
            let row = params![event, int(*attempt), cleanup.code(), notices];
            update(connection, CLEANED_UP, record.event(), *attempt, row)
        }
        Record::Troubled {
            attempt, trouble, ..
        } => {
            let sql = "UPDATE bookings SET trouble = ?3 WHERE event = ?1 AND attempt = ?2";
            let row = params![event, int(*attempt), trouble];
            update(connection, sql, record.event(), *attempt, row)
        }
        Record::Refunded {
            version, reference, ..
        } => {
            let sql = "UPDATE refunds SET done = 1, reference = coalesce(?3, reference)
                       WHERE event = ?1 AND version = ?2";
            let row = params![event, int(*version), reference];
            match execute(connection, "refunds", sql, row)? {
                1 => Ok(()),
                _ => Err(missing("refunds", record.event(), *version)),
            }
        }
        Record::Noticed {
            attempt,
            id,
            at,
            trouble,
            ..
        } => notice(connection, event, *attempt, id, at.0, trouble.as_deref()),
        Record::Charge(charge) => put_charge(connection, charge),
    }
}

/// A notice about a booking that is not there is remembered and changes nothing else.
fn notice(
    connection: &Connection,
    event: i64,
    attempt: u64,
    id: &str,
    at: i64,
    trouble: Option<&str>,
) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO notices (event, id, received_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    if execute(connection, "notices", sql, params![event, id, at])? == 0 {
        return Ok(());
    }
    let sql = "UPDATE bookings SET notices = notices + 1,
               trouble = coalesce(?3, CASE WHEN cleanup = 'none'
               AND status IN ('confirmed', 'partly_refunded', 'refunded') THEN trouble END),
               cleanup = CASE WHEN cleanup = 'none' AND status IN ('voided', 'declined', 'cancelled')
               THEN 'look' ELSE cleanup END
               WHERE event = ?1 AND attempt = ?2";
    let row = params![event, int(attempt), trouble];
    execute(connection, "bookings", sql, row).map(drop)
}

fn put_charge(connection: &Connection, charge: &Charge) -> Result<(), StoreError> {
    let sql = "INSERT INTO charges (event, attempt, token, amount, currency, status, decline_code,
               refunded)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
               ON CONFLICT (event, attempt) DO UPDATE SET token = excluded.token,
               amount = excluded.amount, currency = excluded.currency, status = excluded.status,
               decline_code = excluded.decline_code, refunded = excluded.refunded";
    let row = params![
        int(charge.event.get()),
        int(charge.attempt),
        charge.token,
        int(charge.amount),
        charge.currency.as_str(),
        charge.status.code(),
        charge.decline_code,
        int(charge.refunded),
    ];
    execute(connection, "charges", sql, row).map(drop)
}
