//! What the catalogue says of one event, checked: the type that listings show and that the store
//! keeps as JSON. How a file is read into it is `read_event`; seats are the plan's.

use std::collections::BTreeMap;

use boxoffice_inventory::{Facts, SaleStatus};
use boxoffice_model::{Currency, Digest, EventId, Timestamp};
use boxoffice_seating::SeatingPlan;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The seats that a reservation may have where the catalogue does not say.
pub const DEFAULT_SEATS_PER_RESERVATION: u32 = 8;

/// The currency of an event that has no prices: ISO 4217's code for none.
const NO_CURRENCY: &str = "XXX";

/// What the catalogue says of one event, valid as it is. Its JSON form is the store's; a field that
/// comes later has a default, so that what was once written is read for ever.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventDocument {
    /// The event's name; never blank.
    pub name: String,
    /// Who plays.
    #[serde(default)]
    pub artists: Vec<String>,
    #[serde(default)]
    pub description: Option<String>,
    /// When it takes place.
    pub date: Timestamp,
    #[serde(default)]
    pub doors_at: Option<Timestamp>,
    /// When sales begin; none is at once.
    #[serde(default)]
    pub on_sale_at: Option<Timestamp>,
    /// When sales end; none is at `date`.
    #[serde(default)]
    pub sale_ends_at: Option<Timestamp>,
    #[serde(default)]
    pub thumbnail_url: Option<String>,
    /// What prices are counted in; there whenever there are prices.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// What the organiser says of it.
    pub status: SaleStatus,
    pub venue: Venue,
    /// By name of category, in minor units.
    #[serde(default)]
    pub prices: BTreeMap<String, u64>,
    pub limits: Limits,
    /// As the catalogue has it: an object.
    #[serde(default)]
    pub waiting_room: Option<Value>,
    /// As the catalogue has it.
    #[serde(default)]
    pub seller: Option<Value>,
    /// As the catalogue has it.
    #[serde(default)]
    pub series: Option<Value>,
    /// The lowest and the highest price that a seat of the plan has, in minor units; none when no
    /// seat has one. Not of the file: it follows from the prices and the plan.
    #[serde(default)]
    pub price_range: Option<(u64, u64)>,
}

/// Where an event takes place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Venue {
    /// Never blank.
    pub name: String,
    /// Never blank.
    pub city: String,
    /// Two capital letters of ISO 3166-1.
    pub country: String,
    #[serde(default)]
    pub address: Option<String>,
    /// A zone of the IANA database.
    pub time_zone: String,
    /// In degrees, from -90 to 90.
    #[serde(default)]
    pub latitude: Option<f64>,
    /// In degrees, from -180 to 180.
    #[serde(default)]
    pub longitude: Option<f64>,
}

/// How many seats somebody may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// At least 1.
    pub max_seats_per_reservation: u32,
    /// At least 1; none is no limit.
    pub max_seats_per_buyer: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_seats_per_reservation: DEFAULT_SEATS_PER_RESERVATION,
            max_seats_per_buyer: None,
        }
    }
}

impl EventDocument {
    /// The document as the store keeps it. Equal documents give equal texts.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain structs with text keys")
    }

    /// Reads what [`Self::to_json`] gave.
    ///
    /// # Errors
    /// When the text is damaged, or of a version that this binary does not know.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// When sales end.
    #[must_use]
    pub fn sale_end(&self) -> Timestamp {
        self.sale_ends_at.unwrap_or(self.date)
    }

    /// The facts that this document and its plan fix for sales, the layout in.
    #[must_use]
    pub fn facts(&self, plan: &SeatingPlan, hash: Digest) -> Facts {
        let price = |category: &boxoffice_seating::Category| self.prices.get(&category.name);
        let prices = plan.categories().iter().map(|found| price(found).copied());
        Facts {
            plan: hash,
            layout: Some(plan.layout()),
            currency: self.currency.unwrap_or_else(no_currency),
            prices: prices.collect(),
            date: self.date,
            on_sale_at: self.on_sale_at,
            sale_ends_at: self.sale_ends_at,
            status: self.status,
            max_seats_per_reservation: self.limits.max_seats_per_reservation,
            max_seats_per_buyer: self.limits.max_seats_per_buyer,
        }
    }
}

impl Venue {
    /// The venue's zone; UTC, should this machine no longer know it.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }
}

/// An event as a catalogue file has it: its id and what is said of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Named {
    pub(crate) id: EventId,
    pub(crate) document: EventDocument,
}

fn no_currency() -> Currency {
    NO_CURRENCY.parse().expect("ISO 4217 has it")
}
