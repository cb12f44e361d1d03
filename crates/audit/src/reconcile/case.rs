//! An attempt whose two sides are told of, and in what words: what differs, and what to do about it.
//! Nothing is compared here.

use std::fmt;

use boxoffice_model::{Currency, EventNumber};
use boxoffice_store::BookingStatus;

use super::amount::show;

/// What one side says of an attempt's money, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amounts {
    pub taken: i64,
    pub refunded: i64,
    pub currency: Currency,
}

/// An attempt with both sides. No personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub event: EventNumber,
    /// The event's id; `?` of one that the catalogue does not know.
    pub id: String,
    /// The version of the attempt's entry.
    pub attempt: u64,
    /// None: there is no booking.
    pub status: Option<BookingStatus>,
    /// By the booking and its refunds that are done.
    pub here: Option<Amounts>,
    /// By the report.
    pub there: Option<Amounts>,
    /// The provider's name for the payment, where the report has one.
    pub reference: Option<String>,
}

/// How the two sides of an attempt differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The seats are paid for, but the provider knows no money of it.
    NoMoney {
        /// It says that the payment failed.
        failed: bool,
    },
    /// More or less was taken than the seats cost.
    Taken,
    Currency,
    /// The money was taken more than once.
    TakenAgain {
        charges: u32,
    },
    /// Money was taken for seats that were not sold, and was not given back.
    NoSeats,
    /// More or less was given back than the refunds say.
    Refunded,
    /// All seats came back, but the refunds are not the whole price.
    NotAllRefunded,
    /// The booking is free, or another provider's.
    NotAsked,
    /// No booking has the attempt.
    Unknown,
}

/// A difference between bookings and a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub kind: Kind,
    pub case: Case,
}

/// Why the two sides need not agree yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its payment still has steps to take.
    Paying,
    /// Its money is about to be given back.
    Returning,
    /// Refunds are due, or are younger than the period.
    Refunding,
    /// Its steps are no longer tried: an operator must look.
    Troubled,
}

/// An attempt that is still under way: no difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnderWay {
    pub why: Why,
    pub case: Case,
}

/// A dispute that the report tells of; it takes no part in the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    pub event: EventNumber,
    /// The event's id; `?` of one that the catalogue does not know.
    pub id: String,
    pub attempt: u64,
    /// As the report writes it.
    pub amount: String,
    pub state: String,
}

impl Kind {
    fn what(self) -> String {
        match self {
            Kind::NoMoney { failed: false } => {
                "it is paid, but the provider knows no money of it".into()
            }
            Kind::NoMoney { failed: true } => {
                "it is paid, but the provider says that the payment failed".into()
            }
            Kind::Taken => "what was taken is not the price".into(),
            Kind::Currency => "the currencies differ".into(),
            Kind::TakenAgain { charges } => format!("its money was taken {charges} times"),
            Kind::NoSeats => "money was taken for seats that were not sold".into(),
            Kind::Refunded => "what was given back differs".into(),
            Kind::NotAllRefunded => "all its seats came back, but not all its money".into(),
            Kind::NotAsked => "money of a booking that is free, or another provider's".into(),
            Kind::Unknown => "money of an attempt that no booking has".into(),
        }
    }

    fn advice(self, case: &Case) -> String {
        let left = case
            .there
            .map_or(0, |there| there.taken.saturating_sub(there.refunded));
        let money = |amount: i64| match case.there {
            Some(there) => show(i128::from(amount), there.currency),
            None => amount.to_string(),
        };
        match self {
            Kind::NoMoney { .. } => {
                "look for the payment at the provider by its metadata; if there is none, \
                                     collect the money otherwise or take the seats back"
                    .into()
            }
            Kind::Taken => {
                "give back at the provider what is too much, or ask it what became of the rest"
                    .into()
            }
            Kind::Currency => {
                "if the provider has converted the money, take what the payer saw into the \
                               report; else compare the payment by hand"
                    .into()
            }
            Kind::TakenAgain { .. } => "give back at the provider every charge but one".into(),
            Kind::NoSeats => format!("give {} back at the provider", money(left)),
            Kind::Refunded => {
                "look at the refunds at the provider: repeat one that failed, and take back the \
                               seats of one that was made there by hand"
                    .into()
            }
            Kind::NotAllRefunded => "run the audit, and give the rest back".into(),
            Kind::NotAsked => "find out who took it; it is to be given back".into(),
            Kind::Unknown if left == 0 => {
                "nothing is to be given back; find out who named it so".into()
            }
            Kind::Unknown => format!(
                "if no other box office uses the account, a booking was lost: find it in a backup, or give \
                 {} back",
                money(left)
            ),
        }
    }
}

impl Case {
    fn sides(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "here {}, there {}", side(self.here), side(self.there))?;
        match &self.reference {
            Some(reference) => write!(f, " ({reference})"),
            None => Ok(()),
        }
    }
}

fn side(amounts: Option<Amounts>) -> String {
    let Some(amounts) = amounts else {
        return "nothing".into();
    };
    let taken = show(amounts.taken.into(), amounts.currency);
    let refunded = show(amounts.refunded.into(), amounts.currency);
    format!("{taken} taken and {refunded} refunded")
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "event {} ({}) version {}",
            self.id, self.event, self.attempt
        )?;
        match self.status {
            Some(status) => write!(f, ", {}", status.code()),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: ", self.case, self.kind.what())?;
        self.case.sides(f)?;
        write!(f, "; {}", self.kind.advice(&self.case))
    }
}

impl fmt::Display for UnderWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.why {
            Why::Paying => "its payment is under way",
            Why::Returning => "its money is about to be given back",
            Why::Refunding => "refunds are due, or younger than the period",
            Why::Troubled => "its steps are no longer tried: an operator must look",
        };
        write!(f, "{}: {why}: ", self.case)?;
        self.case.sides(f)
    }
}

impl fmt::Display for Dispute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Dispute {
            event,
            id,
            attempt,
            amount,
            state,
        } = self;
        write!(
            f,
            "event {id} ({event}) version {attempt}: {state}, {amount}"
        )
    }
}
