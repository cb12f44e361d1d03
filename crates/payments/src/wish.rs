//! An attempt as its caller wishes it, and the booking that it begins with. Nothing is done here.

use boxoffice_inventory::{Command, Idempotency, Outcome};
use boxoffice_model::{Address, BookingId, Currency, EventNumber, Micros};
use boxoffice_sequencer::Decided;
use boxoffice_store::{Booking, BookingDraft, BookingStatus, Cleanup};

use crate::provider::Order;

/// What a caller wants to pay with.
#[derive(Clone)]
pub struct Purse {
    /// Not needed where there is nothing to pay.
    pub token: Option<String>,
    /// What the payer reads on a page of the provider.
    pub description: String,
    /// What the event's prices are counted in.
    pub currency: Option<Currency>,
}

/// An attempt as a caller wishes it.
pub(crate) struct Wish {
    pub(crate) event: EventNumber,
    /// The reservation.
    pub(crate) first: u64,
    pub(crate) idempotency: Idempotency,
    /// For how long the seats wait.
    pub(crate) limit: Micros,
    pub(crate) draft: BookingDraft,
    pub(crate) purse: Purse,
}

impl Wish {
    pub(crate) fn command(&self) -> Command {
        Command::Pay {
            first: self.first,
            idempotency: self.idempotency,
            limit: self.limit,
        }
    }

    /// What the provider is asked for.
    pub(crate) fn order(&self, public_url: &str, booking: Address) -> Order {
        Order {
            token: self.purse.token.clone().unwrap_or_default(),
            description: self.purse.description.clone(),
            email: self.draft.email.clone(),
            return_url: format!("{public_url}/orders/{}", BookingId(booking)),
        }
    }

    /// The attempt that has begun, with its booking as it was written: where everything is known it need
    /// not be read.
    pub(crate) fn began(&self, decided: &Decided) -> Option<(Address, Option<Booking>)> {
        let Outcome::Paying { address, total } = decided.outcome else {
            return None;
        };
        Some((address, self.booking(decided, address, total)))
    }

    fn booking(&self, decided: &Decided, address: Address, amount: u64) -> Option<Booking> {
        Some(Booking {
            event: self.event,
            attempt: address.version,
            first: self.first,
            nonce: decided.nonce,
            secret: address.secret_hash(),
            key: self.idempotency.key,
            request: self.idempotency.request,
            draft: self.draft.clone(),
            amount,
            currency: self.purse.currency?,
            created_at: decided.at,
            limit: decided.at.plus(self.limit),
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
}
