//! A case about orders that are looked for by the address that they were placed with.

use boxoffice_inventory::{Command, FailReason, Outcome, SeatIndex};

use super::desk::{Desk, publish};
use super::wishes::{pay, put, refund};
use super::{CaseResult, Given, Harness};
use crate::batch::{Record, SideRow};
use crate::store::Store;

pub async fn orders_are_found_by_the_address_that_they_were_placed_with<H: Harness>(
    given: Given<H>,
) -> CaseResult {
    let store = given.store();
    let mut desk = publish(&given, 0).await?;
    let mut elsewhere = publish(&given, 1).await?;
    let event = desk.event();
    let mut placed = Vec::new();
    let spellings = [
        "ada@example.org",
        "ADA@Example.ORG",
        " ada@example.org ",
        "ada@example.org",
    ];
    for (seat, email) in (0..).zip(spellings) {
        let (first, attempt) = place(&mut desk, store, seat, Some(email)).await?;
        if seat > 0 {
            desk.act(store, &Command::Book { first, attempt }).await?;
        }
        placed.push((first, attempt));
    }
    let (partly, whole) = (placed[2], placed[3]);
    put(
        store,
        Record::Confirmed {
            event,
            attempt: partly.1,
            reference: None,
        },
    )
    .await?;
    let back = refund(whole.0, whole.1, None, true);
    desk.act(store, &back).await?;
    // What came to nothing, others' orders, and those without an address.
    let (first, attempt) = place(&mut desk, store, 4, Some("ada@example.org")).await?;
    let code = "no_funds".to_owned();
    let declined = Command::FailPayment {
        first,
        attempt,
        reason: FailReason::Declined { code },
    };
    desk.act(store, &declined).await?;
    place(&mut desk, store, 5, Some("dada@example.org")).await?;
    place(&mut desk, store, 6, None).await?;
    let (_, other) = place(&mut elsewhere, store, 0, Some("ada@example.org")).await?;

    let newest_first: Vec<_> = placed.iter().rev().map(|(_, attempt)| *attempt).collect();
    for asked in ["ada@example.org", " Ada@EXAMPLE.org"] {
        assert_eq!(found(store, &desk, asked, 20).await?, newest_first);
        assert_eq!(found(store, &desk, asked, 2).await?, newest_first[..2]);
        assert_eq!(found(store, &elsewhere, asked, 20).await?, [other]);
    }
    for stranger in [
        "",
        "a_a@example.org",
        "ada@example.or%",
        "ada",
        "ada@example.org2",
    ] {
        let theirs = found(store, &desk, stranger, 20).await?;
        assert!(theirs.is_empty(), "{stranger}: {theirs:?}");
    }
    let order = store.orders_of(event, "ada@example.org", 1).await?;
    assert_eq!(
        Some(&order[0]),
        store.booking(event, newest_first[0]).await?.as_ref()
    );
    Ok(())
}

/// Which orders of an address are found, by their attempts.
async fn found(
    store: &dyn Store,
    desk: &Desk,
    email: &str,
    most: usize,
) -> Result<Vec<u64>, Box<dyn std::error::Error>> {
    let found = store.orders_of(desk.event(), email, most).await?;
    Ok(found.iter().map(|booking| booking.attempt).collect())
}

/// Holds a seat and begins to pay in the name of an address; gives the reservation and the attempt.
async fn place(
    desk: &mut Desk,
    store: &dyn Store,
    seat: SeatIndex,
    email: Option<&str>,
) -> Result<(u64, u64), Box<dyn std::error::Error>> {
    let first = desk.hold(store, &[seat]).await?;
    let mut batch = store.begin().await?;
    let now = batch.now();
    batch.lock(desk.event(), desk.inventory.version()).await?;
    let (outcome, mut append) = desk.decide(&pay(first), now);
    for row in &mut append.side_rows {
        if let SideRow::BookingOpened(booking) = row {
            booking.draft.email = email.map(str::to_owned);
        }
    }
    batch.append(&append).await?;
    batch.keep().await?;
    batch.commit().await?;
    match outcome {
        Outcome::Paying { address, .. } => Ok((first, address.version)),
        other => Err(format!("no attempt to pay began: {other:?}").into()),
    }
}
