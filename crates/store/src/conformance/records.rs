//! Which rows without an entry a random action stands for, by the bookings and refunds there are.

use boxoffice_model::EventNumber;

use super::expected::{Happening, refunds};
use super::outcomes::bookings;
use super::random::{Action, Cleaning};
use crate::batch::Record;
use crate::booking::{Booking, BookingStatus, Charge, ChargeStatus, Cleanup};

/// The row, if there is a booking or a refund that it can be about.
pub(super) fn record(log: &[Happening], event: EventNumber, action: Action) -> Option<Record> {
    let bookings: Vec<_> = bookings(log, event).into_values().collect();
    let pick = |which: usize| bookings.get(which.checked_rem(bookings.len())?);
    let name = |named: bool| named.then(|| format!("pi_{}", log.len()));
    Some(match action {
        Action::Confirm(which, named) => {
            let sold = |booking: &&Booking| {
                booking.status == BookingStatus::Booked || booking.status.is_paid()
            };
            let sold: Vec<_> = bookings.iter().filter(sold).collect();
            Record::Confirmed {
                event,
                attempt: sold.get(which.checked_rem(sold.len())?)?.attempt,
                reference: name(named),
            }
        }
        Action::Await(which, named) => Record::ActionRequired {
            event,
            attempt: pick(which)?.attempt,
            reference: name(named),
            redirect_url: format!("https://pay.example/{}?a=1&b='2'", log.len()),
        },
        Action::CleanUp(which, how) => clean_up(pick(which)?, how),
        Action::PayBack(which, named) => {
            let owed = refunds(log, event);
            Record::Refunded {
                event,
                version: owed.get(which.checked_rem(owed.len())?)?.version,
                reference: name(named),
            }
        }
        // Some are of payments that nobody knows.
        Action::Notice(which, id) => Record::Noticed {
            event,
            attempt: bookings
                .get(which)
                .map_or(which as u64 + 1, |booking| booking.attempt),
            id: format!("evt_{id}"),
            at: super::BEGIN,
            trouble: id.is_multiple_of(4).then(|| "disputed".to_owned()),
        },
        Action::Trouble(which, trouble) => Record::Troubled {
            event,
            attempt: pick(which)?.attempt,
            trouble: trouble.then(|| "the provider's answer is odd".to_owned()),
        },
        Action::Charge(which) => Record::Charge(charge(log.len(), event, which as u64)?),
        _ => return None,
    })
}

fn clean_up(booking: &Booking, how: Cleaning) -> Record {
    let Cleaning {
        before_last_notice,
        of_refunds,
    } = how;
    Record::CleanedUp {
        event: booking.event,
        attempt: booking.attempt,
        cleanup: match of_refunds {
            true => Cleanup::Refund,
            false => booking.cleanup,
        },
        notices: booking.notices.saturating_sub(before_last_notice.into()),
    }
}

fn charge(chance: usize, event: EventNumber, attempt: u64) -> Option<Charge> {
    use ChargeStatus::{Authorized, Captured, Declined, Open, Voided};
    let status = [Authorized, Captured, Declined, Open, Voided][chance % 5];
    Some(Charge {
        event,
        attempt,
        token: "tok_ok".into(),
        amount: chance as u64,
        currency: "EUR".parse().ok()?,
        status,
        decline_code: (status == Declined).then(|| "no_funds".to_owned()),
        refunded: chance as u64 / 2,
    })
}
