//! What must be true when all is settled: charges, bookings, tickets and the ledger say the same.

use std::collections::BTreeMap;

use boxoffice_inventory::{State, invariants};
use boxoffice_payments::{ChargeState, is_ended};
use boxoffice_store::{Booking, BookingStatus, ChargeStatus, Cleanup, Store, load_inventory};

use super::fake::Fake;
use super::{Office, TestResult};

/// A charge as both providers have it.
struct Money {
    amount: u64,
    captured: bool,
    set_aside: bool,
    refunded: u64,
}

impl Office {
    /// Nothing is left to do, and the fake's charges are what the bookings say.
    pub async fn balances(&self, fake: &Fake) -> TestResult {
        assert_eq!(*fake.breaches.lock(), Vec::<String>::new());
        let mut money = BTreeMap::new();
        for (attempt, charge) in fake.charges.lock().iter() {
            assert!(
                charge.captures <= 1,
                "attempt {attempt} was collected twice"
            );
            let captured = charge.state == ChargeState::Captured;
            assert_eq!(captured, charge.captures == 1);
            let set_aside = !matches!(
                charge.state,
                ChargeState::Captured | ChargeState::Voided | ChargeState::Declined { .. }
            );
            let (amount, refunded) = (charge.amount, charge.refunded());
            money.insert(
                *attempt,
                Money {
                    amount,
                    captured,
                    set_aside,
                    refunded,
                },
            );
        }
        self.agree(&money).await
    }

    /// Nothing is left to do, and the test provider's charges are what the bookings say.
    pub async fn balances_with_its_own_charges(&self) -> TestResult {
        let charges = self.store.charges(self.event).await?;
        let money = charges.iter().map(|charge| {
            let money = Money {
                amount: charge.amount,
                captured: charge.status == ChargeStatus::Captured,
                set_aside: matches!(charge.status, ChargeStatus::Authorized | ChargeStatus::Open),
                refunded: charge.refunded,
            };
            (charge.attempt, money)
        });
        self.agree(&money.collect()).await
    }

    async fn agree(&self, money: &BTreeMap<u64, Money>) -> TestResult {
        assert_eq!(self.store.unfinished(9).await?, []);
        assert_eq!(self.store.troubled(9).await?, []);
        let inventory = load_inventory(self.store.as_ref(), self.event).await?;
        invariants::check(&inventory)?;
        let mut sold = BTreeMap::new();
        for ticket in self.store.tickets(self.event).await? {
            sold.insert(ticket.seat, ticket.attempt);
        }
        for booking in self.store.bookings(self.event, 0, 100_000).await? {
            let attempt = booking.attempt;
            let paid = booking.status.is_paid();
            assert!(is_ended(&booking), "{booking:?}");
            assert_eq!(booking.cleanup, Cleanup::None, "{booking:?}");
            self.money_agrees(&booking, money.get(&attempt)).await?;
            let reservation = inventory.reservation(booking.first);
            let booked = reservation.is_some_and(|found| found.state == State::Booked { attempt });
            let sold_now = paid && booking.status != BookingStatus::Refunded;
            assert_eq!(booked, sold_now, "{booking:?}");
            for seat in reservation.iter().flat_map(|found| &found.seats) {
                let ticket = sold.get(&seat.index) == Some(&attempt);
                let returned = reservation.is_some_and(|it| it.returned.contains(&seat.index));
                let valid = sold_now && !returned;
                assert_eq!(ticket, valid, "seat {} of {booking:?}", seat.index);
                if ticket {
                    sold.remove(&seat.index);
                }
            }
        }
        assert_eq!(sold, BTreeMap::new(), "tickets of nobody");
        Ok(())
    }

    /// Taken once for what was sold, and back for what was not, or was taken back.
    async fn money_agrees(&self, booking: &Booking, charge: Option<&Money>) -> TestResult {
        let captured = charge.is_some_and(|charge| charge.captured);
        let refunded = charge.map_or(0, |charge| charge.refunded);
        let refunds = self
            .store
            .refunds(self.event, Some(booking.attempt))
            .await?;
        assert!(refunds.iter().all(|refund| refund.done), "{booking:?}");
        let owed: u64 = refunds.iter().map(|refund| refund.amount).sum();
        let kept = match captured {
            true => booking.amount - refunded,
            false => 0,
        };
        let sold = match booking.status.is_paid() {
            true => booking.amount - owed,
            false => 0,
        };
        assert!(kept >= sold, "seats without money: {booking:?}");
        assert!(kept <= sold, "money without seats: {booking:?}");
        let stays = charge.is_some_and(|charge| charge.set_aside);
        assert!(!stays, "money stays set aside for {booking:?}");
        assert!(charge.is_none_or(|charge| charge.amount == booking.amount));
        Ok(())
    }
}
