//! Sales whose provider is Stripe, and reports as Stripe writes them. No test lives here.

use std::error::Error;

use boxoffice_audit::{Difference, Kind, Period, ProviderReport, Reconciliation, reconcile};
use boxoffice_inventory::{Command, SeatIndex};
use futures::executor::block_on;

use crate::common::{House, Sale, TestResult};

/// The headers of Stripe's payments export, as far as they matter, and some that do not.
const PAYMENTS: &str = "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Decline Reason,Fee,\
                        Status,Customer Email,boxoffice_attempt (metadata),Disputed Amount,Dispute Status\n";

/// A house whose bookings Stripe is asked for.
pub(crate) struct Beside {
    pub(crate) house: House,
    lines: String,
    count: u32,
}

impl Beside {
    pub(crate) fn open() -> Self {
        Beside {
            house: House::open(),
            lines: String::new(),
            count: 0,
        }
    }

    /// Seats at 25.00 EUR, paid for.
    pub(crate) fn sold(&mut self, seats: &[SeatIndex]) -> Result<Sale, Box<dyn Error>> {
        let sale = self.house.sell(seats)?;
        self.house.confirm(sale)?;
        Ok(sale)
    }

    /// Takes all seats of a sale back; the provider has given the money back, if it is done.
    pub(crate) fn refund(
        &mut self,
        sale: Sale,
        seats: Option<&[SeatIndex]>,
        done: bool,
    ) -> TestResult {
        let Sale { first, attempt } = sale;
        self.house.act(&Command::Refund {
            first,
            attempt,
            seats: seats.map(<[SeatIndex]>::to_vec),
            resell: true,
        })?;
        let version = self.house.desk.inventory.version();
        if done {
            let (event, reference) = (self.house.event(), None);
            let refunded = boxoffice_store::Record::Refunded {
                event,
                version,
                reference,
            };
            self.house.put(refunded)?;
            self.house.clean_up(sale)?;
        }
        Ok(())
    }

    /// A line of the report: amount, refunded, currency, captured, and the status.
    pub(crate) fn says(&mut self, sale: Sale, money: &str, status: &str) {
        let name = format!("{}:{}", self.house.event(), sale.attempt);
        self.names(&name, money, status, ",");
    }

    /// A line with any name of the attempt, and the dispute's columns.
    pub(crate) fn names(&mut self, name: &str, money: &str, status: &str, dispute: &str) {
        self.count += 1;
        let id = self.count;
        self.lines += &format!(
            "py_{id},2027-04-01 10:00:00,{money},,0.75,{status},\"Zoë, \"\"z\"\" <zoë@example.org>\",{name},{dispute}\n"
        );
    }

    /// Stripe was asked for every booking so far.
    pub(crate) fn ask_stripe(&self) -> TestResult {
        self.house
            .tamper("UPDATE bookings SET provider = 'stripe'", [])?;
        Ok(())
    }

    pub(crate) fn report(&self) -> String {
        format!("{PAYMENTS}{}", self.lines)
    }

    pub(crate) fn reconciled(&self) -> Result<Reconciliation, Box<dyn Error>> {
        self.ask_stripe()?;
        reconciled(&self.house, &self.report(), Period::default())
    }

    /// The one difference there is: its kind, and words of it.
    pub(crate) fn expect(&self, sale: Sale, kind: Kind, words: &[&str]) -> TestResult {
        let result = self.reconciled()?;
        let [Difference { kind: found, case }] = &result.differences[..] else {
            panic!("not one difference: {result}");
        };
        assert_eq!((*found, case.attempt), (kind, sale.attempt), "{result}");
        assert_eq!(
            (case.event, case.id.as_str()),
            (self.house.event(), "event-0")
        );
        assert_eq!(result.under_way, [], "{result}");
        let text = result.to_string();
        let place = format!(
            "DIFFERENCE event event-0 ({}) version {}",
            case.event, case.attempt
        );
        for word in [place.as_str(), "1 difference"].iter().chain(words) {
            assert!(text.contains(word), "`{word}` is not in {text}");
        }
        assert!(
            !text.contains("example.org") && !text.contains("Zoë"),
            "{text}"
        );
        Ok(())
    }
}

pub(crate) fn reconciled(
    house: &House,
    report: &str,
    period: Period,
) -> Result<Reconciliation, Box<dyn Error>> {
    let report = ProviderReport::read(report.as_bytes())?;
    Ok(block_on(reconcile(house.store(), &report, period))?)
}
