//! `/`: what is on, and the search. The question stands in the address, so that it can be shared, and
//! works without JavaScript.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::parts::{Card, is_day};
use super::trouble::{Trouble, or_trouble};
use crate::api::ApiError;
use crate::api::wire::{City, Currency, Event};
use crate::page::{Frame, Page};
use crate::shared::Rendered;
use crate::site::Site;
use crate::visit::Visit;

/// Texts of searches are cut here: the longest place name is shorter.
const MOST_CHARACTERS: usize = 100;
const PAGE: &str = "24";

/// What is searched for, as the fields show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Search {
    pub(crate) keyword: String,
    pub(crate) city: String,
    pub(crate) from: String,
    pub(crate) to: String,
    /// In whole units of `currency`.
    pub(crate) max_price: String,
    pub(crate) currency: String,
    cursor: String,
}

#[derive(Template)]
#[template(path = "home.html")]
pub(crate) struct Home<'a> {
    pub(crate) frame: Frame<'a>,
    pub(crate) search: Search,
    pub(crate) cities: BTreeSet<String>,
    pub(crate) currencies: Vec<Currency>,
    pub(crate) cards: Vec<Card>,
    pub(crate) next: Option<String>,
    pub(crate) script_texts: String,
}

impl Page for Home<'_> {}

impl Search {
    fn read(path: &str) -> Self {
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let mut search = Search::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value: String = value.trim().chars().take(MOST_CHARACTERS).collect();
            match &*name {
                "keyword" => search.keyword = value,
                "city" => search.city = value,
                "from" if is_day(&value) => search.from = value,
                "to" if is_day(&value) => search.to = value,
                "max_price" if value.parse::<u32>().is_ok() => search.max_price = value,
                "currency" if value.len() == 3 => search.currency = value.to_ascii_uppercase(),
                "cursor" => search.cursor = value,
                _ => {}
            }
        }
        search
    }

    /// Whether anything is asked for.
    pub(crate) fn asks(&self) -> bool {
        let fields = [
            &self.keyword,
            &self.city,
            &self.from,
            &self.to,
            &self.max_price,
        ];
        fields.iter().any(|field| !field.is_empty())
    }

    /// The same question as a query, in one order: what a page is kept under, and the next one's
    /// address.
    fn query(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("keyword", self.keyword.as_str()),
            ("city", &self.city),
            ("from", &self.from),
            ("to", &self.to),
            ("max_price", &self.max_price),
            ("currency", &self.currency),
            ("cursor", cursor),
        ];
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        query.finish()
    }

    /// The question to the API. `to` is a day that is meant to be in; a price is in whole units of
    /// the currency chosen, or else of the only one.
    fn question(&self, currencies: &[Currency]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let to = self.to.parse::<jiff::civil::Date>().ok();
        let to = to
            .and_then(|day| day.tomorrow().ok())
            .map(|day| day.to_string());
        let chosen = currencies.iter().find(|one| one.currency == self.currency);
        let currency = chosen.or_else(|| currencies.first().filter(|_| currencies.len() == 1));
        let most = self
            .max_price
            .parse::<u64>()
            .ok()
            .zip(currency)
            .map(|(most, currency)| {
                most.saturating_mul(10u64.saturating_pow(u32::from(currency.currency_exponent)))
            });
        let currency = most.and(currency).map(|currency| currency.currency.clone());
        let fields = [
            ("keyword", Some(self.keyword.clone())),
            ("city", Some(self.city.clone())),
            ("from", Some(self.from.clone())),
            ("to", to),
            ("max_price", most.map(|most| most.to_string())),
            ("currency", currency),
            ("cursor", Some(self.cursor.clone())),
            ("limit", Some(PAGE.to_owned())),
        ];
        for (name, value) in fields {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                query.append_pair(name, &value);
            }
        }
        query.finish()
    }
}

pub(crate) async fn show(State(site): State<Arc<Site>>, visit: Visit) -> Response {
    let mut search = Search::read(&visit.path);
    let key = format!("{}/?{}", visit.prefix, search.query(&search.cursor));
    let make = async {
        let cities: Vec<City> = site.api.public("/v1/cities").await?;
        let mut found = ask(&site, &search, &cities).await;
        // A cursor of another question, or of another year: begin at the beginning.
        if found
            .as_ref()
            .is_err_and(|error| error.slug() == "invalid-request")
        {
            search.cursor.clear();
            found = ask(&site, &search, &cities).await;
        }
        let (events, next) = found?;
        Ok(Rendered::page(&page(
            &site, &visit, search, &cities, &events, next,
        )))
    };
    let answer = site.pages.get(&visit, key, make).await;
    or_trouble(&site, &visit, answer)
}

async fn ask(
    site: &Site,
    search: &Search,
    cities: &[City],
) -> Result<(Vec<Event>, Option<String>), ApiError> {
    let question = search.question(&currencies(cities));
    site.api.page(&format!("/v1/events?{question}")).await
}

fn page<'a>(
    site: &'a Site,
    visit: &Visit,
    search: Search,
    cities: &[City],
    events: &[Event],
    next: Option<String>,
) -> Home<'a> {
    let mut frame = Frame::shared(site, visit);
    let now = site.now();
    // What else stands in somebody's address is not for the next visitor.
    frame.path = match search.query(&search.cursor) {
        query if query.is_empty() => "/".to_owned(),
        query => format!("/?{query}"),
    };
    // Search engines get the events, not every question about them.
    frame.listed = !search.asks() && search.cursor.is_empty();
    Home {
        cards: events
            .iter()
            .map(|event| Card::new(event, &frame, now))
            .collect(),
        next: next.map(|cursor| frame.link(&format!("/?{}", search.query(&cursor)))),
        cities: cities.iter().map(|city| city.city.clone()).collect(),
        currencies: currencies(cities),
        script_texts: frame.texts.script_block("script"),
        search,
        frame,
    }
}

fn currencies(cities: &[City]) -> Vec<Currency> {
    let all = cities
        .iter()
        .flat_map(|city| city.currencies.iter().cloned());
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

impl From<ApiError> for Arc<Trouble> {
    fn from(error: ApiError) -> Self {
        Arc::new(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euro() -> Vec<Currency> {
        let currency = "EUR".to_owned();
        vec![Currency {
            currency,
            currency_exponent: 2,
        }]
    }

    #[test]
    fn a_question_survives_its_address() {
        let search =
            Search::read("/?keyword=r%C3%B6ck+%26+roll&city=&from=2027-01-01&max_price=60");
        assert_eq!(search.keyword, "röck & roll");
        assert!(search.asks());
        assert_eq!(Search::read(&format!("/?{}", search.query(""))), search);
        let question = search.question(&euro());
        assert!(
            question.contains("max_price=6000&currency=EUR"),
            "{question}"
        );
    }

    #[test]
    fn nonsense_is_left_out() {
        let search = Search::read("/?from=yesterday&to=2027-13-01&max_price=-5&x=y");
        assert_eq!(search, Search::default());
        assert_eq!(search.question(&euro()), "limit=24");
    }

    #[test]
    fn the_last_day_is_in() {
        let search = Search::read("/?to=2027-02-28");
        assert!(search.question(&[]).contains("to=2027-03-01"));
    }
}
