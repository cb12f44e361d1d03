//! What must be true when all is settled: charges, bookings, tickets and the ledger say the same.

use std::collections::BTreeMap;

use boxoffice_inventory::{State, invariants};
use boxoffice_payments::{ChargeState, is_ended};
use boxoffice_store::{BookingStatus, ChargeStatus, Cleanup, Store, load_inventory};

use super::fake::Fake;
use super::{Office, TestResult};

/// A charge as both providers have it.
struct Money {
    amount: u64,
    captured: bool,
    set_aside: bool,
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
            let set_aside = charge.state == ChargeState::Authorized;
            let amount = charge.amount;
            money.insert(
                *attempt,
                Money {
                    amount,
                    captured,
                    set_aside,
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
                set_aside: charge.status == ChargeStatus::Authorized,
            };
            (charge.attempt, money)
        });
        self.agree(&money.collect()).await
    }

    async fn agree(&self, money: &BTreeMap<u64, Money>) -> TestResult {
        assert_eq!(self.store.unfinished(9).await?, []);
        let inventory = load_inventory(self.store.as_ref(), self.event).await?;
        invariants::check(&inventory)?;
        let mut sold = BTreeMap::new();
        for ticket in self.store.tickets(self.event).await? {
            sold.insert(ticket.seat, ticket.attempt);
        }
        for booking in self.store.bookings(self.event, 0, 100_000).await? {
            let attempt = booking.attempt;
            let confirmed = booking.status == BookingStatus::Confirmed;
            assert!(is_ended(&booking), "{booking:?}");
            assert_eq!(booking.cleanup, Cleanup::None, "{booking:?}");
            let charge = money.get(&attempt);
            let captured = charge.is_some_and(|charge| charge.captured);
            assert_eq!(captured, confirmed, "{booking:?}");
            assert!(
                !charge.is_some_and(|charge| charge.set_aside),
                "money stays set aside for {booking:?}"
            );
            assert!(charge.is_none_or(|charge| charge.amount == booking.amount));
            let reservation = inventory.reservation(booking.first);
            let booked = reservation.is_some_and(|found| found.state == State::Booked { attempt });
            assert_eq!(booked, confirmed, "{booking:?}");
            for seat in reservation.iter().flat_map(|found| &found.seats) {
                let ticket = sold.get(&seat.index) == Some(&attempt);
                assert_eq!(ticket, confirmed, "seat {} of {booking:?}", seat.index);
                if confirmed {
                    sold.remove(&seat.index);
                }
            }
        }
        assert_eq!(sold, BTreeMap::new(), "tickets of nobody");
        Ok(())
    }
}
