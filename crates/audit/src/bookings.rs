//! Bookings against the attempts to pay that their ledger tells of.

use boxoffice_inventory::FailReason;
use boxoffice_store::{Booking, BookingStatus, Cleanup, PaymentMethod, StoreError};

use crate::attempt::{Attempt, End, Row};
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
    let (mut unreadable, mut troubled) = (Vec::new(), Vec::new());
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
            if let Some(why) = &booking.trouble {
                troubled.push(format!("{}: {why}", booking.attempt));
            }
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
    if let Some(first) = troubled.first() {
        let waiting = troubled.len();
        found.warn(format!(
            "{waiting} payments wait for an operator, the first of {first}"
        ));
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
        free: booking.draft.method == PaymentMethod::Free,
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
        ("limit", attempt.has_limit(booking.limit)),
    ];
    let differs = same.iter().filter(|(_, same)| !same);
    let differs: Vec<&str> = differs.map(|(name, _)| *name).collect();
    if !differs.is_empty() {
        let what = format!("the booking's {} differ from its entry", differs.join(", "));
        found.at(booking.attempt, what);
    }
    if booking.draft.method == PaymentMethod::Free && booking.amount > 0 {
        let what = format!(
            "nothing is asked for {} {}",
            booking.amount, booking.currency
        );
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
    let sold = stood.is_sale() || matches!(stood, End::Cancelled(_));
    if booking.receipt != attempt.receipt.filter(|_| sold) {
        found.at(booking.attempt, "the booking's receipt is not the ledger's");
    }
    if status == BookingStatus::Action && booking.redirect_url.is_none() {
        found.at(booking.attempt, "its payer must go to a page, but to none");
    }
    if !may_be_due(attempt, booking) {
        let what = format!(
            "the booking is {}, but its money is to go back ({})",
            status.code(),
            booking.cleanup.code()
        );
        found.at(booking.attempt, what);
    }
}

/// What may be left to do at the provider for a booking that stands so.
fn may_be_due(attempt: &Attempt, booking: &Booking) -> bool {
    use BookingStatus::{Action, Booked, Confirmed, Pending};
    match booking.cleanup {
        Cleanup::None => true,
        Cleanup::Void | Cleanup::Look => !booking.status.under_way() && !booking.status.is_paid(),
        Cleanup::Refund => {
            let all_is_well = matches!(booking.status, Pending | Action | Booked | Confirmed);
            attempt.owed > 0 && !all_is_well
        }
    }
}

fn agrees(end: &End, status: BookingStatus) -> bool {
    use BookingStatus::{
        Action, Booked, Cancelled, Confirmed, Declined, PartlyRefunded, Pending, Refunded, Voided,
    };
    match end {
        End::UnderWay => matches!(status, Pending | Action),
        End::Booked => matches!(status, Booked | Confirmed),
        End::Failed(FailReason::Declined { .. } | FailReason::BuyerLimit) => status == Declined,
        End::Failed(FailReason::CaptureFailed { .. }) | End::Cancelled(_) => status == Cancelled,
        End::Failed(
            FailReason::TimedOut | FailReason::Unavailable | FailReason::EventCancelled,
        ) => status == Voided,
        End::TakenBack { whole: false } => status == PartlyRefunded,
        End::TakenBack { whole: true } => status == Refunded,
    }
}

/// Why not, in the provider's word or in ours.
fn code(end: &End) -> Option<&str> {
    match end {
        End::Failed(reason) | End::Cancelled(reason) => match reason {
            FailReason::Declined { code } | FailReason::CaptureFailed { code } => Some(code),
            FailReason::EventCancelled => Some("event_cancelled"),
            FailReason::BuyerLimit => Some("buyer_limit_reached"),
            FailReason::TimedOut | FailReason::Unavailable => None,
        },
        End::UnderWay | End::Booked | End::TakenBack { .. } => None,
    }
}
