//! Tickets as they are written: sold and taken back, each with one statement however many there are.

use boxoffice_model::EventNumber;
use boxoffice_store::StoreError;
use deadpool_postgres::ClientWrapper;

use crate::booking_rows::execute;
use crate::error::{Doing, is_duplicate};
use crate::partitions::of_month;
use crate::row::key;

/// The tickets, under the key that refuses a second sale.
pub(crate) async fn sell(
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
pub(crate) async fn take_back(
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

/// Each must be there, and be its booking's.
pub(crate) async fn take_seats_back(
    client: &ClientWrapper,
    event: EventNumber,
    (seats, attempts): &(Vec<i64>, Vec<i64>),
) -> Result<(), StoreError> {
    let failed = Doing::writing("tickets").failed();
    let sql = "DELETE FROM tickets_{m} AS tickets
               USING UNNEST($2::bigint[], $3::bigint[]) AS back (seat, attempt)
               WHERE event = $1 AND tickets.seat = back.seat AND tickets.attempt = back.attempt";
    let sql = of_month(sql, event);
    let statement = client.prepare_cached(&sql).await.map_err(failed)?;
    let taken = client
        .execute(&statement, &[&key(event), seats, attempts])
        .await
        .map_err(failed)?;
    match taken == seats.len() as u64 {
        true => Ok(()),
        false => Err(StoreError::Damaged {
            table: "tickets",
            what: format!("event {event}: seats {seats:?} are not all attempts {attempts:?}'s"),
        }),
    }
}
