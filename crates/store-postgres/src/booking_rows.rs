//! The statements behind rows about money that go with entries: each writes all rows of its kind. In which
//! order they must go is said in `side_rows`.

use boxoffice_inventory::FailReason;
use boxoffice_model::EventNumber;
use boxoffice_store::{Booking, BookingStatus, Ending, Receipt, Refund, StoreError};
use deadpool_postgres::ClientWrapper;
use rustc_hash::FxHashSet;
use tokio_postgres::types::ToSql;

use crate::clock::now;
use crate::error::Doing;
use crate::options::LEASE;
use crate::partitions::of_month;
use crate::row::{Params, int, key, micros};

/// Whoever begins an attempt has its token, and tends it.
pub(crate) async fn open(
    client: &ClientWrapper,
    node: u64,
    event: EventNumber,
    bookings: &[&Booking],
) -> Result<(), StoreError> {
    fn column<'b, T>(bookings: &[&'b Booking], of: impl Fn(&'b Booking) -> T) -> Vec<T> {
        bookings.iter().map(|booking| of(booking)).collect()
    }
    let sql = concat!(
        "INSERT INTO bookings_{m} (event, attempt, first, nonce, secret, idempotency_key, request,
         provider, email, name, attendees, amount, currency, created_at, limit_at, status,
         decline_code, cleanup, receipt_version, receipt_head, method, reference, redirect_url, trouble,
         notices, tended_by, tended_until)
         SELECT *, $26::bigint, $27::bigint + ",
        now!(),
        " FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[],
         $5::bytea[], $6::bytea[], $7::bytea[], $8::text[], $9::text[], $10::text[],
         $11::text[], $12::bigint[], $13::text[], $14::bigint[], $15::bigint[], $16::text[],
         $17::text[], $18::text[], $19::bigint[], $20::bytea[], $21::text[], $22::text[], $23::text[],
         $24::text[], $25::bigint[])"
    );
    let of = |of: fn(&Booking) -> i64| column(bookings, of);
    let (secrets, keys, requests) = (
        column(bookings, |booking| booking.secret.as_slice()),
        column(bookings, |booking| booking.key.as_slice()),
        column(bookings, |booking| booking.request.as_slice()),
    );
    let receipts = column(bookings, |booking| booking.receipt.as_ref());
    let heads: Vec<_> = receipts
        .iter()
        .map(|receipt| receipt.map(|receipt| receipt.head.0.as_slice()))
        .collect();
    let versions: Vec<_> = receipts
        .iter()
        .map(|receipt| receipt.map(|receipt| int(receipt.version)))
        .collect();
    let columns: &Params<'_> = &[
        &of(|booking| key(booking.event)),
        &of(|booking| int(booking.attempt)),
        &of(|booking| int(booking.first)),
        &of(|booking| int(booking.nonce)),
        &secrets,
        &keys,
        &requests,
        &column(bookings, |booking| booking.draft.provider.as_str()),
        &column(bookings, |booking| booking.draft.email.as_deref()),
        &column(bookings, |booking| booking.draft.name.as_deref()),
        &column(bookings, |booking| booking.draft.attendees.as_deref()),
        &of(|booking| int(booking.amount)),
        &column(bookings, |booking| booking.currency.as_str()),
        &of(|booking| booking.created_at.0),
        &of(|booking| booking.limit.0),
        &column(bookings, |booking| booking.status.code()),
        &column(bookings, |booking| booking.decline_code.as_deref()),
        &column(bookings, |booking| booking.cleanup.code()),
        &versions,
        &heads,
        &column(bookings, |booking| booking.draft.method.code()),
        &column(bookings, |booking| booking.reference.as_deref()),
        &column(bookings, |booking| booking.redirect_url.as_deref()),
        &column(bookings, |booking| booking.trouble.as_deref()),
        &of(|booking| i64::from(booking.notices)),
        &int(node),
        &micros(LEASE),
    ];
    execute(client, Doing::writing("bookings"), event, sql, columns).await
}

pub(crate) async fn end(
    client: &ClientWrapper,
    event: EventNumber,
    ended: &[(u64, Ending<'_>)],
) -> Result<(), StoreError> {
    let columns = [
        ("status", "text"),
        ("decline_code", "text"),
        ("cleanup", "text"),
    ];
    let set = "status = excluded.status, decline_code = excluded.decline_code,
               cleanup = excluded.cleanup";
    let sql = by_key(&columns, set);
    let attempts = ended.iter().map(|(attempt, _)| int(*attempt)).collect();
    let column = |of: fn(&Ending<'_>) -> &'static str| -> Vec<&str> {
        ended.iter().map(|(_, ending)| of(ending)).collect()
    };
    let codes: Vec<_> = ended
        .iter()
        .map(|(_, ending)| ending.decline_code)
        .collect();
    let (statuses, cleanups) = (
        column(|ending| ending.status.code()),
        column(|ending| ending.cleanup.code()),
    );
    update(
        client,
        &sql,
        event,
        attempts,
        vec![&statuses, &codes, &cleanups],
    )
    .await
}

pub(crate) async fn book(
    client: &ClientWrapper,
    event: EventNumber,
    booked: &[(u64, &Receipt)],
) -> Result<(), StoreError> {
    let columns = [("receipt_version", "bigint"), ("receipt_head", "bytea")];
    let set = "status = 'booked', receipt_version = excluded.receipt_version,
               receipt_head = excluded.receipt_head, decline_code = NULL, cleanup = 'none'";
    let sql = by_key(&columns, set);
    let attempts = booked.iter().map(|(attempt, _)| int(*attempt)).collect();
    let versions: Vec<_> = booked
        .iter()
        .map(|(_, receipt)| int(receipt.version))
        .collect();
    let heads: Vec<_> = booked
        .iter()
        .map(|(_, receipt)| receipt.head.0.as_slice())
        .collect();
    update(client, &sql, event, attempts, vec![&versions, &heads]).await
}

pub(crate) async fn redirect(
    client: &ClientWrapper,
    event: EventNumber,
    attempts: Vec<i64>,
    limits: Vec<i64>,
) -> Result<(), StoreError> {
    let sql = by_key(&[("limit_at", "bigint")], "limit_at = excluded.limit_at");
    update(client, &sql, event, attempts, vec![&limits]).await
}

/// The refunds, as they are owed.
pub(crate) async fn owe(
    client: &ClientWrapper,
    event: EventNumber,
    refunds: &[(&Refund, bool)],
) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO refunds_{m} (event, version, attempt, amount, created_at, done, reference)
               SELECT $1, version, attempt, amount, created_at, false, NULL
               FROM UNNEST($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
               AS new (version, attempt, amount, created_at)";
    let numbers = |of: fn(&Refund) -> i64| -> Vec<i64> {
        refunds.iter().map(|(refund, _)| of(refund)).collect()
    };
    let columns: &Params<'_> = &[
        &key(event),
        &numbers(|refund| int(refund.version)),
        &numbers(|refund| int(refund.attempt)),
        &numbers(|refund| int(refund.amount)),
        &numbers(|refund| refund.created_at.0),
    ];
    execute(client, Doing::writing("refunds"), event, sql, columns).await
}

/// What the bookings say of their refunds.
pub(crate) async fn say_taken_back(
    client: &ClientWrapper,
    event: EventNumber,
    refunds: &[(&Refund, bool)],
) -> Result<(), StoreError> {
    let set = "status = excluded.status, cleanup = 'refund'";
    let sql = by_key(&[("status", "text")], set);
    let attempts = refunds
        .iter()
        .map(|(refund, _)| int(refund.attempt))
        .collect();
    let status = |(_, whole): &(&Refund, bool)| BookingStatus::taken_back(*whole).code();
    let statuses: Vec<_> = refunds.iter().map(status).collect();
    update(client, &sql, event, attempts, vec![&statuses]).await
}

/// By the event's own rows: with the statuses in the statement itself, the index `bookings_unfinished` could
/// lead through those of all events.
pub(crate) async fn void_all(client: &ClientWrapper, event: EventNumber) -> Result<(), StoreError> {
    let reason = FailReason::EventCancelled;
    let ending = Ending::failed(&reason);
    let under_way = [BookingStatus::Pending, BookingStatus::Action].map(BookingStatus::code);
    let sql = "UPDATE bookings_{m} SET status = $2, decline_code = $3, cleanup = $4
               WHERE event = $1 AND status = ANY($5)";
    let row: &Params<'_> = &[
        &key(event),
        &ending.status.code(),
        &ending.decline_code,
        &ending.cleanup.code(),
        &under_way.as_slice(),
    ];
    execute(client, Doing::writing("bookings"), event, sql, row).await
}

/// What a booking must have, besides event and attempt, and what stands for it in a row that is never kept.
const NEEDED: [(&str, &str); 14] = [
    ("first", "0"),
    ("nonce", "0"),
    ("secret", "''"),
    ("idempotency_key", "''"),
    ("request", "''"),
    ("provider", "''"),
    ("amount", "0"),
    ("currency", "''"),
    ("created_at", "0"),
    ("limit_at", "0"),
    ("status", "''"),
    ("cleanup", "''"),
    ("tended_by", "0"),
    ("tended_until", "0"),
];

/// A statement for [`update`] that changes many bookings, each found by its key: an insert that always meets
/// the row that is there. An update that joins may be planned, on a table that was young then, as a way
/// through all bookings of the event. Of each row, `columns` (with their types) are given behind the
/// attempts and stand in `set` as `excluded`.
pub(crate) fn by_key(columns: &[(&str, &str)], set: &str) -> String {
    let given = |name: &str| columns.iter().any(|(column, _)| *column == name);
    let needed = || NEEDED.iter().filter(|(name, _)| !given(name));
    let mut names: Vec<&str> = vec!["event", "attempt"];
    names.extend(columns.iter().map(|(name, _)| *name));
    names.extend(needed().map(|(name, _)| *name));
    let mut arrays = "$2::bigint[]".to_owned();
    for (at, (_, kind)) in columns.iter().enumerate() {
        arrays += &format!(", ${}::{kind}[]", at + 3);
    }
    let dummies: String = needed().map(|(_, value)| format!(", {value}")).collect();
    format!(
        "INSERT INTO bookings_{{m}} AS bookings ({})
         SELECT $1::bigint, new.*{dummies} FROM UNNEST({arrays}) AS new
         ON CONFLICT (event, attempt) DO UPDATE SET {set}
         RETURNING CASE WHEN bookings.xmax <> 0 THEN attempt END",
        names.join(", ")
    )
}

/// Changes the bookings it is about, all of them, and no other. The statement returns their attempts, or
/// nothing for a row that was not there; its first parameters are the event and the attempts.
pub(crate) async fn update(
    client: &ClientWrapper,
    sql: &str,
    event: EventNumber,
    attempts: Vec<i64>,
    more: Vec<&(dyn ToSql + Sync)>,
) -> Result<(), StoreError> {
    update_in("bookings", client, sql, event, attempts, more).await
}

/// The same with the rows of another table, by their versions.
pub(crate) async fn update_in(
    table: &'static str,
    client: &ClientWrapper,
    sql: &str,
    event: EventNumber,
    versions: Vec<i64>,
    more: Vec<&(dyn ToSql + Sync)>,
) -> Result<(), StoreError> {
    let failed = Doing::writing(table).failed();
    let sql = of_month(sql, event);
    let statement = client.prepare_cached(&sql).await.map_err(failed)?;
    let event_key = key(event);
    let mut params: Vec<&(dyn ToSql + Sync)> = vec![&event_key, &versions];
    params.extend(more);
    let changed = client.query(&statement, &params).await.map_err(failed)?;
    let changed: FxHashSet<i64> = changed.iter().filter_map(|row| row.get(0)).collect();
    match versions.iter().find(|version| !changed.contains(version)) {
        None => Ok(()),
        Some(version) => Err(StoreError::Damaged {
            table,
            what: format!("event {event}, version {version}: there is none that this could change"),
        }),
    }
}

pub(crate) async fn execute(
    client: &ClientWrapper,
    doing: Doing,
    event: EventNumber,
    sql: &str,
    params: &Params<'_>,
) -> Result<(), StoreError> {
    let sql = of_month(sql, event);
    let statement = client.prepare_cached(&sql).await.map_err(doing.failed())?;
    let written = client.execute(&statement, params).await;
    written.map(drop).map_err(doing.failed())
}
