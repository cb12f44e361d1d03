//! Rows about money as they are written: in the commit of the entry they follow from, or alone. However
//! many there are, each kind of row is one statement: see `booking_rows` and `ticket_rows`.

use std::pin::Pin;

use boxoffice_inventory::SeatIndex;
use boxoffice_model::EventNumber;
use boxoffice_store::{Booking, Ending, Receipt, Refund, SideRow, StoreError};
use deadpool_postgres::ClientWrapper;
use futures::future::join_all;
use rustc_hash::FxHashSet;

use crate::booking_rows::{book, end, open, owe, redirect, say_taken_back, void_all};
use crate::error::all_of;
use crate::row::int;
use crate::ticket_rows::{sell, take_back, take_seats_back};

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
    /// Attempt and its limit.
    redirected: (Vec<i64>, Vec<i64>),
    /// With whether it is the last of its booking.
    refunded: Vec<(&'r Refund, bool)>,
    /// Seat and attempt.
    seats_back: (Vec<i64>, Vec<i64>),
    /// Whether it is about all attempts under way: then about nothing else.
    void_all: bool,
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
        let full = rounds.last().is_none_or(|round| {
            attempt.is_none_or(|attempt| round.attempts.contains(&attempt)) || round.void_all
        });
        if full {
            rounds.push(Round::default());
        }
        if let Some(round) = rounds.last_mut() {
            round.attempts.extend(attempt);
            round.add(row);
        }
    }
    rounds
}

/// Which attempt a row is about; none: all of them.
fn attempt_of(row: &SideRow) -> Option<u64> {
    match row {
        SideRow::BookingOpened(booking) => Some(booking.attempt),
        SideRow::BookingFailed { attempt, .. }
        | SideRow::BookingRedirected { attempt, .. }
        | SideRow::BookingBooked { attempt, .. }
        | SideRow::BookingCancelled { attempt, .. } => Some(*attempt),
        SideRow::BookingRefunded { refund, .. } => Some(refund.attempt),
        SideRow::PaymentsVoided => None,
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
                add_seats(&mut self.sold, *attempt, seats);
            }
            SideRow::BookingRedirected { attempt, limit } => {
                let (attempts, limits) = &mut self.redirected;
                attempts.push(int(*attempt));
                limits.push(limit.0);
            }
            SideRow::BookingRefunded {
                refund,
                seats,
                whole,
            } => {
                self.refunded.push((refund, *whole));
                add_seats(&mut self.seats_back, refund.attempt, seats);
            }
            SideRow::PaymentsVoided => self.void_all = true,
        }
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
        if !self.seats_back.0.is_empty() {
            take_seats_back(client, event, &self.seats_back).await?;
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
        if !self.redirected.0.is_empty() {
            let (attempts, limits) = self.redirected.clone();
            writing.push(Box::pin(redirect(client, event, attempts, limits)));
        }
        if !self.refunded.is_empty() {
            writing.push(Box::pin(owe(client, event, &self.refunded)));
            writing.push(Box::pin(say_taken_back(client, event, &self.refunded)));
        }
        if self.void_all {
            writing.push(Box::pin(void_all(client, event)));
        }
        all_of(join_all(writing).await)
    }
}

fn add_seats(rows: &mut (Vec<i64>, Vec<i64>), attempt: u64, seats: &[SeatIndex]) {
    rows.0.extend(seats.iter().map(|seat| i64::from(*seat)));
    rows.1.extend(seats.iter().map(|_| int(attempt)));
}
