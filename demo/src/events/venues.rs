//! Where the demo plays: invented houses in real cities, so that time zones and currencies are true.

/// A house with an address.
pub(super) struct Venue {
    pub(super) name: &'static str,
    /// Which drawing of `houses` it is.
    pub(super) house: &'static str,
    pub(super) city: &'static str,
    pub(super) country: &'static str,
    pub(super) address: &'static str,
    pub(super) time_zone: &'static str,
    /// Of standard time.
    pub(super) minutes_east: i64,
    pub(super) latitude: f64,
    pub(super) longitude: f64,
    pub(super) currency: &'static str,
}

pub(super) static HOLLOWMERE: Venue = Venue {
    name: "Hollowmere Park",
    house: "stadium",
    city: "Manchester",
    country: "GB",
    address: "1 Hollowmere Way",
    time_zone: "Europe/London",
    minutes_east: 0,
    latitude: 53.47,
    longitude: -2.24,
    currency: "GBP",
};

pub(super) static KESTREL: Venue = Venue {
    name: "Kestrel Arena",
    house: "arena",
    city: "Berlin",
    country: "DE",
    address: "Am Falkenufer 12",
    time_zone: "Europe/Berlin",
    minutes_east: 60,
    latitude: 52.51,
    longitude: 13.43,
    currency: "EUR",
};

pub(super) static SERAFINA: Venue = Venue {
    name: "Teatro Serafina",
    house: "opera",
    city: "Milan",
    country: "IT",
    address: "Via delle Lanterne 7",
    time_zone: "Europe/Rome",
    minutes_east: 60,
    latitude: 45.46,
    longitude: 9.19,
    currency: "EUR",
};

pub(super) static ALDERMOOR: Venue = Venue {
    name: "The Aldermoor Theatre",
    house: "theatre",
    city: "London",
    country: "GB",
    address: "22 Aldermoor Row",
    time_zone: "Europe/London",
    minutes_east: 0,
    latitude: 51.51,
    longitude: -0.12,
    currency: "GBP",
};

pub(super) static LYSKARA: Venue = Venue {
    name: "Theatre of Lyskara",
    house: "amphitheatre",
    city: "Athens",
    country: "GR",
    address: "Lofos Lyskara",
    time_zone: "Europe/Athens",
    minutes_east: 120,
    latitude: 37.97,
    longitude: 23.72,
    currency: "EUR",
};

pub(super) static LANTERN: Venue = Venue {
    name: "The Copper Lantern",
    house: "club",
    city: "New York",
    country: "US",
    address: "418 Tanner Street",
    time_zone: "America/New_York",
    minutes_east: -300,
    latitude: 40.72,
    longitude: -73.99,
    currency: "USD",
};

pub(super) static WINTER_GARDEN: Venue = Venue {
    name: "Winter Garden Ballroom",
    house: "ballroom",
    city: "Kraków",
    country: "PL",
    address: "ul. Oranżerii 3",
    time_zone: "Europe/Warsaw",
    minutes_east: 60,
    latitude: 50.06,
    longitude: 19.94,
    currency: "PLN",
};

pub(super) static METEOR: Venue = Venue {
    name: "Kino Meteor",
    house: "cinema",
    city: "Prague",
    country: "CZ",
    address: "Hvězdná 15",
    time_zone: "Europe/Prague",
    minutes_east: 60,
    latitude: 50.08,
    longitude: 14.43,
    currency: "CZK",
};

pub(super) static HERON: Venue = Venue {
    name: "Blue Heron Cellar",
    house: "cellar",
    city: "Lisbon",
    country: "PT",
    address: "Beco da Garça 4",
    time_zone: "Europe/Lisbon",
    minutes_east: 0,
    latitude: 38.71,
    longitude: -9.13,
    currency: "EUR",
};

pub(super) static HOSHIMACHI: Venue = Venue {
    name: "Hoshimachi Hall",
    house: "theatre",
    city: "Tokyo",
    country: "JP",
    address: "2-7 Hoshimachi",
    time_zone: "Asia/Tokyo",
    minutes_east: 540,
    latitude: 35.68,
    longitude: 139.76,
    currency: "JPY",
};

pub(super) static SEEHOF: Venue = Venue {
    name: "Seehof Ballroom",
    house: "ballroom",
    city: "Zürich",
    country: "CH",
    address: "Seehofquai 9",
    time_zone: "Europe/Zurich",
    minutes_east: 60,
    latitude: 47.37,
    longitude: 8.54,
    currency: "CHF",
};

pub(super) static HARBOUR_STEPS: Venue = Venue {
    name: "The Harbour Steps",
    house: "amphitheatre",
    city: "Sydney",
    country: "AU",
    address: "Wharf Steps 1",
    time_zone: "Australia/Sydney",
    minutes_east: 600,
    latitude: -33.86,
    longitude: 151.21,
    currency: "AUD",
};
