//! Rows about money as they are written: in the commit of the entry they follow from, or alone. However
//! many there are, each kind of row is one statement.

use std::pin::Pin;

use boxoffice_inventory::SeatIndex;
use boxoffice_model::EventNumber;
use boxoffice_store::{Booking, Charge, Ending, Receipt, Record, SideRow, StoreError};
use deadpool_postgres::ClientWrapper;
use futures::future::join_all;
use rustc_hash::{FxHashMap, FxHashSet};
use tokio_postgres::types::ToSql;

use crate::clock::now;
use crate::error::{Doing, is_duplicate};
use crate::options::LEASE;
use crate::partitions::of_month;
use crate::row::{Params, int, key, micros};

type Writing<'w> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 'w>>;

/// What a round does to each of its bookings. No attempt is in a round twice, so that one statement may
/// write all rows of a kind.
#[derive(Default)]
struct Round<'r> {
    attempts: FxHashSet<u64>,
    opened: Vec<&'r Booking>,
    ended: Vec<(u64, Ending<'r>)>,
    taken_back: Vec<i64>,
    booked: Vec<(u64, &'r Receipt)>,
    /// Seat and attempt.
    sold: (Vec<i64>, Vec<i64>),
}

/// Writes what goes with entries of `event`.
pub(crate) async fn write(
    client: &ClientWrapper,
    node: u64,
    event: EventNumber,
    rows: &[SideRow],
) -> Result<(), StoreError> {
    for round in rounds(rows) {
        round.write(client, node, event).await?;
    }
    Ok(())
}

/// In order for each attempt; different attempts do not mind each other.
fn rounds(rows: &[SideRow]) -> Vec<Round<'_>> {
    let mut rounds: Vec<Round<'_>> = Vec::new();
    for row in rows {
        let attempt = attempt_of(row);
        let full = rounds
            .last()
            .is_none_or(|round| round.attempts.contains(&attempt));
        if full {
            rounds.push(Round::default());
        }
        if let Some(round) = rounds.last_mut() {
            round.attempts.insert(attempt);
            round.add(row);
        }
    }
    rounds
}

fn attempt_of(row: &SideRow) -> u64 {
    match row {
        SideRow::BookingOpened(booking) => booking.attempt,
        SideRow::BookingFailed { attempt, .. }
        | SideRow::BookingBooked { attempt, .. }
        | SideRow::BookingCancelled { attempt, .. } => *attempt,
    }
}

impl<'r> Round<'r> {
    fn add(&mut self, row: &'r SideRow) {
        match row {
            SideRow::BookingOpened(booking) => self.opened.push(booking),
            SideRow::BookingFailed { attempt, reason } => {
                self.ended.push((*attempt, Ending::failed(reason)));
            }
            SideRow::BookingCancelled { attempt, reason } => {
                self.ended.push((*attempt, Ending::cancelled(reason)));
                self.taken_back.push(int(*attempt));
            }
            SideRow::BookingBooked {
                attempt,
                seats,
                receipt,
            } => {
                self.booked.push((*attempt, receipt));
                self.sell(*attempt, seats);
            }
        }
    }

    fn sell(&mut self, attempt: u64, seats: &[SeatIndex]) {
        let (sold, by) = &mut self.sold;
        sold.extend(seats.iter().map(|seat| i64::from(*seat)));
        by.extend(seats.iter().map(|_| int(attempt)));
    }

    /// All statements at once, but for seats that are given back: they go before those that are sold.
    async fn write(
        &self,
        client: &ClientWrapper,
        node: u64,
        event: EventNumber,
    ) -> Result<(), StoreError> {
        if !self.taken_back.is_empty() {
            take_back(client, event, &self.taken_back).await?;
        }
        let mut writing: Vec<Writing<'_>> = Vec::new();
        if !self.opened.is_empty() {
            writing.push(Box::pin(open(client, node, event, &self.opened)));
        }
        if !self.ended.is_empty() {
            writing.push(Box::pin(end(client, event, &self.ended)));
        }
        if !self.booked.is_empty() {
            writing.push(Box::pin(book(client, event, &self.booked)));
            writing.push(Box::pin(sell(client, event, &self.sold)));
        }
        join_all(writing).await.into_iter().collect()
    }
}

/// Writes what no entry stands for: of each attempt and kind, what was said last.
pub(crate) async fn record(client: &ClientWrapper, records: &[Record]) -> Result<(), StoreError> {
    let Some(event) = records.first().map(Record::event) else {
        return Ok(());
    };
    let (mut confirmed, mut cleaned_up) = (Vec::new(), Vec::new());
    let mut charges: FxHashMap<u64, &Charge> = FxHashMap::default();
    for record in records {
        match record {
            Record::Confirmed { attempt, .. } => confirmed.push(int(*attempt)),
            Record::CleanedUp { attempt, .. } => cleaned_up.push(int(*attempt)),
            Record::Charge(charge) => {
                charges.insert(charge.attempt, charge);
            }
        }
    }
    let mut writing: Vec<Writing<'_>> = Vec::new();
    if !confirmed.is_empty() {
        let sql = "UPDATE bookings_{m} AS bookings SET status = 'confirmed' WHERE event = $1 AND attempt = ANY($2)
                   AND status IN ('booked', 'confirmed') RETURNING attempt";
        writing.push(Box::pin(update(client, sql, event, confirmed, Vec::new())));
    }
    if !cleaned_up.is_empty() {
        let sql = "UPDATE bookings_{m} AS bookings SET cleanup = 'none' WHERE event = $1 AND attempt = ANY($2)
                   RETURNING attempt";
        writing.push(Box::pin(update(client, sql, event, cleaned_up, Vec::new())));
    }
    if !charges.is_empty() {
        writing.push(Box::pin(put_charges(
            client,
            event,
            charges.into_values().collect(),
        )));
    }
    join_all(writing).await.into_iter().collect()
}

/// Whoever begins an attempt has its token, and tends it.
async fn open(
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
         decline_code, cleanup, receipt_version, receipt_head, tended_by, tended_until)
         SELECT *, $21::bigint, $22::bigint + ",
        now!(),
        " FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[],
         $5::bytea[], $6::bytea[], $7::bytea[], $8::text[], $9::text[], $10::text[],
         $11::text[], $12::bigint[], $13::text[], $14::bigint[], $15::bigint[], $16::text[],
         $17::text[], $18::text[], $19::bigint[], $20::bytea[])"
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
        &int(node),
        &micros(LEASE),
    ];
    execute(client, Doing::writing("bookings"), event, sql, columns).await
}

async fn end(
    client: &ClientWrapper,
    event: EventNumber,
    ended: &[(u64, Ending<'_>)],
) -> Result<(), StoreError> {
    let sql =
        "UPDATE bookings_{m} AS bookings SET status = new.status, decline_code = new.decline_code,
               cleanup = new.cleanup
               FROM UNNEST($2::bigint[], $3::text[], $4::text[], $5::text[])
               AS new (attempt, status, decline_code, cleanup)
               WHERE bookings.event = $1 AND bookings.attempt = new.attempt RETURNING new.attempt";
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
        sql,
        event,
        attempts,
        vec![&statuses, &codes, &cleanups],
    )
    .await
}

async fn book(
    client: &ClientWrapper,
    event: EventNumber,
    booked: &[(u64, &Receipt)],
) -> Result<(), StoreError> {
    let sql =
        "UPDATE bookings_{m} AS bookings SET status = 'booked', receipt_version = new.version,
               receipt_head = new.head
               FROM UNNEST($2::bigint[], $3::bigint[], $4::bytea[]) AS new (attempt, version, head)
               WHERE bookings.event = $1 AND bookings.attempt = new.attempt RETURNING new.attempt";
    let attempts = booked.iter().map(|(attempt, _)| int(*attempt)).collect();
    let versions: Vec<_> = booked
        .iter()
        .map(|(_, receipt)| int(receipt.version))
        .collect();
    let heads: Vec<_> = booked
        .iter()
        .map(|(_, receipt)| receipt.head.0.as_slice())
        .collect();
    update(client, sql, event, attempts, vec![&versions, &heads]).await
}

/// The tickets, under the key that refuses a second sale.
async fn sell(
    client: &ClientWrapper,
    event: EventNumber,
    (seats, attempts): &(Vec<i64>, Vec<i64>),
) -> Result<(), StoreError> {
    let failed = Doing::writing("tickets").failed();
    let sql = "INSERT INTO tickets_{m} (event, seat, attempt)
               SELECT $1, seat, attempt FROM UNNEST($2::bigint[], $3::bigint[]) AS new (seat, attempt)";
    let sql = of_month(sql, event);
    let statement = client.prepare_cached(&sql).await.map_err(failed)?;
    let sold = client
        .execute(&statement, &[&key(event), seats, attempts])
        .await;
    sold.map(drop).map_err(|error| match is_duplicate(&error) {
        true => StoreError::SoldTwice { event },
        false => failed(error),
    })
}

/// Scans the event's tickets: a capture that fails for good is too rare for an index of its own.
async fn take_back(
    client: &ClientWrapper,
    event: EventNumber,
    attempts: &[i64],
) -> Result<(), StoreError> {
    let sql = "DELETE FROM tickets_{m} WHERE event = $1 AND attempt = ANY($2)";
    execute(
        client,
        Doing::writing("tickets"),
        event,
        sql,
        &[&key(event), &attempts],
    )
    .await
}

async fn put_charges(
    client: &ClientWrapper,
    event: EventNumber,
    charges: Vec<&Charge>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO charges_{m} (event, attempt, token, amount, currency, status, decline_code)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::text[],
               $6::text[], $7::text[])
               ON CONFLICT (event, attempt) DO UPDATE SET token = excluded.token,
               amount = excluded.amount, currency = excluded.currency, status = excluded.status,
               decline_code = excluded.decline_code";
    let numbers =
        |of: fn(&Charge) -> i64| -> Vec<i64> { charges.iter().map(|charge| of(charge)).collect() };
    let texts = |of: fn(&Charge) -> &str| -> Vec<&str> {
        charges.iter().map(|charge| of(charge)).collect()
    };
    let codes: Vec<_> = charges
        .iter()
        .map(|charge| charge.decline_code.as_deref())
        .collect();
    let columns: &Params<'_> = &[
        &numbers(|charge| key(charge.event)),
        &numbers(|charge| int(charge.attempt)),
        &texts(|charge| &charge.token),
        &numbers(|charge| int(charge.amount)),
        &texts(|charge| charge.currency.as_str()),
        &texts(|charge| charge.status.code()),
        &codes,
    ];
    execute(client, Doing::writing("charges"), event, sql, columns).await
}

/// Changes the bookings it is about, all of them, and no other. The statement returns their attempts;
/// its first parameters are the event and the attempts.
async fn update(
    client: &ClientWrapper,
    sql: &str,
    event: EventNumber,
    attempts: Vec<i64>,
    more: Vec<&(dyn ToSql + Sync)>,
) -> Result<(), StoreError> {
    let failed = Doing::writing("bookings").failed();
    let sql = of_month(sql, event);
    let statement = client.prepare_cached(&sql).await.map_err(failed)?;
    let event_key = key(event);
    let mut params: Vec<&(dyn ToSql + Sync)> = vec![&event_key, &attempts];
    params.extend(more);
    let changed = client.query(&statement, &params).await.map_err(failed)?;
    let changed: FxHashSet<i64> = changed.iter().map(|row| row.get(0)).collect();
    match attempts.iter().find(|attempt| !changed.contains(attempt)) {
        None => Ok(()),
        Some(attempt) => Err(StoreError::Damaged {
            table: "bookings",
            what: format!("event {event}, attempt {attempt}: there is none that this could change"),
        }),
    }
}

async fn execute(
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
