//! Rows about money: bookings with the personal data that ledgers must not have, tickets, and the
//! charges of the built-in test provider.

use boxoffice_inventory::{FailReason, Head, IdempotencyKey, RequestHash, SeatIndex};
use boxoffice_model::{Currency, EventNumber, SecretHash, Timestamp};

/// What a caller of `POST /v1/bookings` says of the buyer and of the money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingDraft {
    /// Which provider is asked, by its name.
    pub provider: String,
    pub method: PaymentMethod,
    pub email: Option<String>,
    pub name: Option<String>,
    /// As JSON.
    pub attendees: Option<String>,
}

/// How the money of an attempt is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentMethod {
    /// There is nothing to pay: no provider is asked.
    Free,
    /// With a token that stands for a card, or for another means of payment.
    Token,
    /// At the provider's own page.
    Checkout,
}

/// One attempt to pay for a reservation, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    pub event: EventNumber,
    /// The version of its `paying` entry: its name within the ledger.
    pub attempt: u64,
    /// The reservation it pays for.
    pub first: u64,
    /// Of the batch that began it: with the server's key it gives the booking's id.
    pub nonce: u64,
    /// Proves the booking's id.
    pub secret: SecretHash,
    pub key: IdempotencyKey,
    pub request: RequestHash,
    pub draft: BookingDraft,
    /// In minor units.
    pub amount: u64,
    pub currency: Currency,
    pub created_at: Timestamp,
    /// When it is void unless it has ended.
    pub limit: Timestamp,
    pub status: BookingStatus,
    /// The provider's word for why not.
    pub decline_code: Option<String>,
    /// What is still to be done at the provider.
    pub cleanup: Cleanup,
    /// Where the sale stands in the ledger.
    pub receipt: Option<Receipt>,
    /// The provider's name for the payment, once it was worth remembering.
    pub reference: Option<String>,
    /// Where the payer must go to.
    pub redirect_url: Option<String>,
    /// Why its steps are no longer tried: an operator must look. Never personal data.
    pub trouble: Option<String>,
    /// How often the provider has told of news since.
    pub notices: u32,
}

/// Money that is owed to a buyer for seats that were taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    pub event: EventNumber,
    /// Of its `refunded` entry: its name within the ledger.
    pub version: u64,
    /// The booking it belongs to.
    pub attempt: u64,
    /// In minor units of the booking's currency.
    pub amount: u64,
    pub created_at: Timestamp,
    /// Whether the provider has taken it on.
    pub done: bool,
    /// The provider's name for it.
    pub reference: Option<String>,
}

/// A place in a ledger that proves what came before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub version: u64,
    pub head: Head,
}

/// How far an attempt to pay has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookingStatus {
    /// Nobody knows yet whether the money is promised.
    Pending,
    /// The payer must do something at another page.
    Action,
    /// The seats are sold; the money is being collected.
    Booked,
    /// The seats are sold and paid for.
    Confirmed,
    /// The payer's side refused.
    Declined,
    /// It passed its limit, or the provider could not be asked.
    Voided,
    /// It was sold, but the money could not be collected.
    Cancelled,
    /// Some of its seats were taken back.
    PartlyRefunded,
    /// All of its seats were taken back.
    Refunded,
}

/// What is still to be done at the provider for a booking that has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cleanup {
    #[default]
    None,
    /// An authorisation that may exist must be given back.
    Void,
    /// The provider has news: it must be asked what money there is.
    Look,
    /// Refunds are due.
    Refund,
}

/// A sold seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub event: EventNumber,
    pub seat: SeatIndex,
    /// The attempt that paid for it.
    pub attempt: u64,
}

/// A charge at the built-in test provider, which keeps them in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub event: EventNumber,
    /// The attempt it belongs to; the provider's idempotency key with the event.
    pub attempt: u64,
    /// The payment token it was made with.
    pub token: String,
    /// In minor units.
    pub amount: u64,
    pub currency: Currency,
    pub status: ChargeStatus,
    pub decline_code: Option<String>,
    /// How much of it has been given back.
    pub refunded: u64,
}

/// How a charge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeStatus {
    Authorized,
    Captured,
    Voided,
    Declined,
    /// The payer has not been at the provider's page yet.
    Open,
}

impl PaymentMethod {
    /// The method as the store keeps it.
    pub fn code(self) -> &'static str {
        match self {
            PaymentMethod::Free => "free",
            PaymentMethod::Token => "token",
            PaymentMethod::Checkout => "checkout",
        }
    }

    /// The method that [`Self::code`] gave.
    pub fn from_code(code: &str) -> Option<Self> {
        use PaymentMethod::*;
        [Free, Token, Checkout]
            .into_iter()
            .find(|method| method.code() == code)
    }
}

impl BookingStatus {
    /// The status as the store keeps it.
    pub fn code(self) -> &'static str {
        match self {
            BookingStatus::Pending => "pending",
            BookingStatus::Action => "action",
            BookingStatus::Booked => "booked",
            BookingStatus::Confirmed => "confirmed",
            BookingStatus::Declined => "declined",
            BookingStatus::Voided => "voided",
            BookingStatus::Cancelled => "cancelled",
            BookingStatus::PartlyRefunded => "partly_refunded",
            BookingStatus::Refunded => "refunded",
        }
    }

    /// The status that [`Self::code`] gave.
    pub fn from_code(code: &str) -> Option<Self> {
        use BookingStatus::*;
        [
            Pending,
            Action,
            Booked,
            Confirmed,
            Declined,
            Voided,
            Cancelled,
            PartlyRefunded,
            Refunded,
        ]
        .into_iter()
        .find(|status| status.code() == code)
    }

    /// Of a booking of which seats were taken back, all or some.
    pub fn taken_back(whole: bool) -> Self {
        match whole {
            true => BookingStatus::Refunded,
            false => BookingStatus::PartlyRefunded,
        }
    }

    /// Whether the payment saga still has a step to take.
    pub fn under_way(self) -> bool {
        use BookingStatus::{Action, Booked, Pending};
        matches!(self, Pending | Action | Booked)
    }

    /// Whether its money was collected for seats, of which some may have been taken back since.
    pub fn is_paid(self) -> bool {
        use BookingStatus::{Confirmed, PartlyRefunded, Refunded};
        matches!(self, Confirmed | PartlyRefunded | Refunded)
    }
}

impl Cleanup {
    /// What is to be done, as the store keeps it.
    pub fn code(self) -> &'static str {
        match self {
            Cleanup::None => "none",
            Cleanup::Void => "void",
            Cleanup::Look => "look",
            Cleanup::Refund => "refund",
        }
    }

    /// What [`Self::code`] gave.
    pub fn from_code(code: &str) -> Option<Self> {
        [Cleanup::None, Cleanup::Void, Cleanup::Look, Cleanup::Refund]
            .into_iter()
            .find(|cleanup| cleanup.code() == code)
    }
}

/// How a booking ends that came to no sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending<'a> {
    pub status: BookingStatus,
    /// The provider's word for why not.
    pub decline_code: Option<&'a str>,
    /// What may be left at the provider.
    pub cleanup: Cleanup,
}

impl<'a> Ending<'a> {
    /// Of an attempt that failed.
    pub fn failed(reason: &'a FailReason) -> Self {
        let (status, cleanup) = match reason {
            FailReason::Declined { .. } => (BookingStatus::Declined, Cleanup::None),
            FailReason::BuyerLimit => (BookingStatus::Declined, Cleanup::Void),
            FailReason::TimedOut | FailReason::Unavailable | FailReason::EventCancelled => {
                (BookingStatus::Voided, Cleanup::Void)
            }
            FailReason::CaptureFailed { .. } => (BookingStatus::Cancelled, Cleanup::Void),
        };
        Ending::new(status, reason, cleanup)
    }

    /// Of a sale that was taken back.
    pub fn cancelled(reason: &'a FailReason) -> Self {
        Ending::new(BookingStatus::Cancelled, reason, Cleanup::Void)
    }

    fn new(status: BookingStatus, reason: &'a FailReason, cleanup: Cleanup) -> Self {
        let decline_code = match reason {
            FailReason::Declined { code } | FailReason::CaptureFailed { code } => Some(&**code),
            FailReason::EventCancelled => Some("event_cancelled"),
            FailReason::BuyerLimit => Some("buyer_limit_reached"),
            FailReason::TimedOut | FailReason::Unavailable => None,
        };
        Ending {
            status,
            decline_code,
            cleanup,
        }
    }
}

impl ChargeStatus {
    /// The status as the store keeps it.
    pub fn code(self) -> &'static str {
        match self {
            ChargeStatus::Authorized => "authorized",
            ChargeStatus::Captured => "captured",
            ChargeStatus::Voided => "voided",
            ChargeStatus::Declined => "declined",
            ChargeStatus::Open => "open",
        }
    }

    /// The status that [`Self::code`] gave.
    pub fn from_code(code: &str) -> Option<Self> {
        use ChargeStatus::*;
        [Authorized, Captured, Voided, Declined, Open]
            .into_iter()
            .find(|status| status.code() == code)
    }
}
