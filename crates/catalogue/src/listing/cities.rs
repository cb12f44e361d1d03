//! The cities in which something is on. Which events are to come is the listing's business.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use boxoffice_model::Currency;
use boxoffice_search::sort_key;

use super::listed::Listed;

/// A city with events to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct City {
    /// Its name, as venues have it.
    pub name: String,
    /// Two capital letters of ISO 3166-1.
    pub country: String,
    /// How many events are to come there.
    pub events: usize,
    /// What they are sold in, by code.
    pub currencies: Vec<Currency>,
}

/// The cities of these events, in the order in which people look for names.
pub(super) fn of(events: &[Arc<Listed>]) -> Vec<City> {
    let mut counted: BTreeMap<(&str, &str), (usize, BTreeSet<String>)> = BTreeMap::new();
    for event in events {
        let venue = &event.document.venue;
        let (count, currencies) = counted.entry((&venue.city, &venue.country)).or_default();
        *count += 1;
        currencies.extend(event.document.currency.map(|currency| currency.to_string()));
    }
    type Counted<'a> = ((&'a str, &'a str), (usize, BTreeSet<String>));
    let city = |((name, country), (events, currencies)): Counted<'_>| City {
        name: name.to_owned(),
        country: country.to_owned(),
        events,
        currencies: currencies
            .iter()
            .filter_map(|code| code.parse().ok())
            .collect(),
    };
    let mut cities: Vec<City> = counted.into_iter().map(city).collect();
    cities.sort_by_cached_key(|city| sort_key(&city.name));
    cities
}
