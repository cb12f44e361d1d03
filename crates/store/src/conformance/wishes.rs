//! What the suite's buyers want, and rows that are written without an entry. Nothing is decided here.

use boxoffice_inventory::{Command, Hold, Idempotency, SeatIndex, Wanted};

use super::CaseResult;
use crate::batch::Record;
use crate::booking::{BookingDraft, PaymentMethod};
use crate::store::Store;

/// For how long a hold lasts, in microseconds.
pub(crate) const HOLD: i64 = 600_000_000;

/// For how long seats wait for a payment, in microseconds.
pub(crate) const PAYMENT: i64 = 120_000_000;

/// What a caller says of the buyer; every other one says nothing.
pub(crate) fn draft(attempt: u64) -> BookingDraft {
    let said = attempt.is_multiple_of(2);
    BookingDraft {
        provider: "test".into(),
        method: match said {
            true => PaymentMethod::Checkout,
            false => PaymentMethod::Token,
        },
        email: said.then(|| "zoë@example.org".to_owned()),
        name: said.then(|| "Zoë 🎟 'Quote\" ok".to_owned()),
        attendees: said.then(|| r#"[{"name":"A"}]"#.to_owned()),
    }
}

/// A wish for these seats, without a session.
pub(crate) fn hold(seats: &[SeatIndex]) -> Command {
    Command::Hold(Hold {
        owner: [1; 16],
        bound: false,
        idempotency: None,
        wanted: Wanted::Seats(seats.to_vec()),
        hold: HOLD,
    })
}

/// A wish to pay for a reservation; each wish is an attempt of its own.
pub(crate) fn pay(first: u64) -> Command {
    let mut key = [3; 16];
    key[..8].copy_from_slice(&first.to_be_bytes());
    Command::Pay {
        first,
        idempotency: Idempotency {
            key,
            request: [4; 16],
        },
        limit: PAYMENT,
    }
}

/// A wish to take sold seats back, these or all.
pub(crate) fn refund(
    first: u64,
    attempt: u64,
    seats: Option<&[SeatIndex]>,
    resell: bool,
) -> Command {
    Command::Refund {
        first,
        attempt,
        seats: seats.map(<[SeatIndex]>::to_vec),
        resell,
    }
}

/// Writes a row that no entry stands for, in a batch of its own.
pub(crate) async fn put(store: &dyn Store, record: Record) -> CaseResult {
    let mut batch = store.begin().await?;
    batch.lock(record.event(), u64::MAX).await?;
    batch.record(&[record]).await?;
    batch.keep().await?;
    batch.commit().await?;
    Ok(())
}
