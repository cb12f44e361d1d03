//! Rows about money that no entry stands for, as they are written: what the provider has said. Those that
//! go with entries are in `side_rows`.

use boxoffice_model::EventNumber;
use boxoffice_store::{Charge, Record, StoreError};
use deadpool_postgres::ClientWrapper;
use rustc_hash::FxHashMap;

use crate::booking_rows::{by_key, execute, update, update_in};
use crate::error::{Doing, all_of};
use crate::row::{Params, int, key};

/// Writes records of one event in order; what a crowd brings, many at one time.
pub(crate) async fn record(client: &ClientWrapper, records: &[Record]) -> Result<(), StoreError> {
    let Some(event) = records.first().map(Record::event) else {
        return Ok(());
    };
    let mut crowd = Crowd::default();
    for record in records {
        match record {
            Record::Confirmed {
                attempt, reference, ..
            } => {
                crowd.confirm(*attempt, reference.as_deref());
            }
            Record::Charge(charge) => {
                crowd.charges.insert(charge.attempt, charge);
            }
            // Few, and about bookings that may stand among those: in their order.
            single => {
                std::mem::take(&mut crowd).write(client, event).await?;
                write(client, event, single).await?;
            }
        }
    }
    crowd.write(client, event).await
}

/// Of each attempt and kind, what was said last.
#[derive(Default)]
struct Crowd<'r> {
    confirmed: FxHashMap<u64, Option<&'r str>>,
    charges: FxHashMap<u64, &'r Charge>,
}

impl<'r> Crowd<'r> {
    /// A name that was given stays if it is not given again.
    fn confirm(&mut self, attempt: u64, reference: Option<&'r str>) {
        let known = self.confirmed.entry(attempt).or_default();
        *known = reference.or(*known);
    }

    async fn write(self, client: &ClientWrapper, event: EventNumber) -> Result<(), StoreError> {
        let confirming = confirm(client, event, &self.confirmed);
        let charging = put_charges(client, event, self.charges.into_values().collect());
        let (confirmed, charged) = futures::join!(confirming, charging);
        all_of([confirmed, charged])
    }
}

async fn confirm(
    client: &ClientWrapper,
    event: EventNumber,
    confirmed: &FxHashMap<u64, Option<&str>>,
) -> Result<(), StoreError> {
    if confirmed.is_empty() {
        return Ok(());
    }
    // Said again, or by another node, it may find that seats were taken back meanwhile, or the sale.
    let set =
        "status = CASE bookings.status WHEN 'booked' THEN 'confirmed' ELSE bookings.status END,
               reference = coalesce(excluded.reference, bookings.reference)
               WHERE bookings.status IN ('booked', 'confirmed', 'partly_refunded', 'refunded',
               'cancelled')";
    let sql = by_key(&[("reference", "text")], set);
    let attempts = confirmed.keys().map(|attempt| int(*attempt)).collect();
    let references: Vec<_> = confirmed.values().copied().collect();
    update(client, &sql, event, attempts, vec![&references]).await
}

async fn write(
    client: &ClientWrapper,
    event: EventNumber,
    record: &Record,
) -> Result<(), StoreError> {
    match record {
        Record::ActionRequired {
            attempt,
            reference,
            redirect_url,
            ..
        } => {
            // It may have ended meanwhile: then nobody needs to go there.
            let sql = "UPDATE bookings_{m} AS bookings SET redirect_url = $4,
                       reference = coalesce($3, reference),
                       status = CASE status WHEN 'pending' THEN 'action' ELSE status END
                       WHERE event = $1 AND attempt = ($2::bigint[])[1] RETURNING attempt";
            let attempts = vec![int(*attempt)];
            update(client, sql, event, attempts, vec![reference, redirect_url]).await
        }
        Record::CleanedUp {
            attempt,
            cleanup,
            notices,
            ..
        } => {
            let sql = "UPDATE bookings_{m} AS bookings SET cleanup = CASE
                       WHEN notices > $4 AND status IN ('voided', 'declined', 'cancelled') THEN 'look'
                       WHEN EXISTS (SELECT 1 FROM refunds_{m} AS refunds WHERE refunds.event = $1
                       AND refunds.attempt = ($2::bigint[])[1] AND NOT done) THEN 'refund'
                       WHEN cleanup = $3 THEN 'none' ELSE cleanup END
                       WHERE event = $1 AND attempt = ($2::bigint[])[1] RETURNING attempt";
            let (code, notices) = (cleanup.code(), i64::from(*notices));
            let attempts = vec![int(*attempt)];
            update(client, sql, event, attempts, vec![&code, &notices]).await
        }
        Record::Troubled {
            attempt, trouble, ..
        } => {
            let sql = "UPDATE bookings_{m} AS bookings SET trouble = $3
                       WHERE event = $1 AND attempt = ($2::bigint[])[1] RETURNING attempt";
            update(client, sql, event, vec![int(*attempt)], vec![trouble]).await
        }
        Record::Refunded {
            version, reference, ..
        } => {
            let sql = "UPDATE refunds_{m} AS refunds SET done = true,
                       reference = coalesce($3, reference)
                       WHERE event = $1 AND version = ($2::bigint[])[1] RETURNING version";
            let versions = vec![int(*version)];
            update_in("refunds", client, sql, event, versions, vec![reference]).await
        }
        Record::Noticed { .. } => notice(client, event, record).await,
        // They go with the crowd.
        Record::Confirmed { .. } | Record::Charge(_) => Ok(()),
    }
}

/// A notice about a booking that is not there is remembered and changes nothing else.
async fn notice(
    client: &ClientWrapper,
    event: EventNumber,
    record: &Record,
) -> Result<(), StoreError> {
    let Record::Noticed {
        attempt,
        id,
        at,
        trouble,
        ..
    } = record
    else {
        return Ok(());
    };
    let sql = "WITH fresh AS (INSERT INTO notices_{m} (event, id, received_at) VALUES ($1, $3, $4)
               ON CONFLICT DO NOTHING RETURNING id)
               UPDATE bookings_{m} AS bookings SET notices = notices + 1,
               trouble = coalesce($5, CASE WHEN cleanup = 'none'
               AND status IN ('confirmed', 'partly_refunded', 'refunded') THEN trouble END),
               cleanup = CASE WHEN cleanup = 'none' AND status IN ('voided', 'declined', 'cancelled')
               THEN 'look' ELSE cleanup END
               WHERE event = $1 AND attempt = $2 AND EXISTS (SELECT 1 FROM fresh)";
    let row: &Params<'_> = &[&key(event), &int(*attempt), id, &at.0, trouble];
    execute(client, Doing::writing("notices"), event, sql, row).await
}

async fn put_charges(
    client: &ClientWrapper,
    event: EventNumber,
    charges: Vec<&Charge>,
) -> Result<(), StoreError> {
    if charges.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO charges_{m} (event, attempt, token, amount, currency, status, decline_code,
               refunded)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::text[],
               $6::text[], $7::text[], $8::bigint[])
               ON CONFLICT (event, attempt) DO UPDATE SET token = excluded.token,
               amount = excluded.amount, currency = excluded.currency, status = excluded.status,
               decline_code = excluded.decline_code, refunded = excluded.refunded";
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
        &numbers(|charge| int(charge.refunded)),
    ];
    execute(client, Doing::writing("charges"), event, sql, columns).await
}
