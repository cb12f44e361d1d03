//! Bookings against the attempts to pay that their ledger tells of.

use boxoffice_inventory::FailReason;
use boxoffice_store::{Booking, BookingStatus, Cleanup, StoreError};

use crate::history::{Attempt, End, Row};
use crate::replay::{Replay, Stop};
use crate::report::Findings;

/// Bookings read in one go.
const PAGE: usize = 5_000;

/// Compares all bookings; gives how many there were. Attempts up to version `from` must have one, for
/// they were begun before the first was read.
pub(crate) async fn check(
    replay: &mut Replay<'_>,
    from: u64,
    found: &mut Findings,
) -> Result<u64, Stop> {
    let (mut after, mut page, mut count) = (0, PAGE, 0);
    let mut unreadable = Vec::new();
    loop {
        let read = match replay.store.bookings(replay.event, after, page).await {
            Ok(read) => read,
            Err(StoreError::Damaged { .. }) if page > 1 => {
                page /= 2;
                continue;
            }
            // It is the next one that the ledger knows of; those behind it are read on.
            Err(error @ StoreError::Damaged { .. }) => {
                let attempts = &replay.history.attempts;
                let next = attempts
                    .range(after + 1..)
                    .next()
                    .map(|(version, _)| *version);
                found.breach(next, error.to_string());
                let Some(next) = next else { break };
                unreadable.push(next);
                after = next;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        replay.catch_up().await?;
        for booking in &read {
            row(replay, booking, found);
        }
        count += read.len() as u64;
        match read.last() {
            Some(last) if read.len() == page => after = last.attempt,
            _ => break,
        }
    }
    for (version, attempt) in replay.history.attempts.range(..=from) {
        if attempt.row.is_none() && !unreadable.contains(version) {
            found.at(*version, "a paying entry without a booking");
        }
    }
    Ok(count)
}

fn row(replay: &mut Replay<'_>, booking: &Booking, found: &mut Findings) {
    let Some(attempt) = replay.history.attempts.get_mut(&booking.attempt) else {
        found.at(booking.attempt, "a booking without a paying entry");
        return;
    };
    attempt.row = Some(Row {
        status: booking.status,
        cleanup: booking.cleanup,
        test_provider: booking.draft.provider == "test",
    });
    beginning(attempt, booking, found);
    outcome(attempt, booking, found);
}

/// What was fixed when it began.
fn beginning(attempt: &Attempt, booking: &Booking, found: &mut Findings) {
    let paying = &attempt.paying;
    let same = [
        ("reservation", booking.first == paying.first),
        ("nonce", booking.nonce == attempt.nonce),
        ("secret", booking.secret == paying.secret),
        ("idempotency key", booking.key == paying.key),
        ("request", booking.request == paying.request),
        ("beginning", booking.created_at == attempt.started),
        ("limit", booking.limit == attempt.started.plus(paying.limit)),
    ];
    let differs = same.iter().filter(|(_, same)| !same);
    let differs: Vec<&str> = differs.map(|(name, _)| *name).collect();
    if !differs.is_empty() {
        let what = format!("the booking's {} differ from its entry", differs.join(", "));
        found.at(booking.attempt, what);
    }
    if booking.amount != attempt.amount || Some(booking.currency) != attempt.currency {
        let (paid, currency, price) = (booking.amount, booking.currency, attempt.amount);
        let of = attempt
            .currency
            .map_or(String::new(), |of| format!(" {of}"));
        let what = format!("the booking is of {paid} {currency}, its seats cost {price}{of}");
        found.at(booking.attempt, what);
    }
}

/// What became of it: as the ledger said at some moment since the rows were read.
fn outcome(attempt: &Attempt, booking: &Booking, found: &mut Findings) {
    let status = booking.status;
    let Some(stood) = attempt.stands().find(|end| agrees(end, status)) else {
        let what = format!(
            "the booking is {}, the ledger says {}",
            status.code(),
            attempt.end
        );
        found.at(booking.attempt, what);
        return;
    };
    if booking.decline_code.as_deref() != code(stood) {
        let (row, ledger) = (&booking.decline_code, code(stood));
        let what = format!("the booking's decline code is {row:?}, the ledger's {ledger:?}");
        found.at(booking.attempt, what);
    }
    let sold = matches!(stood, End::Booked | End::Cancelled(_));
    if booking.receipt != attempt.receipt.filter(|_| sold) {
        found.at(booking.attempt, "the booking's receipt is not the ledger's");
    }
    let going_well = status.under_way() || status == BookingStatus::Confirmed;
    if going_well && booking.cleanup != Cleanup::None {
        let what = format!(
            "the booking is {}, but its money is to go back",
            status.code()
        );
        found.at(booking.attempt, what);
    }
}

fn agrees(end: &End, status: BookingStatus) -> bool {
    use BookingStatus::{Booked, Cancelled, Confirmed, Declined, Pending, Voided};
    match end {
        End::UnderWay => status == Pending,
        End::Booked => matches!(status, Booked | Confirmed),
        End::Failed(FailReason::Declined { .. }) => status == Declined,
        End::Failed(_) => status == Voided,
        End::Cancelled(_) => status == Cancelled,
    }
}

/// The provider's word for why not.
fn code(end: &End) -> Option<&str> {
    match end {
        End::Failed(reason) | End::Cancelled(reason) => match reason {
            FailReason::Declined { code } | FailReason::CaptureFailed { code } => Some(code),
            FailReason::TimedOut | FailReason::Unavailable => None,
        },
        End::UnderWay | End::Booked => None,
    }
}
