//! A scene of money that waits, comes late and goes back. No test lives here.

use std::error::Error;

use boxoffice_inventory::{Command, Outcome, SeatIndex};
use boxoffice_store::{Charge, ChargeStatus, Record};

use super::{House, MINUTE, Sale, TestResult, charge_of};

/// Where things stand in [`House::returns`].
pub(crate) struct Returns {
    pub(crate) house: House,
    /// Seats 0 to 2, paid for; seat 1 came back, and its price was paid back.
    pub(crate) partly: Sale,
    /// The version of its refund.
    pub(crate) refund: u64,
    /// Seats 3 and 4, paid for; both came back, and were paid back one by one. Seat 4 is blocked.
    pub(crate) whole: Sale,
    /// Seat 5; its time ran out, and its money came after all.
    pub(crate) late: Sale,
    /// Seat 6; its payer is at the provider's page.
    pub(crate) waiting: Sale,
    /// Seats 7 and 8, paid for; both came back, and only the first was paid back.
    pub(crate) owed: Sale,
    /// The version of the refund that is due.
    pub(crate) due: u64,
}

impl House {
    /// Refunds and payments at pages, in the middle of their way.
    pub(crate) fn returns() -> Result<Returns, Box<dyn Error>> {
        let mut house = House::open();
        let partly = house.sell_paid(&[0, 1, 2])?;
        let refund = house.take_back(partly, &[1], true)?;
        house.pay_back(partly, refund, 2_500)?;
        house.clean_up(partly)?;
        let whole = house.sell_paid(&[3, 4])?;
        let first = house.take_back(whole, &[3], true)?;
        house.pay_back(whole, first, 2_500)?;
        let second = house.take_back(whole, &[4], false)?;
        house.pay_back(whole, second, 5_000)?;
        house.clean_up(whole)?;
        let late = house.pay(&[5])?;
        house.given.clock.turn(11 * MINUTE);
        house.act(&Command::Sweep { at_most: 10 })?;
        house.charge(late, ChargeStatus::Authorized)?;
        let Sale { first, attempt } = late;
        let booked = house.act(&Command::BookLate { first, attempt })?;
        assert_eq!(booked, Outcome::Booked);
        house.charge(late, ChargeStatus::Captured)?;
        house.confirm(late)?;
        let owed = house.sell_paid(&[7, 8])?;
        let first = house.take_back(owed, &[7], true)?;
        house.pay_back(owed, first, 2_500)?;
        let due = house.take_back(owed, &[8], true)?;
        let waiting = house.pay(&[6])?;
        house.redirect(waiting)?;
        Ok(Returns {
            house,
            partly,
            refund,
            whole,
            late,
            waiting,
            owed,
            due,
        })
    }

    /// Sells seats, and collects the money.
    pub(crate) fn sell_paid(&mut self, seats: &[SeatIndex]) -> Result<Sale, Box<dyn Error>> {
        let sale = self.sell(seats)?;
        self.charge(sale, ChargeStatus::Captured)?;
        self.confirm(sale)?;
        Ok(sale)
    }

    /// Takes sold seats back; gives the version of the refund.
    pub(crate) fn take_back(
        &mut self,
        sale: Sale,
        seats: &[SeatIndex],
        resell: bool,
    ) -> Result<u64, Box<dyn Error>> {
        let Sale { first, attempt } = sale;
        self.act(&Command::Refund {
            first,
            attempt,
            seats: Some(seats.to_vec()),
            resell,
        })?;
        Ok(self.desk.inventory.version())
    }

    /// The provider gives money back, so much by now, and the refund is done.
    pub(crate) fn pay_back(&self, sale: Sale, version: u64, refunded: u64) -> TestResult {
        let charge = charge_of(&self.desk, sale, ChargeStatus::Captured);
        self.put(Record::Charge(Charge { refunded, ..charge }))?;
        let (event, reference) = (self.event(), None);
        self.put(Record::Refunded {
            event,
            version,
            reference,
        })
    }

    /// The payer must go to a page, and has ten minutes for it.
    pub(crate) fn redirect(&mut self, sale: Sale) -> TestResult {
        self.charge(sale, ChargeStatus::Open)?;
        let Sale { first, attempt } = sale;
        self.act(&Command::Redirect {
            first,
            attempt,
            limit: 10 * MINUTE,
        })?;
        self.put(Record::ActionRequired {
            event: self.event(),
            attempt,
            reference: None,
            redirect_url: "https://pay.example/1".into(),
        })
    }
}
