//! What a store's test of its migrations is made of: things that happened before, all of which must read
//! back afterwards, and what must be possible then. How an old schema is made is the store's business.

use boxoffice_inventory::{Command, FailReason, StoredEntry};
use boxoffice_model::{EventNumber, KeyRing};

use super::desk::{Desk, publish};
use super::wishes::{put, refund};
use super::{BEGIN, CaseResult, Given, Harness};
use crate::batch::Record;
use crate::booking::{
    Booking, BookingStatus, Charge, ChargeStatus, Cleanup, PaymentMethod, Ticket,
};
use crate::error::StoreError;
use crate::event::{Catalogue, EventHead};
use crate::store::Store;

/// Two events; at one of them a booking each that is paid for, that is to be cleaned up, and that is under
/// way: as far as the first schema knew.
///
/// # Errors
/// Whatever the store says.
pub async fn sell_something<H: Harness>(
    given: &Given<H>,
) -> Result<Desk, Box<dyn std::error::Error>> {
    let store = given.store();
    let mut desk = publish(given, 0).await?;
    publish(given, 1).await?;
    let event = desk.event();
    let (_, attempt) = desk.sell(store, &[0, 1]).await?;
    let charge = Charge {
        event,
        attempt,
        token: "tok_ok".into(),
        amount: 5_000,
        currency: "EUR".parse()?,
        status: ChargeStatus::Captured,
        decline_code: None,
        refunded: 0,
    };
    put(store, Record::Charge(charge)).await?;
    let reference = None;
    let confirmed = Record::Confirmed {
        event,
        attempt,
        reference,
    };
    put(store, confirmed).await?;
    let (first, attempt) = desk.pay(store, &[2]).await?;
    let reason = FailReason::Unavailable;
    let fail = Command::FailPayment {
        first,
        attempt,
        reason,
    };
    desk.act(store, &fail).await?;
    desk.pay(store, &[3]).await?;
    let (version, bytes) = (desk.inventory.version(), desk.inventory.snapshot());
    store.put_snapshot(event, version, &bytes).await?;
    Ok(desk)
}

/// All that the first schema could say, of all events or of one.
#[derive(Debug, PartialEq, Eq)]
pub struct Remembered {
    catalogue: Catalogue,
    heads: Vec<EventHead>,
    keys: KeyRing,
    entries: Vec<StoredEntry>,
    snapshot: Option<(u64, Vec<u8>)>,
    bookings: Vec<Booking>,
    tickets: Vec<Ticket>,
    charges: Vec<Charge>,
}

impl Remembered {
    /// As a store tells it.
    ///
    /// # Errors
    /// Whatever the store says.
    pub async fn by(store: &dyn Store, event: EventNumber) -> Result<Self, StoreError> {
        Ok(Remembered {
            catalogue: store.catalogue(0).await?,
            heads: store.heads().await?,
            keys: store.keys().await?,
            entries: store.tail(event, 0, 99).await?,
            snapshot: store.snapshot(event).await?,
            bookings: store.bookings(event, 0, 99).await?,
            tickets: store.tickets(event).await?,
            charges: store.charges(event).await?,
        })
    }

    /// The first schema did not say how the money was asked for: it was always with a token.
    #[must_use]
    pub fn by_the_first_schema(mut self) -> Self {
        for booking in &mut self.bookings {
            booking.draft.method = PaymentMethod::Token;
        }
        self
    }
}

/// All that the second schema is for, on the rows of [`sell_something`].
///
/// # Errors
/// Whatever the store says.
pub async fn goes_on(desk: &mut Desk, store: &dyn Store) -> CaseResult {
    let event = desk.event();
    let bookings = store.bookings(event, 0, 9).await?;
    let [sold, voided, pending] = bookings.as_slice() else {
        return Err(format!("{bookings:?} are not three bookings").into());
    };
    assert_eq!(store.refunds(event, None).await?, []);
    let back = refund(sold.first, sold.attempt, Some(&[0]), true);
    desk.act(store, &back).await?;
    let notice = Record::Noticed {
        event,
        attempt: voided.attempt,
        id: "evt_1".into(),
        at: BEGIN,
        trouble: Some("paid after all".into()),
    };
    put(store, notice).await?;
    let action = Record::ActionRequired {
        event,
        attempt: pending.attempt,
        reference: Some("cs_1".into()),
        redirect_url: "https://pay.example/1".into(),
    };
    put(store, action).await?;
    let found = store.bookings(event, 0, 9).await?;
    let stand: Vec<_> = found.iter().map(|it| (it.status, it.cleanup)).collect();
    let expected = [
        (BookingStatus::PartlyRefunded, Cleanup::Refund),
        (BookingStatus::Voided, Cleanup::Void),
        (BookingStatus::Action, Cleanup::None),
    ];
    assert_eq!(stand, expected);
    assert_eq!(store.troubled(9).await?, found[1..2]);
    assert_eq!(store.refunds(event, None).await?.len(), 1);
    desk.act(store, &Command::CancelEvent).await?;
    let called_off = store.booking(event, pending.attempt).await?;
    let called_off = called_off.ok_or("no booking")?;
    assert_eq!(called_off.status, BookingStatus::Voided);
    assert_eq!(store.head(event).await?, Some(desk.head()));
    Ok(())
}
