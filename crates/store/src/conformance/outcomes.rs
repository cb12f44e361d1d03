//! What a list of happenings makes of each attempt to pay: the bookings, worked out one happening after
//! the other from the whole list. Nothing like a store.

use std::collections::BTreeMap;

use boxoffice_inventory::{Change, Entry, FailReason, SeatIndex};
use boxoffice_model::EventNumber;

use super::expected::{Happening, entries, refunds, seats};
use super::wishes::{PAYMENT, draft};
use crate::batch::Record;
use crate::booking::{Booking, BookingStatus, Cleanup, Receipt};

/// What became of each attempt to pay.
pub(super) fn bookings(log: &[Happening], event: EventNumber) -> BTreeMap<u64, Booking> {
    let mut bookings: BTreeMap<u64, Booking> = BTreeMap::new();
    for (at, happening) in log.iter().enumerate() {
        let so_far = &log[..=at];
        match happening {
            Happening::Entry(stored, entry, head) => {
                if let Change::Paying(_) = &entry.change {
                    let booking = opened(so_far, event, stored.version, entry);
                    bookings.extend(booking.map(|booking| (stored.version, booking)));
                }
                if entry.change == Change::EventCancelled {
                    bookings.values_mut().for_each(call_off);
                }
                let receipt = Receipt {
                    version: stored.version,
                    head: *head,
                };
                if let Some(booking) = attempt_of(entry).and_then(|key| bookings.get_mut(&key)) {
                    move_on(booking, so_far, entry, receipt);
                }
            }
            Happening::Record(record) => {
                let booking = about(record).and_then(|attempt| bookings.get_mut(&attempt));
                if let Some(booking) = booking {
                    hear(booking, so_far, record);
                }
            }
        }
    }
    bookings
}

fn opened(log: &[Happening], event: EventNumber, attempt: u64, entry: &Entry) -> Option<Booking> {
    let Change::Paying(paying) = &entry.change else {
        return None;
    };
    let prices = seats(log, paying.first).into_iter();
    Some(Booking {
        event,
        attempt,
        first: paying.first,
        nonce: entry.nonce,
        secret: paying.secret,
        key: paying.key,
        request: paying.request,
        draft: draft(attempt),
        amount: prices.map(|(_, price)| price).sum(),
        currency: "EUR".parse().ok()?,
        created_at: entry.at,
        limit: entry.at.plus(PAYMENT),
        status: BookingStatus::Pending,
        decline_code: None,
        cleanup: Cleanup::None,
        receipt: None,
        reference: None,
        redirect_url: None,
        trouble: None,
        notices: 0,
    })
}

fn call_off(booking: &mut Booking) {
    if matches!(
        booking.status,
        BookingStatus::Pending | BookingStatus::Action
    ) {
        let code = Some("event_cancelled".to_owned());
        end(booking, BookingStatus::Voided, code, Cleanup::Void);
    }
}

fn attempt_of(entry: &Entry) -> Option<u64> {
    match &entry.change {
        Change::PaymentFailed { attempt, .. }
        | Change::Redirected { attempt, .. }
        | Change::Booked { attempt, .. }
        | Change::BookedLate { attempt, .. }
        | Change::Refunded { attempt, .. }
        | Change::BookingCancelled { attempt, .. } => Some(*attempt),
        _ => None,
    }
}

fn move_on(booking: &mut Booking, log: &[Happening], entry: &Entry, receipt: Receipt) {
    match &entry.change {
        Change::Redirected { limit, .. } => booking.limit = *limit,
        Change::Booked { .. } | Change::BookedLate { .. } => {
            end(booking, BookingStatus::Booked, None, Cleanup::None);
            booking.receipt = Some(receipt);
        }
        Change::Refunded { attempt, .. } => {
            let all = seats(log, booking.first).len();
            booking.status = match taken_back(log, *attempt).len() == all {
                true => BookingStatus::Refunded,
                false => BookingStatus::PartlyRefunded,
            };
            booking.cleanup = Cleanup::Refund;
        }
        Change::PaymentFailed { reason, .. } | Change::BookingCancelled { reason, .. } => {
            fail(booking, reason);
        }
        _ => {}
    }
}

fn taken_back(log: &[Happening], of: u64) -> Vec<SeatIndex> {
    let back = entries(log).filter_map(|(_, entry)| match &entry.change {
        Change::Refunded { attempt, seats, .. } if *attempt == of => Some(seats.clone()),
        _ => None,
    });
    back.flatten().collect()
}

fn fail(booking: &mut Booking, reason: &FailReason) {
    use BookingStatus::{Cancelled, Declined, Voided};
    let (status, code, cleanup) = match reason {
        FailReason::Declined { code } => (Declined, Some(code.as_str()), Cleanup::None),
        FailReason::BuyerLimit => (Declined, Some("buyer_limit_reached"), Cleanup::Void),
        FailReason::CaptureFailed { code } => (Cancelled, Some(code.as_str()), Cleanup::Void),
        FailReason::EventCancelled => (Voided, Some("event_cancelled"), Cleanup::Void),
        FailReason::TimedOut | FailReason::Unavailable => (Voided, None, Cleanup::Void),
    };
    end(booking, status, code.map(str::to_owned), cleanup);
}

fn end(booking: &mut Booking, status: BookingStatus, code: Option<String>, cleanup: Cleanup) {
    (booking.status, booking.decline_code, booking.cleanup) = (status, code, cleanup);
}

/// The booking that a record is about.
fn about(record: &Record) -> Option<u64> {
    match record {
        Record::Confirmed { attempt, .. }
        | Record::ActionRequired { attempt, .. }
        | Record::CleanedUp { attempt, .. }
        | Record::Noticed { attempt, .. }
        | Record::Troubled { attempt, .. } => Some(*attempt),
        Record::Refunded { .. } | Record::Charge(_) => None,
    }
}

fn hear(booking: &mut Booking, log: &[Happening], record: &Record) {
    match record {
        Record::Confirmed { reference, .. } => {
            if booking.status == BookingStatus::Booked {
                booking.status = BookingStatus::Confirmed;
            }
            name(booking, reference.as_ref());
        }
        Record::ActionRequired {
            reference,
            redirect_url,
            ..
        } => {
            if booking.status == BookingStatus::Pending {
                booking.status = BookingStatus::Action;
            }
            booking.redirect_url = Some(redirect_url.clone());
            name(booking, reference.as_ref());
        }
        Record::CleanedUp {
            cleanup, notices, ..
        } => {
            let due = |refund: &crate::Refund| refund.attempt == booking.attempt && !refund.done;
            if came_to_nothing(booking) && booking.notices > *notices {
                booking.cleanup = Cleanup::Look;
            } else if refunds(log, booking.event).iter().any(due) {
                booking.cleanup = Cleanup::Refund;
            } else if booking.cleanup == *cleanup {
                booking.cleanup = Cleanup::None;
            }
        }
        Record::Noticed { id, trouble, .. } if told(log, id) == 1 => {
            booking.notices += 1;
            let over = booking.status.is_paid() && booking.cleanup == Cleanup::None;
            if trouble.is_some() || !over {
                booking.trouble.clone_from(trouble);
            }
            if came_to_nothing(booking) && booking.cleanup == Cleanup::None {
                booking.cleanup = Cleanup::Look;
            }
        }
        Record::Troubled { trouble, .. } => booking.trouble.clone_from(trouble),
        _ => {}
    }
}

fn name(booking: &mut Booking, reference: Option<&String>) {
    if reference.is_some() {
        booking.reference = reference.cloned();
    }
}

fn came_to_nothing(booking: &Booking) -> bool {
    use BookingStatus::{Cancelled, Declined, Voided};
    matches!(booking.status, Voided | Declined | Cancelled)
}

/// How often a notice was told of so far, about whatever booking.
fn told(log: &[Happening], notice: &str) -> usize {
    let same = |happening: &&Happening| matches!(happening, Happening::Record(Record::Noticed { id, .. }) if id == notice);
    log.iter().filter(same).count()
}
