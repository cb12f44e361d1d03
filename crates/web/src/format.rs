//! Dates, times and prices as each language writes them, by the data of CLDR. Times are shown in the
//! venue's own zone: that is where one has to be.

use fixed_decimal::Decimal;
use icu_calendar::Date;
use icu_datetime::fieldsets;
use icu_datetime::{DateTimeFormatter, NoCalendarFormatter};
use icu_decimal::DecimalFormatter;
use icu_locale_core::Locale;
use icu_time::{DateTime, Time};
use jiff::ZonedDateTime;

use crate::language::Language;

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Money {
    /// In the currency's minor unit.
    pub(crate) amount: u64,
    /// ISO 4217.
    pub(crate) currency: String,
    /// How many digits stand behind the point.
    pub(crate) exponent: u8,
}

/// The formats of one language.
pub(crate) struct Formats {
    language: Language,
    long_date: DateTimeFormatter<fieldsets::YMDE>,
    short_date: DateTimeFormatter<fieldsets::YMDE>,
    month: DateTimeFormatter<fieldsets::M>,
    time: NoCalendarFormatter<fieldsets::T>,
    number: DecimalFormatter,
}

impl Formats {
    /// # Panics
    /// When the binary lacks the data of one of our languages.
    pub(crate) fn new(language: Language) -> Self {
        let locale: Locale = language.locale().parse().expect("ours are valid");
        let long_date = DateTimeFormatter::try_new((&locale).into(), fieldsets::YMDE::long());
        let short_date = DateTimeFormatter::try_new((&locale).into(), fieldsets::YMDE::medium());
        let month = DateTimeFormatter::try_new((&locale).into(), fieldsets::M::medium());
        let time = NoCalendarFormatter::try_new((&locale).into(), fieldsets::T::hm());
        let number = DecimalFormatter::try_new((&locale).into(), Default::default());
        Formats {
            language,
            long_date: long_date.expect("the data is compiled in"),
            short_date: short_date.expect("the data is compiled in"),
            month: month.expect("the data is compiled in"),
            time: time.expect("the data is compiled in"),
            number: number.expect("the data is compiled in"),
        }
    }

    /// Such as `Wednesday, 10 February 2027`.
    pub(crate) fn long_date(&self, at: &ZonedDateTime) -> String {
        self.long_date.format(&local(at)).to_string()
    }

    /// Such as `Wed, 10 Feb 2027`.
    pub(crate) fn short_date(&self, at: &ZonedDateTime) -> String {
        self.short_date.format(&local(at)).to_string()
    }

    /// Such as `Feb`.
    pub(crate) fn month(&self, at: &ZonedDateTime) -> String {
        self.month.format(&local(at)).to_string()
    }

    /// Such as `15:00`.
    pub(crate) fn time(&self, at: &ZonedDateTime) -> String {
        self.time.format(&local(at).time).to_string()
    }

    /// Such as `50,000`.
    pub(crate) fn number(&self, number: u64) -> String {
        self.number.format(&Decimal::from(number)).to_string()
    }

    /// Such as `€90.00`, or `90,00 €`.
    pub(crate) fn money(&self, money: &Money) -> String {
        let mut amount = Decimal::from(money.amount);
        amount.multiply_pow10(-i16::from(money.exponent));
        let amount = self.number.format(&amount);
        let symbol = symbol(&money.currency, self.language);
        match self.language {
            // A letter before a digit wants room.
            Language::English if symbol.ends_with(char::is_alphabetic) => {
                format!("{symbol}\u{a0}{amount}")
            }
            Language::English => format!("{symbol}{amount}"),
            Language::German => format!("{amount}\u{a0}{symbol}"),
        }
    }
}

/// As CLDR has it; browsers' `Intl` writes the same. Where it is not named, ISO's code is clear.
fn symbol(currency: &str, language: Language) -> &str {
    match (currency, language) {
        ("EUR", _) => "€",
        ("GBP", _) => "£",
        ("USD", Language::English) => "US$",
        ("USD", Language::German) => "$",
        ("AUD", Language::English) => "A$",
        ("AUD", Language::German) => "AU$",
        ("CAD", Language::English) => "CA$",
        ("CAD", Language::German) => "CA$",
        ("JPY", Language::English) => "JP¥",
        ("JPY", Language::German) => "¥",
        (code, _) => code,
    }
}

fn local(at: &ZonedDateTime) -> DateTime<icu_calendar::Iso> {
    let (date, time) = (at.date(), at.time());
    let whole = |number: i8| u8::try_from(number).unwrap_or_default();
    let date = Date::try_new_iso(
        i32::from(date.year()),
        whole(date.month()),
        whole(date.day()),
    );
    let time = Time::try_new(whole(time.hour()), whole(time.minute()), 0, 0);
    DateTime {
        date: date.expect("jiff's dates exist"),
        time: time.expect("jiff's times exist"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount: u64, currency: &str, exponent: u8) -> Money {
        let currency = currency.to_owned();
        Money {
            amount,
            currency,
            exponent,
        }
    }

    #[test]
    fn prices_are_written_as_browsers_write_them() {
        let (english, german) = (
            Formats::new(Language::English),
            Formats::new(Language::German),
        );
        let cases = [
            (money(9000, "EUR", 2), "€90.00", "90,00\u{a0}€"),
            (
                money(123_456_789, "GBP", 2),
                "£1,234,567.89",
                "1.234.567,89\u{a0}£",
            ),
            (money(14800, "JPY", 0), "JP¥14,800", "14.800\u{a0}¥"),
            (money(32000, "CZK", 2), "CZK\u{a0}320.00", "320,00\u{a0}CZK"),
            (money(4500, "USD", 2), "US$45.00", "45,00\u{a0}$"),
            (money(0, "EUR", 2), "€0.00", "0,00\u{a0}€"),
        ];
        for (money, in_english, in_german) in cases {
            assert_eq!(english.money(&money), in_english);
            assert_eq!(german.money(&money), in_german);
        }
    }

    #[test]
    fn dates_are_the_venues() {
        let at: jiff::Timestamp = "2027-02-10T23:30:00Z".parse().expect("a time");
        let at = at.in_tz("Europe/Berlin").expect("a zone");
        let english = Formats::new(Language::English);
        assert_eq!(english.long_date(&at), "Thursday, 11 February 2027");
        assert_eq!(english.time(&at), "00:30");
        let german = Formats::new(Language::German);
        assert_eq!(german.long_date(&at), "Donnerstag, 11. Februar 2027");
        assert_eq!(german.month(&at), "Feb");
    }
}
