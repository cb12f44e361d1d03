//! Bookings, tickets and charges as they are read. How they are written with entries is said in
//! `side_rows`.

use boxoffice_inventory::Head;
use boxoffice_model::EventNumber;
use boxoffice_store::{
    Booking, BookingDraft, BookingStatus, Charge, ChargeStatus, Cleanup, PaymentMethod, Receipt,
    Refund, StoreError, Ticket,
};
use deadpool_postgres::ClientWrapper;

use crate::clock::now;
use crate::error::Doing;
use crate::options::LEASE;
use crate::reader::Reader;
use crate::row::{Cells, Source, bound, int, key, limit, micros};

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

/// A query over all columns of a charge, in the order in which [`read_charge`] has them.
macro_rules! select_charges {
    ($rest:literal) => {
        concat!(
            "SELECT event, attempt, token, amount, currency, status, decline_code, refunded FROM charges ",
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

pub(crate) async fn booking(
    reader: &Reader,
    event: EventNumber,
    attempt: u64,
) -> Result<Option<Booking>, StoreError> {
    let sql = select_bookings!("WHERE event = $1 AND attempt = $2");
    let rows = reader
        .rows("bookings", sql, &[&key(event), &int(attempt)])
        .await?;
    BOOKINGS.one(&rows, read_booking)
}

/// What still needs a step, as the index `bookings_unfinished` has it, or PostgreSQL would not use that.
macro_rules! unfinished {
    () => {
        "(status IN ('pending', 'action', 'booked') OR cleanup <> 'none')"
    };
}

/// Says again that this node tends what it tends, where that runs out soon, and takes over what nobody
/// tends any more. What other nodes write at this moment is left for the next time.
pub(crate) async fn tend(client: &ClientWrapper, node: u64) -> Result<(), StoreError> {
    let failed = Doing::writing("bookings").failed();
    let sql = concat!(
        "UPDATE bookings SET tended_by = $1, tended_until = $2::bigint + ",
        now!(),
        " FROM (SELECT event, attempt FROM bookings WHERE ",
        unfinished!(),
        " AND trouble IS NULL AND tended_until - (CASE tended_by WHEN $1 THEN $2::bigint / 2 ELSE 0 END) < ",
        now!(),
        " FOR UPDATE SKIP LOCKED) AS untended
         WHERE bookings.event = untended.event AND bookings.attempt = untended.attempt"
    );
    let statement = client.prepare_cached(sql).await.map_err(failed)?;
    let tended = client
        .execute(&statement, &[&int(node), &micros(LEASE)])
        .await;
    tended.map(drop).map_err(failed)
}

/// What needs a step and is tended by this node.
pub(crate) async fn unfinished(
    reader: &Reader,
    node: u64,
    most: usize,
) -> Result<Vec<Booking>, StoreError> {
    let sql = concat!(
        select_bookings!("WHERE tended_by = $1 AND "),
        unfinished!(),
        " AND trouble IS NULL ORDER BY cleanup <> 'none', created_at, event, attempt LIMIT $2"
    );
    let rows = reader
        .rows("bookings", sql, &[&int(node), &limit(most)])
        .await?;
    BOOKINGS.all(&rows, read_booking)
}

/// What an operator must look at, whoever tends it.
pub(crate) async fn troubled(reader: &Reader, most: usize) -> Result<Vec<Booking>, StoreError> {
    let sql =
        select_bookings!("WHERE trouble IS NOT NULL ORDER BY created_at, event, attempt LIMIT $1");
    let rows = reader.rows("bookings", sql, &[&limit(most)]).await?;
    BOOKINGS.all(&rows, read_booking)
}

pub(crate) async fn bookings(
    reader: &Reader,
    event: EventNumber,
    after: u64,
    most: usize,
) -> Result<Vec<Booking>, StoreError> {
    let sql = select_bookings!("WHERE event = $1 AND attempt > $2 ORDER BY attempt LIMIT $3");
    let rows = reader
        .rows("bookings", sql, &[&key(event), &bound(after), &limit(most)])
        .await?;
    BOOKINGS.all(&rows, read_booking)
}

/// The collation "C" knows the letters from A to Z only, whatever the database's own.
pub(crate) async fn orders_of(
    reader: &Reader,
    event: EventNumber,
    email: &str,
    most: usize,
) -> Result<Vec<Booking>, StoreError> {
    let sql = select_bookings!(
        r#"WHERE event = $1 AND lower(btrim(email) COLLATE "C") = lower(btrim($2) COLLATE "C")
           AND status IN ('pending', 'action', 'booked', 'confirmed', 'partly_refunded', 'refunded')
           ORDER BY attempt DESC LIMIT $3"#
    );
    let rows = reader
        .rows("bookings", sql, &[&key(event), &email, &limit(most)])
        .await?;
    BOOKINGS.all(&rows, read_booking)
}

fn read_booking(cells: &Cells<'_>) -> Result<Booking, StoreError> {
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

fn read_receipt(cells: &Cells<'_>) -> Result<Option<Receipt>, StoreError> {
    if cells.get::<Option<i64>>(18)?.is_none() {
        return Ok(None);
    }
    Ok(Some(Receipt {
        version: cells.number(18)?,
        head: Head(cells.array(19)?),
    }))
}

pub(crate) async fn tickets(
    reader: &Reader,
    event: EventNumber,
) -> Result<Vec<Ticket>, StoreError> {
    let sql = "SELECT event, seat, attempt FROM tickets WHERE event = $1 ORDER BY seat";
    let rows = reader.rows("tickets", sql, &[&key(event)]).await?;
    TICKETS.all(&rows, |cells| {
        Ok(Ticket {
            event: cells.event(0)?,
            seat: cells.small(1)?,
            attempt: cells.number(2)?,
        })
    })
}

pub(crate) async fn charges(
    reader: &Reader,
    event: EventNumber,
) -> Result<Vec<Charge>, StoreError> {
    let sql = select_charges!("WHERE event = $1 ORDER BY attempt");
    let rows = reader.rows("charges", sql, &[&key(event)]).await?;
    CHARGES.all(&rows, read_charge)
}

pub(crate) async fn charge(
    reader: &Reader,
    event: EventNumber,
    attempt: u64,
) -> Result<Option<Charge>, StoreError> {
    let sql = select_charges!("WHERE event = $1 AND attempt = $2");
    let rows = reader
        .rows("charges", sql, &[&key(event), &int(attempt)])
        .await?;
    CHARGES.one(&rows, read_charge)
}

fn read_charge(cells: &Cells<'_>) -> Result<Charge, StoreError> {
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

pub(crate) async fn refunds(
    reader: &Reader,
    event: EventNumber,
    attempt: Option<u64>,
) -> Result<Vec<Refund>, StoreError> {
    let event = key(event);
    let rows = match attempt {
        None => {
            let sql = select_refunds!("WHERE event = $1 ORDER BY version");
            reader.rows("refunds", sql, &[&event]).await?
        }
        Some(attempt) => {
            let sql = select_refunds!("WHERE event = $1 AND attempt = $2 ORDER BY version");
            reader
                .rows("refunds", sql, &[&event, &int(attempt)])
                .await?
        }
    };
    REFUNDS.all(&rows, read_refund)
}

fn read_refund(cells: &Cells<'_>) -> Result<Refund, StoreError> {
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
