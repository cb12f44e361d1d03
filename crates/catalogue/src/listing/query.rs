//! The words of a listing's query: what each parameter may be. Answering it is the listing's.

use boxoffice_model::{Currency, Timestamp};
use jiff::civil::Date;

use super::cursor::Cursor;
use super::listed::Listed;

/// How many events a page has where nobody says.
pub const DEFAULT_LIMIT: usize = 20;
/// The most events of a page.
pub const MAX_LIMIT: usize = 100;

/// What somebody asks of the listing, as they wrote it. An empty parameter counts as absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<'a> {
    /// Words of the names of event, artists, venue and city.
    pub keyword: Option<&'a str>,
    /// Words of the city's name.
    pub city: Option<&'a str>,
    /// The first moment, or the first day in the venue's zone.
    pub from: Option<&'a str>,
    /// The moment, or the day in the venue's zone, that is no longer asked for.
    pub to: Option<&'a str>,
    /// The most that the cheapest seat may cost, in minor units.
    pub max_price: Option<&'a str>,
    /// What it is sold in: a code of ISO 4217.
    pub currency: Option<&'a str>,
    /// How many events: 1 to [`MAX_LIMIT`].
    pub limit: Option<&'a str>,
    /// Where the page before ended.
    pub cursor: Option<&'a str>,
}

/// A parameter that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: expected {expected}")]
pub struct QueryError {
    /// Which parameter.
    pub pointer: &'static str,
    /// What it should be.
    pub expected: &'static str,
}

/// A query that was understood.
pub(super) struct Asked<'a> {
    pub(super) keyword: Option<&'a str>,
    pub(super) city: Option<&'a str>,
    pub(super) from: Option<Bound>,
    pub(super) to: Option<Bound>,
    pub(super) max_price: Option<u64>,
    pub(super) currency: Option<Currency>,
    pub(super) limit: usize,
    pub(super) cursor: Option<Cursor>,
}

/// One end of a range of times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bound {
    At(Timestamp),
    /// The beginning of a day, in each venue's zone.
    Day(Date),
}

const TIME_OR_DAY: &str = "an RFC 3339 time or a day such as 2027-05-01";

impl<'a> Query<'a> {
    pub(super) fn understand(&self) -> Result<Asked<'a>, QueryError> {
        let keyword = given(self.keyword);
        let cursor = given(self.cursor).map(|text| {
            let cursor = Cursor::decode(text).filter(|cursor| cursor.fits(keyword.is_some()));
            cursor.ok_or(QueryError {
                pointer: "cursor",
                expected: "the cursor of an earlier page of the same query",
            })
        });
        Ok(Asked {
            keyword,
            city: given(self.city),
            from: bound("from", self.from)?,
            to: bound("to", self.to)?,
            max_price: max_price(self.max_price)?,
            currency: currency(self.currency)?,
            limit: limit(self.limit)?,
            cursor: cursor.transpose()?,
        })
    }
}

impl Asked<'_> {
    /// Whether the event's date is in the range asked for, and a seat of it costs no more than asked for.
    pub(super) fn has(&self, event: &Listed) -> bool {
        self.from.is_none_or(|from| !from.is_after(event))
            && self.to.is_none_or(|to| to.is_after(event))
            && self.affords(event)
            && (self.currency.is_none() || self.currency == event.document.currency)
    }

    fn affords(&self, event: &Listed) -> bool {
        let Some(most) = self.max_price else {
            return true;
        };
        event.min_price().is_some_and(|price| price <= most)
    }
}

impl Bound {
    /// Whether it is later than the event's date.
    fn is_after(self, event: &Listed) -> bool {
        match self {
            Bound::At(time) => time > event.document.date,
            Bound::Day(day) => day > event.local_date,
        }
    }
}

fn given(parameter: Option<&str>) -> Option<&str> {
    parameter.filter(|text| !text.is_empty())
}

fn bound(pointer: &'static str, parameter: Option<&str>) -> Result<Option<Bound>, QueryError> {
    let Some(text) = given(parameter) else {
        return Ok(None);
    };
    day(text)
        .map(Bound::Day)
        .or_else(|| text.parse().ok().map(Bound::At))
        .map(Some)
        .ok_or(QueryError {
            pointer,
            expected: TIME_OR_DAY,
        })
}

/// Exactly YYYY-MM-DD: the parser alone would also take other forms.
fn day(text: &str) -> Option<Date> {
    let shaped = text.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    (text.len() == 10 && shaped)
        .then(|| text.parse().ok())
        .flatten()
}

fn currency(parameter: Option<&str>) -> Result<Option<Currency>, QueryError> {
    let currency = given(parameter).map(|text| {
        text.parse().map_err(|_| QueryError {
            pointer: "currency",
            expected: "a code of ISO 4217, such as EUR",
        })
    });
    currency.transpose()
}

/// Digits only: the parser alone would also take a sign.
fn whole<T: std::str::FromStr>(text: &str) -> Option<T> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

fn max_price(parameter: Option<&str>) -> Result<Option<u64>, QueryError> {
    let price = given(parameter).map(|text| {
        whole(text).ok_or(QueryError {
            pointer: "max_price",
            expected: "a price in the currency's minor unit, such as 6000",
        })
    });
    price.transpose()
}

fn limit(parameter: Option<&str>) -> Result<usize, QueryError> {
    let Some(text) = given(parameter) else {
        return Ok(DEFAULT_LIMIT);
    };
    whole(text)
        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
        .ok_or(QueryError {
            pointer: "limit",
            expected: "a whole number from 1 to 100",
        })
}
